//! What clients send, before it is known to be right. Every mistake is named, not the first one alone.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::str::FromStr;

use chassis::error::Detail;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use utoipa::openapi::schema::{AnyOfBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{ObjectBuilder, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::{MAX_TAGS, NewServer, Server, Status, Tag};

/// Characters in a description.
const MAX_DESCRIPTION: usize = 1000;

/// Some fields of a server, as `PATCH` takes them: what is absent stays as it is.
///
/// The fields that the service gives may be sent back as they were read; they are not looked at.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the last four fields are there to be accepted, not to be read")]
pub struct ServerPatch {
    /// Host name (RFC 1123): letters, digits, hyphens and dots.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        example = "web-prod-02",
        max_length = 253,
        pattern = "^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?([.][A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$"
    )]
    pub hostname: Option<String>,
    /// IPv4 or IPv6 address.
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = address_schema)]
    pub ip: Option<String>,
    /// How it is doing.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = Status)]
    pub status: Option<String>,
    /// Words by which servers are grouped.
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = tags_schema)]
    pub tags: Option<Vec<String>>,
    /// What people should know of it; no control characters but line ends and tabs.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        example = "The shop's front end",
        max_length = 1000,
        pattern = "^[^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*$"
    )]
    pub description: Option<String>,

    /// Given by the service.
    #[serde(default)]
    #[schema(read_only, value_type = i64)]
    id: IgnoredAny,
    /// Given by the service.
    #[serde(default)]
    #[schema(read_only, value_type = i64)]
    created_at: IgnoredAny,
    /// Given by the service.
    #[serde(default)]
    #[schema(read_only, value_type = i64)]
    updated_at: IgnoredAny,
    /// Given by the service.
    #[serde(default)]
    #[schema(read_only, value_type = i64)]
    version: IgnoredAny,
}

/// A whole server, as `POST` and `PUT` take it: host name, address and status must be there.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct ServerInput(pub ServerPatch);

impl PartialSchema for ServerInput {
    fn schema() -> RefOr<Schema> {
        let mut schema = ServerPatch::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.required = ["hostname", "ip", "status"].map(str::to_owned).to_vec();
            object.description = Some("A whole server: what is absent of the other fields is empty.".to_owned());
        }
        schema
    }
}

impl ToSchema for ServerInput {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ServerPatch::schemas(schemas);
    }
}

impl ServerInput {
    /// The server that a client wants.
    ///
    /// # Errors
    /// Each field that is missing or wrong.
    pub fn validate(&self) -> Result<NewServer, Vec<Detail>> {
        let Self(ServerPatch { hostname, ip, status, tags, description, .. }) = self;
        let mut mistakes = Mistakes::default();
        let hostname = mistakes.required("hostname", hostname.as_deref());
        let ip = mistakes.required("ip", ip.as_deref());
        let status = mistakes.required("status", status.as_deref());
        let tags = mistakes.tags(tags.as_deref().unwrap_or_default());
        let description = mistakes.description(description.clone().unwrap_or_default());
        if let (Some(hostname), Some(ip), Some(status), []) = (hostname, ip, status, mistakes.0.as_slice()) {
            return Ok(NewServer { hostname, ip, status, tags, description });
        }
        Err(mistakes.0)
    }
}

impl ServerPatch {
    /// The server that a client wants in the place of this one.
    ///
    /// # Errors
    /// Each field that is wrong.
    pub fn apply_to(&self, server: &Server) -> Result<NewServer, Vec<Detail>> {
        let mut mistakes = Mistakes::default();
        let mut new = server.decided();
        if let Some(hostname) = self.hostname.as_ref().and_then(|text| mistakes.parse("hostname", text)) {
            new.hostname = hostname;
        }
        if let Some(ip) = self.ip.as_ref().and_then(|text| mistakes.parse("ip", text)) {
            new.ip = ip;
        }
        if let Some(status) = self.status.as_ref().and_then(|text| mistakes.parse("status", text)) {
            new.status = status;
        }
        if let Some(tags) = &self.tags {
            new.tags = mistakes.tags(tags);
        }
        if let Some(description) = &self.description {
            new.description = mistakes.description(description.clone());
        }
        if mistakes.0.is_empty() { Ok(new) } else { Err(mistakes.0) }
    }
}

