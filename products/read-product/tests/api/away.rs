//! The database goes away, and comes back.

mod mariadb {
    use std::time::Duration;

    use testbed::chaos_proxy::ChaosProxy;
    use testbed::wait;

    use crate::app::{Table, TestApp};
    use crate::storage::Storage;

    /// How long it may take until the service has noticed, or has recovered: some of its own time-outs.
    const SOON: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn without_its_database_it_goes_on_from_memory_and_says_how_old_that_is() {
        let table = Table::of(Storage::mariadb().await).await;
        table.add("Teapot", "", "1").await;
        let proxy = ChaosProxy::start(table.storage().address()).unwrap();
        let url = table.storage().url_through(proxy.address());
        let app = TestApp::through(table.clone(), &url, "in-process:", 1).await;
        proxy.cut();
        let noticed = async || (app.get("/api/v1/products/2").await.status == 503).then_some(());
        wait::until_async("that it is cut off", SOON, noticed).await;
        app.clock.advance(60);
        let list = app.get("/api/v1/products").await.expect(200);
        assert_eq!((list.header("age"), list.header("cache-status")), ("60", "read-product; hit; ttl=-59"));
        assert_eq!(list.json()[0]["name"], "Teapot");
        app.get("/api/v1/products/1").await.assert_status(200);
        let refused = app.get("/api/v1/products/2").await.refused_for_now();
        assert!(refused.contains("cannot be reached"), "{refused}");
        assert!(app.get("/readyz").await.expect(503).body.contains("database"));
        app.get("/livez").await.assert_status(200);
        // meanwhile others go on
        table.add("Cup", "", "1").await;
        proxy.restore();
        let names = async || (app.names("/api/v1/products").await == ["Teapot", "Cup"]).then_some(());
        wait::until_async("what was added meanwhile", SOON, names).await;
        assert_eq!(app.get("/api/v1/products").await.header("age"), "0");
    }
}
