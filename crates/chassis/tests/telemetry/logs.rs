//! Log lines, as people and as machines read them.

use chassis::telemetry::{LogFormat, TelemetrySettings, request_id, with_request_id};
use secrecy::SecretString;
use serde_json::{Value, json};
use testbed::collector::Collector;
use tracing::{debug, error, info, info_span, warn};

use crate::begin;

fn text() -> TelemetrySettings {
    TelemetrySettings::default()
}

fn as_json() -> TelemetrySettings {
    TelemetrySettings { log_format: LogFormat::Json, ..TelemetrySettings::default() }
}

/// What `log` logs, as objects, each with null for its time.
fn objects(settings: &TelemetrySettings, log: impl FnOnce()) -> Vec<Value> {
    let (lines, _telemetry, _here) = begin(settings, true);
    log();
    let text = lines.text();
    let objects = text.lines().map(|line| {
        let mut object: Value = serde_json::from_str(line).expect("a line is JSON");
        assert!(object["timestamp"].take().as_str().is_some_and(is_rfc_3339), "{line}");
        object
    });
    objects.collect()
}

/// As in `2026-11-22T17:55:47.123456Z`.
fn is_rfc_3339(time: &str) -> bool {
    let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0000-00-00T00:00:00.000000Z"
}

#[test]
fn an_event_is_one_object_with_the_names_that_collectors_look_for() {
    let error = std::io::Error::other("disk full");
    let lines = objects(&as_json(), || {
        info!(target: "inventory_api::import", rows = 3, share = 0.5, done = true, from = -1, who = "a", %error, "imported");
        warn!("no fields");
    });
    let fields = json!({"rows": 3, "share": 0.5, "done": true, "from": -1, "who": "a", "error": "disk full"});
    let first = json!({"timestamp": null, "level": "INFO", "target": "inventory_api::import", "message": "imported", "fields": fields});
    assert_eq!(lines[0], first);
    assert_eq!(
        lines[1],
        json!({"timestamp": null, "level": "WARN", "target": "telemetry::logs", "message": "no fields"})
    );
}

#[test]
fn no_value_can_pose_as_another_field_or_another_line() {
    let hostile = "x\",\"level\":\"ERROR\"}\n{\"level\":\"ERROR\"\u{1b}[31m\0";
    let lines = objects(&as_json(), || info!(level = hostile, timestamp = %hostile, "{hostile}"));
    assert_eq!(lines.len(), 1);
    assert_eq!((&lines[0]["level"], &lines[0]["message"]), (&json!("INFO"), &json!(hostile)));
    assert_eq!(lines[0]["fields"], json!({"level": hostile, "timestamp": hostile}));
}

#[test]
fn the_spans_around_an_event_are_said_with_it() {
    let lines = objects(&as_json(), || {
        let outer = info_span!("request", method = "GET", rows = tracing::field::Empty);
        outer.record("rows", 3);
        outer.in_scope(|| info_span!("query", method = "select").in_scope(|| error!("failed")));
    });
    assert_eq!(lines[0]["span"], json!({"name": "query", "method": "select", "rows": 3}));
}

#[test]
fn a_line_leads_to_its_trace_when_there_is_one() {
    let collector = Collector::start();
    let settings = TelemetrySettings { otlp_endpoint: Some(collector.url()), ..as_json() };
    let lines = objects(&settings, || info_span!("request").in_scope(|| info!("answered")));
    let ids = [&lines[0]["trace_id"], &lines[0]["span_id"]].map(|id| id.as_str().unwrap().len());
    assert_eq!(ids, [32, 16]);
    let lines = objects(&as_json(), || info_span!("request").in_scope(|| info!("answered")));
    assert_eq!(lines[0].get("trace_id"), None);
}

#[tokio::test]
async fn every_line_of_a_request_has_its_id_also_without_spans() {
    for settings in [as_json(), text()] {
        let (log, _telemetry, _here) = begin(&settings, false);
        with_request_id("abc-1", async {
            info!("in it");
            tokio::task::yield_now().await;
            warn!("still in it");
            assert_eq!(request_id().as_deref(), Some("abc-1"));
        })
        .await;
        info!("after it");
        assert_eq!(request_id(), None);
        let with_id = log.text().lines().map(|line| line.contains("abc-1")).collect::<Vec<_>>();
        assert_eq!(with_id, [true, true, false]);
    }
}

#[test]
fn text_is_one_plain_line_for_each_event_whatever_its_values_hold() {
    let (log, _telemetry, _here) = begin(&text(), false);
    info!(rows = 3, name = %"web\n2026-11-22T10:00:00Z ERROR forged: line\r\n\u{1b}[31m", "imported");
    let said = log.text();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains(" INFO telemetry::logs: imported rows=3 name=web\\n2026"), "{said}");
    assert!(!said.contains(['\r', '\u{1b}']), "{said:?}");
}

#[test]
fn no_value_can_steer_the_terminal() {
    // clear the screen, set the title, move the cursor, and a sequence that never ends
    let hostile = "\u{1b}[2J\u{1b}]0;title\u{7}\u{1b}[1;1H\u{9b}31m\u{1b}[";
    for colour in [false, true] {
        let (log, _telemetry, _here) = begin(&text(), colour);
        info!(name = %hostile, "{hostile}");
        let said = log.text();
        let plain = said.trim_end().replace("\u{1b}[0m", "").replace("\u{1b}[2m", "").replace("\u{1b}[3m", "");
        let plain = plain.replace("\u{1b}[32m", "");
        assert!(!plain.contains(char::is_control), "{said:?}");
        assert!(plain.contains("\\u{1b}[2J"), "{said:?}");
    }
}

#[test]
fn only_lines_of_the_level_and_above_are_written() {
    let settings = TelemetrySettings { log_level: "warn,noisy=debug".parse().unwrap(), ..text() };
    let (log, _telemetry, _here) = begin(&settings, false);
    info!("too little");
    warn!("enough");
    debug!(target: "noisy", "asked for");
    let said = log.text();
    assert!(!said.contains("too little") && said.contains("enough") && said.contains("asked for"), "{said}");
}

#[test]
fn a_secret_in_a_field_is_not_written() {
    let token = SecretString::from("hunter2");
    for settings in [as_json(), text()] {
        let (log, _telemetry, _here) = begin(&settings, false);
        info!(?token, "logged in");
        assert!(!log.text().contains("hunter2"));
    }
}
