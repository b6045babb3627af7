//! A statement with its values, written once for three databases.

use std::fmt::Write;

use sqlx::any::{AnyArguments, AnyQueryResult, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Encode, Executor, Type};

use crate::settings::Kind;

/// A statement of ours: its text is a constant, with a `?` for each value.
pub(super) struct Statement(Query<'static, Any, AnyArguments>);

impl Statement {
    pub(super) fn new(kind: Kind, text: &'static str) -> Self {
        Self::of(kind, text.to_owned())
    }

    /// From a text that was put together from constants.
    pub(super) fn of(kind: Kind, text: String) -> Self {
        let text = if kind == Kind::Postgres { numbered(&text) } else { text };
        Self(sqlx::query(AssertSqlSafe(text)))
    }

    /// The value of the next `?`.
    pub(super) fn bind<T: Encode<'static, Any> + Type<Any> + 'static>(self, value: T) -> Self {
        Self(self.0.bind(value))
    }

    pub(super) async fn execute<'e>(
        self,
        on: impl Executor<'e, Database = Any>,
    ) -> Result<AnyQueryResult, sqlx::Error> {
        self.0.execute(on).await
    }

    pub(super) async fn fetch_all<'e>(self, on: impl Executor<'e, Database = Any>) -> Result<Vec<AnyRow>, sqlx::Error> {
        self.0.fetch_all(on).await
    }

    pub(super) async fn fetch_one<'e>(self, on: impl Executor<'e, Database = Any>) -> Result<AnyRow, sqlx::Error> {
        self.0.fetch_one(on).await
    }

    pub(super) async fn fetch_optional<'e>(
        self,
        on: impl Executor<'e, Database = Any>,
    ) -> Result<Option<AnyRow>, sqlx::Error> {
        self.0.fetch_optional(on).await
    }
}

/// `$1`, `$2` for each `?`, as PostgreSQL wants them. The texts are ours: no `?` means anything else in them.
fn numbered(sql: &str) -> String {
    let mut parts = sql.split('?');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (part, number) in parts.zip(1..) {
        // writing to a String cannot fail
        let _ = write!(text, "${number}{part}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_a_place_of_its_own() {
        assert_eq!(numbered("a = ? AND b = ?"), "a = $1 AND b = $2");
        assert_eq!(numbered("SELECT 1"), "SELECT 1");
    }
}
