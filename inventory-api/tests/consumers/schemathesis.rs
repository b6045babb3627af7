//! A client that has read nothing but `/openapi.json`.
//!
//! What it is told beside the document is in `schemathesis/`, with the reason for each line.

use testbed::schemathesis::Schemathesis;

use crate::inventory::{Inventory, TOKEN};

fn told() -> Schemathesis {
    Schemathesis::told_by("inventory-api/tests/consumers/schemathesis")
}

#[test]
fn the_service_does_what_its_document_says() {
    let inventory = Inventory::start();
    let report = told().header(format!("Authorization: Bearer {TOKEN}")).run(&inventory.service);
    report.assert_complete(500);
}

#[test]
fn a_stranger_is_told_so_as_the_document_says_and_changes_nothing() {
    let inventory = Inventory::start();
    let before = inventory.get("/api/v1/servers");
    told().run(&inventory.service).assert_complete(500);
    assert_eq!(inventory.get("/api/v1/servers"), before);
}
