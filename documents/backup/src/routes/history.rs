//! `GET /api/v1/history`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::cursor::Limit;
use chassis::extract::{FromQuery, Parameters, Query};
use chassis::paging::Paging;
use chassis::refusals::{ReadRefused, ReaderRefused};
use utoipa::{IntoParams, IntoResponses};

use crate::Backup;
use crate::catalogue::{Entry, Filter};
use crate::model::Kind;

/// Which changes, as descriptions list them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "a description")]
struct Which {
    /// Of this history. Without it, of all; with `file` or `user`, of the one that is followed now, since their numbers mean
    /// something else in each.
    #[param(minimum = 1)]
    history: Option<i64>,
    /// Of this file.
    #[param(minimum = 1)]
    file: Option<i64>,
    /// Of this user's files.
    #[param(minimum = 1)]
    user: Option<i64>,
    /// Of this kind.
    kind: Option<Kind>,
    /// That happened at this moment or later, in Unix seconds.
    from: Option<i64>,
    /// That happened at this moment or before, in Unix seconds.
    to: Option<i64>,
}

/// What is asked for.
pub(crate) struct Asked {
    filter: Filter,
    paging: Paging<u64>,
}

impl FromQuery for Asked {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        Self {
            filter: Filter {
                history: parameters.take("history"),
                file: parameters.take("file"),
                user: parameters.take("user"),
                kind: parameters.take("kind"),
                from: parameters.take("from"),
                to: parameters.take("to"),
            },
            paging: Paging {
                limit: parameters.take::<Limit>("limit").unwrap_or_default(),
                cursor: parameters.take("cursor"),
            },
        }
    }
}

/// What it can be refused for beside that.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
enum CatalogueRefused {
    /// The catalogue cannot be read
    #[response(
        status = 503,
        example = json!({"error": "The catalogue cannot be read: try again"}),
        headers(("Retry-After" = u32, description = "Try again after so many seconds"))
    )]
    Unavailable(chassis::error::ErrorBody),
}

/// What was copied, the latest first
///
/// Deletions too: nothing that was ever copied is forgotten. For admins alone, since it tells the names of files.
#[utoipa::path(
    tag = "History",
    params(Which, Paging),
    responses(
        (status = 200, description = "A page of it", body = Vec<Entry>,
            headers(("Link" = String, description = "The next page (RFC 8288); absent on the last"))),
        ReadRefused, ReaderRefused, CatalogueRefused,
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/history")]
pub(crate) async fn history(
    caller: Caller,
    Query(asked): Query<Asked>,
    request: HttpRequest,
    service: web::Data<Backup>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Admin)?;
    let Asked { filter, paging } = asked;
    let entries = service.catalogue.page(&filter, paging.before(), paging.needed()).await.map_err(|error| {
        tracing::error!(%error, "the catalogue cannot be read");
        ApiError::unavailable("The catalogue cannot be read: try again", 1)
    })?;
    Ok(paging.answer(&request, entries, |entry| entry.id))
}
