//! Who may call what: every route and every role.

use polystatus_flags::Flags;
use serde_json::{Value, json};
use testbed::client::{Client, send};
use testbed::roles::{Matrix, WHO};
use testbed::storage::Storage;

use crate::app::{TestApp, spawn_app, text};

const TABLE: &str = "
                                      stranger viewer responder manager admin
GET    /api/v1/health                    ok      ok      ok       ok     ok
GET    /livez                            ok      ok      ok       ok     ok
GET    /readyz                           ok      ok      ok       ok     ok
GET    /metrics                          ok      ok      ok       ok     ok
GET    /flags                            ok      ok      ok       ok     ok
POST   /ofrep/v1/evaluate/flags/{key}    ok      ok      ok       ok     ok
POST   /ofrep/v1/evaluate/flags          ok      ok      ok       ok     ok
GET    /ofrep/v1/sse                     ok      ok      ok       ok     ok
GET    /api/v1/flags/stream              ok      ok      ok       ok     ok
GET    /api/v1/flags/flagd               401     403     403      ok     ok
PUT    /api/v1/flags/flagd               401     403     403      ok     ok
GET    /admin/flags                      401     403     403      ok     ok
POST   /admin/flags                      401     403     403      ok     ok
GET    /admin/flags/{id}                 401     403     403      ok     ok
DELETE /admin/flags/{id}                 401     403     403      ok     ok
POST   /admin/toggle/{id}                401     403     403      ok     ok
GET    /admin/flags/{id}/history         401     403     403      ok     ok
POST   /admin/flags/{id}/rollback        401     403     403      ok     ok
POST   /admin/flags/{id}/explain         401     403     403      ok     ok
POST   /admin/flags/{id}/kill            401     403     ok       ok     ok
POST   /admin/flags/{id}/restore         401     403     403      ok     ok
GET    /admin/stale                      401     403     403      ok     ok
GET    /admin/segments                   401     403     403      ok     ok
POST   /admin/segments                   401     403     403      ok     ok
GET    /admin/segments/{id}              401     403     403      ok     ok
DELETE /admin/segments/{id}              401     403     403      ok     ok
GET    /admin/schedules                  401     403     403      ok     ok
POST   /admin/schedules                  401     403     403      ok     ok
GET    /admin/schedules/{id}             401     403     403      ok     ok
DELETE /admin/schedules/{id}             401     403     403      ok     ok
GET    /admin/requests                   401     403     403      ok     ok
POST   /admin/requests                   401     403     403      ok     ok
GET    /admin/requests/{id}              401     403     403      ok     ok
POST   /admin/requests/{id}/approve      401     403     403      ok     ok
POST   /admin/requests/{id}/reject       401     403     403      ok     ok
GET    /api/v1/audit                     401     403     403      403    ok
";

fn who(app: &TestApp) -> Vec<(String, Client)> {
    let of = |role: Option<chassis::auth::Role>| match role {
        None => ("a stranger".to_owned(), app.stranger()),
        Some(role) => (format!("{role:?}"), app.user(&format!("USR-{role:?}"), role)),
    };
    WHO.into_iter().map(of).collect()
}

#[test]
fn every_route_has_its_line() {
    let document = serde_json::to_value(chassis::openapi::document::<Flags>()).unwrap();
    Matrix::parse(TABLE).assert_covers(&document);
}

#[tokio::test]
async fn each_role_may_do_what_the_table_says_and_no_more() {
    let app = spawn_app(Storage::sqlite()).await;
    let table = Matrix::parse(TABLE);
    let mut who = who(&app);
    // the last column again, for who has the API token
    who.push(("who has the API token".to_owned(), (**app).clone()));
    let author = app.user("USR-author", chassis::auth::Role::Manager);
    for row in table.rows() {
        let expected = row.expected.iter().chain(row.expected.last());
        for ((name, client), expected) in who.iter().zip(expected) {
            // anew for each of them: one who may delete it must not spare the next
            app.simple("a").await;
            app.post("/admin/segments", &json!({"id": "a"})).await;
            let change = json!({"change": {"action": "toggle", "id": "a", "on": true}, "at": 4_000_000_000_i64});
            let schedule = text(&app.post("/admin/schedules", &change).await.expect(201).json(), "id");
            let request = text(&author.post("/admin/requests", &change).await.expect(201).json(), "id");
            let path = row.path.replace("/schedules/{id}", &format!("/schedules/{schedule}"));
            let path = path.replace("/requests/{id}", &format!("/requests/{request}"));
            let path = path.replace("{id}", "a").replace("{key}", "a");
            let mut asked = client.request(row.method.clone(), &path);
            if row.method != "GET" && row.method != "DELETE" {
                asked = asked.json(&body(&row.path, &change));
            }
            if row.path.ends_with("/stream") || row.path.ends_with("/sse") {
                // it would go on for ever: the head says enough
                assert_eq!(asked.send().await.unwrap().status(), 200, "{row} by {name}");
                continue;
            }
            let answer = send(asked).await;
            assert!(expected.is(&answer), "{row} by {name}: {answer}");
        }
    }
}

/// A body that is right, so that nobody is refused for anything but who they are.
fn body(path: &str, change: &Value) -> Value {
    match path {
        "/admin/flags" | "/admin/segments" => json!({"id": "b"}),
        "/admin/flags/{id}/kill" => json!({"reason": ""}),
        "/admin/toggle/{id}" => json!({"on": true}),
        "/admin/flags/{id}/rollback" => json!({"version": 1}),
        "/admin/schedules" | "/admin/requests" => change.clone(),
        "/api/v1/flags/flagd" => json!({"flags": {}}),
        _ => json!({}),
    }
}
