//! Lists of incidents: which of them, one page at a time, the newest first.

use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use chassis::extract::{FromQuery, Parameters};
use chassis::paging::{Page, Paging};
use store::{Entry, Snapshot};
use utoipa::IntoParams;

use crate::model::{Incident, ServiceId, Severity, Status};

/// Which incidents to list: those that match all that is given.
#[derive(Debug, Clone, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only incidents in this status.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only incidents that are this bad.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 4, example = 2)]
    pub sev: Option<Severity>,
    /// Only incidents that name this service, by its id or as people write it.
    #[param(example = "checkout")]
    pub service: Option<String>,
    /// Only incidents whose id, title or summary holds this text, in whatever case.
    #[param(example = "payment")]
    pub q: Option<String>,
}

/// What a list of incidents can be asked.
#[derive(Debug, Clone, Default)]
pub struct ListQuery {
    /// Which incidents.
    pub filter: Filter,
    /// Which part of them.
    pub paging: Paging,
}

impl FromQuery for ListQuery {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        let filter = Filter {
            status: parameters.take("status"),
            sev: parameters.take("sev"),
            service: parameters.take("service"),
            q: parameters.take("q"),
        };
        Self { filter, paging: Paging::from_query(parameters) }
    }
}

type Newest<'a> = Box<dyn Iterator<Item = &'a Arc<Entry<Incident>>> + 'a>;

/// A page of incidents. Without a filter what it costs grows with the page; with one, with what the most telling index
/// finds.
pub fn page(snapshot: &Snapshot, query: &ListQuery) -> Page<Arc<Entry<Incident>>> {
    let ListQuery { filter, paging } = query;
    let before = paging.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let service = match filter.service.as_deref().map(str::parse::<ServiceId>) {
        None => None,
        Some(Ok(id)) => Some(id),
        // a name of nothing
        Some(Err(_)) => return Vec::new().into(),
    };
    let sev = filter.sev.map(|sev| sev.to_string());
    let candidates: Newest<'_> = match (filter, before) {
        (Filter { service: Some(_), .. }, _) => {
            let service = service.as_ref().map_or("", ServiceId::as_str);
            Box::new(snapshot.find::<Incident>("service", service).rev())
        }
        (Filter { status: Some(status), .. }, _) => {
            Box::new(snapshot.find::<Incident>("status", status.as_str()).rev())
        }
        (Filter { sev: Some(_), .. }, _) => {
            Box::new(snapshot.find::<Incident>("sev", sev.as_deref().unwrap_or_default()).rev())
        }
        (_, Some(id)) => Box::new(snapshot.before::<Incident>(id).rev()),
        (_, None) => Box::new(snapshot.iter::<Incident>().rev()),
    };
    let q = filter.q.as_ref().map(|q| q.to_lowercase());
    let matching = candidates
        .skip_while(|incident| before.is_some_and(|id| incident.id.as_str() >= id))
        .filter(|incident| filter.matches(incident, q.as_deref()));
    Page::of(matching.cloned(), paging.limit, |incident| incident.id.clone())
}

/// A JSON array of what each of them has already.
pub fn json_array(items: impl Iterator<Item = Bytes>) -> Bytes {
    let mut body = BytesMut::from(&b"["[..]);
    for (place, item) in items.enumerate() {
        if place > 0 {
            body.put_u8(b',');
        }
        body.put_slice(&item);
    }
    body.put_u8(b']');
    body.freeze()
}

impl Filter {
    fn matches(&self, incident: &Incident, q: Option<&str>) -> bool {
        let texts = || format!("{}\n{}\n{}", incident.id, incident.title, incident.summary);
        self.status.is_none_or(|status| incident.status == status)
            && self.sev.is_none_or(|sev| incident.sev == sev)
            && q.is_none_or(|q| incident.searchable.contains(q, texts))
    }
}
