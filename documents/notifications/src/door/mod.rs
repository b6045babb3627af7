//! The door: requests come in by actix, on the one port of the service, and go to the engine.

mod cors;
mod wire;

use std::convert::Infallible;
use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError, web};
use bytes::{Bytes, BytesMut};
use chassis::ApiError;
use chassis::auth::Authenticator;
use chassis::observe::OnlyReads;
use chassis::streams::Places;
use engineioxide::config::EngineIoConfig;
use engineioxide::service::EngineIoService;
use futures_util::{Stream, StreamExt};
use http_body_util::{BodyExt, Full};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tower_service::Service;

pub use self::cors::preflight;
pub use self::wire::Wire;
use crate::connection::Visitor;
use crate::hub::Hub;
use crate::settings::Settings;

/// How much larger than the limit a message may be for its sender to be told so; a larger one ends the connection.
const TOLERANCE: usize = 4;

/// How long a body may take to arrive: a client that sends a byte a second must not hold a connection for ever.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The path of Socket.IO, as every client has it.
const PATH: &str = "/socket.io";

/// The way to the engine.
pub struct Door {
    hub: Arc<Hub>,
    engine: EngineIoService<Hub>,
    places: Arc<Places>,
}

/// What a request says in its query, as far as it matters here.
struct Query<'a> {
    sid: Option<&'a str>,
    websocket: bool,
}

impl<'a> Query<'a> {
    fn of(request: &'a HttpRequest) -> Self {
        let mut query = Self { sid: None, websocket: false };
        for pair in request.query_string().split('&') {
            match pair.split_once('=') {
                Some(("sid", sid)) => query.sid = Some(sid),
                Some(("transport", transport)) => query.websocket = transport == "websocket",
                _ => {}
            }
        }
        query
    }
}

impl Door {
    /// The door to this hub.
    pub fn to(hub: Arc<Hub>) -> Self {
        let settings = &hub.settings;
        let largest = settings.max_message_bytes * TOLERANCE;
        let config = EngineIoConfig::builder()
            .req_path(PATH)
            .ping_interval(settings.ping_interval)
            .ping_timeout(settings.ping_timeout)
            // and one for a heart-beat
            .max_buffer_size(settings.max_waiting + 1)
            .max_payload(largest as u64)
            .ws_max_message_size(largest)
            .ws_max_frame_size(largest)
            // a connection that says little holds little; a larger message makes room for itself
            .ws_read_buffer_size(1024)
            .build();
        let places = Arc::new(Places::new(settings.max_connections, settings.max_connections_per_address));
        Self { engine: EngineIoService::with_config(Arc::clone(&hub), config), places, hub }
    }

    /// What was set.
    pub fn settings(&self) -> &Settings {
        &self.hub.settings
    }

    /// Answer a request for [`PATH`].
    ///
    /// # Errors
    /// 429 and 503 when there is no place, 403 for a page that may not come in.
    pub async fn answer(&self, request: &HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
        cors::check(request, &self.hub.settings.allowed_origins)?;
        // a client that polls sends each word by a POST: that is no line of the log
        request.extensions_mut().insert(OnlyReads);
        let answer = self.let_in(request, payload).await;
        let mut answer = answer.unwrap_or_else(|refusal| refusal.error_response());
        // also on refusals: the page of the client may say why
        cors::allow(request, &mut answer);
        Ok(answer)
    }

    async fn let_in(&self, request: &HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
        let query = Query::of(request);
        if query.websocket {
            let visitor = if query.sid.is_none() { Some(self.enter(request)?) } else { None };
            self.websocket(request, payload, query.sid, visitor)
        } else {
            self.polling(request, payload, query.sid).await
        }
    }

    /// Take a place for a new connection.
    fn enter(&self, request: &HttpRequest) -> Result<Arc<Visitor>, ApiError> {
        let authenticator = request.app_data::<web::Data<Authenticator>>();
        let authenticator = authenticator.ok_or_else(|| ApiError::not_found("Nothing is here"))?;
        let origin = self.hub.settings.trusted_proxies.client_of(request).subscriber();
        let place = self.places.take(origin)?;
        let bearer = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let bearer = bearer.and_then(|value| value.split_once(' '));
        let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        Ok(Arc::new(Visitor {
            bearer: bearer.map(|(_, token)| token.trim().to_owned()),
            authenticator: Arc::clone(authenticator),
            wire: Mutex::default(),
            place,
            origin,
            taken: Arc::default(),
            posting: tokio::sync::Mutex::default(),
        }))
    }

    /// A websocket: from the beginning, or in the place of polling.
    fn websocket(
        &self,
        request: &HttpRequest,
        payload: web::Payload,
        sid: Option<&str>,
        visitor: Option<Arc<Visitor>>,
    ) -> Result<HttpResponse, ApiError> {
        let key = websocket_key(request).ok_or_else(|| {
            ApiError::bad_request("A websocket is opened by a GET with Upgrade, Sec-WebSocket-Key and version 13")
        })?;
        let visitor = visitor.or_else(|| self.known(sid?)).ok_or_else(unknown)?;
        let patience = self.hub.settings.ping_interval + self.hub.settings.ping_timeout;
        let (wire, engine_end, client_end) = wire::wire(patience, Arc::clone(&visitor.taken));
        visitor.has_websocket(&wire)?;
        let opening = head(request, Some(&visitor)).body(()).map_err(unreadable)?;
        let opened = Service::call(&mut self.engine.clone(), (engine_end, opening)).into_inner();
        opened.map_err(unreadable)?;
        actix_web::rt::spawn(wire.feed(payload));
        // the place is taken until actix has let go of the connection, too
        let told = client_end.map(move |bytes| {
            let _ = &visitor.place;
            bytes
        });
        Ok(HttpResponse::SwitchingProtocols()
            .upgrade("websocket")
            .insert_header((header::SEC_WEBSOCKET_ACCEPT, derive_accept_key(key)))
            .streaming(told))
    }

