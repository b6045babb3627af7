//! What no well-behaved client sends.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use testbed::raw::{Connection, exchange};
use testbed::service::TOKEN;
use testbed::wait;

use crate::app::{TestApp, User, add, form, spawn_app, spawn_with, upload};
use crate::storage::Storage;

const SOON: Duration = Duration::from_secs(20);

fn request(content_type: &str, body: &str) -> String {
    format!(
        "POST /api/v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: {content_type}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

const FORM: &str = "multipart/form-data; boundary=b";
const FILE: &str = "Content-Disposition: form-data; name=\"file\"; filename=\"a\"";

async fn assert_untouched(app: &TestApp) {
    wait::until_async("nothing to be left", SOON, async || app.storage.contents().is_empty().then_some(())).await;
    assert_eq!(app.get("/api/v1/files").await.expect(200).json(), json!([]));
}

#[tokio::test]
async fn a_form_that_is_malformed_is_refused_in_our_shape() {
    let app = spawn_app(Storage::sqlite()).await;
    let long = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\r\nx\r\n--b--\r\n",
        "a".repeat(100_000)
    );
    let many = format!("--b\r\n{}{FILE}\r\n\r\nx\r\n--b--\r\n", "X-A: b\r\n".repeat(5000));
    for (what, content_type, body) in [
        ("no boundary", "multipart/form-data", format!("--b\r\n{FILE}\r\n\r\nx\r\n--b--\r\n")),
        ("an empty boundary", "multipart/form-data; boundary=", format!("--\r\n{FILE}\r\n\r\nx\r\n----\r\n")),
        ("another boundary", "multipart/form-data; boundary=c", format!("--b\r\n{FILE}\r\n\r\nx\r\n--b--\r\n")),
        ("no end", FORM, format!("--b\r\n{FILE}\r\n\r\nx")),
        ("an end that is cut", FORM, format!("--b\r\n{FILE}\r\n\r\nx\r\n--b")),
        ("no header", FORM, "--b\r\n\r\nx\r\n--b--\r\n".to_owned()),
        ("no name", FORM, "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n".to_owned()),
        (
            "not a form's part",
            FORM,
            "--b\r\nContent-Disposition: attachment; name=\"file\"\r\n\r\nx\r\n--b--\r\n".to_owned(),
        ),
        ("nothing", FORM, String::new()),
        ("the end alone", FORM, "--b--\r\n".to_owned()),
        ("noise", FORM, "\u{1}\u{2}\u{3}".repeat(1000)),
        ("a long name", FORM, long),
        ("many headers", FORM, many),
        (
            "a part that is shorter than it says",
            FORM,
            format!("--b\r\n{FILE}\r\nContent-Length: 9999\r\n\r\nx\r\n--b--\r\n"),
        ),
    ] {
        let answer = exchange(app.address, request(content_type, &body)).await;
        assert!(matches!(answer.status, 400 | 415), "{what}: {answer}");
        answer.refused(answer.status);
    }
    exchange(app.address, request("text/plain", "x")).await.refused(415);
    assert_untouched(&app).await;
}

/// Clients such as `OkHttp` say how long a part is, although it has no business there (RFC 7578, 4.8).
#[tokio::test]
async fn a_part_that_says_its_length_is_as_long_as_it_says() {
    let app = spawn_app(Storage::sqlite()).await;
    for (length, name) in [(4, "right"), (1, "longer-than-it-says")] {
        let file = FILE.replace("filename=\"a\"", &format!("filename=\"{name}\""));
        let body = format!("--b\r\n{file}\r\nContent-Length: {length}\r\n\r\nxxxx\r\n--b--\r\n");
        let answer = exchange(app.address, request(FORM, &body)).await.expect(201).json();
        assert_eq!(answer["size"], length, "the answer tells the client what was kept");
    }
}

#[tokio::test]
async fn a_stranger_is_refused_before_anything_is_read() {
    let app = spawn_app(Storage::sqlite()).await;
    let mut stranger = Connection::to(app.address).await;
    stranger
        .send(format!(
            "POST /api/v1/files HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 9000000000\r\n\r\n"
        ))
        .await;
    stranger.answer().await.unwrap().refused(401);
    assert_untouched(&app).await;
}

#[tokio::test]
async fn what_cannot_end_well_is_refused_by_its_length() {
    let app = spawn_app(Storage::sqlite()).await;
    let mut client = Connection::to(app.address).await;
    let head = format!(
        "POST /api/v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: {FORM}\r\n\
         Content-Length: 99000000\r\nExpect: 100-continue\r\n\r\n"
    );
    client.send(head).await;
    let mut answer = client.answer().await.unwrap();
    if answer.status == 100 {
        answer = client.answer().await.unwrap();
    }
    answer.refused(413);
    assert_untouched(&app).await;
}

/// The head of an upload, and some of its content.
async fn begin(app: &TestApp) -> Connection {
    let mut connection = Connection::to(app.address).await;
    let head = format!(
        "POST /api/v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: {FORM}\r\n\
         Content-Length: 1000000\r\n\r\n--b\r\n{FILE}\r\n\r\nsome"
    );
    connection.send(head).await;
    connection
}

#[tokio::test]
async fn a_client_that_falls_silent_is_told_so_and_leaves_nothing() {
    let app = spawn_app(Storage::sqlite()).await;
    let mut silent = begin(&app).await;
    silent.answer().await.unwrap().refused(408);
    assert!(silent.is_closed().await);
    assert_untouched(&app).await;
}

#[tokio::test]
async fn there_are_places_for_so_many_uploads_and_reads_go_on() {
    let app = spawn_with(Storage::sqlite(), |settings| settings.uploads_at_once = 4).await;
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(begin(&app).await);
    }
    wait::until_async("all to be under way", SOON, async || (app.storage.contents().len() == 4).then_some(())).await;
    let refused = exchange(app.address, request(FORM, "--b--\r\n")).await.refused_for_now();
    assert_eq!(refused, "Too many uploads are under way: try again");
    app.get("/api/v1/files").await.assert_status(200);
    drop(held);
    assert_untouched(&app).await;
    add(&app, "a", "there are places again").await;
}

