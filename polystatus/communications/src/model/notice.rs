//! Something that recipients are to be told: one event, many deliveries.

use serde::{Deserialize, Serialize};
use values::{Email, ServiceId};

use super::Lang;

/// An event that is to reach recipients. It is written in the same step as what it tells of, and fanned out afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// `EVT-` and a suffix that sorts by time, or the id of an event of another service.
    pub id: String,
    /// What happened, in dotted words: `incident.updated`.
    pub kind: String,
    /// To what: what is said of one subject within a short time becomes one message.
    pub subject: String,
    /// When, in Unix seconds.
    pub at: i64,
    /// What is affected; who subscribed to none of these is not told. Empty: everybody is.
    pub services: Vec<ServiceId>,
    /// What to say.
    pub content: Content,
    /// The last recipient that has a delivery; `None` before the first. Only for what goes to all subscribers.
    pub reached: Option<String>,
    /// Whether every recipient has a delivery.
    pub is_fanned_out: bool,
}

/// What to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Content {
    /// An update of an incident: the incident and the update's id.
    Incident {
        /// Whose.
        incident: String,
        /// Which.
        update: String,
    },
    /// An update of planned work.
    Maintenance {
        /// Whose.
        maintenance: String,
        /// Which.
        update: String,
    },
    /// The link by which a subscription is confirmed, to one address.
    Confirm {
        /// Where to.
        email: Email,
        /// In which language.
        lang: Lang,
        /// What the link holds; gone when the mail is.
        token: String,
    },
    /// A mail of the users service, to one address.
    User {
        /// Which mail.
        mail: UserMail,
        /// Where to.
        email: Email,
        /// Whom to address.
        name: String,
        /// What the link holds, if there is one; gone when the mail is.
        token: Option<String>,
        /// Until when the link is good, in Unix seconds.
        expires_at: Option<i64>,
    },
}

/// The mails of the users service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UserMail {
    /// Confirm a registration.
    Registered,
    /// Somebody registered with your address.
    RegisteredAgain,
    /// You have an account: choose a password.
    Invited,
    /// Choose another password.
    PasswordResetRequested,
    /// Your password was changed.
    PasswordChanged,
    /// Your second factor was changed.
    SecondFactorChanged,
}

impl UserMail {
    /// Every mail, with the kind of its event.
    pub const ALL: [(&'static str, Self); 6] = [
        ("polystatus.user.registered", Self::Registered),
        ("polystatus.user.registered-again", Self::RegisteredAgain),
        ("polystatus.user.invited", Self::Invited),
        ("polystatus.user.password-reset-requested", Self::PasswordResetRequested),
        ("polystatus.user.password-changed", Self::PasswordChanged),
        ("polystatus.user.second-factor-changed", Self::SecondFactorChanged),
    ];

    /// The mail that an event of this kind asks for.
    pub fn of_event(kind: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == kind).map(|(_, mail)| *mail)
    }
}

impl Content {
    /// Take out what opens something: the mail is on its way, and nobody here needs it any more.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        let mut content = self.clone();
        match &mut content {
            Self::Confirm { token, .. } => token.clear(),
            Self::User { token, .. } => *token = None,
            Self::Incident { .. } | Self::Maintenance { .. } => {}
        }
        content
    }

    /// The one address that it goes to, if it goes to one.
    pub fn address(&self) -> Option<&Email> {
        match self {
            Self::Confirm { email, .. } | Self::User { email, .. } => Some(email),
            Self::Incident { .. } | Self::Maintenance { .. } => None,
        }
    }
}
