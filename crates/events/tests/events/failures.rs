//! Handlers that do not do what they should.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use events::{Event, Failure};
use serde_json::{Value, json};
use testbed::wait;

use crate::brokers::{NOW, Place, SOON, on_both_brokers};
use crate::listener::Listener;
use crate::speaker::{COUNTED, Speaker, counted};

on_both_brokers! {
    what_fails_now_and_then_is_tried_again,
    what_fails_for_ever_is_a_dead_letter_and_the_next_one_goes_on,
    poison_is_a_dead_letter_at_once,
    what_a_handler_stands_on_may_be_away_for_long,
    a_handler_that_panics_is_asked_again,
    what_is_no_event_holds_nothing_up_in_an_outbox,
}

/// Listen with a listener that says `failure` of the event 1, the first `times` times; then say 0, 1 and 2, and wait
/// until the last one had its effect. Gives how often 1 was tried, and what had an effect.
async fn try_one_of_three(place: &Place, times: usize, failure: Failure) -> (usize, Vec<u64>) {
    let (speaker, listener) = (Speaker::start(&place.open()).await, Listener::new().await);
    let tries = Arc::new(AtomicUsize::new(0));
    let handler = {
        let (listener, tries) = (listener.clone(), Arc::clone(&tries));
        move |event: Event| {
            let (listener, tries, failure) = (listener.clone(), Arc::clone(&tries), failure.clone());
            async move {
                if event.id() == counted("s", 1).id() && tries.fetch_add(1, Ordering::Relaxed) < times {
                    return Err(failure);
                }
                listener.hear(event).await
            }
        }
    };
    let mut subscription = place.open().subscribe("counts", &[COUNTED], handler);
    subscription.ready().await;
    speaker.count("s", 0..3).await;
    listener.has_heard(2).await;
    speaker.count("end", 0..1).await;
    wait::until_async("the end", SOON, async || listener.numbers("end").pop()).await;
    (tries.load(Ordering::Relaxed), listener.numbers("s"))
}

async fn what_fails_now_and_then_is_tried_again(place: Place) {
    let (tries, heard) = try_one_of_three(&place, 3, Failure::failed("not now")).await;
    assert_eq!((tries, heard), (4, vec![0, 1, 2]));
}

async fn what_fails_for_ever_is_a_dead_letter_and_the_next_one_goes_on(place: Place) {
    let (tries, heard) = try_one_of_three(&place, usize::MAX, Failure::failed("no idea why")).await;
    assert_eq!((tries, heard), (5, vec![0, 2]));
    let letters = place.dead_letters("counts", 1).await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].reason, "no idea why");
    assert_eq!(Event::parse(&letters[0].message).unwrap(), counted("s", 1));
}

async fn poison_is_a_dead_letter_at_once(place: Place) {
    let (tries, heard) = try_one_of_three(&place, usize::MAX, Failure::poison("of no use")).await;
    assert_eq!((tries, heard), (1, vec![0, 2]));
    assert_eq!(place.dead_letters("counts", 1).await[0].reason, "of no use");
    // data of another shape, too
    let (speaker, listener) = (Speaker::start(&place.open()).await, Listener::new().await);
    let _heard = listener.listen(&place.open(), "shapes", &[COUNTED]).await;
    let event = |number: Value| Event::recorded("x".to_owned(), NOW, "/test", COUNTED, "s", &json!({"number": number}));
    speaker.say([event(json!("one")), counted("s", 7)]).await;
    listener.has_heard(1).await;
    assert_eq!((listener.numbers("s"), listener.calls()), (vec![7], 2));
    assert!(place.dead_letters("shapes", 1).await[0].reason.contains("another shape"));
}

async fn what_a_handler_stands_on_may_be_away_for_long(place: Place) {
    let (tries, heard) = try_one_of_three(&place, 40, Failure::unavailable("no database")).await;
    assert_eq!((tries, heard), (41, vec![0, 1, 2]));
}

async fn a_handler_that_panics_is_asked_again(place: Place) {
    let (speaker, listener) = (Speaker::start(&place.open()).await, Listener::new().await);
    let tries = AtomicUsize::new(0);
    let handler = {
        let listener = listener.clone();
        move |event| {
            assert!(tries.fetch_add(1, Ordering::Relaxed) > 0, "this panic belongs to the test");
            let listener = listener.clone();
            async move { listener.hear(event).await }
        }
    };
    let mut subscription = place.open().subscribe("counts", &[COUNTED], handler);
    subscription.ready().await;
    speaker.count("s", 0..2).await;
    listener.has_heard(2).await;
    assert_eq!(listener.numbers("s"), [0, 1]);
}

async fn what_is_no_event_holds_nothing_up_in_an_outbox(place: Place) {
    let (speaker, listener) = (Speaker::start(&place.open()).await, Listener::new().await);
    let _heard = listener.listen(&place.open(), "counts", &[COUNTED]).await;
    speaker.say_json([counted("s", 0).to_json(), "\"no event\"".to_owned(), counted("s", 1).to_json()]).await;
    listener.has_heard(2).await;
    assert_eq!(listener.numbers("s"), [0, 1]);
    assert_eq!(place.dead_letters("outbox", 1).await[0].message, "\"no event\"");
}
