//! From JSON to a rule that is ready to run.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::expression::{Arithmetic, Comparison, Each, Edge, Expression, Path};
use super::fractional::{Fractional, Hashing};
use super::sem_ver::SemVer;

/// Steps that a rule may have, those of the rules that it refers to included. Ten rules of which each names the next one
/// ten times would otherwise be a rule that never ends.
const LARGEST: usize = 20_000;

/// Rules within rules at most, those that a rule refers to included: they are run one within the other, on a stack that ends.
const DEEPEST: usize = 200;

/// From so many texts on, a list of them is looked up instead of walked through.
const WORTH_A_SET: usize = 8;

/// Rules that others refer to by `{"$ref": "name"}`: `$evaluators` in flagd's words. Each is shared with the document that
/// it is of, so that to compare two sets of which nobody has changed anything is to compare addresses.
pub type Evaluators = BTreeMap<String, Arc<Value>>;

/// Evaluators that were made before, for rules that refer to the same ones.
#[derive(Debug, Clone, Default)]
pub struct MadeEvaluators(BTreeMap<String, Result<Shared, RuleError>>);

impl MadeEvaluators {
    /// Whether both have made it, and it is the same one.
    #[cfg(test)]
    pub fn has_in_common_with(&self, other: &Self, name: &str) -> bool {
        let of = |made: &Self| made.0.get(name).and_then(|made| Some(Arc::clone(&made.as_ref().ok()?.rule)));
        of(self).zip(of(other)).is_some_and(|(one, other)| Arc::ptr_eq(&one, &other))
    }
}

/// Why a rule cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Nothing of that name.
    #[error("there is no evaluator {0:?}")]
    NoSuchEvaluator(String),
    /// It would not end.
    #[error("the evaluator {0:?} refers to itself")]
    Circle(String),
    /// JSON with one key is an operation.
    #[error("there is no operator {0:?}")]
    NoSuchOperator(String),
    /// An operator that cannot be anything with these.
    #[error("{0:?} needs {1}")]
    Arguments(&'static str, &'static str),
    /// More than [`LARGEST`] steps.
    #[error("a rule may have 20000 steps at most, with the evaluators that it refers to")]
    TooLarge,
    /// More than [`DEEPEST`] rules within one another.
    #[error("rules may lie at most 200 deep within one another, with the evaluators that they refer to")]
    TooDeep,
}

/// A rule that others refer to.
#[derive(Debug, Clone)]
struct Shared {
    rule: Arc<Expression>,
    /// Its own steps, and those of the rules that it refers to.
    steps: usize,
    /// How deep rules lie in it.
    depth: usize,
}

/// Makes rules; each evaluator is made once for all of them.
pub struct Compiler<'e> {
    evaluators: &'e Evaluators,
    hashing: Hashing,
    made: MadeEvaluators,
    /// Evaluators that are being made: one that is met again refers to itself.
    open: Vec<&'e str>,
    /// How deep the rule lies that is being made, and the deepest one so far.
    depth: usize,
    deepest: usize,
}

impl<'e> Compiler<'e> {
    /// For rules that may refer to these.
    pub fn new(evaluators: &'e Evaluators, hashing: Hashing) -> Self {
        Self::knowing(evaluators, hashing, MadeEvaluators::default())
    }

    /// The same, when these of them were made before, with the same hashing.
    pub fn knowing(evaluators: &'e Evaluators, hashing: Hashing, made: MadeEvaluators) -> Self {
        Self { evaluators, hashing, made, open: Vec::new(), depth: 0, deepest: 0 }
    }

    /// The evaluators that were made.
    pub fn into_made(self) -> MadeEvaluators {
        self.made
    }

