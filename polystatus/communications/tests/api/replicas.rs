//! Several instances on one storage: each reader sees the same, and each recipient gets one mail.

use serde_json::json;
use testbed::smtp::MailServer;
use testbed::storage::Storage;
use testbed::wait;

use crate::app::{SOON, spawn_with};

mod redis {
    use super::*;

    #[tokio::test]
    async fn two_instances_send_each_mail_once_and_the_second_takes_over() {
        let server = MailServer::start();
        let url = server.url();
        let mailing = |settings: &mut polystatus_communications::settings::Settings| {
            settings.smtp_url = Some(url.parse().unwrap());
        };
        let a = spawn_with(Storage::redis().await, mailing).await;
        let b = a.replica(mailing).await;
        for number in 0..30 {
            let subscription = json!({"email": format!("r{number}@example.org")});
            let client = if number % 2 == 0 { &a } else { &b };
            client.stranger().post("/api/v1/subscriptions/email", &subscription).await.assert_status(201);
        }
        wait::until_async("all mails", SOON, async || (server.mails().len() >= 30).then_some(())).await;
        b.all_delivered().await;
        assert_eq!(server.mails().len(), 30);
        // one ends in order, the other goes on
        drop(a);
        b.stranger()
            .post("/api/v1/subscriptions/email", &json!({"email": "last@example.org"}))
            .await
            .assert_status(201);
        server.to("last@example.org", 1).await;
        b.announce("INC-1", "investigating", "x").await;
        assert_eq!(b.get("/api/v1/public/status").await.json()[0]["id"], "INC-1");
    }
}
