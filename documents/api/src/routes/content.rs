//! `GET /api/v1/files/{id}/content` and `GET /api/v1/files/{id}/versions/{version}/content`

use std::ops::Range;

use actix_web::body::SizedStream;
use actix_web::http::header::{self, EntityTag, Header, IfRange};
use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::path::Id;
use chassis::preconditions::{IfNoneMatchHeader, not_modified};
use chassis::refusals::ReaderRefused;
use utoipa::IntoParams;

use super::{Bytes, IdInPath, NoSuchFile, StorageRefused, no_file, number};
use crate::DocumentsApi;
use crate::model::Sha256;
use crate::person::Person;

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

/// The content of a file, or a part of it
#[utoipa::path(
    tag = "Files",
    params(IdInPath, RangeHeader, IfNoneMatchHeader),
    responses(
        (status = 200, description = "All of it", content_type = "application/octet-stream", body = inline(Bytes),
            headers(("ETag" = String, description = "Its SHA-256"),
                ("Repr-Digest" = String, description = "Its SHA-256, as RFC 9530 writes it"))),
        (status = 206, description = "A part of it", content_type = "application/octet-stream", body = inline(Bytes),
            headers(("Content-Range" = String, description = "Which part"))),
        (status = 304, description = "The client has it"),
        (status = 416, description = "No such part", body = chassis::error::ErrorBody,
            headers(("Content-Range" = String, description = "How many bytes there are")),
            example = json!({"error": "There are 7 bytes, and none of those asked for"})),
        ReaderRefused, NoSuchFile, StorageRefused,
    ),
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
    service.send(&request, &file.name, &file.sha256, file.size).await
}

/// The content of one version of a file, or a part of it
///
/// Admins can read those of a deleted file too, until its content is removed for good: so a backup that was away misses
/// nothing.
#[utoipa::path(
    tag = "Files",
    params(IdInPath, VersionInPath, RangeHeader, IfNoneMatchHeader),
    responses(
        (status = 200, description = "All of it", content_type = "application/octet-stream", body = inline(Bytes)),
        (status = 206, description = "A part of it", content_type = "application/octet-stream", body = inline(Bytes),
            headers(("Content-Range" = String, description = "Which part"))),
        (status = 304, description = "The client has it"),
        (status = 416, description = "No such part", body = chassis::error::ErrorBody,
            headers(("Content-Range" = String, description = "How many bytes there are")),
            example = json!({"error": "There are 7 bytes, and none of those asked for"})),
        ReaderRefused, NoSuchFile, StorageRefused,
    ),
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
    let versions = service.database.versions(number(&id, no_file)?, person.sight()).await?.ok_or_else(no_file)?;
    let version = versions.iter().find(|version| version.version == wanted).ok_or_else(no_file)?;
    service.send(&request, &version.name, &version.sha256, version.size).await
}

impl DocumentsApi {
    async fn send(&self, request: &HttpRequest, name: &str, sha256: &str, size: i64) -> Result<HttpResponse, ApiError> {
        let (tag, size) = (EntityTag::new_strong(sha256.to_owned()), u64::try_from(size).unwrap_or(0));
        if not_modified(request, || tag.clone()) {
            return Ok(HttpResponse::NotModified().insert_header(header::ETag(tag)).finish());
        }
        let part = part(request, &tag, size)?;
        let bytes = part.clone().unwrap_or(0..size);
        let length = bytes.end - bytes.start;
        // listed, and not there: it was removed for good since, or somebody has lost it
        let contents = self.content.read(sha256, bytes.clone()).await?.ok_or_else(no_file)?;
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
        Ok(response.body(SizedStream::new(length, contents)))
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
