//! What is bounded, on a store in memory: over the network, to fill it would take minutes.

use chassis::ApiError;
use chassis::ids::RandomIds;
use store::{Draft, Store};

use super::history::{of_flag, of_segment};
use super::*;
use crate::documents::schema;
use crate::model::{Change, ChangeRequest, Proposal, Schedule};
use crate::stamp::Stamp;

async fn memory() -> Store {
    Store::open(&"memory:".parse().unwrap(), "flags", schema(), &RandomIds).await.unwrap()
}

fn stamp(by: &str, number: usize) -> Stamp {
    Stamp { by: by.to_owned(), at: 1_700_000_000, id: format!("{number:016x}") }
}

fn toggle() -> Proposal {
    Proposal::Toggle { id: "a".to_owned(), on: true }
}

/// Ask for a change so often, each time in a write of its own.
async fn ask(store: &Store, numbers: std::ops::Range<usize>) -> Result<(), ApiError> {
    for number in numbers {
        let ask = move |draft: &mut Draft| propose(draft, &stamp("USR-nadia", number), &toggle(), None, "").map(drop);
        store.write(ask).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_thousand_requests_may_be_open_and_a_thousand_settled_ones_are_kept() {
    let store = memory().await;
    ask(&store, 0..1000).await.unwrap();
    let refused = ask(&store, 1000..1001).await.unwrap_err();
    assert_eq!(refused.to_string(), "1000 change requests wait, and no more may: settle some of them first");
    let settle = async |number: usize| {
        let id = format!("REQ-{number:016X}");
        let settle = move |draft: &mut Draft| reject(draft, &stamp("USR-boris", number), &id, "").map(drop);
        store.write(settle).await.unwrap_or_else(|error: ApiError| panic!("{number}: {error}"));
    };
    // not in the order of their ids: it is the time at which they were settled that counts
    for number in (0..1000).rev() {
        settle(number).await;
    }
    ask(&store, 1000..1005).await.unwrap();
    for number in 1000..1005 {
        settle(number).await;
    }
    let left: Vec<_> = store.read().iter::<ChangeRequest>().map(|request| request.id.clone()).collect();
    assert_eq!(left.len(), 1000);
    assert_eq!((&*left[994], &*left[995]), ("REQ-00000000000003E2", "REQ-00000000000003E8"));
}

#[tokio::test]
async fn a_thousand_planned_changes_may_wait_and_a_thousand_others_are_kept() {
    let store = memory().await;
    let planned = async |number: usize| {
        let at = 1_700_000_100;
        store.write(move |draft: &mut Draft| plan(draft, &stamp("a", number), at, &toggle()).map(drop)).await
    };
    for number in 0..1000 {
        planned(number).await.unwrap();
    }
    let refused: ApiError = planned(1000).await.unwrap_err();
    assert!(refused.to_string().contains("1000 planned changes wait"), "{refused}");
    for number in 0..1003 {
        let id = format!("SCH-{number:016X}");
        store.write(move |draft: &mut Draft| cancel(draft, &stamp("a", 0), &id).map(drop)).await.unwrap();
        planned(number + 1000).await.unwrap();
    }
    assert_eq!(store.read().count::<Schedule>(), 2000);
}

#[tokio::test]
async fn the_history_of_all_flags_and_segments_together_is_bounded() {
    let store = memory().await;
    for round in 0..21 {
        let write = move |draft: &mut Draft| -> Result<(), ApiError> {
            for number in 0..1000 {
                let id = format!("flag-{round}-{number}");
                remember(draft, of_flag(draft, &stamp("a", 0), &id, 1, "deleted", None));
            }
            // one that changes all the time takes nothing from the others
            remember(draft, of_segment(draft, &stamp("a", 0), "s", "updated"));
            Ok(())
        };
        store.write(write).await.unwrap();
    }
    let snapshot = store.read();
    assert_eq!(snapshot.count::<Change>(), 20_000);
    assert_eq!(
        (snapshot.count_of::<Change>("flag", "flag-0-1"), snapshot.count_of::<Change>("flag", "flag-20-1")),
        (0, 1)
    );
    for _ in 0..250 {
        let write = |draft: &mut Draft| -> Result<(), ApiError> {
            remember(draft, of_segment(draft, &stamp("a", 0), "s", "updated"));
            Ok(())
        };
        store.write(write).await.unwrap();
    }
    assert_eq!(store.read().count_of::<Change>("segment", "s"), 200);
}
