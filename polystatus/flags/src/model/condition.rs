//! For whom a rule holds.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use values::{Mistakes, Prose};

use super::{Key, TOO_DEEP, is_too_deep};

/// Conditions within conditions at most.
const DEEPEST: usize = 10;

/// A condition: `attr`, `op` and `value`; or one of `segment`, `all`, `any`, `not`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// What of the person is looked at: `user`, `role`, or any other attribute that is sent; `a.b` is `b` in `a`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "role")]
    pub attr: Option<String>,
    /// How it is compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Operator>)]
    pub op: Option<Op>,
    /// With what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>, example = "beta")]
    pub value: Option<Value>,
    /// Who is in this segment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Key>,
    /// Who meets all of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    pub all: Option<Vec<Condition>>,
    /// Who meets one of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    pub any: Option<Vec<Condition>>,
    /// Who does not meet this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    pub not: Option<Box<Condition>>,
}

/// How something is compared. It is kept as it was written: `==` is `eq`, and whoever sent it reads `==` again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Op {
    written: String,
    operator: Operator,
}

/// How something is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// The same (also `==`, `=`, `equals`).
    Eq,
    /// Another (also `!=`, `not_equals`).
    Neq,
    /// One of a list.
    In,
    /// None of a list.
    NotIn,
    /// A text that has this in it, or a list that has it.
    Contains,
    /// A text that begins so.
    StartsWith,
    /// A text that ends so.
    EndsWith,
    /// More (also `>`).
    Gt,
    /// More, or the same (also `>=`).
    Gte,
    /// Less (also `<`).
    Lt,
    /// Less, or the same (also `<=`).
    Lte,
    /// The same version.
    SemverEq,
    /// A later version.
    SemverGt,
    /// A later version, or the same.
    SemverGte,
    /// An earlier version.
    SemverLt,
    /// An earlier version, or the same.
    SemverLte,
    /// A version with the same first number.
    SemverMajor,
    /// A version with the same first two numbers.
    SemverMinor,
}

impl Operator {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "eq" | "==" | "=" | "===" | "equals" => Self::Eq,
            "neq" | "!=" | "!==" | "ne" | "not_equals" => Self::Neq,
            "in" => Self::In,
            "not_in" => Self::NotIn,
            "contains" => Self::Contains,
            "starts_with" => Self::StartsWith,
            "ends_with" => Self::EndsWith,
            "gt" | ">" => Self::Gt,
            "gte" | ">=" => Self::Gte,
            "lt" | "<" => Self::Lt,
            "lte" | "<=" => Self::Lte,
            "semver_eq" => Self::SemverEq,
            "semver_gt" => Self::SemverGt,
            "semver_gte" => Self::SemverGte,
            "semver_lt" => Self::SemverLt,
            "semver_lte" => Self::SemverLte,
            "semver_major" => Self::SemverMajor,
            "semver_minor" => Self::SemverMinor,
            _ => return None,
        })
    }

    /// As JsonLogic.
    fn rule(self, attribute: &Value, value: &Value) -> Value {
        match self {
            Self::Eq => json!({"==": [attribute, value]}),
            Self::Neq => json!({"!=": [attribute, value]}),
            Self::In => json!({"in": [attribute, value]}),
            Self::NotIn => json!({"!": [{"in": [attribute, value]}]}),
            Self::Contains => json!({"in": [value, attribute]}),
            Self::StartsWith => json!({"starts_with": [attribute, value]}),
            Self::EndsWith => json!({"ends_with": [attribute, value]}),
            Self::Gt => json!({">": [attribute, value]}),
            Self::Gte => json!({">=": [attribute, value]}),
            Self::Lt => json!({"<": [attribute, value]}),
            Self::Lte => json!({"<=": [attribute, value]}),
            Self::SemverEq => json!({"sem_ver": [attribute, "=", value]}),
            Self::SemverGt => json!({"sem_ver": [attribute, ">", value]}),
            Self::SemverGte => json!({"sem_ver": [attribute, ">=", value]}),
            Self::SemverLt => json!({"sem_ver": [attribute, "<", value]}),
            Self::SemverLte => json!({"sem_ver": [attribute, "<=", value]}),
            Self::SemverMajor => json!({"sem_ver": [attribute, "^", value]}),
            Self::SemverMinor => json!({"sem_ver": [attribute, "~", value]}),
        }
    }
}

impl TryFrom<String> for Op {
    type Error = &'static str;

    fn try_from(written: String) -> Result<Self, Self::Error> {
        let operator = Operator::of(&written).ok_or(
            "must be eq, neq, in, not_in, contains, starts_with, ends_with, gt, gte, lt, lte, semver_eq, semver_gt, \
             semver_gte, semver_lt, semver_lte, semver_major or semver_minor",
        )?;
        Ok(Self { written, operator })
    }
}

