//! Through a proxy that speaks TLS: `https` for polling, `wss` for the websocket.

use std::net::TcpStream;

use serde_json::json;
use testbed::process::{Program, Running, free_port};
use testbed::{tools, wait};

use crate::services::{SOON, Services, change, until_printed};

/// Caddy before the notifications, with an authority of its own in this folder.
fn caddy(folder: &std::path::Path, before: &str) -> (Running, u16) {
    let port = free_port().unwrap();
    let settings = folder.join("Caddyfile");
    let folder = folder.display();
    let text = format!(
        "{{\n admin off\n skip_install_trust\n auto_https disable_redirects\n storage file_system {folder}\n \
         servers {{\n  protocols h1 h2\n }}\n}}\n\
         https://localhost:{port} {{\n tls internal\n reverse_proxy {before}\n}}\n"
    );
    std::fs::write(&settings, text).unwrap();
    let program = Program::new(tools::of_debian("caddy", "caddy")).args(["run", "--config"]).arg(&settings);
    (program.args(["--adapter", "caddyfile"]).spawn(), port)
}

#[tokio::test]
async fn the_official_client_over_https_and_wss() {
    let services = Services::start().await;
    let folder = tempfile::tempdir().unwrap();
    let (_caddy, port) = caddy(folder.path(), services.notifications.url("").trim_start_matches("http://"));
    let authority = folder.path().join("pki/authorities/local/root.crt");
    let there = async || (authority.is_file() && TcpStream::connect(("127.0.0.1", port)).is_ok()).then_some(());
    wait::until_async("Caddy to listen", SOON, there).await;
    for (seq, transport) in [(1, "polling"), (2, "websocket")] {
        let running = Program::new(tools::of_debian("node", "nodejs"))
            .arg(tools::file("documents/notifications/examples/listen.cjs"))
            .args([&format!("https://localhost:{port}"), "User_connect", transport])
            .env("NODE_PATH", tools::node_modules("socketio-node"))
            .env("NODE_EXTRA_CA_CERTS", &authority)
            .env("NOTIFICATIONS_TOKEN", &services.token)
            .spawn();
        let answer = json!(["answer", {"ok": true, "user_id": 1, "login": "zoe", "admin": false}]);
        assert_eq!(until_printed(&running, 1).await, [answer], "{transport}");
        services.tell("File_create", change(seq)).await;
        assert_eq!(until_printed(&running, 2).await[1], json!(["Notify_File_create", change(seq)]), "{transport}");
    }
}
