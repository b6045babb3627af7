//! A file's life: uploaded, listed, read, changed, deleted.

use std::sync::Arc;

use reqwest::Method;
use serde_json::json;
use testbed::client::send;

use crate::app::{TestApp, add, change, changes, form, spawn_app, spawn_with, upload};
use crate::form::{Form, Part};
use crate::storage::{Storage, on_all_databases};

on_all_databases! {
    a_file_lives_from_its_upload_to_its_deletion,
    a_stranger_and_another_user_see_nothing_and_an_admin_sees_all,
    a_stale_version_is_not_overwritten,
    a_name_is_taken_once_for_each_owner,
    a_quota_counts_every_version_until_its_file_is_deleted,
    versions_of_a_deleted_file_are_there_for_admins_until_they_are_forgotten,
    lists_come_in_pages,
}

/// SHA-256 of `hello`.
const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

async fn a_file_lives_from_its_upload_to_its_deletion(storage: Storage) {
    let app = spawn_app(storage).await;
    let zoe = app.user("zoe").await;
    let answer = upload(&zoe, Method::POST, "/api/v1/files", form("Été.txt", "hello")).await.expect(201);
    let file = json!({
        "id": 1, "user_id": zoe.id, "name": "Été.txt", "version": 1, "sha256": HELLO, "size": 5,
        "created_at": 1_700_000_000, "updated_at": 1_700_000_000
    });
    assert_eq!(
        (answer.json(), answer.header("location"), answer.header("etag")),
        (file.clone(), "/api/v1/files/1", "\"1-1\"")
    );
    assert_eq!(zoe.get("/api/v1/files").await.expect(200).json(), json!([file]));
    assert_eq!(zoe.get("/api/v1/files/1").await.expect(200).json(), file);
    assert_eq!(zoe.get("/api/v1/files/1/content").await.expect(200).body, "hello");

    app.clock.advance(60);
    let renamed = zoe.put("/api/v1/files/1", &json!({"name": "hiver.txt"})).await.expect(200).json();
    assert_eq!(
        (&renamed["version"], &renamed["name"], &renamed["sha256"]),
        (&json!(2), &json!("hiver.txt"), &json!(HELLO))
    );
    let changed = change(&zoe, &file, "goodbye").await;
    assert_eq!((&changed["version"], &changed["name"], &changed["size"]), (&json!(3), &json!("hiver.txt"), &json!(7)));
    // the same again is no version
    assert_eq!(change(&zoe, &file, "goodbye").await, changed);
    let versions = zoe.get("/api/v1/files/1/versions").await.expect(200).json();
    let names: Vec<_> =
        versions.as_array().unwrap().iter().map(|it| (it["version"].clone(), it["name"].clone())).collect();
    assert_eq!(names, [(json!(1), json!("Été.txt")), (json!(2), json!("hiver.txt")), (json!(3), json!("hiver.txt"))]);
    assert_eq!(zoe.get("/api/v1/files/1/versions/1/content").await.expect(200).body, "hello");
    assert_eq!(zoe.get("/api/v1/files/1/versions/3/content").await.expect(200).body, "goodbye");
    zoe.get("/api/v1/files/1/versions/4/content").await.assert_status(404);

    zoe.delete("/api/v1/files/1").await.assert_status(204);
    for path in ["/api/v1/files/1", "/api/v1/files/1/content", "/api/v1/files/1/versions"] {
        assert_eq!(zoe.get(path).await.refused(404), "File not found");
    }
    zoe.delete("/api/v1/files/1").await.assert_status(404);
    assert_eq!(zoe.get("/api/v1/files").await.expect(200).json(), json!([]));
    let told: Vec<_> = changes(&zoe)
        .await
        .iter()
        .map(|it| (it["seq"].clone(), it["kind"].clone(), it["file"]["version"].clone()))
        .collect();
    let expected = [(1, "created", 1), (2, "updated", 2), (3, "updated", 3), (4, "deleted", 3)];
    assert_eq!(told, expected.map(|(seq, kind, version)| (json!(seq), json!(kind), json!(version))));
}