    /// A request of a client that polls: it opens a connection, waits for what there is, or brings something.
    async fn polling(
        &self,
        request: &HttpRequest,
        payload: web::Payload,
        sid: Option<&str>,
    ) -> Result<HttpResponse, ApiError> {
        let visitor = match sid {
            None => self.enter(request)?,
            // before anything is read of whoever has no place here
            Some(sid) => self.known(sid).ok_or_else(unknown)?,
        };
        if sid.is_none() || request.method() != Method::POST {
            let answer = self.asked(request, sid.is_none().then_some(&visitor), Bytes::new()).await?;
            let (answer, bytes) = answer;
            visitor.taken.fetch_add(bytes as u64, Ordering::Relaxed);
            return Ok(answer);
        }
        // as the official server has it. So a connection has no more than two requests, and no more than one body
        let one_at_a_time =
            || ApiError::bad_request("Another request of this connection is on its way: send one after the other");
        let _posting = visitor.posting.try_lock().map_err(|_| one_at_a_time())?;
        let body = whole(payload, self.hub.settings.max_message_bytes * TOLERANCE).await?;
        Ok(self.asked(request, None, body).await?.0)
    }

    /// What the engine answers to it, and in how many bytes.
    async fn asked(
        &self,
        request: &HttpRequest,
        visitor: Option<&Arc<Visitor>>,
        body: Bytes,
    ) -> Result<(HttpResponse, usize), ApiError> {
        let mut passed_on = head(request, visitor);
        if let Some(kind) = request.headers().get(header::CONTENT_TYPE) {
            passed_on = passed_on.header("content-type", kind.as_bytes());
        }
        let passed_on = passed_on.body(Full::new(body)).map_err(unreadable)?;
        let answered = Service::call(&mut self.engine.clone(), passed_on).await;
        let (head, body) = answered.unwrap_or_else(|never: Infallible| match never {}).into_parts();
        let status = StatusCode::from_u16(head.status.as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = HttpResponse::build(status);
        for (name, value) in &head.headers {
            answer.insert_header((name.as_str(), value.as_bytes()));
        }
        let body = body.collect().await.map_err(|_| ApiError::bad_request("The answer has broken off"))?.to_bytes();
        let bytes = body.len();
        Ok((answer.insert_header((header::CACHE_CONTROL, "no-store")).body(body), bytes))
    }

    /// Whoever has this connection.
    fn known(&self, sid: &str) -> Option<Arc<Visitor>> {
        self.hub.audience.find(sid.parse().ok()?)?.data.visitor().cloned()
    }
}

fn unknown() -> ApiError {
    ApiError::bad_request("Session ID unknown")
}

/// What the engine reads of a request: its query. What it would keep of the headers nobody asks for.
fn head(request: &HttpRequest, visitor: Option<&Arc<Visitor>>) -> http::request::Builder {
    let uri = format!("{PATH}/?{}", request.query_string());
    let head = http::Request::builder().method(request.method().as_str()).uri(uri);
    match visitor {
        Some(visitor) => head.extension(Arc::clone(visitor)),
        None => head,
    }
}

fn unreadable(error: impl fmt::Display) -> ApiError {
    ApiError::bad_request(format!("This is no request of a Socket.IO client: {error}"))
}

/// The key of a request that opens a websocket (RFC 6455, section 4.2.1); none when it is no such request.
fn websocket_key(request: &HttpRequest) -> Option<&[u8]> {
    let header = |name: header::HeaderName| request.headers().get(name)?.to_str().ok();
    let upgrades = header(header::UPGRADE).is_some_and(|value| value.eq_ignore_ascii_case("websocket"));
    let version = header(header::SEC_WEBSOCKET_VERSION) == Some("13");
    let key = header(header::SEC_WEBSOCKET_KEY).filter(|key| !key.is_empty())?;
    (request.method() == Method::GET && upgrades && version).then_some(key.as_bytes())
}

/// The whole body, if it is no larger than this and arrives in time.
async fn whole<E>(payload: impl Stream<Item = Result<Bytes, E>>, most: usize) -> Result<Bytes, ApiError> {
    let read = async {
        let (mut payload, mut body) = (std::pin::pin!(payload), BytesMut::new());
        while let Some(bytes) = payload.next().await {
            let bytes = bytes.map_err(|_| ApiError::bad_request("The request has broken off"))?;
            if body.len() + bytes.len() > most {
                return Err(ApiError::payload_too_large(most));
            }
            body.extend_from_slice(&bytes);
        }
        Ok(body.freeze())
    };
    timeout(BODY_TIMEOUT, read).await.unwrap_or_else(|_| Err(ApiError::request_timeout()))
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use tokio::time::{Instant, sleep};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_body_that_comes_a_byte_a_second_is_given_up() {
        let a_byte_a_second = || {
            stream::unfold((), |()| async {
                sleep(Duration::from_secs(1)).await;
                Some((Ok::<_, ()>(Bytes::from_static(b"x")), ()))
            })
        };
        let begun = Instant::now();
        let error = whole(a_byte_a_second(), 1 << 20).await.unwrap_err();
        assert_eq!((error.status_code().as_u16(), begun.elapsed()), (408, BODY_TIMEOUT));
        assert_eq!(whole(a_byte_a_second().take(20), 20).await.unwrap().len(), 20);
        assert_eq!(whole(a_byte_a_second().take(20), 19).await.unwrap_err().status_code().as_u16(), 413);
    }
}
