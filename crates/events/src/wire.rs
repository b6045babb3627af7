//! Events as bytes, and what is not taken for one.
//!
//! Strict, since what was let in once is in queues and stores for long: each rule names its section of the CloudEvents
//! specification, or says that it is ours.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event::{Event, Malformed};

/// The largest event that is taken, in bytes. The specification ("Size Limits") demands 64 KiB of everybody; a relay
/// that takes whatever comes could be filled.
pub const LARGEST: usize = 1 << 20;

/// The longest attribute, in bytes: a routing key of AMQP can hold no more, and none of ours is near it.
const LONGEST: usize = 255;

/// What the bytes are (CloudEvents JSON Event Format, section 3).
pub(crate) const MEDIA_TYPE: &str = "application/cloudevents+json";

const SPECVERSION: &str = "1.0";
const JSON: &str = "application/json";

/// In this order in JSON: what a person looks for first stands first.
#[derive(Serialize)]
struct Writing<'a> {
    specversion: &'static str,
    id: &'a str,
    source: &'a str,
    r#type: &'a str,
    subject: &'a str,
    time: String,
    datacontenttype: &'static str,
    #[serde(flatten)]
    extensions: &'a BTreeMap<String, Value>,
    data: &'a Value,
}

#[derive(Deserialize)]
struct Reading {
    specversion: String,
    id: String,
    source: String,
    r#type: String,
    subject: String,
    time: String,
    datacontenttype: Option<String>,
    #[serde(default)]
    data: Value,
    #[serde(flatten)]
    extensions: BTreeMap<String, Value>,
}

pub(crate) fn write(event: &Event) -> String {
    let Event { id, source, kind, subject, time, extensions, data } = event;
    let time = Timestamp::from_second(*time).expect("checked when the event was made").to_string();
    let event = Writing {
        specversion: SPECVERSION,
        id,
        source,
        r#type: kind,
        subject,
        time,
        datacontenttype: JSON,
        extensions,
        data,
    };
    serde_json::to_string(&event).expect("texts and JSON can be written as JSON")
}

pub(crate) fn parse(json: &[u8]) -> Result<Event, Malformed> {
    if json.len() > LARGEST {
        return Err(Malformed::TooLarge);
    }
    let read: Reading = serde_json::from_slice(json).map_err(Malformed::Json)?;
    let wrong = |attribute: &str, why| Err(Malformed::Attribute(attribute.to_owned(), why));
    if read.specversion != SPECVERSION {
        return wrong("specversion", "must be 1.0");
    }
    if read.datacontenttype.is_some_and(|media_type| !is_json(&media_type)) {
        return wrong("datacontenttype", "must be application/json");
    }
    let Some(time) = seconds(&read.time) else { return wrong("time", "must be a time as in RFC 3339") };
    let Reading { id, source, r#type: kind, subject, extensions, data, .. } = read;
    let event = Event { id, source, kind, subject, time, extensions, data };
    check(&event)?;
    Ok(event)
}

/// What holds for every event, ours too.
pub(crate) fn check(event: &Event) -> Result<(), Malformed> {
    let wrong = |attribute: &str, why| Err(Malformed::Attribute(attribute.to_owned(), why));
    // "Required Attributes": not empty; "Type System": no control characters. The length is ours
    for (attribute, text) in
        [("id", &event.id), ("source", &event.source), ("type", &event.kind), ("subject", &event.subject)]
    {
        if text.is_empty() || text.len() > LONGEST || text.contains(char::is_control) {
            return wrong(attribute, "must have 1 to 255 bytes, and no control characters");
        }
    }
    // "source": a URI-reference, RFC 3986
    if !event.source.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)) {
        return wrong("source", "must be a path or an address");
    }
    // ours: it is the key by which a broker routes, where `*` and `#` have a meaning
    let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    if !event.kind.split('.').all(word) {
        return wrong("type", "must be words with dots between them");
    }
    if Timestamp::from_second(event.time).is_err() {
        return wrong("time", "must be between the years -9999 and 9999");
    }
    for (name, value) in &event.extensions {
        // "Attribute Naming Convention", "Type System": Boolean, Integer (32 bits), String and what is written as one
        let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        let typed = match value {
            Value::Bool(_) => true,
            Value::Number(number) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            Value::String(text) => !text.contains(char::is_control),
            _ => false,
        };
        if !named || !typed || name == "data" {
            return wrong(name, "is no attribute of an event, or of no type that one may have");
        }
    }
    Ok(())
}

/// `application/json`, with parameters or without (RFC 9110, section 8.3.1), or another JSON by its suffix (RFC 6839).
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == JSON || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The seconds of a time as RFC 3339 writes it. jiff reads more than that, such as a name of a time zone after it.
fn seconds(text: &str) -> Option<i64> {
    let fits = text.as_bytes().get(10).is_some_and(|byte| byte.eq_ignore_ascii_case(&b't'))
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"TtZz:.+-".contains(&byte));
    fits.then(|| text.parse::<Timestamp>().ok()).flatten().map(Timestamp::as_second)
}

#[cfg(test)]
mod tests;