async fn a_stranger_and_another_user_see_nothing_and_an_admin_sees_all(storage: Storage) {
    let app = spawn_app(storage).await;
    let (zoe, max) = (app.user("zoe").await, app.user("max").await);
    let boss = app.user_who(json!({"login": "boss", "password": "correct horse battery staple", "admin": true})).await;
    add(&zoe, "hers.txt", "hello").await;
    // of the service's own token: nobody's
    assert_eq!(add(&app, "ours.txt", "hello").await["user_id"], json!(null));
    for path in
        ["/api/v1/files/1", "/api/v1/files/1/content", "/api/v1/files/1/versions", "/api/v1/files/1/versions/1/content"]
    {
        assert_eq!(max.get(path).await.refused(404), "File not found");
        app.stranger().get(path).await.assert_status(401);
        boss.get(path).await.assert_status(200);
        app.get(path).await.assert_status(200);
    }
    max.put("/api/v1/files/1", &json!({"name": "mine.txt"})).await.assert_status(404);
    max.delete("/api/v1/files/1").await.assert_status(404);
    assert_eq!(max.get("/api/v1/files").await.json(), json!([]));
    assert_eq!((changes(&max).await.len(), changes(&zoe).await.len(), changes(&boss).await.len()), (0, 1, 2));
    // an admin uploads for somebody; others do not
    let for_zoe = |name: &str| form(name, "x").text("user_id", zoe.id.to_string());
    let made = upload(&boss, Method::POST, "/api/v1/files", for_zoe("from-boss.txt")).await.expect(201).json();
    assert_eq!(made["user_id"], json!(zoe.id));
    upload(&max, Method::POST, "/api/v1/files", for_zoe("from-max.txt")).await.assert_status(403);
    // whose quota is what counts
    app.put(&format!("/api/v1/users/{}", boss.id), &json!({"quota": 0})).await.assert_status(200);
    upload(&boss, Method::POST, "/api/v1/files", for_zoe("more.txt")).await.assert_status(201);
    upload(&boss, Method::POST, "/api/v1/files", form("own.txt", "x")).await.assert_status(507);
    assert_eq!(zoe.get("/api/v1/files").await.json().as_array().unwrap().len(), 3);
}

async fn a_stale_version_is_not_overwritten(storage: Storage) {
    let app = spawn_app(storage).await;
    let zoe = app.user("zoe").await;
    add(&zoe, "a.txt", "one").await;
    let put = |tag: &'static str| {
        let request = zoe.request(Method::PUT, "/api/v1/files/1").header("If-Match", tag);
        send(request.json(&json!({"name": format!("b{}.txt", tag.len())})))
    };
    put("\"1-1\"").await.assert_status(200);
    put("\"1-1\"").await.assert_status(412);
    send(zoe.request(Method::DELETE, "/api/v1/files/1").header("If-Match", "\"1-1\"")).await.assert_status(412);
    let stale = zoe.request(Method::PUT, "/api/v1/files/1").header("If-Match", "\"1-1\"");
    send(form("x", "two").on(stale)).await.assert_status(412);
    let fresh = zoe.request(Method::GET, "/api/v1/files/1").header("If-None-Match", "\"1-2\"");
    send(fresh).await.assert_status(304);
    put("*").await.assert_status(200);
}

async fn a_name_is_taken_once_for_each_owner(storage: Storage) {
    let app = spawn_app(storage).await;
    let (zoe, max) = (app.user("zoe").await, app.user("max").await);
    add(&zoe, "Été.txt", "1").await;
    let again = |name: &str| form(name, "2");
    for twin in ["Été.txt", "E\u{301}te\u{301}.txt", "éTÉ.TXT"] {
        let refused = upload(&zoe, Method::POST, "/api/v1/files", again(twin)).await.refused(409);
        assert_eq!(refused, "There is a file of this name already: 1");
    }
    add(&max, "été.txt", "3").await;
    let other = add(&zoe, "ete.txt", "4").await;
    let path = format!("/api/v1/files/{}", other["id"]);
    zoe.put(&path, &json!({"name": "ÉTÉ.txt"})).await.assert_status(409);
    // another spelling of its own name is another name
    zoe.put("/api/v1/files/1", &json!({"name": "ÉTÉ.txt"})).await.assert_status(200);
    zoe.delete("/api/v1/files/1").await.assert_status(204);
    add(&zoe, "été.txt", "5").await;
}

