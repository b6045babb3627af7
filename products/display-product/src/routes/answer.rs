//! What every answer that a browser shows has around it.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::DisplayProduct;
use crate::pages::{Frame, Notice};
use crate::reader::Reader;
use crate::texts::{self, Texts};

/// Nothing but what we serve ourselves, and nothing inline; no script at all: the pages need none.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// The headers of everything that a browser shows as a page.
const GUARDS: [(&str, &str); 6] = [
    ("content-type", "text/html; charset=utf-8"),
    ("content-security-policy", POLICY),
    ("permissions-policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("cross-origin-opener-policy", "same-origin"),
    // not `no-referrer`: with it, browsers would not say either from where a form comes
    ("referrer-policy", "same-origin"),
    ("vary", "accept-language, cookie"),
];

/// Two years, as browsers want it (RFC 6797).
const TLS_ALONE: &str = "max-age=63072000";

/// A year: as long as a choice is remembered, in seconds.
const REMEMBERED: u32 = 31_536_000;

/// What a page is made with: who reads, and what is said around it.
pub(super) struct Making<'a> {
    pub t: &'static Texts,
    request: &'a HttpRequest,
    service: &'a DisplayProduct,
    reader: Reader,
}

/// For whoever has sent this request; or that a choice is remembered, and the page is under its own address.
pub(super) fn making<'a>(
    request: &'a HttpRequest,
    service: &'a DisplayProduct,
) -> Result<Making<'a>, Box<HttpResponse>> {
    let reader = Reader::of(request);
    match reader.chosen {
        Some((name, word)) => Err(Box::new(remember(request, service, name, word))),
        None => Ok(Making { t: texts::of(reader.lang), request, service, reader }),
    }
}

impl Making<'_> {
    /// A page. `here` is its path in the navigation, and empty for what is not in it.
    pub fn page(
        &self,
        status: StatusCode,
        (here, title): (&'static str, &str),
        age: Option<i64>,
        body: &impl Template,
    ) -> HttpResponse {
        let Reader { lang, theme, .. } = self.reader;
        let frame = Frame { lang, theme, here, title: title.to_owned(), age };
        let html = frame.around(body, &self.service.shelf);
        let mut response = HttpResponse::build(status).body(html);
        guard(response.headers_mut(), self.service);
        // what was typed belongs to who has typed it; and a list is asked for again
        let kept = if self.request.method().is_safe() { "no-cache" } else { "no-store" };
        response.headers_mut().insert(HeaderName::from_static("cache-control"), HeaderValue::from_static(kept));
        response
    }

    /// A page that says one thing.
    pub fn notice(&self, status: StatusCode, title: &str, text: &str) -> HttpResponse {
        self.page(status, ("", title), None, &Notice { t: self.t, title, text })
    }

    /// There is no such page.
    pub fn not_found(&self) -> HttpResponse {
        self.notice(StatusCode::NOT_FOUND, self.t.nothing_here, self.t.nothing_here_text)
    }

    /// The list cannot be had, and none is known from before.
    pub fn nothing_known(&self) -> HttpResponse {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let mut response = self.notice(status, self.t.nothing_known, self.t.nothing_known_text);
        again_in(&mut response, 2);
        response
    }
}

/// After so many seconds it may be tried again.
pub(super) fn again_in(response: &mut HttpResponse, seconds: u32) {
    response.headers_mut().insert(HeaderName::from_static("retry-after"), seconds.into());
}

fn guard(headers: &mut HeaderMap, service: &DisplayProduct) {
    for (name, value) in GUARDS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if service.settings.behind_tls {
        let name = HeaderName::from_static("strict-transport-security");
        headers.insert(name, HeaderValue::from_static(TLS_ALONE));
    }
}

/// Remember a choice, and show the same page under its own address: the choice of one is not sent to others with a link.
fn remember(request: &HttpRequest, service: &DisplayProduct, name: &str, word: &str) -> HttpResponse {
    // a path that begins with two slashes would be the name of another host
    let path = request.path().trim_start_matches('/');
    let others = form_urlencoded::parse(request.query_string().as_bytes())
        .filter(|(name, _)| name != "lang" && name != "theme")
        .take(10);
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(others).finish();
    let location = if query.is_empty() { format!("/{path}") } else { format!("/{path}?{query}") };
    let secure = if service.settings.behind_tls { "; Secure" } else { "" };
    // what is in it are words of ours
    let cookie = format!("{name}={word}; Path=/; Max-Age={REMEMBERED}; SameSite=Lax; HttpOnly{secure}");
    let mut response = HttpResponse::SeeOther();
    response.insert_header(("location", location)).insert_header(("cache-control", "no-store"));
    response.insert_header(("set-cookie", cookie)).finish()
}
