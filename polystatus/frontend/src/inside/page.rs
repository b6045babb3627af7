//! A page behind the login, put together.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{FrameTemplate, Section};
use super::{SignedIn, texts};
use crate::Frontend;
use crate::reader::Reader;
use crate::routes::answer;
use crate::session::Flash;

/// What is around a page.
pub(crate) struct Page<'a> {
    /// Who reads it; none before the login.
    pub signed_in: Option<&'a SignedIn>,
    /// Where it belongs.
    pub section: Option<Section>,
    /// The name of its tab.
    pub title: &'a str,
    /// What was done a moment ago.
    pub flash: Option<&'a Flash>,
}

impl Page<'_> {
    /// The answer. Nobody keeps it, not even the browser that shows it. It is never compressed: with the form's token and what a
    /// stranger may have put into a page in one text, its length would tell of the token (BREACH).
    pub fn answer(
        &self,
        request: &HttpRequest,
        frontend: &Frontend,
        status: StatusCode,
        body: &impl Template,
    ) -> HttpResponse {
        let reader = Reader::of(request);
        let t = texts::of(reader.lang);
        let site = frontend.making.site(&frontend.memory.read());
        let frame = FrameTemplate {
            t,
            lang: reader.lang,
            theme: reader.theme,
            title: format!("{} · {site}", self.title.trim_end_matches(['.', '?'])),
            site,
            assets: &frontend.making.assets,
            signed_in: self.signed_in,
            section: self.section,
            flash: self.flash,
            // a choice leads back by a GET, which the address of a form does not always have
            has_switches: request.method() == actix_web::http::Method::GET && status == StatusCode::OK,
            body: body.render().expect("a template writes to memory"),
        };
        let html = frame.render().expect("a template writes to memory");
        let mut response = HttpResponse::build(status).body(html);
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        answer::guard(response.headers_mut(), frontend);
        response
    }
}
