//! The inventory as other tools read it.

use insta::assert_snapshot;
use serde_json::json;

use crate::app::{server, spawn_app};
use crate::storage::{Storage, on_both_databases};

on_both_databases! { the_views_show_every_server }

async fn the_views_show_every_server(storage: Storage) {
    let app = spawn_app(storage).await;
    app.patch("/api/v1/servers/1", &json!({"tags": ["web", "eu-west"], "description": "{{ lookup('pipe', 'id') }}"}))
        .await;
    app.add(server("v6", "2001:db8::1", "maintenance")).await;
    assert_snapshot!("service_discovery", app.get("/api/v1/servers/sd").await);
    assert_snapshot!("service_discovery_filtered", app.get("/api/v1/servers/sd?status=maintenance&port=9200").await);
    assert_snapshot!("ansible", app.get("/api/v1/servers/ansible").await);
    assert_snapshot!("ansible_of_nothing", app.get("/api/v1/servers/ansible?tag=none").await);
    assert_snapshot!("table", app.get("/api/v1/servers.csv").await);
    assert_snapshot!("table_of_nothing", app.get("/api/v1/servers.csv?tag=none").await);
}