    /// The rule of an evaluator.
    pub fn evaluator(&self, name: &str) -> Option<&'e Value> {
        self.evaluators.get(name).map(|rule| &**rule)
    }

    /// The rule that this JSON is.
    ///
    /// # Errors
    /// When it is none.
    pub fn compile(&mut self, rule: &Value) -> Result<Expression, RuleError> {
        let mut steps = 0;
        (self.depth, self.deepest) = (0, 0);
        self.expression(rule, &mut steps)
    }

    fn expression(&mut self, rule: &Value, steps: &mut usize) -> Result<Expression, RuleError> {
        *steps += 1;
        if *steps > LARGEST {
            return Err(RuleError::TooLarge);
        }
        self.deeper(1)?;
        self.depth += 1;
        let made = self.made_of(rule, steps);
        self.depth -= 1;
        made
    }

    /// Note that rules go so much deeper here.
    fn deeper(&mut self, levels: usize) -> Result<(), RuleError> {
        self.deepest = self.deepest.max(self.depth + levels);
        if self.deepest > DEEPEST { Err(RuleError::TooDeep) } else { Ok(()) }
    }

    fn made_of(&mut self, rule: &Value, steps: &mut usize) -> Result<Expression, RuleError> {
        match rule {
            Value::Object(object) if object.len() == 1 => {
                let Some((operator, arguments)) = object.iter().next() else { return Ok(fixed(rule)) };
                match (operator.as_str(), arguments) {
                    ("$ref", Value::String(name)) => self.shared(name, steps),
                    _ => self.operation(operator, arguments, steps),
                }
            }
            Value::Array(items) if items.iter().any(is_worked_out) => Ok(Expression::List(self.all(items, steps)?)),
            _ => Ok(fixed(rule)),
        }
    }

    fn all(&mut self, rules: &[Value], steps: &mut usize) -> Result<Vec<Expression>, RuleError> {
        rules.iter().map(|rule| self.expression(rule, steps)).collect()
    }

    fn shared(&mut self, name: &str, steps: &mut usize) -> Result<Expression, RuleError> {
        let unknown = || RuleError::NoSuchEvaluator(name.to_owned());
        let (name, rule) = self.evaluators.get_key_value(name).ok_or_else(unknown)?;
        if self.open.contains(&name.as_str()) {
            return Err(RuleError::Circle(name.clone()));
        }
        if !self.made.0.contains_key(name.as_str()) {
            self.open.push(name);
            let outside = std::mem::replace(&mut self.deepest, self.depth);
            let mut own = 0;
            let made = self.expression(rule, &mut own);
            let depth = self.deepest - self.depth;
            self.deepest = self.deepest.max(outside);
            self.open.pop();
            // too deep in this place, and perhaps not in another
            if let Err(RuleError::TooDeep) = made {
                return Err(RuleError::TooDeep);
            }
            let made = made.map(|rule| Shared { rule: Arc::new(rule), steps: own, depth });
            self.made.0.insert(name.clone(), made);
        }
        let shared = self.made.0.get(name.as_str()).cloned().unwrap_or_else(|| Err(unknown()))?;
        self.deeper(shared.depth)?;
        *steps += shared.steps;
        if *steps > LARGEST { Err(RuleError::TooLarge) } else { Ok(Expression::Shared(shared.rule)) }
    }

    fn operation(&mut self, operator: &str, arguments: &Value, steps: &mut usize) -> Result<Expression, RuleError> {
        // one argument needs no list around it
        let given = match arguments {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        if operator == "fractional" {
            return self.fractional(given, steps);
        }
        if let ("in", [_, Value::Array(items)]) = (operator, given)
            && let Some(texts) = set_of(items)
        {
            return Ok(Expression::Among(Box::new(self.expression(&given[0], steps)?), texts));
        }
        build(operator, self.all(given, steps)?)
    }

    fn fractional(&mut self, given: &[Value], steps: &mut usize) -> Result<Expression, RuleError> {
        let arguments = self.all(given, steps)?;
        Ok(Expression::Fractional(Box::new(Fractional::new(arguments, self.hashing))))
    }
}

/// Whether something in it has to be worked out.
fn is_worked_out(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.len() == 1,
        Value::Array(items) => items.iter().any(is_worked_out),
        _ => false,
    }
}

fn fixed(value: &Value) -> Expression {
    Expression::Fixed(value.clone())
}

fn set_of(items: &[Value]) -> Option<HashSet<Box<str>>> {
    if items.len() < WORTH_A_SET {
        return None;
    }
    items.iter().map(|item| item.as_str().map(Into::into)).collect()
}

/// The operation, of arguments that are ready.
fn build(operator: &str, arguments: Vec<Expression>) -> Result<Expression, RuleError> {
    if let Some(comparison) = comparison(operator) {
        return Ok(Expression::Compare(comparison, arguments));
    }
    if let Some(arithmetic) = arithmetic(operator) {
        return Ok(Expression::Arithmetic(arithmetic, arguments));
    }
    if let Some(each) = each(operator) {
        let [list, rule] = exactly(arguments).ok_or(RuleError::Arguments(each_name(each), "a list and a rule"))?;
        return Ok(Expression::Each(each, list, rule));
    }
    Ok(match operator {
        "var" => var(arguments),
        "if" | "?:" => Expression::If(arguments),
        "and" => Expression::And(arguments),
        "or" => Expression::Or(arguments),
        "!" => Expression::Not(Box::new(first(arguments))),
        "!!" => Expression::Truth(Box::new(first(arguments))),
        "in" => {
            let [needle, list] =
                exactly(arguments).ok_or(RuleError::Arguments("in", "what is looked for, and where"))?;
            Expression::In(needle, list)
        }
        "cat" => Expression::Cat(arguments),
        "substr" => Expression::Substr(arguments),
        "merge" => Expression::Merge(arguments),
        "missing" => Expression::Missing(arguments),
        "missing_some" => {
            let [least, names] =
                exactly(arguments).ok_or(RuleError::Arguments("missing_some", "a number and a list of names"))?;
            Expression::MissingSome(least, names)
        }
        "reduce" => reduce(arguments)?,
        "sem_ver" => Expression::SemVer(Box::new(SemVer::new(arguments))),
        "starts_with" => Expression::Edge(Edge::Start, arguments),
        "ends_with" => Expression::Edge(Edge::End, arguments),
        // for whoever writes rules: it passes on what it is given
        "log" => first(arguments),
        _ => return Err(RuleError::NoSuchOperator(operator.to_owned())),
    })
}

