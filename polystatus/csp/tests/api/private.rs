//! Nobody makes the service ask what only the service can reach.

use serde_json::json;
use testbed::storage::Storage;

use crate::app::{TestApp, flags, spawn_app, spawn_with};
use crate::feed_server::{FeedServer, Reply, well};

async fn careful() -> TestApp {
    spawn_with(Storage::sqlite(), |settings| settings.private_feeds = false).await
}

#[tokio::test]
async fn a_private_address_is_refused_where_it_is_written() {
    let app = careful().await;
    for url in [
        "http://127.0.0.1:6379/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://[::1]:8081/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "https://192.168.0.1/",
    ] {
        let answer = app.post("/api/v1/csp/providers", &json!({"name": "x", "feed_url": url, "type": "json"})).await;
        answer.refused(400);
        let detail = &answer.json()["details"][0];
        assert_eq!(detail["field"], "feed_url", "{url}");
        assert!(detail["message"].as_str().unwrap().contains("no address of the public network"), "{url}: {detail}");
    }
    assert_eq!(app.get("/api/v1/csp/providers").await.body, "[]");
}

#[tokio::test]
async fn a_name_that_leads_into_the_house_is_refused_when_it_is_looked_up() {
    let (app, server) = (careful().await, FeedServer::with(well()).await);
    // a name can be anybody's, and lead here tomorrow: it is accepted, and not asked
    app.watch("Forge", &format!("http://localhost:{}/feed", server.address.port())).await;
    let polled = app.refresh("forge").await;
    let said = polled["error"].as_str().unwrap();
    // strangers read this too: where the name led stands in the log alone
    assert_eq!(said, "the address is refused: it leads to no address of the public network");
    assert_eq!(app.status("forge").await["error"], said);
    assert_eq!(flags(&app.status("forge").await), ("unknown".to_owned(), [false, false, false]));
    assert_eq!(server.requests().len(), 0, "nothing was sent");
}

#[tokio::test]
async fn with_the_setting_a_status_page_of_one_s_own_is_read() {
    let (app, server) = (spawn_app(Storage::sqlite()).await, FeedServer::with(well()).await);
    app.watch("Forge", &format!("http://localhost:{}/feed", server.address.port())).await;
    assert_eq!(app.refresh("forge").await["outcome"], "changed");
}

#[tokio::test]
async fn a_redirect_to_another_scheme_is_not_followed() {
    let (app, server) = (spawn_app(Storage::sqlite()).await, FeedServer::start().await);
    for target in ["file:///etc/passwd", "gopher://127.0.0.1:6379/_FLUSHALL", "ftp://127.0.0.1/"] {
        server.reply("/feed", Reply::Whole(302, vec![("Location", target.to_owned())], Vec::new()));
        let name = target.split(':').next().unwrap();
        app.watch(name, &server.url()).await;
        let said = app.refresh(name).await["error"].as_str().unwrap().to_owned();
        assert_eq!(said, "the address is refused: it is neither http nor https", "{target}");
    }
}
