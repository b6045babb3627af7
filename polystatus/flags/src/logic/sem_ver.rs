//! `sem_ver`: versions as <https://semver.org> orders them.
//!
//! As flagd has it: a `v` before it is left out, `1` and `1.2` are `1.0.0` and `1.2.0`, a number is a version, and what was
//! added about the build does not count. What is no version, or no operator, is null.

use std::cmp::Ordering;

use semver::Version;
use serde_json::Value;

use super::evaluate::{Run, Scope};
use super::expression::Expression;
use super::value::Val;

/// A comparison of two versions.
#[derive(Debug)]
pub struct SemVer(Option<Comparison>);

#[derive(Debug)]
struct Comparison {
    left: Operand,
    operator: OperatorOperand,
    right: Operand,
}

/// A version that is known when the rule is made, or one that is worked out.
#[derive(Debug)]
enum Operand {
    Known(Option<Version>),
    Made(Expression),
}

#[derive(Debug)]
enum OperatorOperand {
    Known(Option<Operator>),
    Made(Expression),
}

#[derive(Debug, Clone, Copy)]
enum Operator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    SameMajor,
    SameMinor,
}

impl SemVer {
    /// Of a version, an operator and a version; of anything else it is null.
    pub fn new(arguments: Vec<Expression>) -> Self {
        let Ok([left, operator, right]) = <[Expression; 3]>::try_from(arguments) else { return Self(None) };
        let operator = match operator {
            Expression::Fixed(value) => OperatorOperand::Known(value.as_str().and_then(Operator::of)),
            made => OperatorOperand::Made(made),
        };
        Self(Some(Comparison { left: Operand::of(left), operator, right: Operand::of(right) }))
    }

    /// Whether it is so; null when it cannot be told.
    pub(super) fn compare<'a>(&'a self, run: &Run<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
        let decide = || {
            let comparison = self.0.as_ref()?;
            let operator = match &comparison.operator {
                OperatorOperand::Known(operator) => (*operator)?,
                OperatorOperand::Made(rule) => match run.value(rule, scope) {
                    Val::Text(text) => Operator::of(&text)?,
                    _ => return None,
                },
            };
            let (mut made_left, mut made_right) = (None, None);
            let left = comparison.left.version(run, scope, &mut made_left)?;
            let right = comparison.right.version(run, scope, &mut made_right)?;
            Some(operator.holds(left, right))
        };
        decide().map_or(Val::Null, Val::Bool)
    }
}

impl Operand {
    fn of(argument: Expression) -> Self {
        match argument {
            Expression::Fixed(value @ (Value::String(_) | Value::Number(_))) => {
                Self::Known(version_of(&Val::of(&value)))
            }
            made => Self::Made(made),
        }
    }

    fn version<'v, 'a>(
        &'a self,
        run: &Run<'a>,
        scope: Scope<'_, 'a>,
        made: &'v mut Option<Version>,
    ) -> Option<&'v Version>
    where
        'a: 'v,
    {
        match self {
            Self::Known(version) => version.as_ref(),
            Self::Made(rule) => {
                let value = run.value(rule, scope);
                if run.burn_for(&value) {
                    *made = version_of(&value);
                }
                made.as_ref()
            }
        }
    }
}

impl Operator {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "=" => Self::Equal,
            "!=" => Self::Unequal,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            "^" => Self::SameMajor,
            "~" => Self::SameMinor,
            _ => return None,
        })
    }

    fn holds(self, left: &Version, right: &Version) -> bool {
        let order = left.cmp_precedence(right);
        match self {
            Self::Equal => order == Ordering::Equal,
            Self::Unequal => order != Ordering::Equal,
            Self::Less => order == Ordering::Less,
            Self::LessOrEqual => order != Ordering::Greater,
            Self::Greater => order == Ordering::Greater,
            Self::GreaterOrEqual => order != Ordering::Less,
            Self::SameMajor => left.major == right.major,
            Self::SameMinor => (left.major, left.minor) == (right.major, right.minor),
        }
    }
}

/// The version that a text or a number is.
fn version_of(value: &Val<'_>) -> Option<Version> {
    let text = match value {
        Val::Text(_) | Val::Int(_) | Val::Float(_) => value.to_text(),
        _ => return None,
    };
    let text = text.strip_prefix(['v', 'V']).unwrap_or(&text);
    let numbers = text.find(['-', '+']).unwrap_or(text.len());
    let (numbers, rest) = text.split_at(numbers);
    match numbers.bytes().filter(|byte| *byte == b'.').count() {
        0 => Version::parse(&format!("{numbers}.0.0{rest}")),
        1 => Version::parse(&format!("{numbers}.0{rest}")),
        _ => Version::parse(text),
    }
    .ok()
}
