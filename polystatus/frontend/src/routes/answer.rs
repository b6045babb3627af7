//! What every answer that a browser shows has around it.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETag, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    SET_COOKIE, STRICT_TRANSPORT_SECURITY, VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use chassis::preconditions::not_modified;

use crate::Frontend;
use crate::pages::{Body, Message, Name};
use crate::reader::{Reader, takes_gzip};

const CSP: HeaderName = HeaderName::from_static("content-security-policy");
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Nothing but what we serve ourselves, and nothing inline: a text that got past the escaping would still run nowhere.
const OURS_ALONE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// No page of ours needs any of it.
const NO_PERMISSIONS: HeaderValue =
    HeaderValue::from_static("camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()");

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// Two years, as browsers want it (RFC 6797).
const TLS_ALONE: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// A year: as long as a choice is remembered, in seconds.
const REMEMBERED: u32 = 31_536_000;

/// The headers of everything that a browser shows as a page.
pub(crate) fn guard(headers: &mut HeaderMap, frontend: &Frontend) {
    headers.insert(CONTENT_TYPE, HTML);
    headers.insert(CSP, OURS_ALONE);
    headers.insert(PERMISSIONS, NO_PERMISSIONS);
    headers.insert(OPENER, HeaderValue::from_static("same-origin"));
    // not `no-referrer`: with it, browsers would not say either from where a form comes
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if frontend.settings.behind_tls() {
        headers.insert(STRICT_TRANSPORT_SECURITY, TLS_ALONE);
    }
}

/// A page that everybody reads, or that the reader has it already.
pub(super) fn page(request: &HttpRequest, frontend: &Frontend, name: Name) -> HttpResponse {
    let reader = Reader::of(request);
    if let Some(theme) = reader.chosen_theme {
        return remember_and_return(request, frontend, "theme", theme.as_str());
    }
    let edition = frontend.press.edition();
    let (page, status) = match edition.page(name, reader.lang) {
        Some(page) => (page, StatusCode::OK),
        None => match edition.page(Name::NotFound, reader.lang) {
            Some(page) => (page, StatusCode::NOT_FOUND),
            None => return HttpResponse::NotFound().finish(),
        },
    };
    let status = if page.frame.path.is_none() { StatusCode::NOT_FOUND } else { status };
    let body = page.body(reader.theme);
    let mut response = ready(request, body, status);
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("accept-encoding, accept-language, cookie"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    guard(headers, frontend);
    if let Some(lang) = reader.chosen_lang {
        headers.append(SET_COOKIE, cookie(frontend, "lang", lang.as_str()));
    }
    response
}

/// These bytes, compressed for who takes it; 304 for who has them.
pub(super) fn ready(request: &HttpRequest, body: &Body, status: StatusCode) -> HttpResponse {
    if status == StatusCode::OK && not_modified(request, || body.etag.clone()) {
        return HttpResponse::NotModified().insert_header(ETag(body.etag.clone())).finish();
    }
    let mut response = HttpResponse::build(status);
    response.insert_header(ETag(body.etag.clone()));
    if takes_gzip(request) {
        response.insert_header((CONTENT_ENCODING, "gzip")).body(body.gzip().clone())
    } else {
        response.body(body.plain.clone())
    }
}

/// What is said to one reader.
pub(super) fn message(
    request: &HttpRequest,
    frontend: &Frontend,
    status: StatusCode,
    message: &Message<'_>,
) -> HttpResponse {
    let reader = Reader::of(request);
    let html = frontend.making.message(message, reader.lang, reader.theme, &frontend.memory.read());
    let mut response = HttpResponse::build(status).body(html);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    guard(headers, frontend);
    response
}

/// Remember a choice, and show the same page under its own address: the choice of one is not sent to others with a link.
pub(crate) fn remember_and_return(request: &HttpRequest, frontend: &Frontend, name: &str, value: &str) -> HttpResponse {
    // a path that begins with two slashes would be the name of another host
    let path = request.path().trim_start_matches('/');
    let mut response = HttpResponse::SeeOther();
    response.insert_header(("location", format!("/{path}")));
    response.insert_header((CACHE_CONTROL, "no-store"));
    response.insert_header((SET_COOKIE, cookie(frontend, name, value)));
    response.finish()
}

/// What is in it are words of ours.
fn cookie(frontend: &Frontend, name: &str, value: &str) -> HeaderValue {
    let secure = if frontend.settings.behind_tls() { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={REMEMBERED}; SameSite=Lax; HttpOnly{secure}");
    HeaderValue::from_str(&cookie).expect("words of ours fit a header")
}
