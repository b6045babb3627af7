//! A flag, ready to be evaluated.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::Value;
use store::Entry;

use super::fragment::{Fragment, Frame};
use crate::logic::{Compiler, Expression, Outcome, Request, Val, evaluate};
use crate::model::{Flag, Metadata};

/// When a flag was last asked for by its name, here, in Unix seconds; 0: not since the start.
#[derive(Debug, Default)]
pub struct Seen(AtomicI64);

impl Seen {
    /// Now.
    pub fn note(&self, now: i64) {
        // most of the time it is noted already, and a read costs the other cores nothing
        if self.0.load(Ordering::Relaxed) != now {
            self.0.store(now, Ordering::Relaxed);
        }
    }

    /// When.
    pub fn last(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|at| *at > 0)
    }
}

/// A flag, ready to be evaluated.
#[derive(Debug)]
pub struct Compiled {
    /// Its key.
    pub key: Box<str>,
    /// The version of its document in the store.
    pub version: u64,
    /// What it says, in a few bits.
    pub content: u64,
    /// When it was asked for.
    pub seen: Arc<Seen>,
    set: Option<Box<str>>,
    plan: Plan,
}

#[derive(Debug)]
enum Plan {
    /// The same for everybody.
    Fixed(Box<Fragment>),
    /// It depends on who asks.
    Targeted(Box<Targeted>),
}

#[derive(Debug)]
struct Targeted {
    rule: Expression,
    /// By variation, sorted.
    matches: Vec<(Box<str>, Fragment)>,
    /// What no rule concerns.
    default: Fragment,
    /// The rule names no variation.
    unknown: Fragment,
    /// The rule takes too long, or those before it have.
    endless: Fragment,
}

impl Compiled {
    /// Make a flag ready.
    pub fn of(entry: &Entry<Flag>, set: &Metadata, compiler: &mut Compiler<'_>, seen: Arc<Seen>) -> Self {
        let (flag, definition) = (&entry.document, &entry.document.definition);
        let mut metadata = set.clone();
        metadata.extend(definition.metadata.clone());
        let set = metadata.get("flagSetId").and_then(Value::as_str).map(Into::into);
        let shown = Some(&metadata).filter(|metadata| !metadata.is_empty());
        let frame = Frame { key: flag.id(), off: !flag.is_on(), metadata: shown };
        let mut hasher = DefaultHasher::new();
        serde_json::to_vec(&(definition, flag.is_on())).expect("a flag is plain data").hash(&mut hasher);
        let plan = Plan::of(flag, &frame, compiler);
        Self { key: flag.id().into(), version: entry.version, content: hasher.finish(), seen, set, plan }
    }

    /// What it is for who asks.
    pub fn answer(&self, request: Request<'_>) -> &Fragment {
        match &self.plan {
            Plan::Fixed(fragment) => fragment,
            Plan::Targeted(targeted) => targeted.answer(Request { flag: &self.key, ..request }),
        }
    }

    /// What it is for everybody, if it is the same.
    pub fn fixed(&self) -> Option<&Fragment> {
        match &self.plan {
            Plan::Fixed(fragment) => Some(fragment),
            Plan::Targeted(_) => None,
        }
    }

    /// Whether its metadata name this set.
    pub fn is_in(&self, set: &str) -> bool {
        self.set.as_deref() == Some(set)
    }

    /// Bytes of its longest answer.
    pub fn longest(&self) -> usize {
        match &self.plan {
            Plan::Fixed(fragment) => fragment.json.len(),
            Plan::Targeted(targeted) => {
                let others = [&targeted.default, &targeted.unknown, &targeted.endless];
                let all = targeted.matches.iter().map(|(_, fragment)| fragment).chain(others);
                all.map(|fragment| fragment.json.len()).max().unwrap_or_default()
            }
        }
    }
}

impl Plan {
    fn of(flag: &Flag, frame: &Frame<'_>, compiler: &mut Compiler<'_>) -> Self {
        let definition = &flag.definition;
        let values = definition.variations.values(definition.kind);
        let chosen = |name: &Option<String>| {
            name.as_deref().and_then(|name| values.get_key_value(name)).map(|(name, value)| (name.as_str(), value))
        };
        let fixed = |fragment| Self::Fixed(Box::new(fragment));
        if !flag.is_on() {
            return fixed(frame.success("DISABLED", chosen(&definition.off_variation)));
        }
        let default = chosen(&definition.fallthrough.variation);
        let Some(rule) = definition.rule() else {
            let reason = if default.is_some() { "STATIC" } else { "DEFAULT" };
            return fixed(frame.success(reason, default));
        };
        let rule = match compiler.compile(&rule) {
            Ok(rule) => rule,
            Err(error) => return fixed(frame.failure("PARSE_ERROR", &format!("The rules cannot be run: {error}"))),
        };
        let matches = values.iter().map(|(name, value)| {
            (name.as_str().into(), frame.success("TARGETING_MATCH", Some((name.as_str(), value))))
        });
        Self::Targeted(Box::new(Targeted {
            rule,
            matches: matches.collect(),
            default: frame.success("DEFAULT", default),
            unknown: frame.failure("GENERAL", "The rules came to something that is no variation of this flag"),
            endless: frame.failure(
                "GENERAL",
                "The rules took too many steps, alone or with those of other flags, and were given up",
            ),
        }))
    }
}

impl Targeted {
    fn answer(&self, request: Request<'_>) -> &Fragment {
        let value = match evaluate(&self.rule, request) {
            Outcome::Value(value) => value,
            Outcome::OutOfFuel => return &self.endless,
        };
        match &value {
            Val::Null => &self.default,
            Val::Text(name) => self.variation(name),
            Val::Bool(true) => self.variation("true"),
            Val::Bool(false) => self.variation("false"),
            Val::Int(_) | Val::Float(_) => self.variation(&value.to_text()),
            Val::Json(_) | Val::List(_) => &self.unknown,
        }
    }

    fn variation(&self, name: &str) -> &Fragment {
        let place = self.matches.binary_search_by(|(known, _)| (**known).cmp(name));
        place.map_or(&self.unknown, |place| &self.matches[place].1)
    }
}
