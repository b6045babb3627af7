//! What happened, told to whoever needs it.

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
