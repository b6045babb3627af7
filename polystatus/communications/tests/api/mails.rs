//! Mails, by a real mail server.

use chassis::ids::RandomIds;
use polystatus_communications::documents::schema;
use polystatus_communications::model::Notice;
use serde_json::{Value, json};
use store::Store;
use testbed::on_both_storages;
use testbed::service::START;
use testbed::smtp::MailServer;
use testbed::storage::Storage;
use testbed::wait;

use crate::app::{SOON, TestApp, spawn_app, spawn_with};

on_both_storages! {
    a_burst_of_updates_is_one_mail_for_each_recipient,
}

/// The service with a mail server of its own.
async fn with_server(storage: Storage) -> (TestApp, MailServer) {
    let server = MailServer::start();
    let url = server.url();
    let app = spawn_with(storage, |settings| settings.smtp_url = Some(url.parse().unwrap())).await;
    (app, server)
}

/// Subscribe, and confirm by the mail that came.
async fn subscribe(app: &TestApp, server: &MailServer, email: &str, lang: &str) {
    let subscription = json!({"email": email, "lang": lang});
    app.stranger().post("/api/v1/subscriptions/email", &subscription).await.assert_status(201);
    let mail = server.to(email, 1).await.remove(0);
    let token = confirmation(&mail.text);
    app.stranger().post("/api/v1/subscriptions/confirm", &json!({"token": token})).await.assert_status(200);
}

/// What the link of a confirmation holds.
fn confirmation(text: &str) -> String {
    text.split("token=").nth(1).unwrap().chars().take_while(char::is_ascii_alphanumeric).collect()
}

#[tokio::test]
async fn a_mail_says_what_was_told_in_the_language_of_its_reader() {
    let (app, server) = with_server(Storage::sqlite()).await;
    subscribe(&app, &server, "zoe@example.org", "fr").await;
    subscribe(&app, &server, "joe@example.org", "en").await;
    app.others.incident("INC-1", 2, "open", &["Checkout"], START).await;
    app.until("/api/v2/status.json", |_| true).await;
    app.announce("INC-1", "investigating", "Le paiement échoue – payments fail").await;
    let (french, english) = (server.to("zoe@example.org", 2).await, server.to("joe@example.org", 2).await);
    for (mail, subject, said) in [
        (&french[1], "[PolyStatus] En cours d’analyse: ", "Ne plus en recevoir"),
        (&english[1], "[PolyStatus] Investigating: ", "To end that"),
    ] {
        assert!(mail.headers["subject"].starts_with(subject), "{mail:?}");
        assert!(mail.text.contains("Le paiement échoue – payments fail"), "{mail:?}");
        assert!(mail.text.to_lowercase().contains(&said.to_lowercase()), "{mail:?}");
        assert_eq!(mail.headers["auto-submitted"], "auto-generated");
        assert_eq!(mail.headers["list-unsubscribe-post"], "List-Unsubscribe=One-Click");
        let unsubscribe = mail.headers["list-unsubscribe"].as_str();
        assert!(unsubscribe.starts_with("<https://status.example.org/subscribe/unsubscribe?token="), "{unsubscribe}");
        assert!(mail.headers["date"].starts_with("Tue, 14 Nov 2023 22:13:20"), "{mail:?}");
    }
    assert_ne!(french[1].headers["message-id"], english[1].headers["message-id"]);
}

