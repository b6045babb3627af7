//! `/api/v1/webhooks` and `/api/v1/webhooks/{id}`

use actix_web::http::header;
use actix_web::{HttpResponse, delete, get, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::error::ErrorBody;
use chassis::extract::Json;
use chassis::path::Id;
use chassis::refusals::{BodyRefused, ReaderRefused, WriteRefused};
use serde::Serialize;
use utoipa::ToSchema;

use super::path::IdInPath;
use crate::Communications;
use crate::model::{Webhook, WebhookInput};
use crate::webhooks::new_secret;
use crate::writes;

/// A webhook, as it is shown: without its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct Shown {
    /// `WHK-` and a suffix that sorts by time.
    #[schema(example = "WHK-1JN7W800000000000")]
    id: String,
    /// Where to.
    #[schema(example = "https://hooks.example.org/status")]
    url: String,
    /// Of which services; empty: of all.
    #[schema(example = json!(["checkout"]))]
    services: Vec<String>,
    /// When it was set up, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    created_at: i64,
    /// Who set it up.
    #[schema(example = "api-token")]
    created_by: String,
    /// Since when it is not called any more: its server has answered 410.
    #[schema(example = json!(null))]
    gone_at: Option<i64>,
}

/// A new webhook, with its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct Created {
    #[serde(flatten)]
    shown: Shown,
    /// With what its calls are signed (Standard Webhooks); shown this once.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: String,
}

fn shown(webhook: &Webhook) -> Shown {
    Shown {
        id: webhook.id.clone(),
        url: webhook.url.to_string(),
        services: webhook.services.iter().map(ToString::to_string).collect(),
        created_at: webhook.created_at,
        created_by: webhook.created_by.clone(),
        gone_at: webhook.gone_at,
    }
}

/// The webhooks
///
/// For managers.
#[utoipa::path(
    operation_id = "listWebhooks",
    tag = "Webhooks",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "All of them: there are 200 at most", body = Vec<Shown>),
        ReaderRefused,
    )
)]
#[get("/api/v1/webhooks")]
pub(crate) async fn list(caller: Caller, communications: web::Data<Communications>) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let snapshot = communications.store.read();
    Ok(HttpResponse::Ok().json(snapshot.iter::<Webhook>().map(|webhook| shown(webhook)).collect::<Vec<_>>()))
}

/// Have an address called with every update
///
/// Calls are signed as Standard Webhooks say, with `webhook-id`, `webhook-timestamp` and `webhook-signature`. No redirect
/// is followed, and no address of a private network is called, also when a name leads there. For managers.
#[utoipa::path(
    operation_id = "addWebhook",
    tag = "Webhooks",
    security(("bearer" = [])),
    request_body = WebhookInput,
    responses(
        (status = 201, description = "It is called from now on", body = Created,
            headers(("Location" = String, description = "Where it can be taken down"))),
        (status = 409, description = "There are too many", body = ErrorBody,
            example = json!({"error": "There are 200 webhooks, and there may be no more"})),
        WriteRefused, BodyRefused,
    )
)]
#[post("/api/v1/webhooks")]
pub(crate) async fn create(
    caller: Caller,
    Json(input): Json<WebhookInput>,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let new = input.validate(communications.settings.webhooks_to_private)?;
    let scribe = &communications.scribe;
    let stamp = scribe.stamp(&caller.subject);
    let webhook = Webhook {
        id: scribe.next_id("WHK"),
        url: new.url,
        services: new.services,
        secret: new_secret(&*scribe.ids),
        created_at: stamp.at,
        created_by: caller.subject,
        gone_at: None,
    };
    let entry = communications.store.write(move |draft: &mut _| writes::add_webhook(draft, &stamp, &webhook)).await?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/api/v1/webhooks/{}", entry.id)))
        .json(Created { shown: shown(&entry), secret: entry.secret.clone() }))
}

/// Take a webhook down
///
/// For managers.
#[utoipa::path(
    operation_id = "deleteWebhook",
    tag = "Webhooks",
    security(("bearer" = [])),
    params(IdInPath),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "There is no such webhook", body = ErrorBody,
            example = json!({"error": "Webhook not found"})),
        WriteRefused,
    )
)]
#[delete("/api/v1/webhooks/{id}")]
pub(crate) async fn delete(
    caller: Caller,
    Id(id): Id,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let stamp = communications.scribe.stamp(&caller.subject);
    communications.store.write(move |draft: &mut _| writes::delete_webhook(draft, &stamp, &id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
