//! The SDKs with their providers for OFREP: programs that know our service by its address alone.

use serde_json::json;

use super::{TOKEN, import, node, printed, python, start};

/// The service with the flags of `flags.json`, and one that is off and says what that means.
fn with_flags() -> testbed::process::Running {
    let service = start("v3");
    let set = std::fs::read_to_string(super::path("flags.json")).expect("the flags lie beside the scripts");
    import(&service, &serde_json::from_str(&set).expect("the flags are JSON"));
    let request = ureq::post(service.url("/admin/flags")).header("Authorization", format!("Bearer {TOKEN}"));
    request.send_json(json!({"id": "killed", "on": false})).expect("201");
    service
}

#[test]
fn the_client_of_python_sees_what_it_should() {
    let service = with_flags();
    assert_eq!(printed(&python("clients.py").arg(service.url(""))).trim(), "14");
}

#[test]
fn the_clients_of_node_and_of_browsers_see_what_they_should_and_hear_of_changes() {
    let service = with_flags();
    assert_eq!(printed(&node("clients.cjs").arg(service.url("")).arg(TOKEN)).trim(), "24");
}
