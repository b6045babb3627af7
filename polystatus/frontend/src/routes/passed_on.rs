//! What the communications service answers, on this origin and from memory.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, VARY};
use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::error::ErrorBody;
use chassis::preconditions::IfNoneMatchHeader;

use super::answer::ready;
use crate::Frontend;
use crate::known::{Source, Topic};

const CSP: HeaderName = HeaderName::from_static("content-security-policy");

/// When what is passed on was last confirmed, where that is not now (RFC 9111 has no header for an answer of an origin that
/// says so of itself, since its `Warning` was taken out).
const AS_OF: HeaderName = HeaderName::from_static("x-as-of");

/// A picture or a feed with a script in it runs nothing: it would run in our name.
const NOTHING_RUNS: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'");

/// Seconds after which a program asks again for what nobody has told us yet.
const AGAIN: u32 = 5;

fn answer(request: &HttpRequest, frontend: &Frontend, topic: &Topic) -> Result<HttpResponse, ApiError> {
    let known = frontend.memory.read();
    let Some(answer) = known.answer(topic) else {
        let standing = known.standing(Source::Communications);
        // it has answered everything, and this is not there
        return Err(if topic.is_of_a_service() && standing.as_of.is_some() {
            ApiError::not_found("Service not found")
        } else {
            ApiError::unavailable("Nobody has told us yet: try again", AGAIN)
        });
    };
    let mut response = ready(request, &answer.body, StatusCode::OK);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(topic.content_type()));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(CSP, NOTHING_RUNS);
    let kept = if matches!(topic, Topic::Badge(_)) { "max-age=60" } else { "no-cache" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    let standing = known.standing(topic.source());
    if let Some(as_of) = standing.as_of.filter(|_| !standing.answers) {
        headers.insert(AS_OF, HeaderValue::from(as_of));
    }
    Ok(response)
}

macro_rules! passed_on {
    ($($(#[doc = $about:literal])+ $name:ident $path:literal $id:literal $tag:literal $type:literal $topic:ident),+ $(,)?) => {
        $(
            $(#[doc = $about])+
            #[utoipa::path(
                operation_id = $id,
                tag = $tag,
                params(IfNoneMatchHeader),
                responses(
                    (status = 200, description = "As the communications service answers it", body = String, content_type = $type,
                        headers(("ETag" = String, description = "Changes with the answer"),
                            ("X-As-Of" = i64, description = "When it was last confirmed, in Unix seconds; only while the communications service does not answer"))),
                    (status = 304, description = "Nothing has changed since the ETag of If-None-Match",
                        headers(("ETag" = String, description = "The same as before"))),
                    (status = 503, description = "The communications service has never answered", body = ErrorBody,
                        headers(("Retry-After" = u32, description = "Try again after so many seconds")),
                        example = json!({"error": "Nobody has told us yet: try again"})),
                )
            )]
            #[get($path)]
            pub(crate) async fn $name(request: HttpRequest, frontend: web::Data<Frontend>) -> Result<HttpResponse, ApiError> {
                answer(&request, &frontend, &Topic::$topic)
            }
        )+
    };
}

passed_on! {
    /// Everything that matters now
    summary "/api/v2/summary.json" "statuspageSummary" "Statuspage" "application/json" Summary,
    /// How the page is as a whole
    status "/api/v2/status.json" "statuspageStatus" "Statuspage" "application/json" Status,
    /// The components and their groups
    components "/api/v2/components.json" "statuspageComponents" "Statuspage" "application/json" Components,
    /// The latest 50 incidents
    incidents "/api/v2/incidents.json" "statuspageIncidents" "Statuspage" "application/json" Incidents,
    /// The incidents that are not over
    unresolved "/api/v2/incidents/unresolved.json" "statuspageUnresolved" "Statuspage" "application/json" Unresolved,
    /// The latest 50 planned works
    maintenances "/api/v2/scheduled-maintenances.json" "statuspageMaintenances" "Statuspage" "application/json" Works,
    /// Planned work that is still to come
    upcoming "/api/v2/scheduled-maintenances/upcoming.json" "statuspageUpcoming" "Statuspage" "application/json" Upcoming,
    /// Planned work that goes on
    active "/api/v2/scheduled-maintenances/active.json" "statuspageActive" "Statuspage" "application/json" Active,
    /// What was told, as an Atom feed (RFC 4287)
    atom "/history.atom" "readAtom" "Feeds" "application/atom+xml" Atom,
    /// What was told, as an RSS 2.0 feed
    rss "/history.rss" "readRss" "Feeds" "application/rss+xml" Rss,
}

/// A badge: a service's name and how it is
#[utoipa::path(
    operation_id = "readBadge",
    tag = "Feeds",
    params(("service" = String, Path, description = "Its id in the catalogue", example = "checkout"), IfNoneMatchHeader),
    responses(
        (status = 200, description = "A picture", body = String, content_type = "image/svg+xml",
            headers(("ETag" = String, description = "Changes with the picture"))),
        (status = 304, description = "Nothing has changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        (status = 404, description = "There is no such service", body = ErrorBody,
            example = json!({"error": "Service not found"})),
        (status = 503, description = "The communications service has never answered", body = ErrorBody,
            headers(("Retry-After" = u32, description = "Try again after so many seconds")),
            example = json!({"error": "Nobody has told us yet: try again"})),
    )
)]
#[get("/badge/{service}.svg")]
pub(crate) async fn badge(request: HttpRequest, frontend: web::Data<Frontend>) -> Result<HttpResponse, ApiError> {
    let id = request.match_info().get("service").unwrap_or_default().to_owned();
    answer(&request, &frontend, &Topic::Badge(id))
}
