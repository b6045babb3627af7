//! Subscriptions: asked for, confirmed, ended.

use chassis::ids::RandomIds;
use polystatus_communications::documents::schema;
use polystatus_communications::model::{Choice, Lang, Pending, Subscriber};
use reqwest::Method;
use serde_json::{Value, json};
use store::{Draft, Store, StoreError};
use testbed::client::send;
use testbed::on_both_storages;
use testbed::service::START;
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

/// Twenty thousand who wait, and one who is subscribed.
async fn full(storage: &Storage) {
    let store = Store::open(&storage.url().parse().unwrap(), "communications", schema(), &RandomIds).await.unwrap();
    let choice = || Choice { services: vec![], lang: Lang::En };
    let subscriber = |id: String, confirmed: Option<Choice>, pending: Option<Pending>| Subscriber {
        email: format!("{id}@example.org").parse().unwrap(),
        unsubscribe: format!("ends-{id}"),
        id,
        confirmed,
        pending,
        created_at: START,
    };
    let put = move |draft: &mut Draft| -> Result<(), StoreError> {
        for number in 0..20_000 {
            let pending = Pending { choice: choice(), token: format!("token-{number}"), asked_at: START };
            draft.put(subscriber(format!("waiting-{number}"), None, Some(pending)));
        }
        draft.put(subscriber("subscribed".to_owned(), Some(choice()), None));
        Ok(())
    };
    store.write(put).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn when_too_many_wait_everybody_is_told_the_same() {
    let storage = Storage::sqlite();
    full(&storage).await;
    let app = spawn_app(storage).await;
    let ask = async |who: &str| app.stranger().post(PATH, &json!({"email": format!("{who}@example.org")})).await;
    let stranger = ask("stranger").await;
    stranger.refused(503);
    for who in ["subscribed", "waiting-7"] {
        let answer = ask(who).await;
        assert_eq!((answer.status, &answer.body), (stranger.status, &stranger.body), "{who}");
    }
}

#[tokio::test]
async fn the_link_confirms_what_was_asked_for_last() {
    let app = spawn_app(Storage::sqlite()).await;
    let first = json!({"email": "zoe@example.org", "services": ["Mail"], "lang": "en"});
    let first = app.stranger().post(PATH, &first).await.expect(201);
    app.clock.advance(60);
    let second = json!({"email": "zoe@example.org", "services": ["Shop"], "lang": "fr"});
    assert_eq!(app.stranger().post(PATH, &second).await.expect(201).body, first.body);
    app.all_delivered().await;
    let mails = app.written();
    assert_eq!(mails.len(), 1, "there is no second mail: {mails:?}");
    let token = token(&mails[0], "confirm");
    app.stranger().post("/api/v1/subscriptions/confirm", &json!({"token": token})).await.assert_status(200);
    for (title, service) in [("of the mail", "Mail"), ("of the shop", "Shop")] {
        let plan = json!({"title": title, "services": [service], "from": START + 5000, "until": START + 6000});
        app.post("/api/v1/maintenances", &plan).await.assert_status(201);
    }
    app.all_delivered().await;
    let told: Vec<String> = app.written().into_iter().filter(|mail| mail.contains("of the ")).collect();
    assert!(told.len() == 1 && told[0].contains("of the shop"), "{told:?}");
    assert!(told[0].contains("Pr=C3=A9vu"), "in the language that was asked for last: {}", told[0]);
}

#[tokio::test]
async fn an_etag_tells_nothing_of_who_is_subscribed() {
    let mut seen = Vec::new();
    for subscribers in [0, 3] {
        let app = spawn_app(Storage::sqlite()).await;
        for number in 0..subscribers {
            app.subscribe(json!({"email": format!("r{number}@example.org")})).await;
        }
        app.put("/api/v1/banner", &json!({"text": "Hello"})).await.assert_status(200);
        app.announce("INC-1", "investigating", "x").await;
        app.all_delivered().await;
        let paths = ["/api/v1/banner", "/api/v1/public/status"];
        let mut tags = Vec::new();
        for path in paths {
            tags.push(app.stranger().get(path).await.expect(200).header("etag").to_owned());
        }
        seen.push(tags);
    }
    assert_eq!(seen[0], seen[1]);
}
