//! The process dies in the middle of sending.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chassis::ids::RandomIds;
use polystatus_communications::documents::schema;
use polystatus_communications::model::{Choice, Lang, Subscriber};
use serde_json::json;
use store::{Draft, Store, StoreError};
use testbed::client::Client;
use testbed::on_both_storages;
use testbed::process::Program;
use testbed::service::{START, TOKEN};
use testbed::smtp::MailServer;
use testbed::storage::Storage;
use testbed::wait;

on_both_storages! {
    of_five_thousand_mails_none_is_lost_and_none_is_sent_twice,
}

const RECIPIENTS: usize = 5000;
const CONNECTIONS: usize = 4;
const KILLS: usize = 3;

/// A debug build, Python, and two cores that others use, too.
const PATIENCE: Duration = Duration::from_secs(100);

/// Put subscribers where they would be after five thousand confirmations.
async fn subscribers(storage: &Storage) {
    let store = Store::open(&storage.url().parse().unwrap(), "communications", schema(), &RandomIds).await.unwrap();
    let put = |draft: &mut Draft| -> Result<(), StoreError> {
        for number in 0..RECIPIENTS {
            draft.put(Subscriber {
                id: format!("SUB-{number:05}"),
                email: format!("r{number}@example.org").parse().unwrap(),
                confirmed: Some(Choice { services: vec![], lang: Lang::En }),
                pending: None,
                unsubscribe: format!("token-{number}"),
                created_at: START,
            });
        }
        Ok(())
    };
    store.write(put).await.unwrap();
    store.close().await;
}

async fn of_five_thousand_mails_none_is_lost_and_none_is_sent_twice(storage: Storage) {
    subscribers(&storage).await;
    let server = MailServer::start();
    let program = Program::new(env!("CARGO_BIN_EXE_polystatus-communications"))
        .env("STORE_URL", storage.url())
        .env("API_TOKEN", TOKEN)
        .env("LOG_LEVEL", "error")
        .env("SMTP_URL", server.url())
        .env("SMTP_CONNECTIONS", CONNECTIONS.to_string())
        .env("ROLL_UP_SECONDS", "0");
    let mut running = program.start();
    let said = json!({"incident_id": "INC-1", "message": "For everybody", "state": "investigating"});
    Client::of(running.address()).as_(TOKEN).post("/api/v1/public/announce", &said).await.assert_status(201);
    for kill in 1..=KILLS {
        let enough = RECIPIENTS * kill / (KILLS + 1);
        wait::until_async("enough mails", PATIENCE, async || (server.mails().len() >= enough).then_some(())).await;
        running.kill_9();
        running = program.start();
    }
    let client = Client::of(running.address()).as_(TOKEN);
    let totals = wait::until_async("all to be sent", PATIENCE, async || {
        let totals = client.get("/api/v1/deliveries?limit=1").await.json()["totals"].clone();
        (totals["complete"] == true && totals["sent"] == RECIPIENTS).then_some(totals)
    })
    .await;
    assert_eq!(totals["all"], RECIPIENTS, "one row for each (event, recipient)");

    let mails = server.mails();
    let mut by_recipient: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for mail in &mails {
        by_recipient.entry(mail.to.as_str()).or_default().insert(mail.headers["message-id"].as_str());
    }
    // nothing is lost, and what a mailbox keeps by its Message-ID is one mail for each
    assert_eq!(by_recipient.len(), RECIPIENTS);
    assert!(by_recipient.values().all(|ids| ids.len() == 1));
    // the one window that no protocol closes: what was on the wire when it was killed
    let twice = mails.len() - RECIPIENTS;
    assert!(twice <= KILLS * CONNECTIONS, "{twice} mails came twice");
    println!("{RECIPIENTS} recipients, {KILLS} kills, {twice} mails came twice, each with the Message-ID of the first");
}
