//! The timeline of an incident: what people say, and what the service saw them do.

use std::str::FromStr;

use chassis::ApiError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Mistakes, Prose, present};

/// What people write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WrittenType {
    /// What is known now.
    Update,
    /// Something to remember, such as a number that was read off.
    Note,
    /// What was done against it.
    Mitigation,
    /// What made an end of it.
    Resolution,
}

/// Of what kind an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EntryType {
    /// What is known now.
    Update,
    /// Something to remember.
    Note,
    /// What was done against it.
    Mitigation,
    /// What made an end of it.
    Resolution,
    /// Written by the service: somebody changed something.
    System,
}

/// A field that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// Which one.
    #[schema(example = "status")]
    pub field: String,
    /// What it was.
    #[schema(value_type = Option<String>, example = "open")]
    pub from: Option<String>,
    /// What it is.
    #[schema(value_type = Option<String>, example = "mitigated")]
    pub to: Option<String>,
}

/// An entry of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TimelineEntry {
    /// `TL-` and a suffix that sorts by time.
    #[schema(example = "TL-1JN7W800000000000")]
    pub id: String,
    /// The incident.
    #[schema(example = "INC-1JN7W800000000000")]
    pub incident_id: String,
    /// Of what kind it is.
    #[serde(rename = "type")]
    pub kind: EntryType,
    /// What happened.
    #[schema(value_type = String, example = "A deployment was rolled back", max_length = 10000)]
    pub message: Prose<10_000>,
    /// Who wrote it, or whose change it tells: a user's id, `api-token`, or `inventory`.
    #[schema(example = "api-token")]
    pub author: String,
    /// When, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub at: i64,
    /// When its author mended it.
    #[schema(example = json!(null))]
    pub edited_at: Option<i64>,
    /// What the service saw change; empty for what people wrote.
    pub changes: Vec<Change>,
}

/// An entry to add, or what one should say.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryInput {
    /// Of what kind it is.
    #[serde(default, rename = "type", deserialize_with = "present")]
    #[schema(nullable = false, required, value_type = WrittenType)]
    kind: Option<String>,
    /// What happened; not blank.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        example = "A deployment was rolled back",
        min_length = 1,
        max_length = 10000,
        pattern = "^[!-~][^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*$"
    )]
    message: Option<String>,
}

impl EntryInput {
    /// What a person wants to say.
    ///
    /// # Errors
    /// 400 with each field that is missing or wrong.
    pub fn validate(&self) -> Result<(EntryType, Prose<10_000>), ApiError> {
        let mut mistakes = Mistakes::default();
        let kind = mistakes.required::<EntryType>("type", self.kind.as_deref());
        let message = mistakes.required::<Prose<10_000>>("message", self.message.as_deref());
        let message = message.and_then(|message| mistakes.note("message", message.not_blank()));
        mistakes.none_or(kind.zip(message))
    }
}

/// The words that people may use: what the service saw is its own to say.
impl FromStr for EntryType {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "update" => Ok(Self::Update),
            "note" => Ok(Self::Note),
            "mitigation" => Ok(Self::Mitigation),
            "resolution" => Ok(Self::Resolution),
            _ => Err("must be update, note, mitigation or resolution"),
        }
    }
}

impl TimelineEntry {
    /// The keys of an incident's timeline begin with this: an incident's entries lie together, in the order of time.
    pub fn key_prefix(incident: &str) -> String {
        format!("{incident}/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_do_not_write_in_the_name_of_the_service() {
        let entry: EntryInput = serde_json::from_str(r#"{"type": "system", "message": " "}"#).unwrap();
        let refused = entry.validate().unwrap_err();
        assert_eq!(refused.details().iter().map(|detail| &*detail.field).collect::<Vec<_>>(), ["type", "message"]);
    }
}
