//! Who wants to know.

use chassis::auth::Role;
use serde_json::json;

use crate::app::{column, spawn_app};
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    somebody_follows_incidents_and_leaves_them,
}

async fn somebody_follows_incidents_and_leaves_them(storage: Storage) {
    let app = spawn_app(storage).await;
    let nadia = app.user("USR-nadia", Role::Viewer);
    let (one, two) = (app.open_one().await, app.open_one().await);
    for incident in [&one, &two, &one] {
        nadia.put(&format!("{incident}/followers/me"), &json!({})).await.assert_status(204);
    }
    let hers = "/api/v1/users/USR-nadia/incidents";
    let ids = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    assert_eq!(column(&nadia.get(hers).await.expect(200).json(), "id"), [ids(&two), ids(&one)]);
    app.user("USR-boris", Role::Responder).get(hers).await.refused(403);
    let seen = app.user("USR-mina", Role::Manager).get(&format!("{one}/followers")).await.expect(200).json();
    assert_eq!(seen, json!([{"user_id": "USR-nadia", "since": testbed::service::START}]));
    nadia.delete(&format!("{one}/followers/me")).await.assert_status(204);
    nadia.delete(&format!("{one}/followers/me")).await.assert_status(204);
    assert_eq!(column(&nadia.get(hers).await.json(), "id"), [ids(&two)]);
    // nobody else's list is touched, and one who follows nothing has an empty one
    assert_eq!(app.get("/api/v1/users/USR-nobody/incidents").await.expect(200).body, "[]");
}
