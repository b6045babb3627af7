//! The feeds, as programs read them.

use serde_json::{Value, json};
use testbed::process::Program;
use testbed::service::START;
use testbed::storage::Storage;
use testbed::tools;

use crate::app::spawn_app;

/// What feedparser makes of a feed: `bozo` when anything is not as it should be.
const READ: &str = r#"
import feedparser, json, sys
feed = feedparser.parse(open(sys.argv[1], "rb").read(), response_headers={"content-type": sys.argv[2]})
print(json.dumps({
    "bozo": bool(feed.bozo), "why": str(feed.get("bozo_exception", "")), "version": feed.version,
    "title": feed.feed.get("title"), "updated": feed.feed.get("updated"), "id": feed.feed.get("id"),
    "entries": [{"id": e.get("id"), "title": e.title, "link": e.link, "published": e.get("published_parsed"),
                 "updated": e.get("updated_parsed"), "html": (e.content[0].value if "content" in e else e.summary)}
                for e in feed.entries],
}))
"#;

#[tokio::test]
async fn feeds_are_read_without_a_complaint_whatever_people_wrote() {
    let app = spawn_app(Storage::sqlite()).await;
    app.others.incident("INC-1", 2, "open", &[], START).await;
    app.announce("INC-1", "investigating", "It <b>hurts</b> & \"burns\"\n]]> <script>alert(1)</script>").await;
    app.clock.advance(60);
    app.announce("INC-1", "identified", "The cause is known: é ☃ \u{1F525}").await;
    app.until("/api/v1/public/status", |all| all[0]["sev"] == 2).await;
    let plan = json!({"title": "New <disks>", "from": START + 100, "until": START + 200});
    app.post("/api/v1/maintenances", &plan).await.assert_status(201);
    let folder = tempfile::tempdir().unwrap();
    for (path, version) in [("/history.atom", "atom10"), ("/history.rss", "rss20")] {
        let answer = app.stranger().get(path).await.expect(200);
        let file = folder.path().join("feed");
        std::fs::write(&file, &answer.body).unwrap();
        let program = Program::new(tools::of_python_in("mails", "python3")).arg("-c").arg(READ).arg(&file);
        let mut read = program.arg(answer.header("content-type")).spawn();
        assert!(read.wait().success(), "{}", read.stderr());
        let feed: Value = serde_json::from_str(&read.stdout()).unwrap();
        assert_eq!((&feed["bozo"], &feed["version"]), (&json!(false), &json!(version)), "{}", feed["why"]);
        let entries = feed["entries"].as_array().unwrap();
        assert_eq!(entries.len(), 2, "{feed}");
        let incident =
            entries.iter().find(|entry| entry["id"] == "https://status.example.org/incidents/INC-1").unwrap();
        assert_eq!(incident["title"], "Incident INC-1: checkout <fails> & more", "{path}");
        let html = incident["html"].as_str().unwrap();
        // newest first, and what was written is text in it: the program takes scripts out, and there was none
        assert!(html.find("The cause is known: é ☃ 🔥") < html.find("It &lt;b&gt;hurts&lt;/b&gt; &amp;"), "{html}");
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
        assert!(incident["published"].is_array(), "{incident}");
    }
    let atom = app.get("/history.atom").await.body;
    // what RFC 4287 (4.1.1, 4.1.2) demands: once in the feed and once in each entry
    for (element, count) in [("<id>", 3), ("<updated>", 3), ("<title>", 3), ("<author>", 1), ("rel=\"self\"", 1)] {
        assert_eq!(atom.matches(element).count(), count, "{element} in {atom}");
    }
}
