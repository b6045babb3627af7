//! Who wants mails. Nothing is sent to an address but the question whether that is so, until it was answered.

use chassis::ApiError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::{Email, Mistakes, ServiceId, present};

use super::Lang;
use super::maintenance::{service_names, services_schema};

/// How long the link of a confirmation is good, in seconds: three days.
pub const CONFIRM_WITHIN: i64 = 3 * 24 * 3600;

/// What somebody wants to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Of which services; empty: of all.
    pub services: Vec<ServiceId>,
    /// In which language.
    pub lang: Lang,
}

/// A choice that waits for the link in the mail to be followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// What was asked for, by whoever it was.
    pub choice: Choice,
    /// The fingerprint of what the link holds.
    pub token: String,
    /// When it was asked for, in Unix seconds.
    pub asked_at: i64,
}

/// An address, and what its owner wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriber {
    /// `SUB-` and a suffix.
    pub id: String,
    /// The address.
    pub email: Email,
    /// What was confirmed; none: nothing is sent.
    pub confirmed: Option<Choice>,
    /// What was asked for since.
    pub pending: Option<Pending>,
    /// What the link at the end of every mail holds.
    ///
    /// Kept as it is and not as a fingerprint, since every mail needs it; who can read it can read the address, too.
    pub unsubscribe: String,
    /// When the address was first given, in Unix seconds.
    pub created_at: i64,
}

impl Subscriber {
    /// Whether they want to hear of these services; none: of what concerns everybody.
    pub fn wants(&self, services: &[ServiceId]) -> bool {
        let Some(choice) = &self.confirmed else { return false };
        choice.services.is_empty() || services.is_empty() || services.iter().any(|id| choice.services.contains(id))
    }

    /// The language of their mails.
    pub fn lang(&self) -> Lang {
        let asked = self.pending.as_ref().map(|pending| pending.choice.lang);
        self.confirmed.as_ref().map(|choice| choice.lang).or(asked).unwrap_or(Lang::En)
    }
}

/// A subscription, as it is sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionInput {
    /// Where to.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        example = "zoe@example.org",
        min_length = 3,
        max_length = 254,
        pattern = "^[a-z0-9]{1,30}@[a-z0-9]{1,30}\\.org$"
    )]
    email: Option<String>,
    /// Of which services; all when absent or empty.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, schema_with = services_schema)]
    services: Option<Vec<String>>,
    /// In which language; the service's own when absent.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = Lang)]
    lang: Option<String>,
}

impl SubscriptionInput {
    /// The address and what is wanted.
    ///
    /// # Errors
    /// 400 with each field that is missing or wrong.
    pub fn validate(&self, default: Lang) -> Result<(Email, Choice), ApiError> {
        let mut mistakes = Mistakes::default();
        let email = mistakes.required("email", self.email.as_deref());
        let services = services(&mut mistakes, self.services.as_deref());
        let lang = self.lang.as_deref().map_or(Some(default), |word| mistakes.parse("lang", word));
        let wanted = (|| Some((email?, Choice { services: services?, lang: lang? })))();
        mistakes.none_or(wanted)
    }
}

/// The ids of services that a client names.
pub(super) fn services(mistakes: &mut Mistakes, names: Option<&[String]>) -> Option<Vec<ServiceId>> {
    let names = service_names(mistakes, names.unwrap_or_default())?;
    Some(names.iter().filter_map(|name| name.as_str().parse().ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscriber_hears_of_what_was_confirmed_and_of_what_concerns_everybody() {
        let id = |name: &str| name.parse::<ServiceId>().unwrap();
        let mut zoe = Subscriber {
            id: "SUB-1".to_owned(),
            email: "zoe@example.org".parse().unwrap(),
            confirmed: None,
            pending: Some(Pending {
                choice: Choice { services: vec![], lang: Lang::Fr },
                token: "x".to_owned(),
                asked_at: 0,
            }),
            unsubscribe: "u".to_owned(),
            created_at: 0,
        };
        assert!(!zoe.wants(&[id("mail")]) && !zoe.wants(&[]), "nothing before it is confirmed");
        zoe.confirmed = Some(Choice { services: vec![id("mail")], lang: Lang::En });
        assert!(zoe.wants(&[id("mail"), id("shop")]) && zoe.wants(&[]) && !zoe.wants(&[id("shop")]));
        zoe.confirmed = Some(Choice { services: vec![], lang: Lang::En });
        assert!(zoe.wants(&[id("shop")]));
    }
}
