//! Changes on their way over one connection.

use std::time::Duration;

use futures_util::stream::{FuturesOrdered, StreamExt};
use serde::Serialize;
use socketio_client::Connection;
use tokio::time::{Instant, timeout_at};

use super::TellError;
use crate::model::{Change, ChangeKind, ChangedFile};

/// Changes under way at most: sent, and not acknowledged. Waiting for each before the next is sent would cost a round trip
/// for every change.
const WINDOW: usize = 256;

/// How long the next acknowledgement may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The payload: what the notifications tell on, and the epoch.
#[derive(Debug, Serialize)]
struct Told<'a> {
    seq: i64,
    epoch: &'a str,
    file: &'a ChangedFile,
    at: i64,
}

/// As the contract names them.
const fn event_of(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Created => "File_create",
        ChangeKind::Updated => "File_update",
        ChangeKind::Deleted => "File_delete",
    }
}

/// Send these, in their order; up to which one all were acknowledged, and why not the others.
pub(super) async fn send(
    connection: &mut Connection,
    changes: &[Change],
    epoch: &str,
) -> (Option<i64>, Option<TellError>) {
    let (mut rest, mut under_way) = (changes.iter(), FuturesOrdered::new());
    let mut acknowledged = None;
    let mut deadline = Instant::now() + PATIENCE;
    loop {
        // one alone before the first is acknowledged: who refuses us refuses one change and not hundreds
        let window = if acknowledged.is_some() { WINDOW } else { 1 };
        while under_way.len() < window
            && let Some(change) = rest.next()
        {
            let told = Told { seq: change.seq, epoch, file: &change.file, at: change.at };
            let payload = serde_json::to_value(told).expect("numbers and texts are JSON");
            let answered = connection.emit_with_ack(event_of(change.kind), payload);
            let seq = change.seq;
            under_way.push_back(async move { TellError::check(&answered.await?).map(|()| seq) });
        }
        let acknowledgement = tokio::select! {
            acknowledgement = timeout_at(deadline, under_way.next()) => acknowledgement,
            // read, so that the end is known; a refusal comes as an event too
            event = connection.next() => match event {
                Ok(_) => continue,
                Err(error) => return (acknowledged, Some(error.into())),
            },
        };
        match acknowledgement {
            Ok(Some(Ok(seq))) => {
                acknowledged = Some(seq);
                deadline = Instant::now() + PATIENCE;
            }
            Ok(Some(Err(error))) => return (acknowledged, Some(error)),
            Ok(None) => return (acknowledged, None),
            Err(_) => return (acknowledged, Some(TellError::Late(PATIENCE))),
        }
    }
}
