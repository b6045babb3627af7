//! `PUT /api/v1/files/{id}`

use actix_web::{HttpRequest, HttpResponse, put, web};
use chassis::ApiError;
use chassis::extract::{from_json, media_type, read_body};
use chassis::path::Id;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{BodyRefused, PreconditionRefused, WriteRefused};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{IdInPath, NoSuchFile, UploadForm, UploadRefused, file_as, no_file, number};
use crate::DocumentsApi;
use crate::model::File;
use crate::person::Person;
use crate::upload::{self, Form, invalid};

/// Another name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewName {
    /// What the file is to be called.
    #[schema(example = "contract-signed.pdf", min_length = 1, max_length = 255)]
    name: String,
}

/// Give a file other content, another name, or both: its next version
///
/// As the same form as for a new file, or as JSON for the name alone. When nothing is another, it stays as it is.
#[utoipa::path(
    tag = "Files",
    params(IdInPath, IfMatchHeader),
    request_body(content((UploadForm = "multipart/form-data"), (NewName = "application/json"))),
    responses(
        (status = 200, description = "The file", body = File, headers(("ETag" = String, description = "Its version"))),
        WriteRefused, BodyRefused, NoSuchFile, PreconditionRefused, UploadRefused,
    ),
    security(("bearer" = []))
)]
#[put("/api/v1/files/{id}")]
pub(crate) async fn update(
    person: Person,
    id: Id,
    precondition: Precondition,
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<DocumentsApi>,
) -> Result<HttpResponse, ApiError> {
    let id = number(&id, no_file)?;
    // before the upload: it would be for nothing
    let seen = service.database.file(id, person.sight()).await?.ok_or_else(no_file)?;
    precondition.check(&seen.etag())?;
    let form = match &*media_type(&request) {
        "application/json" => rename(&request, payload).await?,
        "multipart/form-data" => {
            let _place = service.uploads.take(service.holder(person, &request))?;
            let limits = service.limits(seen.user_id).await?;
            upload::read(&request, payload, &service.content, limits).await?
        }
        _ => return Err(ApiError::unsupported_media_type("multipart/form-data or application/json")),
    };
    if form.user_id.is_some() {
        return Err(invalid("user_id", "cannot be changed"));
    }
    if form.name.is_none() && form.content.is_none() {
        return Err(invalid("file", "is missing, and so is a name"));
    }
    let file = service.change(id, person, &precondition, form.name, form.content).await?;
    Ok(file_as(HttpResponse::Ok(), &file))
}

async fn rename(request: &HttpRequest, payload: web::Payload) -> Result<Form, ApiError> {
    let body = read_body(request, &mut payload.into_inner(), chassis::extract::JSON_LIMIT).await?;
    let NewName { name } = from_json(&body)?;
    let name = name.parse().map_err(|wrong| invalid("name", wrong))?;
    Ok(Form { name: Some(name), ..Form::default() })
}
