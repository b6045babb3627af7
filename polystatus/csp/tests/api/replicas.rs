//! Several instances on one Redis.

use std::sync::Arc;
use std::time::Duration;

use testbed::storage::Storage;
use testbed::wait;

use crate::app::TestApp;
use crate::feed_server::{FeedServer, Reply, well};

const SOON: Duration = Duration::from_secs(30);

mod redis {
    use super::*;

    #[tokio::test]
    async fn one_asks_and_all_know() {
        let storage = Arc::new(Storage::redis().await);
        let clock = Arc::new(chassis::clock::FixedClock::at(testbed::service::START));
        let start = || TestApp::start(Arc::clone(&storage), Arc::clone(&clock), |settings| settings.poll_seconds = 1);
        let (a, b) = (start().await, start().await);
        let server = FeedServer::start().await;
        server.reply("/feed", Reply::Tagged("\"v1\"", well().into()));
        a.watch("Forge", &server.url()).await;
        for app in [&a, &b] {
            let well = async || (app.status("forge").await["state"] == "operational").then_some(());
            wait::until_async("both to know", SOON, well).await;
        }
        wait::until_async("some looks", SOON, async || (server.requests().len() >= 5).then_some(())).await;
        // who asks for the first time has no tag: if both asked, two would have none
        let without = server.requests().iter().filter(|head| !head.to_lowercase().contains("if-none-match")).count();
        assert_eq!(without, 1, "one of them asks");
    }
}
