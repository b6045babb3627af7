//! Server-sent events (HTML standard, 9.2): one who tells, and many who listen, each on a connection of its own.
//!
//! A service tells each change once; how many listen does not matter to it. Who is too slow, or comes back after a while, is
//! told what it has missed, or else `reload`: that it must read everything again.
//!
//! ```
//! use actix_web::{HttpRequest, HttpResponse, web};
//! use chassis::ApiError;
//! use chassis::streams::{Streams, event};
//!
//! async fn follow(request: HttpRequest, streams: web::Data<Streams>) -> Result<HttpResponse, ApiError> {
//!     streams.follow(&request, |_last_event_id| Vec::new())
//! }
//!
//! let streams = Streams::default();
//! streams.send(event(7, "server", &serde_json::json!({"id": 1, "status": "down"})));
//! ```

mod places;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{self, HeaderName};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use futures_util::stream::unfold;
use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{self, Receiver};
use utoipa::IntoResponses;

pub use self::places::{Place, Places};
use crate::ApiError;
use crate::error::ErrorBody;
use crate::origin::TrustedProxies;

/// Streams that are open at once at most: each holds a connection.
pub const MOST_STREAMS: usize = 10_000;

/// Streams of one client's network address: a tenth, so that one cannot take all.
pub const MOST_STREAMS_OF_ONE: usize = MOST_STREAMS / 10;

/// Events that a listener may be behind; then it is told to read everything again.
pub const BEHIND: usize = 256;

/// The number of the last event that a client saw, sent by its browser when it connects anew.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// After so much silence a comment is sent, so that proxies do not take the connection for dead.
const SILENCE: Duration = Duration::from_secs(15);

/// What a browser does when the stream breaks: wait two seconds, and connect anew.
const FIRST: Bytes = Bytes::from_static(b"retry: 2000\n\n");

const COMMENT: Bytes = Bytes::from_static(b":\n\n");

/// After this, which no event is, a stream ends.
const END: Bytes = Bytes::new();

/// The seconds after which somebody who found no place may try again.
const RETRY_AFTER: u32 = 5;

/// The way to all who listen. A clone is the same way.
#[derive(Debug, Clone)]
pub struct Streams {
    sender: broadcast::Sender<Bytes>,
    lost: Bytes,
    places: Arc<Places>,
    proxies: Arc<TrustedProxies>,
}

impl Default for Streams {
    fn default() -> Self {
        Self::behind(TrustedProxies::default())
    }
}

impl Streams {
    /// With no listeners yet; these proxies say which client is behind them.
    pub fn behind(proxies: TrustedProxies) -> Self {
        Self {
            sender: broadcast::Sender::new(BEHIND),
            lost: reload(),
            places: Arc::new(Places::new(MOST_STREAMS, MOST_STREAMS_OF_ONE)),
            proxies: Arc::new(proxies),
        }
    }

    /// Another way, to other listeners, who share the number of places with these. Who is too slow there is told `lost`.
    #[must_use]
    pub fn beside(&self, lost: Bytes) -> Self {
        Self { sender: broadcast::Sender::new(BEHIND), lost, ..self.clone() }
    }

    /// Whether anybody listens: what nobody hears need not be made.
    pub fn has_listeners(&self) -> bool {
        self.sender.receiver_count() > 0
    }

    /// Tell this to all who listen now.
    pub fn send(&self, event: Bytes) {
        // an error says that nobody listens
        let _ = self.sender.send(event);
    }

    /// End all streams, after what was told already.
    pub fn end(&self) {
        self.send(END);
    }

    /// Listen until the client hangs up. `missed` makes what is told first: all that came after the event of this number,
    /// which is the client's to choose, or `None` when it has heard nothing before.
    ///
    /// # Errors
    /// 503 when all places are taken, 429 when this client has taken too many of them.
    pub fn follow(
        &self,
        request: &HttpRequest,
        missed: impl FnOnce(Option<u64>) -> Vec<Bytes>,
    ) -> Result<HttpResponse, ApiError> {
        let place = self.places.take(self.proxies.client_of(request).subscriber())?;
        // listened to before it is read: what comes between is told twice, and nothing is missed
        let receiver = self.sender.subscribe();
        let seen = request.headers().get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()?.parse().ok());
        let waiting = std::iter::once(FIRST).chain(missed(seen)).collect();
        let listener = Listener { waiting, receiver, lost: self.lost.clone(), _place: place };
        let events = unfold(listener, async |mut listener| {
            let event = listener.next().await?;
            Some((Ok::<_, Infallible>(event), listener))
        });
        Ok(HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .content_type("text/event-stream")
            .streaming(events))
    }
}

