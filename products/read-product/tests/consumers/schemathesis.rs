//! A client that has read nothing but `/openapi.json`.
//!
//! What it is told beside the document is in `schemathesis/`, with the reason for each line.

use products::NewProductInput;
use products::database::Database;
use serde_json::json;
use testbed::process::Program;
use testbed::schemathesis::Schemathesis;

#[test]
fn the_service_does_what_its_document_says() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("products.db").display());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let database = Database::open(&url.parse().unwrap()).await.unwrap();
        for number in 0..5 {
            let input = json!({"name": format!("Product {number}"), "price": "12.50"});
            let input: NewProductInput = serde_json::from_value(input).unwrap();
            let (clock, ids) = (chassis::clock::SystemClock, chassis::ids::RandomIds);
            database.add(&input.validate().unwrap(), None, &clock, &ids).await.unwrap();
        }
    });
    let program = Program::new(env!("CARGO_BIN_EXE_read-product")).env("DATABASE_URL", url).env("LOG_LEVEL", "error");
    let told = Schemathesis::told_by("products/read-product/tests/consumers/schemathesis");
    told.run(&program.start()).assert_complete(100);
}
