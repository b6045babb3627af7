//! What happened, told to whoever needs it: nothing said is lost, and nothing is done twice.
//!
//! # The problem
//! A service resolves an incident, and mails are to be sent. If it commits first and publishes then, a crash between the
//! two loses the event. If it publishes first, it may tell of what never came to be. No transaction spans a database and
//! a broker.
//!
//! # The outbox
//! So the event is written where the change is written, in the same step. A relay sends it on, again and again until the
//! broker confirms, and only then forgets it. A crash at any moment leaves either nothing, or an event that is still in
//! the outbox. What can happen is that an event is sent twice: the broker had it, and its confirmation was lost. So the
//! consumer remembers the ids of what it has done, its inbox, again in the same step as the work.
//!
//! ```text
//!   one service                             broker                       another service
//!  ┌──────────────────────────┐    ┌───────────────────────┐    ┌────────────────────────────────┐
//!  │ write, one step:         │    │                       │    │            write, one step:    │
//!  │   documents              │    │  exchange ──▶ queue ──┼──▶ │ handler ──▶  inbox: seen it?   │
//!  │   outbox ──▶ relay ──────┼──▶ │              a queue  │    │              documents         │
//!  │     ▲          │         │    │            per service│    │                   │            │
//!  │     └─ sent ◀──┴─────────┼─── │  confirms             │ ◀──┼── acknowledges ◀──┘            │
//!  └──────────────────────────┘    └───────────┬───────────┘    └────────────────────────────────┘
//!                                              └──▶ dead letters: what no handler could do
//! ```
//!
//! At least once on the way, once in effect. Each arrow that may be cut is between two steps that may be repeated.
//!
//! # Order
//! Events of one subject (an incident, a server) have their effect in the order in which they were written:
//!
//! - the outbox gives them in the order of the commits;
//! - the [`Relay`] has many events under way, but of one subject only one: if the broker refused the first of two, the
//!   second would overtake it;
//! - of the instances of a consumer one listens, the others stand by; its handler is done with one event before it is
//!   given the next;
//! - what fails is tried again in its place. Only what can never be handled is put aside, see [`Failure`].
//!
//! Between two subjects nothing is promised.
//!
//! # Who does what
//! - [`Event`]: what is said, as CloudEvents 1.0 writes it; strict about what it reads.
//! - [`Outbox`], [`StoreOutbox`]: where a relay finds what is to be sent. The change log of the inventory is one, too.
//! - [`Relay`]: sends. It needs no broker to start, and goes on by itself when the broker is back.
//! - [`Broker`]: RabbitMQ, or delivery within the process; the same tests pass on both.
//! - [`inbox`]: what was done.
//!
//! # Example
//! ```
//! use chassis::ids::RandomIds;
//! use chassis::service::Foundation;
//! use events::{Broker, Event, Relay, StoreOutbox};
//! use store::{Draft, Schema, Store, StoreError};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let foundation = Foundation::default();
//! let store = Store::open(&"memory:".parse()?, "example", Schema::default(), &RandomIds).await?;
//! let broker = Broker::open(&"in-process:".parse()?, &foundation);
//!
//! // who wants to hear it
//! let (heard, mut hear) = tokio::sync::mpsc::unbounded_channel();
//! let _subscription = broker.subscribe("mails", &["example.mail.*"], move |event: Event| {
//!     let heard = heard.clone();
//!     async move { heard.send(event.subject().to_owned()).map_err(events::Failure::failed) }
//! });
//!
//! // who says it: with the change, in one step
//! let event = Event::new(&*foundation.ids, &*foundation.clock, "/example", "example.mail.wanted", "42", &());
//! store
//!     .write(move |draft: &mut Draft| -> Result<(), StoreError> {
//!         draft.emit(event.to_json());
//!         Ok(())
//!     })
//!     .await?;
//! let _relay = Relay::start(StoreOutbox::of(&store, &*foundation.ids), &broker);
//! assert_eq!(hear.recv().await.as_deref(), Some("42"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! # What an operator sees
//! `events_pending` and `events_oldest_pending_age_seconds` grow while the broker is away; `events_handled_total` by queue
//! and outcome: `Dead` ones are in the queue `<queue>.dead`, each with the reason in its header `reason`, and go back with
//! RabbitMQ's own tools (a shovel, or the management page) once the cause is mended. `events_unheard_total` counts what
//! nobody has ever asked for: if somebody should have, start that service once, and its queue is there from then on.

mod amqp;
mod broker;
mod event;
mod failure;
mod figures;
mod in_process;
pub mod inbox;
mod interest;
mod outbox;
mod relay;
mod settings;
mod stored;
mod wire;
mod work;

pub use broker::{Broker, DeadLetter, Subscription};
pub use event::{Event, Malformed};
pub use failure::Failure;
pub use in_process::Hold;
pub use outbox::{Outbox, OutboxError, Pending};
pub use relay::Relay;
pub use settings::{EventsSettings, EventsUrl};
pub use stored::StoreOutbox;
pub use wire::LARGEST;
