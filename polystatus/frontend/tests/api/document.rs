//! The OpenAPI document.

use polystatus_frontend::Frontend;

#[test]
fn swagger_yaml_is_what_the_code_says() {
    let written = chassis::openapi::yaml(&chassis::openapi::document::<Frontend>()).unwrap();
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/swagger.yaml")).unwrap_or_default();
    assert!(written == kept, "swagger.yaml is not what the code says: `cargo xtask openapi` writes it");
}
