//! Running a rule.

use std::cell::Cell;

use serde_json::{Map, Value};

use super::arithmetic;
use super::expression::{Comparison, Expression, Path};
use super::lists;
use super::texts;
use super::value::{Size, Val};

/// Steps that one run may take, and bytes and items that it may make or look at. A rule is at most twenty thousand steps, but
/// `reduce` can make a text twice as long with each item of a list.
const OF_A_RULE: u32 = 1_000_000;

/// What all runs for one request may take together: a thousand steps for each of the five thousand flags that there may
/// be. Up to four rules that never end leave enough for the others.
const OF_A_REQUEST: u32 = 5_000_000;

/// Lists within lists that a rule may make: what is made of them is cloned and dropped level by level, on a stack that ends.
const DEEPEST_LIST: usize = 64;

/// What is left of what a request may cost, in steps, bytes and items. All rules that are run for it share one.
#[derive(Debug)]
pub struct Fuel(Cell<u32>);

impl Default for Fuel {
    fn default() -> Self {
        Self(Cell::new(OF_A_REQUEST))
    }
}

impl Fuel {
    /// Whether nothing is left.
    pub fn is_out(&self) -> bool {
        self.0.get() == 0
    }

    /// Take so much out, or all there is.
    fn take(&self, wanted: u32) -> u32 {
        let taken = self.0.get().min(wanted);
        self.0.set(self.0.get() - taken);
        taken
    }

    /// Put back what was not used.
    fn put_back(&self, rest: u32) {
        self.0.set(self.0.get() + rest);
    }
}

/// What a rule is run for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// What is known of whoever asks.
    pub context: &'a Map<String, Value>,
    /// The flag's key.
    pub flag: &'a str,
    /// In Unix seconds.
    pub timestamp: i64,
    /// What is left for it.
    pub fuel: &'a Fuel,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<'a> {
    /// This value.
    Value(Val<'a>),
    /// It took too long, and was given up.
    OutOfFuel,
}

/// Run a rule for a request.
pub fn evaluate<'a>(rule: &'a Expression, request: Request<'a>) -> Outcome<'a> {
    let run = Run { request, fuel: Cell::new(request.fuel.take(OF_A_RULE)) };
    let value = run.value(rule, Scope::Request);
    let rest = run.fuel.get();
    request.fuel.put_back(rest);
    if rest == 0 { Outcome::OutOfFuel } else { Outcome::Value(value) }
}

/// A run that is under way.
pub(super) struct Run<'a> {
    pub request: Request<'a>,
    fuel: Cell<u32>,
}

/// What `var` means: within `map` and its like it is an item, elsewhere the request's context.
#[derive(Clone, Copy)]
pub(super) enum Scope<'s, 'a> {
    Request,
    Item(&'s Val<'a>),
    Reduction { current: &'s Val<'a>, accumulator: &'s Val<'a> },
}

impl<'a> Run<'a> {
    /// Take so much fuel; `false` when there is none left.
    pub fn burn(&self, amount: usize) -> bool {
        let left = self.fuel.get().saturating_sub(u32::try_from(amount).unwrap_or(u32::MAX));
        self.fuel.set(left);
        left > 0
    }

    /// Take the fuel that it costs to look at all of this value; `false` when there is none left.
    pub fn burn_for(&self, value: &Val<'_>) -> bool {
        self.burn(value.weight())
    }

