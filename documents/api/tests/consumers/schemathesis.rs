//! A client that has read nothing but `/openapi.json`.
//!
//! What it is told beside the document is in `schemathesis/`, with the reason for each line.

use testbed::schemathesis::Schemathesis;

use crate::documents::{Documents, TOKEN};

fn told() -> Schemathesis {
    Schemathesis::told_by("documents/api/tests/consumers/schemathesis")
}

#[test]
fn the_service_does_what_its_document_says() {
    let documents = Documents::start();
    let report = told().header(format!("Authorization: Bearer {TOKEN}")).run(&documents.service);
    report.assert_complete(500);
}

#[test]
fn a_stranger_is_told_so_as_the_document_says() {
    let documents = Documents::start();
    told().run(&documents.service).assert_complete(300);
}