#[tokio::test]
async fn one_client_does_not_take_all_places_for_uploads() {
    let app = spawn_with(Storage::sqlite(), |settings| settings.uploads_of_one = 2).await;
    let zoe = app.user("zoe").await;
    let held = [begin(&app).await, begin(&app).await];
    wait::until_async("both to be under way", SOON, async || (app.storage.contents().len() == 2).then_some(())).await;
    let refused = upload(&app, Method::POST, "/api/v1/files", form("a", "x")).await;
    assert_eq!((refused.refused(429), refused.header("retry-after")), ("Too many requests".to_owned(), "5"));
    // others, from the same address too
    add(&zoe, "a", "x").await;
    drop(held);
    let free = async || {
        let answer = upload(&app, Method::POST, "/api/v1/files", form("a", "x")).await;
        (answer.status == 201).then_some(())
    };
    wait::until_async("the places to be free again", SOON, free).await;
}

/// A client that asks for a file and reads nothing of it but its head.
async fn ask_and_not_read(app: &TestApp, token: &str) -> Connection {
    let mut connection = Connection::to(app.address).await;
    let head = format!("GET /api/v1/files/1/content HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
    connection.send(head).await;
    connection
}

#[tokio::test]
async fn downloads_that_nobody_reads_leave_places_for_others_and_are_ended() {
    let app = spawn_with(Storage::sqlite(), |settings| {
        settings.downloads_of_one = 2;
        settings.max_file_bytes = 100_000_000;
        settings.quota_bytes = 100_000_000;
    })
    .await;
    let zoe: User = app.user("zoe").await;
    // more than all buffers on the way take
    let file = form("large", vec![b'x'; 50_000_000]).text("user_id", zoe.id.to_string());
    upload(&app, Method::POST, "/api/v1/files", file).await.assert_status(201);
    let part = async |client: &testbed::client::Client| {
        testbed::client::send(client.request(Method::GET, "/api/v1/files/1/content").header("Range", "bytes=0-1")).await
    };
    let mut held = Vec::new();
    let refused = async || {
        // one that comes while the other asks may find no place itself
        held.push(ask_and_not_read(&app, TOKEN).await);
        let answer = part(&app).await;
        (answer.status == 429).then_some(answer)
    };
    let refused = wait::until_async("both to be under way", SOON, refused).await;
    assert_eq!((refused.refused(429), refused.header("retry-after")), ("Too many requests".to_owned(), "5"));
    part(&zoe).await.assert_status(206);
    // nothing of them moves: the system gives up, and their places are free
    let free = async || (part(&app).await.status == 206).then_some(());
    wait::until_async("the end of those that do not move", 4 * SOON, free).await;
}
