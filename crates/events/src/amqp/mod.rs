//! RabbitMQ: events outlive the processes that say them, and wait for those that hear them.

mod consumer;
mod publisher;
mod topology;

use std::time::Duration;

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::uri::AMQPUri;
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties};
use tokio::time::timeout;

pub(crate) use consumer::consume;
pub(crate) use publisher::Publisher;

use crate::broker::{DeadLetter, SendError};
use crate::wire;

/// How long the broker may take for one step. A quorum queue answers after a trip to the disk of its servers; what takes
/// longer than this does not come.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a good-bye may take.
const GOOD_BYE: Duration = Duration::from_secs(1);

/// AMQP 0.9.1, section 1.2, constant `reply-success`.
const REPLY_SUCCESS: u16 = 200;

/// Seconds between two signs of life: the fewest that RabbitMQ's manual recommends. After twice as many without one, a
/// connection is given up, so that a broker which has vanished without a word is noticed.
const HEARTBEAT: u16 = 5;

/// "Persistent" (AMQP 0.9.1, basic class, `delivery-mode`): on the disk before it is confirmed.
const PERSISTENT: u8 = 2;

/// Where the broker is.
pub(crate) struct Address(AMQPUri);

impl Address {
    pub(crate) fn of(uri: &AMQPUri) -> Self {
        let mut uri = uri.clone();
        uri.query.heartbeat.get_or_insert(HEARTBEAT);
        Self(uri)
    }

    /// A connection of its own, and a channel on it that confirms. `purpose` is what the management page shows.
    ///
    /// lapin can connect anew by itself and restore what was declared. We do it: what is under way must be sent again
    /// from the outbox, and then a second mechanism would only hide when.
    async fn connect(&self, purpose: &str) -> Result<Link, SendError> {
        in_time(async {
            let properties = ConnectionProperties::default().with_connection_name(purpose.into());
            let connection = Connection::connect_uri(self.0.clone(), properties).await?;
            let channel = connection.create_channel().await?;
            channel.confirm_select(ConfirmSelectOptions::default()).await?;
            topology::declare_exchanges(&channel).await?;
            Ok(Link { channel, connection })
        })
        .await
    }
}

/// A channel, and the connection that lives as long.
struct Link {
    channel: Channel,
    connection: Connection,
}

impl Link {
    /// Say good-bye; at once, if the other side is not there any more.
    async fn close(&self) {
        let close = self.connection.close(REPLY_SUCCESS, "".into());
        if timeout(GOOD_BYE, close).await.is_err() {
            tracing::debug!("the broker does not answer a good-bye");
        }
    }

    /// Put a message among the dead letters, and wait until it is there.
    async fn bury(&self, letter: &DeadLetter) -> Result<(), SendError> {
        let DeadLetter { queue, reason, message } = letter;
        let mut headers = FieldTable::default();
        headers.insert("reason".into(), AMQPValue::LongString(reason.as_str().into()));
        headers.insert("queue".into(), AMQPValue::LongString(queue.as_str().into()));
        let properties = BasicProperties::default()
            .with_delivery_mode(PERSISTENT)
            .with_content_type(wire::MEDIA_TYPE.into())
            .with_headers(headers);
        in_time(async {
            topology::declare_dead_queue(&self.channel, queue).await?;
            let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
            let publish =
                self.channel.basic_publish(topology::DEAD.into(), queue.as_str().into(), options, message, properties);
            // returned: somebody has removed the queue in this moment
            if publish.await?.await? == Confirmation::Ack(None) { Ok(()) } else { Err(SendError::Refused) }
        })
        .await
    }
}

async fn in_time<T>(work: impl Future<Output = Result<T, SendError>>) -> Result<T, SendError> {
    timeout(PATIENCE, work).await.unwrap_or(Err(SendError::TimedOut))
}
