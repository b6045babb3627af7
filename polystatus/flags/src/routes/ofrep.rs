//! `POST /ofrep/v1/evaluate/flags/{key}`: the OpenFeature Remote Evaluation Protocol 0.3
//! (<https://github.com/open-feature/protocol>), for one flag. Its errors have its own shape.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post, web};
use bytes::Bytes;
use chassis::ApiError;
use chassis::extract::{JSON_LIMIT, read_body};
use chassis::refusals::BodyRefused;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, ToSchema};

use super::refusals::{EvaluatorNotKnown, EvaluatorRefused};
use crate::Flags;
use crate::access::Evaluator;
use crate::logic::{Fuel, Request};
use crate::ruleset::Fragment;

/// What OFREP wants to know of whoever asks. No body at all is as good as one without a context.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description: the body is read by hand, since its errors have a shape of their own")]
pub(crate) struct EvaluationRequest {
    /// Attributes for the rules; `targetingKey`, a text, is who it is.
    #[schema(value_type = Option<Object>, required = false, nullable = true, example = json!({"targetingKey": "nadia", "role": "beta"}))]
    context: Map<String, Value>,
}

/// What a flag is.
#[derive(Serialize, ToSchema)]
pub(crate) struct EvaluationSuccess {
    /// The flag.
    #[schema(example = "new-checkout")]
    key: String,
    /// `STATIC`, `TARGETING_MATCH`, `DEFAULT` or `DISABLED`.
    #[schema(example = "TARGETING_MATCH")]
    reason: String,
    /// The variation; absent with the value.
    #[schema(required = false, nullable = false, example = "on")]
    variant: Option<String>,
    /// Its value; absent: the program's code has its own.
    #[schema(required = false, example = true)]
    value: Option<Value>,
    /// What is known of the flag; absent when nothing is.
    #[schema(required = false, nullable = false, value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

/// Why a flag is nothing.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EvaluationFailure {
    /// The flag; absent when the whole request is wrong.
    #[schema(required = false, nullable = false, example = "new-checkout")]
    key: Option<String>,
    /// `PARSE_ERROR`, `INVALID_CONTEXT`, `FLAG_NOT_FOUND` or `GENERAL`.
    #[schema(example = "INVALID_CONTEXT")]
    error_code: String,
    /// In a sentence.
    #[schema(example = "The context must be an object")]
    error_details: String,
}

/// The flag in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description")]
pub(crate) struct KeyInPath {
    /// The flag's key.
    #[param(example = "new-checkout")]
    key: String,
}

/// Why a request cannot be understood.
pub(super) struct Misunderstood {
    code: &'static str,
    details: String,
}

/// Evaluate a flag
#[utoipa::path(
    operation_id = "ofrepEvaluateFlag",
    tag = "Evaluation",
    params(KeyInPath),
    request_body = Option<EvaluationRequest>,
    responses(
        (status = 200, description = "What it is", body = EvaluationSuccess),
        (status = 400, description = "The request cannot be understood, or the flag's rules cannot be run", body = EvaluationFailure),
        (status = 404, description = "There is no such flag", body = EvaluationFailure,
            example = json!({"key": "new-checkout", "errorCode": "FLAG_NOT_FOUND", "errorDetails": "There is no flag new-checkout"})),
        EvaluatorRefused, EvaluatorNotKnown, BodyRefused,
    )
)]
#[post("/ofrep/v1/evaluate/flags/{key}")]
pub(crate) async fn evaluate(
    _: Evaluator,
    request: HttpRequest,
    payload: web::Payload,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    let body = body_of(&request, payload.into_inner()).await?;
    let key = request.match_info().get("key").unwrap_or_default();
    let context = match context_of(&body) {
        Ok(context) => context,
        Err(wrong) => return Ok(wrong.answer(Some(key))),
    };
    let ruleset = flags.ruleset();
    let Some(flag) = ruleset.get(key) else {
        let details = format!("There is no flag {}", key.chars().take(100).collect::<String>());
        let body = json!({"key": key, "errorCode": "FLAG_NOT_FOUND", "errorDetails": details});
        return Ok(HttpResponse::NotFound().json(body));
    };
    let timestamp = flags.scribe.clock.unix_seconds();
    flag.seen.note(timestamp);
    let request = Request { context: &context, flag: &flag.key, timestamp, fuel: &Fuel::default() };
    Ok(answer(flag.answer(request)))
}

fn answer(fragment: &Fragment) -> HttpResponse {
    let status = if fragment.is_error { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    super::json(HttpResponse::build(status), fragment.json.clone())
}

/// The body, whatever type it says it has: clients leave that out with an empty one.
pub(super) async fn body_of(request: &HttpRequest, mut payload: Payload) -> Result<Bytes, ApiError> {
    read_body(request, &mut payload, JSON_LIMIT).await
}

/// What is known of whoever asks.
pub(super) fn context_of(body: &[u8]) -> Result<Map<String, Value>, Misunderstood> {
    if body.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    let wrong = |code, details: String| Err(Misunderstood { code, details });
    let mut body = match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(body)) => body,
        Ok(_) => return wrong("PARSE_ERROR", "The body must be an object".to_owned()),
        Err(error) => return wrong("PARSE_ERROR", format!("The body is not JSON: {error}")),
    };
    match body.remove("context") {
        None | Some(Value::Null) => Ok(Map::new()),
        // a targetingKey that is no text is nobody, as for flagd: rules that do not look at it go on
        Some(Value::Object(context)) => Ok(context),
        Some(_) => wrong("INVALID_CONTEXT", "The context must be an object".to_owned()),
    }
}

impl Misunderstood {
    /// As OFREP says it; of all flags together without a key.
    pub fn answer(&self, key: Option<&str>) -> HttpResponse {
        let mut body = json!({"errorCode": self.code, "errorDetails": self.details});
        if let Some(key) = key {
            body["key"] = key.into();
        }
        HttpResponse::BadRequest().json(body)
    }
}
