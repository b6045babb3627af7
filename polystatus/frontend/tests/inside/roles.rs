//! Who may open and do what.

use serde_json::json;
use testbed::answer::Answer;

use crate::browser::Browser;
use crate::world::World;

/// What each role is answered: stranger, viewer, responder, manager, admin. (400: the form says no version, and nothing is
/// overwritten unseen.)
const TABLE: &str = "
GET  /account                                     303 200 200 200 200
GET  /admin                                       303 200 200 200 200
GET  /admin/incidents                             303 200 200 200 200
GET  /admin/incidents/new                         303 403 200 200 200
GET  /admin/incidents/{id}                        303 200 200 200 200
GET  /admin/incidents/{id}/edit                   303 403 200 200 200
GET  /admin/incidents/{id}/postmortem             303 200 200 200 200
POST /admin/incidents title=x&sev=4               401 403 303 303 303
POST /admin/incidents/{id}/timeline type=note&message=x 401 403 303 303 303
POST /admin/incidents/{id}/edit title=x&sev=4     401 403 400 400 400
POST /admin/incidents/{id}/assign commander=      401 403 303 303 303
POST /admin/incidents/{id}/status status=open     401 403 409 409 409
POST /admin/incidents/{id}/announce state=identified&announcement=x 401 403 403 200 200
POST /admin/incidents/{id}/announce state=identified&announcement=x&step=send 401 403 403 303 303
POST /admin/incidents/{id}/postmortem what_happened=x&root_cause=y 401 403 409 409 409
POST /admin/incidents/{id}/follow follow=yes      401 303 303 303 303
POST /account/profile name=x                      401 400 400 400 400
";

async fn ask(browser: &Browser, line: &str, id: &str) -> Answer {
    let mut words = line.split_whitespace();
    let (method, path) = (words.next().unwrap(), words.next().unwrap().replace("{id}", id));
    if method == "GET" {
        return browser.get(&path).await;
    }
    let fields = words.next().filter(|word| word.contains('=')).unwrap_or_default();
    let fields: Vec<(&str, &str)> = fields.split('&').filter_map(|field| field.split_once('=')).collect();
    browser.post(&path, &fields).await
}

#[tokio::test]
async fn each_role_sees_and_does_what_it_may() {
    let world = World::start().await;
    let mut browsers = vec![world.browser()];
    for role in ["viewer", "responder", "manager", "admin"] {
        browsers.push(world.signed_in(role).await);
    }
    let opened =
        world.incidents.post("/api/v1/incidents", &json!({"title": "Payments fail", "sev": 2})).await.expect(201);
    let id = opened.json()["id"].as_str().unwrap().to_owned();
    let mut wrong = Vec::new();
    for line in TABLE.lines().filter(|line| !line.is_empty()) {
        let expected: Vec<u16> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        assert_eq!(expected.len(), browsers.len(), "{line}");
        for (browser, expected) in browsers.iter().zip(expected) {
            let answer = ask(browser, line, &id).await;
            if answer.status != expected {
                wrong.push(format!("{} and not {expected}: {line}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_page_shows_nobody_what_would_be_refused() {
    let world = World::start().await;
    let opened =
        world.incidents.post("/api/v1/incidents", &json!({"title": "Payments fail", "sev": 2})).await.expect(201);
    let path = format!("/admin/incidents/{}", opened.json()["id"].as_str().unwrap());
    for (role, works, tells) in [("viewer", false, false), ("responder", true, false), ("manager", true, true)] {
        let browser = world.signed_in(role).await;
        let page = browser.get(&path).await.expect(200).body;
        assert_eq!(page.contains(&format!("{path}/status")), works, "{role}");
        assert_eq!(page.contains(&format!("{path}/announce")), tells, "{role}");
        assert_eq!(page.contains("href=\"/admin/users\""), tells, "{role}");
    }
}
