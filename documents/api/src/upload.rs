//! What a client sends as `multipart/form-data` (RFC 7578), read as a stream: no part of a file is in memory for longer
//! than it takes to write it.

use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Payload;
use chassis::ApiError;
use chassis::error::Detail;
use futures_util::StreamExt;
use tokio::time::{Instant, timeout};

use crate::content::{ContentError, ContentStore, Staged, UploadError};
use crate::model::{FileName, Sha256};

/// Bytes of a field that is no file at most.
const FIELD: usize = 4096;

/// How long a client may be silent in the middle of an upload, or not read in the middle of a download.
pub const SILENCE: Duration = Duration::from_secs(30);

/// Bytes a second that an upload or a download must reach after [`SILENCE`]: less is no client on a bad line, but one that
/// holds a place on purpose.
const SLOWEST: u64 = 1024;

/// How long so many bytes may take.
pub fn patience(bytes: u64) -> Duration {
    SILENCE + Duration::from_secs(bytes / SLOWEST)
}

/// What was sent.
#[derive(Default)]
pub struct Form {
    /// The name, of its own field or of the file.
    pub name: Option<FileName>,
    /// Whose file it is to be.
    pub user_id: Option<i64>,
    /// The content, whole and with the checksum that the client had promised, if it had.
    pub content: Option<Staged>,
}

/// What may be sent.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a file at most.
    pub file: u64,
    /// Bytes that there is room for in the quota, if there is one.
    pub room: Option<u64>,
}

/// What is being read.
struct Reader<'a> {
    content: &'a ContentStore,
    limits: Limits,
    begun: Instant,
    received: u64,
    form: Form,
    own_name: Option<FileName>,
    promised: Option<Sha256>,
}

/// Read a form. Whatever is wrong with it, nothing is left of it.
///
/// # Errors
/// 400, 408, 413, 415 or 507, as soon as it is known: what is still to come is not read.
pub async fn read(
    request: &HttpRequest,
    payload: Payload,
    content: &ContentStore,
    limits: Limits,
) -> Result<Form, ApiError> {
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|n| n.to_str().ok()?.parse::<u64>().ok());
    // a form is longer than its file, by less than this
    if let Some(least) = announced.map(|length| length.saturating_sub(16 * 1024)) {
        limits.check(least)?;
    }
    let mut multipart = Multipart::new(request.headers(), payload);
    let (begun, form) = (Instant::now(), Form::default());
    let mut reader = Reader { content, limits, begun, received: 0, form, own_name: None, promised: None };
    while let Some(field) = reader.in_time(multipart.next()).await? {
        reader.take(field.map_err(malformed)?).await?;
    }
    reader.finish()
}

impl Limits {
    fn check(self, size: u64) -> Result<(), ApiError> {
        if size > self.file {
            return Err(ApiError::payload_too_large(usize::try_from(self.file).unwrap_or(usize::MAX)));
        }
        match self.room {
            Some(room) if size > room => Err(over_quota()),
            _ => Ok(()),
        }
    }
}

/// 507: the user's files would be too large together.
pub fn over_quota() -> ApiError {
    ApiError::insufficient_storage("Your quota has no room for this file: delete others, or ask an admin for more")
}

