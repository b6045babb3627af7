//! Addresses that are called when the public is told something.

use chassis::ApiError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::{Mistakes, ServiceId, present};

use super::maintenance::services_schema;
use super::subscriber::services;
use crate::webhooks::Target;

/// An address that is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// `WHK-` and a suffix.
    pub id: String,
    /// Where to.
    pub url: Target,
    /// Of which services; empty: of all.
    pub services: Vec<ServiceId>,
    /// With what the calls are signed: `whsec_` and 32 bytes in base 64 (Standard Webhooks).
    ///
    /// Kept as it is, since every call is signed with it.
    pub secret: String,
    /// When it was set up, in Unix seconds.
    pub created_at: i64,
    /// Who set it up.
    pub created_by: String,
    /// Since when it is not called any more: its server has answered 410.
    pub gone_at: Option<i64>,
}

/// A webhook, as it is sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookInput {
    /// Where to: `https`, at a public address.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        example = "https://hooks.example.org/status",
        min_length = 12,
        max_length = 200,
        pattern = "^https://[a-z]{3,20}\\.example\\.org/[a-z]{0,20}$"
    )]
    url: Option<String>,
    /// Of which services; all when absent or empty.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, schema_with = services_schema)]
    services: Option<Vec<String>>,
}

/// What a client decides of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWebhook {
    /// Where to.
    pub url: Target,
    /// Of which services.
    pub services: Vec<ServiceId>,
}

impl WebhookInput {
    /// The webhook that a client wants; `private`: may it be at an address that is not public?
    ///
    /// # Errors
    /// 400 with each field that is missing or wrong.
    pub fn validate(&self, private: bool) -> Result<NewWebhook, ApiError> {
        let mut mistakes = Mistakes::default();
        let url = match self.url.as_deref() {
            Some(url) => mistakes.note("url", Target::parse(url, private)),
            None => mistakes.missing("url"),
        };
        let services = services(&mut mistakes, self.services.as_deref());
        let new = (|| Some(NewWebhook { url: url?, services: services? }))();
        mistakes.none_or(new)
    }
}

impl Webhook {
    /// Whether it is to hear of these services; none: of what concerns everybody.
    pub fn wants(&self, services: &[ServiceId]) -> bool {
        let named = self.services.is_empty() || services.is_empty();
        self.gone_at.is_none() && (named || services.iter().any(|id| self.services.contains(id)))
    }
}