/// What was found wrong so far.
#[derive(Default)]
struct Mistakes(Vec<Detail>);

impl Mistakes {
    fn add(&mut self, field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) {
        self.0.push(Detail::new(field, message));
    }

    fn parse<T: FromStr<Err = &'static str>>(&mut self, field: &'static str, text: &str) -> Option<T> {
        text.parse().map_err(|message| self.add(field, message)).ok()
    }

    fn required<T: FromStr<Err = &'static str>>(&mut self, field: &'static str, text: Option<&str>) -> Option<T> {
        let Some(text) = text else {
            self.add(field, "is required");
            return None;
        };
        self.parse(field, text)
    }

    fn tags(&mut self, words: &[String]) -> BTreeSet<Tag> {
        if words.len() > MAX_TAGS {
            self.add("tags", format!("must be at most {MAX_TAGS}"));
            return BTreeSet::new();
        }
        let mut tags = BTreeSet::new();
        for (place, word) in words.iter().enumerate() {
            match word.parse::<Tag>() {
                Ok(tag) => drop(tags.insert(tag)),
                Err(message) => self.add(format!("tags[{place}]"), message),
            }
        }
        tags
    }

    fn description(&mut self, text: String) -> String {
        if text.chars().count() > MAX_DESCRIPTION {
            self.add("description", format!("must have at most {MAX_DESCRIPTION} characters"));
        }
        // PostgreSQL cannot keep a zero byte, and a terminal obeys the others
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.add("description", "must not have control characters");
        }
        text
    }
}

/// Absent is `None`; `null` is a mistake, not an absence.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn address_schema() -> AnyOfBuilder {
    let form = |name: &str| {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .format(Some(utoipa::openapi::SchemaFormat::Custom(name.to_owned())))
    };
    // not oneOf: a validator that does not know the formats takes every text for both
    AnyOfBuilder::new()
        .description(Some("IPv4 or IPv6 address."))
        .item(form("ipv4"))
        .item(form("ipv6"))
        .examples(["10.0.0.3"])
}

fn tags_schema() -> utoipa::openapi::schema::ArrayBuilder {
    let tag = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .pattern(Some("^[a-z][a-z0-9_-]{0,49}$"))
        .examples(["web"]);
    let array = utoipa::openapi::schema::ArrayBuilder::new().description(Some("Words by which servers are grouped."));
    array.items(tag).max_items(Some(MAX_TAGS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: serde_json::Value) -> Result<NewServer, Vec<Detail>> {
        serde_json::from_value::<ServerInput>(json).unwrap().validate()
    }

    #[test]
    fn every_mistake_is_named() {
        let mistakes = read(serde_json::json!({
            "hostname": "-x", "ip": "10.0.0", "tags": ["ok", "Not"], "description": "a\u{0}b"
        }));
        let fields: Vec<_> = mistakes.unwrap_err().into_iter().map(|detail| detail.field).collect();
        assert_eq!(fields, ["hostname", "ip", "status", "tags[1]", "description"]);
    }

    #[test]
    fn what_was_read_can_be_sent_back() {
        let new =
            read(serde_json::json!({"hostname": "a", "ip": "::1", "status": "up", "tags": ["b", "a", "b"]})).unwrap();
        let server = Server::create(7, new.clone(), 1);
        assert_eq!(read(serde_json::to_value(&server).unwrap()).unwrap(), new);
    }

    #[test]
    fn null_and_unknown_fields_are_refused() {
        for wrong in [r#"{"ip": null}"#, r#"{"hostnam": "a"}"#, r#"{"tags": "web"}"#, r#"{"status": 1}"#] {
            assert!(serde_json::from_str::<ServerPatch>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_patch_changes_what_it_names() {
        let new = read(serde_json::json!({"hostname": "a", "ip": "::1", "status": "up", "tags": ["b"]})).unwrap();
        let server = Server::create(7, new.clone(), 1);
        let patch: ServerPatch = serde_json::from_str(r#"{"status": "down"}"#).unwrap();
        assert_eq!(patch.apply_to(&server).unwrap(), NewServer { status: Status::Down, ..new });
    }
}
