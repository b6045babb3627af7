//! People whom several flags treat alike.

use std::sync::Arc;

use chassis::ApiError;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use values::{Mistakes, Prose, present};

use super::made::Made;
use super::{Condition, Key, TOO_DEEP, is_too_deep};

/// People named in a segment at most, also in a list of its JsonLogic.
const MOST_USERS: usize = 1000;

/// People whom several flags treat alike: those who are named, and those who meet a condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Segment {
    /// By which rules name it.
    pub id: Key,
    /// Who they are.
    #[schema(example = "Those who asked to see new things first")]
    pub description: String,
    /// By their keys.
    #[serde(default)]
    #[schema(example = json!(["nadia"]))]
    pub users: Vec<String>,
    /// By a condition.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// JsonLogic in the place of both, as flagd's `$evaluators` have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub targeting: Option<Value>,
    /// When it was last changed, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub updated_at: i64,
    /// By whom.
    #[schema(example = "api-token")]
    pub updated_by: String,
    #[serde(skip)]
    rule: Made<Value>,
}

/// A segment, as it is sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentInput {
    /// By which rules name it.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, required, example = "beta", pattern = "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$")]
    id: Option<String>,
    /// Who they are.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_length = 1000, pattern = "^[ -~]*$", example = "Those who asked")]
    description: Option<String>,
    /// By their keys.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_items = 1000, example = json!(["nadia"]))]
    users: Option<Vec<String>>,
    /// By a condition.
    #[serde(default, rename = "if", deserialize_with = "present")]
    #[schema(nullable = false)]
    condition: Option<Condition>,
    /// JsonLogic in the place of both.
    #[serde(default)]
    #[schema(value_type = Option<Object>, example = json!(null))]
    targeting: Option<Value>,
    /// Not looked at: so that what was read can be sent.
    #[serde(default)]
    #[schema(value_type = Option<Value>)]
    #[expect(dead_code, reason = "whatever it is, the service knows better")]
    updated_at: IgnoredAny,
    /// Not looked at.
    #[serde(default)]
    #[schema(value_type = Option<Value>)]
    #[expect(dead_code, reason = "whatever it is, the service knows better")]
    updated_by: IgnoredAny,
}

impl SegmentInput {
    /// The segment that a client wants.
    ///
    /// # Errors
    /// 400 with each field that is missing or wrong.
    pub fn validate(self, by: &str, now: i64) -> Result<Segment, ApiError> {
        let mut mistakes = Mistakes::default();
        let segment = mistakes.required("id", self.id.as_deref()).map(|id| Segment {
            id,
            description: self.description.unwrap_or_default(),
            users: self.users.unwrap_or_default(),
            condition: self.condition,
            targeting: self.targeting,
            updated_at: now,
            updated_by: by.to_owned(),
            rule: Made::default(),
        });
        if let Some(segment) = &segment {
            segment.check(&mut mistakes);
        }
        mistakes.none_or(segment)
    }
}

impl Segment {
    /// One of flagd's `$evaluators`.
    pub fn of_evaluator(id: Key, rule: Value) -> Self {
        Self {
            id,
            description: String::new(),
            users: Vec::new(),
            condition: None,
            targeting: Some(rule),
            updated_at: 0,
            updated_by: String::new(),
            rule: Made::default(),
        }
    }

    /// The same, changed by somebody at some time.
    #[must_use]
    pub fn stamped(&self, by: &str, at: i64) -> Self {
        Self { updated_at: at, updated_by: by.to_owned(), ..self.clone() }
    }

    /// Whether the two say the same, whoever wrote them.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        *self == other.stamped(&self.updated_by, self.updated_at)
    }

    /// Note what is wrong with it, as far as it can be told without other segments.
    pub fn check(&self, mistakes: &mut Mistakes) {
        mistakes.parse::<Prose<1000>>("description", &self.description);
        if self.users.len() > MOST_USERS {
            mistakes.add("users", format!("must be at most {MOST_USERS}"));
        }
        for user in &self.users {
            mistakes.parse::<Prose<200>>("users", user);
        }
        if let Some(condition) = &self.condition {
            condition.check("if", mistakes);
        }
        match &self.targeting {
            // in the storage, null would be the absence of a rule
            Some(Value::Null) => mistakes.add("targeting", "must be JsonLogic, not null"),
            Some(rule) if is_too_deep(rule) => mistakes.add("targeting", TOO_DEEP),
            Some(rule) if longest_list(rule) > MOST_USERS => {
                mistakes.add("targeting", format!("must not have lists of more than {MOST_USERS}"));
            }
            Some(_) if self.condition.is_some() || !self.users.is_empty() => {
                mistakes.add("targeting", "must not be there beside users and if");
            }
            _ => {}
        }
    }

    /// Who is in it, as JsonLogic: made once, and shared by all who read it.
    pub fn rule(&self) -> Arc<Value> {
        self.rule.get(|| self.as_rule())
    }

    fn as_rule(&self) -> Value {
        if let Some(targeting) = &self.targeting {
            return targeting.clone();
        }
        let users = json!({"in": [{"var": ["targetingKey"]}, self.users]});
        match (&self.condition, self.users.is_empty()) {
            (None, _) => users,
            (Some(condition), true) => condition.rule(),
            (Some(condition), false) => json!({"or": [users, condition.rule()]}),
        }
    }
}

/// Items of the longest list within it.
fn longest_list(rule: &Value) -> usize {
    match rule {
        Value::Array(items) => items.iter().map(longest_list).fold(items.len(), usize::max),
        Value::Object(members) => members.values().map(longest_list).max().unwrap_or_default(),
        _ => 0,
    }
}
