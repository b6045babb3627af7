//! Who may call what.

use std::time::Duration;

use add_product::AddProduct;
use chassis::auth::Role;
use testbed::client::send;
use testbed::roles::{Issuer, Matrix, WHO};
use testbed::service::{START, TestService};

use crate::app::{product, settings};
use crate::storage::Storage;

const TABLE: &str = "
                                stranger viewer responder manager admin
    POST   /api/v1/products     401      403    ok        ok      ok
    GET    /api/v1/health       ok       ok     ok        ok      ok
    GET    /livez               ok       ok     ok        ok      ok
    GET    /readyz              ok       ok     ok        ok      ok
    GET    /metrics             ok       ok     ok        ok      ok
";

#[tokio::test]
async fn each_role_may_do_what_the_table_says() {
    let (storage, issuer) = (Storage::sqlite(), Issuer::default());
    let setup = TestService::<AddProduct>::with(settings(&storage.url(), "in-process:"));
    let service = setup.settings(|settings| settings.auth_jwks_url = Some(issuer.url())).start().await;
    let matrix = Matrix::parse(TABLE);
    matrix.assert_covers(&serde_json::to_value(chassis::openapi::document::<AddProduct>()).unwrap());
    // the keys are read in the background
    let admin = service.as_(issuer.token("root", Role::Admin, START));
    let known = async || (admin.post("/api/v1/products", &product("x", "1")).await.status == 201).then_some(());
    testbed::wait::until_async("the keys", Duration::from_secs(20), known).await;
    for row in matrix.rows() {
        for (who, expected) in WHO.iter().zip(row.expected) {
            let client = match who {
                None => service.stranger(),
                Some(role) => service.as_(issuer.token("somebody", *role, START)),
            };
            let request = client.request(row.method.clone(), &row.path);
            let answer = send(if row.method == "POST" { request.json(&product("x", "1")) } else { request }).await;
            assert!(expected.is(&answer), "{row} as {who:?}: {expected:?}, not {answer}");
        }
    }
}

#[tokio::test]
async fn a_key_of_one_is_no_key_of_another() {
    let (storage, issuer) = (Storage::sqlite(), Issuer::default());
    let setup = TestService::<AddProduct>::with(settings(&storage.url(), "in-process:"));
    let service = setup.settings(|settings| settings.auth_jwks_url = Some(issuer.url())).start().await;
    let add = async |who: &str| {
        let client = service.as_(issuer.token(who, Role::Responder, START));
        let request = client.request(reqwest::Method::POST, "/api/v1/products").header("idempotency-key", "1");
        send(request.json(&product("x", "1"))).await
    };
    let known = async || (add("zoe").await.status == 201).then_some(());
    testbed::wait::until_async("the keys", Duration::from_secs(20), known).await;
    assert_eq!(add("zoe").await.expect(201).json()["id"], 1);
    assert_eq!(add("max").await.expect(201).json()["id"], 2);
}
