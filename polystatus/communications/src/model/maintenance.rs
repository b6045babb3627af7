//! Planned work: from the day it is announced to its end.

use chassis::ApiError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::{Line, Mistakes, Prose, ServiceId, Whole, present};

use super::MaintenanceStatus;
use super::banner::moment;

/// Services that it names at most.
pub const MOST_SERVICES: usize = 50;

/// What was told of it once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MaintenanceUpdate {
    /// `UPD-` and a suffix that sorts by time.
    #[schema(example = "UPD-1JN7W800000000000")]
    pub id: String,
    /// When, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub ts: i64,
    /// What.
    #[schema(value_type = String, example = "The database moves to new disks")]
    pub message: Prose<5000>,
    /// Where the work stood then.
    pub status: MaintenanceStatus,
    /// Whether nobody wrote it: it was said by itself, when the work began or ended. Mails say it in the language of their
    /// reader.
    #[serde(default)]
    #[schema(example = false)]
    pub automatic: bool,
}

/// Planned work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Maintenance {
    /// `MNT-` and a suffix that sorts by time.
    #[schema(example = "MNT-1JN7W800000000000")]
    pub id: String,
    /// What is done, in one line.
    #[schema(value_type = String, example = "New disks for the database", min_length = 1, max_length = 200)]
    pub title: Line<200>,
    /// What is affected, as people name it.
    #[schema(value_type = Vec<String>, example = json!(["Checkout"]))]
    pub services: Vec<Line<100>>,
    /// Where it stands.
    pub status: MaintenanceStatus,
    /// When it is to begin, in Unix seconds; then it is in progress by itself.
    #[schema(example = 1_700_003_600)]
    pub from: i64,
    /// When it is to end; then it is completed by itself.
    #[schema(example = 1_700_007_200)]
    pub until: i64,
    /// When it was announced.
    #[schema(example = 1_700_000_000)]
    pub created_at: i64,
    /// When it was last changed.
    #[schema(example = 1_700_000_000)]
    pub updated_at: i64,
    /// When it was completed.
    #[schema(example = json!(null))]
    pub completed_at: Option<i64>,
    /// What was told of it, the oldest first.
    pub updates: Vec<MaintenanceUpdate>,
}

/// Planned work, as it is sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceInput {
    /// What is done, in one line.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        example = "New disks for the database",
        min_length = 1,
        max_length = 200,
        pattern = "^[!-~]([ -~]*[!-~])?$"
    )]
    title: Option<String>,
    /// What there is to say of it now.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        example = "Orders may take a minute longer",
        min_length = 1,
        max_length = 5000,
        pattern = "^[!-~][^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*$"
    )]
    message: Option<String>,
    /// What is affected.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, schema_with = services_schema)]
    services: Option<Vec<String>>,
    /// When it is to begin, in Unix seconds.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, required, value_type = i64, example = 1_700_003_600, minimum = 0, maximum = 253_402_300_799_i64)]
    from: Option<Whole>,
    /// When it is to end, in Unix seconds; later than `from`.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, required, value_type = i64, example = 1_900_000_000, minimum = 0, maximum = 253_402_300_799_i64)]
    until: Option<Whole>,
}

/// What planned work should be from now on: what is absent stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaintenancePatch {
    /// What is done, in one line.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        example = "New disks for the database",
        min_length = 1,
        max_length = 200,
        pattern = "^[!-~]([ -~]*[!-~])?$"
    )]
    title: Option<String>,
    /// What there is to say of it now.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        example = "Orders may take a minute longer",
        min_length = 1,
        max_length = 5000,
        pattern = "^[!-~][^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*$"
    )]
    message: Option<String>,
    /// What is affected.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, schema_with = services_schema)]
    services: Option<Vec<String>>,
    /// When it is to begin, in Unix seconds.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = i64, example = 1_700_003_600, minimum = 0, maximum = 253_402_300_799_i64)]
    from: Option<Whole>,
    /// When it is to end, in Unix seconds; later than `from`.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = i64, example = 1_900_000_000, minimum = 0, maximum = 253_402_300_799_i64)]
    until: Option<Whole>,
    /// Where it stands.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = MaintenanceStatus)]
    status: Option<String>,
}