    /// A list of these, if there is fuel for it.
    pub fn list(&self, items: Vec<Val<'a>>) -> Val<'a> {
        let size = Size::of_list(&items);
        if size.depth > DEEPEST_LIST {
            self.fuel.set(0);
        }
        if self.burn(size.values) { Val::List(items) } else { Val::Null }
    }

    /// What is in a list, if there is fuel for it; nothing, if it is none.
    pub fn items(&self, list: &Val<'a>) -> Vec<Val<'a>> {
        if self.burn(list.count()) { list.items_or_none() } else { Vec::new() }
    }

    fn copy(&self, value: &Val<'a>) -> Val<'a> {
        if self.burn(value.size().values) { value.clone() } else { Val::Null }
    }

    /// What a rule comes to.
    pub fn value(&self, rule: &'a Expression, scope: Scope<'_, 'a>) -> Val<'a> {
        if !self.burn(1) {
            return Val::Null;
        }
        match rule {
            Expression::Fixed(value) => Val::of(value),
            Expression::Shared(rule) => self.value(rule, scope),
            Expression::Var(path, default) => self.var(path, default.as_deref(), scope),
            Expression::NamedVar(name, default) => {
                let name = self.value(name, scope);
                if !self.burn(weight_of_name(&name)) {
                    return Val::Null;
                }
                self.var(&path_of(&name), default.as_deref(), scope)
            }
            Expression::If(arms) => self.if_(arms, scope),
            Expression::And(rules) => self.first(rules, scope, |value| !value.is_true()),
            Expression::Or(rules) => self.first(rules, scope, Val::is_true),
            Expression::Not(rule) => Val::Bool(!self.value(rule, scope).is_true()),
            Expression::Truth(rule) => Val::Bool(self.value(rule, scope).is_true()),
            Expression::Compare(comparison, rules) => Val::Bool(self.compare(*comparison, rules, scope)),
            Expression::In(needle, list) => {
                Val::Bool(lists::contains(self, &self.value(list, scope), &self.value(needle, scope)))
            }
            Expression::Among(needle, texts) => {
                let needle = self.value(needle, scope);
                Val::Bool(matches!(&needle, Val::Text(text) if self.burn_for(&needle) && texts.contains(&**text)))
            }
            Expression::Arithmetic(operator, rules) => {
                let values = self.values(rules, scope);
                if values.iter().all(|value| self.burn_for(value)) {
                    arithmetic::compute(*operator, &values)
                } else {
                    Val::Null
                }
            }
            Expression::Cat(rules) => texts::cat(self, &self.values(rules, scope)),
            Expression::Substr(rules) => texts::substr(self, &self.values(rules, scope)),
            Expression::Edge(edge, rules) => texts::edge(self, *edge, &self.values(rules, scope)),
            Expression::List(rules) => self.list(self.values(rules, scope)),
            Expression::Merge(rules) => lists::merge(self, self.values(rules, scope)),
            Expression::Missing(rules) => lists::missing(self, self.values(rules, scope), scope),
            Expression::MissingSome(least, names) => {
                lists::missing_some(self, &self.value(least, scope), &self.value(names, scope), scope)
            }
            Expression::Each(each, list, rule) => lists::each(self, *each, &self.value(list, scope), rule),
            Expression::Reduce(list, rule, start) => {
                let start = start.as_ref().map_or(Val::Null, |start| self.value(start, scope));
                lists::reduce(self, &self.value(list, scope), rule, start)
            }
            Expression::Fractional(fractional) => fractional.choose(self, scope),
            Expression::SemVer(sem_ver) => sem_ver.compare(self, scope),
        }
    }

    /// What several rules come to.
    pub fn values(&self, rules: &'a [Expression], scope: Scope<'_, 'a>) -> Vec<Val<'a>> {
        rules.iter().map(|rule| self.value(rule, scope)).collect()
    }

    fn var(&self, path: &Path, default: Option<&'a Expression>, scope: Scope<'_, 'a>) -> Val<'a> {
        self.look_up(path, scope).unwrap_or_else(|| default.map_or(Val::Null, |default| self.value(default, scope)))
    }

    /// What stands there, if there is something.
    pub fn look_up(&self, path: &Path, scope: Scope<'_, 'a>) -> Option<Val<'a>> {
        match (path, scope) {
            (Path::FlagKey, _) => Some(Val::Text(self.request.flag.into())),
            (Path::Timestamp, _) => Some(Val::Int(self.request.timestamp.into())),
            (Path::Whole, Scope::Item(item)) => Some(self.copy(item)),
            // nothing that a rule could use: an object, which is true
            (Path::Whole, _) => Some(Val::Bool(true)),
            (Path::Names(names), Scope::Request) => {
                let (first, rest) = names.split_first()?;
                follow(Val::of(self.request.context.get(&**first)?), rest)
            }
            (Path::Names(names), Scope::Item(item)) => follow(self.copy(item), names),
            (Path::Names(names), Scope::Reduction { current, accumulator }) => match names.split_first()? {
                (first, rest) if &**first == "current" => follow(self.copy(current), rest),
                (first, rest) if &**first == "accumulator" => follow(self.copy(accumulator), rest),
                _ => None,
            },
        }
    }

    fn if_(&self, arms: &'a [Expression], scope: Scope<'_, 'a>) -> Val<'a> {
        let (pairs, rest) = arms.as_chunks::<2>();
        for [condition, consequence] in pairs {
            if self.value(condition, scope).is_true() {
                return self.value(consequence, scope);
            }
        }
        rest.first().map_or(Val::Null, |otherwise| self.value(otherwise, scope))
    }

    /// The first that is as wanted, or else the last.
    fn first(&self, rules: &'a [Expression], scope: Scope<'_, 'a>, wanted: fn(&Val<'a>) -> bool) -> Val<'a> {
        let mut last = Val::Null;
        for rule in rules {
            last = self.value(rule, scope);
            if wanted(&last) {
                break;
            }
        }
        last
    }

    fn compare(&self, comparison: Comparison, rules: &'a [Expression], scope: Scope<'_, 'a>) -> bool {
        let value = |place: usize| rules.get(place).map_or(Val::Null, |rule| self.value(rule, scope));
        let (one, other) = (value(0), value(1));
        // between: 1 < x < 3
        if rules.len() > 2 && matches!(comparison, Comparison::Less | Comparison::LessOrEqual) {
            return self.holds(comparison, &one, &other) && self.holds(comparison, &other, &value(2));
        }
        self.holds(comparison, &one, &other)
    }

    /// Whether the two are so, if there is fuel to find out: what is compared may be as long as a request.
    pub fn holds(&self, comparison: Comparison, one: &Val<'_>, other: &Val<'_>) -> bool {
        self.burn(arithmetic::weight(comparison, one, other)) && arithmetic::compare(comparison, one, other)
    }
}

/// How much it is to make a path of it: each of its bytes may be a name.
pub(super) fn weight_of_name(name: &Val<'_>) -> usize {
    name.weight().saturating_mul(8)
}

/// The path that a value names.
pub(super) fn path_of(name: &Val<'_>) -> Path {
    if *name == Val::Null { Path::Whole } else { Path::of(&name.to_text()) }
}

/// What is found by these names, from the outside in. What is null there is there.
fn follow<'a>(from: Val<'a>, names: &[Box<str>]) -> Option<Val<'a>> {
    names.iter().try_fold(from, |value, name| value.member(name))
}

#[cfg(test)]
mod tests;
