//! Services, asked in the name of who is signed in.
//!
//! Each call has the reader's own access token: a page can do nothing that its reader may not do. What a service answers comes back as
//! a value, as a [`Refusal`] that a form shows, or as a page that says what is wrong.

use actix_web::http::StatusCode;
use chassis::client::{Call, PeerError, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{SignedIn, instead};

/// What was read.
#[derive(Debug, Clone)]
pub(crate) struct Read<T> {
    /// It.
    pub value: T,
    /// Its version, for `If-Match`.
    pub etag: String,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// What a service refuses to do.
#[derive(Debug, Clone, Default)]
pub(crate) struct Refusal {
    /// 400, 403, 404, 409, 412 …; 503 when it does not answer.
    pub status: u16,
    /// In one sentence.
    pub error: String,
    /// What is wrong with which field.
    pub details: Vec<(String, String)>,
}

impl Refusal {
    /// Somebody else has changed it meanwhile.
    pub const fn is_stale(&self) -> bool {
        self.status == 412
    }

    /// The status of a page that shows it.
    pub fn page_status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST)
    }
}

#[derive(Deserialize)]
struct Body {
    error: String,
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(default)]
    field: String,
    #[serde(default)]
    message: String,
}

/// What an answer that is no success says.
pub(super) fn refusal_of(response: &Response) -> Refusal {
    let status = response.status().as_u16();
    let body = serde_json::from_slice::<Body>(response.body()).ok();
    let (error, details) = body.map(|body| (body.error, body.details)).unwrap_or_default();
    let details = details.into_iter().map(|detail| (detail.field, detail.message)).collect();
    Refusal { status, error, details }
}

impl SignedIn {
    /// The call, in the name of who is signed in.
    fn mine<'p>(&self, call: Call<'p>) -> Call<'p> {
        let origin = self.frontend.settings.trusted_proxies.client_of(&self.request);
        // the users service counts wrong passwords of each address
        call.bearer(&self.open.tokens.access).header("x-forwarded-for", origin.address().to_string())
    }

    /// Read something that must be there.
    ///
    /// # Errors
    /// A page: 404, 403, or that the service does not answer.
    pub async fn read<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<Read<T>, actix_web::Error> {
        self.find(call).await?.ok_or_else(|| self.not_found())
    }

    /// Read something that may not be there (404).
    ///
    /// # Errors
    /// A page: 403, or that the service does not answer.
    pub async fn find<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<Option<Read<T>>, actix_web::Error> {
        let response = match self.mine(call).send().await {
            Ok(response) => response,
            Err(error) => return Err(self.silent(&error)),
        };
        match response.status().as_u16() {
            404 => return Ok(None),
            401 => return Err(instead(self.ended().await)),
            400..=499 => {
                let refusal = refusal_of(&response);
                let text = self.t.of_service(&refusal.error);
                return Err(instead(self.notice(refusal.page_status(), self.t.not_allowed, &text)));
            }
            _ => {}
        }
        let etag = response.header("etag").unwrap_or_default().to_owned();
        let next = response.next_cursor();
        let value = response.json().map_err(|error| self.silent(&error))?;
        Ok(Some(Read { value, etag, next }))
    }

    /// Read something that a page can do without: none when it is not there, or nobody answers.
    pub async fn perhaps<T: DeserializeOwned>(&self, call: Call<'_>) -> Option<T> {
        let answer = self.mine(call).send().await.and_then(Response::json);
        answer.inspect_err(|error| tracing::debug!(%error, "a page goes without")).ok()
    }

    /// Whether something is known not to be there.
    pub async fn is_lacking(&self, call: Call<'_>) -> bool {
        self.mine(call).send().await.is_ok_and(|response| response.status().as_u16() == 404)
    }

    /// Do something. A refusal is for the form that asked for it; 503 is one too, so that nothing that was typed is lost.
    ///
    /// # Errors
    /// A page, when the session has ended: then somebody signs in first.
    pub async fn write(&self, call: Call<'_>) -> Result<Result<Response, Refusal>, actix_web::Error> {
        match self.mine(call).send().await {
            Ok(response) if response.status().as_u16() == 401 => Err(instead(self.ended().await)),
            Ok(response) if response.status().is_success() => Ok(Ok(response)),
            Ok(response) => Ok(Err(refusal_of(&response))),
            Err(error) => {
                tracing::warn!(%error, "what somebody asked for was not done");
                let is_busy = matches!(&error, PeerError::Failing { status, .. } if status.as_u16() == 429);
                let (status, text) = match &error {
                    _ if is_busy => (429, self.t.too_often),
                    PeerError::Timeout { .. } | PeerError::Broken { .. } => (503, self.t.maybe_done),
                    _ => (503, self.t.not_done),
                };
                Ok(Err(Refusal { status, error: text.to_owned(), details: Vec::new() }))
            }
        }
    }

    fn silent(&self, error: &PeerError) -> actix_web::Error {
        tracing::warn!(%error, "a page cannot be shown");
        let mut response = self.silent_page();
        response.headers_mut().insert(actix_web::http::header::RETRY_AFTER, 5_u32.into());
        instead(response)
    }
}
