//! What there is in the broker: declared by whoever connects, each time, since a broker may come back empty.
//!
//! ```text
//!                      kind                                      queue's name
//!   polyops.events ─────────────▶ incidents ──▶ consumer ──▶ polyops.dead ─────────▶ incidents.dead
//!   (topic)        ─────────────▶ communications             (direct)     ─────────▶ communications.dead
//! ```

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, ExchangeKind};

/// Where everything is said.
pub(super) const EVENTS: &str = "polyops.events";

/// Where what cannot be handled goes.
pub(super) const DEAD: &str = "polyops.dead";

pub(super) async fn declare_exchanges(channel: &Channel) -> lapin::Result<()> {
    let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
    channel.exchange_declare(EVENTS.into(), ExchangeKind::Topic, durable, FieldTable::default()).await?;
    channel.exchange_declare(DEAD.into(), ExchangeKind::Direct, durable, FieldTable::default()).await
}

/// A consumer's queue, and the one for its dead letters.
pub(super) async fn declare_queue(channel: &Channel, queue: &str, kinds: &[String]) -> lapin::Result<()> {
    declare_dead_queue(channel, queue).await?;
    let mut arguments = classic();
    // one consumer at a time: with two, events of one subject would overtake one another
    arguments.insert("x-single-active-consumer".into(), AMQPValue::Boolean(true));
    channel.queue_declare(queue.into(), QueueDeclareOptions::durable(), arguments).await?;
    for kind in kinds {
        let bind = QueueBindOptions::default();
        channel.queue_bind(queue.into(), EVENTS.into(), kind.as_str().into(), bind, FieldTable::default()).await?;
    }
    Ok(())
}

pub(super) async fn declare_dead_queue(channel: &Channel, queue: &str) -> lapin::Result<()> {
    let dead = format!("{queue}.dead");
    channel.queue_declare(dead.as_str().into(), QueueDeclareOptions::durable(), classic()).await?;
    let bind = QueueBindOptions::default();
    channel.queue_bind(dead.as_str().into(), DEAD.into(), queue.into(), bind, FieldTable::default()).await
}

/// Not a quorum queue: on a broker of one server, such a queue of RabbitMQ 3.10 can be left without a leader for ever when
/// the server is killed (rabbitmq/rabbitmq-server#10070), and ours did at the first try. See `docs/decisions/0009-events.md`.
fn classic() -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), AMQPValue::LongString("classic".into()));
    arguments
}
