//! Keys that follow one another, and another service that checks tokens with them.

use std::time::Duration;

use actix_web::web;
use chassis::auth::Caller;
use chassis::probes::Readiness;
use chassis::service::{Foundation, StartError};
use chassis::{ApiError, Service};
use serde_json::{Value, json};
use testbed::service::TestService;
use testbed::wait;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::app::{ADMIN, App, Is, PASSWORD};
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    keys_follow_one_another_and_no_token_is_without_its_key,
}

const DAY: i64 = 24 * 3600;
const SOON: Duration = Duration::from_secs(20);

/// The names of the published keys.
async fn published(app: &App) -> Vec<String> {
    let answer = app.stranger().get("/.well-known/jwks.json").await.expect(200);
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    for key in answer.list("keys") {
        let fields: Vec<&String> = key.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["alg", "crv", "kid", "kty", "use", "x"], "and nothing secret");
    }
    answer.list("keys").iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// The name of the key that signs now; and the token is good.
async fn signing(app: &App) -> String {
    let person = app.enter(ADMIN).await;
    person.client.get("/api/v1/auth/me").await.is(200);
    kid_of(&person.token)
}

fn kid_of(token: &str) -> String {
    use base64::Engine;
    let header = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!((&header["alg"], &header["typ"]), (&json!("EdDSA"), &json!("at+jwt")));
    header["kid"].as_str().unwrap().to_owned()
}

async fn keys_follow_one_another_and_no_token_is_without_its_key(storage: Storage) {
    let app = App::on(storage).await;
    let first = signing(&app).await;
    assert_eq!(published(&app).await, [first.as_str()]);
    // a day before its end the next one is there, and does not sign yet
    app.clock.advance(29 * DAY);
    assert_eq!(signing(&app).await, first);
    let both = published(&app).await;
    assert_eq!(both.len(), 2);
    app.clock.advance(DAY - 1);
    let last = app.enter(ADMIN).await;
    assert_eq!(kid_of(&last.token), first);
    app.clock.advance(1);
    let second = signing(&app).await;
    assert!(second != first && both.contains(&second));
    // what the old one signed is good until it ends by itself
    last.client.get("/api/v1/auth/me").await.is(200);
    app.clock.advance(15 * 60 + 3600);
    signing(&app).await;
    assert_eq!(published(&app).await, [second.as_str()]);
    // a service that starts anew has the same keys
    let replica = app.replica().await;
    assert_eq!(signing(&replica).await, second);
}

#[derive(Debug, Default, Clone, clap::Args)]
struct NoSettings {}

/// Another service: it says who asks.
struct Mirror;

impl Service for Mirror {
    const NAME: &'static str = "mirror";
    const VERSION: &'static str = "0.0.0";
    const ABOUT: &'static str = "A service for tests";
    const PORT: u16 = 1;
    type Settings = NoSettings;

    async fn open(_: NoSettings, _: &Foundation) -> Result<Self, StartError> {
        Ok(Self)
    }

    async fn migrate(_: NoSettings) -> Result<String, StartError> {
        Ok("nothing to do".to_owned())
    }

    fn document() -> utoipa::openapi::OpenApi {
        utoipa::openapi::OpenApi::default()
    }

    fn routes(config: &mut ServiceConfig<'_>) {
        config.route("/me", web::get().to(me));
    }

    async fn readiness(&self) -> Readiness {
        Readiness::default()
    }
}

async fn me(caller: Caller) -> Result<web::Json<Value>, ApiError> {
    Ok(web::Json(json!([caller.subject, caller.role, caller.name])))
}

#[tokio::test]
async fn another_service_knows_the_users_also_when_this_one_is_gone() {
    let app = App::on(Storage::sqlite()).await;
    let admin = app.enter(ADMIN).await;
    let url = app.stranger().url("/.well-known/jwks.json");
    let mirror = TestService::<Mirror>::with(NoSettings {}).clock(app.clock.clone());
    let mirror = mirror.settings(|settings| settings.auth_jwks_url = Some(url.parse().unwrap())).start().await;
    let asked = mirror.as_(admin.token.clone());
    let known = async || {
        let answer = asked.get("/me").await;
        (answer.status == 200).then_some(answer)
    };
    let answer = wait::until_async("the keys to be read", SOON, known).await;
    assert_eq!(answer.json(), json!([admin.id, "admin", "Admin"]));
    // a refresh token is no access token, and the users service's API token is not this one's
    mirror.as_(admin.refresh_token).get("/me").await.is(401);
    drop(app);
    asked.get("/me").await.is(200);
    mirror.clock.advance(15 * 60 + 10);
    asked.get("/me").await.is(401);
}

#[tokio::test]
async fn keys_that_were_sealed_are_opened_with_their_secret_alone() {
    let app = App::on(Storage::sqlite()).await;
    app.enter(ADMIN).await;
    let (storage, events) = (app.storage.clone(), app.events.clone());
    drop(app);
    let open = async |secret: Option<&str>| {
        let settings = polystatus_users::settings::Settings {
            key_secret: secret.map(|secret| secret.to_owned().into()),
            ..crate::app::settings(&storage.url(), &events)
        };
        let local = tokio::task::LocalSet::new();
        let opened = local.run_until(polystatus_users::Users::open(settings, &Foundation::default())).await;
        opened.map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(
        open(None).await,
        Err("the storage holds sealed keys: set the KEY_SECRET that they were sealed with".to_owned())
    );
    let other = open(Some("another secret of 32 characters and more")).await;
    assert!(other.unwrap_err().contains("another KEY_SECRET"));
    if let Storage::Sqlite(folder) = &*storage {
        // the database, and the log that it writes ahead
        let files = std::fs::read_dir(folder.path()).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
        let text: String = files.map(|file| String::from_utf8_lossy(&file).into_owned()).collect();
        assert!(text.contains("sealed:"), "the key is there");
        assert!(!text.contains("plain:") && !text.contains(PASSWORD));
    }
}
