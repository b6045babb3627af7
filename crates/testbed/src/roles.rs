//! Who may call what: a service's routes and the roles, as one table that a test reads.
//!
//! ```text
//!                                     stranger  viewer  responder  manager  admin
//! GET    /api/v1/incidents               ok       ok        ok       ok      ok
//! POST   /api/v1/incidents               401      403       ok       ok      ok
//! ```
//!
//! `ok` is any answer but 401 and 403: whether the request was a good one is the matter of other tests. The table must
//! hold exactly the operations of the OpenAPI document, so that a new route without a line fails.

use std::collections::BTreeSet;
use std::fmt;

use chassis::auth::jwks::Jwks;
use chassis::auth::jwt::{AUDIENCE, Claims, ISSUER, SigningKey};
use chassis::auth::{JwksUrl, Role};
use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;

use crate::answer::Answer;

/// The columns: nobody, and everybody who has a role. Who has the `API_TOKEN` is an admin.
pub const WHO: [Option<Role>; 5] =
    [None, Some(Role::Viewer), Some(Role::Responder), Some(Role::Manager), Some(Role::Admin)];

/// A table of who may call what.
#[derive(Debug, Clone)]
pub struct Matrix(Vec<Row>);

/// An operation, and what each of [`WHO`] is answered.
#[derive(Debug, Clone)]
pub struct Row {
    /// Such as `GET`.
    pub method: Method,
    /// As in the OpenAPI document: `/api/v1/incidents/{id}`.
    pub path: String,
    /// In the order of [`WHO`].
    pub expected: [Expected; 5],
}

/// What somebody is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Anything but 401 and 403.
    Allowed,
    /// 401: nobody is logged in.
    Unauthorized,
    /// 403: who is logged in may not do this.
    Forbidden,
}

impl Expected {
    /// Whether this is such an answer.
    pub fn is(self, answer: &Answer) -> bool {
        match self {
            Self::Allowed => !matches!(answer.status, 401 | 403),
            Self::Unauthorized => answer.status == 401,
            Self::Forbidden => answer.status == 403,
        }
    }
}

impl Matrix {
    /// Read a table: a line for each operation; empty lines and the one that begins with `stranger` are skipped.
    ///
    /// # Panics
    /// When a line is no such line: the message holds it.
    pub fn parse(table: &str) -> Self {
        let lines = table.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("stranger"));
        Self(lines.map(|line| row(line).unwrap_or_else(|| panic!("no line of a table of roles: {line}"))).collect())
    }

    /// The rows.
    pub fn rows(&self) -> &[Row] {
        &self.0
    }

    /// Check that it has a line for each operation of this OpenAPI document, and no other.
    ///
    /// # Panics
    /// When it has not: the message names them.
    pub fn assert_covers(&self, document: &Value) {
        let rows: BTreeSet<(String, String)> =
            self.0.iter().map(|row| (row.method.as_str().to_owned(), row.path.clone())).collect();
        let paths = document["paths"].as_object().expect("a document has paths");
        let operations: BTreeSet<(String, String)> = paths
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().into_iter().flat_map(|item| item.keys());
                methods.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
            })
            .collect();
        let missing: Vec<_> = operations.difference(&rows).collect();
        let unknown: Vec<_> = rows.difference(&operations).collect();
        assert!(missing.is_empty() && unknown.is_empty(), "without a line: {missing:?}; without a route: {unknown:?}");
        assert_eq!(rows.len(), self.0.len(), "an operation has two lines");
    }
}

fn row(line: &str) -> Option<Row> {
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.parse().ok()?, words.next()?.to_owned());
    let expected: Vec<Expected> = words
        .map(|word| match word {
            "ok" => Some(Expected::Allowed),
            "401" => Some(Expected::Unauthorized),
            "403" => Some(Expected::Forbidden),
            _ => None,
        })
        .collect::<Option<_>>()?;
    Some(Row { method, path, expected: expected.try_into().ok()? })
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Makes tokens as the users service does, for a service whose `AUTH_JWKS_URL` is [`Issuer::url`].
#[derive(Debug)]
pub struct Issuer {
    key: SigningKey,
    folder: TempDir,
}

impl Default for Issuer {
    /// With a key of its own, the same each time.
    ///
    /// # Panics
    /// When there is no place for its public half.
    fn default() -> Self {
        let key = SigningKey::from_seed(&[7; 32]);
        let folder = TempDir::new().expect("a temporary folder can be made");
        let keys = Jwks { keys: vec![key.public().clone()] };
        let json = serde_json::to_vec(&keys).expect("keys are plain data");
        std::fs::write(folder.path().join("jwks.json"), json).expect("a temporary folder can be written");
        Self { key, folder }
    }
}

impl Issuer {
    /// Where its public keys are.
    ///
    /// # Panics
    /// When the temporary folder has a name that is not Unicode.
    pub fn url(&self) -> JwksUrl {
        let file = format!("file:{}", self.folder.path().join("jwks.json").display());
        file.parse().expect("the path of a file is an address")
    }

    /// A token of this user with this role, good for a day from `now`, in Unix seconds.
    pub fn token(&self, user: &str, role: Role, now: i64) -> String {
        self.key.sign(&Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user.to_owned(),
            client_id: "testbed".to_owned(),
            iat: now,
            exp: now + 86_400,
            nbf: None,
            jti: format!("{user}-{now}"),
            role,
            name: None,
            sid: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TABLE: &str = "
                         stranger viewer responder manager admin
        GET  /things     ok       ok     ok        ok      ok
        POST /things     401      403    ok        ok      ok
    ";

    #[test]
    fn a_table_says_who_may_do_what() {
        let matrix = Matrix::parse(TABLE);
        assert_eq!(matrix.rows()[1].expected[..3], [Expected::Unauthorized, Expected::Forbidden, Expected::Allowed]);
        matrix.assert_covers(&json!({"paths": {"/things": {"get": {}, "post": {}}}}));
    }

    #[test]
    #[should_panic(expected = "without a line: [(\"DELETE\", \"/things\")]; without a route: []")]
    fn a_route_that_is_missing_is_named() {
        Matrix::parse(TABLE).assert_covers(&json!({"paths": {"/things": {"get": {}, "post": {}, "delete": {}}}}));
    }

    #[test]
    #[should_panic(expected = "no line of a table of roles: GET /things ok ok")]
    fn a_line_that_is_too_short_is_no_line() {
        Matrix::parse("GET /things ok ok");
    }
}