/// What a client decides of new work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMaintenance {
    /// What is done.
    pub title: Line<200>,
    /// What there is to say of it.
    pub message: Prose<5000>,
    /// What is affected.
    pub services: Vec<Line<100>>,
    /// When it is to begin.
    pub from: i64,
    /// When it is to end.
    pub until: i64,
}

/// What a client wants to be otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MaintenanceChange {
    /// What is done.
    pub title: Option<Line<200>>,
    /// What there is to say of it now.
    pub message: Option<Prose<5000>>,
    /// What is affected.
    pub services: Option<Vec<Line<100>>>,
    /// When it is to begin.
    pub from: Option<i64>,
    /// When it is to end.
    pub until: Option<i64>,
    /// Where it stands.
    pub status: Option<MaintenanceStatus>,
}

impl MaintenanceInput {
    /// The work that a client announces.
    ///
    /// # Errors
    /// 400 with each field that is missing or wrong.
    pub fn validate(&self) -> Result<NewMaintenance, ApiError> {
        let mut mistakes = Mistakes::default();
        let title = mistakes.required::<Line<200>>("title", self.title.as_deref());
        let message = match self.message.as_deref() {
            Some(text) => said(&mut mistakes, text),
            // a line is prose, too
            None => title.as_ref().and_then(|title| title.as_str().parse().ok()),
        };
        let services = service_names(&mut mistakes, self.services.as_deref().unwrap_or_default());
        let mut time = |field: &'static str, time: Option<Whole>| match time {
            Some(_) => moment(&mut mistakes, field, time),
            None => mistakes.missing(field),
        };
        let (from, until) = (time("from", self.from), time("until", self.until));
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            mistakes.add("until", "must be later than from");
        }
        let new = (|| {
            Some(NewMaintenance { title: title?, message: message?, services: services?, from: from?, until: until? })
        })();
        mistakes.none_or(new)
    }
}

impl MaintenancePatch {
    /// What a client wants to be otherwise.
    ///
    /// # Errors
    /// 400 with each field that is wrong.
    pub fn validate(&self) -> Result<MaintenanceChange, ApiError> {
        let mut mistakes = Mistakes::default();
        let change = MaintenanceChange {
            title: self.title.as_deref().and_then(|text| mistakes.parse("title", text)),
            message: self.message.as_deref().and_then(|text| said(&mut mistakes, text)),
            services: self.services.as_deref().and_then(|names| service_names(&mut mistakes, names)),
            from: moment(&mut mistakes, "from", self.from),
            until: moment(&mut mistakes, "until", self.until),
            status: self.status.as_deref().and_then(|word| mistakes.parse("status", word)),
        };
        mistakes.none_or(Some(change))
    }
}

fn said(mistakes: &mut Mistakes, text: &str) -> Option<Prose<5000>> {
    let message = mistakes.parse::<Prose<5000>>("message", text)?;
    mistakes.note("message", message.not_blank())
}

/// Names of services, the same one named once.
pub(super) fn service_names(mistakes: &mut Mistakes, names: &[String]) -> Option<Vec<Line<100>>> {
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

pub(super) fn services_schema() -> utoipa::openapi::schema::ArrayBuilder {
    use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
    let name = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .min_length(Some(1))
        .max_length(Some(100))
        .pattern(Some("^[A-Za-z0-9]([ -~]*[!-~])?$"))
        .examples(["Checkout"]);
    ArrayBuilder::new().description(Some("Names or ids of services.")).items(name).max_items(Some(MOST_SERVICES))
}

impl Maintenance {
    /// The ids of the services that it names, each once.
    pub fn service_ids(&self) -> Vec<ServiceId> {
        let mut ids: Vec<ServiceId> = self.services.iter().filter_map(|name| name.as_str().parse().ok()).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// Where it should stand by the clock, if that is elsewhere: work begins and ends when it was said to, unless
    /// somebody says otherwise.
    pub fn due_status(&self, now: i64) -> Option<MaintenanceStatus> {
        match self.status {
            MaintenanceStatus::Scheduled if self.until <= now => Some(MaintenanceStatus::Completed),
            MaintenanceStatus::Scheduled if self.from <= now => Some(MaintenanceStatus::InProgress),
            MaintenanceStatus::InProgress | MaintenanceStatus::Verifying if self.until <= now => {
                Some(MaintenanceStatus::Completed)
            }
            _ => None,
        }
    }
}
