//! What is done without anybody asking. Every replica does it; what one has done, the others find done.

use std::time::Duration;

use std::sync::Arc;

use chassis::ApiError;
use chassis::tasks::every;
use store::{Draft, Store, StoreError};

use crate::model::{Flag, Schedule, ScheduleState, Usage};
use crate::ruleset::Rules;
use crate::stale;
use crate::stamp::Scribe;
use crate::writes;

/// How often we look whether the time of a change has come.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How often we look whether flags were asked for.
const NOTE_EVERY: Duration = Duration::from_mins(1);

/// Seconds that pass between two notes of one flag: each is a write.
const NOTED_FOR: i64 = 3600;

/// Make planned changes at their time.
pub async fn apply_schedules(store: Store, scribe: Scribe) {
    let mut ticks = every(LOOK_EVERY);
    loop {
        ticks.tick().await;
        let now = scribe.clock.unix_seconds();
        let snapshot = store.read();
        let waiting = snapshot.find::<Schedule>("state", ScheduleState::Pending.as_str());
        let mut due: Vec<_> =
            waiting.filter(|schedule| schedule.at <= now).map(|due| (due.at, due.id.clone())).collect();
        // in the order of their times, also after a long stop
        due.sort();
        for (_, id) in due {
            let stamp = scribe.stamp(&format!("schedule {id}"));
            let apply = move |draft: &mut Draft| writes::apply_due(draft, &stamp, &id);
            let applied: Result<(), ApiError> = store.write(apply).await;
            if let Err(error) = applied {
                tracing::debug!(%error, "a planned change waits for the storage");
                break;
            }
        }
    }
}

/// Note when flags were last asked for.
pub async fn note_usage(store: Store, rules: Arc<Rules>) {
    let mut ticks = every(NOTE_EVERY);
    loop {
        ticks.tick().await;
        if let Err(error) = note(&store, &rules).await {
            tracing::debug!(%error, "when flags were last asked for could not be noted");
        }
    }
}

/// Note when flags were last asked for, if that was not noted in the last hour.
///
/// # Errors
/// When the storage cannot be written.
pub async fn note(store: &Store, rules: &Rules) -> Result<(), StoreError> {
    let (snapshot, ruleset) = (store.read(), rules.now(store));
    let is_later = |now: Option<i64>, kept: Option<i64>| now.is_some_and(|now| now >= kept.unwrap_or(0) + NOTED_FOR);
    let used = snapshot.iter::<Flag>().filter_map(|flag| {
        let usage = stale::usage(&snapshot, &ruleset, rules, flag);
        let kept = snapshot.get::<Usage>(flag.id()).map(|kept| kept.document.clone()).unwrap_or_default();
        (is_later(usage.by_name, kept.by_name) || is_later(usage.in_bulk, kept.in_bulk)).then_some(usage)
    });
    let used: Vec<Usage> = used.collect();
    if used.is_empty() {
        return Ok(());
    }
    store
        .write(move |draft: &mut Draft| {
            for usage in &used {
                let kept = draft.get::<Usage>(&usage.flag).map(|kept| kept.document.clone()).unwrap_or_default();
                // it may have been deleted meanwhile, and another replica may have seen more
                if draft.get::<Flag>(&usage.flag).is_some() {
                    let (by_name, in_bulk) = (usage.by_name.max(kept.by_name), usage.in_bulk.max(kept.in_bulk));
                    draft.put(Usage { flag: usage.flag.clone(), by_name, in_bulk });
                }
            }
            Ok(())
        })
        .await
}
