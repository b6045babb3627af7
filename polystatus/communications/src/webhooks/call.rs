//! Makes the calls.

use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use chassis::client::{OutOfReach, Reach};
use reqwest::{StatusCode, redirect};

use super::sign;
use crate::dispatch::Outcome;
use crate::model::Webhook;

/// How long a receiver may take to answer. Statuspage gives 30 s, and its receivers are told to answer first and work
/// afterwards; a slow one must not hold the others up for so long.
const PATIENCE: Duration = Duration::from_secs(15);

/// For the connection alone.
const CONNECT: Duration = Duration::from_secs(5);

/// Bytes of an answer that are kept to say what was wrong.
const SHOWN: usize = 200;

/// One who calls webhooks.
#[derive(Debug, Default)]
pub struct Caller {
    http: OnceLock<reqwest::Client>,
    reach: Reach,
}

impl Caller {
    /// One who calls what is in reach.
    pub fn new(reach: Reach) -> Self {
        Self { http: OnceLock::new(), reach }
    }

    /// Made for the first call: reading the system's root certificates takes longer than the rest of a start.
    fn http(&self) -> &reqwest::Client {
        let reach = self.reach;
        self.http.get_or_init(|| {
            // a second service of this process may have installed it
            let _ = rustls::crypto::ring::default_provider().install_default();
            let http = reqwest::Client::builder()
                // looked up by us, and connected to what was looked at: between two look-ups a name may lead elsewhere
                .dns_resolver(reach.resolver())
                // a redirect leads to an address that nobody has looked at
                .redirect(redirect::Policy::none())
                // a proxy would look the name up by itself
                .no_proxy()
                .connect_timeout(CONNECT)
                .timeout(PATIENCE)
                .user_agent(concat!("PolyStatus/", env!("CARGO_PKG_VERSION")))
                .build();
            http.expect("TLS has its provider, and the system its root certificates")
        })
    }

    /// Call one. `id` is the same in every attempt: a receiver that has seen it drops the second.
    pub async fn call(&self, webhook: &Webhook, id: &str, now: i64, body: Bytes) -> Outcome {
        if webhook.url.literal().is_some_and(|address| !self.reach.allows(address)) {
            return Outcome::Refused("its address is of a private network".to_owned());
        }
        let request = self
            .http()
            .post(webhook.url.url().clone())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", now.to_string())
            .header("webhook-signature", sign(&webhook.secret, id, now, &body))
            .body(body);
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Outcome::Sent,
            Ok(answer) if answer.status() == StatusCode::GONE => Outcome::Gone,
            Ok(answer) => {
                let status = answer.status();
                let said = first_bytes(answer).await;
                Outcome::NotNow(format!("it answered {status}{said}"))
            }
            Err(error) if blocked(&error) => Outcome::Refused("its name leads to a private network".to_owned()),
            Err(error) => Outcome::NotNow(reason(&error)),
        }
    }
}

/// What an answer begins with: enough for an operator to know whose mistake it is.
async fn first_bytes(mut answer: reqwest::Response) -> String {
    let mut said = Vec::new();
    while said.len() < SHOWN
        && let Ok(Some(piece)) = answer.chunk().await
    {
        said.extend_from_slice(&piece);
    }
    said.truncate(SHOWN);
    let said = String::from_utf8_lossy(&said);
    let said: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if said.trim().is_empty() { String::new() } else { format!(": {}", said.trim()) }
}

/// Why there was no answer, without the address, which may hold a secret.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it did not answer in time".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    format!("it cannot be reached: {cause}")
}

fn blocked(error: &reqwest::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(now) = cause {
        if matches!(now.downcast_ref(), Some(OutOfReach::Private(_))) {
            return true;
        }
        cause = now.source();
    }
    false
}
