//! `GET /api/v1/changes`

use actix_web::{HttpResponse, get, web};
use chassis::ApiError;
use chassis::cursor::Limit;
use chassis::extract::{FromQuery, Parameters, Query};
use chassis::refusals::{ReadRefused, ReaderRefused};
use utoipa::IntoParams;

use super::StorageRefused;
use crate::DocumentsApi;
use crate::model::Change;
use crate::person::Person;

/// Which changes.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// The `seq` of the last change that the client has.
    #[param(default = 0, minimum = 0)]
    after: Option<u64>,
    /// How many at most.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 500, default = 100)]
    limit: Limit,
}

impl FromQuery for Which {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        Self { after: parameters.take("after"), limit: parameters.take("limit").unwrap_or_default() }
    }
}

/// What happened, in order
///
/// Whoever asks again with the last `seq` as `after` misses nothing and hears nothing twice: a change is never seen before
/// one with a smaller `seq`. Admins see all, without a gap; users see those of their own files.
#[utoipa::path(
    tag = "Changes",
    params(Which),
    responses(
        (status = 200, description = "The first changes behind it; none: there is no news", body = Vec<Change>,
            headers(("Documents-Epoch" = String,
                description = "Which database this is: numbers count within it alone, and another one counts anew"))),
        ReadRefused, ReaderRefused, StorageRefused,
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/changes")]
pub(crate) async fn changes(
    person: Person,
    Query(which): Query<Which>,
    service: web::Data<DocumentsApi>,
) -> Result<HttpResponse, ApiError> {
    let after = i64::try_from(which.after.unwrap_or(0)).unwrap_or(i64::MAX);
    let changes = service.database.changes(after, which.limit.get(), person.sight()).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header(("Documents-Epoch", service.database.epoch()));
    Ok(response.insert_header(("Cache-Control", "no-store")).json(changes))
}
