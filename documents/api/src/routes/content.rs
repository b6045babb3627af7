//! `GET /api/v1/files/{id}/content` and `GET /api/v1/files/{id}/versions/{version}/content`

use std::io;
use std::ops::Range;

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, EntityTag, Header, IfRange};
use actix_web::{HttpRequest, HttpResponse, ResponseError, get, web};
use chassis::ApiError;
use chassis::error::ErrorBody;
use chassis::path::Id;
use chassis::preconditions::{IfNoneMatchHeader, not_modified};
use chassis::refusals::ReaderRefused;
use futures_util::{Stream, StreamExt};
use tokio::time::Instant;
use utoipa::{IntoParams, IntoResponses};

use super::{Bytes, IdInPath, NoSuchFile, StorageRefused, no_file, number};
use crate::DocumentsApi;
use crate::content::Contents;
use crate::model::Sha256;
use crate::person::Person;
use crate::places::Place;
use crate::upload::patience;

/// `Range`, as the description lists it.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "a description")]
struct RangeHeader {
    /// A part: `bytes=0-499`, `bytes=500-` or `bytes=-500`. Several parts in one request are answered with the whole.
    #[param(rename = "Range", required = false, example = "bytes=0-499")]
    range: String,
}

/// The number of a version in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description")]
struct VersionInPath {
    /// The number of the version.
    #[param(example = 1, minimum = 1)]
    version: i64,
}

/// What content is answered with, as both descriptions list it.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
enum Sent {
    /// All of it
    #[response(status = 200, content_type = "application/octet-stream",
        headers(("ETag" = String, description = "Its SHA-256"),
            ("Repr-Digest" = String, description = "Its SHA-256, as RFC 9530 writes it")))]
    All(#[to_schema] Bytes),
    /// A part of it
    #[response(status = 206, content_type = "application/octet-stream",
        headers(("Content-Range" = String, description = "Which part")))]
    Part(#[to_schema] Bytes),
    /// The client has it
    #[response(status = 304)]
    NotModified,
    /// No such part
    #[response(status = 416, example = json!({"error": "There are 7 bytes, and none of those asked for"}),
        headers(("Content-Range" = String, description = "How many bytes there are")))]
    NoSuchPart(ErrorBody),
    /// Too many downloads of this client
    #[response(status = 429, example = json!({"error": "Too many requests"}),
        headers(("Retry-After" = u32, description = "Try again after so many seconds")))]
    TooMany(ErrorBody),
}

/// The content of a file, or a part of it
#[utoipa::path(
    tag = "Files",
    params(IdInPath, RangeHeader, IfNoneMatchHeader),
    responses(Sent, ReaderRefused, NoSuchFile, StorageRefused),
    security(("bearer" = []))
)]
#[get("/api/v1/files/{id}/content")]
pub(crate) async fn content(
    person: Person,
    id: Id,
    request: HttpRequest,
    service: web::Data<DocumentsApi>,
) -> Result<HttpResponse, ApiError> {
    let file = service.database.file(number(&id, no_file)?, person.sight()).await?.ok_or_else(no_file)?;
    service.send(&request, person, &file.name, (&file.sha256, file.size)).await
}

/// The content of one version of a file, or a part of it
///
/// Admins can read those of a deleted file too, until its content is removed for good: so a backup that was away misses
/// nothing. Content that the folder has lost is 404 here, so that a backup goes on with the rest.
#[utoipa::path(
    tag = "Files",
    params(IdInPath, VersionInPath, RangeHeader, IfNoneMatchHeader),
    responses(Sent, ReaderRefused, NoSuchFile, StorageRefused),
    security(("bearer" = []))
)]
#[get("/api/v1/files/{id}/versions/{version}/content")]
pub(crate) async fn of_version(
    person: Person,
    id: Id,
    request: HttpRequest,
    service: web::Data<DocumentsApi>,
) -> Result<HttpResponse, ApiError> {
    let wanted = Id(request.match_info().get("version").unwrap_or_default().to_owned());
    let wanted = number(&wanted, no_file)?;
    let version = service.database.version(number(&id, no_file)?, wanted, person.sight()).await?.ok_or_else(no_file)?;
    match service.send(&request, person, &version.name, (&version.sha256, version.size)).await {
        // a backup notes what is lost for good, and goes on with what is not; while the folder is away it waits
        Err(error)
            if error.status_code() == StatusCode::SERVICE_UNAVAILABLE
                && service.content.has_lost(&version.sha256, &service.database).await.unwrap_or(false) =>
        {
            Err(no_file())
        }
        sent => sent,
    }
}

