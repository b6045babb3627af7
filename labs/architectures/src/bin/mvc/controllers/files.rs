//! `/api/v1/files`

use actix_multipart::Multipart;
use actix_web::http::header::ContentType;
use actix_web::web::{self, Bytes, Data, Path};
use actix_web::{HttpResponse, delete, get, post, put};
use futures_util::{StreamExt, stream};
use tokio::io::AsyncReadExt;

use super::{Failure, Known};
use crate::models::{File, Files, ModelError, Upload};
use crate::views;

#[post("/api/v1/files")]
pub async fn create(_: Known, form: Multipart, files: Data<Files>) -> Result<HttpResponse, Failure> {
    let upload = receive(&files, form).await?;
    let file = away(move || files.create(upload)).await?;
    Ok(HttpResponse::Created().json(views::FileView::from(&file)))
}

#[put("/api/v1/files/{id}")]
pub async fn update(_: Known, id: Path<i64>, form: Multipart, files: Data<Files>) -> Result<HttpResponse, Failure> {
    files.find(*id)?;
    let upload = receive(&files, form).await?;
    let file = away(move || files.update(*id, upload)).await?;
    Ok(HttpResponse::Ok().json(views::FileView::from(&file)))
}

#[get("/api/v1/files")]
pub async fn list(_: Known, files: Data<Files>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(views::files(&files.list()?)))
}

#[get("/api/v1/files/{id}/content")]
pub async fn content(_: Known, id: Path<i64>, files: Data<Files>) -> Result<HttpResponse, Failure> {
    let file: File = files.find(*id)?;
    let opened = tokio::fs::File::open(files.content(&file)).await.map_err(ModelError::from)?;
    let pieces = stream::unfold(opened, |mut file| async {
        let mut piece = Vec::with_capacity(256 * 1024);
        match file.read_buf(&mut piece).await {
            Ok(0) => None,
            read => Some((read.map(|_| Bytes::from(piece)), file)),
        }
    });
    Ok(HttpResponse::Ok().content_type(ContentType::octet_stream()).streaming(pieces))
}

#[delete("/api/v1/files/{id}")]
pub async fn delete(_: Known, id: Path<i64>, files: Data<Files>) -> Result<HttpResponse, Failure> {
    away(move || files.delete(*id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The field `file` of a form.
async fn receive(files: &Files, mut form: Multipart) -> Result<Upload, Failure> {
    while let Some(field) = form.next().await {
        let mut field = field?;
        if field.name() != Some("file") {
            continue;
        }
        let name = field.content_disposition().and_then(|header| header.get_filename()).unwrap_or("unnamed");
        let mut upload = files.receive(name.to_owned())?;
        while let Some(piece) = field.next().await {
            let piece = piece?;
            upload = away(move || upload.write(&piece)).await?;
        }
        return away(move || upload.finish()).await;
    }
    Err(Failure::Form("there is no field `file`".to_owned()))
}

/// On a thread that may wait for the disk.
async fn away<T: Send + 'static>(work: impl FnOnce() -> Result<T, ModelError> + Send + 'static) -> Result<T, Failure> {
    Ok(web::block(work).await.map_err(|error| Failure::Internal(error.to_string()))??)
}
