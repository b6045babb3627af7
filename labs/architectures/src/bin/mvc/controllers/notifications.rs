//! `GET /api/v1/notifications`: what is saved, as it happens.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use futures_util::stream;

use super::Known;
use crate::models::Listeners;
use crate::views;

#[get("/api/v1/notifications")]
pub async fn follow(_: Known, listeners: Data<Listeners>) -> HttpResponse {
    let news = stream::unfold(listeners.listen(), |mut news| async {
        // who reads so slowly that it lost some is cut off, and asks for the list again
        let (saved, file) = news.recv().await.ok()?;
        Some((Ok::<_, actix_web::Error>(views::event(saved, &file)), news))
    });
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, "text/event-stream")).insert_header((CACHE_CONTROL, "no-store"));
    response.streaming(news)
}
