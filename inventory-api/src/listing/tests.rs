use proptest::prelude::*;

use super::*;
use crate::model::arbitrary::{new_server, tag};

const SORTS: [&str; 10] =
    ["id", "-id", "hostname", "-hostname", "ip", "-ip", "status", "-status", "updated_at", "-updated_at"];

fn servers() -> impl Strategy<Value = Vec<Server>> {
    let server = (new_server(), 0..4_i64);
    prop::collection::vec(server, 0..20).prop_map(|all| {
        let named = |(id, (mut new, at)): (i64, (crate::model::NewServer, i64))| {
            new.hostname = format!("{}-{}", new.hostname, id * 7 % 20).parse().expect("a host name");
            Server::create(id, new, at)
        };
        (1..).zip(all).map(named).collect()
    })
}

fn filter() -> impl Strategy<Value = Filter> {
    let status = prop::option::of(prop::sample::select(Status::ALL.as_slice()));
    let q = prop::option::of(prop::sample::select(&["", "HOST-1", "10.0", "db8", "none"][..]));
    (status, q, prop::option::of((0..4_u8).prop_map(tag))).prop_map(|(status, q, tag)| Filter {
        status,
        q: q.map(str::to_owned),
        tag,
    })
}

fn snapshot_of(servers: &[Server]) -> Snapshot {
    let mut snapshot = Snapshot::empty("epoch");
    for server in servers {
        snapshot.put(server.clone());
    }
    snapshot
}

/// The list as one would write it down first: look at each, sort, done.
fn naive(servers: &[Server], filter: &Filter, sort: &str) -> Vec<i64> {
    let matches = |server: &&Server| {
        filter.status.is_none_or(|status| status == server.status)
            && filter.tag.as_ref().is_none_or(|tag| server.tags.contains(tag))
            && filter.q.as_ref().is_none_or(|q| {
                let text = format!("{} {}", server.hostname, server.ip);
                text.contains(&q.to_lowercase())
            })
    };
    let mut found: Vec<_> = servers.iter().filter(matches).collect();
    found.sort_by(|a, b| {
        let by_key = match sort.trim_start_matches('-') {
            "hostname" => a.hostname.cmp(&b.hostname),
            "ip" => a.ip.cmp(&b.ip),
            "status" => a.status.cmp(&b.status),
            "updated_at" => a.updated_at.cmp(&b.updated_at),
            _ => std::cmp::Ordering::Equal,
        };
        by_key.then(a.id.cmp(&b.id))
    });
    if sort.starts_with('-') {
        found.reverse();
    }
    found.iter().map(|server| server.id).collect()
}

proptest! {
    #[test]
    fn pages_put_together_are_the_naive_list(
        servers in servers(), filter in filter(), sort in prop::sample::select(&SORTS[..]), limit in 1..6_u8
    ) {
        let snapshot = snapshot_of(&servers);
        let expected = naive(&servers, &filter, sort);
        let limit_of_page: Limit = limit.to_string().parse().unwrap();
        let mut query = ListQuery {
            filter,
            paging: Paging { sort: sort.parse().unwrap(), limit: limit_of_page, cursor: None },
        };
        let mut shown = Vec::new();
        loop {
            let page = snapshot.page(&query).unwrap();
            prop_assert_eq!(page.count, expected.len());
            prop_assert!(page.next.is_none() || page.entries.len() == usize::from(limit));
            shown.extend(page.entries.iter().map(|entry| entry.server.id));
            // as the client hands it back
            match page.next {
                Some(cursor) => query.paging.cursor = Some(cursor.encode().parse().unwrap()),
                None => break,
            }
        }
        prop_assert_eq!(shown, expected.clone());
        prop_assert_eq!(snapshot.matching(&query.filter).count(), expected.len());
    }

    #[test]
    fn a_cursor_whose_server_is_gone_leads_on_from_where_it_was(
        servers in servers(), sort in prop::sample::select(&SORTS[..]), gone in any::<prop::sample::Index>()
    ) {
        prop_assume!(!servers.is_empty());
        let mut snapshot = snapshot_of(&servers);
        let order: Sort = sort.parse().unwrap();
        let gone = &servers[gone.index(servers.len())];
        let cursor = Some(Cursor(order.position(gone)));
        snapshot.remove(gone.id);
        let query = ListQuery { paging: Paging { sort: order, cursor, ..Paging::default() }, ..ListQuery::default() };
        let shown: Vec<_> = snapshot.page(&query).unwrap().entries.iter().map(|entry| entry.server.id).collect();
        let all = naive(&servers, &Filter::default(), sort);
        let place = all.iter().position(|id| *id == gone.id).unwrap();
        prop_assert_eq!(shown, all[place + 1..].to_vec());
    }

    #[test]
    fn no_text_makes_a_cursor_panic(text in "\\PC{0,40}|[A-Za-z0-9_-]{0,60}") {
        if let Ok(cursor) = text.parse::<Cursor<Position>>() {
            prop_assert_eq!(cursor.encode().parse(), Ok(cursor));
        }
    }
}

#[test]
fn a_cursor_belongs_to_one_order() {
    let snapshot = snapshot_of(&[]);
    for (sort, cursor) in
        [("id", Position::Status(Status::Up, 1)), ("-ip", Position::Id(1)), ("hostname", Position::Id(1))]
    {
        let paging = Paging { sort: sort.parse().unwrap(), cursor: Some(Cursor(cursor)), ..Paging::default() };
        assert_eq!(snapshot.page(&ListQuery { paging, ..ListQuery::default() }).unwrap_err(), ForeignCursor);
    }
}

#[test]
fn an_unknown_order_is_refused() {
    for wrong in ["", "-", "--id", "ID", "id ", "description", "+id"] {
        assert!(wrong.parse::<Sort>().is_err(), "{wrong:?}");
    }
}
