//! Who may call what: every route and every role.

use polystatus_communications::Communications;
use serde_json::{Value, json};
use testbed::client::{Client, send};
use testbed::roles::{Matrix, WHO};
use testbed::storage::Storage;

use crate::app::{TestApp, spawn_app};

const TABLE: &str = "
                                                     stranger viewer responder manager admin
GET    /api/v1/health                                   ok      ok      ok       ok     ok
GET    /livez                                           ok      ok      ok       ok     ok
GET    /readyz                                          ok      ok      ok       ok     ok
GET    /metrics                                         ok      ok      ok       ok     ok
POST   /api/v1/public/announce                          401     403     403      ok     ok
GET    /api/v1/public/status                            ok      ok      ok       ok     ok
GET    /api/v1/public/stream                            ok      ok      ok       ok     ok
GET    /api/v1/banner                                   ok      ok      ok       ok     ok
PUT    /api/v1/banner                                   401     403     403      ok     ok
DELETE /api/v1/banner                                   401     403     403      ok     ok
GET    /api/v1/maintenances                             ok      ok      ok       ok     ok
POST   /api/v1/maintenances                             401     403     403      ok     ok
GET    /api/v1/maintenances/{id}                        ok      ok      ok       ok     ok
PUT    /api/v1/maintenances/{id}                        401     403     403      ok     ok
POST   /api/v1/subscriptions/email                      ok      ok      ok       ok     ok
POST   /api/v1/subscriptions/confirm                    ok      ok      ok       ok     ok
POST   /api/v1/subscriptions/unsubscribe                ok      ok      ok       ok     ok
GET    /subscribe/confirm                               ok      ok      ok       ok     ok
POST   /subscribe/confirm                               ok      ok      ok       ok     ok
GET    /subscribe/unsubscribe                           ok      ok      ok       ok     ok
POST   /subscribe/unsubscribe                           ok      ok      ok       ok     ok
GET    /api/v1/webhooks                                 401     403     403      ok     ok
POST   /api/v1/webhooks                                 401     403     403      ok     ok
DELETE /api/v1/webhooks/{id}                            401     403     403      ok     ok
GET    /api/v1/deliveries                               401     403     403      ok     ok
GET    /api/v1/audit                                    401     403     403      403    ok
GET    /api/v2/summary.json                             ok      ok      ok       ok     ok
GET    /api/v2/status.json                              ok      ok      ok       ok     ok
GET    /api/v2/components.json                          ok      ok      ok       ok     ok
GET    /api/v2/incidents.json                           ok      ok      ok       ok     ok
GET    /api/v2/incidents/unresolved.json                ok      ok      ok       ok     ok
GET    /api/v2/scheduled-maintenances.json              ok      ok      ok       ok     ok
GET    /api/v2/scheduled-maintenances/upcoming.json     ok      ok      ok       ok     ok
GET    /api/v2/scheduled-maintenances/active.json       ok      ok      ok       ok     ok
GET    /history.atom                                    ok      ok      ok       ok     ok
GET    /history.rss                                     ok      ok      ok       ok     ok
GET    /badge/{service}.svg                             ok      ok      ok       ok     ok
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
    let document = serde_json::to_value(chassis::openapi::document::<Communications>()).unwrap();
    Matrix::parse(TABLE).assert_covers(&document);
}

#[tokio::test]
async fn each_role_may_do_what_the_table_says_and_no_more() {
    let app = spawn_app(Storage::sqlite()).await;
    let table = Matrix::parse(TABLE);
    let mut who = who(&app);
    // the last column again, for who has the API token
    who.push(("who has the API token".to_owned(), (**app).clone()));
    for row in table.rows() {
        let expected = row.expected.iter().chain(row.expected.last());
        for ((name, client), expected) in who.iter().zip(expected) {
            let path = row.path.replace("{id}", "nothing").replace("{service}", "nothing");
            let mut request = client.request(row.method.clone(), &path);
            if row.method != "GET" && row.method != "DELETE" {
                request = request.json(&body(&row.path));
            }
            if row.path.ends_with("/stream") {
                // it would go on for ever: the head says enough
                assert_eq!(request.send().await.unwrap().status(), 200, "{row} by {name}");
                continue;
            }
            let answer = send(request).await;
            assert!(expected.is(&answer), "{row} by {name}: {answer}");
        }
    }
}

/// A body that is right, so that nobody is refused for anything but who they are.
fn body(path: &str) -> Value {
    match path {
        "/api/v1/public/announce" => json!({"incident_id": "INC-1", "message": "x", "state": "investigating"}),
        "/api/v1/banner" => json!({"text": "x"}),
        "/api/v1/maintenances" => json!({"title": "x", "from": 1, "until": 2}),
        "/api/v1/webhooks" => json!({"url": "https://hooks.example.org/x"}),
        "/api/v1/subscriptions/email" => json!({"email": "zoe@example.org"}),
        "/api/v1/subscriptions/confirm" | "/api/v1/subscriptions/unsubscribe" => json!({"token": "x"}),
        _ => json!({}),
    }
}
