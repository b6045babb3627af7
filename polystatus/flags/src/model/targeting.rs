//! Targets and rules as JsonLogic: so there is one form that is compiled, run, explained and exported.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Definition, Rollout};

impl Definition {
    /// What decides, as JsonLogic; none when everybody gets the same.
    pub fn rule(&self) -> Option<Value> {
        if let Some(targeting) = &self.targeting {
            // flagd takes an empty object for none
            return Some(targeting.clone()).filter(|targeting| *targeting != json!({}));
        }
        let mut arms = Vec::new();
        for (variation, users) in self.users_by_variation() {
            arms.push(json!({"in": [{"var": ["targetingKey"]}, users]}));
            arms.push(variation.into());
        }
        for rule in &self.rules {
            arms.push(rule.condition.rule());
            arms.push(match (&rule.variation, &rule.rollout) {
                (_, Some(rollout)) => fractional(rollout),
                (variation, None) => json!(variation),
            });
        }
        match (&self.fallthrough.rollout, arms.is_empty()) {
            (None, true) => None,
            (Some(rollout), true) => Some(fractional(rollout)),
            (rollout, false) => {
                // null is the default variation
                arms.push(rollout.as_ref().map_or(Value::Null, fractional));
                Some(json!({"if": arms}))
            }
        }
    }

    /// What the conditions of [`rule`](Self::rule) are called here, one after the other.
    pub fn names_of_conditions(&self) -> Box<dyn Iterator<Item = String> + '_> {
        if self.targeting.is_some() {
            return Box::new((0..).map(|place| format!("targeting[{place}]")));
        }
        let targets = self.users_by_variation().into_keys().map(|_| "targets".to_owned());
        let rules = (0..self.rules.len()).map(|place| format!("rules[{place}]"));
        Box::new(targets.chain(rules).chain(std::iter::once("fallthrough".to_owned())))
    }

    fn users_by_variation(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut grouped = BTreeMap::<_, Vec<_>>::new();
        for (user, variation) in &self.targets.users {
            grouped.entry(variation.as_str()).or_default().push(user.as_str());
        }
        grouped
    }
}

/// Without a first value: the flag's key and the targeting key decide, so that each flag cuts the people anew.
fn fractional(rollout: &Rollout) -> Value {
    json!({"fractional": rollout.iter().map(|(name, part)| json!([name, part])).collect::<Vec<_>>()})
}
