//! `POST /ofrep/v1/evaluate/flags`: the OpenFeature Remote Evaluation Protocol 0.3, for all flags together.

use std::hash::{DefaultHasher, Hash, Hasher};

use actix_web::http::header::{ETag, EntityTag, HeaderName};
use actix_web::{HttpRequest, HttpResponse, post, web};
use bytes::{BufMut, BytesMut};
use chassis::ApiError;
use chassis::preconditions::{IfNoneMatchHeader, not_modified};
use chassis::refusals::BodyRefused;
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, ToSchema};

use super::ofrep::{EvaluationFailure, EvaluationRequest, EvaluationSuccess, body_of, context_of};
use super::refusals::{EvaluatorNotKnown, EvaluatorRefused};
use crate::Flags;
use crate::access::Evaluator;
use crate::logic::{Fuel, Request};
use crate::ruleset::Ruleset;

/// flagd's header: `flagSetId=mobile` asks for the flags whose metadata say so.
const SELECTOR: HeaderName = HeaderName::from_static("flagd-selector");

/// Seconds after which a client whose page nobody looks at closes the stream.
const INACTIVITY: u32 = 120;

/// What all flags are.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "a description: answers are bytes already")]
pub(crate) struct BulkSuccess {
    /// Each of them, or why it is nothing.
    flags: Vec<OneOf>,
    /// What is known of all flags.
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
    /// Where a client hears that something has changed.
    #[schema(value_type = Vec<Object>)]
    event_streams: Vec<Value>,
}

/// A flag, or why it is nothing.
#[derive(ToSchema, serde::Serialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "a description: answers are bytes already")]
pub(crate) enum OneOf {
    /// What it is.
    Success(EvaluationSuccess),
    /// Why it is nothing.
    Failure(EvaluationFailure),
}

/// What a client sends that was told of a change.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "a description: it is read by hand")]
pub(crate) struct Told {
    /// The `etag` of the event. While it is not ours, as in a replica that has not heard of the change yet, the answer is
    /// never 304.
    #[param(rename = "flagConfigEtag", required = false)]
    flag_config_etag: String,
    /// Its `lastModified`. It is not looked at: the `etag` says more.
    #[param(rename = "flagConfigLastModified", required = false)]
    flag_config_last_modified: String,
}

/// flagd's selector.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "a description: it is read by hand")]
pub(crate) struct Selector {
    /// Only the flags of this set: `flagSetId=mobile`.
    #[param(rename = "Flagd-Selector", required = false, example = "flagSetId=mobile")]
    flagd_selector: String,
}

/// Evaluate all flags
///
/// The `ETag` is of this answer to this context: with `If-None-Match`, 304 says that it would be the same.
#[utoipa::path(
    operation_id = "ofrepEvaluateFlags",
    tag = "Evaluation",
    params(Told, Selector, IfNoneMatchHeader),
    request_body = Option<EvaluationRequest>,
    responses(
        (status = 200, description = "What they are", body = BulkSuccess,
            headers(("ETag" = String, description = "Changes with the answer"))),
        (status = 304, description = "The answer would be the same",
            headers(("ETag" = String, description = "The same as before"))),
        (status = 400, description = "The request cannot be understood", body = EvaluationFailure,
            example = json!({"errorCode": "INVALID_CONTEXT", "errorDetails": "The context must be an object"})),
        EvaluatorRefused, EvaluatorNotKnown, BodyRefused,
    )
)]
#[post("/ofrep/v1/evaluate/flags")]
pub(crate) async fn evaluate(
    _: Evaluator,
    request: HttpRequest,
    payload: web::Payload,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    let body = body_of(&request, payload.into_inner()).await?;
    let context = match context_of(&body) {
        Ok(context) => context,
        Err(wrong) => return Ok(wrong.answer(None)),
    };
    let (ruleset, timestamp) = (flags.ruleset(), flags.scribe.clock.unix_seconds());
    flags.rules.seen_in_bulk(timestamp);
    let fuel = Fuel::default();
    let person = Request { context: &context, flag: "", timestamp, fuel: &fuel };
    let mut answer = BytesMut::with_capacity(ruleset.about() + 256);
    answer.put_slice(b"{\"flags\":[");
    let hash = match set_of(&request) {
        None => ruleset.bulk(person, &mut answer),
        Some(set) => ruleset.bulk_of(set, person, &mut answer),
    };
    let rest = rest(&flags, &ruleset);
    answer.put_slice(rest.as_bytes());
    let tag = tag(hash, &rest);
    if is_up_to_date(&request, &ruleset) && not_modified(&request, || tag.clone()) {
        return Ok(HttpResponse::NotModified().insert_header(ETag(tag)).finish());
    }
    let mut response = HttpResponse::Ok();
    response.insert_header(ETag(tag));
    Ok(super::json(response, answer.freeze()))
}

/// The set that the header names, if it names one.
fn set_of(request: &HttpRequest) -> Option<&str> {
    request.headers().get(SELECTOR)?.to_str().ok()?.trim().strip_prefix("flagSetId=")
}

/// What stands behind the flags.
fn rest(flags: &Flags, ruleset: &Ruleset) -> String {
    let ticket = flags.access.ticket().map(|ticket| format!("?ticket={ticket}")).unwrap_or_default();
    let metadata = serde_json::to_string(&ruleset.metadata).expect("metadata are plain data");
    let uri = json!(format!("/ofrep/v1/sse{ticket}"));
    format!(
        "],\"metadata\":{metadata},\"eventStreams\":[{{\"type\":\"sse\",\"endpoint\":{{\"requestUri\":{uri}}},\
         \"inactivityDelaySec\":{INACTIVITY}}}]}}"
    )
}

/// Of what is in the answer, and so of the context, too: a tag of the flags alone would say that nothing has changed when
/// the same client asks for somebody else.
fn tag(hash: u64, rest: &str) -> EntityTag {
    let mut hasher = DefaultHasher::new();
    (hash, rest).hash(&mut hasher);
    EntityTag::new_strong(format!("{:016x}", hasher.finish()))
}

/// Whether a client that was told of a change was told of this one.
fn is_up_to_date(request: &HttpRequest, ruleset: &Ruleset) -> bool {
    let query = request.query_string();
    if query.is_empty() {
        return true;
    }
    let told = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "flagConfigEtag");
    told.is_none_or(|(_, told)| told.trim_matches('"') == ruleset.etag)
}