async fn a_burst_of_updates_is_one_mail_for_each_recipient(storage: Storage) {
    let server = MailServer::start();
    let url = server.url();
    let app = spawn_with(storage, |settings| {
        settings.smtp_url = Some(url.parse().unwrap());
        settings.roll_up_seconds = 20;
    })
    .await;
    subscribe(&app, &server, "zoe@example.org", "en").await;
    for number in 0..5 {
        app.announce("INC-1", "investigating", &format!("update number {number}")).await;
        app.clock.advance(3);
    }
    app.announce("INC-2", "investigating", "another incident").await;
    app.until("/api/v1/deliveries", |all| all["totals"]["queued"] == 6).await;
    assert_eq!(server.mails().len(), 1, "they are gathered");
    app.clock.advance(60);
    let mails = server.to("zoe@example.org", 3).await;
    app.all_delivered().await;
    assert_eq!(server.mails().len(), 3);
    let first = mails.iter().find(|mail| mail.text.contains("update number 0")).unwrap();
    let places: Vec<_> =
        (0..5).rev().map(|number| first.text.find(&format!("update number {number}")).unwrap()).collect();
    assert!(places.is_sorted(), "the newest comes first: {}", first.text);
    // each of the five events has its row, and all tell of the same message
    let rows = app.get("/api/v1/deliveries").await.list("deliveries");
    let sent: Vec<&Value> = rows.iter().filter(|row| row["subject"] == "INC-1").collect();
    assert_eq!(sent.len(), 5);
    assert!(sent.iter().all(|row| row["state"] == "sent" && row["message"] == sent[0]["message"]), "{sent:?}");
    assert_eq!(sent[0]["address"], "z…@example.org");
    let one = sent[0]["event"].as_str().unwrap();
    let of_one = app.get(&format!("/api/v1/deliveries?event={one}")).await.json();
    assert_eq!((&of_one["totals"]["sent"], &of_one["totals"]["all"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn older_news_never_comes_after_newer() {
    let (app, server) = with_server(Storage::sqlite()).await;
    // a mailbox that wants to see each mail twice
    let to = "grudging@example.org";
    app.stranger().post("/api/v1/subscriptions/email", &json!({"email": to})).await.assert_status(201);
    let put_off = |rows: usize| {
        move |all: &Value| {
            let waits = all["deliveries"].as_array().unwrap().iter().filter(|row| row["state"] == "queued");
            waits.filter(|row| row["attempts"].as_u64() > Some(0)).count() == rows
        }
    };
    app.until("/api/v1/deliveries", put_off(1)).await;
    app.clock.advance(3600);
    let token = confirmation(&server.to(to, 1).await[0].text);
    app.stranger().post("/api/v1/subscriptions/confirm", &json!({"token": token})).await.assert_status(200);
    app.announce("INC-1", "investigating", "the first of it").await;
    app.until("/api/v1/deliveries", put_off(1)).await;
    app.announce("INC-1", "resolved", "the last of it").await;
    app.until("/api/v1/deliveries", put_off(2)).await;
    app.clock.advance(3600);
    app.all_delivered().await;
    let mails = server.to(to, 2).await;
    assert_eq!(mails.len(), 2, "the confirmation, and one that tells both: {mails:?}");
    let place = |said: &str| mails[1].text.find(said).unwrap();
    assert!(place("the last of it") < place("the first of it"), "{}", mails[1].text);
    assert!(mails[1].headers["subject"].contains("Resolved"), "{:?}", mails[1]);
}

#[tokio::test]
async fn what_is_said_by_itself_is_said_in_the_language_of_its_reader() {
    let (app, server) = with_server(Storage::sqlite()).await;
    subscribe(&app, &server, "zoe@example.org", "fr").await;
    subscribe(&app, &server, "joe@example.org", "en").await;
    let plan = json!({"title": "Disques", "message": "Written by hand", "from": START + 10, "until": START + 20});
    app.post("/api/v1/maintenances", &plan).await.assert_status(201);
    for (mails, at, french, english) in
        [(3, 10, "Les travaux ont commencé.", "The work has begun."), (4, 10, "terminés.", "The work is completed.")]
    {
        server.to("zoe@example.org", mails - 1).await;
        app.clock.advance(at);
        let (zoe, joe) = (server.to("zoe@example.org", mails).await, server.to("joe@example.org", mails).await);
        let (zoe, joe) = (&zoe[mails - 1].text, &joe[mails - 1].text);
        assert!(zoe.contains(french) && !zoe.contains(english), "{zoe}");
        assert!(joe.contains(english) && !joe.contains(french), "{joe}");
    }
    let written = &server.to("zoe@example.org", 4).await[1];
    assert!(written.text.contains("Written by hand"), "what somebody wrote stays as it is: {written:?}");
}

#[tokio::test]
async fn what_is_refused_fails_and_what_is_put_off_is_tried_again() {
    let (app, server) = with_server(Storage::sqlite()).await;
    for email in ["refused@example.org", "later@example.org", "fine@example.org"] {
        app.stranger().post("/api/v1/subscriptions/email", &json!({"email": email})).await.assert_status(201);
    }
    let rows = app.until("/api/v1/deliveries", |all| all["totals"]["failed"] == 1 && all["totals"]["sent"] == 1).await;
    let rows = rows["deliveries"].as_array().unwrap();
    let row = |state: &str| rows.iter().find(|row| row["state"] == state).unwrap();
    assert!(row("failed")["last_error"].as_str().unwrap().contains("no such mailbox"), "{rows:?}");
    let waits = app.until("/api/v1/deliveries", |all| all["totals"]["queued"] == 1).await;
    let waits = waits["deliveries"].as_array().unwrap().iter().find(|row| row["state"] == "queued").unwrap().clone();
    assert_eq!((&waits["attempts"], &waits["due_at"].as_i64().unwrap().gt(&START)), (&json!(1), &true), "{waits}");
    assert!(waits["last_error"].as_str().unwrap().contains("try again later"), "{waits}");
    // the second attempt is put off, too; the third is taken
    app.clock.advance(3600);
    app.until("/api/v1/deliveries", |all| {
        let mut rows = all["deliveries"].as_array().unwrap().iter();
        let row = rows.find(|row| row["recipient"] == waits["recipient"] && row["event"] == waits["event"]);
        // an attempt that is under way is counted already; the clock must not go on before it is over
        row.is_some_and(|row| row["state"] == "queued" && row["attempts"] == 2)
    })
    .await;
    app.clock.advance(3600);
    server.to("later@example.org", 1).await;
    assert_eq!(app.all_delivered().await["sent"], 2);
}

#[tokio::test]
async fn while_the_mail_server_is_away_mails_wait_and_their_attempts_are_not_counted() {
    let (app, mut server) = with_server(Storage::sqlite()).await;
    subscribe(&app, &server, "zoe@example.org", "en").await;
    server.stop();
    app.announce("INC-1", "investigating", "Said while it was away").await;
    let waits = app
        .until("/api/v1/deliveries", |all| {
            all["deliveries"].as_array().unwrap().iter().any(|row| !row["last_error"].is_null())
        })
        .await;
    assert_eq!(waits["totals"]["failed"], 0, "{waits}");
    server.start_again();
    let mail = server.to("zoe@example.org", 2).await.remove(1);
    assert!(mail.text.contains("Said while it was away"));
    app.all_delivered().await;
    let rows = app.get("/api/v1/deliveries").await.list("deliveries");
    assert!(rows.iter().all(|row| row["state"] == "sent" && row["attempts"] == 1), "{rows:?}");
}

#[tokio::test]
async fn the_users_service_has_its_mails_sent_and_their_secrets_forgotten() {
    let (app, server) = with_server(Storage::sqlite()).await;
    let data =
        json!({"email": "new@example.org", "name": "Nadia", "token": "a-secret-token", "expires_at": START + 3600});
    let users = "/polystatus/users";
    app.others.say_as("u-1", users, "polystatus.user.registered", "USR-1", &data).await;
    // the broker may bring it twice
    app.others.say_as("u-1", users, "polystatus.user.registered", "USR-1", &data).await;
    let changed = json!({"email": "new@example.org", "name": "Nadia"});
    app.others.say_as("u-2", users, "polystatus.user.password-changed", "USR-1", &changed).await;
    let mails = server.to("new@example.org", 2).await;
    app.all_delivered().await;
    assert_eq!(server.mails().len(), 2);
    assert!(mails[0].text.contains("Hello Nadia,"), "{:?}", mails[0]);
    assert!(
        mails[0].text.contains("https://status.example.org/account/verify-email?token=a-secret-token"),
        "{:?}",
        mails[0]
    );
    assert!(mails[0].text.contains("2023-11-14 23:13 UTC") && !mails[0].headers.contains_key("list-unsubscribe"));
    assert!(!mails[1].text.contains("token="), "{:?}", mails[1]);
    assert_eq!(app.get("/api/v1/deliveries?event=u-1").await.json()["totals"]["sent"], 1);
    // what another instance loads has none of it
    let replica = app.replica(|_| {}).await;
    assert_eq!(replica.get("/api/v1/deliveries?event=u-1").await.json()["deliveries"][0]["address"], "n…@example.org");
    let Storage::Sqlite(folder) = &*app.storage else { unreachable!() };
    let url = format!("sqlite:{}", folder.path().join("store.db").display()).parse().unwrap();
    let store = Store::open(&url, "communications", schema(), &RandomIds).await.unwrap();
    let notice = store.read().get::<Notice>("u-1").unwrap().document.clone();
    assert_eq!(notice.content, notice.content.without_secrets());
}

#[tokio::test]
async fn without_a_mail_server_mails_are_files() {
    let app = spawn_app(Storage::sqlite()).await;
    app.subscribe(json!({"email": "zoe@example.org"})).await;
    app.announce("INC-1", "investigating", "Hello").await;
    app.all_delivered().await;
    let mails = app.written();
    assert_eq!(mails.len(), 2);
    assert!(mails.iter().all(|mail| mail.contains("\r\nMessage-ID: <EVT-") || mail.starts_with("Message-ID: <EVT-")));
    wait::until("no half mail to be left", SOON, || {
        let left = std::fs::read_dir(app.mails.path()).unwrap().count();
        (left == 2).then_some(())
    });
}
