//! The payloads, and how they are judged.

use polystatus_csp::assess::{Assessment, Context, assess};
use polystatus_csp::feeds::{self, Reading};
use polystatus_csp::model::{State, Watch};

/// The moment at which they were sent: 14 November 2023, 22:13:20 UTC.
pub const NOW: i64 = 1_700_000_000;

/// Of a provider that is not well.
pub const ILL: [(&str, &[u8]); 11] = [
    ("statuspage", include_bytes!("payloads/statuspage-ill.json")),
    ("lookalike", include_bytes!("payloads/lookalike-ill.json")),
    ("aws", include_bytes!("payloads/aws-ill.json")),
    ("google", include_bytes!("payloads/google-ill.json")),
    ("azure", include_bytes!("payloads/azure-ill.xml")),
    ("slack", include_bytes!("payloads/slack-ill.json")),
    ("heroku", include_bytes!("payloads/heroku-ill.json")),
    ("instatus", include_bytes!("payloads/instatus-ill.json")),
    ("betterstack", include_bytes!("payloads/betterstack-ill.json")),
    ("statusio", include_bytes!("payloads/statusio-ill.json")),
    ("rss", include_bytes!("payloads/rss-ill.xml")),
];

/// Of a provider that is well. AWS says so with an empty list in UTF-16.
pub const WELL: [(&str, &[u8]); 13] = [
    ("statuspage", include_bytes!("payloads/statuspage-well.json")),
    ("lookalike", include_bytes!("payloads/lookalike-well.json")),
    ("aws", b"\xFE\xFF\0[\0]"),
    ("google", include_bytes!("payloads/google-well.json")),
    ("azure", include_bytes!("payloads/azure-well.xml")),
    ("slack", include_bytes!("payloads/slack-well.json")),
    ("slack-history", include_bytes!("payloads/slack-history-well.json")),
    ("heroku", include_bytes!("payloads/heroku-well.json")),
    ("instatus", include_bytes!("payloads/instatus-well.json")),
    ("betterstack", include_bytes!("payloads/betterstack-well.json")),
    ("statusio", include_bytes!("payloads/statusio-well.json")),
    ("rss", include_bytes!("payloads/rss-well.xml")),
    ("atom", include_bytes!("payloads/atom-well.xml")),
];

/// Atom says that something goes on, and not how bad it is.
pub const ATOM_ILL: &[u8] = include_bytes!("payloads/atom-ill.xml");

/// A payload as AWS would send it.
pub fn utf_16(text: &[u8]) -> Vec<u8> {
    let units = std::str::from_utf8(text).unwrap().encode_utf16().flat_map(u16::to_be_bytes);
    [0xFE, 0xFF].into_iter().chain(units).collect()
}

/// A reading judged, with nothing known before.
pub fn judged_with(reading: &Reading, watch: &Watch) -> Assessment {
    assess(reading, &Context { watch, had_open: false, had_components: false, emptied_at: None, doubt: 3600, now: NOW })
}

/// What a body is read as; `None` when it cannot be read.
pub fn state_of(body: &[u8]) -> Option<State> {
    feeds::read(body).ok().map(|reading| judged_with(&reading, &Watch::default()).state)
}
