//! How deep JSON may lie within itself.

use serde_json::Value;

/// Levels at most. JSON of 127 levels can be read; what is kept lies some levels deeper, within a flag within a change, and
/// must be read again at the next start. No rule that a person understands has as many.
const DEEPEST: usize = 64;

/// What is said of JSON that lies deeper.
pub const TOO_DEEP: &str = "must lie at most 64 levels deep within itself";

/// Whether it lies too deep within itself.
pub fn is_too_deep(value: &Value) -> bool {
    !fits(value, DEEPEST)
}

fn fits(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels > 0 && items.iter().all(|item| fits(item, levels - 1)),
        Value::Object(members) => levels > 0 && members.values().all(|member| fits(member, levels - 1)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_four_levels_are_not_too_deep_and_one_more_is() {
        let nested = |levels: usize| (0..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
        assert!(!is_too_deep(&nested(64)));
        assert!(is_too_deep(&nested(65)));
    }
}
