//! What providers publish, read: from the bytes of a body to a [`Reading`], by pure functions, a file for each format.
//!
//! The format is recognised by the body. A name (`.rss`, `application/json`) says what somebody meant to send; providers
//! send pages of HTML with the type of JSON, and JSON with the type of text. What cannot be read is an error, and whoever
//! shows it shows `unknown`: a provider whose feed is broken is not well, and not ill either.

pub mod atom;
pub mod aws;
pub mod azure;
pub mod betterstack;
mod decode;
pub mod google;
pub mod heroku;
pub mod instatus;
mod lenient;
mod lifecycle;
mod markup;
mod moment;
mod reading;
pub mod rss;
mod shape;
pub mod slack;
pub mod statusio;
pub mod statuspage;
mod xml;

pub use reading::{Evidence, Format, Incident, Kind, Reading, Source};

use shape::Root;

/// Why a body is no feed that we can read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// There is nothing in it.
    #[error("the body is empty")]
    Empty,
    /// Its bytes are no text in the encoding that it claims.
    #[error("the body is no text: {0}")]
    NotText(&'static str),
    /// It begins like JSON, and is none.
    #[error("the body is no JSON: {0}")]
    NotJson(String),
    /// It begins like XML, and is none.
    #[error("the body is no XML: {0}")]
    NotXml(String),
    /// It is a page for people.
    #[error("the body is a page of HTML and not a feed")]
    Html,
    /// It is JSON or XML, of no provider that we know.
    #[error("the body is of no format that is known here: {0}")]
    Unrecognised(&'static str),
    /// It holds so much that reading it would take the memory of others.
    #[error("the body holds more than {0} items, which is more than any status page has")]
    TooMuch(usize),
    /// It is of a format that we know, and what has to be there is missing.
    #[error("the body looks like {format}, and {missing}")]
    Incomplete {
        /// What it looks like.
        format: Format,
        /// What it lacks.
        missing: &'static str,
    },
}

/// Read the body of a feed.
///
/// # Errors
/// When it is none, or says too little to tell how the provider is.
pub fn read(body: &[u8]) -> Result<Reading, Unreadable> {
    let (text, encoding) = decode::text(body)?;
    let text = text.trim_start();
    match text.bytes().next() {
        None => Err(Unreadable::Empty),
        Some(b'{' | b'[') => read_json(text, encoding),
        Some(b'<') => read_xml(text),
        Some(_) => Err(Unreadable::Unrecognised("it begins neither like JSON nor like XML")),
    }
}

fn read_json(text: &str, encoding: decode::Encoding) -> Result<Reading, Unreadable> {
    use shape::Sort::{List, Object, Text};
    let shape = shape::of(text)?;
    let has = |name, sort| shape.has(name, sort);
    match shape.root {
        // nobody else sends UTF-16, and an empty list of events is how AWS says that all is quiet
        Root::EmptyList if encoding == decode::Encoding::Utf16 => Ok(aws::quiet()),
        Root::EmptyList => Err(Unreadable::Unrecognised("an empty list does not say whose it is")),
        Root::List if has("arn", Text) => aws::read(text),
        Root::List if shape.knows("external_desc") || shape.knows("affected_products") => google::read(text),
        Root::List if has("notes", List) && shape.knows("date_created") => slack::read_history(text),
        Root::Object if has("active_incidents", List) => slack::read_current(text),
        Root::Object if has("status", List) && shape.knows("incidents") => heroku::read(text),
        Root::Object if has("result", Object) => statusio::read(text),
        Root::Object if has("data", Object) => betterstack::read(text),
        Root::Object if has("page", Object) => {
            let statuspage = ["components", "incidents", "scheduled_maintenances"];
            if has("status", Object) || statuspage.iter().any(|name| shape.knows(name)) {
                statuspage::read(text)
            } else {
                instatus::read(text)
            }
        }
        _ => Err(Unreadable::Unrecognised("its fields are those of no status page")),
    }
}

fn read_xml(text: &str) -> Result<Reading, Unreadable> {
    let document = xml::read(text)?;
    match document.root.as_str() {
        "rss" if azure::is_of_azure(&document) => azure::read(&document),
        "rss" => rss::read(&document),
        "feed" => atom::read(&document),
        "html" => Err(Unreadable::Html),
        _ => Err(Unreadable::Unrecognised("its root element is neither rss nor feed")),
    }
}

fn json<'a, T: serde::Deserialize<'a>>(text: &'a str) -> Result<T, Unreadable> {
    serde_json::from_str(text).map_err(|error| Unreadable::NotJson(error.to_string()))
}
