//! `POST /api/v1/files`

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, post, web};
use chassis::ApiError;
use chassis::refusals::{BodyRefused, WriteRefused};

use super::{UploadForm, UploadRefused, file_as};
use crate::DocumentsApi;
use crate::model::File;
use crate::person::Person;
use crate::upload::{self, invalid};

/// Upload a file
///
/// As a form with one file. The content goes to the disk as it arrives; the answer comes when it is safe there.
#[utoipa::path(
    tag = "Files",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "The file", body = File,
            headers(("Location" = String, description = "Where it is"), ("ETag" = String, description = "Its version"))),
        WriteRefused, BodyRefused, UploadRefused,
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/files")]
pub(crate) async fn create(
    person: Person,
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<DocumentsApi>,
) -> Result<HttpResponse, ApiError> {
    let _place = service.uploads.take(service.holder(person, &request))?;
    // an admin may upload for somebody else, whose room is looked at when it is known who that is
    let limits = service.limits(person.user_id.filter(|_| !person.admin)).await?;
    let form = upload::read(&request, payload, &service.content, limits).await?;
    let owner = form.user_id.or(person.user_id);
    if form.user_id.is_some_and(|user| person.user_id != Some(user)) {
        person.require_admin()?;
    }
    let content = form.content.ok_or_else(|| invalid("file", "is missing"))?;
    let name = form.name.ok_or_else(|| invalid("name", "is missing: neither the form nor its file has one"))?;
    let file = service.add(owner, &name, content).await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/v1/files/{}", file.id)));
    Ok(file_as(response, &file))
}
