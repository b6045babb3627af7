//! `GET /api/v1/csp/events`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::extract::{FromQuery, Parameters, Query};
use chassis::paging::{Page, Paging};
use chassis::preconditions::IfNoneMatchHeader;
use chassis::refusals::ReadRefused;
use store::Document;
use utoipa::IntoParams;

use crate::Csp;
use crate::model::ProviderEvent;

/// Which events to list: those that match all that is given.
#[derive(Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Only events that go on, or only those that do not.
    active: Option<bool>,
    /// Only events of this provider.
    #[param(example = "github")]
    provider: Option<String>,
    /// Only events that concern what we watch, or only the others.
    watched: Option<bool>,
}

/// Its place in the list: when it began, and its key.
type Place = (i64, String);

pub(crate) struct EventsQuery {
    filter: Filter,
    paging: Paging<Place>,
}

impl FromQuery for EventsQuery {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        let filter = Filter {
            active: parameters.take::<Truth>("active").map(|truth| truth.0),
            provider: parameters.take("provider"),
            watched: parameters.take::<Truth>("watched").map(|truth| truth.0),
        };
        Self { filter, paging: Paging::from_query(parameters) }
    }
}

/// A truth value, and what to write when it is none.
struct Truth(bool);

impl std::str::FromStr for Truth {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "true" | "1" => Ok(Self(true)),
            "false" | "0" => Ok(Self(false)),
            _ => Err("must be true or false"),
        }
    }
}

/// List events of providers, those that began last first
#[utoipa::path(
    operation_id = "listEvents",
    tag = "Events",
    params(Filter, Paging<Place>, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The events that match", body = Vec<ProviderEvent>,
            headers(("ETag" = String, description = "Changes with the list"), ("Link" = String, description = "The next page (RFC 8288)"))),
        (status = 304, description = "Nothing has changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        ReadRefused,
    )
)]
#[get("/api/v1/csp/events")]
pub(crate) async fn list(Query(query): Query<EventsQuery>, request: HttpRequest, csp: web::Data<Csp>) -> HttpResponse {
    let EventsQuery { filter, paging } = query;
    let snapshot = csp.store.read();
    let matches = |event: &&ProviderEvent| {
        filter.active.is_none_or(|active| event.active == active)
            && filter.watched.is_none_or(|watched| event.watched == watched)
            && filter.provider.as_deref().is_none_or(|provider| event.provider.as_str() == provider)
    };
    let all = snapshot.iter::<ProviderEvent>().map(|event| &event.document).filter(matches);
    let mut events: Vec<(Place, &ProviderEvent)> = all.map(|event| ((event.ts_start, event.key()), event)).collect();
    events.sort_by(|(one, _), (other, _)| other.cmp(one));
    let behind = events.into_iter().filter(|(place, _)| paging.cursor.as_ref().is_none_or(|cursor| *place < cursor.0));
    super::list(&request, &Page::of(behind, paging.limit, |(place, _)| place.clone()).map(|(_, event)| event))
}
