//! Texts.

use super::evaluate::Run;
use super::expression::Edge;
use super::value::Val;

/// The texts of all of them, one behind the other.
pub fn cat<'a>(run: &Run<'a>, values: &[Val<'a>]) -> Val<'a> {
    let mut joined = String::new();
    for value in values {
        // null adds nothing, as in JavaScript's `join`
        if *value == Val::Null {
            continue;
        }
        if !run.burn_for(value) {
            return Val::Null;
        }
        joined.push_str(&value.to_text());
    }
    Val::Text(joined.into())
}

/// A part of a text: from where, and how long; what is negative is counted from the end.
pub fn substr<'a>(run: &Run<'a>, values: &[Val<'a>]) -> Val<'a> {
    if !values.iter().all(|value| run.burn_for(value)) {
        return Val::Null;
    }
    let text = values.first().map_or("".into(), Val::to_text);
    let characters = text.chars().count();
    #[expect(clippy::cast_possible_truncation, reason = "a float beyond the range becomes its end")]
    let number = |place: usize| values.get(place).map(|value| value.as_number() as i64);
    let from_end =
        |number: i64| characters.saturating_sub(usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX));
    let start = match number(1).unwrap_or_default() {
        start @ ..0 => from_end(start),
        start => usize::try_from(start).unwrap_or(usize::MAX),
    };
    let end = match number(2) {
        None => characters,
        Some(length @ ..0) => from_end(length),
        Some(length) => start.saturating_add(usize::try_from(length).unwrap_or(usize::MAX)),
    };
    Val::Text(text.chars().skip(start).take(end.saturating_sub(start)).collect::<String>().into())
}

/// Whether the first text starts or ends with the second; null when there are not two texts.
pub fn edge<'a>(run: &Run<'a>, edge: Edge, values: &[Val<'_>]) -> Val<'a> {
    let [Val::Text(text), Val::Text(part)] = values else { return Val::Null };
    if !run.burn(text.len().min(part.len()) / 8) {
        return Val::Null;
    }
    Val::Bool(match edge {
        Edge::Start => text.starts_with(&**part),
        Edge::End => text.ends_with(&**part),
    })
}
