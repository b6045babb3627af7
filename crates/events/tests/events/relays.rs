//! Several relays.

use chassis::ids::RandomIds;
use events::{Relay, StoreOutbox};

use crate::brokers::{Place, on_both_brokers};
use crate::listener::{Listener, subjects};
use crate::speaker::{COUNTED, Speaker, counted};

on_both_brokers! {
    two_relays_at_one_outbox_do_no_harm,
    several_services_say_something_at_once,
}

/// As when a lease has run out while its holder was busy: what is sent twice has its effect once.
async fn two_relays_at_one_outbox_do_no_harm(place: Place) {
    let (speaker, listener) = (Speaker::start(&place.open()).await, Listener::new().await);
    let _heard = listener.listen(&place.open(), "counts", &[COUNTED]).await;
    let broker = place.open();
    let _relays: Vec<_> = (0..3).map(|_| Relay::start(StoreOutbox::of(&speaker.store, &RandomIds), &broker)).collect();
    let subjects = subjects(5);
    for number in 0..40 {
        speaker.say(subjects.iter().map(|subject| counted(subject, number))).await;
    }
    listener.has_heard(200).await;
    listener.assert_heard(&subjects, 40);
}

async fn several_services_say_something_at_once(place: Place) {
    let listener = Listener::new().await;
    let _heard = listener.listen(&place.open(), "counts", &[COUNTED]).await;
    let subjects = subjects(4);
    let speak = subjects.iter().map(async |subject| {
        let speaker = Speaker::start(&place.open()).await;
        for number in 0..50 {
            speaker.count(subject, [number]).await;
        }
        speaker
    });
    let _speakers = futures_util::future::join_all(speak).await;
    listener.has_heard(200).await;
    listener.assert_heard(&subjects, 50);
}
