//! Who hears what.

use serde_json::json;

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
