//! `File_create`, `File_update` and `File_delete`.

use futures_util::future::join_all;
use serde_json::{Value, json};
use testbed::service::TOKEN;

use crate::app::{App, Peer, change, told};
use crate::polling::Polling;

#[tokio::test]
async fn only_who_shows_our_token_may_tell() {
    let app = App::start().await;
    let zoe = app.documents.user("zoe").await;
    let (mut admin, mut user) = (app.admin().await, app.user(&zoe).await);
    let mut wrong = Peer::at(&app.url(""), Some(json!({"token": "wrong"}))).await;
    for event in ["File_create", "File_update", "File_delete"] {
        for peer in [&mut user, &mut wrong] {
            let said = peer.refused(event, change(1, zoe.id)).await;
            let expected = format!("{event} is for the documents API: show the token of the notifications");
            assert!(said["error"].as_str().unwrap().starts_with(&expected), "{said}");
        }
        // an admin hears, and does not tell
        assert!(admin.ask(event, change(1, zoe.id)).await["error"].is_string());
        assert_eq!(admin.next().await.0, "error");
    }
    let mut by_hand = change(1, zoe.id);
    by_hand["token"] = json!("wrong");
    wrong.refused("File_create", by_hand.clone()).await;
    by_hand["token"] = json!(TOKEN);
    for (seq, payload) in [(1, by_hand.clone()), (1, json!(by_hand.to_string()))] {
        assert_eq!(wrong.ask("File_create", payload).await["seq"], seq);
    }
    assert_eq!(user.next().await.1, told(1, zoe.id));
    // in a header, as clients that can set one do
    let mut polling = Polling::open(&app, 4, Some(TOKEN)).await;
    let payload = change(2, zoe.id);
    assert_eq!(polling.ask("File_update", &payload).await, json!({"ok": true, "seq": 2}));
    assert_eq!(user.next().await.1, told(2, zoe.id));
}

#[tokio::test]
async fn what_is_no_change_is_refused_and_told_to_nobody() {
    let app = App::start().await;
    let (mut api, mut admin) = (app.api().await, app.admin().await);
    let with = |field: &str, value: Value| {
        let mut change = change(1, 7);
        change[field] = value;
        change
    };
    for (payload, says) in [
        (with("seq", json!("1")), "expected u64"),
        (with("seq", json!(null)), "invalid type: null"),
        (with("colour", json!("red")), "unknown field `colour`"),
        (with("file", json!([])), "invalid length 0"),
        (json!("no JSON"), "expected"),
        (json!(null), "invalid type: null"),
        (json!([1, 2, 3]), "invalid type: integer"),
    ] {
        let said = api.refused("File_create", payload).await;
        let said = said["error"].as_str().unwrap();
        assert!(said.starts_with("File_create is not valid: ") && said.contains(says), "{said}");
    }
    admin.assert_silent().await;
    // and the API is not thrown out for it; but what those were, and in which order, nobody can say
    let said = api.ask("File_create", change(1, 7)).await;
    assert!(said["error"].as_str().unwrap().contains("connect anew"), "{said}");
    assert_eq!(app.api().await.ask("File_create", change(1, 7)).await["ok"], true);
    assert_eq!(admin.next().await.1, told(1, 7));
}

#[tokio::test]
async fn what_was_sent_behind_a_refused_change_is_told_behind_it() {
    let app = App::start().await;
    let (api, mut admin) = (app.api().await, app.admin().await);
    // all under way at once, and the third is wrong
    let asked: Vec<_> = (1..=200)
        .map(|seq| {
            let mut change = change(seq, 7);
            if seq == 3 {
                change["file"]["sha256"] = json!("wrong");
            }
            api.0.emit_with_ack("File_create", change)
        })
        .collect();
    let answers: Vec<_> = join_all(asked).await.into_iter().map(Result::unwrap).collect();
    for answer in &answers[..2] {
        assert_eq!(answer["ok"], true, "{answer}");
    }
    assert!(answers[2]["error"].as_str().unwrap().contains("64 hexadecimal digits"), "{}", answers[2]);
    let behind = json!({"error": "Change 3 before it was refused: send that one again first", "retry_after": 1});
    assert!(answers[3..].iter().all(|answer| *answer == behind), "{answers:?}");
    // mended, it is told, and those behind it after it
    for seq in 3..=200 {
        assert_eq!(api.ask("File_create", change(seq, 7)).await, json!({"ok": true, "seq": seq}));
    }
    for seq in 1..=200 {
        assert_eq!(admin.next().await.1, told(seq, 7));
    }
}

#[tokio::test]
async fn what_was_told_is_acknowledged_and_not_told_again() {
    let app = App::start().await;
    let (api, again, mut admin) = (app.api().await, app.api().await, app.admin().await);
    assert_eq!(api.ask("File_create", change(1, 7)).await, json!({"ok": true, "seq": 1}));
    for peer in [&api, &again] {
        let repeated = peer.ask("File_create", change(1, 7)).await;
        assert_eq!(repeated, json!({"ok": true, "seq": 1, "repeated": true}));
    }
    // another database counts anew
    let mut other = change(1, 8);
    other["epoch"] = json!("e2");
    assert_eq!(again.ask("File_create", other).await, json!({"ok": true, "seq": 1}));
    // one that was held up comes behind those that were sent after it
    for seq in [3, 2] {
        assert_eq!(api.ask("File_update", change(seq, 7)).await["repeated"], Value::Null);
    }
    let heard = [(1, 7), (1, 8), (3, 7), (2, 7)];
    for (seq, user) in heard {
        assert_eq!(admin.next().await.1, told(seq, user));
    }
    admin.assert_silent().await;
}

#[tokio::test]
async fn hundreds_under_way_are_told_and_acknowledged_in_their_order() {
    let app = App::start().await;
    let (api, mut admin) = (app.api().await, app.admin().await);
    let asked: Vec<_> = (1..=800).map(|seq| api.0.emit_with_ack("File_create", change(seq, 7))).collect();
    for seq in 1..=800 {
        assert_eq!(admin.next().await.1["seq"], seq);
    }
    for (seq, answer) in (1..).zip(join_all(asked).await) {
        assert_eq!(answer.unwrap(), json!({"ok": true, "seq": seq}));
    }
}
