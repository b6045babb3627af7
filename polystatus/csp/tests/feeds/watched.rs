//! What concerns us, and what does not.

use polystatus_csp::feeds;
use polystatus_csp::model::{State, Watch};
use serde_json::json;

use crate::payloads::{ILL, judged_with};

fn judged(name: &str, products: &[&str], regions: &[&str]) -> (State, Option<String>) {
    let body = ILL.iter().find(|(of, _)| *of == name).unwrap().1;
    let watch: Watch = serde_json::from_value(json!({"products": products, "regions": regions})).unwrap();
    let judged = judged_with(&feeds::read(body).unwrap(), &watch);
    (judged.state, judged.note)
}

#[test]
fn a_region_far_away_does_not_concern_us() {
    assert_eq!(judged("aws", &[], &["eu-west-3"]), (State::MajorOutage, None));
    assert_eq!(judged("aws", &[], &["us-west-1"]), (State::Degraded, None));
    assert_eq!(judged("aws", &[], &["ap-south-1"]), (State::Operational, None));
    assert_eq!(judged("azure", &[], &["France Central"]), (State::Operational, None));
    assert_eq!(judged("google", &["Compute Engine"], &["europe-west9"]), (State::PartialOutage, None));
}

#[test]
fn who_watches_a_part_asks_the_part_and_not_the_page() {
    assert_eq!(judged("statuspage", &["Git"], &[]), (State::Operational, None));
    assert_eq!(judged("statuspage", &["builds"], &[]), (State::Degraded, None));
    assert_eq!(judged("statuspage", &["Pull requests"], &[]), (State::MajorOutage, None));
    assert_eq!(judged("lookalike", &["Answers"], &[]), (State::Operational, None));
}

#[test]
fn a_filter_that_fits_nothing_is_a_mistake_and_not_well() {
    let note = Some("No component of the page is one that is watched".to_owned());
    assert_eq!(judged("statuspage", &["Gitt"], &[]), (State::Unknown, note));
}

#[test]
fn what_is_left_out_is_told_and_does_not_count() {
    let body = ILL.iter().find(|(of, _)| *of == "statuspage").unwrap().1;
    let watch: Watch = serde_json::from_value(json!({"products": ["Git"]})).unwrap();
    let judged = judged_with(&feeds::read(body).unwrap(), &watch);
    let said: Vec<(bool, State)> = judged.sources.iter().map(|source| (source.counts, source.state)).collect();
    assert_eq!(said[0], (true, State::Operational));
    assert!(said[1..].iter().all(|(counts, _)| !counts) && said.contains(&(false, State::MajorOutage)), "{said:?}");
}
