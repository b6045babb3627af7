//! Values while a rule runs: borrowed from the rule or the request wherever that is possible.

use std::borrow::Cow;

use serde_json::Value;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Val<'a> {
    /// Nothing, or nothing of that name.
    Null,
    /// True or false.
    Bool(bool),
    /// A number without fraction: wide enough for all that JSON may hold.
    Int(i128),
    /// Any other number.
    Float(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// A list or an object, as the rule or the request has it.
    Json(&'a Value),
    /// A list that an operator has made.
    List(Vec<Val<'a>>),
}

/// What is in a list.
pub enum Items<'a> {
    /// Its items.
    List(Vec<Val<'a>>),
    /// It is no list.
    None,
}

/// How much a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Values in it, itself included.
    pub values: usize,
    /// Lists within lists.
    pub depth: usize,
}

impl Size {
    /// Of a list of these.
    pub fn of_list(items: &[Val<'_>]) -> Self {
        items.iter().map(Val::size).fold(Self { values: 1, depth: 1 }, |sum, item| Self {
            values: sum.values.saturating_add(item.values),
            depth: sum.depth.max(item.depth + 1),
        })
    }
}

impl<'a> Val<'a> {
    /// The value that this JSON is.
    pub fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(it) => Self::Bool(*it),
            Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(it), _) => Self::Int(it.into()),
                (_, Some(it)) => Self::Int(it.into()),
                _ => Self::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => Self::Text(Cow::Borrowed(text)),
            Value::Array(_) | Value::Object(_) => Self::Json(value),
        }
    }

    /// A number, as an integer where it is one.
    pub fn number(number: f64) -> Self {
        if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 {
            #[expect(clippy::cast_possible_truncation, reason = "it is whole, and fits")]
            return Self::Int(number as i128);
        }
        Self::Float(number)
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self, Self::List(_) | Self::Json(Value::Array(_)))
    }

    /// What is in it, if it is a list.
    pub fn items(&self) -> Items<'a> {
        match self {
            Self::List(items) => Items::List(items.clone()),
            Self::Json(Value::Array(items)) => Items::List(items.iter().map(Val::of).collect()),
            _ => Items::None,
        }
    }

    /// What is in it, without copies of what operators have made; nothing, if it is no list.
    pub fn borrowed_items(&self) -> Vec<Cow<'_, Self>> {
        match self {
            Self::List(items) => items.iter().map(Cow::Borrowed).collect(),
            Self::Json(Value::Array(items)) => items.iter().map(|item| Cow::Owned(Val::of(item))).collect(),
            _ => Vec::new(),
        }
    }

    /// How many values are copied when its items are; none, if it is no list.
    pub fn count(&self) -> usize {
        match self {
            Self::List(_) => self.size().values,
            Self::Json(Value::Array(items)) => items.len(),
            _ => 0,
        }
    }

    /// What is in it; nothing, if it is no list.
    pub fn items_or_none(&self) -> Vec<Self> {
        match self.items() {
            Items::List(items) => items,
            Items::None => Vec::new(),
        }
    }

    /// What stands under this name in an object, or at this place in a list.
    pub fn member(&self, name: &str) -> Option<Self> {
        match self {
            Self::Json(Value::Object(object)) => object.get(name).map(Val::of),
            Self::Json(Value::Array(items)) => items.get(name.parse::<usize>().ok()?).map(Val::of),
            Self::List(items) => items.get(name.parse::<usize>().ok()?).cloned(),
            _ => None,
        }
    }

    /// How many values it is made of, and how deep the lists in it lie; what is borrowed counts as one.
    pub fn size(&self) -> Size {
        match self {
            Self::List(items) => Size::of_list(items),
            // eight bytes are as much as a value costs
            Self::Text(Cow::Owned(text)) => Size { values: 1 + text.len() / 8, depth: 0 },
            _ => Size { values: 1, depth: 0 },
        }
    }

    /// How much there is to look at in it, down to its last item: in values, and in texts of eight bytes. Other than
    /// [`size`](Self::size), also in what is borrowed.
    pub fn weight(&self) -> usize {
        match self {
            Self::Text(text) => weight_of_text(text),
            Self::Json(value) => weight_of_json(value),
            Self::List(items) => items.iter().map(Val::weight).fold(1, usize::saturating_add),
            _ => 1,
        }
    }

    /// Whether it counts as true (<https://jsonlogic.com/truthy.html>).
    pub fn is_true(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(it) => *it,
            Self::Int(number) => *number != 0,
            Self::Float(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::Json(Value::Array(items)) => !items.is_empty(),
            Self::Json(_) => true,
            Self::List(items) => !items.is_empty(),
        }
    }

    /// The number that it counts as; not a number, if none.
    pub fn as_number(&self) -> f64 {
        match self {
            Self::Null => 0.0,
            Self::Bool(it) => f64::from(u8::from(*it)),
            #[expect(clippy::cast_precision_loss, reason = "as JavaScript, which has no other numbers")]
            Self::Int(number) => *number as f64,
            Self::Float(number) => *number,
            Self::Text(text) => number_in(text),
            Self::List(_) | Self::Json(Value::Array(_)) => number_in(&self.to_text()),
            Self::Json(_) => f64::NAN,
        }
    }

    /// The text that it is when it becomes a part of one.
    pub fn to_text(&self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => text.clone(),
            Self::Null => "null".into(),
            Self::Bool(it) => if *it { "true" } else { "false" }.into(),
            Self::Int(number) => number.to_string().into(),
            Self::Float(number) => written(*number).into(),
            Self::Json(Value::Object(_)) => "[object Object]".into(),
            Self::List(_) | Self::Json(_) => {
                let mut text = String::new();
                self.write_items(&mut text);
                text.into()
            }
        }
    }

    /// In one text for all levels: each level would copy what lies in it otherwise.
    fn write_items(&self, into: &mut String) {
        for (place, item) in self.borrowed_items().iter().enumerate() {
            if place > 0 {
                into.push(',');
            }
            match &**item {
                Val::Null => {}
                list if list.is_list() => list.write_items(into),
                other => into.push_str(&other.to_text()),
            }
        }
    }

    /// It, as JSON: for whoever wants to know.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(it) => (*it).into(),
            Self::Int(number) => i64::try_from(*number).map_or_else(
                |_| u64::try_from(*number).map_or_else(|_| Value::String(number.to_string()), Value::from),
                Value::from,
            ),
            Self::Float(number) => (*number).into(),
            Self::Text(text) => text.clone().into_owned().into(),
            Self::Json(value) => (*value).clone(),
            Self::List(items) => items.iter().map(Val::to_json).collect(),
        }
    }
}

