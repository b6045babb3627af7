//! The OpenAPI document.

use read_product::ReadProduct;

#[test]
fn swagger_yaml_is_what_the_code_says() {
    let written = chassis::openapi::yaml(&chassis::openapi::document::<ReadProduct>()).unwrap();
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/swagger.yaml")).unwrap_or_default();
    assert!(kept == written, "products/read-product/swagger.yaml is not what the code says: run `cargo xtask openapi`");
}
