//! What providers have written that is easily read wrongly.

use polystatus_csp::assess::{assess, open_state};
use polystatus_csp::feeds::{self, Kind, Reading, Unreadable};
use polystatus_csp::model::{State, Watch};
use serde_json::{Value, json};

use crate::payloads::{NOW, judged_with, state_of};

const DAY: i64 = 24 * 60 * 60;

fn read(body: &Value) -> Reading {
    feeds::read(body.to_string().as_bytes()).unwrap()
}

fn state(body: &Value) -> State {
    judged_with(&read(body), &Watch::default()).state
}

/// RSS with one item of this title and text, written at that time.
fn rss(title: &str, text: &str, date: &str) -> Reading {
    let item = format!("<item><guid>a</guid><title>{title}</title><description>{text}</description>{date}</item>");
    let over = "<item><guid>b</guid><title>Ice</title><description>Resolved - It melted.</description></item>";
    let feed = format!("<rss><channel><title>Harbour</title>{item}{over}</channel></rss>");
    feeds::read(feed.as_bytes()).unwrap()
}

const TODAY: &str = "<pubDate>Tue, 14 Nov 2023 21:00:00 GMT</pubDate>";

fn at(reading: &Reading, now: i64) -> State {
    let watch = Watch::default();
    let context = polystatus_csp::assess::Context {
        watch: &watch,
        had_open: false,
        had_components: false,
        emptied_at: None,
        doubt: 0,
        now,
    };
    assess(reading, &context).state
}

#[test]
fn instatus_is_believed_that_it_has_issues_though_all_that_it_lists_are_resolved() {
    for impact in ["OPERATIONAL", "MINOROUTAGE", ""] {
        let resolved = json!({"id": "a", "name": "Oven", "status": "RESOLVED", "impact": impact});
        let page = json!({"page": {"name": "Kitchen", "status": "HASISSUES"}, "activeIncidents": [resolved]});
        assert_eq!(state(&page), State::Degraded, "{impact}");
    }
}

#[test]
fn slack_is_active_by_what_goes_on_and_not_by_what_is_over() {
    let over = json!({"id": 1, "title": "x", "type": "outage", "status": "resolved", "notes": []});
    assert_eq!(state(&json!({"status": "active", "active_incidents": [over]})), State::Unknown);
}

#[test]
fn an_end_that_lies_ahead_or_cannot_be_read_has_not_come() {
    let google = |end: &str| {
        state(&json!([{"id": "a", "begin": "2023-11-14T21:00:00Z", "end": end, "external_desc": "x",
            "status_impact": "SERVICE_OUTAGE"}]))
    };
    assert_eq!(google("2023-11-14T22:00:00Z"), State::Operational);
    assert_eq!(google("2023-11-15T22:00:00Z"), State::MajorOutage, "tomorrow");
    assert_eq!(google("soon"), State::MajorOutage);
    let aws = |end: Value| {
        state(
            &json!([{"arn": "arn:aws:health:eu-west-3::event/EC2/T/1", "date": 1_699_990_000, "status": "2", "end_time": end}]),
        )
    };
    assert_eq!(aws(json!(1_699_990_001)), State::Operational);
    assert_eq!([aws(json!(0)), aws(json!(1_800_000_000)), aws(json!("soon"))], [State::Degraded; 3]);
    let better = |end: &str| {
        state(
            &json!({"data": {"attributes": {"aggregate_state": "operational"}}, "included": [{"id": "1", "type": "status_report",
            "attributes": {"title": "x", "report_type": "manual", "aggregate_state": "downtime", "ends_at": end}}]}),
        )
    };
    assert_eq!(better("2023-11-14T22:00:00Z"), State::Operational);
    assert_eq!([better("2024-11-14T22:00:00Z"), better("soon")], [State::MajorOutage; 2]);
}

#[test]
fn an_item_of_which_nobody_speaks_any_more_is_over_after_a_week() {
    let investigating = rss("Fog", "Investigating - We look.", TODAY);
    assert_eq!([at(&investigating, NOW), at(&investigating, NOW + 6 * DAY)], [State::Degraded; 2]);
    assert_eq!(at(&investigating, NOW + 7 * DAY), State::Operational);
    let unsaid = rss("Fog", "The ships wait for it to lift.", TODAY);
    assert_eq!((at(&unsaid, NOW), at(&unsaid, NOW + DAY)), (State::Unknown, State::Operational));
    let strange = rss("Fog", "Flurbled - We look.\nResolved - It has lifted.", TODAY);
    assert_eq!((at(&strange, NOW), at(&strange, NOW + 2 * DAY)), (State::Unknown, State::Unknown));
}

#[test]
fn the_newest_stage_counts_and_stands_at_the_beginning() {
    for (text, state) in [
        ("21:00 UTC - Resolved - It has lifted.", State::Operational),
        ("Completed - All is done.", State::Operational),
        ("Identified - It is not over. Resolved: nothing", State::Degraded),
        ("We hope to have it resolved - soon", State::Unknown),
        ("It is back, sorry to say\nResolved - It has lifted.", State::Unknown),
    ] {
        assert_eq!(at(&rss("Fog", &text.replace('\n', "&lt;br&gt;"), TODAY), NOW), state, "{text}");
    }
}

