//! What can be changed, as functions on a draft of the store. They know no network and no clock: whatever they need of
//! the outside is in their arguments, and the store may run them again.

mod announce;
mod banner;
mod deliver;
mod fan_out;
mod follow;
mod learn;
mod maintenance;
mod prune;
mod subscription;
mod webhook;

pub use announce::announce;
pub use banner::{put_banner, take_banner_away};
pub use deliver::{Job, Verdict, claim, recover, settle};
pub use fan_out::fan_out;
pub use follow::{AskedMail, incident_changed, service_changed, service_gone, user_mail};
pub use learn::{Answers, learn};
pub use maintenance::{change_maintenance, keep_time, no_such_maintenance, plan_maintenance};
pub use prune::prune;
pub use subscription::{Asked, ask_to_subscribe, confirm, no_such_link, unsubscribe};
pub use webhook::{add_webhook, delete_webhook, no_such_webhook, webhook_gone};
