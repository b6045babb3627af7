//! The pages that everybody reads.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, web};

use super::answer::making;
use crate::DisplayProduct;
use crate::pages::{About, Home, ProductPage, Products};
use crate::reader::parameter;

/// Products on the first page.
const ON_THE_FIRST_PAGE: usize = 6;

/// Characters of a search at most, as read-product takes it.
const LONGEST_SEARCH: usize = 200;

/// Characters of a cursor at most: ours have a dozen.
const LONGEST_CURSOR: usize = 100;

/// Put a page together, or answer at once.
macro_rules! making {
    ($request:expr, $service:expr) => {
        match making($request, $service) {
            Ok(making) => making,
            Err(response) => return *response,
        }
    };
}
pub(super) use making as made;

/// The first page
#[utoipa::path(
    operation_id = "pageHome",
    tag = "Pages",
    responses(
        (status = 200, description = "A page in French or in English", body = String, content_type = "text/html"),
        (status = 503, description = "A page that says that nothing is known", body = String, content_type = "text/html"),
    )
)]
#[get("/")]
pub(crate) async fn home(request: HttpRequest, service: web::Data<DisplayProduct>) -> HttpResponse {
    let making = made!(&request, &service);
    let Ok(seen) = service.reading.list("", "").await else { return making.nothing_known() };
    let first = &seen.what.products[..seen.what.products.len().min(ON_THE_FIRST_PAGE)];
    let body = Home { t: making.t, products: first };
    making.page(StatusCode::OK, ("/", making.t.welcome), seen.age, &body)
}

/// The list
#[utoipa::path(
    operation_id = "pageProducts",
    tag = "Pages",
    params(
        ("q" = Option<String>, Query, description = "What to look for", example = "tea"),
        ("cursor" = Option<String>, Query, description = "Where the page begins: from the link to it"),
    ),
    responses(
        (status = 200, description = "A page in French or in English; it says so when it is old", body = String, content_type = "text/html"),
        (status = 503, description = "A page that says that nothing is known", body = String, content_type = "text/html"),
    )
)]
#[get("/products")]
pub(crate) async fn products(request: HttpRequest, service: web::Data<DisplayProduct>) -> HttpResponse {
    let making = made!(&request, &service);
    // what no list would take is not asked for: the page is the one without it
    let text = parameter(&request, "q").unwrap_or_default();
    let text: String = text.trim().chars().filter(|c| !c.is_control()).take(LONGEST_SEARCH).collect();
    let is_cursor = |cursor: &String| cursor.len() <= LONGEST_CURSOR && cursor.bytes().all(|b| b.is_ascii_graphic());
    let cursor = parameter(&request, "cursor").filter(is_cursor).unwrap_or_default();
    let Ok(seen) = service.reading.list(&text, &cursor).await else { return making.nothing_known() };
    let next = seen.what.next.as_ref().map(|cursor| {
        let mut query = form_urlencoded::Serializer::new("/products?".to_owned());
        if !text.is_empty() {
            query.append_pair("q", &text);
        }
        query.append_pair("cursor", cursor).finish()
    });
    let body = Products { t: making.t, text: &text, listed: &seen.what, next };
    making.page(StatusCode::OK, ("/products", making.t.products), seen.age, &body)
}

/// A product
#[utoipa::path(
    operation_id = "pageProduct",
    tag = "Pages",
    params(("id" = i64, Path, description = "Its number", example = 1)),
    responses(
        (status = 200, description = "A page in French or in English; it says so when it is old", body = String, content_type = "text/html"),
        (status = 404, description = "A page that says that there is nothing", body = String, content_type = "text/html"),
        (status = 503, description = "A page that says that nothing is known", body = String, content_type = "text/html"),
    )
)]
#[get("/products/{id}")]
pub(crate) async fn product(request: HttpRequest, service: web::Data<DisplayProduct>) -> HttpResponse {
    let making = made!(&request, &service);
    let id = request.match_info().get("id").unwrap_or_default();
    let is_number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let Some(id) = id.parse().ok().filter(|_| is_number) else { return making.not_found() };
    match service.reading.product(id).await {
        Ok(seen) => match &seen.what {
            Some(known) => {
                let body = ProductPage { t: making.t, product: known };
                making.page(StatusCode::OK, ("", &known.name), seen.age, &body)
            }
            None => making.not_found(),
        },
        Err(_) => making.nothing_known(),
    }
}

/// What this is
#[utoipa::path(
    operation_id = "pageAbout",
    tag = "Pages",
    responses((status = 200, description = "A page in French or in English", body = String, content_type = "text/html"))
)]
#[get("/about")]
pub(crate) async fn about(request: HttpRequest, service: web::Data<DisplayProduct>) -> HttpResponse {
    let making = made!(&request, &service);
    making.page(StatusCode::OK, ("/about", making.t.about), None, &About { t: making.t })
}
