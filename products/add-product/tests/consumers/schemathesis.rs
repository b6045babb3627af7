//! A client that has read nothing but `/openapi.json`.
//!
//! What it is told beside the document is in `schemathesis/`, with the reason for each line.

use testbed::process::Program;
use testbed::schemathesis::Schemathesis;

const TOKEN: &str = "the-token-of-this-test";

fn run(token: Option<&str>, cases: u64) {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::new(env!("CARGO_BIN_EXE_add-product"))
        .env("DATABASE_URL", format!("sqlite:{}", folder.path().join("products.db").display()))
        .env("API_TOKEN", TOKEN)
        .env("LOG_LEVEL", "error");
    let service = program.start();
    let told = Schemathesis::told_by("products/add-product/tests/consumers/schemathesis");
    let told = token.into_iter().fold(told, |told, token| told.header(format!("Authorization: Bearer {token}")));
    told.run(&service).assert_complete_alone(cases);
}

#[test]
fn the_service_does_what_its_document_says() {
    run(Some(TOKEN), 60);
}

#[test]
fn a_stranger_is_told_so_as_the_document_says() {
    run(None, 60);
}
