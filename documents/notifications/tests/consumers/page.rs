//! The example page, in a real browser: from another origin, as pages are.

use std::os::unix::fs::symlink;

use serde_json::{Value, json};
use testbed::process::Program;
use testbed::tools;

use crate::services::{SOON, Services, change, printed};

#[tokio::test]
async fn the_page_shows_what_happens_as_it_happens() {
    let services = Services::start().await;
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    std::fs::copy(tools::file("documents/notifications/examples/page.html"), &page).unwrap();
    symlink(tools::node_modules("socketio-node"), folder.path().join("node_modules")).unwrap();
    let running = Program::new(tools::of_debian("node", "nodejs"))
        .env("NODE_PATH", tools::node_modules("browser"))
        .env("CHROMIUM", tools::of_debian("chromium", "chromium"))
        .arg(tools::file("documents/notifications/tests/consumers/page.cjs"))
        .args([page.display().to_string(), services.notifications.url(""), services.token.clone()])
        .spawn();
    let shows = |what: &'static str| {
        let running = &running;
        async move {
            let last = async || printed(running).pop().filter(|shown| shown.to_string().contains(what));
            let shown: Value = testbed::wait::until_async(what, SOON, last).await;
            shown
        }
    };
    assert_eq!(shows("Listening").await, json!(["Listening as zoe."]));
    let mut hostile = change(1);
    hostile["file"]["name"] = json!("<img src=x onerror=alert(1)>");
    services.tell("File_create", hostile).await;
    assert!(shows("is new").await[1].as_str().unwrap().ends_with("<img src=x onerror=alert(1)> is new (version 1)"));
    services.tell("File_delete", change(2)).await;
    assert!(shows("is gone").await[1].as_str().unwrap().ends_with("Été.pdf is gone (version 2)"));
}