impl Reader<'_> {
    async fn take(&mut self, mut field: Field) -> Result<(), ApiError> {
        match field.name().unwrap_or_default() {
            "file" => self.take_file(&mut field).await,
            "name" => {
                let name = parse::<FileName>("name", &self.text(&mut field, "name").await?)?;
                set(&mut self.own_name, "name", name)
            }
            "user_id" => {
                let text = self.text(&mut field, "user_id").await?;
                let id = text.parse().map_err(|_| invalid("user_id", "must be the number of a user"))?;
                set(&mut self.form.user_id, "user_id", id)
            }
            "sha256" => {
                let sum = parse("sha256", &self.text(&mut field, "sha256").await?)?;
                self.promise(sum, "sha256")
            }
            other => Err(invalid(other.to_owned(), "is not a field here: there are file, name, user_id and sha256")),
        }
    }

    async fn take_file(&mut self, field: &mut Field) -> Result<(), ApiError> {
        if self.form.content.is_some() {
            return Err(invalid("file", "was given twice"));
        }
        if let Some(name) = field.content_disposition().and_then(header::ContentDisposition::get_filename) {
            self.form.name = Some(parse("file", name)?);
        }
        for header in ["repr-digest", "content-digest"] {
            if let Some(sum) = promised_by(field.headers(), header)? {
                self.promise(sum, header)?;
            }
        }
        let mut upload = self.content.begin().map_err(refused)?;
        while let Some(piece) = self.in_time(field.next()).await? {
            let piece = piece.map_err(malformed)?;
            self.received += piece.len() as u64;
            self.limits.check(upload.size() + piece.len() as u64)?;
            upload.write(&piece).await.map_err(refused)?;
        }
        self.form.content = Some(upload.finish().await.map_err(refused)?);
        Ok(())
    }

    /// A field that is no file.
    async fn text(&mut self, field: &mut Field, name: &'static str) -> Result<String, ApiError> {
        let mut text = Vec::new();
        while let Some(piece) = self.in_time(field.next()).await? {
            let piece = piece.map_err(malformed)?;
            self.received += piece.len() as u64;
            if text.len() + piece.len() > FIELD {
                return Err(invalid(name, "is too long"));
            }
            text.extend_from_slice(&piece);
        }
        String::from_utf8(text).map_err(|_| invalid(name, "must be UTF-8"))
    }

    fn promise(&mut self, sum: Sha256, field: &'static str) -> Result<(), ApiError> {
        match self.promised.replace(sum) {
            Some(other) if other != sum => Err(invalid(field, "is another checksum than the one before")),
            _ => Ok(()),
        }
    }

    /// Wait for what comes next, but not for ever.
    async fn in_time<T>(&self, next: impl Future<Output = T>) -> Result<T, ApiError> {
        if self.begun.elapsed() > patience(self.received) {
            return Err(ApiError::request_timeout());
        }
        timeout(SILENCE, next).await.map_err(|_| ApiError::request_timeout())
    }

    fn finish(mut self) -> Result<Form, ApiError> {
        if let (Some(promised), Some(content)) = (self.promised, &self.form.content)
            && promised != content.sha256()
        {
            return Err(invalid("sha256", format!("is not that of the file, which is {}", content.sha256())));
        }
        self.form.name = self.own_name.or(self.form.name);
        Ok(self.form)
    }
}

fn set<T>(place: &mut Option<T>, field: &'static str, value: T) -> Result<(), ApiError> {
    if place.replace(value).is_some() { Err(invalid(field, "was given twice")) } else { Ok(()) }
}

fn parse<T: std::str::FromStr<Err = &'static str>>(field: &'static str, text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|wrong| invalid(field, wrong))
}

/// The checksum that the header of a part promises (RFC 9530).
fn promised_by(headers: &HeaderMap, name: &'static str) -> Result<Option<Sha256>, ApiError> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let text = value.to_str().map_err(|_| invalid(name, "must be ASCII"))?;
    Sha256::from_digest_field(text).map_err(|wrong| invalid(name, wrong))
}

/// 400: this field is wrong.
pub fn invalid(
    field: impl Into<std::borrow::Cow<'static, str>>,
    message: impl Into<std::borrow::Cow<'static, str>>,
) -> ApiError {
    ApiError::invalid(vec![Detail::new(field, message)])
}

fn refused(error: UploadError) -> ApiError {
    ContentError::from(error).into()
}

fn malformed(error: MultipartError) -> ApiError {
    match error {
        MultipartError::ContentTypeMissing
        | MultipartError::ContentTypeParse
        | MultipartError::ContentTypeIncompatible => ApiError::unsupported_media_type("multipart/form-data"),
        other => ApiError::bad_request(format!("The form cannot be read: {other}")),
    }
}
