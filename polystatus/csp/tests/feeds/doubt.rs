//! A feed that is empty when it should not be.

use polystatus_csp::assess::{Context, assess};
use polystatus_csp::feeds;
use polystatus_csp::model::{State, Watch};

use crate::payloads::NOW;

const AZURE_EMPTY: &[u8] = include_bytes!("payloads/azure-well.xml");

#[test]
fn an_empty_feed_that_was_not_empty_is_unknown_until_it_has_been_so_for_long() {
    let reading = feeds::read(AZURE_EMPTY).unwrap();
    let watch = Watch::default();
    let context =
        Context { watch: &watch, had_open: true, had_components: false, emptied_at: None, doubt: 3600, now: NOW };
    let first = assess(&reading, &context);
    assert_eq!((first.state, first.emptied_at, first.missing_are_over_after), (State::Unknown, Some(NOW), None));
    assert_eq!(first.note.as_deref(), Some("The feed is empty, and told of an event before that it never ended"));

    let later = Context { emptied_at: first.emptied_at, now: NOW + 3599, ..context };
    assert_eq!(assess(&reading, &later).state, State::Unknown);
    let believed = assess(&reading, &Context { now: NOW + 3600, ..later });
    assert_eq!(
        (believed.state, believed.emptied_at, believed.missing_are_over_after),
        (State::Operational, None, Some(0))
    );
}

#[test]
fn an_empty_feed_after_events_that_ended_is_believed() {
    let reading = feeds::read(AZURE_EMPTY).unwrap();
    let watch = Watch::default();
    let judged = assess(
        &reading,
        &Context { watch: &watch, had_open: false, had_components: false, emptied_at: None, doubt: 3600, now: NOW },
    );
    assert_eq!((judged.state, judged.note), (State::Operational, None));
}

#[test]
fn a_feed_that_keeps_its_history_is_never_believed_when_it_is_empty() {
    let watch = Watch::default();
    for body in ["<rss><channel><title>A</title></channel></rss>", "<feed><title>A</title></feed>"] {
        let reading = feeds::read(body.as_bytes()).unwrap();
        let judged = assess(
            &reading,
            &Context { watch: &watch, had_open: false, had_components: false, emptied_at: None, doubt: 0, now: NOW },
        );
        assert_eq!(judged.state, State::Unknown, "{body}");
        assert_ne!(judged.missing_are_over_after, Some(0), "nothing is over at once: {body}");
    }
}

#[test]
fn a_blog_is_no_status_page() {
    let body = "<rss><channel><title>News</title><item><guid>1</guid><title>We moved</title><pubDate>Wed, 01 Nov 2023 09:00:00 GMT</pubDate></item></channel></rss>";
    let reading = feeds::read(body.as_bytes()).unwrap();
    let watch = Watch::default();
    let judged = assess(
        &reading,
        &Context { watch: &watch, had_open: false, had_components: false, emptied_at: None, doubt: 0, now: NOW },
    );
    assert_eq!(
        (judged.state, judged.note.as_deref()),
        (State::Unknown, Some("No entry of the feed says whether it is over"))
    );
}

#[test]
fn a_page_that_has_lost_its_components_is_unknown_until_it_has_been_so_for_long() {
    let watch = Watch::default();
    for body in [
        "{\"page\": {\"name\": \"A\"}, \"status\": {\"indicator\": \"none\"}, \"components\": []}",
        "{\"page\": {\"name\": \"A\"}, \"status\": {\"indicator\": \"none\"}, \"components\": null}",
        "{\"result\": {\"status_overall\": {\"status\": \"Operational\", \"status_code\": 100}, \"status\": []}}",
        "{\"data\": {\"attributes\": {\"aggregate_state\": \"operational\"}}, \"included\": []}",
    ] {
        let reading = feeds::read(body.as_bytes()).unwrap();
        let never =
            Context { watch: &watch, had_open: false, had_components: false, emptied_at: None, doubt: 3600, now: NOW };
        assert_eq!(assess(&reading, &never).state, State::Operational, "who never had any needs none: {body}");
        let first = assess(&reading, &Context { had_components: true, ..never });
        assert_eq!((first.state, first.emptied_at, first.missing_are_over_after), (State::Unknown, Some(NOW), None));
        assert_eq!(first.note.as_deref(), Some("The page has no components, and had some before"));
        let later = Context { had_components: true, emptied_at: first.emptied_at, now: NOW + 3600, ..never };
        assert_eq!(assess(&reading, &later).state, State::Operational, "{body}");
    }
}
