//! All goes well.

use std::sync::Arc;

use events::Failure;
use testbed::wait;
use tokio::sync::Notify;

use crate::brokers::{Place, SOON, on_both_brokers};
use crate::listener::{Listener, subjects};
use crate::speaker::{COUNTED, Speaker, counted, event};

on_both_brokers! {
    what_is_said_arrives_once_and_in_the_order_of_its_subject,
    each_queue_hears_what_it_has_asked_for,
    what_a_service_said_before_it_ended_is_sent_when_it_is_back,
    one_of_two_instances_hears_and_the_other_takes_over,
    what_an_instance_had_done_and_not_acknowledged_is_not_done_twice,
}

async fn what_is_said_arrives_once_and_in_the_order_of_its_subject(place: Place) {
    let (speaker, listener) = (Speaker::start(&place.open()).await, Listener::new().await);
    let _heard = listener.listen(&place.open(), "counts", &[COUNTED]).await;
    let subjects = subjects(20);
    for number in 0..20 {
        speaker.say(subjects.iter().map(|subject| counted(subject, number))).await;
    }
    listener.has_heard(400).await;
    listener.assert_heard(&subjects, 20);
    wait::until_async("the outbox to be empty", SOON, async || (speaker.waiting().await == 0).then_some(())).await;
}

async fn each_queue_hears_what_it_has_asked_for(place: Place) {
    let speaker = Speaker::start(&place.open()).await;
    let broker = place.open();
    let queues = [
        ("ups", &["test.server.up"][..]),
        ("both", &["test.server.up", "test.server.down"]),
        ("all", &["test.#"]),
        ("twice", &["test.server.*", "test.#"]),
    ];
    let mut listeners = Vec::new();
    let mut heard = Vec::new();
    for (queue, kinds) in queues {
        let listener = Listener::new().await;
        heard.push(listener.listen(&broker, queue, kinds).await);
        listeners.push(listener);
    }
    let kinds = ["test.server.up", "other.server.up", "test.server.down", "test.user.invited"];
    let said = (0..).zip(kinds).map(|(number, kind)| event(kind, "s", number));
    // the last one is heard by all: what comes before it has been heard by then
    speaker.say(said.chain([event("test.server.up", "s", 9)])).await;
    let wanted: [&[u64]; 4] = [&[0, 9], &[0, 2, 9], &[0, 2, 3, 9], &[0, 2, 3, 9]];
    for (listener, numbers) in listeners.iter().zip(wanted) {
        listener.has_heard(numbers.len()).await;
        assert_eq!(listener.numbers("s"), numbers);
        assert_eq!(listener.calls(), numbers.len());
    }
}

async fn what_a_service_said_before_it_ended_is_sent_when_it_is_back(place: Place) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("speaker.db").display());
    let listener = Listener::new().await;
    let _heard = listener.listen(&place.open(), "counts", &[COUNTED]).await;
    for round in 0..3 {
        let speaker = Speaker::silent(&url).await;
        speaker.count("s", round * 10..(round + 1) * 10).await;
    }
    let mut speaker = Speaker::silent(&url).await;
    assert_eq!((speaker.waiting().await, listener.calls()), (30, 0));
    speaker.send_by(&place.open());
    listener.has_heard(30).await;
    listener.assert_heard(&subjects_of("s"), 30);
}

fn subjects_of(subject: &str) -> [String; 1] {
    [subject.to_owned()]
}

async fn one_of_two_instances_hears_and_the_other_takes_over(place: Place) {
    let (speaker, listener) = (Speaker::start(&place.open()).await, Listener::new().await);
    // two instances on one store
    let first = listener.listen(&place.open(), "counts", &[COUNTED]).await;
    let _second = listener.listen(&place.open(), "counts", &[COUNTED]).await;
    let subjects = subjects(5);
    for number in 0..20 {
        speaker.say(subjects.iter().map(|subject| counted(subject, number))).await;
    }
    listener.has_heard(30).await;
    drop(first);
    listener.has_heard(100).await;
    listener.assert_heard(&subjects, 20);
}

/// The moment that matters most: killed between the work and the acknowledgement.
async fn what_an_instance_had_done_and_not_acknowledged_is_not_done_twice(place: Place) {
    let (speaker, listener) = (Speaker::start(&place.open()).await, Listener::new().await);
    let broker = place.open();
    let done = Arc::new(Notify::new());
    let dying = {
        let (listener, done) = (listener.clone(), Arc::clone(&done));
        move |event| {
            let (listener, done) = (listener.clone(), Arc::clone(&done));
            async move {
                listener.hear(event).await?;
                done.notify_one();
                std::future::pending::<Result<(), Failure>>().await
            }
        }
    };
    let mut dying = broker.subscribe("counts", &[COUNTED], dying);
    dying.ready().await;
    speaker.count("s", 0..5).await;
    done.notified().await;
    drop(dying);
    assert_eq!((listener.calls(), listener.count()), (1, 1));
    let _heard = listener.listen(&broker, "counts", &[COUNTED]).await;
    listener.has_heard(5).await;
    listener.assert_heard(&subjects_of("s"), 5);
    assert!(listener.calls() > 5, "it did not come again");
}
