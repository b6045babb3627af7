//! The OpenAPI document.

use documents_api::DocumentsApi;

#[test]
fn swagger_yaml_is_what_the_code_says() {
    let written = chassis::openapi::yaml(&chassis::openapi::document::<DocumentsApi>()).unwrap();
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/swagger.yaml")).unwrap_or_default();
    assert!(kept == written, "documents/api/swagger.yaml is not what the code says: run `cargo xtask openapi`");
}

#[test]
fn every_operation_tells_how_it_refuses() {
    let document = serde_json::to_value(chassis::openapi::document::<DocumentsApi>()).unwrap();
    for (path, operations) in document["paths"].as_object().unwrap() {
        if !path.starts_with("/api/v1/") || path == "/api/v1/health" {
            continue;
        }
        for (method, operation) in operations.as_object().unwrap() {
            for status in ["401", "503"] {
                assert!(!operation["responses"][status].is_null(), "{method} {path} does not tell of {status}");
            }
            let open = operation["security"].is_null();
            assert_eq!(open, path == "/api/v1/login", "{method} {path}: who may call it?");
        }
    }
}
