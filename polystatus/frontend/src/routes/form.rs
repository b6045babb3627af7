//! A form, as a browser sends it.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use bytes::Bytes;
use chassis::ApiError;
use chassis::extract::{media_type, read_body};
use futures_util::future::LocalBoxFuture;

use super::answer;
use crate::Frontend;
use crate::pages::Message;
use crate::reader::{Reader, is_foreign};
use crate::texts::{self, Texts};

/// Bytes of a form at most: fifty services and an address have a tenth of it.
const LARGEST: usize = 32 * 1024;

/// The fields, as they came.
pub(crate) struct Form(Bytes);

impl Form {
    /// The first field of this name.
    pub fn field(&self, name: &str) -> Option<String> {
        self.all(name).next()
    }

    /// Every field of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = String> + 'a {
        let fields = form_urlencoded::parse(&self.0).filter(move |(given, _)| given == name);
        fields.map(|(_, value)| value.into_owned())
    }

    /// Every field, as it came.
    pub fn pairs(&self) -> impl Iterator<Item = (String, String)> {
        form_urlencoded::parse(&self.0).into_owned()
    }

    /// Read one of the usual size.
    pub fn of(request: &HttpRequest, payload: &mut Payload) -> LocalBoxFuture<'static, Result<Self, ApiError>> {
        Self::read(request, payload, LARGEST)
    }

    /// Read one of at most so many bytes.
    pub fn read(
        request: &HttpRequest,
        payload: &mut Payload,
        largest: usize,
    ) -> LocalBoxFuture<'static, Result<Self, ApiError>> {
        let given = media_type(request);
        let body = read_body(request, payload, largest);
        Box::pin(async move {
            let body = body.await?;
            if given != "application/x-www-form-urlencoded" && !body.is_empty() {
                return Err(ApiError::unsupported_media_type("application/x-www-form-urlencoded"));
            }
            Ok(Self(body))
        })
    }
}

impl FromRequest for Form {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Self::of(request, payload)
    }
}

/// What came of a form, for who sent it.
pub(super) struct Outcome<'a> {
    pub status: StatusCode,
    pub title: &'a str,
    pub text: &'a str,
    /// Seconds after which to try again.
    pub again: Option<u32>,
}

impl Outcome<'_> {
    /// As a page with a way back.
    pub fn page(&self, request: &HttpRequest, frontend: &Frontend) -> HttpResponse {
        let t = texts_for(request);
        let message = Message { title: self.title, text: self.text, button: None, link: Some(("/", t.back)) };
        let mut response = answer::message(request, frontend, self.status, &message);
        if let Some(seconds) = self.again {
            response.headers_mut().insert(actix_web::http::header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// The texts for who sent this.
pub(super) fn texts_for(request: &HttpRequest) -> &'static Texts {
    texts::of(Reader::of(request).lang)
}

/// What is said to a form that a page of another site sent.
pub(super) fn refuse_foreign(request: &HttpRequest) -> Result<(), Outcome<'static>> {
    let t = texts_for(request);
    if is_foreign(request) {
        let status = StatusCode::FORBIDDEN;
        return Err(Outcome { status, title: t.foreign_form, text: t.foreign_form_text, again: None });
    }
    Ok(())
}

/// What is in it is not ours.
pub(super) const fn not_ours(t: &Texts) -> Outcome<'static> {
    Outcome { status: StatusCode::BAD_REQUEST, title: t.bad_form, text: t.bad_form_text, again: None }
}
