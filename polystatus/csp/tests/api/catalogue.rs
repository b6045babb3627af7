//! The providers to begin with.

use std::sync::Arc;

use polystatus_csp::settings::CatalogueSource;
use serde_json::json;
use testbed::{on_both_storages, storage::Storage};

use crate::app::{TestApp, text};

on_both_storages! {
    what_people_did_to_the_catalogue_outlives_a_restart,
}

const FIRST: &str = "
[[provider]]
name = 'GitHub'
feed_url = 'https://a.example.org/'
type = 'json'

[[provider]]
name = 'Azure'
feed_url = 'https://b.example.org/'
type = 'rss'

[[provider]]
name = 'Heroku'
feed_url = 'https://c.example.org/'
type = 'json'
";

async fn start(storage: &Arc<Storage>, catalogue: &str) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("catalogue.toml");
    std::fs::write(&file, catalogue).unwrap();
    TestApp::start(Arc::clone(storage), Arc::default(), |settings| settings.catalogue = CatalogueSource::File(file))
        .await
}

async fn urls(app: &TestApp) -> Vec<(String, String)> {
    let providers = app.get("/api/v1/csp/providers").await.expect(200).json();
    providers.as_array().unwrap().iter().map(|one| (text(one, "id"), text(one, "feed_url"))).collect()
}

async fn what_people_did_to_the_catalogue_outlives_a_restart(storage: Storage) {
    let storage = Arc::new(storage);
    let app = start(&storage, FIRST).await;
    assert_eq!(urls(&app).await.len(), 3);
    app.delete("/api/v1/csp/providers/azure").await.assert_status(204);
    let ours = json!({"name": "Heroku", "feed_url": "https://ours.example.org/", "type": "json"});
    app.put("/api/v1/csp/providers/heroku", &ours).await.assert_status(200);
    drop(app);

    // a newer catalogue: GitHub has moved, and there is one more
    let second = FIRST.replace("https://a.", "https://new.")
        + "\n[[provider]]\nname = 'Slack'\nfeed_url = 'https://d.example.org/'\ntype = 'json'\n";
    let app = start(&storage, &second).await;
    let expected = [
        ("github", "https://new.example.org/"),
        ("heroku", "https://ours.example.org/"),
        ("slack", "https://d.example.org/"),
    ];
    assert_eq!(urls(&app).await, expected.map(|(id, url)| (id.to_owned(), url.to_owned())));

    // who wants it back adds it
    app.add(json!({"name": "Azure", "feed_url": "https://b.example.org/", "type": "rss"})).await;
    assert_eq!(urls(&app).await.len(), 4);
}

#[tokio::test]
async fn ours_is_there_unless_told_otherwise() {
    let storage = Arc::new(Storage::sqlite());
    let app = TestApp::start(storage, Arc::default(), |settings| settings.catalogue = CatalogueSource::BuiltIn).await;
    assert!(urls(&app).await.len() > 10);
    assert_eq!(app.status("github").await["state"], "unknown", "nobody has looked yet");
}
