//! Why a rule came to what it came to: each condition with its result. For people, so it need not be fast.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::compile::{Compiler, Evaluators, RuleError};
use super::evaluate::{Outcome, Request, evaluate};
use super::fractional::Hashing;
use super::value::Val;

/// How deep parts of conditions are told.
const DEEPEST: usize = 8;

/// A condition, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Step {
    /// Where it stands: `targets`, `rules[0]`, `fallthrough`, or `targeting[0]` of a flag with JsonLogic; empty for a part.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(example = "rules[0]")]
    pub rule: String,
    /// The condition, as JsonLogic.
    #[schema(example = json!({"==": [{"var": "role"}, "beta"]}))]
    pub condition: Value,
    /// What it came to for this request.
    #[schema(example = true)]
    pub result: Value,
    /// Whether it decided: the first whose result counts as true.
    #[schema(example = true)]
    pub decided: bool,
    /// What follows from it: a variation's name, when it is one; null for a part of a condition.
    #[schema(example = "on")]
    pub then: Value,
    /// The parts of a condition that has some, such as those of `and`, and the rule behind a `$ref`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub parts: Vec<Step>,
}

/// Each condition of a rule, in the order in which they are looked at.
///
/// # Errors
/// When it is no rule.
pub fn trace(
    rule: &Value,
    evaluators: &Evaluators,
    hashing: Hashing,
    request: Request<'_>,
) -> Result<Vec<Step>, RuleError> {
    let tracer = Tracer { evaluators, hashing, request };
    let mut steps = Vec::new();
    let mut rest = Some(rule);
    while let Some(rule) = rest.take() {
        let Some(arms) = arms_of(rule) else {
            // what holds for everybody else
            steps.push(tracer.last(rule, steps.iter().all(|step: &Step| !step.decided))?);
            break;
        };
        let (pairs, otherwise) = arms.as_chunks::<2>();
        for [condition, then] in pairs {
            let open = steps.iter().all(|step: &Step| !step.decided);
            steps.push(tracer.arm(condition, then, open)?);
        }
        rest = otherwise.first();
    }
    Ok(steps)
}

/// The conditions and consequences of an `if`.
fn arms_of(rule: &Value) -> Option<&[Value]> {
    let object = rule.as_object().filter(|object| object.len() == 1)?;
    object.get("if").or_else(|| object.get("?:"))?.as_array().map(Vec::as_slice).filter(|arms| arms.len() > 1)
}

struct Tracer<'a> {
    evaluators: &'a Evaluators,
    hashing: Hashing,
    request: Request<'a>,
}

impl Tracer<'_> {
    /// What a rule comes to, and whether that counts as true.
    fn run(&self, rule: &Value) -> Result<(Value, bool), RuleError> {
        let rule = Compiler::new(self.evaluators, self.hashing).compile(rule)?;
        let value = match evaluate(&rule, self.request) {
            Outcome::Value(value) => value,
            Outcome::OutOfFuel => Val::Null,
        };
        Ok((value.to_json(), value.is_true()))
    }

    fn arm(&self, condition: &Value, then: &Value, open: bool) -> Result<Step, RuleError> {
        let mut step = self.part(condition, DEEPEST)?;
        step.decided = open && self.run(condition)?.1;
        step.then = if step.decided { self.run(then)?.0 } else { then.clone() };
        Ok(step)
    }

    fn last(&self, rule: &Value, open: bool) -> Result<Step, RuleError> {
        let result = self.run(rule)?.0;
        let decided = open && !result.is_null();
        Ok(Step {
            rule: String::new(),
            condition: rule.clone(),
            then: result.clone(),
            result,
            decided,
            parts: Vec::new(),
        })
    }

    fn part(&self, condition: &Value, depth: usize) -> Result<Step, RuleError> {
        let inner = condition.as_object().filter(|object| object.len() == 1 && depth > 0);
        let inner: Vec<&Value> = match inner.and_then(|object| object.iter().next()) {
            Some((operator, Value::Array(parts))) if matches!(operator.as_str(), "and" | "or") => {
                parts.iter().collect()
            }
            Some((operator, Value::String(name))) if operator == "$ref" => {
                self.evaluators.get(name).into_iter().collect()
            }
            Some((operator, part)) if operator == "!" => match part {
                Value::Array(parts) => parts.first().into_iter().collect(),
                part => vec![part],
            },
            _ => Vec::new(),
        };
        let parts = inner.into_iter().map(|part| self.part(part, depth - 1)).collect::<Result<_, _>>()?;
        let result = self.run(condition)?.0;
        Ok(Step { rule: String::new(), condition: condition.clone(), result, decided: false, then: Value::Null, parts })
    }
}
