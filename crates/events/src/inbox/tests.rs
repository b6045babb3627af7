use chassis::ids::CountingIds;
use store::Schema;

use super::*;

const NOW: i64 = 1_700_000_000;

fn event(id: usize, time: i64) -> Event {
    Event::recorded(format!("e{id}"), time, "/test", "test.happened", "s", &())
}

async fn store() -> Store {
    let schema = Schema::default().with::<Handled>();
    Store::open(&"memory:".parse().unwrap(), "test", schema, &CountingIds::default()).await.unwrap()
}

async fn hear(store: &Store, event: &Event) -> bool {
    let event = event.clone();
    store.write(move |draft| Ok::<_, StoreError>(first_time(draft, &event))).await.unwrap()
}

#[tokio::test]
async fn an_event_is_new_once() {
    let store = store().await;
    let event = event(1, NOW);
    assert!(hear(&store, &event).await);
    assert!(!hear(&store, &event).await);
    let of_another = Event::recorded("e1".to_owned(), NOW, "/other", "test.happened", "s", &());
    assert!(hear(&store, &of_another).await);
}

#[tokio::test]
async fn what_was_refused_is_not_remembered() {
    let store = store().await;
    let (event, again) = (event(1, NOW), event(1, NOW));
    let refused = store.write(move |draft| {
        assert!(first_time(draft, &event));
        Err::<(), _>(StoreError::Busy)
    });
    refused.await.unwrap_err();
    assert!(hear(&store, &again).await);
}

#[tokio::test]
async fn what_is_older_than_seven_days_is_forgotten() {
    let store = store().await;
    let old = AT_ONCE + 2;
    for id in 0..old {
        assert!(hear(&store, &event(id, NOW - 7 * DAY - 1)).await);
    }
    let kept = event(old, NOW - 7 * DAY);
    assert!(hear(&store, &kept).await);
    prune(&store, NOW).await.unwrap();
    assert_eq!(store.read().count::<Handled>(), 1);
    assert!(!hear(&store, &kept).await);
}
