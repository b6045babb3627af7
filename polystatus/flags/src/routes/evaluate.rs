//! `GET /flags`

use actix_web::{HttpRequest, HttpResponse, get, web};
use bytes::{BufMut, BytesMut};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::refusals::{EvaluatorNotKnown, EvaluatorRefused};
use crate::Flags;
use crate::access::Evaluator;
use crate::logic::{Fuel, Request};

/// What a flag is for somebody.
#[derive(Serialize, ToSchema)]
pub(crate) struct Evaluated {
    /// The variation; null: what stands in the program's code.
    #[schema(example = "on")]
    variation: Option<String>,
    /// Whether the flag is off.
    #[schema(example = false)]
    off: bool,
}

/// For whom.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "a description: every parameter is an attribute")]
pub(crate) struct Person {
    /// Who: rules see it as `user`.
    #[param(required = false, example = "nadia")]
    user: String,
    /// What they are.
    #[param(required = false, example = "beta")]
    role: String,
}

/// What all flags are for somebody
///
/// Every other parameter is an attribute for the rules, too: `?user=nadia&country=fr`.
#[utoipa::path(
    operation_id = "evaluateFlags",
    tag = "Evaluation",
    params(Person),
    responses(
        (status = 200, description = "Each flag with its variation", body = std::collections::HashMap<String, Evaluated>,
            example = json!({"new-checkout": {"variation": "on", "off": false}})),
        EvaluatorRefused, EvaluatorNotKnown,
    )
)]
#[get("/flags")]
pub(crate) async fn evaluate(_: Evaluator, request: HttpRequest, flags: web::Data<Flags>) -> HttpResponse {
    let (context, fuel) = (context_of(&request), Fuel::default());
    let (ruleset, timestamp) = (flags.ruleset(), flags.scribe.clock.unix_seconds());
    flags.rules.seen_in_bulk(timestamp);
    let mut body = BytesMut::from(&b"{"[..]);
    for (place, flag) in ruleset.flags().enumerate() {
        if place > 0 {
            body.put_u8(b',');
        }
        body.put_slice(&flag.answer(Request { context: &context, flag: &flag.key, timestamp, fuel: &fuel }).member);
    }
    body.put_u8(b'}');
    super::json(HttpResponse::Ok(), body.freeze())
}

fn context_of(request: &HttpRequest) -> Map<String, Value> {
    let mut context = Map::new();
    for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
        if name == "user" {
            context.insert("targetingKey".to_owned(), value.clone().into());
        }
        context.insert(name.into_owned(), value.into());
    }
    context
}
