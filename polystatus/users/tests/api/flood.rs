//! More logins than there is time for.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::time::Instant;

use crate::app::{ADMIN, App, Is, PASSWORD};
use testbed::storage::Storage;

#[tokio::test]
async fn a_flood_of_logins_is_refused_early_and_nobody_else_waits_for_it() {
    let app = App::on(Storage::sqlite()).await;
    let admin = app.enter(ADMIN).await;
    let threads = (std::thread::available_parallelism().unwrap().get() / 2).max(1);
    let room = threads * 33;
    let count = room * 4;
    let begun = Instant::now();
    let others = async {
        let mut slowest = Duration::ZERO;
        for _ in 0..50 {
            let asked = Instant::now();
            admin.client.get("/api/v1/auth/me").await.is(200);
            slowest = slowest.max(asked.elapsed());
        }
        slowest
    };
    // all at once; the address is not to blame for what we have no time for
    let body = json!({"email": ADMIN, "password": PASSWORD});
    let logins = join_all((0..count).map(|_| app.log_in(&body)));
    let (answers, slowest) = tokio::join!(logins, others);
    let took = begun.elapsed();
    let of = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    let (entered, refused) = (of(200), of(503));
    assert_eq!(entered + refused, count);
    assert!(refused >= count / 4, "{entered} logged in and {refused} were refused");
    assert!(entered >= room / 2, "{entered} logged in and {refused} were refused");
    for answer in answers.iter().filter(|answer| answer.status == 503) {
        assert_eq!(answer.refused_for_now(), "Too many logins wait already: try again");
    }
    // far less than the flood took: they did not stand in the same queue
    assert!(slowest < took / 2, "somebody else waited {slowest:?} of {took:?}");
    app.login(ADMIN, PASSWORD).await.is(200);
}
