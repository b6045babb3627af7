//! Numbers: comparisons and arithmetic, as JavaScript does them.

use std::cmp::Ordering;

use serde_json::Value;

use super::expression::{Arithmetic, Comparison};
use super::value::Val;

/// How much it is to compare the two: of two texts the shorter one, and nothing of what differs at first sight.
pub fn weight(comparison: Comparison, one: &Val<'_>, other: &Val<'_>) -> usize {
    use Comparison::{Equal, Other, Same, Unequal};
    let is_large = |value: &Val<'_>| matches!(value, Val::Text(_) | Val::Json(_) | Val::List(_));
    match (comparison, one, other) {
        (_, Val::Text(one), Val::Text(other)) => one.len().min(other.len()) / 8,
        (Same | Other, Val::Json(_) | Val::List(_), Val::Json(_) | Val::List(_)) => one.weight() + other.weight(),
        (Same | Other, _, _) | (Equal | Unequal, Val::Null, _) | (Equal | Unequal, _, Val::Null) => 0,
        _ => [one, other].into_iter().filter(|value| is_large(value)).map(Val::weight).sum(),
    }
}

/// Whether the two are so.
pub fn compare(comparison: Comparison, one: &Val<'_>, other: &Val<'_>) -> bool {
    match comparison {
        Comparison::Equal => loosely_equal(one, other),
        Comparison::Unequal => !loosely_equal(one, other),
        Comparison::Same => strictly_equal(one, other),
        Comparison::Other => !strictly_equal(one, other),
        Comparison::Less => order(one, other) == Some(Ordering::Less),
        Comparison::LessOrEqual => matches!(order(one, other), Some(Ordering::Less | Ordering::Equal)),
        Comparison::Greater => order(one, other) == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => matches!(order(one, other), Some(Ordering::Greater | Ordering::Equal)),
    }
}

/// `==` (ECMA-262, 7.2.14), but for two lists or two objects: there they are the same when all in them is the same.
fn loosely_equal(one: &Val<'_>, other: &Val<'_>) -> bool {
    match (one, other) {
        (Val::Null, Val::Null) => true,
        (Val::Null, _) | (_, Val::Null) => false,
        (Val::Text(one), Val::Text(other)) => one == other,
        (Val::Json(_) | Val::List(_), Val::Json(_) | Val::List(_)) => strictly_equal(one, other),
        (Val::Json(_) | Val::List(_), Val::Text(text)) => one.to_text() == *text,
        (Val::Text(text), Val::Json(_) | Val::List(_)) => other.to_text() == *text,
        _ => same_number(one, other),
    }
}

#[expect(clippy::float_cmp, reason = "JavaScript's equality is exact")]
fn same_number(one: &Val<'_>, other: &Val<'_>) -> bool {
    match (one, other) {
        (Val::Int(one), Val::Int(other)) => one == other,
        _ => one.as_number() == other.as_number(),
    }
}

/// `===` (ECMA-262, 7.2.15), but for lists and objects, as above.
pub fn strictly_equal(one: &Val<'_>, other: &Val<'_>) -> bool {
    match (one, other) {
        (Val::Int(_) | Val::Float(_), Val::Int(_) | Val::Float(_)) => same_number(one, other),
        (Val::Json(one @ Value::Object(_)), Val::Json(other @ Value::Object(_))) => one == other,
        _ if one.is_list() && other.is_list() => {
            let (one, other) = (one.borrowed_items(), other.borrowed_items());
            one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| strictly_equal(one, other))
        }
        _ => one == other,
    }
}

/// ECMA-262, 7.2.13.
fn order(one: &Val<'_>, other: &Val<'_>) -> Option<Ordering> {
    match (one, other) {
        (Val::Text(one), Val::Text(other)) => Some(one.cmp(other)),
        _ => one.as_number().partial_cmp(&other.as_number()),
    }
}

/// What these numbers come to. What is no number becomes null in the end: JSON has no other word for it.
pub fn compute<'a>(operator: Arithmetic, values: &[Val<'_>]) -> Val<'a> {
    let numbers: Vec<f64> = values.iter().map(Val::as_number).collect();
    let result = match (operator, numbers.as_slice()) {
        (Arithmetic::Sum, numbers) => numbers.iter().sum(),
        (Arithmetic::Product, numbers) => numbers.iter().product(),
        (Arithmetic::Difference, [one]) => -one,
        (Arithmetic::Difference, [one, other, ..]) => one - other,
        (Arithmetic::Quotient, [one, other, ..]) => one / other,
        (Arithmetic::Remainder, [one, other, ..]) => one % other,
        (Arithmetic::Smallest, [first, rest @ ..]) => rest.iter().fold(*first, |one, other| one.min(*other)),
        (Arithmetic::Largest, [first, rest @ ..]) => rest.iter().fold(*first, |one, other| one.max(*other)),
        _ => f64::NAN,
    };
    if result.is_finite() { Val::number(result) } else { Val::Null }
}
