//! The database goes away, and comes back.

use std::sync::Arc;
use std::time::Duration;

use testbed::chaos_proxy::ChaosProxy;
use testbed::wait;

use crate::app::{TestApp, product};
use crate::storage::Storage;

/// How long it may take until the service has recovered: some of its own time-outs.
const SOON: Duration = Duration::from_secs(30);

mod mariadb {
    use super::*;

    #[tokio::test]
    async fn without_its_database_a_write_is_refused_and_with_it_goes_on() {
        let storage = Arc::new(Storage::mariadb().await);
        let proxy = ChaosProxy::start(storage.address()).unwrap();
        let url = storage.url_through(proxy.address());
        let app = TestApp::through(storage, &url, "in-process:").await;
        app.add_under("1", &product("Teapot", "1")).await.assert_status(201);
        proxy.cut();
        for number in 0..3 {
            let refused = app.add_under(&format!("away-{number}"), &product("Cup", "1")).await.refused_for_now();
            assert!(refused.ends_with("nothing was changed"), "{refused}");
        }
        let ready = app.stranger().get("/readyz").await.expect(503);
        assert!(ready.body.contains("database"), "{ready}");
        app.stranger().get("/livez").await.assert_status(200);
        proxy.restore();
        let added = async || (app.add_under("2", &product("Cup", "1")).await.status == 201).then_some(());
        wait::until_async("a write that is taken", SOON, added).await;
        let names: Vec<_> = app.products().await.into_iter().map(|product| (product.id, product.name)).collect();
        assert_eq!(names, [(1, "Teapot".to_owned()), (2, "Cup".to_owned())]);
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_stops_the_start_with_a_sentence() {
    let program = testbed::process::Program::new(env!("CARGO_BIN_EXE_add-product"))
        .env("DATABASE_URL", "mysql://nobody:hidden@127.0.0.1:1/products");
    let mut running = program.spawn();
    let status = running.wait();
    let said = running.stderr();
    assert!(!status.success() && said.contains("add-product: cannot open mysql://…"), "{said}");
    assert!(!said.contains("hidden"), "{said}");
}
