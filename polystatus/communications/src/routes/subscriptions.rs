//! `/api/v1/subscriptions/…`: for pages, and for programs.

use actix_web::{HttpRequest, HttpResponse, post, web};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chassis::ApiError;
use chassis::error::ErrorBody;
use chassis::extract::Json;
use chassis::refusals::BodyRefused;
use ring::digest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::path::StrangerRefused;
use crate::Communications;
use crate::model::{Lang, SubscriptionInput};
use crate::writes::{self, Asked};

/// What everybody is told.
#[derive(Serialize, ToSchema)]
pub(crate) struct Said {
    /// A sentence for people.
    #[schema(example = "A mail is on its way: follow the link in it to confirm the subscription")]
    message: &'static str,
}

/// What a link in a mail holds.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Token {
    /// The text behind `token=`.
    #[schema(example = "8f3b…")]
    token: String,
}

/// What is kept of a token that opens something: its SHA-256.
pub(crate) fn fingerprint(token: &str) -> String {
    let hash = digest::digest(&digest::SHA256, token.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(hash)
}

/// Ask for mails
///
/// Nothing is sent but the question whether that is right, until the link in it is followed. The answer is the same
/// whether or not the address is subscribed. An address is asked once in a quarter of an hour at most: who asks again
/// within it gets no second mail, and the link of the first confirms what was asked for last. Whoever is subscribed
/// already changes the choice in this way.
#[utoipa::path(
    operation_id = "subscribe",
    tag = "Subscriptions",
    request_body = SubscriptionInput,
    responses(
        (status = 201, description = "A mail is on its way", body = Said),
        StrangerRefused, BodyRefused,
    )
)]
#[post("/api/v1/subscriptions/email")]
pub(crate) async fn subscribe(
    Json(input): Json<SubscriptionInput>,
    request: HttpRequest,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    let settings = &communications.settings;
    let (email, choice) = input.validate(settings.mail_lang)?;
    let at = communications.scribe.now();
    communications.allowance.take(settings.trusted_proxies.client_of(&request), at)?;
    let scribe = &communications.scribe;
    let token = scribe.ids.secret();
    let asked = Asked {
        email,
        choice,
        id: scribe.next_id("SUB"),
        event: scribe.next_id("EVT"),
        fingerprint: fingerprint(&token),
        token,
        unsubscribe: scribe.ids.secret(),
        at,
    };
    communications.store.write(move |draft: &mut _| writes::ask_to_subscribe(draft, &asked)).await?;
    let message = "A mail is on its way: follow the link in it to confirm the subscription";
    Ok(HttpResponse::Created().json(Said { message }))
}

/// Confirm a subscription, with what the link in the mail holds
#[utoipa::path(
    operation_id = "confirmSubscription",
    tag = "Subscriptions",
    request_body = Token,
    responses(
        (status = 200, description = "It is confirmed", body = Said),
        (status = 404, description = "There is no such link, or none any more", body = ErrorBody,
            example = json!({"error": "This link is not good any more: ask for another one"})),
        StrangerRefused, BodyRefused,
    )
)]
#[post("/api/v1/subscriptions/confirm")]
pub(crate) async fn confirm(
    Json(Token { token }): Json<Token>,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    communications.confirm(&token).await?;
    Ok(HttpResponse::Ok().json(Said { message: "The subscription is confirmed" }))
}

/// End a subscription, with what the link at the end of every mail holds
///
/// The address is forgotten. Done twice it is as good as once, and a token that never was is answered no differently.
#[utoipa::path(
    operation_id = "endSubscription",
    tag = "Subscriptions",
    request_body = Token,
    responses(
        (status = 200, description = "It is ended", body = Said),
        StrangerRefused, BodyRefused,
    )
)]
#[post("/api/v1/subscriptions/unsubscribe")]
pub(crate) async fn unsubscribe(
    Json(Token { token }): Json<Token>,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    communications.unsubscribe(token).await?;
    Ok(HttpResponse::Ok().json(Said { message: "The subscription is ended" }))
}

impl Communications {
    pub(super) async fn confirm(&self, token: &str) -> Result<Lang, ApiError> {
        let (fingerprint, now) = (fingerprint(token), self.scribe.now());
        self.store.write(move |draft: &mut _| writes::confirm(draft, &fingerprint, now)).await
    }

    pub(super) async fn unsubscribe(&self, token: String) -> Result<bool, ApiError> {
        self.store.write(move |draft: &mut _| writes::unsubscribe(draft, &token)).await
    }
}
