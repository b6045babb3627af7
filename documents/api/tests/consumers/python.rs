//! The example of a client, as people copy it.

use serde_json::{Value, json};
use testbed::process::Program;
use testbed::tools;

use crate::documents::{Documents, TOKEN};

const PASSWORD: &str = "correct horse battery staple";

#[test]
fn the_example_client_uploads_lists_downloads_and_follows() {
    let documents = Documents::start();
    let user = json!({"login": "zoe", "password": PASSWORD});
    let made = ureq::post(documents.service.url("/api/v1/users")).header("Authorization", format!("Bearer {TOKEN}"));
    made.send_json(&user).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (original, copy) = (folder.path().join("Été.bin"), folder.path().join("copy.bin"));
    std::fs::write(&original, vec![7; 1_000_000]).unwrap();
    let run = |arguments: &[&str]| {
        let program = Program::new(tools::of_python_in("schemathesis", "python3"));
        let program = program.arg(tools::file("documents/api/examples/client.py")).arg(documents.service.url(""));
        let mut running = program.arg("zoe").args(arguments).env("DOCUMENTS_PASSWORD", PASSWORD).spawn();
        let status = running.wait();
        assert!(status.success(), "{arguments:?}: {}", running.stderr());
        running.stdout()
    };
    let file: Value = serde_json::from_str(&run(&["upload", original.to_str().unwrap()])).unwrap();
    assert_eq!((&file["name"], &file["size"]), (&json!("Été.bin"), &json!(1_000_000)));
    assert_eq!(run(&["list"]), "1 1 1000000 Été.bin\n");
    run(&["download", "1", copy.to_str().unwrap()]);
    assert_eq!(std::fs::read(copy).unwrap(), std::fs::read(original).unwrap());
    let change: Value = serde_json::from_str(&run(&["changes", "0"])).unwrap();
    assert_eq!((&change["seq"], &change["kind"]), (&json!(1), &json!("created")));
}
