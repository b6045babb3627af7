//! Who hears what.

use reqwest::Method;
use serde_json::json;
use testbed::client::send;

use crate::app::{App, change, told};

#[tokio::test]
async fn a_change_is_told_to_the_owner_and_to_every_admin_and_to_nobody_else() {
    let app = App::start().await;
    let (zoe, max) = (app.documents.user("zoe").await, app.documents.user("max").await);
    let (mut owner, mut other, mut stranger) =
        (app.user(&zoe).await, app.user(&max).await, app.stranger_connection().await);
    let (mut admin, mut second, mut api) = (app.admin().await, app.admin().await, app.api().await);
    for (seq, event) in [(1, "File_create"), (2, "File_update"), (3, "File_delete")] {
        assert_eq!(api.ask(event, change(seq, zoe.id)).await, json!({"ok": true, "seq": seq}));
        for peer in [&mut owner, &mut admin, &mut second] {
            assert_eq!(peer.next().await, (format!("Notify_{event}"), told(seq, zoe.id)));
        }
    }
    for peer in [&mut owner, &mut admin, &mut second, &mut other, &mut stranger, &mut api] {
        peer.assert_silent().await;
    }
}

#[tokio::test]
async fn a_file_of_nobody_is_told_to_admins_alone() {
    let app = App::start().await;
    let zoe = app.documents.user("zoe").await;
    let (mut user, mut admin, api) = (app.user(&zoe).await, app.admin().await, app.api().await);
    api.ask("File_create", change(1, None)).await;
    assert_eq!(admin.next().await, ("Notify_File_create".to_owned(), told(1, None)));
    user.assert_silent().await;
}

#[tokio::test]
async fn what_is_done_by_the_documents_api_is_told_as_its_feed_has_it() {
    let app = App::told_by_the_api().await;
    let (zoe, max) = (app.documents.user("zoe").await, app.documents.user("max").await);
    let (mut owner, mut other, mut admin) = (app.user(&zoe).await, app.user(&max).await, app.admin().await);
    let form = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nabc\r\n--x--\r\n";
    let upload = zoe.client.request(Method::POST, "/api/v1/files").body(form);
    send(upload.header("content-type", "multipart/form-data; boundary=x")).await.assert_status(201);
    zoe.client.delete("/api/v1/files/1").await.assert_status(204);
    let feed = zoe.client.get("/api/v1/changes").await.expect(200).json();
    for (change, kind) in feed.as_array().unwrap().iter().zip(["create", "delete"]) {
        let expected = json!({"seq": change["seq"], "file": change["file"], "at": change["at"]});
        for peer in [&mut owner, &mut admin] {
            assert_eq!(peer.next().await, (format!("Notify_File_{kind}"), expected.clone()));
        }
    }
    other.assert_silent().await;
}
