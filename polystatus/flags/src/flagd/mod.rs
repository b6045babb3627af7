//! flagd's definition format (<https://flagd.dev/reference/flag-definitions/>): read and written.
//!
//! What flagd has no word for, such as a kill switch, stands beside it under `$polystatus`, which flagd leaves alone. So
//! what was written is read as it was, and what flagd evaluates of it is what we evaluate.

mod ours;
mod read;
mod write;

pub use read::read;
pub use write::{flag, write};

use crate::model::{Definition, Flag, Kill, Metadata, Segment};

/// A whole set, as it is kept here.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Definitions {
    /// The flags, in the order of their keys.
    pub flags: Vec<Defined>,
    /// Rules that several flags share, in the order of their keys.
    pub segments: Vec<Segment>,
    /// What is known of all flags.
    pub metadata: Metadata,
    /// Whether the set says nothing but what flagd has words for: descriptions, off variations and the like are then not
    /// known, and not empty.
    pub is_plain: bool,
}

/// A flag of a set.
#[derive(Debug, Clone, PartialEq)]
pub struct Defined {
    /// What it is.
    pub definition: Definition,
    /// Who has pulled its kill switch.
    pub killed: Option<Kill>,
}

impl Defined {
    /// As our own sets have it.
    pub fn of(flag: &Flag) -> Self {
        Self { definition: flag.definition.clone(), killed: flag.killed.clone() }
    }

    /// Whether rules are looked at.
    pub fn is_on(&self) -> bool {
        self.definition.on && self.killed.is_none()
    }
}

#[cfg(test)]
mod tests;