impl DocumentsApi {
    async fn send(
        &self,
        request: &HttpRequest,
        person: Person,
        name: &str,
        (sha256, size): (&str, i64),
    ) -> Result<HttpResponse, ApiError> {
        let (tag, size) = (EntityTag::new_strong(sha256.to_owned()), u64::try_from(size).unwrap_or(0));
        if not_modified(request, || tag.clone()) {
            return Ok(HttpResponse::NotModified().insert_header(header::ETag(tag)).finish());
        }
        let part = part(request, &tag, size)?;
        let bytes = part.clone().unwrap_or(0..size);
        let length = bytes.end - bytes.start;
        let place = self.downloads.take(self.holder(person, request))?;
        let Some(contents) = self.content.read(sha256, size, bytes.clone()).await? else {
            return Err(self.is_missing(sha256).await?);
        };
        let mut response = if part.is_some() { HttpResponse::PartialContent() } else { HttpResponse::Ok() };
        if part.is_some() {
            let range = format!("bytes {}-{}/{size}", bytes.start, bytes.end - 1);
            response.insert_header((header::CONTENT_RANGE, range));
        }
        if let Ok(sum) = sha256.parse::<Sha256>() {
            response.insert_header(("Repr-Digest", sum.to_digest_field()));
        }
        response
            .insert_header(header::ETag(tag))
            .insert_header((header::ACCEPT_RANGES, "bytes"))
            .insert_header((header::CONTENT_DISPOSITION, disposition(name)))
            .insert_header(("Cache-Control", "private, no-cache"))
            // what somebody uploaded must not become a page of ours, whatever is in it
            .insert_header(("Content-Security-Policy", "sandbox; default-src 'none'"))
            .content_type("application/octet-stream");
        Ok(response.body(SizedStream::new(length, paced(contents, place))))
    }
}

/// The same, ended when it is too slow for too long; its place is free when it has ended. Who does not read at all is ended
/// by the system, see [`Service::UNREAD`](chassis::Service::UNREAD).
fn paced(contents: Contents, place: Place) -> impl Stream<Item = io::Result<bytes::Bytes>> {
    let (begun, mut sent) = (Instant::now(), 0);
    contents.map(move |slice| {
        // moved in here, to go with the stream
        let _place = &place;
        if begun.elapsed() > patience(sent) {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "a download is slower than a client on a bad line"));
        }
        slice.inspect(|slice| sent += slice.len() as u64)
    })
}

impl DocumentsApi {
    /// What was listed a moment ago is not there.
    async fn is_missing(&self, sha256: &str) -> Result<ApiError, ApiError> {
        if !self.database.unused(vec![sha256.to_owned()]).await?.is_empty() {
            // it was removed for good since then
            return Ok(no_file());
        }
        tracing::error!(sha256, "the database lists content that the folder does not have, or has not whole");
        Ok(ApiError::unavailable("The content of this file is not where it should be: tell whoever runs this", 60))
    }
}

/// The part that is asked for; `None` is all of it. What is no range of bytes is passed over (RFC 9110, 14.2), and so
/// are several: a server may, and one that gathers them can be made to send the same bytes many times.
fn part(request: &HttpRequest, tag: &EntityTag, size: u64) -> Result<Option<Range<u64>>, ApiError> {
    let Ok(header::Range::Bytes(ranges)) = header::Range::parse(request) else { return Ok(None) };
    let [range] = &ranges[..] else { return Ok(None) };
    // a part of another content would not fit what the client has (RFC 9110, 13.1.5)
    let fits = !request.headers().contains_key(header::IF_RANGE)
        || matches!(IfRange::parse(request), Ok(IfRange::EntityTag(seen)) if seen.strong_eq(tag));
    if !fits {
        return Ok(None);
    }
    let (first, last) = range.to_satisfiable_range(size).ok_or_else(|| ApiError::range_not_satisfiable(size))?;
    Ok(Some(first..last + 1))
}

/// To be saved under its name (RFC 6266): in ASCII for old clients, and as it is (RFC 8187).
fn disposition(name: &str) -> String {
    use std::fmt::Write;
    let plain: String = name.chars().map(|c| if c.is_ascii() && !"\"\\%".contains(c) { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // writing to a String cannot fail
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_sent_in_both_ways() {
        assert_eq!(disposition("a b.txt"), "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt");
        assert_eq!(
            disposition("€ 100%.pdf"),
            "attachment; filename=\"_ 100_.pdf\"; filename*=UTF-8''%E2%82%AC%20100%25.pdf"
        );
    }
}
