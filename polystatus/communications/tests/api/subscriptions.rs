//! Subscriptions: asked for, confirmed, ended.

use reqwest::Method;
use serde_json::{Value, json};
use testbed::client::send;
use testbed::on_both_storages;
use testbed::storage::Storage;

use crate::app::{spawn_app, spawn_with, token};

on_both_storages! {
    nothing_but_a_question_is_sent_before_it_is_answered,
    one_click_ends_it,
}

const PATH: &str = "/api/v1/subscriptions/email";

async fn nothing_but_a_question_is_sent_before_it_is_answered(storage: Storage) {
    let app = spawn_app(storage).await;
    let zoe = json!({"email": "zoe@example.org", "lang": "fr"});
    let first = app.stranger().post(PATH, &zoe).await.expect(201);
    app.announce("INC-1", "investigating", "Not for Zoé").await;
    app.all_delivered().await;
    let mails = app.written();
    assert_eq!(mails.len(), 1, "{mails:?}");
    // in French, and without a link that would end what has not begun
    assert!(mails[0].contains("Vous") || mails[0].contains("vous"), "{}", mails[0]);
    assert!(!mails[0].contains("List-Unsubscribe") && !mails[0].contains("Not for"), "{}", mails[0]);
    // asked again at once, there is no second mail; and the answer does not tell
    let again = app.stranger().post(PATH, &zoe).await.expect(201);
    assert_eq!(first.body, again.body);

    let link = format!("/subscribe/confirm?token={}", token(&mails[0], "confirm"));
    // a program that follows links confirms nothing
    let page = app.stranger().get(&link).await.expect(200);
    assert!(page.body.contains("<form method=\"post\">") && page.body.contains("lang=\"fr\""), "{page}");
    app.announce("INC-1", "identified", "Still not for Zoé").await;
    app.all_delivered().await;
    assert_eq!(app.written().len(), 1);
    // the button does, once
    send(app.stranger().request(Method::POST, &link)).await.assert_status(200);
    send(app.stranger().request(Method::POST, &link)).await.assert_status(404);
    app.stranger().get(&link).await.assert_status(404);
    app.announce("INC-1", "monitoring", "For Zoé").await;
    app.all_delivered().await;
    let mails = app.written();
    assert_eq!(mails.len(), 2);
    assert!(mails.iter().any(|mail| mail.contains("For Zo=C3=A9")), "{mails:?}");
    // and for one who is subscribed the answer is the same
    app.clock.advance(3600);
    assert_eq!(app.stranger().post(PATH, &zoe).await.expect(201).body, first.body);
    let unknown = app.stranger().post(PATH, &json!({"email": "nobody@example.org"})).await.expect(201);
    assert_eq!(unknown.body, first.body);
}

async fn one_click_ends_it(storage: Storage) {
    let app = spawn_app(storage).await;
    app.subscribe(json!({"email": "zoe@example.org"})).await;
    app.announce("INC-1", "investigating", "First").await;
    app.all_delivered().await;
    let mail = app.written().into_iter().find(|mail| mail.contains("First")).unwrap();
    let folded = mail.replace("\r\n ", " ");
    assert!(folded.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{mail}");
    let header = folded.lines().find(|line| line.starts_with("List-Unsubscribe: ")).unwrap();
    let url = header.split(['<', '>']).nth(1).unwrap();
    let path = url.strip_prefix("https://status.example.org").unwrap_or_else(|| panic!("{url}"));
    // following it changes nothing, and tells nothing of who is subscribed
    let page = app.stranger().get(path).await.expect(200);
    assert_eq!(page.body, app.stranger().get("/subscribe/unsubscribe?token=nothing").await.expect(200).body);
    // as a mail program posts it (RFC 8058, 3.2)
    let click = app.stranger().request(Method::POST, path).header("Content-Type", "application/x-www-form-urlencoded");
    send(click.body("List-Unsubscribe=One-Click")).await.assert_status(200);
    app.announce("INC-1", "identified", "Second").await;
    app.all_delivered().await;
    assert!(!app.written().iter().any(|mail| mail.contains("Second")));
    // again it is as good
    send(app.stranger().request(Method::POST, path)).await.assert_status(200);
}

#[tokio::test]
async fn who_names_services_hears_of_those_and_of_what_names_none() {
    let app = spawn_app(Storage::sqlite()).await;
    app.subscribe(json!({"email": "mail@example.org", "services": ["Mail"]})).await;
    app.subscribe(json!({"email": "shop@example.org", "services": ["shop"]})).await;
    app.subscribe(json!({"email": "all@example.org"})).await;
    for (id, services) in [("INC-1", &["mail"][..]), ("INC-2", &["Shop", "x"]), ("INC-3", &[])] {
        app.others.incident(id, 2, "open", services, 1).await;
        app.announce(id, "investigating", "x").await;
        app.until("/api/v1/public/status", |all| all[0]["sev"] == 2).await;
    }
    app.all_delivered().await;
    // the first announcement may come before the event with the services: what counts is the last one
    for (id, services) in [("INC-1", 0), ("INC-2", 1), ("INC-3", 2)] {
        app.announce(id, "identified", &format!("about-{services}-")).await;
    }
    app.all_delivered().await;
    let told = |address: &str| -> Vec<Value> {
        let mails =
            app.written().into_iter().filter(|mail| mail.contains(&format!("To: {address}@"))).collect::<Vec<_>>();
        (0..3).map(|about| json!(mails.iter().any(|mail| mail.contains(&format!("about-{about}-"))))).collect()
    };
    assert_eq!(told("mail"), [true, false, true]);
    assert_eq!(told("shop"), [false, true, true]);
    assert_eq!(told("all"), [true, true, true]);
}

#[tokio::test]
async fn an_address_is_not_flooded_and_neither_is_the_service() {
    let app = spawn_with(Storage::sqlite(), |settings| settings.subscriptions_per_hour = 3).await;
    for number in 0..3 {
        app.stranger().post(PATH, &json!({"email": format!("a{number}@example.org")})).await.assert_status(201);
    }
    let refused = app.stranger().post(PATH, &json!({"email": "a4@example.org"})).await;
    refused.refused(429);
    assert!(refused.header("retry-after").parse::<u32>().unwrap() > 0);
    app.all_delivered().await;
    assert_eq!(app.written().len(), 3);
}

#[tokio::test]
async fn a_link_is_good_for_three_days() {
    let app = spawn_app(Storage::sqlite()).await;
    app.stranger().post(PATH, &json!({"email": "zoe@example.org"})).await.assert_status(201);
    app.all_delivered().await;
    let token = token(&app.written()[0], "confirm");
    // what is kept opens nothing any more
    app.clock.advance(3 * 24 * 3600);
    app.stranger().post("/api/v1/subscriptions/confirm", &json!({"token": token})).await.refused(404);
    app.stranger().post("/api/v1/subscriptions/confirm", &json!({"token": ""})).await.refused(404);
}
