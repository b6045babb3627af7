//! What clients send of an incident, before it is known to be right.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Incident, Line, Mistakes, Prose, ServiceId, Severity, Whole, present};
use chassis::ApiError;

/// Services that an incident names at most.
pub const MOST_SERVICES: usize = 50;

/// Servers that an incident names at most: each is looked up in the inventory before the answer.
pub const MOST_SERVERS: usize = 50;

/// An incident to open.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IncidentInput {
    /// What is wrong, in one line.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        example = "Checkout answers with errors",
        min_length = 1,
        max_length = 200,
        pattern = "^[!-~]([ -~]*[!-~])?$"
    )]
    title: Option<String>,
    /// From 1, everything is down for everybody, to 4, hardly anybody notices.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, required, value_type = i64, example = 2, minimum = 1, maximum = 4)]
    sev: Option<Whole>,
    /// What is affected.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, schema_with = services_schema)]
    services: Option<Vec<String>>,
    /// What is known of it.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        example = "Every second payment fails",
        max_length = 5000,
        pattern = "^[^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*$"
    )]
    summary: Option<String>,
    /// Where it was noticed; `manual` when absent.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        example = "manual",
        min_length = 1,
        max_length = 100,
        pattern = "^[!-~]([ -~]*[!-~])?$"
    )]
    source: Option<String>,
    /// Servers that are concerned: ids of the inventory.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, schema_with = servers_schema)]
    servers: Option<Vec<Whole>>,
}

/// Fields of an incident to change: what is absent stays. Status and commander have routes of their own.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IncidentPatch {
    /// What is wrong, in one line.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        example = "Checkout answers with errors",
        min_length = 1,
        max_length = 200,
        pattern = "^[!-~]([ -~]*[!-~])?$"
    )]
    title: Option<String>,
    /// How bad it is.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = i64, example = 1, minimum = 1, maximum = 4)]
    sev: Option<Whole>,
    /// What is affected.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, schema_with = services_schema)]
    services: Option<Vec<String>>,
    /// What is known of it.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        example = "All payments fail",
        max_length = 5000,
        pattern = "^[^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*$"
    )]
    summary: Option<String>,
    /// Servers that are concerned: ids of the inventory.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, schema_with = servers_schema)]
    servers: Option<Vec<Whole>>,
}

/// What a client decides of a new incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewIncident {
    /// What is wrong, in one line.
    pub title: Line<200>,
    /// How bad it is.
    pub sev: Severity,
    /// What is affected.
    pub services: Vec<Line<100>>,
    /// What is known of it.
    pub summary: Prose<5000>,
    /// Where it was noticed.
    pub source: Line<100>,
    /// Servers that are concerned, each once.
    pub servers: Vec<i64>,
}

impl IncidentInput {
    /// The incident that a client wants.
    ///
    /// # Errors
    /// 400 with each field that is missing or wrong.
    pub fn validate(&self) -> Result<NewIncident, ApiError> {
        let mut mistakes = Mistakes::default();
        let title = mistakes.required("title", self.title.as_deref());
        let sev = match self.sev {
            Some(Whole(sev)) => mistakes.note("sev", Severity::try_from(sev)),
            None => mistakes.missing("sev"),
        };
        let services = services(&mut mistakes, self.services.as_deref().unwrap_or_default());
        let summary = mistakes.parse("summary", self.summary.as_deref().unwrap_or_default());
        let source = mistakes.parse("source", self.source.as_deref().unwrap_or("manual"));
        let servers = servers(&mut mistakes, self.servers.as_deref().unwrap_or_default());
        let new = (|| {
            Some(NewIncident {
                title: title?,
                sev: sev?,
                services: services?,
                summary: summary?,
                source: source?,
                servers: servers?,
            })
        })();
        mistakes.none_or(new)
    }
}

impl IncidentPatch {
    /// Servers that were not there before, and must be looked up.
    ///
    /// # Errors
    /// 400 when there are too many, or numbers that are no ids.
    pub fn servers(&self) -> Result<Option<Vec<i64>>, ApiError> {
        let mut mistakes = Mistakes::default();
        let found = self.servers.as_deref().map(|ids| servers(&mut mistakes, ids));
        match found {
            None => Ok(None),
            Some(found) => mistakes.none_or(found).map(Some),
        }
    }

