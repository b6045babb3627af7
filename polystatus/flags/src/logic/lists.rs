//! Lists.

use super::evaluate::{Run, Scope, path_of, weight_of_name};
use super::expression::{Comparison, Each, Expression};
use super::value::Val;

/// Whether it is in the list, or its text in the text.
pub fn contains<'a>(run: &Run<'a>, list: &Val<'a>, needle: &Val<'_>) -> bool {
    match list {
        Val::Text(text) => run.burn_for(list) && run.burn_for(needle) && text.contains(&*needle.to_text()),
        _ => run.items(list).iter().any(|item| run.holds(Comparison::Same, item, needle)),
    }
}

/// One list of all: of a list its items, of anything else itself.
pub fn merge<'a>(run: &Run<'a>, values: Vec<Val<'a>>) -> Val<'a> {
    let mut merged = Vec::new();
    for value in values {
        if value.is_list() {
            merged.extend(run.items(&value));
        } else {
            merged.push(value);
        }
    }
    run.list(merged)
}

/// The names that lead to nothing, or to an empty text.
pub fn missing<'a>(run: &Run<'a>, names: Vec<Val<'a>>, scope: Scope<'_, 'a>) -> Val<'a> {
    // a list as the only argument holds the names
    let names = match names.first() {
        Some(list) if list.is_list() => run.items(list),
        _ => names,
    };
    let is_nothing = |name: &Val<'a>| match run.look_up(&path_of(name), scope) {
        None | Some(Val::Null) => true,
        Some(Val::Text(text)) => text.is_empty(),
        Some(_) => false,
    };
    let is_missing = |name: &Val<'a>| run.burn(weight_of_name(name)) && is_nothing(name);
    run.list(names.into_iter().filter(is_missing).collect())
}

/// The names that are missing, unless there are as many as needed.
pub fn missing_some<'a>(run: &Run<'a>, least: &Val<'a>, names: &Val<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    let names = run.items(names);
    let count = names.len();
    let Val::List(missing) = missing(run, names, scope) else { return Val::Null };
    #[expect(clippy::cast_precision_loss, reason = "a list has fewer items than that")]
    let there = (count - missing.len()) as f64;
    Val::List(if there >= least.as_number() { Vec::new() } else { missing })
}

/// What becomes of each item.
pub fn each<'a>(run: &Run<'a>, each: Each, list: &Val<'a>, rule: &'a Expression) -> Val<'a> {
    let items = run.items(list);
    let value = |item: &Val<'a>| run.value(rule, Scope::Item(item));
    match each {
        Each::Map => run.list(items.iter().map(value).collect()),
        Each::Filter => run.list(items.into_iter().filter(|item| value(item).is_true()).collect()),
        // of nothing, not all
        Each::All => Val::Bool(!items.is_empty() && items.iter().all(|item| value(item).is_true())),
        Each::Some => Val::Bool(items.iter().any(|item| value(item).is_true())),
        Each::None => Val::Bool(!items.iter().any(|item| value(item).is_true())),
    }
}

/// What becomes of all items together.
pub fn reduce<'a>(run: &Run<'a>, list: &Val<'a>, rule: &'a Expression, start: Val<'a>) -> Val<'a> {
    let items = run.items(list);
    items
        .iter()
        .fold(start, |accumulator, current| run.value(rule, Scope::Reduction { current, accumulator: &accumulator }))
}