async fn a_quota_counts_every_version_until_its_file_is_deleted(storage: Storage) {
    let app = spawn_app(storage).await;
    let zoe = app.user_who(json!({"login": "zoe", "password": "correct horse battery staple", "quota": 10})).await;
    let used = async || zoe.get(&format!("/api/v1/users/{}", zoe.id)).await.json()["used"].as_i64().unwrap();
    let file = add(&zoe, "a", "12345").await;
    change(&zoe, &file, "123").await;
    zoe.put("/api/v1/files/1", &json!({"name": "b"})).await.assert_status(200);
    assert_eq!(used().await, 8);
    let refused = upload(&zoe, Method::POST, "/api/v1/files", form("c", "123")).await.refused(507);
    assert!(refused.starts_with("Your quota has no room"), "{refused}");
    add(&zoe, "c", "12").await;
    let more = Form::default().part("file", Part::of("x"));
    upload(&zoe, Method::PUT, "/api/v1/files/1", more).await.assert_status(507);
    assert_eq!(used().await, 10);
    zoe.delete("/api/v1/files/1").await.assert_status(204);
    assert_eq!(used().await, 2);
    add(&zoe, "a", "12345678").await;
    assert_eq!(used().await, 10);
}

async fn versions_of_a_deleted_file_are_there_for_admins_until_they_are_forgotten(storage: Storage) {
    let app = spawn_with(storage, |settings| settings.keep_deleted_days = 1).await;
    let zoe = app.user("zoe").await;
    add(&zoe, "a", "gone").await;
    add(&zoe, "b", "stays").await;
    zoe.delete("/api/v1/files/1").await.assert_status(204);
    zoe.get("/api/v1/files/1/versions/1/content").await.assert_status(404);
    assert_eq!(app.get("/api/v1/files/1/versions/1/content").await.expect(200).body, "gone");
    assert_eq!(app.storage.contents().len(), 2);

    app.clock.advance(2 * 24 * 3600);
    // an instance that starts looks at once what is over
    let (storage, clock) = (Arc::clone(&app.storage), Arc::clone(&app.clock));
    let replica = TestApp::start(storage, |settings| settings.keep_deleted_days = 1, clock).await;
    let swept = async || (app.storage.contents().len() == 1).then_some(());
    testbed::wait::until_async("the content to be removed", std::time::Duration::from_secs(20), swept).await;
    app.get("/api/v1/files/1/versions").await.assert_status(404);
    assert_eq!(replica.get("/api/v1/files/2/content").await.expect(200).body, "stays");
    // what happened stays in the feed
    assert_eq!(changes(&app).await.len(), 3);
}

async fn lists_come_in_pages(storage: Storage) {
    let app = spawn_app(storage).await;
    let (zoe, max) = (app.user("zoe").await, app.user("max").await);
    for number in 0..5 {
        add(&zoe, &format!("z{number}"), "").await;
        add(&max, &format!("m{number}"), "").await;
    }
    let mut names = Vec::new();
    let mut next = Some("/api/v1/files?limit=2".to_owned());
    while let Some(path) = next {
        let page = zoe.get(&path).await.expect(200);
        names.extend(page.json().as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap().to_owned()));
        next = page.next();
    }
    assert_eq!(names, ["z0", "z1", "z2", "z3", "z4"]);
    assert_eq!(app.get("/api/v1/files?limit=500").await.json().as_array().unwrap().len(), 10);
    let file = add(&zoe, "changed", "").await;
    for number in 0..4 {
        change(&zoe, &file, number.to_string()).await;
    }
    let (mut versions, mut next) = (Vec::new(), Some(format!("/api/v1/files/{}/versions?limit=2", file["id"])));
    while let Some(path) = next {
        let page = zoe.get(&path).await.expect(200);
        let page_of: Vec<_> =
            page.json().as_array().unwrap().iter().map(|version| version["version"].as_i64().unwrap()).collect();
        assert!(page_of.len() <= 2, "{page_of:?}");
        versions.extend(page_of);
        next = page.next();
    }
    assert_eq!(versions, [1, 2, 3, 4, 5]);
    zoe.get("/api/v1/files/1/versions?limit=501").await.assert_status(400);
    app.get("/api/v1/files?limit=0").await.assert_status(400);
    app.get("/api/v1/files?colour=red").await.assert_status(400);
}
