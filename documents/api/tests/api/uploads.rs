//! Content on its way in: checksums, limits, the same content twice, a client that breaks off.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use testbed::client::send;
use testbed::wait;

use crate::app::{add, form, spawn_app, spawn_with, upload};
use crate::form::{Form, Part, streamed};
use crate::storage::{Storage, on_all_databases};

on_all_databases! {
    the_same_content_at_once_lies_there_once_and_stays_while_somebody_has_it,
    a_download_that_has_begun_goes_on_while_its_file_is_deleted_for_good,
}

const SOON: Duration = Duration::from_secs(20);
const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
const HELLO_BASE64: &str = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";

#[tokio::test]
async fn a_checksum_that_the_client_promises_is_checked() {
    let app = spawn_app(Storage::sqlite()).await;
    let headed = |header: &str, value: &str| {
        Form::default().part("file", Part::of("hello").file_name("a").header(header, value))
    };
    let digest = format!("sha-256=:{HELLO_BASE64}:");
    let other = "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:";
    for right in [
        form("a", "hello").text("sha256", HELLO),
        Form::default().text("sha256", HELLO.to_uppercase()).part("file", Part::of("hello").file_name("b")),
        headed("Repr-Digest", &digest).text("name", "c"),
        headed("Content-Digest", &digest).text("name", "d"),
        // one that we cannot check is passed over
        headed("Repr-Digest", "md5=:AAAA:").text("name", "e"),
    ] {
        upload(&app, Method::POST, "/api/v1/files", right).await.assert_status(201);
    }
    for wrong in [
        form("x", "hello").text("sha256", HELLO.replace('2', "3")),
        form("x", "hello").text("sha256", "nonsense"),
        headed("Repr-Digest", other),
        headed("Content-Digest", other),
        headed("Repr-Digest", "sha-256=nonsense"),
        headed("Repr-Digest", &digest).text("sha256", HELLO.replace('2', "3")),
    ] {
        upload(&app, Method::POST, "/api/v1/files", wrong).await.refused(400);
    }
    assert_eq!(app.storage.contents().len(), 1, "what was refused left nothing");
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_however_it_comes() {
    let app = spawn_with(Storage::sqlite(), |settings| settings.max_file_bytes = 100_000).await;
    upload(&app, Method::POST, "/api/v1/files", form("fits", vec![0_u8; 100_000])).await.assert_status(201);
    let refused = upload(&app, Method::POST, "/api/v1/files", form("x", vec![0_u8; 100_001])).await.refused(413);
    assert_eq!(refused, "The body must not be larger than 100000 bytes");
    // one whose length nobody has announced
    let pieces = futures_util::stream::iter((0..200).map(|_| Ok(vec![0_u8; 1000])));
    let request = app.request(Method::POST, "/api/v1/files");
    send(streamed(request, "x", pieces)).await.assert_status(413);
    assert_eq!(app.storage.contents().len(), 1, "what was refused left nothing");
}

#[tokio::test]
async fn what_is_no_form_of_ours_is_refused() {
    let app = spawn_app(Storage::sqlite()).await;
    for wrong in [
        Form::default().text("name", "a"),
        Form::default(),
        form("a", "1").part("file", Part::of("2").file_name("b")),
        form("a", "1").text("colour", "red"),
        form("a", "1").text("name", "b").text("name", "c"),
        form("a", "1").text("user_id", "x"),
        form("a", "1").text("name", "x".repeat(10_000)),
    ] {
        upload(&app, Method::POST, "/api/v1/files", wrong).await.refused(400);
    }
    app.post("/api/v1/files", &json!({"name": "a"})).await.refused(415);
    upload(&app, Method::POST, "/api/v1/files", form("a", "1").text("user_id", "99")).await.assert_status(404);
    wait::until_async("the content to be swept", SOON, async || app.storage.contents().is_empty().then_some(())).await;
}

async fn the_same_content_at_once_lies_there_once_and_stays_while_somebody_has_it(storage: Storage) {
    let app = spawn_app(storage).await;
    let content = vec![42_u8; 1_000_000];
    let names: Vec<_> = (0..8).map(|number| format!("copy-{number}")).collect();
    let files = join_all(names.iter().map(|name| add(&app, name, content.clone()))).await;
    assert_eq!(app.storage.contents().len(), 1);
    let sums: std::collections::HashSet<_> = files.iter().map(|file| file["sha256"].to_string()).collect();
    assert_eq!(sums.len(), 1);
    for file in &files[1..] {
        app.delete(&format!("/api/v1/files/{}", file["id"])).await.assert_status(204);
    }
    let left = app.get(&format!("/api/v1/files/{}/content", files[0]["id"])).await.expect(200);
    assert_eq!(left.body.len(), content.len());
}

async fn a_download_that_has_begun_goes_on_while_its_file_is_deleted_for_good(storage: Storage) {
    let app = spawn_with(storage, |settings| settings.keep_deleted_days = 0).await;
    let content = vec![b'x'; 9_000_000];
    let file = add(&app, "large", content.clone()).await;
    let path = format!("/api/v1/files/{}", file["id"]);
    let mut download = app.request(Method::GET, &format!("{path}/content")).send().await.unwrap();
    let mut received = download.chunk().await.unwrap().unwrap().len();
    app.delete(&path).await.assert_status(204);
    app.clock.advance(1);
    let _replica = crate::app::TestApp::start(
        std::sync::Arc::clone(&app.storage),
        |settings| settings.keep_deleted_days = 0,
        std::sync::Arc::clone(&app.clock),
    )
    .await;
    wait::until_async("the content to be removed", SOON, async || app.storage.contents().is_empty().then_some(()))
        .await;
    while let Some(piece) = download.chunk().await.unwrap() {
        received += piece.len();
    }
    assert_eq!(received, content.len());
}

#[tokio::test]
async fn a_client_that_breaks_off_leaves_nothing() {
    let app = spawn_app(Storage::sqlite()).await;
    let pieces = futures_util::stream::iter([Ok(vec![0_u8; 600_000]), Err(std::io::Error::other("gone"))]);
    let broken = streamed(app.request(Method::POST, "/api/v1/files"), "half", pieces).send().await;
    assert!(broken.is_err());
    wait::until_async("the upload to be removed", SOON, async || app.storage.contents().is_empty().then_some(())).await;
    assert_eq!(app.get("/api/v1/files").await.json(), json!([]));
}
