//! Which part of a list to show.

use chassis::cursor::{Cursor, Limit};
use chassis::extract::{FromQuery, Parameters};
use utoipa::IntoParams;

/// Which part of a list to show.
#[derive(Debug, Clone, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// How many at most.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 500, default = 100)]
    pub limit: Limit,
    /// Where the page starts: from the `Link` header of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor<String>>,
}

impl FromQuery for Paging {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        Self { limit: parameters.take("limit").unwrap_or_default(), cursor: parameters.take("cursor") }
    }
}
