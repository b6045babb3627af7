//! Servers for property tests: few enough names, addresses and tags that they meet one another.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{NewServer, Status, Tag};

prop_compose! {
    /// What a client could want of a server.
    pub(crate) fn new_server()(
        name in 0..8_u8,
        ip in prop_oneof!["10\\.0\\.0\\.[1-4]", "2001:db8::[1-4]"],
        status in prop::sample::select(Status::ALL.as_slice()),
        tags in prop::collection::btree_set(0..3_u8, 0..3),
        description in "[='+ \\n\"a-cé,;-]{0,6}",
    ) -> NewServer {
        NewServer {
            hostname: format!("host-{name}").parse().expect("a host name"),
            ip: ip.parse().expect("an address"),
            status,
            tags: tags.into_iter().map(tag).collect::<BTreeSet<_>>(),
            description,
        }
    }
}

/// One of few tags.
pub(crate) fn tag(number: u8) -> Tag {
    format!("tag{number}").parse().expect("a tag")
}
