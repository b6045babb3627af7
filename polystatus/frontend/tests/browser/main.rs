//! The pages in a real browser: Chromium, with axe beside it, as `look.cjs` and `journey.cjs` drive it.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

#[path = "../inside/browser.rs"]
#[expect(dead_code, reason = "what only the other tests make a browser do")]
mod browser;
mod inside;
#[path = "../api/peers.rs"]
#[expect(dead_code, reason = "what only the other tests make the peers do")]
mod peers;
mod work;
#[path = "../inside/world.rs"]
#[expect(dead_code, reason = "what only the other tests look at")]
mod world;

use std::time::Duration;

use serde_json::json;
use testbed::process::{Program, Running};
use testbed::{tools, wait};

use crate::peers::{Peers, Reply, incident, summary, time};

/// Ten pages, two languages, two themes, two widths: minutes on a busy machine.
const LIMIT: Duration = Duration::from_mins(15);

/// A bad day, so that there is something to see.
fn busy() -> Peers {
    let peers = Peers::start();
    peers.set("/api/v2/summary.json", &summary("major", "partial_outage"));
    let (open, over) = (
        incident("INC-1", "Payments fail for some", "identified", "A certificate has expired.\nIt is being replaced."),
        incident("INC-0", "Nobody could log in", "resolved", "It is over. We are sorry."),
    );
    peers.set("/api/v2/incidents.json", &json!({"incidents": [open, over]}));
    let work = json!({"id": "w1", "name": "New disks", "status": "scheduled", "scheduled_for": time(3600),
        "scheduled_until": time(7200), "components": [{"name": "Mail"}],
        "incident_updates": [{"status": "scheduled", "body": "Mails may come later.", "display_at": time(0)}]});
    peers.set("/api/v2/scheduled-maintenances.json", &json!({"scheduled_maintenances": [work]}));
    peers.set("/api/v1/banner", &json!({"text": "No cards on Sunday from 2 to 4 UTC", "level": "warning"}));
    let counts: Vec<u32> = (0..96).map(|quarter| if quarter > 88 { (quarter - 86) * 5 } else { quarter % 5 }).collect();
    peers.set(
        "/api/v1/reports/checkout",
        &json!({"state": "problems", "start": 1_699_914_600, "counts": counts,
        "baseline": vec![2.5; 96], "symptoms": {"error": 40, "slow": 9}}),
    );
    peers.reply("/api/v1/reports", Reply::Answer(201, "{}".to_owned()));
    peers
}

fn start(peers: &Peers) -> Running {
    let program = ["COMMUNICATIONS_URL", "INCIDENTS_URL", "CSP_URL", "INVENTORY_URL"]
        .into_iter()
        .fold(Program::new(env!("CARGO_BIN_EXE_polystatus-frontend")), |program, name| program.env(name, peers.url()));
    let running = program.env("STORE_URL", "memory:").env("ASK_SECONDS", "1").env("LOG_LEVEL", "error").start();
    wait::until("everything is known", Duration::from_secs(30), || {
        let page = get(&running, "/about");
        (page.matches("Answers now").count() == 4).then_some(())
    });
    running
}

/// By hand: the test needs no client of its own.
fn get(running: &Running, path: &str) -> String {
    use std::io::{Read, Write};
    let ask = || -> std::io::Result<String> {
        let mut stream = std::net::TcpStream::connect(running.address())?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text)
    };
    ask().unwrap_or_default()
}

/// Run a script of this folder; it fails when the script does.
fn node(script: &str, arguments: &[&str]) {
    node_as("", script, arguments);
}

/// The same, as somebody who signs in with this address and password.
fn node_as(sign_in: &str, script: &str, arguments: &[&str]) {
    let browser = tools::of_debian("chromium", "chromium");
    let program = Program::new(tools::of_debian("node", "nodejs"))
        .env("NODE_PATH", tools::node_modules("browser"))
        .env("CHROMIUM", browser)
        .env("SIGN_IN", sign_in)
        .arg(tools::file("polystatus/frontend/tests/browser").join(script))
        .args(arguments);
    let mut running = program.spawn();
    let status = running.wait_within(LIMIT);
    assert!(status.success(), "{status}\n{}{}", running.stdout(), running.stderr());
}

#[test]
fn every_page_is_without_fault_in_both_languages_themes_and_widths() {
    let peers = busy();
    let running = start(&peers);
    let pictures = tools::file("target/browser");
    let pages = [
        "/",
        "/history",
        "/providers",
        "/servers",
        "/subscribe",
        "/subscribe/confirm?token=x",
        "/subscribe/unsubscribe?token=x",
        "/about",
        "/incidents/INC-1",
        "/nowhere",
    ];
    let arguments = [running.url(""), pictures.display().to_string()];
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(pages).collect();
    node("look.cjs", &arguments);
}

#[test]
fn a_reader_without_a_mouse_reports_a_problem_with_the_script_and_without_it() {
    let peers = busy();
    let running = start(&peers);
    node("journey.cjs", &[&running.url("")]);
    assert_eq!(peers.posted("/api/v1/reports").len(), 2, "with the script, and without it");
}
