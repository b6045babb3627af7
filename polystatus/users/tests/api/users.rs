//! Accounts: lists, changes, and the last admin.

use futures_util::future::join;
use serde_json::{Value, json};

use crate::app::{ADMIN, App, Is};
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    users_are_listed_by_what_they_have,
    two_people_do_not_overwrite_one_another,
    the_last_admin_stays,
    an_address_that_is_free_again_can_be_taken,
}

fn names(list: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = list.as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

async fn users_are_listed_by_what_they_have(storage: Storage) {
    let app = App::on(storage).await;
    for (name, role, team) in
        [("Zoé", "viewer", "network"), ("Ana", "responder", "network"), ("Jean", "responder", "web")]
    {
        let email = format!("{}@example.org", role.len() + name.len() + team.len());
        let body = json!({"name": name, "email": email, "role": role, "team": team});
        app.post("/api/v1/users", &body).await.is(201);
    }
    for (query, expected) in [
        ("", vec!["Admin", "Ana", "Jean", "Zoé"]),
        ("?role=responder", vec!["Ana", "Jean"]),
        ("?team=network", vec!["Ana", "Zoé"]),
        ("?team=network&role=viewer", vec!["Zoé"]),
        ("?q=ZO%C3%89", vec!["Zoé"]),
        ("?q=admin%40", vec!["Admin"]),
        ("?q=nobody", vec![]),
    ] {
        assert_eq!(names(&app.get(&format!("/api/v1/users{query}")).await.expect(200).json()), expected, "{query}");
    }
    let mut paged = Vec::new();
    let mut next = Some("/api/v1/users?limit=1".to_owned());
    while let Some(path) = next {
        let page = app.get(&path).await.expect(200);
        paged.extend(page.json().as_array().unwrap().clone());
        next = page.next();
    }
    assert_eq!(names(&Value::from(paged)), ["Admin", "Ana", "Jean", "Zoé"]);
    for wrong in ["?role=root", "?limit=0", "?cursor=x", "?team=", "?name=x", "?role=viewer&role=admin"] {
        app.get(&format!("/api/v1/users{wrong}")).await.is(400);
    }
}

async fn two_people_do_not_overwrite_one_another(storage: Storage) {
    let app = App::on(storage).await;
    let path = format!("/api/v1/users/{}", app.invite("zoe@example.org").await);
    let read = app.get(&path).await.expect(200);
    let tag = read.header("etag").to_owned();
    let put = async |name: &str| {
        let request = app.request(reqwest::Method::PUT, &path).header("if-match", &tag);
        testbed::client::send(request.json(&json!({"name": name}))).await.status
    };
    let (one, other) = join(put("one"), put("other")).await;
    let mut statuses = [one, other];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    let unchanged =
        app.request(reqwest::Method::GET, &path).header("if-none-match", app.get(&path).await.header("etag"));
    assert_eq!(testbed::client::send(unchanged).await.status, 304);
}

async fn the_last_admin_stays(storage: Storage) {
    let app = App::on(storage).await;
    let first = app.enter(ADMIN).await;
    let path = format!("/api/v1/users/{}", first.id);
    for body in [json!({"role": "manager"}), json!({"disabled": true})] {
        assert_eq!(app.put(&path, &body).await.refused(409), "This is the last admin: make another one first");
    }
    first.client.delete(&path).await.is(409);
    // an admin who was invited and has not come is none
    let body = json!({"name": "x", "email": "x@example.org", "role": "admin"});
    app.post("/api/v1/users", &body).await.is(201);
    app.delete(&path).await.is(409);
    // two admins who demote one another at the same moment: one stays
    let email = "second@example.org";
    let body = json!({"name": "Second", "email": email, "role": "admin", "password": crate::app::PASSWORD});
    app.post("/api/v1/users", &body).await.is(201);
    let second = app.enter(email).await;
    let other = format!("/api/v1/users/{}", second.id);
    let down = json!({"role": "viewer"});
    let (one, two) = join(first.client.put(&other, &down), second.client.put(&path, &down)).await;
    let admins = app.get("/api/v1/users?role=admin").await.json();
    let active = admins.as_array().unwrap().iter().filter(|user| user["status"] == "active").count();
    assert_eq!(active, 1, "{one} {two}");
}

async fn an_address_that_is_free_again_can_be_taken(storage: Storage) {
    let app = App::on(storage).await;
    let id = app.invite("zoe@example.org").await;
    app.delete(&format!("/api/v1/users/{id}")).await.is(204);
    app.get(&format!("/api/v1/users/{id}")).await.is(404);
    app.mailbox.nth(1, "deleted", "zoe@example.org").await;
    assert_ne!(app.invite("zoe@example.org").await, id);
}