    /// The incident with these fields.
    ///
    /// # Errors
    /// 400 with each field that is wrong.
    pub fn apply_to(&self, incident: &Incident) -> Result<Incident, ApiError> {
        let mut mistakes = Mistakes::default();
        let mut changed = incident.clone();
        if let Some(title) = self.title.as_deref().and_then(|text| mistakes.parse("title", text)) {
            changed.title = title;
        }
        if let Some(sev) = self.sev.and_then(|Whole(sev)| mistakes.note("sev", Severity::try_from(sev))) {
            changed.sev = sev;
        }
        if let Some(services) = self.services.as_deref().and_then(|names| services(&mut mistakes, names)) {
            changed.services = services;
        }
        if let Some(summary) = self.summary.as_deref().and_then(|text| mistakes.parse("summary", text)) {
            changed.summary = summary;
        }
        if let Some(servers) = self.servers.as_deref().and_then(|ids| servers(&mut mistakes, ids)) {
            changed.servers = servers;
        }
        mistakes.none_or(Some(changed))
    }
}

/// Names of services, the same one named once.
fn services(mistakes: &mut Mistakes, names: &[String]) -> Option<Vec<Line<100>>> {
    if names.len() > MOST_SERVICES {
        mistakes.add("services", format!("must be at most {MOST_SERVICES}"));
        return None;
    }
    let (mut kept, mut seen) = (Vec::new(), Vec::new());
    for (place, name) in names.iter().enumerate() {
        let line = mistakes.parse::<Line<100>>(format!("services[{place}]"), name)?;
        let id = mistakes.parse::<ServiceId>(format!("services[{place}]"), name)?;
        if !seen.contains(&id) {
            seen.push(id);
            kept.push(line);
        }
    }
    Some(kept)
}

/// Ids of servers, sorted, each once.
fn servers(mistakes: &mut Mistakes, ids: &[Whole]) -> Option<Vec<i64>> {
    if ids.len() > MOST_SERVERS {
        mistakes.add("servers", format!("must be at most {MOST_SERVERS}"));
        return None;
    }
    for (place, _) in ids.iter().enumerate().filter(|(_, id)| id.0 < 1) {
        mistakes.add(format!("servers[{place}]"), "must be the id of a server: a whole number from 1");
    }
    let mut ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    Some(ids)
}

fn services_schema() -> utoipa::openapi::schema::ArrayBuilder {
    use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
    let name = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .min_length(Some(1))
        .max_length(Some(100))
        .pattern(Some("^[A-Za-z0-9]([ -~]*[!-~])?$"))
        .examples(["Checkout"]);
    ArrayBuilder::new().description(Some("What is affected.")).items(name).max_items(Some(MOST_SERVICES))
}

fn servers_schema() -> utoipa::openapi::schema::ArrayBuilder {
    use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type};
    let id = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::Integer))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(1))
        .examples([2]);
    ArrayBuilder::new()
        .description(Some("Servers that are concerned: ids of the inventory."))
        .items(id)
        .max_items(Some(MOST_SERVERS))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(input: Value) -> Result<NewIncident, Vec<String>> {
        let input: IncidentInput = serde_json::from_value(input).unwrap();
        input.validate().map_err(|error| error.details().iter().map(|detail| detail.field.to_string()).collect())
    }

    #[test]
    fn what_is_absent_has_a_meaning() {
        let new = read(json!({"title": "Down", "sev": 1})).unwrap();
        assert_eq!((new.source.as_str(), new.summary.as_str()), ("manual", ""));
        assert!(new.services.is_empty() && new.servers.is_empty());
    }

    #[test]
    fn every_mistake_is_named() {
        let fields = read(json!({
            "title": " ", "sev": 5, "services": ["ok", "?"], "summary": "a\u{0}", "source": "", "servers": [1, 0, -1]
        }));
        assert_eq!(
            fields.unwrap_err(),
            ["title", "sev", "services[1]", "summary", "source", "servers[1]", "servers[2]"]
        );
        assert_eq!(read(json!({})).unwrap_err(), ["title", "sev"]);
    }

    #[test]
    fn a_service_or_server_that_is_named_twice_is_one() {
        let new = read(
            json!({"title": "Down", "sev": 1, "services": ["Checkout API", "checkout-api"], "servers": [2, 1, 2]}),
        );
        let new = new.unwrap();
        assert_eq!(new.services.iter().map(Line::as_str).collect::<Vec<_>>(), ["Checkout API"]);
        assert_eq!(new.servers, [1, 2]);
    }

    #[test]
    fn null_and_unknown_fields_are_refused() {
        for wrong in [json!({"title": null}), json!({"titel": "x"}), json!({"sev": "1"}), json!({"services": "a"})] {
            assert!(serde_json::from_value::<IncidentInput>(wrong.clone()).is_err(), "{wrong}");
        }
        assert!(serde_json::from_value::<IncidentPatch>(json!({"status": "open"})).is_err());
    }
}
