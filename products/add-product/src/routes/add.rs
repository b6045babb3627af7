//! `POST /api/v1/products`

use actix_web::http::header;
use actix_web::{HttpResponse, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::error::ErrorBody;
use chassis::extract::Json;
use chassis::refusals::{BodyRefused, WriteRefused};
use products::database::Submission;
use products::{NewProductInput, Product};

use super::idempotency::{IdempotencyHeader, IdempotencyKey};
use crate::AddProduct;

/// Add a product (responders and above)
///
/// With an `Idempotency-Key` the request may be sent again when no answer came: one product is added.
#[utoipa::path(
    tag = "Products",
    params(IdempotencyHeader),
    request_body = NewProductInput,
    responses(
        (status = 201, description = "The product", body = Product,
            headers(("Location" = String, description = "Where read-product has it"))),
        (status = 409, description = "Another product was added under this Idempotency-Key", body = ErrorBody,
            example = json!({"error": "Another product was added under this Idempotency-Key: take a new key"})),
        (status = 507, description = "The database has no room left", body = ErrorBody,
            example = json!({"error": "The database has no room left: nothing was changed"})),
        WriteRefused, BodyRefused,
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/products")]
pub(crate) async fn add(
    caller: Caller,
    key: IdempotencyKey,
    Json(input): Json<NewProductInput>,
    service: web::Data<AddProduct>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Responder)?;
    let new = input.validate()?;
    let submission = key.0.map(|key| Submission::of(&caller.subject, &key));
    let product = service.database.add(&new, submission.as_ref(), &*service.clock, &*service.ids).await?;
    tracing::info!(id = product.id, by = caller.subject, "a product was added");
    let location = format!("/api/v1/products/{}", product.id);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(product))
}
