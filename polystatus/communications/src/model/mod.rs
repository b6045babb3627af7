//! Types that cannot hold a wrong value. What a client sends is in the `…Input` types; their `validate` names every
//! mistake, and what comes out of it is not checked again.

mod banner;
mod component;
mod delivery;
mod edition;
mod incident;
mod maintenance;
mod notice;
mod subscriber;
mod webhook;
mod words;

pub use banner::{Banner, BannerInput};
pub use component::Component;
pub use delivery::{Channel, Delivery, DeliveryState};
pub use edition::Edition;
pub use incident::{Affected, AnnounceInput, Announcement, Incident, KnownIncident, KnownStatus, Update};
pub use maintenance::{
    Maintenance, MaintenanceChange, MaintenanceInput, MaintenancePatch, MaintenanceUpdate, NewMaintenance,
};
pub use notice::{Content, Notice, UserMail};
pub use subscriber::{CONFIRM_WITHIN, Choice, Pending, Subscriber, SubscriptionInput};
pub use values::{Email, Line, Mistakes, Prose, ServiceId, present};
pub use webhook::{NewWebhook, Webhook, WebhookInput};
pub use words::{ComponentStatus, Impact, Lang, Level, MaintenanceStatus, PublicState};
