//! How bad an incident is.

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// From 1, everything is down for everybody, to 4, hardly anybody notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Severity(u8);

impl Severity {
    /// What a server that went down is worth until a person has looked.
    pub const OF_A_SERVER: Self = Self(3);
    /// What an alert is worth that somebody is to look at now.
    pub const OF_A_PAGE: Self = Self(2);
    /// What an alert is worth that somebody is to look at this week.
    pub const OF_A_TICKET: Self = Self(3);
    /// What hardly anybody notices.
    pub const LEAST: Self = Self(4);
}

impl TryFrom<i64> for Severity {
    type Error = &'static str;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        let number = u8::try_from(number).ok().filter(|number| (1..=4).contains(number));
        number.map(Self).ok_or("must be a whole number from 1 (worst) to 4")
    }
}

impl From<Severity> for i64 {
    fn from(severity: Severity) -> Self {
        severity.0.into()
    }
}

impl std::str::FromStr for Severity {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<i64>().map_or(Err("must be a whole number from 1 (worst) to 4"), Self::try_from)
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl PartialSchema for Severity {
    fn schema() -> utoipa::openapi::RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::Integer))
            .description(Some("From 1, everything is down for everybody, to 4, hardly anybody notices."))
            .minimum(Some(1))
            .maximum(Some(4))
            .examples([2])
            .into()
    }
}

impl ToSchema for Severity {}
