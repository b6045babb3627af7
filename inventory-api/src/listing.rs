//! Lists: which servers match, in which order, one page at a time.

use std::ops::Bound;
use std::str::FromStr;
use std::sync::Arc;

use chassis::cursor::{Cursor, Limit};
use chassis::extract::{FromQuery, Parameters};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::model::{Address, Hostname, Server, Status, Tag};
use crate::snapshot::{Entry, Snapshot};

/// Which servers to list: those that match all that is given.
#[derive(Debug, Clone, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only servers in this status.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only servers whose host name or address holds this text, in whatever case.
    #[param(example = "prod")]
    pub q: Option<String>,
    /// Only servers with this tag.
    #[param(value_type = Option<String>, example = "web", pattern = "^[a-z][a-z0-9_-]{0,49}$")]
    pub tag: Option<Tag>,
}

/// Which part of a list to show, in which order.
#[derive(Debug, Clone, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// By what to sort; with `-` before it, the other way round.
    #[param(value_type = Option<SortWord>, inline)]
    pub sort: Sort,
    /// How many servers at most.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 500, default = 100)]
    pub limit: Limit,
    /// Where the page starts: from the `Link` header of the page before, of the same list in the same order.
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor<Position>>,
}

/// An order of servers.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description: the words are read by Sort::from_str")]
enum SortWord {
    #[schema(rename = "id")]
    Id,
    #[schema(rename = "-id")]
    IdDown,
    #[schema(rename = "hostname")]
    Hostname,
    #[schema(rename = "-hostname")]
    HostnameDown,
    #[schema(rename = "ip")]
    Ip,
    #[schema(rename = "-ip")]
    IpDown,
    #[schema(rename = "status")]
    Status,
    #[schema(rename = "-status")]
    StatusDown,
    #[schema(rename = "updated_at")]
    UpdatedAt,
    #[schema(rename = "-updated_at")]
    UpdatedAtDown,
}

/// What a list and its pages can be asked.
#[derive(Debug, Clone, Default)]
pub struct ListQuery {
    /// Which servers.
    pub filter: Filter,
    /// Which of them, in which order.
    pub paging: Paging,
}

impl FromQuery for Filter {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        Self { status: parameters.take("status"), q: parameters.take("q"), tag: parameters.take("tag") }
    }
}

impl FromQuery for ListQuery {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        let filter = Filter::from_query(parameters);
        let paging = Paging {
            sort: parameters.take("sort").unwrap_or_default(),
            limit: parameters.take("limit").unwrap_or_default(),
            cursor: parameters.take("cursor"),
        };
        Self { filter, paging }
    }
}

/// An order of servers. Equal ones are ordered by their ids, so that every order is a strict one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sort {
    key: SortKey,
    descending: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum SortKey {
    #[default]
    Id,
    Hostname,
    Ip,
    Status,
    UpdatedAt,
}

impl FromStr for Sort {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let (descending, word) = word.strip_prefix('-').map_or((false, word), |word| (true, word));
        let key = match word {
            "id" => SortKey::Id,
            "hostname" => SortKey::Hostname,
            "ip" => SortKey::Ip,
            "status" => SortKey::Status,
            "updated_at" => SortKey::UpdatedAt,
            _ => return Err("must be id, hostname, ip, status or updated_at, with or without - before it"),
        };
        Ok(Self { key, descending })
    }
}

/// The place of a server in an order: what a cursor holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// In the order of ids.
    Id(i64),
    /// In the order of names.
    Hostname(Hostname),
    /// In the order of addresses.
    Ip(Address, i64),
    /// In the order of statuses.
    Status(Status, i64),
    /// In the order of last changes.
    UpdatedAt(i64, i64),
}

impl Sort {
    /// The place of a server in this order.
    fn position(self, server: &Server) -> Position {
        match self.key {
            SortKey::Id => Position::Id(server.id),
            SortKey::Hostname => Position::Hostname(server.hostname.clone()),
            SortKey::Ip => Position::Ip(server.ip, server.id),
            SortKey::Status => Position::Status(server.status, server.id),
            SortKey::UpdatedAt => Position::UpdatedAt(server.updated_at, server.id),
        }
    }
}

/// A cursor of another order than the one that is asked for.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be the cursor of a list in the same order")]
pub struct ForeignCursor;

/// A page of a list.
#[derive(Debug)]
pub struct Page {
    /// The servers on it.
    pub entries: Vec<Arc<Entry>>,
    /// How many servers match, on all pages together.
    pub count: usize,
    /// Where the next page starts, if there is one.
    pub next: Option<Cursor<Position>>,
}

type Ids<'a> = Box<dyn Iterator<Item = i64> + 'a>;

