//! What can break, as the incidents service tells it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::ServiceId;

/// A service of the catalogue, as we heard of it last. Statuspage calls it a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Component {
    /// The service's id.
    #[schema(value_type = String, example = "checkout")]
    pub id: ServiceId,
    /// As people know it.
    #[schema(example = "Checkout")]
    pub name: String,
    /// The heading under which it is shown.
    #[serde(default)]
    #[schema(example = "Shop")]
    pub group: Option<String>,
    /// What it does.
    #[serde(default)]
    #[schema(example = "Takes orders and payments")]
    pub description: String,
    /// Where it stands in the list: from small to large, equal ones by name.
    #[serde(default)]
    pub position: i32,
    /// When it was added, in Unix seconds.
    #[serde(default)]
    pub created_at: i64,
    /// When it was last changed.
    #[serde(default)]
    pub updated_at: i64,
}

impl Component {
    /// Its place in the list.
    pub fn place(&self) -> (i32, String, &ServiceId) {
        (self.position, self.name.to_lowercase(), &self.id)
    }
}
