//! The Redis databases and servers that tests are given.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

use redis::{Commands, Connection};
use testbed::chaos_proxy::ChaosProxy;
use testbed::redis::{database, exclusive};

fn connect(url: &str) -> Connection {
    redis::Client::open(url).unwrap().get_connection().unwrap()
}

#[tokio::test]
async fn two_databases_do_not_see_each_other() {
    let (one, other) = tokio::join!(database(), database());
    let _: () = connect(&one.url()).set("server", "web-prod-01").unwrap();

    assert_eq!(one.address(), other.address(), "they share a server");
    assert_eq!(connect(&one.url()).keys::<_, Vec<String>>("*").unwrap(), ["server"]);
    assert!(connect(&other.url()).keys::<_, Vec<String>>("*").unwrap().is_empty());
}

#[tokio::test]
async fn a_database_is_empty_when_its_value_is_gone() {
    let database = database().await;
    let url = database.url();
    let _: () = connect(&url).set("server", "web-prod-01").unwrap();
    drop(database);
    assert!(connect(&url).keys::<_, Vec<String>>("*").unwrap().is_empty());
}

#[tokio::test]
async fn a_proxy_stands_between() {
    let database = database().await;
    let proxy = ChaosProxy::start(database.address()).unwrap();
    let mut through = connect(&database.url_through(proxy.address().port()));
    let _: () = through.set("server", "web-prod-01").unwrap();
    assert_eq!(connect(&database.url()).get::<_, String>("server").unwrap(), "web-prod-01");
    proxy.cut();
    assert!(through.get::<_, String>("server").unwrap_err().is_io_error());
}

#[tokio::test]
async fn a_server_that_is_killed_comes_back_with_what_it_acknowledged() {
    let server = exclusive().await;
    let mut before = connect(&server.url());
    for number in 0..100 {
        let _: () = before.rpush("numbers", number).unwrap();
    }
    server.kill_9().await;
    assert!(before.get::<_, String>("numbers").unwrap_err().is_io_error());
    assert!(redis::Client::open(server.url()).unwrap().get_connection().is_err(), "nobody listens");

    server.start_again().await;
    let numbers: Vec<u32> = connect(&server.url()).lrange("numbers", 0, -1).unwrap();
    assert_eq!(numbers, (0..100).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_server_that_hangs_goes_on() {
    let server = exclusive().await;
    let mut connection = connect(&server.url());
    let _: () = connection.set("server", "web-prod-01").unwrap();
    server.pause().await;
    connection.set_read_timeout(Some(std::time::Duration::from_millis(50))).unwrap();
    assert!(connection.get::<_, String>("server").unwrap_err().is_timeout());
    server.go_on().await;
    assert_eq!(connect(&server.url()).get::<_, String>("server").unwrap(), "web-prod-01");
}
