//! How bad an incident that is opened for an event is.

use serde::{Deserialize, Serialize};

/// From 1, everything is down for everybody, to 4, hardly anybody notices: as the incidents service has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Severity(u8);

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
