//! The OpenAPI document.

use inventory_api::InventoryApi;

use crate::app::spawn_app;
use crate::storage::Storage;

#[test]
fn swagger_yaml_is_what_the_code_says() {
    let written = chassis::openapi::yaml(&chassis::openapi::document::<InventoryApi>()).unwrap();
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/swagger.yaml")).unwrap_or_default();
    assert!(kept == written, "inventory-api/swagger.yaml is not what the code says: run `cargo xtask openapi`");
}

#[tokio::test]
async fn the_service_hands_out_the_same_document() {
    let app = spawn_app(Storage::sqlite()).await;
    let answer = app.get("/openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let document = chassis::openapi::document::<InventoryApi>();
    assert_eq!(answer.json(), serde_json::to_value(&document).unwrap());
}

#[test]
fn every_operation_tells_how_it_refuses() {
    let document = chassis::openapi::document::<InventoryApi>();
    let document = serde_json::to_value(&document).unwrap();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let is_write = matches!(method.as_str(), "post" | "put" | "patch" | "delete");
            for status in ["401", "403", "503"] {
                let told = !operation["responses"][status].is_null();
                assert!(told || !is_write, "{method} {path} does not tell of {status}");
            }
            assert_eq!(!operation["security"].is_null(), is_write, "{method} {path}: who may call it?");
        }
    }
}
