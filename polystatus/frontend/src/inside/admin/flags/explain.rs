//! Why somebody gets what they get, step by step.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::texts::Says;
use crate::inside::SignedIn;
use crate::inside::admin::address::asked;
use crate::inside::admin::says::fill;

/// For whom it is to be explained.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    pub user: String,
    pub attributes: String,
}

impl Asked {
    /// As the address of the page has it.
    pub fn of(me: &SignedIn) -> Self {
        Self { user: asked(me, "user").unwrap_or_default(), attributes: asked(me, "attributes").unwrap_or_default() }
    }

    /// As the flags service takes it. What reads as a number or a truth is one, as programs send it.
    fn context(&self) -> Option<Map<String, Value>> {
        if self.user.is_empty() && self.attributes.is_empty() {
            return None;
        }
        let lines = self.attributes.lines().filter_map(|line| line.split_once(['=', ':']));
        let mut context: Map<String, Value> = lines
            .map(|(name, value)| {
                let value = value.trim();
                (name.trim().to_owned(), serde_json::from_str(value).unwrap_or_else(|_| value.into()))
            })
            .collect();
        if !self.user.is_empty() {
            context.insert("targetingKey".to_owned(), self.user.clone().into());
        }
        Some(context)
    }
}

/// What somebody gets.
#[derive(Debug, Deserialize)]
struct Explanation {
    reason: String,
    variation: Option<String>,
    failure: Option<String>,
    rules: Vec<Step>,
    complete: bool,
}

#[derive(Debug, Deserialize)]
struct Step {
    #[serde(default)]
    rule: String,
    condition: Value,
    result: Value,
    decided: bool,
    then: Value,
    #[serde(default)]
    parts: Vec<Self>,
}

/// A step, as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    /// How deep in the condition above it.
    pub depth: usize,
    pub rule: String,
    pub condition: String,
    pub result: String,
    pub decided: bool,
    pub then: String,
}

/// What the page says of it.
#[derive(Debug)]
pub(super) struct Explained {
    pub gets: String,
    pub why: String,
    pub steps: Vec<Shown>,
    pub is_whole: bool,
}

/// What somebody gets, and why; none when nobody asked.
pub(super) async fn explain(me: &SignedIn, id: &str, asked: &Asked) -> Result<Option<Explained>, actix_web::Error> {
    let Some(context) = asked.context() else { return Ok(None) };
    let call = me.frontend.peers.signed_in.flags.post("/admin/flags").segment(id).segment("explain");
    let call = call.json(&json!({"context": context})).idempotent();
    let explanation: Explanation = me.read(call).await?.value;
    Ok(Some(said(explanation, Says::of(me.lang))))
}

fn said(explanation: Explanation, says: &Says) -> Explained {
    let why = match explanation.reason.as_str() {
        "STATIC" => says.why_static,
        "TARGETING_MATCH" => says.why_match,
        "DEFAULT" => says.why_default,
        "DISABLED" => says.why_disabled,
        other => other,
    };
    let mut steps = Vec::new();
    show(&explanation.rules, 0, says, &mut steps);
    Explained {
        gets: explanation.variation.map_or_else(|| says.gets_code.to_owned(), |name| fill(says.gets, &[&name])),
        why: explanation.failure.unwrap_or_else(|| why.to_owned()),
        steps,
        is_whole: explanation.complete,
    }
}

fn show(steps: &[Step], depth: usize, says: &Says, shown: &mut Vec<Shown>) {
    for step in steps {
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        shown.push(Shown {
            depth: depth.min(4),
            rule: name_of(&step.rule, says),
            // what has no condition is for all who come so far
            condition: if step.condition.is_null() { String::new() } else { step.condition.to_string() },
            result: plain(&step.result),
            decided: step.decided,
            then: if step.then.is_null() { String::new() } else { plain(&step.then) },
        });
        show(&step.parts, depth + 1, says, shown);
    }
}

/// `rules[0]` is the first rule.
fn name_of(rule: &str, says: &Says) -> String {
    let place = rule.split_once('[').and_then(|(_, rest)| rest.trim_end_matches(']').parse::<usize>().ok());
    match (rule, place) {
        ("targets", _) => says.step_targets.to_owned(),
        ("fallthrough", _) => says.step_others.to_owned(),
        (_, Some(place)) => fill(says.step_nth, &[&(place + 1).to_string()]),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Lang;

    #[test]
    fn what_is_typed_is_read_as_a_program_would_send_it() {
        let asked =
            Asked { user: "nadia".to_owned(), attributes: "role = beta\nage: 30\n\nnothing\nstaff=true".to_owned() };
        let context = Value::Object(asked.context().unwrap());
        assert_eq!(context, json!({"targetingKey": "nadia", "role": "beta", "age": 30, "staff": true}));
        assert_eq!(Asked::default().context(), None);
    }

    #[test]
    fn each_step_is_told_with_its_parts_beneath_it() {
        let told = json!({"reason": "TARGETING_MATCH", "variation": "on", "complete": true, "rules": [
            {"rule": "rules[1]", "condition": {"and": []}, "result": true, "decided": true, "then": "on",
             "parts": [{"condition": {"==": [1, 1]}, "result": true, "decided": false, "then": null}]}]});
        let explained = said(serde_json::from_value(told).unwrap(), Says::of(Lang::En));
        assert_eq!(explained.gets, "They get “on”.");
        let steps: Vec<_> =
            explained.steps.iter().map(|step| (step.depth, step.rule.as_str(), step.then.as_str())).collect();
        assert_eq!(steps, [(0, "Rule 2", "on"), (1, "", "")]);
    }
}
