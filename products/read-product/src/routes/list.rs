//! `GET /api/v1/products`

use std::str::FromStr;

use actix_web::http::header::ETag;
use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::cursor::link_to_next;
use chassis::extract::{FromQuery, Parameters, Query};
use chassis::paging::{Page, Paging};
use chassis::preconditions::{IfNoneMatchHeader, not_modified};
use chassis::refusals::ReadRefused;
use products::Product;
use utoipa::IntoParams;

use super::dated;
use crate::ReadProduct;

/// Characters of a search at most: as long as a name.
const LONGEST: usize = 200;

/// What is looked for.
#[derive(Default)]
struct Search(String);

impl FromStr for Search {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.trim().to_owned())) } else { Err("must be one line of at most 200 characters") }
    }
}

/// Which products.
pub(crate) struct ListQuery {
    search: Search,
    paging: Paging<i64>,
}

impl FromQuery for ListQuery {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        Self { search: parameters.take("q").unwrap_or_default(), paging: Paging::from_query(parameters) }
    }
}

/// As the OpenAPI description lists it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "a description: it is read by ListQuery")]
struct SearchParameter {
    /// A text that is in the name or in the description, in upper or lower case.
    #[param(example = "tea", max_length = 200)]
    q: Option<String>,
}

/// List products, in the order in which they were added
///
/// From memory, and so also while the database is away: see `Age`.
#[utoipa::path(
    tag = "Products",
    params(SearchParameter, Paging<i64>, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The products", body = Vec<Product>,
            headers(
                ("Age" = i64, description = "Seconds since this was compared with the database"),
                ("Cache-Status" = String, description = "`read-product; hit; ttl=…`: a negative `ttl` says that it is old (RFC 9211)"),
                ("ETag" = String, description = "Changes with every product"),
                ("Link" = String, description = "The next page (RFC 8288)"),
            )),
        (status = 304, description = "Nothing has changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        ReadRefused,
    )
)]
#[get("/api/v1/products")]
pub(crate) async fn list(
    Query(ListQuery { search, paging }): Query<ListQuery>,
    request: HttpRequest,
    service: web::Data<ReadProduct>,
) -> HttpResponse {
    let snapshot = service.catalogue.read();
    let tag = snapshot.tag();
    if not_modified(&request, || tag.clone()) {
        let mut response = HttpResponse::NotModified();
        dated(&mut response, &service.catalogue);
        return response.insert_header(ETag(tag)).finish();
    }
    let after = paging.cursor.as_ref().map_or(0, |cursor| cursor.0);
    let page = Page::of(snapshot.behind(after, &search.0), paging.limit, |product| product.id);
    let mut response = HttpResponse::Ok();
    dated(&mut response, &service.catalogue);
    if let Some(next) = &page.next {
        response.insert_header(link_to_next(&request, &next.encode()));
    }
    response.insert_header(ETag(tag)).json(&page.items)
}
