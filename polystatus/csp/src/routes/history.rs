//! `GET /api/v1/csp/history`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::extract::{FromQuery, Parameters, Query};
use chassis::paging::Page;
use chassis::preconditions::IfNoneMatchHeader;
use chassis::refusals::ReadRefused;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use values::{Line, ServiceId};

use crate::Csp;
use crate::model::{Provider, StatusDay, date_of};

/// Which days to show.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// How many days, today included.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 90, default = 90)]
    days: Days,
    /// Only those of this provider.
    #[param(example = "github")]
    provider: Option<String>,
}

/// From 1 to 90.
#[derive(Debug, Clone, Copy)]
struct Days(i64);

impl Default for Days {
    fn default() -> Self {
        Self(90)
    }
}

impl std::str::FromStr for Days {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let days = text.parse().ok().filter(|days| (1..=90).contains(days));
        days.map(Self).ok_or("must be a whole number from 1 to 90")
    }
}

impl FromQuery for HistoryQuery {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        Self { days: parameters.take("days").unwrap_or_default(), provider: parameters.take("provider") }
    }
}

/// The days of a provider. A day of which nothing is known is not there.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProviderHistory<'a> {
    /// Who.
    #[schema(value_type = String, example = "github")]
    provider: &'a ServiceId,
    /// As people know it.
    #[schema(value_type = String, example = "GitHub")]
    name: &'a Line<100>,
    /// The oldest first.
    days: Vec<&'a StatusDay>,
}

/// How the providers were, day by day
///
/// A day (UTC) tells for how many seconds a provider was in which state. What is missing to a whole day is the time in which
/// we did not look, and stands for no state.
#[utoipa::path(
    operation_id = "readHistory",
    tag = "Status",
    params(HistoryQuery, IfNoneMatchHeader),
    responses(
        (status = 200, description = "Providers with their days", body = Vec<ProviderHistory<'static>>,
            headers(("ETag" = String, description = "Changes with the list"))),
        (status = 304, description = "Nothing has changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        ReadRefused,
    )
)]
#[get("/api/v1/csp/history")]
pub(crate) async fn history(
    Query(query): Query<HistoryQuery>,
    request: HttpRequest,
    csp: web::Data<Csp>,
) -> HttpResponse {
    let snapshot = csp.store.read();
    let first = date_of(csp.scribe.clock.unix_seconds() - (query.days.0 - 1) * 24 * 60 * 60);
    let wanted = |provider: &&Provider| query.provider.as_deref().is_none_or(|id| provider.id.as_str() == id);
    let providers = snapshot.iter::<Provider>().map(|provider| &provider.document).filter(wanted);
    let histories = providers.map(|provider| {
        let prefix = format!("{}/", provider.id);
        let days = snapshot.after::<StatusDay>(&prefix).take_while(|day| day.provider == provider.id);
        let days = days.map(|day| &day.document).filter(|day| day.date >= first).collect();
        ProviderHistory { provider: &provider.id, name: &provider.name, days }
    });
    super::list(&request, &Page::from(histories.collect::<Vec<_>>()))
}
