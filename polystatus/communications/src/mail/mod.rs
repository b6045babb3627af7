//! Mails: what they say, in which form, and how they leave.

mod compose;
mod courier;
mod smtp_url;
mod texts;

pub use compose::{About, ComposeError, Letter, compose, confirmation, user_mail};
pub use courier::Courier;
pub use smtp_url::SmtpUrl;
pub use texts::Texts;