impl From<Op> for String {
    fn from(op: Op) -> Self {
        op.written
    }
}

/// The user is what OpenFeature calls the targeting key.
fn variable(attribute: &str) -> Value {
    json!({"var": [if attribute == "user" { "targetingKey" } else { attribute }]})
}

impl Condition {
    /// As JsonLogic; what a `check` has not refused.
    pub fn rule(&self) -> Value {
        let rules = |conditions: &[Self]| conditions.iter().map(Self::rule).collect::<Vec<_>>();
        match self {
            Self { attr: Some(attr), op: Some(op), value, .. } => {
                op.operator.rule(&variable(attr), value.as_ref().unwrap_or(&Value::Null))
            }
            Self { segment: Some(segment), .. } => json!({"$ref": segment}),
            Self { all: Some(all), .. } => json!({"and": rules(all)}),
            Self { any: Some(any), .. } => json!({"or": rules(any)}),
            Self { not: Some(not), .. } => json!({"!": [not.rule()]}),
            _ => Value::Bool(false),
        }
    }

    /// Note what is wrong with it.
    pub fn check(&self, field: &str, mistakes: &mut Mistakes) {
        self.check_to(field, DEEPEST, mistakes);
    }

    fn check_to(&self, field: &str, depth: usize, mistakes: &mut Mistakes) {
        let compared = self.attr.is_some() || self.op.is_some() || self.value.is_some();
        let forms = [compared, self.segment.is_some(), self.all.is_some(), self.any.is_some(), self.not.is_some()];
        if forms.iter().filter(|form| **form).count() != 1 {
            return mistakes.add(field.to_owned(), "must have attr, op and value, or one of segment, all, any and not");
        }
        if compared {
            self.check_comparison(field, mistakes);
        }
        let inner = self.all.iter().chain(&self.any).flatten().chain(self.not.as_deref());
        for (place, condition) in inner.enumerate() {
            if depth == 0 {
                return mistakes.add(field.to_owned(), format!("must not be deeper than {DEEPEST}"));
            }
            condition.check_to(&format!("{field}[{place}]"), depth - 1, mistakes);
        }
        if self.all.iter().chain(&self.any).any(Vec::is_empty) {
            mistakes.add(field.to_owned(), "must have at least one condition");
        }
    }

    fn check_comparison(&self, field: &str, mistakes: &mut Mistakes) {
        match &self.attr {
            Some(attr) if attr.is_empty() => mistakes.add(format!("{field}.attr"), "must not be empty"),
            Some(attr) => {
                mistakes.parse::<Prose<200>>(format!("{field}.attr"), attr);
            }
            None => mistakes.add(format!("{field}.attr"), "is required"),
        }
        let is_list = matches!(self.value, Some(Value::Array(_)));
        match self.op.as_ref().map(|op| op.operator) {
            None => mistakes.add(format!("{field}.op"), "is required"),
            Some(Operator::In | Operator::NotIn) if !is_list => {
                mistakes.add(format!("{field}.value"), "must be a list");
            }
            Some(_) => {}
        }
        if self.value.as_ref().is_some_and(is_too_deep) {
            mistakes.add(format!("{field}.value"), TOO_DEEP);
        }
        if matches!(self.value, Some(Value::Object(_))) {
            mistakes.add(format!("{field}.value"), "must be a text, a number, a boolean or a list");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(json: Value) -> Condition {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_condition_becomes_jsonlogic() {
        for (given, expected) in [
            (
                json!({"attr": "user", "op": "==", "value": "nadia"}),
                json!({"==": [{"var": ["targetingKey"]}, "nadia"]}),
            ),
            (json!({"attr": "tags", "op": "contains", "value": "x"}), json!({"in": ["x", {"var": ["tags"]}]})),
            (json!({"segment": "beta"}), json!({"$ref": "beta"})),
            (json!({"not": {"any": [{"segment": "a"}]}}), json!({"!": [{"or": [{"$ref": "a"}]}]})),
        ] {
            assert_eq!(condition(given).rule(), expected);
        }
    }

    #[test]
    fn an_operator_is_kept_as_it_was_written() {
        let given = json!({"attr": "role", "op": "==", "value": "beta"});
        assert_eq!(serde_json::to_value(condition(given.clone())).unwrap(), given);
        assert!(serde_json::from_value::<Condition>(json!({"attr": "a", "op": "like", "value": "x"})).is_err());
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for wrong in [
            json!({}),
            json!({"attr": "a"}),
            json!({"attr": "a", "op": "eq", "value": 1, "segment": "x"}),
            json!({"attr": "a", "op": "in", "value": "x"}),
            json!({"all": []}),
            json!({"any": [{}]}),
        ] {
            let mut mistakes = Mistakes::default();
            condition(wrong.clone()).check("if", &mut mistakes);
            assert!(mistakes.none_or(Some(())).is_err(), "{wrong}");
        }
    }
}