fn weight_of_text(text: &str) -> usize {
    1 + text.len() / 8
}

fn weight_of_json(value: &Value) -> usize {
    match value {
        Value::String(text) => weight_of_text(text),
        Value::Array(items) => 1 + items.iter().map(weight_of_json).sum::<usize>(),
        Value::Object(members) => {
            1 + members.iter().map(|(name, value)| weight_of_text(name) + weight_of_json(value)).sum::<usize>()
        }
        _ => 1,
    }
}

/// `Number(text)` (ECMA-262, 7.1.4.1.1), but for octal and binary digits, which nobody writes.
fn number_in(text: &str) -> f64 {
    let text = text.trim();
    if text.is_empty() {
        return 0.0;
    }
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        #[expect(clippy::cast_precision_loss, reason = "as JavaScript, which has no other numbers")]
        return u64::from_str_radix(digits, 16).map_or(f64::NAN, |number| number as f64);
    }
    // Rust also reads `inf`, `nan` and `infinity`
    if text.bytes().any(|byte| byte.is_ascii_alphabetic() && !matches!(byte, b'e' | b'E')) {
        return match text {
            "Infinity" | "+Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            _ => f64::NAN,
        };
    }
    text.parse().unwrap_or(f64::NAN)
}

/// As JavaScript writes a number (ECMA-262, 6.1.6.1.20).
fn written(number: f64) -> String {
    let size = number.abs();
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else if number == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e21).contains(&size) {
        number.to_string()
    } else if size >= 1e21 {
        format!("{number:e}").replace('e', "e+")
    } else {
        format!("{number:e}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_count_as_numbers_as_in_javascript() {
        for (text, number) in [("", 0.0), (" 12 ", 12.0), ("1e3", 1000.0), ("0x1F", 31.0), ("-1.5", -1.5)] {
            assert_eq!(Val::Text(text.into()).as_number().to_bits(), f64::to_bits(number), "{text:?}");
        }
        for text in ["a", "1a", "inf", "nan", "1 2", "0xZ"] {
            assert!(Val::Text(text.into()).as_number().is_nan(), "{text:?}");
        }
    }

    #[test]
    fn numbers_are_written_as_in_javascript() {
        for (number, text) in
            [(1.0, "1"), (-0.0, "0"), (0.1, "0.1"), (1e21, "1e+21"), (1.5e-7, "1.5e-7"), (123_456.75, "123456.75")]
        {
            assert_eq!(written(number), text);
        }
    }

    #[test]
    fn lists_and_objects_are_written_as_in_javascript() {
        for (value, text) in [
            (json!([1, [2, null], "x"]), "1,2,,x"),
            (json!({"a": 1}), "[object Object]"),
            (json!([]), ""),
            (json!(true), "true"),
        ] {
            assert_eq!(Val::of(&value).to_text(), text);
        }
    }

    #[test]
    fn what_counts_as_true_is_as_jsonlogic_says() {
        for (value, truth) in [
            (json!(0), false),
            (json!(-1), true),
            (json!([]), false),
            (json!([0]), true),
            (json!(""), false),
            (json!("0"), true),
            (json!({}), true),
            (json!(null), false),
        ] {
            assert_eq!(Val::of(&value).is_true(), truth, "{value}");
        }
    }
}
