use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::model::arbitrary::new_server;

proptest! {
    #[test]
    fn every_index_knows_the_same_servers(
        steps in prop::collection::vec((1..6_i64, prop::option::of((new_server(), 0..3_i64))), 0..40)
    ) {
        let mut snapshot = Snapshot::empty("epoch");
        let mut servers = BTreeMap::new();
        for (id, step) in steps {
            if let Some((mut new, at)) = step {
                // the rules keep two servers from having one name; the snapshot takes that for granted
                new.hostname = format!("{}-{id}", new.hostname).parse().unwrap();
                let server = Server::create(id, new, at);
                snapshot.put(server.clone());
                servers.insert(id, server);
            } else {
                snapshot.remove(id);
                servers.remove(&id);
            }
        }
        let all = || servers.values();
        prop_assert_eq!(snapshot.len(), servers.len());
        prop_assert_eq!(snapshot.is_empty(), servers.is_empty());
        prop_assert!(snapshot.by_id.values().map(|entry| &entry.server).eq(all()));
        for entry in snapshot.by_id.values() {
            prop_assert_eq!(&entry.json, &serde_json::to_vec(&entry.server).unwrap());
            prop_assert_eq!(snapshot.named(&entry.server.hostname).map(|it| it.server.id), Some(entry.server.id));
        }
        prop_assert_eq!(snapshot.by_hostname.len(), servers.len());
        let pairs = |pair: fn(&Server) -> (i64, i64)| all().map(pair).collect::<BTreeSet<_>>();
        prop_assert!(snapshot.by_updated_at.iter().copied().eq(pairs(|it| (it.updated_at, it.id))));
        prop_assert!(snapshot.by_ip.iter().copied().eq(all().map(|it| (it.ip, it.id)).collect::<BTreeSet<_>>()));
        let by_status: BTreeSet<_> = all().map(|it| (it.status, it.id)).collect();
        prop_assert!(snapshot.by_status.iter().copied().eq(by_status));
        for status in Status::ALL {
            let count = all().filter(|it| it.status == status).count();
            prop_assert_eq!(snapshot.count_by_status[status as usize], count);
        }
        let mut by_tag: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for server in all() {
            for tag in &server.tags {
                by_tag.entry(tag.clone()).or_default().insert(server.id);
            }
        }
        // nor does a tag stay that no server has any more
        prop_assert!(snapshot.by_tag.keys().eq(by_tag.keys()));
        for (tag, ids) in &by_tag {
            prop_assert!(snapshot.by_tag[tag].iter().eq(ids.iter()));
        }
    }

    #[test]
    fn a_clone_does_not_see_what_comes_after_it(before in new_server(), after in new_server()) {
        let mut snapshot = Snapshot::empty("epoch");
        snapshot.put(Server::create(1, before.clone(), 0));
        let held = snapshot.clone();
        snapshot.put(Server::create(1, after, 1));
        snapshot.remove(1);
        prop_assert_eq!(held.get(1).map(|entry| entry.server.decided()), Some(before));
    }
}
