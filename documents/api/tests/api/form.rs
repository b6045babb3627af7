//! Forms as clients send them (RFC 7578), also those that no client would send.

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use reqwest::{Body, RequestBuilder};

/// What stands between the parts.
const BOUNDARY: &str = "----the-boundary-of-the-tests";

/// A form, part by part.
#[derive(Default)]
pub struct Form(Vec<u8>);

/// A part that is a file.
pub struct Part {
    file_name: Option<String>,
    headers: String,
    content: Vec<u8>,
}

impl Part {
    pub fn of(content: impl Into<Vec<u8>>) -> Self {
        Self { file_name: None, headers: String::new(), content: content.into() }
    }

    pub fn file_name(self, name: impl Into<String>) -> Self {
        Self { file_name: Some(name.into()), ..self }
    }

    pub fn header(self, name: &str, value: &str) -> Self {
        Self { headers: format!("{}{name}: {value}\r\n", self.headers), ..self }
    }
}

impl Form {
    pub fn part(mut self, name: &str, part: Part) -> Self {
        self.0.extend(head(name, part.file_name.as_deref(), &part.headers));
        self.0.extend(part.content);
        self.0.extend(b"\r\n");
        self
    }

    pub fn text(self, name: &str, text: impl AsRef<str>) -> Self {
        self.part(name, Part::of(text.as_ref()))
    }

    /// Send all of it.
    pub fn on(mut self, request: RequestBuilder) -> RequestBuilder {
        self.0.extend(end());
        with_type(request).body(self.0)
    }
}

/// A form with one file, which is sent as it comes, without a word on its length.
pub fn streamed(
    request: RequestBuilder,
    name: &str,
    content: impl Stream<Item = std::io::Result<Vec<u8>>> + Send + 'static,
) -> RequestBuilder {
    let begin = stream::iter([Ok(Bytes::from(head("file", Some(name), "")))]);
    let end = stream::iter([Ok(Bytes::from([b"\r\n".to_vec(), end()].concat()))]);
    with_type(request).body(Body::wrap_stream(begin.chain(content.map(|piece| piece.map(Bytes::from))).chain(end)))
}

fn head(name: &str, file_name: Option<&str>, headers: &str) -> Vec<u8> {
    // as browsers escape it
    let file_name = file_name.map(|name| format!("; filename=\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")));
    let file_name = file_name.unwrap_or_default();
    format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n{headers}\r\n").into_bytes()
}

fn end() -> Vec<u8> {
    format!("--{BOUNDARY}--\r\n").into_bytes()
}

fn with_type(request: RequestBuilder) -> RequestBuilder {
    request.header("Content-Type", format!("multipart/form-data; boundary={BOUNDARY}"))
}
