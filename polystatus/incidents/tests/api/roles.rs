//! Who may call what: every route and every role.

use polystatus_incidents::Incidents;
use serde_json::{Value, json};
use testbed::client::{Client, send};
use testbed::roles::{Matrix, WHO};

use crate::app::{TestApp, spawn_app};
use testbed::storage::Storage;

/// The user's own incidents are read by that user in another test; here they are somebody else's.
const TABLE: &str = "
                                              stranger viewer responder manager admin
GET    /api/v1/health                            ok      ok      ok       ok     ok
GET    /livez                                    ok      ok      ok       ok     ok
GET    /readyz                                   ok      ok      ok       ok     ok
GET    /metrics                                  ok      ok      ok       ok     ok
GET    /api/v1/incidents                         ok      ok      ok       ok     ok
POST   /api/v1/incidents                         401     403     ok       ok     ok
GET    /api/v1/incidents/stream                  ok      ok      ok       ok     ok
GET    /api/v1/incidents/{id}                    ok      ok      ok       ok     ok
PATCH  /api/v1/incidents/{id}                    401     403     ok       ok     ok
POST   /api/v1/incidents/{id}/assign             401     403     ok       ok     ok
POST   /api/v1/incidents/{id}/status             401     403     ok       ok     ok
GET    /api/v1/incidents/{id}/timeline           ok      ok      ok       ok     ok
POST   /api/v1/incidents/{id}/timeline           401     403     ok       ok     ok
PUT    /api/v1/incidents/{id}/timeline/{entry}   401     403     403      ok     ok
DELETE /api/v1/incidents/{id}/timeline/{entry}   401     403     403      ok     ok
GET    /api/v1/incidents/{id}/postmortem         ok      ok      ok       ok     ok
POST   /api/v1/incidents/{id}/postmortem         401     403     ok       ok     ok
GET    /api/v1/incidents/{id}/followers          401     403     403      ok     ok
PUT    /api/v1/incidents/{id}/followers/me       401     ok      ok       ok     ok
DELETE /api/v1/incidents/{id}/followers/me       401     ok      ok       ok     ok
GET    /api/v1/users/{id}/incidents              401     403     403      ok     ok
GET    /api/v1/services                          ok      ok      ok       ok     ok
POST   /api/v1/services                          401     403     403      ok     ok
GET    /api/v1/services/{id}                     ok      ok      ok       ok     ok
PUT    /api/v1/services/{id}                     401     403     403      ok     ok
DELETE /api/v1/services/{id}                     401     403     403      ok     ok
GET    /api/v1/reports                           ok      ok      ok       ok     ok
POST   /api/v1/reports                           ok      ok      ok       ok     ok
GET    /api/v1/reports/{id}                      ok      ok      ok       ok     ok
POST   /api/v1/alerts                            401     403     ok       ok     ok
GET    /api/v1/audit                             401     403     403      403    ok
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
    let document = serde_json::to_value(chassis::openapi::document::<Incidents>()).unwrap();
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
            // anew for each of them: one who may delete it must not spare the next
            let incident = app.open_one().await;
            let entry = app.post(&format!("{incident}/timeline"), &json!({"type": "note", "message": "x"})).await;
            let entry = crate::app::text(&entry.json(), "id");
            let path = row.path.replace("/api/v1/incidents/{id}", &incident).replace("{entry}", &entry);
            let path = path.replace("/users/{id}", "/users/USR-other").replace("{id}", "nothing");
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
    match path.rsplit('/').next().unwrap() {
        "incidents" => json!({"title": "x", "sev": 4}),
        "assign" => json!({"commander": null}),
        "status" => json!({"status": "resolved"}),
        "postmortem" => json!({"what_happened": "x", "root_cause": "y"}),
        "timeline" | "{entry}" => json!({"type": "note", "message": "x"}),
        "services" => json!({"name": "x"}),
        "alerts" => crate::alerts::message("x", &[crate::alerts::alert("1", "firing")]),
        "reports" => json!({"service": "nothing", "symptom": "slow"}),
        _ => json!({}),
    }
}
