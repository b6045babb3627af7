//! The endpoints, a file each.

mod changes;
mod content;
mod create_file;
mod create_user;
mod delete_file;
mod list_files;
mod list_users;
mod login;
mod logout;
mod me;
mod read_file;
mod read_user;
mod sending;
mod update_file;
mod update_user;
mod versions;

use actix_web::http::header::ETag;
use actix_web::{HttpResponse, HttpResponseBuilder};
use chassis::ApiError;
use chassis::error::ErrorBody;
use serde::Serialize;
use utoipa::{IntoParams, IntoResponses, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::model::{File, User};

/// Every endpoint. Fixed paths come before those with an id.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(create_user::create).service(list_users::list);
    config.service(me::me).service(read_user::read).service(update_user::update);
    config.service(login::begin).service(logout::logout);
    config.service(create_file::create).service(list_files::list).service(read_file::read);
    config.service(content::content).service(content::of_version).service(versions::versions);
    config.service(update_file::update).service(delete_file::delete).service(changes::changes);
}

/// The id in a path, as the OpenAPI description of a route lists it.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description")]
struct IdInPath {
    /// The number of the file or user.
    #[param(example = 1, minimum = 1)]
    id: i64,
}

/// What a client sends as a form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description: the form is read by upload")]
struct UploadForm {
    /// The content. The part's file name is the file's, and its header `Repr-Digest: sha-256=:…:` is checked.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
    /// Another name than the part's.
    #[schema(required = false, example = "contract.pdf", min_length = 1, max_length = 255)]
    name: String,
    /// For admins: whose file it is to be. Without it, it is the admin's own; of the service's own token, nobody's.
    #[schema(required = false, example = 3)]
    user_id: i64,
    /// SHA-256 of the content in hexadecimal: what arrives otherwise is refused.
    #[schema(
        required = false,
        example = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        min_length = 64,
        max_length = 64,
        pattern = "^[0-9A-Fa-f]+$"
    )]
    sha256: String,
}

/// What the description of a route with a file's id lists.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
enum NoSuchFile {
    /// There is no such file, or it is somebody else's
    #[response(status = 404, example = json!({"error": "File not found"}))]
    NotFound(ErrorBody),
}

/// What the description of a route with a user's id lists.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
enum NoSuchUser {
    /// There is no such user
    #[response(status = 404, example = json!({"error": "User not found"}))]
    NotFound(ErrorBody),
}

/// What an upload can be refused for, beside what every write can.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
enum UploadRefused {
    /// The owner has another file of this name, or of one that looks the same
    #[response(status = 409, example = json!({"error": "There is a file of this name already: 12"}))]
    Conflict(ErrorBody),
    /// Too many uploads of this client are under way
    #[response(status = 429, example = json!({"error": "Too many requests"}),
        headers(("Retry-After" = u32, description = "Try again after so many seconds")))]
    TooMany(ErrorBody),
    /// There is no room: the owner's quota is used up, or the disk is full. Nothing is left of the upload
    #[response(status = 507, example = json!({"error": "There is no room for this file"}))]
    Full(ErrorBody),
}

/// What every read that needs a token can be refused for.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
enum StorageRefused {
    /// The storage cannot be reached
    #[response(
        status = 503,
        example = json!({"error": "The database cannot be reached: nothing was changed"}),
        headers(("Retry-After" = u32, description = "Try again after so many seconds"))
    )]
    Unavailable(ErrorBody),
}

/// What every write that is no upload can be refused for, beside what the chassis lists.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
enum StorageFull {
    /// The database has no room left
    #[response(status = 507, example = json!({"error": "The database has no room left: nothing was changed"}))]
    Full(ErrorBody),
}

/// The bytes of a file.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "a description")]
struct Bytes(String);

/// What an id in a path is, when it is one.
fn number(id: &chassis::path::Id, otherwise: fn() -> ApiError) -> Result<i64, ApiError> {
    let digits = !id.0.is_empty() && id.0.bytes().all(|byte| byte.is_ascii_digit());
    id.0.parse().ok().filter(|_| digits).ok_or_else(otherwise)
}

fn no_file() -> ApiError {
    ApiError::not_found("File not found")
}

fn no_user() -> ApiError {
    ApiError::not_found("User not found")
}

/// A file as JSON, with its tag.
fn file_as(mut response: HttpResponseBuilder, file: &File) -> HttpResponse {
    tagged(response.insert_header(ETag(file.etag())), file)
}

/// A user as JSON, with its tag.
fn user_as(mut response: HttpResponseBuilder, user: &User) -> HttpResponse {
    tagged(response.insert_header(ETag(user.etag())), user)
}

fn tagged(response: &mut HttpResponseBuilder, body: &impl Serialize) -> HttpResponse {
    // it is one person's, and a proxy may keep it for nobody
    response.insert_header(("Cache-Control", "private, no-cache")).json(body)
}
