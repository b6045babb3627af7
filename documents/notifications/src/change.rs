//! A change of a file, as the documents API tells of it and as it is told on.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Unexpected};
use serde::{Deserialize, Deserializer, Serialize};

use crate::answer::Refusal;

/// What has happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileEvent {
    /// It is new.
    Create,
    /// It has other content, or another name.
    Update,
    /// It is gone.
    Delete,
}

impl FileEvent {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Create, Self::Update, Self::Delete];

    /// What the API calls it.
    pub const fn received(self) -> &'static str {
        match self {
            Self::Create => "File_create",
            Self::Update => "File_update",
            Self::Delete => "File_delete",
        }
    }

    /// What it is called when it is told on.
    pub const fn told(self) -> &'static str {
        match self {
            Self::Create => "Notify_File_create",
            Self::Update => "Notify_File_update",
            Self::Delete => "Notify_File_delete",
        }
    }
}

/// A change as the API sends it. Fields that nobody knows are refused: a typing error would go unnoticed for ever.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename = "change")]
pub struct Change {
    /// Its place among all changes of its epoch, from 1.
    #[serde(deserialize_with = "from_one")]
    pub seq: u64,
    /// Which database counts: another one begins with 1 anew.
    #[serde(default)]
    pub epoch: Option<Epoch>,
    /// The file after it; of a deleted one its last version.
    pub file: File,
    /// When, in Unix seconds.
    pub at: u64,
    /// For who speaks by hand: the token, where the connection has shown none.
    #[serde(default)]
    pub token: Option<String>,
}

/// What a change tells of its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename = "file")]
pub struct File {
    /// The file.
    #[serde(deserialize_with = "from_one")]
    pub id: u64,
    /// Whose it is; none when it belongs to the company.
    #[serde(deserialize_with = "owner")]
    pub user_id: Option<u64>,
    /// What it is called.
    #[serde(deserialize_with = "name")]
    pub name: String,
    /// Its version, from 1.
    #[serde(deserialize_with = "from_one")]
    pub version: u64,
    /// Checksum of its content, in hexadecimal.
    #[serde(deserialize_with = "sha256")]
    pub sha256: String,
    /// Bytes of its content.
    pub size: u64,
}

/// Which change it is: a place among all of an epoch.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
pub struct Number {
    /// Which database counts.
    #[serde(default)]
    pub epoch: Option<Epoch>,
    /// Its place.
    #[serde(deserialize_with = "from_one")]
    pub seq: u64,
}

/// A database's own name: short, and fit for a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Epoch(String);

/// Characters of an epoch at most: a UUID has 36.
const LONGEST_EPOCH: usize = 64;

impl Epoch {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Epoch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if (1..=LONGEST_EPOCH).contains(&text.len()) && text.bytes().all(fit) {
            return Ok(Self(text.into_owned()));
        }
        Err(de::Error::invalid_value(Unexpected::Str(&text), &"1 to 64 letters, digits, `-`, `_` and `.`"))
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn from_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let number = u64::deserialize(deserializer)?;
    // what a client in JavaScript reads as it was written (ECMA-262, Number.MAX_SAFE_INTEGER)
    if (1..1 << 53).contains(&number) {
        return Ok(number);
    }
    Err(de::Error::invalid_value(Unexpected::Unsigned(number), &"a number from 1 to 9007199254740991"))
}

/// Must be there, if only to say that it is nobody's.
fn owner<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Option::deserialize(deserializer)
}

fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    if name.is_empty() { Err(de::Error::invalid_value(Unexpected::Str(""), &"a name")) } else { Ok(name) }
}

fn sha256<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let lowercase = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() == 64 && text.bytes().all(lowercase) {
        return Ok(text);
    }
    Err(de::Error::invalid_value(Unexpected::Str(&text), &"64 hexadecimal digits in lower case"))
}

/// What is told on: the contract's payload.
#[derive(Debug, Serialize)]
struct Notification<'a> {
    seq: u64,
    file: &'a File,
    at: u64,
}

impl Change {
    /// Read the payload of an event, which begins with its name: from the text itself, in which a field that stands there
    /// twice is still to be seen. A payload may also be a text that holds the JSON, as hand-driven clients send it.
    ///
    /// # Errors
    /// A refusal that says what is wrong.
    pub fn of_arguments(event: FileEvent, json: &str) -> Result<Self, Refusal> {
        let wrong =
            |error: serde_json::Error| Refusal::malformed(format!("{} is not valid: {error}", event.received()));
        if let Ok((_, text)) = serde_json::from_str::<(de::IgnoredAny, String)>(json) {
            return serde_json::from_str(&text).map_err(wrong);
        }
        let (_, change) = serde_json::from_str::<(de::IgnoredAny, Self)>(json).map_err(wrong)?;
        Ok(change)
    }

