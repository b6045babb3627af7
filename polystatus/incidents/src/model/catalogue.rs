//! What can break: the services that incidents name and that people report.

use chassis::ApiError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Line, Mistakes, Prose, ServiceId, Whole, present};

/// A service of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CatalogueService {
    /// Made of its first name, and never changed.
    #[schema(value_type = String, example = "checkout")]
    pub id: ServiceId,
    /// As people know it.
    #[schema(value_type = String, example = "Checkout", min_length = 1, max_length = 100)]
    pub name: Line<100>,
    /// The heading under which it is shown.
    #[schema(value_type = Option<String>, example = "Shop")]
    pub group: Option<Line<100>>,
    /// What it does.
    #[schema(value_type = String, example = "Takes orders and payments", max_length = 1000)]
    pub description: Prose<1000>,
    /// Where it stands in the list: from small to large, equal ones by name.
    #[schema(example = 10)]
    pub position: i32,
    /// When it was added, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub created_at: i64,
    /// When it was last changed.
    #[schema(example = 1_700_000_000)]
    pub updated_at: i64,
}

/// A service, as it is sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CatalogueInput {
    /// As people know it.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        example = "Checkout",
        min_length = 1,
        max_length = 100,
        pattern = "^[A-Za-z0-9]([ -~]*[!-~])?$"
    )]
    name: Option<String>,
    /// The heading under which it is shown.
    #[serde(default)]
    #[schema(example = "Shop", min_length = 1, max_length = 100, pattern = "^[!-~]([ -~]*[!-~])?$")]
    group: Option<String>,
    /// What it does.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        example = "Takes orders and payments",
        max_length = 1000,
        pattern = "^[^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*$"
    )]
    description: Option<String>,
    /// Where it stands in the list; 0 when absent.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = i32, example = 10)]
    position: Option<Whole>,
}

/// What a client decides of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCatalogueService {
    /// The id of its name.
    pub id: ServiceId,
    name: Line<100>,
    group: Option<Line<100>>,
    description: Prose<1000>,
    position: i32,
}

impl CatalogueInput {
    /// The service that a client wants.
    ///
    /// # Errors
    /// 400 with each field that is missing or wrong.
    pub fn validate(&self) -> Result<NewCatalogueService, ApiError> {
        let mut mistakes = Mistakes::default();
        let name = mistakes.required::<Line<100>>("name", self.name.as_deref());
        let id = name.as_ref().and_then(|name| mistakes.parse::<ServiceId>("name", name.as_str()));
        let group = match &self.group {
            None => Some(None),
            Some(group) => mistakes.parse("group", group).map(Some),
        };
        let description = mistakes.parse("description", self.description.as_deref().unwrap_or_default());
        let position = self.position.map_or(0, |position| position.0);
        let position = mistakes.note("position", i32::try_from(position).map_err(|_| "must fit 32 bits"));
        let new = (|| {
            Some(NewCatalogueService {
                id: id?,
                name: name?,
                group: group?,
                description: description?,
                position: position?,
            })
        })();
        mistakes.none_or(new)
    }
}

impl CatalogueService {
    /// A new one.
    pub fn create(new: NewCatalogueService, now: i64) -> Self {
        let NewCatalogueService { id, name, group, description, position } = new;
        Self { id, name, group, description, position, created_at: now, updated_at: now }
    }

    /// The same service, as a client wants it now.
    #[must_use]
    pub fn replaced_by(&self, new: NewCatalogueService, now: i64) -> Self {
        let NewCatalogueService { name, group, description, position, .. } = new;
        Self { id: self.id.clone(), name, group, description, position, created_at: self.created_at, updated_at: now }
    }

    /// Its place in the list.
    pub fn place(&self) -> (i32, String, ServiceId) {
        (self.position, self.name.as_str().to_lowercase(), self.id.clone())
    }
}