struct Listener {
    waiting: VecDeque<Bytes>,
    receiver: Receiver<Bytes>,
    lost: Bytes,
    _place: Place,
}

impl Listener {
    /// What is to be said next; `None` when all is said.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(event) = self.waiting.pop_front() {
            return Some(event);
        }
        match tokio::time::timeout(SILENCE, self.receiver.recv()).await {
            Ok(Ok(event)) => (event != END).then_some(event),
            Ok(Err(RecvError::Lagged(_))) => Some(self.lost.clone()),
            Ok(Err(RecvError::Closed)) => None,
            // nothing was said
            Err(_) => Some(COMMENT),
        }
    }
}

/// An event of this name with its number, which clients send back when they connect anew.
///
/// # Panics
/// When `data` is no plain data, such as a map whose keys are not texts.
pub fn event(number: u64, name: &str, data: &impl Serialize) -> Bytes {
    // JSON as serde writes it has no line ends, which would end the event
    let data = serde_json::to_string(data).expect("what is told is plain data");
    event_of_json(number, name, data.as_bytes())
}

/// As [`event`], of JSON in one line.
pub fn event_of_json(number: u64, name: &str, data: &[u8]) -> Bytes {
    let mut event = format!("id: {number}\nevent: {name}\ndata: ").into_bytes();
    event.extend_from_slice(data);
    event.extend_from_slice(b"\n\n");
    event.into()
}

/// A listener has missed so much that it must read everything again. Without a number: the last one stays what it was.
pub fn reload() -> Bytes {
    Bytes::from_static(b"event: reload\ndata: {}\n\n")
}

/// What a stream can be refused for.
#[derive(IntoResponses)]
pub enum StreamRefused {
    /// Too many streams of this network address are open
    #[response(status = 429, example = json!({"error": "Too many requests"}),
        headers(("Retry-After" = u32, description = "Try again after so many seconds")))]
    TooMany(ErrorBody),
    /// Too many streams are open
    #[response(status = 503, example = json!({"error": "Too many streams are open: try again"}),
        headers(("Retry-After" = u32, description = "Try again after so many seconds")))]
    Unavailable(ErrorBody),
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody;
    use actix_web::test::TestRequest;

    use super::*;

    async fn next_of(body: &mut (impl MessageBody + Unpin)) -> Option<Bytes> {
        std::future::poll_fn(|context| std::pin::Pin::new(&mut *body).poll_next(context)).await?.ok()
    }

    fn follow(streams: &Streams, last: Option<&str>, missed: impl FnOnce(Option<u64>) -> Vec<Bytes>) -> HttpResponse {
        let mut request = TestRequest::default();
        if let Some(last) = last {
            request = request.insert_header(("Last-Event-ID", last));
        }
        streams.follow(&request.to_http_request(), missed).unwrap()
    }

    #[actix_web::test]
    async fn who_listens_hears_what_it_missed_then_what_comes_then_the_end() {
        let streams = Streams::default();
        let missed = |seen| {
            assert_eq!(seen, Some(6));
            vec![event(7, "server", &1)]
        };
        let mut body = follow(&streams, Some("6"), missed).into_body();
        assert!(streams.has_listeners());
        streams.send(event(8, "server", &2));
        streams.end();
        assert_eq!(next_of(&mut body).await.unwrap(), FIRST);
        assert_eq!(next_of(&mut body).await.unwrap(), "id: 7\nevent: server\ndata: 1\n\n");
        assert_eq!(next_of(&mut body).await.unwrap(), "id: 8\nevent: server\ndata: 2\n\n");
        assert_eq!(next_of(&mut body).await, None);
        drop(body);
        assert!(!streams.has_listeners());
    }

    #[actix_web::test]
    async fn who_is_too_slow_is_told_so_once_and_goes_on() {
        let streams = Streams::default();
        let mut body = follow(&streams, Some("no number"), |seen| {
            assert_eq!(seen, None);
            Vec::new()
        })
        .into_body();
        assert_eq!(next_of(&mut body).await.unwrap(), FIRST);
        for number in 0..=BEHIND as u64 {
            streams.send(event(number, "server", &number));
        }
        assert_eq!(next_of(&mut body).await.unwrap(), reload());
        assert_eq!(next_of(&mut body).await.unwrap(), event(1, "server", &1));
    }

    #[actix_web::test(start_paused = true)]
    async fn silence_is_filled_with_comments() {
        let streams = Streams::default();
        let mut body = follow(&streams, None, |_| Vec::new()).into_body();
        assert_eq!(next_of(&mut body).await.unwrap(), FIRST);
        assert_eq!(next_of(&mut body).await.unwrap(), COMMENT);
    }
}