impl Snapshot {
    /// One page. What it costs grows with the page and not with the inventory, as long as `filter` has no more than a
    /// status or a tag and the order is that of the ids; another order, or `q`, looks at servers one by one.
    ///
    /// # Errors
    /// When the cursor belongs to another order.
    pub fn page(&self, query: &ListQuery) -> Result<Page, ForeignCursor> {
        let Paging { sort, limit, cursor } = &query.paging;
        let mut matching = self
            .ids_in_order(&query.filter, *sort, cursor.as_ref().map(|cursor| &cursor.0))?
            .filter_map(|id| self.get(id))
            .filter(|entry| query.filter.matches(&entry.server));
        let entries: Vec<_> = matching.by_ref().take(limit.get()).cloned().collect();
        let next = matching.next().and(entries.last()).map(|last| Cursor(sort.position(&last.server)));
        Ok(Page { count: self.count(&query.filter), entries, next })
    }

    /// Every server that matches, by id.
    pub fn matching<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = &'a Arc<Entry>> {
        let ids = self.ids_in_order(filter, Sort::default(), None).unwrap_or_else(|_| Box::new(std::iter::empty()));
        ids.filter_map(|id| self.get(id)).filter(|entry| filter.matches(&entry.server))
    }

    fn count(&self, filter: &Filter) -> usize {
        match filter {
            Filter { status: None, q: None, tag: None } => self.len(),
            Filter { status: Some(status), q: None, tag: None } => self.count_by_status[*status as usize],
            Filter { status: None, q: None, tag: Some(tag) } => self.by_tag.get(tag).map_or(0, imbl::OrdSet::len),
            _ => self.matching(filter).count(),
        }
    }

    /// Ids in order, from behind `after`: of all servers that match, and of as few others as an index allows.
    fn ids_in_order(&self, filter: &Filter, sort: Sort, after: Option<&Position>) -> Result<Ids<'_>, ForeignCursor> {
        let down = sort.descending;
        Ok(match (sort.key, after) {
            (SortKey::Id, None) => self.ids_by_id(filter, None, down),
            (SortKey::Id, Some(Position::Id(id))) => self.ids_by_id(filter, Some(*id), down),
            (SortKey::Hostname, None) => directed(self.by_hostname.values().copied(), down),
            (SortKey::Hostname, Some(Position::Hostname(name))) => {
                directed(self.by_hostname.range(behind(name.clone(), down)).map(|(_, id)| *id), down)
            }
            (SortKey::Ip, None) => directed(self.by_ip.iter().map(|(_, id)| *id), down),
            (SortKey::Ip, Some(Position::Ip(ip, id))) => {
                directed(self.by_ip.range(behind((*ip, *id), down)).map(|(_, id)| *id), down)
            }
            (SortKey::Status, None) => directed(self.by_status.iter().map(|(_, id)| *id), down),
            (SortKey::Status, Some(Position::Status(status, id))) => {
                directed(self.by_status.range(behind((*status, *id), down)).map(|(_, id)| *id), down)
            }
            (SortKey::UpdatedAt, None) => directed(self.by_updated_at.iter().map(|(_, id)| *id), down),
            (SortKey::UpdatedAt, Some(Position::UpdatedAt(at, id))) => {
                directed(self.by_updated_at.range(behind((*at, *id), down)).map(|(_, id)| *id), down)
            }
            _ => return Err(ForeignCursor),
        })
    }

    /// Ids in their own order: only those with the tag, or in the status, if the filter names one.
    fn ids_by_id(&self, filter: &Filter, after: Option<i64>, down: bool) -> Ids<'_> {
        let range = after.map_or((Bound::Unbounded, Bound::Unbounded), |id| behind(id, down));
        match filter {
            Filter { tag: Some(tag), .. } => match self.by_tag.get(tag) {
                Some(ids) => directed(ids.range(range).copied(), down),
                None => Box::new(std::iter::empty()),
            },
            Filter { status: Some(status), .. } => {
                let (from, to) = range;
                let from = if from == Bound::Unbounded { Bound::Included(i64::MIN) } else { from };
                let to = if to == Bound::Unbounded { Bound::Included(i64::MAX) } else { to };
                let in_status = |bound: Bound<i64>| bound.map(|id| (*status, id));
                directed(self.by_status.range((in_status(from), in_status(to))).map(|(_, id)| *id), down)
            }
            _ => directed(self.by_id.range(range).map(|(id, _)| *id), down),
        }
    }
}

impl Filter {
    fn matches(&self, server: &Server) -> bool {
        let holds = |text: &String| {
            let text = text.to_ascii_lowercase();
            server.hostname.as_str().contains(&text) || server.ip.to_string().contains(&text)
        };
        self.status.is_none_or(|status| server.status == status)
            && self.tag.as_ref().is_none_or(|tag| server.tags.contains(tag))
            && self.q.as_ref().is_none_or(holds)
    }
}

/// All that lies behind `place`, on the way up or down.
const fn behind<K>(place: K, down: bool) -> (Bound<K>, Bound<K>) {
    if down { (Bound::Unbounded, Bound::Excluded(place)) } else { (Bound::Excluded(place), Bound::Unbounded) }
}

fn directed<'a>(ids: impl DoubleEndedIterator<Item = i64> + 'a, down: bool) -> Ids<'a> {
    if down { Box::new(ids.rev()) } else { Box::new(ids) }
}

#[cfg(test)]
mod tests;
