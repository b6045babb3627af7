//! Why a rule came to what it came to: each condition with its result. For people, so it need not be fast.
//!
//! What is told is bounded: conditions are told again with each level that they lie in one another, and a result may be a
//! list of a million items. A rule that people wrote fits in whole.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::compile::{Compiler, RuleError};
use super::evaluate::{Outcome, Request, evaluate};
use super::value::Val;

/// How deep parts of conditions are told.
const DEEPEST: usize = 8;

/// Bytes that are told at most, about.
const MOST: usize = 256 * 1024;

/// Bytes of a step beside its condition, its result and what follows from it, about.
const OF_A_STEP: usize = 100;

/// What stands in the place of what is too long.
const LEFT_OUT: &str = "… left out: it is too long";

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

/// The conditions of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// In the order in which they are looked at.
    pub steps: Vec<Step>,
    /// Whether nothing was left out.
    pub is_whole: bool,
}

/// Each condition of a rule, in the order in which they are looked at, as far as there is room for them.
///
/// # Errors
/// When it is no rule.
pub fn trace(rule: &Value, compiler: Compiler<'_>, request: Request<'_>) -> Result<Trace, RuleError> {
    let mut tracer = Tracer { compiler, request, room: MOST, is_whole: true };
    let (mut steps, mut decided) = (Vec::new(), false);
    let mut rest = Some(rule);
    while let Some(rule) = rest.take() {
        let Some(arms) = arms_of(rule) else {
            // what holds for everybody else
            steps.extend(tracer.last(rule, !decided)?);
            break;
        };
        let (pairs, otherwise) = arms.as_chunks::<2>();
        for [condition, then] in pairs {
            let Some(step) = tracer.arm(condition, then, !decided)? else { break };
            decided |= step.decided;
            steps.push(step);
        }
        rest = otherwise.first();
    }
    Ok(Trace { steps, is_whole: tracer.is_whole })
}

/// The conditions and consequences of an `if`.
fn arms_of(rule: &Value) -> Option<&[Value]> {
    let object = rule.as_object().filter(|object| object.len() == 1)?;
    object.get("if").or_else(|| object.get("?:"))?.as_array().map(Vec::as_slice).filter(|arms| arms.len() > 1)
}

struct Tracer<'a> {
    compiler: Compiler<'a>,
    request: Request<'a>,
    /// Bytes that may still be told.
    room: usize,
    is_whole: bool,
}

impl Tracer<'_> {
    /// What a rule comes to, and whether that counts as true.
    fn run(&mut self, rule: &Value) -> Result<(Value, bool), RuleError> {
        let rule = self.compiler.compile(rule)?;
        let value = match evaluate(&rule, self.request) {
            Outcome::Value(value) => value,
            Outcome::OutOfFuel => {
                self.is_whole = false;
                Val::Null
            }
        };
        Ok((self.shown(value.to_json()), value.is_true()))
    }

    /// Whether there is room for one more step, and fuel to work it out.
    fn has_room(&mut self) -> bool {
        let has_room = self.room >= OF_A_STEP && !self.request.fuel.is_out();
        self.room = self.room.saturating_sub(OF_A_STEP);
        self.is_whole &= has_room;
        has_room
    }

    /// The value, if there is room for it.
    fn shown(&mut self, value: Value) -> Value {
        let length = match &value {
            Value::Array(_) | Value::Object(_) | Value::String(_) => value.to_string().len(),
            _ => 0,
        };
        if let Some(left) = self.room.checked_sub(length) {
            self.room = left;
            return value;
        }
        self.is_whole = false;
        LEFT_OUT.into()
    }

    fn arm(&mut self, condition: &Value, then: &Value, open: bool) -> Result<Option<Step>, RuleError> {
        let Some((mut step, is_true)) = self.part(condition, DEEPEST)? else { return Ok(None) };
        step.decided = open && is_true;
        step.then = if step.decided { self.run(then)?.0 } else { self.shown(then.clone()) };
        Ok(Some(step))
    }

    fn last(&mut self, rule: &Value, open: bool) -> Result<Option<Step>, RuleError> {
        if !self.has_room() {
            return Ok(None);
        }
        let result = self.run(rule)?.0;
        let (decided, then) = (open && !result.is_null(), self.shown(result.clone()));
        let condition = self.shown(rule.clone());
        Ok(Some(Step { rule: String::new(), condition, then, result, decided, parts: Vec::new() }))
    }

    /// A condition with its parts, and whether it counts as true; none when there is no room for it.
    fn part(&mut self, condition: &Value, depth: usize) -> Result<Option<(Step, bool)>, RuleError> {
        if !self.has_room() {
            return Ok(None);
        }
        // before its parts: what comes to a result is told, however many parts it has
        let (result, is_true) = self.run(condition)?;
        let shown = self.shown(condition.clone());
        let mut parts = Vec::new();
        for part in self.parts_of(condition, depth) {
            let Some((part, _)) = self.part(part, depth - 1)? else { break };
            parts.push(part);
        }
        let step = Step { rule: String::new(), condition: shown, result, decided: false, then: Value::Null, parts };
        Ok(Some((step, is_true)))
    }

    fn parts_of<'v>(&self, condition: &'v Value, depth: usize) -> Vec<&'v Value>
    where
        Self: 'v,
    {
        let inner = condition.as_object().filter(|object| object.len() == 1 && depth > 0);
        match inner.and_then(|object| object.iter().next()) {
            Some((operator, Value::Array(parts))) if matches!(operator.as_str(), "and" | "or") => {
                parts.iter().collect()
            }
            Some((operator, Value::String(name))) if operator == "$ref" => {
                self.compiler.evaluator(name).into_iter().collect()
            }
            Some((operator, part)) if operator == "!" => match part {
                Value::Array(parts) => parts.first().into_iter().collect(),
                part => vec![part],
            },
            _ => Vec::new(),
        }
    }
}
