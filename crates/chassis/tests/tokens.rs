//! Signed tokens, as a running service takes them: the good one, and the attacks of RFC 8725 and of those who came after.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chassis::Service;
use chassis::auth::jwks::Jwks;
use chassis::auth::jwt::{Claims, SigningKey};
use chassis::auth::{Caller, JwksUrl};
use chassis::clock::FixedClock;
use chassis::probes::Readiness;
use chassis::service::{Foundation, StartError};
use chassis::settings::{Listen, Settings};
use ring::hmac;
use serde_json::{Value, json};
use testbed::wait;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use utoipa_actix_web::service_config::ServiceConfig;

const NOW: i64 = 1_700_000_000;
const SOON: Duration = Duration::from_secs(10);

#[derive(Debug, Default, Clone, clap::Args)]
struct NoSettings {}

/// Says who asks.
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

async fn me(caller: Caller) -> web::Json<Value> {
    web::Json(json!([caller.subject, caller.role, caller.name, caller.session]))
}

struct Running {
    address: SocketAddr,
    clock: Arc<FixedClock>,
    client: reqwest::Client,
    folder: tempfile::TempDir,
    stop: oneshot::Sender<()>,
    server: JoinHandle<Result<(), String>>,
}

/// A service that accepts what these keys have signed.
async fn start(keys: &[&SigningKey]) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    publish(&file, keys);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let settings = Settings {
        listen: Listen { host: address.ip(), port: address.port() },
        workers: Some(1),
        api_token: Some("the-api-token".to_owned().into()),
        auth_jwks_url: Some(JwksUrl::File(file)),
        cors_origins: Vec::new(),
        drain_seconds: 10,
        telemetry: chassis::telemetry::TelemetrySettings::default(),
    };
    let clock = Arc::new(FixedClock::at(NOW));
    let foundation = Foundation { clock: clock.clone(), ..Foundation::default() };
    let server = tokio::task::spawn_blocking(move || {
        let shutdown = async move { drop(stopped.await) };
        let serve = chassis::server::serve::<Mirror>(settings, NoSettings {}, foundation, listener, shutdown);
        actix_web::rt::System::new().block_on(serve).map_err(|error| error.to_string())
    });
    // a second test of this process may have installed it
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().tls_certs_only([]).build().unwrap();
    let running = Running { address, clock, client, folder, stop, server };
    let good = keys[0].sign(&claims());
    wait::until_async("the keys to be read", SOON, async || (running.status(&good).await == 200).then_some(())).await;
    running
}

fn publish(file: &Path, keys: &[&SigningKey]) {
    let keys = keys.iter().map(|key| key.public().clone()).collect();
    std::fs::write(file, serde_json::to_vec(&Jwks { keys }).unwrap()).unwrap();
}

impl Running {
    async fn ask(&self, token: &str) -> reqwest::Response {
        let url = format!("http://{}/me", self.address);
        self.client.get(url).header("authorization", format!("Bearer {token}")).send().await.unwrap()
    }

    async fn status(&self, token: &str) -> u16 {
        self.ask(token).await.status().as_u16()
    }

    async fn stop(self) {
        drop(self.stop);
        assert_eq!(self.server.await.unwrap(), Ok(()));
    }
}

fn claims() -> Claims {
    serde_json::from_value(claims_json()).unwrap()
}

fn claims_json() -> Value {
    json!({
        "iss": "polystatus-users", "aud": "polyops", "sub": "u1", "client_id": "polystatus", "iat": NOW,
        "exp": NOW + 600, "jti": "t1", "role": "manager", "name": "Zoé", "sid": "s1"
    })
}

