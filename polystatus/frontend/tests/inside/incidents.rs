//! The work on an incident, from its first line to what was learnt.

use serde_json::{Value, json};

use crate::world::World;

/// The value of a hidden field, of the first form that has it.
fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().replace("&#34;", "\"")
}

#[tokio::test]
async fn an_incident_is_opened_worked_on_announced_resolved_and_learnt_from() {
    let world = World::start().await;
    let manager = world.signed_in("manager").await;
    let page = manager.get("/admin/incidents/new").await.expect(200).body;
    let once = hidden(&page, "once");
    let wrong =
        manager.post("/admin/incidents", &[("title", ""), ("sev", "9"), ("summary", "Kept"), ("once", &once)]).await;
    assert!(
        wrong.status == 400 && wrong.body.contains("href=\"#title\"") && wrong.body.contains("Kept</textarea>"),
        "{wrong}"
    );
    assert!(wrong.body.contains("aria-invalid=\"true\"") && wrong.body.contains("autofocus"), "{wrong}");
    let fields = [("title", "Payments fail"), ("sev", "2"), ("summary", "Every second one"), ("once", once.as_str())];
    let opened = manager.post("/admin/incidents", &fields).await.expect(303);
    let path = opened.header("location").to_owned();
    let page = manager.get(&path).await.expect(200).body;
    assert!(page.contains("The incident is open.") && page.contains("Every second one"), "{page}");
    // said once
    assert!(!manager.get(&path).await.body.contains("The incident is open."));

    manager
        .post(&format!("{path}/timeline"), &[("type", "note"), ("message", "Load <is> 90")])
        .await
        .assert_status(303);
    assert!(manager.get(&path).await.body.contains("Load &#60;is&#62; 90"));
    let id = path.rsplit('/').next().unwrap().to_owned();
    let me = world.users().get("/api/v1/users?q=manager").await.json()[0]["id"].as_str().unwrap().to_owned();
    manager.post(&format!("{path}/assign"), &[("commander", &me)]).await.assert_status(303);
    assert_eq!(world.incidents.get(&format!("/api/v1/incidents/{id}")).await.json()["commander"], me);

    // the public hears nothing before it was shown once more
    let told = [("state", "identified"), ("announcement", "A certificate\nhas expired")];
    let preview = manager.post(&format!("{path}/announce"), &told).await.expect(200);
    assert!(preview.body.contains("Tell the public this?") && preview.body.contains("has expired"), "{preview}");
    assert_eq!(world.communications.get("/api/v1/public/status").await.json(), json!([]));
    let edit = [told[0], told[1], ("step", "edit")];
    let page = manager.post(&format!("{path}/announce"), &edit).await.expect(200);
    assert!(page.body.contains("has expired</textarea>"), "{page}");
    let send = [told[0], told[1], ("step", "send")];
    manager.post(&format!("{path}/announce"), &send).await.assert_status(303);
    let public = world.communications.get("/api/v1/public/status").await.json();
    assert_eq!(public[0]["last_public"]["message"], "A certificate\nhas expired");

    let version = hidden(&manager.get(&path).await.body, "version");
    manager.post(&format!("{path}/status"), &[("status", "resolved"), ("version", &version)]).await.assert_status(303);
    let page = manager.get(&path).await.body;
    assert!(page.contains("The incident is resolved now.") && page.contains(">Undo<"), "{page}");
    let learnt = [("what_happened", "x"), ("root_cause", "y"), ("action_items", "[x] Mend it (platform)\n\nWatch it")];
    manager.post(&format!("{path}/postmortem"), &learnt).await.assert_status(303);
    let written = world.incidents.get(&format!("/api/v1/incidents/{id}/postmortem")).await.json();
    assert_eq!(written["action_items"][0], json!({"description": "Mend it", "owner": "platform", "done": true}));
    // a first one that was not the first
    let late = manager
        .post(&format!("{path}/postmortem"), &[("what_happened", "mine"), ("root_cause", "z")])
        .await
        .expect(412);
    assert!(late.body.contains("mine</textarea>") && late.body.contains("Meanwhile it says:"), "{late}");
}

#[tokio::test]
async fn two_people_do_not_overwrite_each_other() {
    let world = World::start().await;
    let (one, other) = (world.signed_in("responder").await, world.signed_in("manager").await);
    let body = json!({"title": "Payments fail", "sev": 2});
    let id = world.incidents.post("/api/v1/incidents", &body).await.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/admin/incidents/{id}/edit");
    let version = hidden(&one.get(&path).await.body, "version");
    let send = |title: &'static str, version: String| {
        vec![("title", title.to_owned()), ("sev", "2".to_owned()), ("version", version)]
    };
    let of = |fields: &[(&'static str, String)]| {
        fields.iter().map(|(name, value)| (*name, value.clone())).collect::<Vec<_>>()
    };
    let post = async |browser: &crate::browser::Browser, fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post(&path, &fields).await
    };
    let first = send("Theirs", version.clone());
    post(&other, of(&first)).await.assert_status(303);
    let stale = post(&one, send("Mine", version)).await.expect(412);
    assert!(
        stale.body.contains("value=\"Mine\"") && stale.body.contains("<span class=\"said\">Theirs</span>"),
        "{stale}"
    );
    // sent again, knowingly
    let seen = hidden(&stale.body, "version");
    post(&one, send("Mine", seen)).await.assert_status(303);
    let title = async || world.incidents.get(&format!("/api/v1/incidents/{id}")).await.json()["title"].clone();
    assert_eq!(title().await, "Mine");
    // and undone
    let page = one.get(&format!("/admin/incidents/{id}")).await.body;
    let undo = page.split_once("class=\"flash\"").unwrap().1;
    let undo: Vec<(&'static str, String)> =
        ["title", "sev", "summary", "version"].into_iter().map(|name| (name, hidden(undo, name))).collect();
    post(&one, undo).await.assert_status(303);
    assert_eq!(title().await, Value::from("Theirs"));
}