fn var(arguments: Vec<Expression>) -> Expression {
    let mut arguments = arguments.into_iter();
    let name = arguments.next().unwrap_or(Expression::Fixed(Value::Null));
    let default = arguments.next().map(Box::new);
    match &name {
        Expression::Fixed(Value::String(name)) => Expression::Var(Path::of(name), default),
        Expression::Fixed(Value::Null) => Expression::Var(Path::Whole, default),
        // a place in a list
        Expression::Fixed(Value::Number(number)) => Expression::Var(Path::of(&number.to_string()), default),
        _ => Expression::NamedVar(Box::new(name), default),
    }
}

fn reduce(arguments: Vec<Expression>) -> Result<Expression, RuleError> {
    let mut arguments = arguments.into_iter().map(Box::new);
    match (arguments.next(), arguments.next()) {
        (Some(list), Some(rule)) => Ok(Expression::Reduce(list, rule, arguments.next())),
        _ => Err(RuleError::Arguments("reduce", "a list, a rule and a start")),
    }
}

/// What is missing is null, and what is too much is not looked at.
fn first(arguments: Vec<Expression>) -> Expression {
    arguments.into_iter().next().unwrap_or(Expression::Fixed(Value::Null))
}

fn exactly<const COUNT: usize>(arguments: Vec<Expression>) -> Option<[Box<Expression>; COUNT]> {
    arguments.into_iter().map(Box::new).collect::<Vec<_>>().try_into().ok()
}

fn comparison(operator: &str) -> Option<Comparison> {
    Some(match operator {
        "==" => Comparison::Equal,
        "!=" => Comparison::Unequal,
        "===" => Comparison::Same,
        "!==" => Comparison::Other,
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

fn arithmetic(operator: &str) -> Option<Arithmetic> {
    Some(match operator {
        "+" => Arithmetic::Sum,
        "-" => Arithmetic::Difference,
        "*" => Arithmetic::Product,
        "/" => Arithmetic::Quotient,
        "%" => Arithmetic::Remainder,
        "min" => Arithmetic::Smallest,
        "max" => Arithmetic::Largest,
        _ => return None,
    })
}

fn each(operator: &str) -> Option<Each> {
    Some(match operator {
        "map" => Each::Map,
        "filter" => Each::Filter,
        "all" => Each::All,
        "none" => Each::None,
        "some" => Each::Some,
        _ => return None,
    })
}

fn each_name(each: Each) -> &'static str {
    match each {
        Each::Map => "map",
        Each::Filter => "filter",
        Each::All => "all",
        Each::None => "none",
        Each::Some => "some",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn error(rule: &Value, evaluators: &Value) -> RuleError {
        let evaluators: Evaluators = serde_json::from_value(evaluators.clone()).unwrap();
        Compiler::new(&evaluators, Hashing::default()).compile(rule).unwrap_err()
    }

    #[test]
    fn what_is_no_rule_is_refused_when_it_is_written() {
        assert_eq!(error(&json!({"wenn": []}), &json!({})), RuleError::NoSuchOperator("wenn".to_owned()));
        assert_eq!(error(&json!({"$ref": "x"}), &json!({})), RuleError::NoSuchEvaluator("x".to_owned()));
        assert_eq!(error(&json!({"map": [1]}), &json!({})).to_string(), "\"map\" needs a list and a rule");
    }

    #[test]
    fn an_evaluator_that_refers_to_itself_is_refused() {
        let evaluators = json!({"a": {"!": {"$ref": "b"}}, "b": {"!": {"$ref": "a"}}});
        assert_eq!(error(&json!({"$ref": "a"}), &evaluators), RuleError::Circle("a".to_owned()));
    }

    #[test]
    fn evaluators_that_lie_too_deep_in_one_another_are_refused_and_the_others_are_not() {
        let nested = |inner: Value| (0..60).fold(inner, |inner, _| json!({"!": inner}));
        let mut evaluators = json!({"e0": nested(json!({"var": "x"}))});
        for level in 1..20 {
            evaluators[format!("e{level}")] = nested(json!({"$ref": format!("e{}", level - 1)}));
        }
        let evaluators: Evaluators = serde_json::from_value(evaluators).unwrap();
        let mut compiler = Compiler::new(&evaluators, Hashing::default());
        assert_eq!(compiler.compile(&json!({"$ref": "e19"})).unwrap_err(), RuleError::TooDeep);
        // in any order: what is too deep from above is not from below
        assert!(compiler.compile(&json!({"$ref": "e2"})).is_ok());
        assert_eq!(compiler.compile(&json!({"$ref": "e3"})).unwrap_err(), RuleError::TooDeep);
        assert!(compiler.compile(&json!({"$ref": "e1"})).is_ok());
    }

    #[test]
    fn evaluators_that_multiply_are_refused() {
        let mut evaluators = json!({"e0": {"var": "x"}});
        for level in 1..20 {
            let inner = format!("e{}", level - 1);
            evaluators[format!("e{level}")] = json!({"and": vec![json!({"$ref": inner}); 10]});
        }
        assert_eq!(error(&json!({"$ref": "e19"}), &evaluators), RuleError::TooLarge);
    }
}
