//! `GET /stream`: what changes on a page, to who reads it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{self, HeaderName};
use actix_web::{HttpRequest, HttpResponse, get, web};
use bytes::Bytes;
use chassis::ApiError;
use chassis::error::ErrorBody;
use chassis::streams::StreamRefused;
use futures_util::stream::unfold;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::Frontend;
use crate::pages::{Name, Press};
use crate::texts::Lang;

/// The version that a browser has, sent by it when it connects anew.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// After so much silence a comment is sent, so that proxies do not take the connection for dead.
const SILENCE: Duration = Duration::from_secs(15);

/// What a browser does when the stream breaks: wait two seconds, and connect anew.
const FIRST: Bytes = Bytes::from_static(b"retry: 2000\n\n");

const COMMENT: Bytes = Bytes::from_static(b":\n\n");

/// One who follows a page.
struct Following {
    press: Arc<Press>,
    news: watch::Receiver<u64>,
    name: Name,
    lang: Lang,
    /// The version that the browser has.
    version: String,
    first: bool,
}

impl Following {
    /// What is to be sent next; `None` ends the stream.
    async fn next(&mut self) -> Option<Bytes> {
        if std::mem::take(&mut self.first) {
            return Some(FIRST);
        }
        loop {
            if *self.news.borrow_and_update() == Press::STOPPED {
                return None;
            }
            // a page that is gone, such as that of an incident which nobody tells of any more, does not change any more
            if let Some(page) = self.press.edition().page(self.name.clone(), self.lang)
                && page.version != self.version
            {
                let event = page.event_for(&self.version);
                self.version.clone_from(&page.version);
                return Some(event);
            }
            match timeout(SILENCE, self.news.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return None,
                Err(_) => return Some(COMMENT),
            }
        }
    }
}

/// Follow a page, as server-sent events
///
/// `parts`: the parts of the page that changed, as HTML, by the ids of their elements; the event's id is the page's version.
/// Who has another version than the one before gets every part.
#[utoipa::path(
    operation_id = "streamPage",
    tag = "Live",
    params(
        ("page" = Option<String>, Query, description = "The path of the page", example = "/"),
        ("lang" = Option<String>, Query, description = "`fr` or `en`", example = "en"),
        ("version" = Option<String>, Query, description = "The version that the reader has"),
    ),
    responses(
        (status = 200, description = "Events, until the client hangs up", body = String,
            content_type = "text/event-stream", example = "retry: 2000\n\n"),
        (status = 404, description = "There is no such page", body = ErrorBody, example = json!({"error": "There is no such page"})),
        StreamRefused,
    )
)]
#[get("/stream")]
pub(crate) async fn stream(request: HttpRequest, frontend: web::Data<Frontend>) -> Result<HttpResponse, ApiError> {
    let asked = |name: &str| {
        let mut pairs = form_urlencoded::parse(request.query_string().as_bytes());
        pairs.find(|(given, _)| given == name).map(|(_, value)| value.into_owned())
    };
    let lang = asked("lang").and_then(|tag| Lang::of_tag(&tag)).unwrap_or(Lang::En);
    let page = asked("page").unwrap_or_else(|| "/".to_owned());
    let no_such_page = || ApiError::not_found("There is no such page");
    let name = Name::of_path(&page).filter(Name::is_followed).ok_or_else(no_such_page)?;
    frontend.press.edition().page(name.clone(), lang).ok_or_else(no_such_page)?;
    let client = frontend.settings.trusted_proxies.client_of(&request).subscriber();
    let place = frontend.places.take(client)?;
    let known = request.headers().get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()).map(ToOwned::to_owned);
    let following = Following {
        news: frontend.press.follow(),
        press: Arc::clone(&frontend.press),
        version: known.or_else(|| asked("version")).unwrap_or_default(),
        first: true,
        name,
        lang,
    };
    let events = unfold((following, place), |(mut following, place)| async move {
        let event = following.next().await?;
        Some((Ok::<_, Infallible>(event), (following, place)))
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // proxies that gather answers would hold the events back
        .insert_header(("x-accel-buffering", "no"))
        .content_type("text/event-stream")
        .streaming(events))
}
