//! The virtual hosts and brokers that tests are given.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

use lapin::options::{BasicGetOptions, BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use testbed::chaos_proxy::ChaosProxy;
use testbed::rabbitmq::{exclusive, virtual_host};
use testbed::wait;

const SOON: std::time::Duration = std::time::Duration::from_secs(20);

async fn connect(url: &str) -> Result<(Connection, Channel), lapin::Error> {
    let connection = Connection::connect(url, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    Ok((connection, channel))
}

async fn declare(channel: &Channel) {
    let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    channel.queue_declare("mail".into(), durable, FieldTable::default()).await.unwrap();
}

/// Publish a message that survives the broker, and wait until the broker has it.
async fn publish(channel: &Channel, text: &str) -> Result<(), lapin::Error> {
    let persistent = BasicProperties::default().with_delivery_mode(2);
    let options = BasicPublishOptions::default();
    channel.basic_publish("".into(), "mail".into(), options, text.as_bytes(), persistent).await?.await?;
    Ok(())
}

#[tokio::test]
async fn two_virtual_hosts_do_not_see_each_other() {
    let (one, other) = tokio::join!(virtual_host(), virtual_host());
    let (_connection, channel) = connect(&one.url()).await.unwrap();
    declare(&channel).await;

    assert_eq!(one.address(), other.address(), "they share a broker");
    assert_eq!(one.list("queues").await[0]["name"], "mail");
    assert!(other.list("queues").await.is_empty());
}

#[tokio::test]
async fn a_virtual_host_is_gone_with_its_value_even_while_connected() {
    let host = virtual_host().await;
    let url = host.url();
    let (open, _channel) = connect(&url).await.unwrap();
    drop(host);
    let ended = async || (!open.status().connected()).then_some(());
    wait::until_async("the connection's end", SOON, ended).await;
    assert!(connect(&url).await.is_err());
}

#[tokio::test]
async fn a_proxy_stands_between() {
    let host = virtual_host().await;
    let proxy = ChaosProxy::start(host.address()).unwrap();
    let url = host.url_through(proxy.address().port());
    let (_connection, channel) = connect(&url).await.unwrap();
    declare(&channel).await;
    publish(&channel, "hello").await.unwrap();
    proxy.cut();
    publish(&channel, "nobody hears this").await.unwrap_err();
    connect(&url).await.unwrap_err();
}

#[tokio::test]
async fn a_broker_that_is_killed_comes_back_with_what_it_confirmed() {
    let broker = exclusive().await;
    let (_connection, channel) = connect(&broker.url()).await.unwrap();
    declare(&channel).await;
    publish(&channel, "confirmed").await.unwrap();
    broker.kill_9().await;
    publish(&channel, "nobody hears this").await.unwrap_err();

    broker.start_again().await;
    let (_connection, channel) = connect(&broker.url()).await.unwrap();
    let message = channel.basic_get("mail".into(), BasicGetOptions { no_ack: true }).await.unwrap().unwrap();
    assert_eq!(message.delivery.data, b"confirmed");
}
