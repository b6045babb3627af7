//! `GET /api/v1/products/{id}`

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{ETag, EntityTag};
use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::error::ErrorBody;
use chassis::path::Id;
use chassis::preconditions::{IfNoneMatchHeader, not_modified};
use products::Product;
use tokio::time::timeout;
use utoipa::{IntoParams, IntoResponses};

use super::dated;
use crate::ReadProduct;
use crate::catalogue::Entry;

/// How far behind the last known product an id is still looked for in the database: it may have been added just now. What
/// lies further is a guess.
const NEAR: i64 = 1000;

/// How long somebody waits for that look.
const PATIENCE: Duration = Duration::from_secs(2);

/// The id in a path, as the OpenAPI description lists it.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description: the id is read by chassis::path::Id")]
struct IdInPath {
    /// The number of the product.
    #[param(example = 1, minimum = 1)]
    id: i64,
}

/// What the description lists.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
enum NotKnown {
    /// There is no such product
    #[response(status = 404, example = json!({"error": "Product not found"}))]
    NotFound(ErrorBody),
    /// No such product is known, and the database cannot be asked
    #[response(
        status = 503,
        example = json!({"error": "The database cannot be reached, and no such product is known from before"}),
        headers(("Retry-After" = u32, description = "Try again after so many seconds"))
    )]
    Unavailable(ErrorBody),
}

/// Read a product
///
/// From memory, and so also while the database is away: see `Age`. A product that was added just now is found too.
#[utoipa::path(
    tag = "Products",
    params(IdInPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The product", body = Product,
            headers(
                ("Age" = i64, description = "Seconds since this was compared with the database"),
                ("Cache-Status" = String, description = "`read-product; hit; ttl=…`: a negative `ttl` says that it is old (RFC 9211)"),
                ("ETag" = String, description = "Changes with the product"),
            )),
        (status = 304, description = "It has not changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        NotKnown,
    )
)]
#[get("/api/v1/products/{id}")]
pub(crate) async fn read(
    id: Id,
    request: HttpRequest,
    service: web::Data<ReadProduct>,
) -> Result<HttpResponse, ApiError> {
    let entry = service.find(number(&id)?).await?;
    let tag = EntityTag::new_strong(entry.tag.clone());
    let is_known = not_modified(&request, || tag.clone());
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    dated(&mut response, &service.catalogue);
    response.insert_header(ETag(tag));
    Ok(if is_known { response.finish() } else { response.json(&entry.product) })
}

fn not_found() -> ApiError {
    ApiError::not_found("Product not found")
}

/// Whatever stands there: what is no number names no product, 404, not 400.
fn number(id: &Id) -> Result<i64, ApiError> {
    let is_number = !id.0.is_empty() && id.0.bytes().all(|byte| byte.is_ascii_digit());
    id.0.parse().ok().filter(|_| is_number).ok_or_else(not_found)
}

impl ReadProduct {
    async fn find(&self, id: i64) -> Result<Arc<Entry>, ApiError> {
        let known = self.catalogue.read();
        if let Some(entry) = known.get(id) {
            return Ok(Arc::clone(entry));
        }
        if !(known.last_id() + 1..=known.last_id().saturating_add(NEAR)).contains(&id) {
            return Err(not_found());
        }
        // the event that tells of it may be on its way still, and who has added it looks at it at once
        let looked = timeout(PATIENCE, self.catalogue.look()).await;
        match self.catalogue.read().get(id) {
            Some(entry) => Ok(Arc::clone(entry)),
            None if looked.is_ok() && !self.catalogue.is_cut_off() => Err(not_found()),
            None => {
                let sentence = "The database cannot be reached, and no such product is known from before";
                Err(ApiError::unavailable(sentence, 1))
            }
        }
    }
}
