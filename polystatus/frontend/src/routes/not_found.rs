//! What a browser is shown where nothing is.

use actix_web::guard::{GuardContext, fn_guard};
use actix_web::http::Method;
use actix_web::http::header::ACCEPT;
use actix_web::{HttpRequest, HttpResponse, Resource, web};

use super::answer;
use crate::Frontend;
use crate::pages::Name;

/// A page for people. Programs get the error in the shape that every service has, and so does everybody under `/api`.
pub(super) fn not_found() -> Resource {
    web::resource("/{anything:.*}").guard(fn_guard(is_for_people)).route(web::get().to(page))
}

/// What others answer: the routes that every service has come after those of its own.
const OF_OTHERS: [&str; 3] = ["/api", "/docs", "/openapi"];

fn is_for_people(context: &GuardContext<'_>) -> bool {
    let head = context.head();
    let path = head.uri.path();
    let wants_html = head.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok());
    head.method == Method::GET
        && wants_html.is_some_and(|accept| accept.contains("text/html"))
        && !OF_OTHERS.iter().any(|begin| path.starts_with(begin))
}

async fn page(request: HttpRequest, frontend: web::Data<Frontend>) -> HttpResponse {
    answer::page(&request, &frontend, Name::NotFound)
}
