//! What is read out of each payload.

use std::fmt::Write;

use polystatus_csp::feeds::{self, Format, Reading};
use polystatus_csp::model::{State, Watch};

use crate::payloads::{ATOM_ILL, ILL, NOW, WELL, judged_with, utf_16};

fn shown(reading: &Reading) -> String {
    let judged = judged_with(reading, &Watch::default());
    let mut text = format!("{} ({}): {} — {}\n", reading.title, reading.format, judged.state, judged.native);
    for source in &judged.sources {
        let number = if source.number > 1 { format!(" × {}", source.number) } else { String::new() };
        writeln!(text, "  {:?} {:?}: {} = {}{number}", source.source, source.name, source.native, source.state)
            .unwrap();
    }
    for incident in &reading.incidents {
        let times = [incident.started, incident.updated, incident.ended].map(|time| time.map(|time| time - NOW));
        writeln!(text, "  - {:?} {} {:?} {times:?} {:?}", incident.kind, incident.id, incident.active, incident.url)
            .unwrap();
        writeln!(text, "    {} | {:?} | {:?}", incident.title, incident.services, incident.regions).unwrap();
        writeln!(text, "    {} = {} | {:?}", incident.native, incident.state, incident.message).unwrap();
    }
    text
}

#[test]
fn who_is_not_well_is_read_as_that() {
    let mut all = String::new();
    for (name, body) in ILL.into_iter().chain([("atom", ATOM_ILL)]) {
        let reading = feeds::read(body).unwrap_or_else(|error| panic!("{name}: {error}"));
        all += &shown(&reading);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn who_is_well_is_read_as_that() {
    for (name, body) in WELL {
        let reading = feeds::read(body).unwrap_or_else(|error| panic!("{name}: {error}"));
        let judged = judged_with(&reading, &Watch::default());
        assert_eq!(judged.state, State::Operational, "{name}: {judged:?}");
    }
}

#[test]
fn in_utf_16_it_is_the_same() {
    for (name, body) in ILL {
        assert_eq!(feeds::read(&utf_16(body)), feeds::read(body), "{name}");
    }
}

#[test]
fn what_ticks_by_itself_is_no_news() {
    for (name, before, after) in [
        ("statuspage", "2023-11-14T22:10:00.040Z", "2023-11-14T22:11:00.040Z"),
        ("azure", "<lastBuildDate>Tue, 14 Nov 2023 22:12", "<lastBuildDate>Tue, 14 Nov 2023 22:13"),
        ("rss", "<lastBuildDate>Tue, 14 Nov 2023 22:10", "<lastBuildDate>Tue, 14 Nov 2023 22:11"),
    ] {
        let body = std::str::from_utf8(ILL.iter().find(|(of, _)| *of == name).unwrap().1).unwrap();
        let later = body.replacen(before, after, 1);
        assert_ne!(later, body, "{name}");
        assert_eq!(feeds::read(later.as_bytes()), feeds::read(body.as_bytes()), "{name}");
    }
}

#[test]
fn what_is_no_feed_is_named() {
    let said = |body: &str| feeds::read(body.as_bytes()).unwrap_err().to_string();
    insta::assert_snapshot!(
        [
            "",
            "   ",
            "hello",
            "<!DOCTYPE html><html><body>We are fine!</body></html>",
            "<html><body>We are fine!</body></html>",
            "{\"message\": \"rate limited\"}",
            "{\"status\": \"operational\"}",
            "[]",
            "[1, 2]",
            "null",
            "{\"page\": {\"name\": \"A\"}, \"incidents\": []}",
            "{\"page\": {\"name\": \"A\"}}",
            "{\"data\": {}}",
            "{\"result\": {}}",
            "{\"status\": [], \"incidents\": []}",
            "<opml/>",
            "<rss/>",
            "<feed/>",
            "<rss><channel><item/></channel></rss>",
            "<rss><channel><title>Azure Status</title><item><guid>a</guid></item></channel></rss>",
        ]
        .map(|body| format!("{body:?}: {}", said(body)))
        .join("\n")
    );
    assert_eq!(feeds::read(b"\xFE\xFF\0[\0]").unwrap().format, Format::Aws);
}
