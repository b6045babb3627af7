//! What the service answered.

use std::fmt;

use reqwest::header::HeaderMap;
use serde_json::Value;

/// The headers that belong to a contract; the others (`Date`, `X-Request-Id`) differ each time.
const SHOWN: [&str; 13] = [
    "allow",
    "access-control-allow-origin",
    "cache-control",
    "connection",
    "content-disposition",
    "content-type",
    "etag",
    "link",
    "location",
    "retry-after",
    "set-cookie",
    "www-authenticate",
    "x-content-type-options",
];

/// An answer that is here as a whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status, such as 200.
    pub status: u16,
    /// All headers.
    pub headers: HeaderMap,
    /// The body, as text.
    pub body: String,
}

impl Answer {
    /// Read all of a response.
    ///
    /// # Panics
    /// When it breaks off.
    pub async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.text().await.unwrap_or_else(|error| panic!("a {status} broke off: {error}"));
        Self { status, headers, body }
    }

    /// The body.
    ///
    /// # Panics
    /// When it is not JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {self}"))
    }

    /// The value of a header.
    ///
    /// # Panics
    /// When it is not there, or not ASCII.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self}"));
        value.to_str().unwrap_or_else(|_| panic!("{name} is not ASCII: {self}"))
    }

    /// The list that the body holds under this name.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn list(&self, name: &str) -> Vec<Value> {
        let body = self.json();
        body[name].as_array().unwrap_or_else(|| panic!("no list `{name}`: {self}")).clone()
    }

    /// Check that it has this status, and give it back.
    ///
    /// # Panics
    /// When it has another: the message holds the whole answer.
    #[must_use]
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// As [`expect`](Self::expect), where nothing else is asked of the answer.
    ///
    /// # Panics
    /// When it has another status: the message holds the whole answer.
    #[track_caller]
    pub fn assert_status(&self, status: u16) {
        assert_eq!(self.status, status, "{self}");
    }

    /// Where the next page is, if there is one (RFC 8288).
    ///
    /// # Panics
    /// When a link has another form than ours.
    #[track_caller]
    pub fn next(&self) -> Option<String> {
        self.headers.get("link")?;
        let link = self.header("link");
        let target = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\""));
        Some(target.unwrap_or_else(|| panic!("no link to the next page: {link}")).to_owned())
    }

    /// Check that it has this status and the one shape of errors, and give what it says.
    ///
    /// # Panics
    /// When it has not.
    #[track_caller]
    pub fn refused(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{self}");
        assert_eq!(self.header("content-type"), "application/json", "{self}");
        let Value::Object(body) = self.json() else { panic!("no object: {self}") };
        assert!(body.keys().all(|key| key == "error" || key == "details"), "{self}");
        for detail in body.get("details").and_then(Value::as_array).into_iter().flatten() {
            assert!(detail["field"].is_string() && detail["message"].is_string(), "{self}");
        }
        body["error"].as_str().unwrap_or_else(|| panic!("no sentence: {self}")).to_owned()
    }

    /// As [`refused`](Self::refused), for what may be tried again.
    ///
    /// # Panics
    /// When it is no such refusal.
    #[track_caller]
    pub fn refused_for_now(&self) -> String {
        let message = self.refused(503);
        assert!(self.header("retry-after").parse::<u32>().is_ok(), "{self}");
        message
    }
}

/// As snapshots show it: the status, the headers of the contract, the body as it came.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.status)?;
        for name in SHOWN {
            for value in self.headers.get_all(name) {
                writeln!(f, "{name}: {}", value.to_str().unwrap_or("(not ASCII)"))?;
            }
        }
        write!(f, "\n{}", self.body)
    }
}
