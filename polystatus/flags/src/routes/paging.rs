//! Which part of a list to show.

use actix_web::{HttpRequest, HttpResponse};
use chassis::cursor::{Cursor, Limit, link_to_next};
use chassis::extract::{FromQuery, Parameters};
use serde::Serialize;
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

impl Paging {
    /// Where the page starts: behind this key.
    pub fn after(&self) -> &str {
        self.cursor.as_ref().map_or("", |cursor| cursor.0.as_str())
    }

    /// A page of these, with the link to the next one.
    pub fn answer<T: Serialize>(
        &self,
        request: &HttpRequest,
        mut items: impl Iterator<Item = T>,
        position: impl Fn(&T) -> String,
    ) -> HttpResponse {
        let shown: Vec<T> = items.by_ref().take(self.limit.get()).collect();
        let mut response = HttpResponse::Ok();
        if let (Some(_), Some(last)) = (items.next(), shown.last()) {
            response.insert_header(link_to_next(request, &Cursor(position(last)).encode()));
        }
        response.json(shown)
    }
}
