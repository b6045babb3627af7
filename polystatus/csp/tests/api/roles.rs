//! Who may call what: every route and every role.

use polystatus_csp::Csp;
use serde_json::{Value, json};
use testbed::client::{Client, send};
use testbed::roles::{Matrix, WHO};
use testbed::storage::Storage;

use crate::app::{TestApp, spawn_app};

const TABLE: &str = "
                                     stranger viewer responder manager admin
GET    /api/v1/csp/providers         ok       ok     ok        ok      ok
POST   /api/v1/csp/providers         401      403    403       ok      ok
GET    /api/v1/csp/providers/{id}    ok       ok     ok        ok      ok
PUT    /api/v1/csp/providers/{id}    401      403    403       ok      ok
DELETE /api/v1/csp/providers/{id}    401      403    403       ok      ok
POST   /api/v1/csp/refresh           401      403    ok        ok      ok
GET    /api/v1/csp/events            ok       ok     ok        ok      ok
GET    /api/v1/csp/status            ok       ok     ok        ok      ok
GET    /api/v1/csp/status/{id}       ok       ok     ok        ok      ok
GET    /api/v1/csp/history           ok       ok     ok        ok      ok
GET    /api/v1/csp/stream            ok       ok     ok        ok      ok
POST   /api/v1/incidents             401      403    ok        ok      ok
GET    /api/v1/audit                 401      403    403       403     ok
GET    /api/v1/health                ok       ok     ok        ok      ok
GET    /livez                        ok       ok     ok        ok      ok
GET    /readyz                       ok       ok     ok        ok      ok
GET    /metrics                      ok       ok     ok        ok      ok
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
    let document = serde_json::to_value(chassis::openapi::document::<Csp>()).unwrap();
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
            let path = row.path.replace("{id}", "nobody");
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
    if path.ends_with("/incidents") {
        return json!({"title": "x", "sev": 4, "source": "csp"});
    }
    json!({"name": "x", "feed_url": "https://example.org/", "type": "json"})
}
