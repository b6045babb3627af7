//! A rule, ready to run.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use super::fractional::Fractional;
use super::sem_ver::SemVer;

/// A rule, ready to run.
#[derive(Debug)]
pub enum Expression {
    /// What stands in the rule.
    Fixed(Value),
    /// A list in which something has to be worked out.
    List(Vec<Expression>),
    /// Something of the context, or else this.
    Var(Path, Option<Box<Expression>>),
    /// Something of the context whose name is worked out.
    NamedVar(Box<Expression>, Option<Box<Expression>>),
    /// Conditions, each with what follows from it, and perhaps what follows from none.
    If(Vec<Expression>),
    /// The first that is false, or the last.
    And(Vec<Expression>),
    /// The first that is true, or the last.
    Or(Vec<Expression>),
    /// True for what is false.
    Not(Box<Expression>),
    /// True for what is true.
    Truth(Box<Expression>),
    /// Whether two are the same, or in an order.
    Compare(Comparison, Vec<Expression>),
    /// Whether something is in a list, or a text in a text.
    In(Box<Expression>, Box<Expression>),
    /// Whether something is among fixed texts: a list of a thousand people is not walked through.
    Among(Box<Expression>, HashSet<Box<str>>),
    /// Arithmetic.
    Arithmetic(Arithmetic, Vec<Expression>),
    /// The text of all of them.
    Cat(Vec<Expression>),
    /// A part of a text.
    Substr(Vec<Expression>),
    /// One list of all of them.
    Merge(Vec<Expression>),
    /// Which names the context does not have.
    Missing(Vec<Expression>),
    /// The same, if there are fewer than so many.
    MissingSome(Box<Expression>, Box<Expression>),
    /// What becomes of each item of a list.
    Each(Each, Box<Expression>, Box<Expression>),
    /// What becomes of all items of a list together, from a start.
    Reduce(Box<Expression>, Box<Expression>, Option<Box<Expression>>),
    /// A share of the people.
    Fractional(Box<Fractional>),
    /// Whether a version is before, after or compatible with another.
    SemVer(Box<SemVer>),
    /// Whether a text starts, or ends, with another; null when there are not two texts.
    Edge(Edge, Vec<Expression>),
    /// A rule that several flags share.
    Shared(Arc<Expression>),
}

/// Where something stands in the context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Path {
    /// All of it.
    Whole,
    /// The flag's own key.
    FlagKey,
    /// The time, in Unix seconds.
    Timestamp,
    /// Names, from the outside in.
    Names(Box<[Box<str>]>),
}

impl Path {
    /// `a.b` is `b` in `a`.
    pub fn of(name: &str) -> Self {
        match name {
            "" => Self::Whole,
            "$flagd.flagKey" => Self::FlagKey,
            "$flagd.timestamp" => Self::Timestamp,
            _ => Self::Names(name.split('.').map(Into::into).collect()),
        }
    }
}

/// How two are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `==`: `"1"` is `1`.
    Equal,
    /// `!=`
    Unequal,
    /// `===`: `"1"` is not `1`.
    Same,
    /// `!==`
    Other,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// What is worked out of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Sum,
    /// `-`
    Difference,
    /// `*`
    Product,
    /// `/`
    Quotient,
    /// `%`
    Remainder,
    /// `min`
    Smallest,
    /// `max`
    Largest,
}

/// What is asked of each item of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// `map`
    Map,
    /// `filter`
    Filter,
    /// `all`
    All,
    /// `none`
    None,
    /// `some`
    Some,
}

/// Which end of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// `starts_with`
    Start,
    /// `ends_with`
    End,
}
