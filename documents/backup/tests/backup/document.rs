//! The OpenAPI document, and who may call what.

use documents_backup::Backup;
use testbed::roles::Matrix;

use crate::api::Api;
use crate::program::{self, client};

#[test]
fn swagger_yaml_is_what_the_code_says() {
    let written = chassis::openapi::yaml(&chassis::openapi::document::<Backup>()).unwrap();
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/swagger.yaml")).unwrap_or_default();
    assert!(kept == written, "documents/backup/swagger.yaml is not what the code says: run `cargo xtask openapi`");
}

/// Of the roles of the users service admins alone may read: names of files are in it.
const TABLE: &str = "
                                stranger viewer responder manager admin
    GET    /api/v1/history      401      403    403       403     ok
    GET    /api/v1/health       ok       ok     ok        ok      ok
    GET    /livez               ok       ok     ok        ok      ok
    GET    /readyz              ok       ok     ok        ok      ok
    GET    /metrics             ok       ok     ok        ok      ok
";

#[tokio::test]
async fn each_role_may_do_what_the_table_says() {
    use chassis::auth::Role;
    use testbed::roles::{Issuer, WHO};
    use testbed::service::{START, TestService};

    let api = Api::start().await;
    let folder = tempfile::tempdir().unwrap();
    let flags = [
        format!("--documents-url={}", api.url("")),
        format!("--documents-token={}", testbed::service::TOKEN),
        format!("--backup-folder={}", folder.path().display()),
    ];
    let (_, settings) = chassis::service::settings_of::<Backup>(flags).unwrap();
    let issuer = Issuer::default();
    let setup = TestService::<Backup>::with(settings);
    let service = setup.settings(|settings| settings.auth_jwks_url = Some(issuer.url())).start().await;
    let matrix = Matrix::parse(TABLE);
    matrix.assert_covers(&serde_json::to_value(chassis::openapi::document::<Backup>()).unwrap());
    let admin = service.as_(issuer.token("root", Role::Admin, START));
    let known = async || (admin.get("/api/v1/history").await.status == 200).then_some(());
    testbed::wait::until_async("the keys", program::SOON, known).await;
    for row in matrix.rows() {
        for (who, expected) in WHO.iter().zip(row.expected) {
            let client = match who {
                None => service.stranger(),
                Some(role) => service.as_(issuer.token("somebody", *role, START)),
            };
            let answer = client.get(&row.path).await;
            assert!(expected.is(&answer), "{row} as {who:?}: {expected:?}, not {answer}");
        }
    }
}

#[tokio::test]
async fn health_is_told_on_the_real_port() {
    let api = Api::start().await;
    let backup = program::Backup::new();
    let running = backup.start(&api.url(""));
    client(&running).get("/api/v1/health").await.assert_status(200);
}
