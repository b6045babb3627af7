//! JsonLogic (<https://jsonlogic.com>) with the four operators that flagd adds, compiled once and run for each request.
//!
//! A rule is read when it is written ([`compile`]): names of operators, paths of variables, versions and weights are
//! worked out then, and what is wrong is refused then. What runs for a request ([`evaluate`]) walks a tree, borrows from
//! the rule and from the request, and allocates only where an operator makes a new text or list.
//!
//! The values behave as JavaScript's do, since that is what JsonLogic says of itself: `"1" == 1`, and an empty list is
//! false. flagd's operators are as its specification has them: what is wrong in them is null, never false.

mod arithmetic;
mod cbor;
mod compile;
mod evaluate;
mod expression;
mod fractional;
mod lists;
mod murmur3;
mod sem_ver;
mod texts;
mod trace;
mod value;

pub use compile::{Compiler, Evaluators, MadeEvaluators, RuleError};
pub use evaluate::{Fuel, Outcome, Request, evaluate};
pub use expression::Expression;
pub use fractional::Hashing;
pub use trace::{Step, Trace, trace};
pub use value::Val;