    /// The number of what may be no change otherwise; none when not even that can be read.
    pub fn number_in(json: &str) -> Option<Number> {
        if let Ok((_, text)) = serde_json::from_str::<(de::IgnoredAny, String)>(json) {
            return serde_json::from_str(&text).ok();
        }
        serde_json::from_str::<(de::IgnoredAny, Number)>(json).map(|(_, number)| number).ok()
    }

    /// Which one it is.
    pub fn number(&self) -> Number {
        Number { epoch: self.epoch.clone(), seq: self.seq }
    }

    /// The packet that tells of it, without the character of the engine: made once for all who hear it.
    pub fn packet(&self, event: FileEvent) -> String {
        let notification = Notification { seq: self.seq, file: &self.file, at: self.at };
        let json = serde_json::to_string(&notification).expect("a change is plain data");
        format!("2[\"{}\",{json}]", event.told())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn payload() -> Value {
        json!({
            "seq": 7,
            "epoch": "5a0f",
            "file": {
                "id": 12, "user_id": 3, "name": "Été \"1\".pdf", "version": 2, "sha256": "0a".repeat(32), "size": 9
            },
            "at": 1_700_000_000
        })
    }

    fn read(payload: &Value) -> Result<Change, Refusal> {
        Change::of_arguments(FileEvent::Create, &json!(["File_create", payload]).to_string())
    }

    #[test]
    fn a_change_is_told_on_as_the_contract_says() {
        let packet = read(&payload()).unwrap().packet(FileEvent::Update);
        let told: Value = serde_json::from_str(packet.strip_prefix('2').unwrap()).unwrap();
        let mut expected = payload();
        expected.as_object_mut().unwrap().remove("epoch");
        assert_eq!(told, json!(["Notify_File_update", expected]));
    }

    #[test]
    fn a_text_that_holds_the_change_is_as_good() {
        assert_eq!(read(&json!(payload().to_string())), read(&payload()));
    }

    #[test]
    fn what_is_no_change_is_refused_with_what_is_wrong() {
        let with = |field: &str, value: Value| {
            let mut payload = payload();
            let parent = if field.starts_with('/') { payload.pointer_mut("/file").unwrap() } else { &mut payload };
            let name = field.trim_start_matches('/');
            if value == json!("absent") {
                parent.as_object_mut().unwrap().remove(name);
            } else {
                parent[name] = value;
            }
            read(&payload).unwrap_err().error.into_owned()
        };
        for (field, value, says) in [
            ("seq", json!("7"), "invalid type: string \"7\", expected u64"),
            ("seq", json!(0), "expected a number from 1"),
            ("seq", json!(1u64 << 53), "expected a number from 1"),
            ("seq", json!(-1), "expected u64"),
            ("seq", json!("absent"), "missing field `seq`"),
            ("epoch", json!("a b"), "expected 1 to 64 letters"),
            ("epoch", json!("x".repeat(65)), "expected 1 to 64 letters"),
            ("colour", json!(1), "unknown field `colour`"),
            ("at", json!(1.5), "expected u64"),
            ("/name", json!(""), "expected a name"),
            ("/user_id", json!("absent"), "missing field `user_id`"),
            ("/user_id", json!("3"), "expected u64"),
            ("/sha256", json!("0A".repeat(32)), "64 hexadecimal digits"),
            ("/sha256", json!("abc"), "64 hexadecimal digits"),
            ("/size", json!(-1), "expected u64"),
            ("/path", json!("/etc"), "unknown field `path`"),
        ] {
            let said = with(field, value);
            assert!(said.starts_with("File_create is not valid: ") && said.contains(says), "{field}: {said}");
        }
    }

    #[test]
    fn the_number_of_a_wrong_change_is_read_where_there_is_one() {
        let mut wrong = payload();
        wrong["file"] = json!("absent");
        for arguments in [json!(["File_create", wrong]), json!(["File_create", wrong.to_string()])] {
            let number = Change::number_in(&arguments.to_string()).unwrap();
            assert_eq!((number.epoch.unwrap().as_str(), number.seq), ("5a0f", 7));
        }
        for arguments in [json!(["File_create"]), json!(["File_create", "no JSON"]), json!(["File_create", {"seq": 0}])]
        {
            assert_eq!(Change::number_in(&arguments.to_string()), None);
        }
    }

    #[test]
    fn a_field_that_is_there_twice_and_what_is_no_object_are_refused() {
        let twice = payload().to_string().replacen('{', "{\"seq\":8,", 1);
        for (arguments, says) in [
            (format!("[\"File_create\",{twice}]"), "duplicate field `seq`"),
            (json!(["File_create", twice]).to_string(), "duplicate field `seq`"),
            ("[\"File_create\"]".to_owned(), "invalid length 1"),
            ("[\"File_create\",null]".to_owned(), "invalid type: null"),
            ("[\"File_create\",\"\"]".to_owned(), "EOF"),
            (json!(["File_create", payload(), 1]).to_string(), "trailing characters"),
        ] {
            let said = Change::of_arguments(FileEvent::Create, &arguments).unwrap_err().error;
            assert!(said.contains(says), "{arguments}: {said}");
        }
    }
}