#[test]
fn unscheduled_maintenance_is_trouble() {
    let kind = |title: &str, text: &str| rss(title, text, TODAY).incidents[0].kind;
    assert_eq!(kind("Scheduled maintenance of the crane", "In progress - We paint."), Kind::Maintenance);
    assert_eq!(kind("Unscheduled maintenance of the crane", "In progress - It fell over."), Kind::Incident);
    assert_eq!(kind("Emergency maintenance", "In progress - It fell over."), Kind::Incident);
    assert_eq!(kind("Maintenance of the crane", "Investigating - It fell over."), Kind::Incident);
}

#[test]
fn an_event_that_spreads_is_another_in_each_region() {
    let event = |region: &str, status: &str| json!({"arn": format!("arn:aws:health:{region}::event/EC2/T/T_1"), "status": status, "date": 1_699_990_000});
    let reading = read(&json!([event("eu-west-3", "0"), event("us-east-1", "3")]));
    let ids: Vec<&str> = reading.incidents.iter().map(|incident| incident.id.as_str()).collect();
    assert_eq!(ids, ["eu-west-3.T_1", "us-east-1.T_1"]);
}

#[test]
fn events_without_an_id_or_with_that_of_another_stay_two() {
    let event = |name: &str, status: &str| json!({"name": name, "status": status, "impact": "major"});
    let page = |events: Value| json!({"page": {}, "status": {"indicator": "none"}, "incidents": events});
    assert_eq!(read(&page(json!([event("Fog", "investigating"), event("Ice", "resolved")]))).incidents.len(), 2);
    let with_id = |mut event: Value| {
        event["id"] = json!("same");
        event
    };
    let both = page(json!([with_id(event("Fog", "investigating")), with_id(event("Ice", "resolved"))]));
    assert_eq!((read(&both).incidents.len(), state(&both)), (2, State::PartialOutage));
}

#[test]
fn planned_work_at_heroku_counts_while_somebody_speaks_of_it() {
    let page = json!({"status": [{"system": "Apps", "status": "green"}], "incidents": [], "scheduled": [{
        "id": 1, "title": "New disks", "state": "in progress", "created_at": "2023-01-01T00:00:00Z", "updated_at": "2023-01-01T00:00:00Z",
        "updates": [{"contents": "We have begun.", "created_at": "2023-11-14T20:00:00Z"}],
    }]});
    let reading = read(&page);
    assert_eq!(reading.incidents[0].updated, Some(NOW - 8000), "the newest update is the last word");
    assert_eq!(open_state(&reading, &reading.incidents[0], NOW), Some(State::Maintenance));
    assert_eq!(open_state(&reading, &reading.incidents[0], NOW + 7 * DAY), None);
}

#[test]
fn a_body_of_many_small_things_is_refused_before_they_are_kept() {
    let many = |item: &str| vec![item; 25_000].join(",");
    for body in [
        format!("{{\"page\":{{}},\"status\":{{\"indicator\":\"none\"}},\"incidents\":[{}]}}", many("{}")),
        format!("{{\"page\":{{}},\"status\":{{\"indicator\":\"none\"}},\"incidents\":[{{\"id\":[{}]}}]}}", many("1")),
        format!("[{{\"arn\":\"a\",\"event_log\":[{}]}}]", many("{}")),
        format!("{{\"status\":\"ok\",\"active_incidents\":[{{\"services\":[{}]}}]}}", many("0")),
    ] {
        assert!(matches!(feeds::read(body.as_bytes()), Err(Unreadable::TooMuch(_))), "{}", &body[..60]);
        assert_eq!(state_of(body.as_bytes()), None);
    }
}

/// With names that are looked for in a list, and copied whole, this takes minutes and gigabytes.
#[test]
fn a_long_name_that_many_reports_share_is_not_copied_for_each() {
    let affected = vec![json!({"status_page_resource_id": "1"}); 9_000];
    let long = "x".repeat(1024 * 1024);
    let body = json!({"data": {"attributes": {"aggregate_state": "operational"}}, "included": [
        {"id": "1", "type": "status_page_resource", "attributes": {"public_name": long, "status": "operational"}},
        {"id": "2", "type": "status_report", "attributes": {"title": "x", "affected_resources": affected}},
    ]});
    let names = &read(&body).incidents[0].services;
    assert_eq!((names.len(), names[0].chars().count()), (1, 200));
}

#[test]
fn planned_work_that_is_done_early_is_done() {
    let page = |state: &str| {
        let report = json!({"title": "x", "report_type": "maintenance", "aggregate_state": state,
            "starts_at": "2023-11-14T20:00:00Z", "ends_at": "2023-11-15T20:00:00Z"});
        json!({"data": {"attributes": {"aggregate_state": "operational"}}, "included": [{"id": "1", "type": "status_report",
            "attributes": report}]})
    };
    assert_eq!([state(&page("maintenance")), state(&page("resolved"))], [State::Maintenance, State::Operational]);
}
