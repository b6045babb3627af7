//! The brokers that the suite runs on: each test is written once and runs on both.

use std::sync::Arc;
use std::time::Duration;

use chassis::clock::FixedClock;
use chassis::ids::{CountingIds, Ids, RandomIds};
use chassis::service::Foundation;
use events::{Broker, DeadLetter, EventsUrl};
use lapin::options::BasicGetOptions;
use lapin::{Connection, ConnectionProperties};
use testbed::rabbitmq::{VirtualHost, virtual_host};
use testbed::wait;

/// How long anything may take, on a busy machine, after the broker was away: some of its time-outs.
pub const SOON: Duration = Duration::from_mins(1);

/// What the clock says.
pub const NOW: i64 = 1_700_000_000;

/// A broker that nobody else uses, gone with its value.
pub enum Place {
    InProcess(String),
    RabbitMq(VirtualHost),
}

impl Place {
    pub fn in_process() -> Self {
        Self::InProcess(format!("in-process:{}", RandomIds.secret()))
    }

    pub async fn rabbitmq() -> Self {
        Self::RabbitMq(virtual_host().await)
    }

    /// For `EVENTS_URL`.
    pub fn url(&self) -> EventsUrl {
        let url = match self {
            Self::InProcess(url) => url.clone(),
            Self::RabbitMq(host) => host.url(),
        };
        url.parse().unwrap()
    }

    /// As a service opens it.
    pub fn open(&self) -> Broker {
        Broker::open(&self.url(), &foundation())
    }

    /// Wait for this many dead letters of a queue. They are taken out of RabbitMQ.
    pub async fn dead_letters(&self, queue: &str, count: usize) -> Vec<DeadLetter> {
        let mut letters = Vec::new();
        wait::until_async("the dead letters", SOON, async || {
            match self {
                Self::InProcess(_) => {
                    letters = self.open().dead_letters();
                    letters.retain(|letter| letter.queue == queue);
                }
                Self::RabbitMq(host) => letters.extend(take_dead_letter(&host.url(), queue).await),
            }
            (letters.len() >= count).then_some(())
        })
        .await;
        letters
    }
}

/// With a clock that stands still, and a jitter that is always none: so nothing waits between two tries.
pub fn foundation() -> Foundation {
    Foundation { clock: Arc::new(FixedClock::at(NOW)), ids: Arc::new(CountingIds::default()), ..Foundation::default() }
}

pub async fn connect(url: &str) -> (Connection, lapin::Channel) {
    let connection = Connection::connect(url, ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    (connection, channel)
}

async fn take_dead_letter(url: &str, queue: &str) -> Option<DeadLetter> {
    let (_connection, channel) = connect(url).await;
    let taken = channel.basic_get(format!("{queue}.dead").into(), BasicGetOptions { no_ack: true }).await;
    // without the queue there is none yet
    let delivery = taken.ok()??.delivery;
    let headers = delivery.properties.headers().clone().unwrap();
    let text = |name: &str| String::from_utf8(headers.inner()[name].as_long_string().unwrap().as_bytes().to_vec());
    Some(DeadLetter { queue: text("queue").unwrap(), reason: text("reason").unwrap(), message: delivery.data.into() })
}

/// Makes of each `async fn(Place)` two tests: `in_process::name`, and `rabbitmq::name`, which needs a container.
///
/// A function that is not listed is never called, and the compiler says so.
macro_rules! on_both_brokers {
    ($($test:ident),+ $(,)?) => {
        mod in_process {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::brokers::Place::in_process()).await;
            })+
        }
        mod rabbitmq {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::brokers::Place::rabbitmq().await).await;
            })+
        }
    };
}
pub(crate) use on_both_brokers;
