//! What the service answered.

use std::fmt;

use reqwest::header::HeaderMap;
use serde_json::Value;

/// The headers that belong to the contract; the others (`Date`, `X-Request-Id`) differ each time.
const SHOWN: [&str; 11] = [
    "allow",
    "access-control-allow-origin",
    "connection",
    "content-disposition",
    "content-type",
    "etag",
    "link",
    "location",
    "retry-after",
    "www-authenticate",
    "x-content-type-options",
];

/// An answer that is here as a whole.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: response.text().await.unwrap() }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {self}"))
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self}"));
        value.to_str().unwrap()
    }

    /// The servers of a page of the list.
    pub fn servers(&self) -> Vec<Value> {
        let body = self.json();
        body["servers"].as_array().unwrap_or_else(|| panic!("no list: {self}")).clone()
    }

    /// Where the next page is, if there is one (RFC 8288).
    pub fn next(&self) -> Option<String> {
        let link = self.headers.get("link")?.to_str().unwrap();
        let target = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\""));
        Some(target.unwrap_or_else(|| panic!("no link to the next page: {link}")).to_owned())
    }

    /// Check that it has this status and the one shape of errors, and give what it says.
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
