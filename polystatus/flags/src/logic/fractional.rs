//! `fractional`: each person belongs to a share of the people, and to the same one each time.
//!
//! What is known of a person is hashed, and the hash is brought down to the sum of the weights. flagd has changed what is
//! hashed: its third generation hashes the CBOR of any value, its second the UTF-8 of a text. They put people into
//! different shares, so a fleet must use one ([`Hashing`]).

use clap::ValueEnum;
use serde_json::Value;

use super::cbor;
use super::evaluate::{Run, Scope};
use super::expression::Expression;
use super::murmur3;
use super::value::Val;

/// What the weights come to at most.
const LARGEST_SUM: i64 = 2_147_483_647;

/// What of a person is hashed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Hashing {
    /// Any value, as CBOR: flagd's third generation.
    #[default]
    V3,
    /// A text, as UTF-8: flagd's second generation.
    V2,
}

/// Shares.
#[derive(Debug)]
pub struct Fractional {
    arguments: Vec<Expression>,
    hashing: Hashing,
    /// The shares, where all of them stand in the rule, and whether there is a value to be hashed before them.
    known: Option<(bool, Option<Shares<Value>>)>,
}

/// Values, each with the end of its share of the sum.
#[derive(Debug)]
struct Shares<T> {
    ends: Vec<(T, u64)>,
    sum: u64,
}

impl Fractional {
    /// Of these arguments: what is hashed, if it is not the flag's key with the targeting key, and the shares.
    pub fn new(arguments: Vec<Expression>, hashing: Hashing) -> Self {
        let known = known(&arguments);
        Self { arguments, hashing, known }
    }

    /// The value of the share into which the request falls; null when there is none.
    pub(super) fn choose<'a>(&'a self, run: &Run<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
        if let Some((named, shares)) = &self.known {
            let by = if *named { self.arguments.first().map(|rule| run.value(rule, scope)) } else { None };
            // a list that was worked out is a share, not somebody: the long way
            if !by.as_ref().is_some_and(Val::is_list) {
                let chosen = || shares.as_ref()?.at(self.hash(run, by.as_ref())?).map(Val::of);
                return chosen().unwrap_or(Val::Null);
            }
        }
        let values = run.values(&self.arguments, scope);
        let named = values.first().is_some_and(|first| !first.is_list());
        let (by, shares) = values.split_at(usize::from(named));
        let chosen = || {
            let shares = Shares::of(shares.iter().map(|share| share_of(run.items(share))))?;
            shares.at(self.hash(run, by.first())?).cloned()
        };
        chosen().unwrap_or(Val::Null)
    }

    fn hash(&self, run: &Run<'_>, by: Option<&Val<'_>>) -> Option<u32> {
        let flag = run.request.flag;
        let person = || run.request.context.get("targetingKey")?.as_str().filter(|key| !key.is_empty());
        if by.is_some_and(|by| !run.burn_for(by)) {
            return None;
        }
        let person = || person().filter(|key| run.burn(key.len() / 8));
        let mut bytes = Vec::with_capacity(64);
        match (self.hashing, by) {
            (_, Some(Val::Null)) => return None,
            (Hashing::V3, Some(value)) => cbor::write(value, &mut bytes),
            (Hashing::V3, None) => cbor::write_texts(&[flag, person()?], &mut bytes),
            (Hashing::V2, Some(Val::Text(text))) => return Some(murmur3::hash(text.as_bytes())),
            (Hashing::V2, Some(_)) => return None,
            (Hashing::V2, None) => {
                bytes.extend_from_slice(flag.as_bytes());
                bytes.extend_from_slice(person()?.as_bytes());
            }
        }
        Some(murmur3::hash(&bytes))
    }
}

impl<T> Shares<T> {
    /// None when there are none, or one is no share.
    fn of(shares: impl Iterator<Item = Option<(T, i64)>>) -> Option<Self> {
        let (mut ends, mut sum) = (Vec::new(), 0_i64);
        for share in shares {
            let (value, weight) = share?;
            // less than nothing is what a plan for a roll-out may come to
            sum += weight.clamp(0, LARGEST_SUM + 1);
            if sum > LARGEST_SUM {
                return None;
            }
            ends.push((value, sum.unsigned_abs()));
        }
        (sum > 0).then(|| Self { ends, sum: sum.unsigned_abs() })
    }

    fn at(&self, hash: u32) -> Option<&T> {
        let place = (u64::from(hash) * self.sum) >> 32;
        self.ends.iter().find(|(_, end)| place < *end).map(|(value, _)| value)
    }
}

/// The shares, if nothing of them has to be worked out.
fn known(arguments: &[Expression]) -> Option<(bool, Option<Shares<Value>>)> {
    let named = match arguments.first()? {
        Expression::Fixed(Value::Array(_)) => false,
        Expression::List(_) => return None,
        _ => true,
    };
    let mut shares = Vec::new();
    for argument in &arguments[usize::from(named)..] {
        let Expression::Fixed(Value::Array(share)) = argument else { return None };
        shares.push(share);
    }
    let shares = shares.into_iter().map(|share| {
        let value = share.first()?.clone();
        share_of(share.iter().map(Val::of).collect()).map(|(_, weight)| (value, weight))
    });
    Some((named, Shares::of(shares)))
}

/// A value, and its weight: 1 when none is given.
fn share_of(share: Vec<Val<'_>>) -> Option<(Val<'_>, i64)> {
    let mut share = share.into_iter();
    let value = share.next()?;
    let weight = match share.next() {
        None => 1,
        Some(Val::Int(weight)) => i64::try_from(weight).ok()?,
        #[expect(clippy::cast_possible_truncation, reason = "it is whole, and small enough")]
        Some(Val::Float(weight)) if weight.fract() == 0.0 && weight.abs() < 1e15 => weight as i64,
        Some(_) => return None,
    };
    share.next().is_none().then_some((value, weight))
}
