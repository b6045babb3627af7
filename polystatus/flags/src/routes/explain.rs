//! `POST /admin/flags/{id}/explain`

use actix_web::{HttpResponse, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::Json;
use chassis::path::Id;
use chassis::refusals::{BodyRefused, WriteRefused};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::path::FlagInPath;
use super::refusals::NoSuchFlag;
use crate::Flags;
use crate::logic::{Request, Step, trace};
use crate::model::{Flag, Kill, present};
use crate::writes::no_such_flag;

/// For whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    /// As OFREP's context: attributes, and `targetingKey`.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = Object, example = json!({"targetingKey": "nadia", "role": "beta"}))]
    context: Option<Map<String, Value>>,
}

/// Why somebody gets what they get.
#[derive(Serialize, ToSchema)]
pub(crate) struct Explanation {
    /// The flag.
    #[schema(example = "new-checkout")]
    flag: String,
    /// Whether it is switched on.
    #[schema(example = true)]
    on: bool,
    /// Who has pulled its kill switch.
    killed: Option<Kill>,
    /// `STATIC`: the same for all. `TARGETING_MATCH`: a rule. `DEFAULT`: no rule. `DISABLED`: it is off. Otherwise what
    /// went wrong.
    #[schema(example = "TARGETING_MATCH")]
    reason: &'static str,
    /// The variation; null: what stands in the program's code.
    #[schema(example = "on")]
    variation: Option<String>,
    /// Its value.
    #[schema(example = true)]
    value: Option<Value>,
    /// What went wrong, in a sentence.
    #[schema(example = json!(null))]
    failure: Option<String>,
    /// Each rule with its outcome, in the order in which they are looked at. Of a flag that is off: what they would say.
    rules: Vec<Step>,
}

/// Why somebody gets what they get
///
/// Each rule is told with its outcome, also those behind the one that decided.
#[utoipa::path(
    operation_id = "explainFlag",
    tag = "Flags",
    security(("bearer" = [])),
    params(FlagInPath),
    request_body = Person,
    responses(
        (status = 200, description = "What they get, and why", body = Explanation),
        NoSuchFlag, WriteRefused, BodyRefused,
    )
)]
#[post("/admin/flags/{id}/explain")]
pub(crate) async fn explain(
    caller: Caller,
    Id(id): Id,
    Json(person): Json<Person>,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let ruleset = flags.ruleset();
    let snapshot = flags.store.read();
    let flag = snapshot.get::<Flag>(&id).ok_or_else(no_such_flag)?;
    let compiled = ruleset.get(&id).ok_or_else(no_such_flag)?;
    let context = person.context.unwrap_or_default();
    let timestamp = flags.scribe.clock.unix_seconds();
    let request = Request { context: &context, flag: &id, timestamp };
    let answer = compiled.answer(request);
    let rule = flag.definition.rule();
    let steps = rule.and_then(|rule| trace(&rule, &ruleset.evaluators, flags.rules.hashing(), request).ok());
    let named = |(step, rule)| Step { rule, ..step };
    // what cannot be run has no steps; the failure says why
    let rules = steps.unwrap_or_default().into_iter().zip(flag.definition.names_of_conditions()).map(named).collect();
    Ok(HttpResponse::Ok().json(Explanation {
        flag: id.clone(),
        on: flag.definition.on,
        killed: flag.killed.clone(),
        reason: answer.reason,
        variation: answer.variation.clone(),
        value: answer.value.clone(),
        failure: answer.details.clone(),
        rules,
    }))
}
