//! The evaluation key.

use chassis::auth::Role;
use polystatus_flags::Flags;
use polystatus_flags::settings::Settings;
use reqwest::Method;
use serde_json::json;
use testbed::client::send;
use testbed::roles::Issuer;
use testbed::service::{START, TestService};
use testbed::storage::Storage;

use crate::app::{OFREP, spawn_app, spawn_with, text};

#[tokio::test]
async fn with_an_evaluation_key_nobody_evaluates_without_it() {
    let app =
        spawn_with(Storage::sqlite(), |settings| settings.evaluation_key = Some("the-key".to_owned().into())).await;
    app.simple("a").await;
    let stranger = app.stranger();
    stranger.post(OFREP, &json!({})).await.refused(401);
    stranger.post(&format!("{OFREP}/a"), &json!({})).await.refused(401);
    stranger.get("/flags").await.refused(401);
    stranger.get("/ofrep/v1/sse").await.refused(401);
    app.as_("another").get("/flags").await.refused(401);
    app.as_("the-key").get("/flags").await.assert_status(200);
    send(stranger.request(Method::GET, "/flags").header("X-API-Key", "the-key")).await.assert_status(200);
    app.user("USR-vera", Role::Viewer).get("/flags").await.assert_status(200);
    // it is not a key to changes
    app.as_("the-key").get("/admin/flags").await.refused(401);

    // a browser cannot send it with a stream, and has a ticket
    let bulk = app.as_("the-key").post(OFREP, &json!({})).await.expect(200).json();
    let uri = text(&bulk["eventStreams"][0]["endpoint"], "requestUri");
    let asks = async || stranger.request(Method::GET, &uri).send().await.unwrap().status().as_u16();
    assert_eq!(asks().await, 200);
    app.clock.advance(3600);
    assert_eq!(asks().await, 200);
    app.clock.advance(3600);
    assert_eq!(asks().await, 401);
    stranger.get("/ofrep/v1/sse?ticket=472222.00").await.refused(401);
}

#[tokio::test]
async fn pages_of_other_origins_may_evaluate_when_they_are_in_the_settings() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    let request = app.stranger().request(Method::OPTIONS, OFREP).header("Origin", "https://shop.example.org");
    let request = request.header("Access-Control-Request-Method", "POST");
    let wanted = "authorization, content-type, if-none-match, x-api-key";
    let answer = send(request.header("Access-Control-Request-Headers", wanted)).await;
    assert_eq!(answer.status, 200, "{answer}");
    let allowed = answer.header("access-control-allow-headers").to_lowercase();
    for header in wanted.split(", ") {
        assert!(allowed.contains(header), "{header} in {allowed}");
    }
    let request = app.stranger().request(Method::POST, OFREP).header("Origin", "https://shop.example.org");
    let exposed = send(request.json(&json!({}))).await.header("access-control-expose-headers").to_lowercase();
    assert!(exposed.contains("etag") && exposed.contains("retry-after"), "{exposed}");
}

#[tokio::test]
async fn a_token_that_cannot_be_checked_now_is_not_called_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings { evaluation_key: Some("the-key".to_owned().into()), ..Settings::default() };
    settings.store.store_url = Some("memory:".parse().unwrap());
    // the users service has not written it yet
    let keys = format!("file:{}", folder.path().join("jwks.json").display()).parse().unwrap();
    let setup = TestService::<Flags>::with(settings).settings(|settings| settings.auth_jwks_url = Some(keys));
    let app = setup.start().await;
    let user = app.as_(Issuer::default().token("USR-vera", Role::Viewer, START));
    for path in ["/flags", "/admin/flags"] {
        let answer = user.get(path).await;
        answer.refused(503);
        assert!(answer.header("retry-after").parse::<u32>().is_ok(), "{path}: {answer}");
    }
    app.as_("another").get("/flags").await.refused(401);
    app.as_("the-key").get("/flags").await.assert_status(200);
}
