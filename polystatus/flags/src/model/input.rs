//! A flag, as clients send it.

use chassis::ApiError;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use utoipa::ToSchema;
use values::{Mistakes, present};

use super::variations::Type;
use super::{Definition, Kind, Metadata, Outcome, Rule, Targets, Variations};

/// A flag, as it is sent. What is absent has a meaning that is written beside it.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlagInput {
    /// The flag's key.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, required, example = "new-checkout", pattern = "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$")]
    id: Option<String>,
    /// What it is for.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_length = 1000, pattern = "^[ -~]*$", example = "The checkout with one page")]
    description: Option<String>,
    /// Whether rules are looked at; true when absent.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, example = true)]
    on: Option<bool>,
    /// `boolean` when absent, unless the variations are something else.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    kind: Option<Kind>,
    /// Names with their values, or names; `on` and `off` when absent, of a boolean flag.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = Object, example = json!({"on": true, "off": false}))]
    variations: Option<Variations>,
    /// For those whom no rule concerns. When absent: true, of a boolean flag, and otherwise what stands in the code.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    fallthrough: Option<Outcome>,
    /// While it is off; null: what stands in the code. When absent: false, of a boolean flag, and otherwise null.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, example = "off")]
    #[expect(clippy::option_option, reason = "null is an answer, and absence is none")]
    off_variation: Option<Option<String>>,
    /// The first whose condition holds decides.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_items = 100)]
    rules: Option<Vec<Rule>>,
    /// For single people.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    targets: Option<Targets>,
    /// JsonLogic in the place of targets and rules.
    #[serde(default)]
    #[schema(value_type = Option<Object>, example = json!(null))]
    targeting: Option<Value>,
    /// What else is known of it: texts, numbers and booleans.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = Object, example = json!({"team": "shop"}))]
    metadata: Option<Metadata>,
    /// Not looked at, as the four that follow: so that what was read can be sent. `If-Match` says what was seen.
    #[serde(default)]
    #[schema(value_type = Option<Value>)]
    #[expect(dead_code, reason = "whatever it is, the service knows better")]
    killed: IgnoredAny,
    /// Not looked at.
    #[serde(default)]
    #[schema(value_type = Option<Value>)]
    #[expect(dead_code, reason = "whatever it is, the service knows better")]
    version: IgnoredAny,
    /// Not looked at.
    #[serde(default)]
    #[schema(value_type = Option<Value>)]
    #[expect(dead_code, reason = "whatever it is, the service knows better")]
    created_at: IgnoredAny,
    /// Not looked at.
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

impl FlagInput {
    /// The flag that a client wants.
    ///
    /// # Errors
    /// 400 with each field that is missing or wrong.
    pub fn validate(self) -> Result<Definition, ApiError> {
        let mut mistakes = Mistakes::default();
        let id = mistakes.required("id", self.id.as_deref());
        let kind = self.kind.unwrap_or_else(|| kind_of(self.variations.as_ref()));
        if kind == Kind::Multivar && self.variations.is_none() {
            mistakes.add("variations", "is required, of a flag that is not boolean");
        }
        let variations = self.variations.unwrap_or_else(Variations::on_and_off);
        let named = |value: bool| match kind {
            Kind::Boolean => variations.name_of(kind, &value.into()),
            Kind::Multivar => None,
        };
        let fallthrough = self.fallthrough.unwrap_or_else(|| Outcome { variation: named(true), rollout: None });
        let off_variation = self.off_variation.unwrap_or_else(|| named(false));
        let definition = id.map(|id| Definition {
            id,
            description: self.description.unwrap_or_default(),
            on: self.on.unwrap_or(true),
            kind,
            fallthrough,
            off_variation,
            rules: self.rules.unwrap_or_default(),
            targets: self.targets.unwrap_or_default(),
            targeting: self.targeting,
            metadata: self.metadata.unwrap_or_default(),
            variations,
        });
        if let Some(definition) = &definition {
            definition.check(&mut mistakes);
        }
        mistakes.none_or(definition)
    }
}

/// What a flag is whose kind nobody says.
fn kind_of(variations: Option<&Variations>) -> Kind {
    match variations {
        Some(Variations::Values(values)) if values.values().any(|value| Type::of(value) != Some(Type::Boolean)) => {
            Kind::Multivar
        }
        Some(Variations::Names(names)) if names.len() > 2 => Kind::Multivar,
        _ => Kind::Boolean,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(input: Value) -> Result<Definition, Vec<String>> {
        let input: FlagInput = serde_json::from_value(input).unwrap();
        input.validate().map_err(|error| error.details().iter().map(|detail| detail.field.to_string()).collect())
    }

    #[test]
    fn a_key_alone_is_a_flag_that_is_on() {
        let flag = read(json!({"id": "a"})).unwrap();
        assert!(flag.on && flag.kind == Kind::Boolean && flag.rule().is_none());
        assert_eq!((flag.fallthrough.variation.as_deref(), flag.off_variation.as_deref()), (Some("on"), Some("off")));
    }

    #[test]
    fn targets_come_before_rules_and_rules_before_the_rest() {
        let flag = read(json!({
            "id": "a", "targets": {"users": {"nadia": "on", "boris": "on"}},
            "rules": [{"if": {"attr": "role", "op": "eq", "value": "beta"}, "rollout": {"on": 1, "off": 1}}],
            "fallthrough": {"variation": "off"}
        }));
        assert_eq!(
            flag.unwrap().rule().unwrap(),
            json!({"if": [
                {"in": [{"var": ["targetingKey"]}, ["boris", "nadia"]]}, "on",
                {"==": [{"var": ["role"]}, "beta"]}, {"fractional": [["off", 1], ["on", 1]]},
                null
            ]})
        );
    }

    #[test]
    fn every_mistake_is_named() {
        let wrong = json!({
            "id": "a b", "kind": "multivar", "variations": {"x": 1, "y": "2"}, "fallthrough": {"variation": "z"},
        });
        assert_eq!(read(wrong).unwrap_err(), ["id"]);
        let wrong = json!({
            "id": "a", "variations": {"x": 1, "y": "2"}, "fallthrough": {"variation": "z", "rollout": {"x": 0}},
            "off_variation": "z", "targets": {"users": {"u": "z"}}, "metadata": {"m": []},
            "rules": [{"if": {}}], "targeting": {"var": "x"}
        });
        assert_eq!(
            read(wrong).unwrap_err(),
            [
                "variations",
                "fallthrough.variation",
                "fallthrough.rollout",
                "off_variation",
                "rules[0].if",
                "rules[0]",
                "targets.users.u",
                "targeting",
                "metadata.m"
            ]
        );
    }
}
