//! What flagd has no word for, as it stands under `$polystatus`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use values::{Line, Mistakes, Prose};

use super::{Defined, flag};
use crate::model::{Condition, Definition, Key, Kill, Segment};

/// The name of all of it. flagd's schema leaves names that it does not know alone. It is there also when there is nothing to
/// say: a file without it does not speak of these things at all.
pub const NAME: &str = "$polystatus";

/// All of it, by flags and by segments. Flags and segments that the set does not have are passed over: somebody has taken
/// them out of the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ours {
    /// By the flags' keys.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub flags: BTreeMap<String, OursOfFlag>,
    /// By the segments' keys.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub segments: BTreeMap<String, OursOfSegment>,
}

/// Of a flag.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OursOfFlag {
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    off_variation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    killed: Option<Kill>,
    /// The flag as it is written here, when it is written otherwise than in flagd's form.
    #[serde(skip_serializing_if = "Option::is_none")]
    definition: Option<Box<Definition>>,
}

/// Of a segment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OursOfSegment {
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    /// None when it is written as JsonLogic here, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    users: Option<Vec<String>>,
    #[serde(rename = "if", skip_serializing_if = "Option::is_none")]
    condition: Option<Condition>,
}

impl OursOfFlag {
    /// Of this flag, when its definition in flagd's form would be read as `plain`; none when that says everything.
    pub fn of(defined: &Defined, plain: &Definition) -> Option<Self> {
        let Defined { definition, killed, .. } = defined;
        let (description, off_variation) = (definition.description.clone(), definition.off_variation.clone());
        let alike =
            Definition { description: description.clone(), off_variation: off_variation.clone(), ..plain.clone() };
        let form = (alike != *definition).then(|| Box::new(definition.clone()));
        let ours = Self { description, off_variation, killed: killed.clone(), definition: form };
        (ours != Self::default()).then_some(ours)
    }

    /// The flag that flagd's form and this make together. Where somebody has changed flagd's form since, it counts.
    pub fn complete(self, plain: Definition, mistakes: &mut Mistakes) -> Defined {
        let Self { description, off_variation, killed, definition } = self;
        let read = Defined { definition: plain, killed: None };
        let written = definition.map(|definition| Defined { definition: *definition, killed: killed.clone() });
        let same =
            written.filter(|written| written.definition.id == read.definition.id && flag(written) == flag(&read));
        let completed = same.unwrap_or_else(|| Defined {
            definition: Definition { description, off_variation, ..read.definition },
            killed: killed.clone(),
        });
        if let Some(kill) = &killed {
            mistakes.parse::<Prose<500>>("killed.reason", &kill.reason);
            mistakes.parse::<Line<200>>("killed.by", &kill.by);
        }
        completed.definition.check(mistakes);
        completed
    }
}

impl OursOfSegment {
    /// Of this segment; none when flagd's words say everything.
    pub fn of(segment: &Segment) -> Option<Self> {
        let users = segment.targeting.is_none().then(|| segment.users.clone());
        let ours = Self { description: segment.description.clone(), users, condition: segment.condition.clone() };
        (ours != Self::default()).then_some(ours)
    }

    /// The segment that an evaluator and this make together. Where somebody has changed the evaluator since, it counts.
    pub fn complete(self, id: Key, rule: Value) -> Segment {
        let mut described = Segment::of_evaluator(id, rule);
        described.description = self.description;
        let Some(users) = self.users else { return described };
        let mut written = described.clone();
        (written.users, written.condition, written.targeting) = (users, self.condition, None);
        if written.rule() == described.rule() { written } else { described }
    }
}
