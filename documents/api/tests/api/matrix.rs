//! Who may call what: every route, and everybody who may knock.

use chassis::auth::Role;
use documents_api::DocumentsApi;
use reqwest::Method;
use serde_json::json;
use testbed::answer::Answer;
use testbed::client::{Client, send};
use testbed::roles::{Issuer, Matrix, WHO};
use testbed::service::{START, TestService};

use crate::app::{PASSWORD, add, form, settings, spawn_app};
use crate::storage::Storage;

/// Of the roles of the users service admins alone are known here: an account there is none here.
const TABLE: &str = "
                                                            stranger viewer responder manager admin
    POST   /api/v1/users                                    401      403    403       403     ok
    GET    /api/v1/users                                    401      403    403       403     ok
    GET    /api/v1/users/{id}                               401      403    403       403     ok
    PUT    /api/v1/users/{id}                               401      403    403       403     ok
    GET    /api/v1/me                                       401      403    403       403     ok
    POST   /api/v1/logout                                   401      403    403       403     ok
    POST   /api/v1/files                                    401      403    403       403     ok
    GET    /api/v1/files                                    401      403    403       403     ok
    GET    /api/v1/files/{id}                               401      403    403       403     ok
    PUT    /api/v1/files/{id}                               401      403    403       403     ok
    DELETE /api/v1/files/{id}                               401      403    403       403     ok
    GET    /api/v1/files/{id}/content                       401      403    403       403     ok
    GET    /api/v1/files/{id}/versions                      401      403    403       403     ok
    GET    /api/v1/files/{id}/versions/{version}/content    401      403    403       403     ok
    GET    /api/v1/changes                                  401      403    403       403     ok
    GET    /api/v1/health                                   ok       ok     ok        ok      ok
    GET    /livez                                           ok       ok     ok        ok      ok
    GET    /readyz                                          ok       ok     ok        ok      ok
    GET    /metrics                                         ok       ok     ok        ok      ok
";

/// Answers 401 to whoever is wrong, with or without a token: it has no line of its own above.
const LOGIN: &str = "/api/v1/login";

async fn call(client: &Client, method: &Method, path: &str) -> Answer {
    let path = path.replace("{id}", "1").replace("{version}", "1");
    let request = client.request(method.clone(), &path);
    send(match (method.as_str(), &*path) {
        ("POST", "/api/v1/files") | ("PUT", "/api/v1/files/1") => form("new", "x").on(request),
        ("POST", "/api/v1/users") => request.json(&json!({"login": "new", "password": PASSWORD})),
        ("PUT", "/api/v1/users/1") => request.json(&json!({"name": "New"})),
        _ => request,
    })
    .await
}

#[tokio::test]
async fn each_role_of_the_users_service_may_do_what_the_table_says() {
    let storage = Storage::sqlite();
    let issuer = Issuer::default();
    let setup = TestService::<DocumentsApi>::with(settings(&storage));
    let service = setup.settings(|settings| settings.auth_jwks_url = Some(issuer.url())).start().await;
    let matrix = Matrix::parse(TABLE);
    let mut document = serde_json::to_value(chassis::openapi::document::<DocumentsApi>()).unwrap();
    document["paths"].as_object_mut().unwrap().remove(LOGIN).unwrap();
    matrix.assert_covers(&document);
    // the keys are read in the background
    let admin = service.as_(issuer.token("root", Role::Admin, START));
    let known = async || (admin.get("/api/v1/me").await.status == 200).then_some(());
    testbed::wait::until_async("the keys", std::time::Duration::from_secs(20), known).await;
    for row in matrix.rows() {
        for (who, expected) in WHO.iter().zip(row.expected) {
            let client = match who {
                None => service.stranger(),
                Some(role) => service.as_(issuer.token("somebody", *role, START)),
            };
            let answer = call(&client, &row.method, &row.path).await;
            assert!(expected.is(&answer), "{row} as {who:?}: {expected:?}, not {answer}");
        }
    }
}

#[tokio::test]
async fn a_user_of_this_service_sees_what_is_its_own() {
    let app = spawn_app(Storage::sqlite()).await;
    let (zoe, max) = (app.user("zoe").await, app.user("max").await);
    add(&zoe, "hers", "x").await;
    let paths = Matrix::parse(TABLE);
    for row in paths.rows().iter().filter(|row| row.path.contains("/files/{id}")) {
        let answer = call(&max, &row.method, &row.path).await;
        assert_eq!(answer.status, 404, "{row}: {answer}");
    }
    let is_delete = |method: &Method| method == Method::DELETE;
    let own = paths.rows().iter().filter(|row| row.path.contains("/files/{id}"));
    let (last, first): (Vec<_>, Vec<_>) = own.partition(|row| is_delete(&row.method));
    for row in first.into_iter().chain(last) {
        let answer = call(&zoe, &row.method, &row.path).await;
        assert!(answer.status < 300, "{row}: {answer}");
    }
}
