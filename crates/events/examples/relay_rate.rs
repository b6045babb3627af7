//! How many events a second go from an outbox through a broker into an inbox, by the clock of this machine:
//!
//! ```sh
//! cargo run --release -p events --example relay_rate                                    # within the process
//! cargo run --release -p events --example relay_rate -- amqp://guest:guest@127.0.0.1    # through RabbitMQ
//! ```
//!
//! The outbox is in SQLite. First the events are only sent and confirmed, by nobody heard but a queue; then they are
//! handled too, with an inbox in memory.

use std::error::Error;

use chassis::ids::RandomIds;
use chassis::service::Foundation;
use events::inbox::{Handled, first_time};
use events::{Broker, Event, EventsUrl, Relay, StoreOutbox};
use store::{Draft, Schema, Store, StoreError};
use tokio::time::Instant;

const EVENTS: usize = 20_000;
const SUBJECTS: usize = 500;
const IN_ONE_WRITE: usize = 100;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let url: EventsUrl = std::env::args().nth(1).unwrap_or_else(|| "in-process:".to_owned()).parse()?;
    println!(
        "{EVENTS} events of {SUBJECTS} subjects by {url:?}, {} build",
        if cfg!(debug_assertions) { "debug" } else { "release" }
    );
    let foundation = Foundation::default();
    let broker = Broker::open(&url, &foundation);
    let folder = tempfile::tempdir()?;
    let address = format!("sqlite:{}", folder.path().join("outbox.db").display());
    let speaker = Store::open(&address.parse()?, "speaker", Schema::default(), &RandomIds).await?;

    // a queue of its own, so that what an earlier run left behind is not counted
    let queue = format!("rate-{:x}", chassis::ids::Ids::next(&RandomIds));
    let mut idle = broker.subscribe(&queue, &["rate.idle.said"], async |_| Ok(()));
    idle.ready().await;
    say(&speaker, "rate.idle.said").await?;
    let start = Instant::now();
    let relay = Relay::start(StoreOutbox::of(&speaker, &RandomIds), &broker);
    until_sent(&speaker).await?;
    report("sent and confirmed", start);
    drop((relay, idle));

    let listener =
        Store::open(&"memory:".parse()?, "listener", Schema::default().with::<Handled>(), &RandomIds).await?;
    let store = listener.clone();
    let mut subscription = broker.subscribe(&format!("{queue}-inbox"), &["rate.thing.counted"], move |event: Event| {
        let store = store.clone();
        async move {
            let work = move |draft: &mut Draft| -> Result<(), StoreError> {
                first_time(draft, &event);
                Ok(())
            };
            Ok(store.write(work).await?)
        }
    });
    subscription.ready().await;
    say(&speaker, "rate.thing.counted").await?;
    let start = Instant::now();
    let _relay = Relay::start(StoreOutbox::of(&speaker, &RandomIds), &broker);
    let mut changed = listener.changed();
    while listener.read().count::<Handled>() < EVENTS {
        changed.changed().await?;
    }
    report("sent, handled and remembered", start);
    Ok(())
}

async fn say(store: &Store, kind: &str) -> Outcome<()> {
    let foundation = Foundation::default();
    let event = |number: usize| {
        let subject = format!("subject-{}", number % SUBJECTS);
        Event::new(&RandomIds, &*foundation.clock, "/rate", kind, subject, &number).to_json()
    };
    for first in (0..EVENTS).step_by(IN_ONE_WRITE) {
        let events: Vec<_> = (first..first + IN_ONE_WRITE).map(event).collect();
        let write = move |draft: &mut Draft| -> Result<(), StoreError> {
            for event in &events {
                draft.emit(event.clone());
            }
            Ok(())
        };
        store.write(write).await?;
    }
    Ok(())
}

async fn until_sent(store: &Store) -> Outcome<()> {
    let outbox = store.outbox();
    while outbox.count().await? > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    Ok(())
}

fn report(what: &str, start: Instant) {
    let seconds = start.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let rate = EVENTS as f64 / seconds;
    println!("{what}: {rate:.0}/s ({seconds:.2} s)");
}
