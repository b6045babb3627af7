//! Questions to one peer, several at a time.

use bytes::Bytes;
use chassis::client::{Peer, PeerError, StatusCode};
use futures_util::stream::{self, StreamExt};

use crate::known::{Answer, Known, Topic};
use crate::read::ReadError;

/// Questions that are under way at once.
const AT_ONCE: usize = 8;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum AskError {
    #[error(transparent)]
    Peer(#[from] PeerError),
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// What a peer answered otherwise than before.
type News = Vec<(Topic, Option<Answer>)>;

/// Ask these; what is new, and whether all of them were answered.
pub(super) async fn ask(peer: &Peer, known: &Known, topics: Vec<Topic>) -> (News, bool) {
    let asked = stream::iter(topics).map(|topic| async move {
        let answer = one(peer, known, &topic).await;
        (topic, answer)
    });
    let mut asked = asked.buffer_unordered(AT_ONCE);
    let (mut news, mut all) = (News::new(), true);
    while let Some((topic, answer)) = asked.next().await {
        match answer {
            Ok(Change::New(answer)) => news.push((topic, Some(*answer))),
            Ok(Change::Gone) => news.push((topic, None)),
            Ok(Change::Nothing) => {}
            Err(error) => {
                tracing::debug!(peer = peer.name(), topic = topic.key(), %error, "not answered");
                all = false;
            }
        }
    }
    (news, all)
}

enum Change {
    New(Box<Answer>),
    Gone,
    Nothing,
}

async fn one(peer: &Peer, known: &Known, topic: &Topic) -> Result<Change, AskError> {
    let before = known.answer(topic);
    let mut call = peer.get(topic.path()).header("accept", "*/*");
    if let Some(segment) = topic.segment() {
        call = call.segment(segment);
    }
    for (name, value) in topic.query() {
        call = call.query(name, value);
    }
    if let Some(etag) = before.and_then(|before| before.etag.as_deref()) {
        call = call.header("if-none-match", etag);
    }
    let response = call.send().await?;
    if response.status() == StatusCode::NOT_MODIFIED && before.is_some() {
        return Ok(Change::Nothing);
    }
    if response.status() == StatusCode::NOT_FOUND {
        match topic {
            // there is none
            Topic::Banner if before.is_some_and(|before| before.body.plain.is_empty()) => return Ok(Change::Nothing),
            Topic::Banner => return Ok(Change::New(Box::new(Answer::read(topic, Bytes::new(), None)?))),
            topic if topic.is_of_a_service() && before.is_some() => return Ok(Change::Gone),
            topic if topic.is_of_a_service() => return Ok(Change::Nothing),
            _ => {}
        }
    }
    let response = response.ok()?;
    if before.is_some_and(|before| before.body.plain == *response.body()) {
        return Ok(Change::Nothing);
    }
    let etag = response.header("etag").map(ToOwned::to_owned);
    Ok(Change::New(Box::new(Answer::read(topic, response.body().clone(), etag)?)))
}
