//! The process dies while it writes down what it was told.

use serde_json::json;
use testbed::client::Client;
use testbed::process::Program;
use testbed::wait;
use testbed::{on_both_storages, storage::Storage};

use crate::app::SOON;
use crate::peers::{Peers, Reply, incident};

on_both_storages! {
    a_crash_leaves_a_page_that_can_be_read,
}

async fn a_crash_leaves_a_page_that_can_be_read(storage: Storage) {
    let peers = Peers::start();
    let program = ["COMMUNICATIONS_URL", "INCIDENTS_URL", "CSP_URL", "INVENTORY_URL"]
        .into_iter()
        .fold(Program::new(env!("CARGO_BIN_EXE_polystatus-frontend")), |program, name| program.env(name, peers.url()));
    let program = program.env("STORE_URL", storage.url()).env("ASK_SECONDS", "1").env("LOG_LEVEL", "error");
    for round in 0..3 {
        peers.always(None);
        let mut running = program.start();
        let client = Client::of(running.address());
        // so many changes, each of which is being written when the next one comes
        for number in 0..15 {
            let title = format!("Trouble {round}-{number}.");
            let told = incident(&format!("INC-{round}-{number}"), &title, "identified", "We know the cause");
            peers.set("/api/v2/incidents.json", &json!({"incidents": [told]}));
            peers.tell();
            let shown = async || client.get("/").await.body.contains(&title).then_some(());
            wait::until_async("it is shown", SOON, shown).await;
        }
        running.kill_9();
        peers.always(Some(Reply::Nothing));
        let again = program.start();
        let client = Client::of(again.address());
        let page = client.get("/").await.expect(200).body;
        assert!(page.contains(&format!("Trouble {round}-")), "what was told in this life is known: {page}");
        assert!(page.contains("Checkout") && page.contains("no answer since"), "{page}");
        client.get("/readyz").await.assert_status(200);
        client.get("/api/v2/summary.json").await.assert_status(200);
    }
}
