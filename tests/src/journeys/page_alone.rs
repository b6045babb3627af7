//! Everything is gone but the page.

use serde_json::{Value, json};

use crate::system::{System, fresh};

/// Each page with a text that stands in it while nothing else answers.
const PAGES: [&str; 6] = ["/", "/history", "/providers", "/servers", "/subscribe", "/about"];

/// What programs read, on the page's own address.
const FEEDS: [&str; 4] = ["/api/v2/summary.json", "/api/v2/incidents.json", "/history.atom", "/history.rss"];

/// The page goes on from what it knew, and says how old that is; when the others are back, it catches up.
///
/// `lose` ends everything but the page, the hard way; `regain` starts it again, on the same data.
pub async fn the_page_outlives_what_is_behind_it(
    system: &System,
    lose: impl AsyncFnOnce(),
    regain: impl AsyncFnOnce(),
) {
    let reader = system.reader();
    let (before, after) = (fresh("The disk is full"), fresh("The network is slow"));
    let known = told(system, &before).await;
    reader.until("/", "the incident", |page| page.contains(&before)).await;
    for path in FEEDS {
        let answer = reader.get(path).await.expect(200);
        assert!(!answer.headers.contains_key("x-as-of"), "{answer}");
    }
    let mut open = reader.open("/").await;

    lose().await;
    open.until("notices", "that nobody answers", |part| part.matches("no answer since").count() == 3).await;
    open.until("headline", "that it speaks of the past", |part| part.contains("When we last heard")).await;
    let page = reader.page("/").await;
    assert!(page.contains(&before) && page.contains("no answer since"), "{page}");
    assert!(!page.contains("Everything works."), "silence is no good news: {page}");
    for path in PAGES {
        reader.page(path).await;
    }
    reader.until("/servers", "that the inventory is silent", |page| page.contains("Servers: no answer since")).await;
    assert!(reader.page(&format!("/incidents/{known}")).await.contains(&before));
    for path in FEEDS {
        let answer = reader.get(path).await.expect(200);
        let age = answer.header("x-as-of").parse::<i64>();
        assert!(age.is_ok_and(|age| age > 1_700_000_000), "{answer}");
    }
    let summary: Value = reader.get("/api/v2/summary.json").await.json();
    assert!(summary["incidents"].to_string().contains(&before), "{summary}");
    // what nobody can take is said, and not pretended
    let form = reader.submit("/subscribe", &[("email", "zoe@example.org")]).await.expect(503);
    assert!(form.body.contains("That did not arrive."), "{form}");

    regain().await;
    open.until("notices", "that all answer again", |part| !part.contains("no answer since")).await;
    told(system, &after).await;
    open.until("incidents", "what is new", |part| part.contains(&after) && part.contains(&before)).await;
    let answer = reader.get("/api/v2/summary.json").await.expect(200);
    assert!(!answer.headers.contains_key("x-as-of"), "{answer}");
    let page = reader.page("/").await;
    assert!(!page.contains("no answer since") && !page.contains("When we last heard"), "{page}");
}

/// An incident that the public knows of: its id.
async fn told(system: &System, title: &str) -> String {
    let incident = json!({"title": title, "sev": 2});
    let incident = system.admin("incidents").post("/api/v1/incidents", &incident).await.expect(201).json();
    let id = incident["id"].as_str().unwrap().to_owned();
    let said = json!({"incident_id": id, "state": "identified", "message": "We know the cause"});
    system.admin("communications").post("/api/v1/public/announce", &said).await.assert_status(201);
    id
}
