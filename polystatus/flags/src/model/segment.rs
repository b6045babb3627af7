//! People whom several flags treat alike.

use chassis::ApiError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{Condition, Key, Mistakes, TOO_DEEP, is_too_deep, present};

/// People named in a segment at most.
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
}

impl SegmentInput {
    /// The segment that a client wants.
    ///
    /// # Errors
    /// 400 with each field that is missing or wrong.
    pub fn validate(self, by: &str, now: i64) -> Result<Segment, ApiError> {
        let mut mistakes = Mistakes::default();
        let id = mistakes.required("id", self.id.as_deref());
        let description = self.description.unwrap_or_default();
        mistakes.text("description", &description, 1000);
        let users = self.users.unwrap_or_default();
        if users.len() > MOST_USERS {
            mistakes.add("users", format!("must be at most {MOST_USERS}"));
        }
        for user in &users {
            mistakes.text("users", user, 200);
        }
        if let Some(condition) = &self.condition {
            condition.check("if", &mut mistakes);
        }
        if self.targeting.as_ref().is_some_and(is_too_deep) {
            mistakes.add("targeting", TOO_DEEP);
        }
        if self.targeting.is_some() && (self.condition.is_some() || !users.is_empty()) {
            mistakes.add("targeting", "must not be there beside users and if");
        }
        let (condition, targeting) = (self.condition, self.targeting);
        let updated_by = by.to_owned();
        let segment =
            id.map(|id| Segment { id, description, users, condition, targeting, updated_at: now, updated_by });
        mistakes.none_or(segment)
    }
}

impl Segment {
    /// One of flagd's `$evaluators`.
    pub fn of_evaluator(id: Key, rule: Value, by: &str, now: i64) -> Self {
        let (description, users, updated_by) = (String::new(), Vec::new(), by.to_owned());
        Self { id, description, users, condition: None, targeting: Some(rule), updated_at: now, updated_by }
    }

    /// Who is in it, as JsonLogic.
    pub fn rule(&self) -> Value {
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
