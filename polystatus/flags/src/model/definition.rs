//! What people decide of a flag: everything but when and by whom.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use values::{Mistakes, Prose};

use super::variations::Type;
use super::{Condition, Key, Kind, TOO_DEEP, Variations, is_too_deep};

/// Variations of a flag at most.
const MOST_VARIATIONS: usize = 100;
/// Rules of a flag at most.
const MOST_RULES: usize = 100;
/// Bytes of metadata at most: they are in each answer, and those of a set in the answers of all its flags.
const MOST_METADATA: usize = 4096;
/// Characters of a name at most.
const LONGEST_NAME: usize = 100;

/// What is known of a flag beside its value: texts, numbers and booleans by name.
pub type Metadata = BTreeMap<String, Value>;

/// Parts of the people, by variation: `{"blue": 20, "green": 80}`.
pub type Rollout = BTreeMap<String, u32>;

/// What a flag is, for whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Definition {
    /// The flag's key.
    pub id: Key,
    /// What it is for.
    #[serde(default)]
    #[schema(example = "The checkout with one page")]
    pub description: String,
    /// Whether rules are looked at. Otherwise everybody gets the off variation, or what stands in the program's code.
    pub on: bool,
    /// Whether it is true or false, or one of several.
    pub kind: Kind,
    /// What it can be.
    #[schema(value_type = Object, example = json!({"on": true, "off": false}))]
    pub variations: Variations,
    /// What it is for those whom no rule concerns.
    pub fallthrough: Outcome,
    /// What it is while it is off; null: what stands in the program's code.
    #[serde(default)]
    #[schema(example = "off")]
    pub off_variation: Option<String>,
    /// The first whose condition holds decides.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// What it is for single people, before all rules.
    #[serde(default)]
    pub targets: Targets,
    /// JsonLogic in the place of targets and rules, as flagd has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub targeting: Option<Value>,
    /// What else is known of it; clients are told.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({"team": "shop"}))]
    pub metadata: Metadata,
}

/// A variation, or parts of the people for several.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// For all; with a roll-out, for those who have no targeting key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "off")]
    pub variation: Option<String>,
    /// For parts of the people. Who is in which part does not change while the parts do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, example = json!({"on": 10, "off": 90}))]
    pub rollout: Option<Rollout>,
}

/// What the flag is for those who meet a condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// For whom.
    #[serde(rename = "if")]
    pub condition: Condition,
    /// A variation,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "on")]
    pub variation: Option<String>,
    /// or parts of the people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, example = json!({"on": 50, "off": 50}))]
    pub rollout: Option<Rollout>,
}

/// What the flag is for single people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// Variations by user.
    #[serde(default)]
    #[schema(example = json!({"nadia": "on"}))]
    pub users: BTreeMap<String, String>,
}

impl Definition {
    /// Note what is wrong with it, as far as it can be told without other flags and segments.
    pub fn check(&self, mistakes: &mut Mistakes) {
        mistakes.parse::<Prose<1000>>("description", &self.description);
        self.check_variations(mistakes);
        self.check_outcome(
            "fallthrough",
            self.fallthrough.variation.as_deref(),
            self.fallthrough.rollout.as_ref(),
            mistakes,
        );
        self.check_name("off_variation", self.off_variation.as_deref(), mistakes);
        if self.rules.len() > MOST_RULES {
            mistakes.add("rules", format!("must be at most {MOST_RULES}"));
        }
        for (place, rule) in self.rules.iter().enumerate() {
            rule.condition.check(&format!("rules[{place}].if"), mistakes);
            let field = format!("rules[{place}]");
            if rule.variation.is_some() == rule.rollout.is_some() {
                mistakes.add(field.clone(), "must have a variation or a rollout");
            }
            self.check_outcome(&field, rule.variation.as_deref(), rule.rollout.as_ref(), mistakes);
        }
        for (user, variation) in &self.targets.users {
            mistakes.parse::<Prose<200>>("targets.users", user);
            self.check_name(&format!("targets.users.{user}"), Some(variation), mistakes);
        }
        let own = !self.rules.is_empty() || !self.targets.users.is_empty() || self.fallthrough.rollout.is_some();
        match &self.targeting {
            Some(_) if own => mistakes.add("targeting", "must not be there beside rules, targets and a rollout"),
            Some(targeting) if !targeting.is_object() => mistakes.add("targeting", "must be JsonLogic: an object"),
            Some(targeting) if is_too_deep(targeting) => mistakes.add("targeting", TOO_DEEP),
            _ => {}
        }
        check_metadata(&self.metadata, mistakes);
    }

    fn check_variations(&self, mistakes: &mut Mistakes) {
        if self.variations.count() == 0 || self.variations.count() > MOST_VARIATIONS {
            return mistakes.add("variations", format!("must be 1 to {MOST_VARIATIONS}"));
        }
        let mut names: Vec<_> = self.variations.names().collect();
        for name in &names {
            if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
                mistakes.add(
                    "variations",
                    format!("must have names of 1 to {LONGEST_NAME} characters, without control characters"),
                );
            }
        }
        names.sort_unstable();
        if names.windows(2).any(|two| two[0] == two[1]) {
            mistakes.add("variations", "must each have a name of its own");
        }
        let values = self.variations.values(self.kind);
        let types: Vec<_> = values.values().map(Type::of).collect();
        if values.values().any(is_too_deep) {
            mistakes.add("variations", TOO_DEEP);
        } else if types.contains(&None) {
            mistakes.add("variations", "must not be null");
        } else if types.windows(2).any(|two| two[0] != two[1]) {
            mistakes.add("variations", "must all be of one type");
        } else if self.kind == Kind::Boolean && types.first() != Some(&Some(Type::Boolean)) {
            mistakes.add("variations", "must be true or false, since the flag is boolean");
        }
    }

    fn check_name(&self, field: &str, name: Option<&str>, mistakes: &mut Mistakes) {
        if name.is_some_and(|name| !self.variations.has(name)) {
            mistakes.add(field.to_owned(), "must be one of the flag's variations");
        }
    }

    fn check_outcome(&self, field: &str, variation: Option<&str>, rollout: Option<&Rollout>, mistakes: &mut Mistakes) {
        self.check_name(&format!("{field}.variation"), variation, mistakes);
        let Some(rollout) = rollout else { return };
        for name in rollout.keys() {
            self.check_name(&format!("{field}.rollout.{name}"), Some(name), mistakes);
        }
        let sum: u64 = rollout.values().map(|part| u64::from(*part)).sum();
        if !(1..=2_147_483_647).contains(&sum) {
            mistakes.add(format!("{field}.rollout"), "must add up to 1 to 2147483647");
        }
    }

    /// What it answers while it is off: a variation with its value; none: what stands in the program's code.
    pub fn off(&self) -> Option<(String, Value)> {
        self.variations.values(self.kind).remove_entry(self.off_variation.as_ref()?)
    }
}

/// Clients take metadata of these types alone (OFREP, `metadata`).
pub fn check_metadata(metadata: &Metadata, mistakes: &mut Mistakes) {
    let length = |(name, value): (&String, &Value)| name.len() + value.as_str().map_or(8, str::len);
    if metadata.iter().map(length).sum::<usize>() > MOST_METADATA {
        mistakes.add("metadata", format!("must have at most {MOST_METADATA} bytes together"));
    }
    for (name, value) in metadata {
        if !matches!(value, Value::Bool(_) | Value::String(_) | Value::Number(_)) {
            mistakes.add(format!("metadata.{name}"), "must be a text, a number or a boolean");
        }
    }
}
