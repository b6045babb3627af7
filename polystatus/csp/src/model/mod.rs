//! What the service keeps and is told, as types that cannot hold a wrong value.

mod day;
mod event;
mod feed_url;
mod input;
mod provider;
mod rule;
mod severity;
mod standing;
mod state;
mod watch;

pub use day::{DAYS_KEPT, StatusDay, account, date_of};
pub use event::ProviderEvent;
pub use feed_url::FeedUrl;
pub use input::{NewProvider, ProviderInput};
pub use provider::{FeedType, Origin, Provider, Removed};
pub(crate) use rule::services;
pub use rule::{Opening, OpeningState, Rule, RuleInput, Turn};
pub use severity::Severity;
pub use standing::{SourceView, Standing};
pub use state::State;
pub(crate) use watch::names;
pub use watch::{Watch, WatchInput};
