//! `GET /admin/stale`

use std::str::FromStr;

use actix_web::{HttpResponse, get, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::{FromQuery, Parameters, Query};
use chassis::refusals::{ReadRefused, ReaderRefused};
use utoipa::IntoParams;

use crate::Flags;
use crate::stale::{self, DAY, Stale};

/// For how long nothing has happened.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Since {
    /// For so many days.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 3650, default = 30)]
    days: Days,
}

pub(crate) struct Days(i64);

impl FromStr for Days {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse()
            .ok()
            .filter(|days| (1..=3650).contains(days))
            .map(Self)
            .ok_or("must be a whole number from 1 to 3650")
    }
}

impl FromQuery for Since {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        Self { days: parameters.take("days").unwrap_or(Days(30)) }
    }
}

/// The flags that may have done their work
///
/// Nobody asks for them, or everybody gets the same: take them out of the code, then delete them.
#[utoipa::path(
    operation_id = "listStaleFlags",
    tag = "Flags",
    security(("bearer" = [])),
    params(Since),
    responses(
        (status = 200, description = "The flags, each with the reasons", body = Vec<Stale>),
        ReadRefused, ReaderRefused,
    )
)]
#[get("/admin/stale")]
pub(crate) async fn list(
    caller: Caller,
    Query(Since { days }): Query<Since>,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let (snapshot, ruleset, now) = (flags.store.read(), flags.ruleset(), flags.scribe.clock.unix_seconds());
    Ok(HttpResponse::Ok().json(stale::list(&snapshot, &ruleset, &flags.rules, now, days.0 * DAY)))
}
