//! Content on its way out: parts of it, and tags.

use reqwest::Method;
use testbed::answer::Answer;
use testbed::client::{Client, send};

use crate::app::{add, change, spawn_app};
use crate::storage::{Storage, on_all_databases};

on_all_databases! {
    what_the_folder_has_lost_is_our_fault_and_another_upload_puts_it_back,
}

async fn get(client: &Client, headers: &[(&'static str, &str)]) -> Answer {
    let request = client.request(Method::GET, "/api/v1/files/1/content");
    send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

#[tokio::test]
async fn a_part_is_sent_as_rfc_9110_says() {
    let app = spawn_app(Storage::sqlite()).await;
    let zoe = app.user("zoe").await;
    add(&zoe, "a", "0123456789").await;
    for (range, expected, part) in [
        ("bytes=0-3", "0123", "bytes 0-3/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=8-100", "89", "bytes 8-9/10"),
        ("bytes=-100", "0123456789", "bytes 0-9/10"),
        ("bytes=9-9", "9", "bytes 9-9/10"),
    ] {
        let answer = get(&zoe, &[("Range", range)]).await;
        assert_eq!((answer.status, &*answer.body, answer.header("content-range")), (206, expected, part), "{range}");
        assert_eq!(answer.header("content-length"), expected.len().to_string());
    }
    for range in ["bytes=10-", "bytes=10-20", "bytes=-0"] {
        let answer = get(&zoe, &[("Range", range)]).await;
        assert_eq!((answer.refused(416).is_empty(), answer.header("content-range")), (false, "bytes */10"), "{range}");
    }
    // what is no range (RFC 9110, 14.1.1: one that ends before it begins), and several: all of it
    for range in ["lines=1-2", "bytes=a-b", "bytes", "bytes=5-2", "bytes=0-1,4-5"] {
        let answer = get(&zoe, &[("Range", range)]).await;
        assert_eq!(
            (answer.status, &*answer.body, answer.header("accept-ranges")),
            (200, "0123456789", "bytes"),
            "{range}"
        );
    }
}

#[tokio::test]
async fn a_tag_is_the_checksum_and_spares_what_the_client_has() {
    let app = spawn_app(Storage::sqlite()).await;
    let zoe = app.user("zoe").await;
    let file = add(&zoe, "a", "0123456789").await;
    let answer = get(&zoe, &[]).await.expect(200);
    let tag = answer.header("etag").to_owned();
    assert_eq!(tag, format!("\"{}\"", file["sha256"].as_str().unwrap()));
    // `printf 0123456789 | openssl dgst -sha256 -binary | base64`
    assert_eq!(answer.header("repr-digest"), "sha-256=:hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=:");
    let answer = get(&zoe, &[("If-None-Match", &tag)]).await;
    assert_eq!((answer.status, &*answer.body, answer.header("etag")), (304, "", &*tag));
    get(&zoe, &[("If-None-Match", &tag), ("Range", "bytes=0-1")]).await.assert_status(304);
    // a part only of what the client has the rest of
    assert_eq!(get(&zoe, &[("If-Range", &tag), ("Range", "bytes=0-1")]).await.expect(206).body, "01");
    assert_eq!(get(&zoe, &[("If-Range", "\"other\""), ("Range", "bytes=0-1")]).await.expect(200).body, "0123456789");
    let head = send(zoe.request(Method::HEAD, "/api/v1/files/1/content")).await.expect(200);
    assert_eq!((head.header("content-length"), &*head.body), ("10", ""));
}

#[tokio::test]
async fn what_is_uploaded_never_becomes_a_page() {
    let app = spawn_app(Storage::sqlite()).await;
    let zoe = app.user("zoe").await;
    add(&zoe, "page.html", "<script>alert(1)</script>").await;
    let answer = get(&zoe, &[]).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(answer.header("content-disposition").starts_with("attachment; "));
    assert!(answer.header("content-security-policy").starts_with("sandbox"));
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let app = spawn_app(Storage::sqlite()).await;
    let zoe = app.user("zoe").await;
    add(&zoe, "empty", "").await;
    let answer = get(&zoe, &[]).await.expect(200);
    assert_eq!((&*answer.body, answer.header("content-length")), ("", "0"));
    get(&zoe, &[("Range", "bytes=0-")]).await.assert_status(416);
}

async fn what_the_folder_has_lost_is_our_fault_and_another_upload_puts_it_back(storage: Storage) {
    let app = spawn_app(storage).await;
    let zoe = app.user("zoe").await;
    let file = add(&zoe, "a", "0123456789").await;
    let lies = app.storage.content().join(&app.storage.contents()[0]);
    let lost = "The content of this file is not where it should be: tell whoever runs this";
    for half in [Some("01234"), Some("0123456789abc"), None] {
        match half {
            Some(half) => std::fs::write(&lies, half).unwrap(),
            None => std::fs::remove_file(&lies).unwrap(),
        }
        for range in ["bytes=0-", "bytes=0-1", "bytes=7-"] {
            assert_eq!(get(&zoe, &[("Range", range)]).await.refused_for_now(), lost, "{half:?} {range}");
        }
        assert_eq!(get(&zoe, &[]).await.refused_for_now(), lost, "{half:?}");
        let version = zoe.get("/api/v1/files/1/versions/1/content").await;
        match half {
            Some(_) => assert_eq!(version.refused_for_now(), lost, "{half:?}"),
            // a backup goes on with what is not lost
            None => assert_eq!(version.refused(404), "File not found"),
        }
        // the same again is no version, and whole
        assert_eq!(change(&zoe, &file, "0123456789").await, file);
        assert_eq!(get(&zoe, &[]).await.expect(200).body, "0123456789");
    }
    // a folder that is away has lost nothing
    let (folder, away) = (app.storage.content(), app.storage.folder.path().join("away"));
    std::fs::rename(&folder, &away).unwrap();
    assert_eq!(zoe.get("/api/v1/files/1/versions/1/content").await.refused_for_now(), lost);
    std::fs::rename(&away, &folder).unwrap();
    // it goes without its file's name too
    std::fs::write(&lies, "01234").unwrap();
    add(&zoe, "b", "0123456789").await;
    assert_eq!(get(&zoe, &[]).await.expect(200).body, "0123456789");
    zoe.get("/api/v1/files/1/versions/2/content").await.assert_status(404);
}
