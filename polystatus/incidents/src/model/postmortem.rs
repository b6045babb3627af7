//! What was learnt of an incident.

use chassis::ApiError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Line, Mistakes, Prose, present};

/// Things to do that a postmortem lists at most.
const MOST_ACTIONS: usize = 100;

/// What was learnt of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Postmortem {
    /// The incident.
    #[schema(example = "INC-1JN7W800000000000")]
    pub incident_id: String,
    /// What happened, in which order, and how it was noticed.
    #[schema(value_type = String, example = "A certificate ran out", max_length = 20000)]
    pub what_happened: Prose<20_000>,
    /// Why it could happen.
    #[schema(value_type = String, example = "Nobody watched its date", max_length = 20000)]
    pub root_cause: Prose<20_000>,
    /// What will be done so that it does not come back.
    pub action_items: Vec<ActionItem>,
    /// Who wrote it first.
    #[schema(example = "api-token")]
    pub author: String,
    /// When it was written, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub created_at: i64,
    /// When it was last changed.
    #[schema(example = 1_700_000_000)]
    pub updated_at: i64,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActionItem {
    /// What.
    #[schema(value_type = String, example = "Alert three weeks before a certificate ends", min_length = 1, max_length = 500)]
    pub description: Line<500>,
    /// Who does it: a name, a team, a user's id.
    #[schema(value_type = Option<String>, example = "platform")]
    pub owner: Option<Line<100>>,
    /// Whether it is done.
    pub done: bool,
}

/// A postmortem, as it is sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostmortemInput {
    /// What happened, in which order, and how it was noticed.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        example = "A certificate ran out",
        min_length = 1,
        max_length = 20000,
        pattern = "^[!-~][^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*$"
    )]
    what_happened: Option<String>,
    /// Why it could happen.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        example = "Nobody watched its date",
        min_length = 1,
        max_length = 20000,
        pattern = "^[!-~][^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*$"
    )]
    root_cause: Option<String>,
    /// What will be done so that it does not come back.
    #[serde(default)]
    #[schema(max_items = 100)]
    action_items: Vec<ActionItemInput>,
}

/// Something to do, as it is sent: a sentence, or an object that also says who does it and whether it is done.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged, expecting = "must be a text or an object with description, owner and done")]
pub enum ActionItemInput {
    /// What, by nobody yet.
    Sentence(ActionSentence),
    /// What, and by whom.
    Whole(ActionItemFields),
}

/// What to do, by nobody yet.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(min_length = 1, max_length = 500, pattern = "^[!-~]([ -~]*[!-~])?$")]
pub struct ActionSentence(String);

/// Something to do, as it is sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionItemFields {
    /// What.
    #[schema(min_length = 1, max_length = 500, pattern = "^[!-~]([ -~]*[!-~])?$")]
    description: String,
    /// Who does it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100, pattern = "^[!-~]([ -~]*[!-~])?$")]
    owner: Option<String>,
    /// Whether it is done.
    #[serde(default)]
    done: bool,
}

impl PostmortemInput {
    /// The postmortem that a person wrote.
    ///
    /// # Errors
    /// 400 with each field that is missing or wrong.
    pub fn validate(&self, incident_id: String, author: String, now: i64) -> Result<Postmortem, ApiError> {
        let mut mistakes = Mistakes::default();
        let mut prose = |field, text: &Option<String>| {
            let text = mistakes.required::<Prose<20_000>>(field, text.as_deref())?;
            mistakes.note(field, text.not_blank())
        };
        let what_happened = prose("what_happened", &self.what_happened);
        let root_cause = prose("root_cause", &self.root_cause);
        if self.action_items.len() > MOST_ACTIONS {
            mistakes.add("action_items", format!("must be at most {MOST_ACTIONS}"));
        }
        let actions = self.action_items.iter().take(MOST_ACTIONS).enumerate();
        let action_items = actions.filter_map(|(place, item)| item.validate(place, &mut mistakes)).collect();
        let (created_at, updated_at) = (now, now);
        let whole = what_happened.zip(root_cause).map(|(what_happened, root_cause)| Postmortem {
            incident_id,
            what_happened,
            root_cause,
            action_items,
            author,
            created_at,
            updated_at,
        });
        mistakes.none_or(whole)
    }
}

impl ActionItemInput {
    fn validate(&self, place: usize, mistakes: &mut Mistakes) -> Option<ActionItem> {
        let (description, owner, done) = match self {
            Self::Sentence(ActionSentence(text)) => (text, None, false),
            Self::Whole(ActionItemFields { description, owner, done }) => (description, owner.as_deref(), *done),
        };
        let description = mistakes.parse(format!("action_items[{place}].description"), description);
        let owner = match owner {
            None => Some(None),
            Some(owner) => mistakes.parse(format!("action_items[{place}].owner"), owner).map(Some),
        };
        Some(ActionItem { description: description?, owner: owner?, done })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(input: Value) -> Result<Postmortem, Vec<String>> {
        let input: PostmortemInput = serde_json::from_value(input).unwrap();
        let read = input.validate("INC-1".to_owned(), "api-token".to_owned(), 7);
        read.map_err(|error| error.details().iter().map(|detail| detail.field.to_string()).collect())
    }

    #[test]
    fn an_action_is_a_sentence_or_more() {
        let postmortem = read(json!({
            "what_happened": "x", "root_cause": "y",
            "action_items": ["Watch it", {"description": "Mend it", "owner": "platform", "done": true}]
        }));
        let actions = postmortem.unwrap().action_items;
        assert_eq!((actions[0].description.as_str(), actions[0].done), ("Watch it", false));
        assert_eq!((actions[1].owner.as_ref().unwrap().as_str(), actions[1].done), ("platform", true));
    }

    #[test]
    fn every_mistake_is_named() {
        let wrong = json!({"what_happened": " ", "action_items": ["", {"description": "x", "owner": ""}]});
        assert_eq!(
            read(wrong).unwrap_err(),
            ["what_happened", "root_cause", "action_items[0].description", "action_items[1].owner"]
        );
    }
}
