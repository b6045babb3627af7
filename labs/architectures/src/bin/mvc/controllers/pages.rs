//! For browsers, and for whoever asks whether we live.

use actix_web::web::{Data, Html};
use actix_web::{HttpResponse, get};
use serde_json::json;

use super::Failure;
use crate::models::Files;
use crate::views;

#[get("/")]
pub async fn files(files: Data<Files>) -> Result<Html, Failure> {
    let page = views::page(&files.list()?).map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(Html::new(page))
}

#[get("/api/v1/health")]
pub async fn health() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}
