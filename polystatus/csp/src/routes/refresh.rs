//! `POST /api/v1/csp/refresh`

use actix_web::{HttpResponse, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::error::Detail;
use chassis::extract::{FromQuery, Parameters, Query};
use chassis::refusals::WriteRefused;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use values::ServiceId;

use crate::Csp;
use crate::model::Provider;
use crate::poll::{Outcome, Polled};

/// Who is to be asked.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Whom {
    /// The provider's id; all providers when absent.
    #[param(example = "github")]
    provider: Option<String>,
}

impl FromQuery for Whom {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        Self { provider: parameters.take("provider") }
    }
}

/// What asking them brought.
#[derive(Serialize, ToSchema)]
pub(crate) struct Refreshed {
    /// How many have said something new.
    #[schema(example = 1)]
    changed: usize,
    /// How many could not be asked, or not be understood.
    #[schema(example = 0)]
    failed: usize,
    /// Each of them.
    providers: Vec<Polled>,
}

/// Ask one provider, or all, now
///
/// A provider that was asked less than ten seconds ago (`REFRESH_SECONDS`), or wants to be left alone, is not asked:
/// `too-soon`, with the seconds after which it may be. One that has kept failing is left alone for ten minutes: then it says
/// so. For responders.
#[utoipa::path(
    operation_id = "refresh",
    tag = "Providers",
    security(("bearer" = [])),
    params(Whom),
    responses(
        (status = 200, description = "What changed", body = Refreshed),
        WriteRefused,
    )
)]
#[post("/api/v1/csp/refresh")]
pub(crate) async fn refresh(
    caller: Caller,
    Query(whom): Query<Whom>,
    csp: web::Data<Csp>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Responder)?;
    let providers = match whom.provider {
        None => csp.poller.look_at_all(&caller.subject).await?,
        Some(name) => {
            let id = name.parse::<ServiceId>().ok();
            let id = id.filter(|id| csp.store.read().get::<Provider>(id.as_str()).is_some()).ok_or_else(|| {
                ApiError::invalid(vec![Detail::new("provider", "must be the id of a provider, as their list has it")])
            })?;
            vec![csp.poller.look(&id, &caller.subject).await?]
        }
    };
    let count = |outcome| providers.iter().filter(|polled| polled.outcome == outcome).count();
    let (changed, failed) = (count(Outcome::Changed), count(Outcome::Failed));
    Ok(HttpResponse::Ok().json(Refreshed { changed, failed, providers }))
}