/// The claims with one of them replaced, or left out by `null`.
fn claims_with(name: &str, value: Value) -> String {
    let mut claims = claims_json();
    let object = claims.as_object_mut().unwrap();
    if value.is_null() {
        object.remove(name)
    } else {
        object.insert(name.to_owned(), value)
    };
    claims.to_string()
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

#[tokio::test]
async fn a_good_token_says_whose_it_is() {
    let key = SigningKey::from_seed(&[1; 32]);
    let running = start(&[&key]).await;
    let answer: Value = running.ask(&key.sign(&claims())).await.json().await.unwrap();
    assert_eq!(answer, json!(["u1", "manager", "Zoé", "s1"]));
    let answer: Value = running.ask("the-api-token").await.json().await.unwrap();
    assert_eq!(answer, json!(["api-token", "admin", null, null]));
    running.stop().await;
}

/// Each attack by its name.
fn attacks(key: &SigningKey) -> Vec<(&'static str, String)> {
    let other = SigningKey::from_seed(&[2; 32]);
    let kid = key.kid().to_owned();
    let public = key.public().x.clone().unwrap();
    let public_bytes = BASE64_URL_SAFE_NO_PAD.decode(&public).unwrap();
    let good = key.sign(&claims());
    let [head, body, signature] = <[&str; 3]>::try_from(good.split('.').collect::<Vec<_>>()).unwrap();
    let right = claims_json().to_string();
    let header = |fields: Value| {
        let mut header = json!({"alg": "EdDSA", "typ": "at+jwt", "kid": kid});
        header.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        header.to_string()
    };
    let plain = header(json!({}));
    let signed = |header: &str| key.sign_raw(header, &right);
    let saying = |claims: String| key.sign_raw(&plain, &claims);
    // the public key, which everybody knows, taken for the secret of an HMAC (RFC 8725, 2.1)
    let confused = |secret: &[u8]| {
        let signed = format!("{}.{}", encode(header(json!({"alg": "HS256"}))), encode(&right));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
        format!("{signed}.{}", encode(tag))
    };
    let jwks = serde_json::to_vec(&Jwks { keys: vec![key.public().clone()] }).unwrap();
    let foreign_jwk = serde_json::to_value(other.public()).unwrap();
    let twice = |field: &str| right.replacen('{', &format!("{{{field},"), 1);

    vec![
        // RFC 8725, 2.1 and 3.1: the algorithm
        ("no algorithm, no signature", format!("{}.{body}.", encode(header(json!({"alg": "none"}))))),
        ("no algorithm, in another spelling", format!("{}.{body}.", encode(header(json!({"alg": "nOnE"}))))),
        ("no algorithm, a right signature", signed(&header(json!({"alg": "none"})))),
        ("no signature", format!("{head}.{body}.")),
        ("two parts", format!("{head}.{body}")),
        ("HMAC with the public key's bytes", confused(&public_bytes)),
        ("HMAC with the public key's text", confused(public.as_bytes())),
        ("HMAC with the whole set of keys", confused(&jwks)),
        ("another algorithm's name", signed(&header(json!({"alg": "ES256"})))),
        ("the algorithm in lower case", signed(&header(json!({"alg": "eddsa"})))),
        ("the algorithm twice", signed(&plain.replacen('{', "{\"alg\":\"none\",", 1))),
        ("an algorithm that is a list", signed(&header(json!({"alg": ["EdDSA"]})))),
        // 2.2 and 3.3: signatures
        ("another key under the same name", other.sign_raw(&plain, &right)),
        ("another key under its own name", other.sign(&claims())),
        ("no name of a key", signed(r#"{"alg":"EdDSA","typ":"at+jwt"}"#)),
        ("the name of a file", other.sign_raw(&header(json!({"kid": "../../dev/null"})), &right)),
        ("the name of a row", other.sign_raw(&header(json!({"kid": "' OR 1=1 --"})), &right)),
        ("claims that were changed", format!("{head}.{}.{signature}", encode(claims_with("role", json!("admin"))))),
        ("a signature cut short", format!("{head}.{body}.{}", &signature[..signature.len() - 4])),
        ("a signature of zeros", format!("{head}.{body}.{}", encode([0; 64]))),
        ("a signature with a tail", format!("{head}.{body}.{signature}AAAA")),
        ("a signature with padding", format!("{good}==")),
        // 3.10: keys that come with the token
        ("a key in the header", other.sign_raw(&header(json!({"jwk": foreign_jwk})), &right)),
        (
            "a key in the header, without a name",
            other.sign_raw(&json!({"alg": "EdDSA", "typ": "at+jwt", "jwk": foreign_jwk}).to_string(), &right),
        ),
        ("an address of keys", other.sign_raw(&header(json!({"jku": "http://127.0.0.1:1/jwks"})), &right)),
        ("an address of a certificate", other.sign_raw(&header(json!({"x5u": "http://127.0.0.1:1/x"})), &right)),
        ("a certificate", other.sign_raw(&header(json!({"x5c": ["AAAA"]})), &right)),
        ("our own key in the header", signed(&header(json!({"jwk": serde_json::to_value(key.public()).unwrap()})))),
        ("a critical extension", signed(&header(json!({"crit": ["exp"]})))),
        ("a body that is not encoded (RFC 7797)", signed(&header(json!({"b64": false, "crit": ["b64"]})))),
        ("a compressed body", signed(&header(json!({"zip": "DEF"})))),
        // 3.11 and 3.12: another kind of token
        ("an id token", signed(&header(json!({"typ": "JWT"})))),
        ("a refresh token", signed(&header(json!({"typ": "rt+jwt"})))),
        ("a logout token", signed(&header(json!({"typ": "logout+jwt"})))),
        ("no type", signed(&json!({"alg": "EdDSA", "kid": kid}).to_string())),
        // 3.8 and 3.9: issuer, audience
        ("another issuer", saying(claims_with("iss", json!("https://users.example.org")))),
        ("no issuer", saying(claims_with("iss", Value::Null))),
        ("an issuer that only begins as ours", saying(claims_with("iss", json!("polystatus-users.example.org")))),
        ("another audience", saying(claims_with("aud", json!("another-system")))),
        ("no audience", saying(claims_with("aud", Value::Null))),
        ("several audiences", saying(claims_with("aud", json!(["another-system", "polyops"])))),
        // time
        ("expired", saying(claims_with("exp", json!(NOW - 10)))),
        ("expired long ago", saying(claims_with("exp", json!(0)))),
        ("no end", saying(claims_with("exp", Value::Null))),
        ("an end that is text", saying(claims_with("exp", json!("9999999999")))),
        ("an end that is no whole number", saying(claims_with("exp", json!(9e99)))),
        ("not yet", saying(claims_with("nbf", json!(NOW + 11)))),
        ("made in the future", saying(claims_with("iat", json!(NOW + 11)))),
        ("made at no time", saying(claims_with("iat", Value::Null))),
        ("at the end of all time", saying(claims_with("nbf", json!(i64::MAX)))),
        // claims
        ("a role that there is not", saying(claims_with("role", json!("root")))),
        ("no role", saying(claims_with("role", Value::Null))),
        ("nobody's", saying(claims_with("sub", Value::Null))),
        ("a subject that is a number", saying(claims_with("sub", json!(1)))),
        ("the role twice", saying(twice("\"role\":\"admin\""))),
        ("the end twice", saying(twice("\"exp\":9999999999"))),
        ("the role twice, once escaped", saying(twice("\"ro\\u006ce\":\"admin\""))),
        ("claims that are a list", saying(format!("[{right}]"))),
        ("claims that are no JSON", saying("sub=u1".to_owned())),
        // what is no token at all
        ("nothing", String::new()),
        ("dots", "..".to_owned()),
        ("more dots", "....".to_owned()),
        ("five parts, as of an encrypted token", format!("{head}.{body}.{body}.{body}.{signature}")),
        ("other letters", format!("{head}.{body}.é☃")),
        ("the other alphabet", format!("{head}.{body}.{}", "+/".repeat(43))),
        ("a header without end", format!("{}.{body}.{signature}", "A".repeat(6000))),
        ("claims without end", key.sign_raw(&plain, &claims_with("name", json!("x".repeat(6000))))),
        ("deep JSON", key.sign_raw(&plain, &"[".repeat(3000))),
    ]
}

#[tokio::test]
async fn what_nobody_may_pass_with() {
    let key = SigningKey::from_seed(&[1; 32]);
    let running = start(&[&key]).await;
    for (attack, token) in attacks(&key) {
        let answer = running.ask(&token).await;
        assert_eq!(answer.status(), 401, "{attack}: {token}");
        assert_eq!(answer.headers()["www-authenticate"], "Bearer", "{attack}");
        let body = answer.text().await.unwrap();
        assert!(body.starts_with(r#"{"error":"#) && !body.contains("signature"), "{attack}: {body}");
    }
    let header = |typ: &str| json!({"alg": "EdDSA", "typ": typ, "kid": key.kid()}).to_string();
    let saying = |claims: String| key.sign_raw(&header("at+jwt"), &claims);
    // the table would prove nothing if it refused everything
    for (good, token) in [
        ("as it is signed", key.sign(&claims())),
        ("as the attacks are put together", saying(claims_json().to_string())),
        ("the type with its prefix", key.sign_raw(&header("application/at+jwt"), &claims_json().to_string())),
        ("the type in capitals", key.sign_raw(&header("AT+JWT"), &claims_json().to_string())),
        ("expired a moment ago: clocks differ", saying(claims_with("exp", json!(NOW - 9)))),
        ("made in a moment", saying(claims_with("iat", json!(NOW + 10)))),
        ("a claim that we do not know yet", saying(claims_with("later", json!({"a": 1})))),
        ("at the end of all time", saying(claims_with("exp", json!(i64::MAX)))),
    ] {
        assert_eq!(running.status(&token).await, 200, "{good}");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_token_ends_by_the_clock() {
    let key = SigningKey::from_seed(&[1; 32]);
    let running = start(&[&key]).await;
    let token = key.sign(&claims());
    running.clock.advance(609);
    assert_eq!(running.status(&token).await, 200);
    running.clock.advance(1);
    assert_eq!(running.status(&token).await, 401);
    running.stop().await;
}

#[tokio::test]
async fn a_token_of_a_new_key_is_accepted_once_the_key_is_published() {
    let (old, new) = (SigningKey::from_seed(&[1; 32]), SigningKey::from_seed(&[2; 32]));
    let running = start(&[&old]).await;
    let token = new.sign(&claims());
    assert_eq!(running.status(&token).await, 401);
    publish(&running.folder.path().join("jwks.json"), &[&old, &new]);
    wait::until_async("the new key", SOON, async || (running.status(&token).await == 200).then_some(())).await;
    assert_eq!(running.status(&old.sign(&claims())).await, 200);
    running.stop().await;
}

#[tokio::test]
async fn without_keys_nobody_is_called_a_stranger() {
    let key = SigningKey::from_seed(&[1; 32]);
    let running = start(&[&key]).await;
    let file = running.folder.path().join("jwks.json");
    std::fs::remove_file(&file).unwrap();
    let newer = SigningKey::from_seed(&[2; 32]).sign(&claims());
    // asked for the unknown key, the service finds out that it can read none
    let answer = wait::until_async("the service to notice", SOON, async || {
        let answer = running.ask(&newer).await;
        (answer.status() == 503).then_some(answer)
    });
    assert_eq!(answer.await.headers()["retry-after"], "1");
    assert_eq!(running.status(&key.sign(&claims())).await, 200, "the keys that it has are good still");
    assert_eq!(running.status("nonsense").await, 401);
    running.stop().await;
}
