//! The OpenAPI document.

use polystatus_csp::Csp;

#[test]
fn swagger_yaml_is_what_the_code_says() {
    let written = chassis::openapi::yaml(&chassis::openapi::document::<Csp>()).unwrap();
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/swagger.yaml")).unwrap_or_default();
    assert!(kept == written, "swagger.yaml is not what the code says: run `cargo xtask openapi`");
}

/// Programs that are made from the document name their functions by these (OpenAPI 3.1, 4.8.10).
#[test]
fn no_two_operations_have_the_same_id() {
    let document = serde_json::to_value(chassis::openapi::document::<Csp>()).unwrap();
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
    let mut seen = std::collections::BTreeSet::new();
    for operation in operations {
        assert!(seen.insert(operation["operationId"].to_string()), "{} is there twice", operation["operationId"]);
    }
}

#[test]
fn every_operation_tells_how_it_refuses() {
    let document = serde_json::to_value(chassis::openapi::document::<Csp>()).unwrap();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let is_write = matches!(method.as_str(), "post" | "put" | "patch" | "delete");
            let told = |status: &str| !operation["responses"][status].is_null();
            assert!(told("503") || !is_write, "{method} {path} does not tell of 503");
            let needs_token = !operation["security"].is_null();
            assert_eq!(needs_token, told("401") && told("403"), "{method} {path}: who may call it?");
            assert!(needs_token || !is_write, "{method} {path} is open to everybody");
        }
    }
}
