//! Several instances on one storage.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::app::{ADMIN, App, Is, PASSWORD};
use testbed::storage::Storage;

async fn pair() -> (App, App) {
    let one = App::on(Storage::redis().await).await;
    let other = one.replica().await;
    (one, other)
}

fn text(answer: &Value, field: &str) -> String {
    answer[field].as_str().unwrap().to_owned()
}

// in a module of its own, so that a run without containers can leave it out
mod redis {
    use super::*;

    #[tokio::test]
    async fn whoever_logs_in_at_one_is_known_at_the_other_at_once() {
        let (one, other) = pair().await;
        for _ in 0..20 {
            let tokens = one.login(ADMIN, PASSWORD).await.expect(200).json();
            let client = other.as_(text(&tokens, "token"));
            client.get("/api/v1/auth/me").await.is(200);
            // and whoever logs out there is unknown here
            other
                .stranger()
                .post("/api/v1/auth/logout", &json!({"refresh_token": tokens["refresh_token"]}))
                .await
                .is(204);
            one.refresh(&text(&tokens, "refresh_token")).await.is(401);
        }
    }

    #[tokio::test]
    async fn a_refresh_at_two_replicas_at_once_gives_one_token() {
        let (one, other) = pair().await;
        let mut token = one.enter(ADMIN).await.refresh_token;
        for _ in 0..10 {
            let answers = join_all([one.refresh(&token), other.refresh(&token), one.refresh(&token)]).await;
            let next: Vec<String> =
                answers.into_iter().map(|answer| text(&answer.expect(200).json(), "refresh_token")).collect();
            assert!(next.iter().all(|each| *each == next[0]), "{next:?}");
            one.clock.advance(60);
            token.clone_from(&next[0]);
        }
    }

    #[tokio::test]
    async fn two_that_start_at_once_on_an_empty_storage_have_one_admin_and_one_key() {
        let (one, other) = pair().await;
        let keys = one.get("/.well-known/jwks.json").await.list("keys");
        assert_eq!((keys.len(), &other.get("/.well-known/jwks.json").await.list("keys")), (1, &keys));
        assert_eq!(other.get("/api/v1/users").await.json().as_array().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn one_address_becomes_one_account() {
        let (one, other) = pair().await;
        let body = json!({"name": "Zoé", "email": "zoe@example.org"});
        let answers = join_all([&one, &other, &one, &other].map(|app| app.post("/api/v1/users", &body))).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409]);
    }
}
