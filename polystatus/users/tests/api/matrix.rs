//! Who may do what: every route, and everybody who may ask, as one table.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;
use testbed::client::{Client, send};

use crate::app::App;
use testbed::storage::Storage;

/// The columns: who asks.
const WHO: [&str; 6] = ["stranger", "viewer", "responder", "manager", "admin", "api-token"];

/// What is not right in the body, so that those who may ask learn that and nothing is changed.
const BAD: &str = r#"{"unknown": 1}"#;

struct Row {
    method: &'static str,
    /// `{self}` is whoever asks (somebody, where nobody in particular asks), `{other}` an account that is made for it.
    path: &'static str,
    body: &'static str,
    expected: [u16; 6],
}

const fn row(method: &'static str, path: &'static str, body: &'static str, expected: [u16; 6]) -> Row {
    Row { method, path, body, expected }
}

/// In an order in which the last ones end sessions.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    //                                               stranger viewer responder manager admin api-token
    row("GET", "/api/v1/users", "",                             [401, 403, 403, 200, 200, 200]),
    row("GET", "/api/v1/users/{self}", "",                      [401, 200, 200, 200, 200, 200]),
    row("GET", "/api/v1/users/{other}", "",                     [401, 403, 403, 200, 200, 200]),
    row("GET", "/api/v1/users/nobody", "",                      [401, 403, 403, 404, 404, 404]),
    row("POST", "/api/v1/users", BAD,                           [400, 400, 400, 400, 400, 400]),
    row("POST", "/api/v1/users", r#"{"name": "x", "email": "x@example.org", "role": "responder", "password": "correct horse battery staple"}"#,
                                                                [403, 403, 403, 403, 201, 409]),
    row("PUT", "/api/v1/users/{self}", "{}",                    [401, 200, 200, 200, 200, 200]),
    row("PUT", "/api/v1/users/{self}", r#"{"role": "admin"}"#,  [401, 403, 403, 403, 403, 200]),
    row("PUT", "/api/v1/users/{self}", r#"{"disabled": true}"#, [401, 403, 403, 403, 403, 200]),
    row("PUT", "/api/v1/users/{other}", r#"{"name": "y"}"#,     [401, 403, 403, 403, 200, 200]),
    row("PUT", "/api/v1/users/{other}", r#"{"role": "admin"}"#, [401, 403, 403, 403, 200, 200]),
    row("PUT", "/api/v1/users/nobody", "{}",                    [401, 403, 403, 403, 404, 404]),
    row("DELETE", "/api/v1/users/{other}", "",                  [401, 403, 403, 403, 204, 204]),
    row("DELETE", "/api/v1/users/nobody", "",                   [401, 403, 403, 403, 404, 404]),
    row("DELETE", "/api/v1/users/{other}/sessions", "",         [401, 403, 403, 403, 204, 204]),
    row("GET", "/api/v1/audit", "",                             [401, 403, 403, 403, 200, 200]),
    row("GET", "/api/v1/auth/me", "",                           [401, 200, 200, 200, 200, 403]),
    row("GET", "/api/v1/auth/sessions", "",                     [401, 200, 200, 200, 200, 403]),
    row("DELETE", "/api/v1/auth/sessions", "",                  [401, 204, 204, 204, 204, 403]),
    row("DELETE", "/api/v1/auth/sessions/{other}", "",          [401, 404, 404, 404, 404, 403]),
    row("POST", "/api/v1/auth/change-password", r#"{"current_password": "wrong", "new_password": "wrong"}"#,
                                                                [401, 400, 400, 400, 400, 403]),
    row("POST", "/api/v1/auth/totp", r#"{"password": "wrong"}"#, [401, 400, 400, 400, 400, 403]),
    row("POST", "/api/v1/auth/totp/confirm", r#"{"code": "1"}"#, [401, 409, 409, 409, 409, 403]),
    row("POST", "/api/v1/auth/totp/disable", r#"{"password": "wrong"}"#, [401, 400, 400, 400, 400, 403]),
    row("POST", "/api/v1/auth/login", r#"{"email": "a", "password": "b"}"#, [401, 401, 401, 401, 401, 401]),
    row("POST", "/api/v1/auth/refresh", r#"{"refresh_token": "a"}"#, [401, 401, 401, 401, 401, 401]),
    row("POST", "/api/v1/auth/forgot-password", r#"{"email": "a"}"#, [202, 202, 202, 202, 202, 202]),
    row("POST", "/api/v1/auth/reset-password", r#"{"token": "a", "password": "b"}"#, [400, 400, 400, 400, 400, 400]),
    row("POST", "/api/v1/auth/verify-email", r#"{"token": "a", "password": "b"}"#, [400, 400, 400, 400, 400, 400]),
    row("GET", "/.well-known/jwks.json", "",                    [200, 200, 200, 200, 200, 200]),
    row("GET", "/api/v1/health", "",                            [200, 200, 200, 200, 200, 200]),
    row("GET", "/livez", "",                                    [200, 200, 200, 200, 200, 200]),
    row("GET", "/readyz", "",                                   [200, 200, 200, 200, 200, 200]),
    row("GET", "/metrics", "",                                  [200, 200, 200, 200, 200, 200]),
    row("POST", "/api/v1/auth/logout", r#"{"refresh_token": "a"}"#, [204, 204, 204, 204, 204, 403]),
    row("GET", "/api/v1/auth/me", "",                           [401, 401, 401, 401, 401, 403]),
];

async fn ask(client: &Client, row: &Row, path: &str) -> u16 {
    let mut request = client.request(Method::from_bytes(row.method.as_bytes()).unwrap(), path);
    if !row.body.is_empty() {
        request = request.header("content-type", "application/json").body(row.body);
    }
    send(request).await.status
}

#[tokio::test]
async fn everybody_may_do_what_the_table_says_and_no_more() {
    let app = App::on(Storage::sqlite()).await;
    let mut askers = vec![(None, app.stranger())];
    for role in &WHO[1..5] {
        let person = if *role == "admin" { app.enter(crate::app::ADMIN).await } else { app.person(role).await };
        askers.push((Some(person.id), person.client));
    }
    askers.push((None, app.as_(testbed::service::TOKEN)));
    let mut wrong = Vec::new();
    let mut number = 0;
    for row in TABLE {
        for ((id, client), (who, expected)) in askers.iter().zip(WHO.iter().zip(row.expected)) {
            number += 1;
            let other = if row.path.contains('{') {
                app.invite(&format!("n{number}@example.org")).await
            } else {
                String::new()
            };
            let path = row.path.replace("{other}", &other).replace("{self}", id.as_ref().unwrap_or(&other));
            let status = ask(client, row, &path).await;
            if status != expected {
                wrong.push(format!("{} {} {} by {who}: {status}, not {expected}", row.method, row.path, row.body));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn the_table_has_every_route_of_the_document() {
    let app = App::on(Storage::sqlite()).await;
    let document = app.get("/openapi.json").await.json();
    let methods = |(path, item): (&String, &Value)| -> Vec<String> {
        item.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())).collect()
    };
    let documented: BTreeSet<String> = document["paths"].as_object().unwrap().iter().flat_map(methods).collect();
    let id =
        |path: &str| ["{self}", "{other}", "nobody"].iter().fold(path.to_owned(), |path, id| path.replace(id, "{id}"));
    let tabled: BTreeSet<String> = TABLE.iter().map(|row| format!("{} {}", row.method, id(row.path))).collect();
    assert_eq!(tabled, documented);
}
