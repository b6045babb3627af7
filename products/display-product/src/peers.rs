//! The two services behind the pages.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use chassis::StartError;
use chassis::client::{Peer, PeerError, StatusCode};
use chassis::clock::SharedClock;
use chassis::ids::SharedIds;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// Products on a page.
pub const ON_A_PAGE: usize = 50;

/// A product, as read-product shows it. Strict about nothing: a field more is none of our business.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Product {
    /// Its number.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// What there is to say of it.
    pub description: String,
    /// What it costs, such as `12.50`.
    pub price: String,
}

/// A part of the list.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    /// The products.
    pub products: Vec<Product>,
    /// Where the next part begins.
    pub next: Option<String>,
}

/// What is shown, and how old that is.
#[derive(Debug, Clone)]
pub struct Seen<T> {
    /// What is shown.
    pub what: T,
    /// For how many seconds it was not compared with what is so; none when it is fresh.
    pub age: Option<i64>,
}

/// The last first page that was read.
#[derive(Debug)]
struct Kept {
    products: Vec<Product>,
    /// In Unix seconds.
    at: i64,
}

/// read-product, and what it answered last.
#[derive(Debug)]
pub struct Reading {
    peer: Peer,
    clock: SharedClock,
    kept: ArcSwapOption<Kept>,
}

/// Neither an answer nor anything that was known before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NothingKnown;

impl Reading {
    /// At this address.
    ///
    /// # Errors
    /// When it is no address.
    pub fn of(url: &str, clock: SharedClock, ids: SharedIds) -> Result<Self, StartError> {
        let peer = Peer::builder("read-product", url).ids(ids).build()?;
        Ok(Self { peer, clock, kept: ArcSwapOption::empty() })
    }

    /// The products in which this text is found, behind this cursor. Without an answer: those of the last list.
    ///
    /// # Errors
    /// When there is neither.
    pub async fn list(&self, text: &str, cursor: &str) -> Result<Seen<Listed>, NothingKnown> {
        let call = self.peer.get("/api/v1/products").query("limit", ON_A_PAGE);
        let call = if text.is_empty() { call } else { call.query("q", text) };
        let call = if cursor.is_empty() { call } else { call.query("cursor", cursor) };
        let read = call.send().await.and_then(|answer| {
            let (age, next) = (stale_for(answer.header("cache-status"), answer.header("age")), answer.next_cursor());
            Ok((Listed { products: answer.json()?, next }, age))
        });
        match read {
            Ok((listed, age)) => {
                if text.is_empty() && cursor.is_empty() {
                    let at = self.clock.unix_seconds() - age.unwrap_or(0);
                    self.kept.store(Some(Arc::new(Kept { products: listed.products.clone(), at })));
                }
                Ok(Seen { what: listed, age })
            }
            // somebody has made that cursor up: the list begins at its beginning
            Err(PeerError::Refused { .. }) if !cursor.is_empty() => Box::pin(self.list(text, "")).await,
            Err(error) => {
                tracing::warn!(%error, "the list is the last that was read");
                let kept = self.kept.load_full().ok_or(NothingKnown)?;
                let text = text.to_lowercase();
                let found = |product: &&Product| {
                    format!("{}\n{}", product.name, product.description).to_lowercase().contains(&text)
                };
                let products = kept.products.iter().filter(found).cloned().collect();
                Ok(Seen { what: Listed { products, next: None }, age: Some(self.age_of(&kept)) })
            }
        }
    }

    /// The product with this number, if there is one. Without an answer: that of the last list.
    ///
    /// # Errors
    /// When there is neither.
    pub async fn product(&self, id: i64) -> Result<Seen<Option<Product>>, NothingKnown> {
        let read = self.peer.get("/api/v1/products").segment(id).send().await.and_then(|answer| {
            let age = stale_for(answer.header("cache-status"), answer.header("age"));
            Ok(Seen { what: answer.found()?, age })
        });
        read.or_else(|error| {
            tracing::warn!(%error, "the product is as in the last list");
            let kept = self.kept.load_full().ok_or(NothingKnown)?;
            let product = kept.products.iter().find(|product| product.id == id).cloned().ok_or(NothingKnown)?;
            Ok(Seen { what: Some(product), age: Some(self.age_of(&kept)) })
        })
    }

    fn age_of(&self, kept: &Kept) -> i64 {
        (self.clock.unix_seconds() - kept.at).max(0)
    }
}

/// How old an answer is that is older than it should be: read-product says so with a negative `ttl` (RFC 9211).
fn stale_for(cache_status: Option<&str>, age: Option<&str>) -> Option<i64> {
    let ttl = cache_status?.split(';').find_map(|part| part.trim().strip_prefix("ttl="))?;
    ttl.starts_with('-').then(|| age.and_then(|age| age.parse().ok()).unwrap_or(0))
}

/// What somebody has typed into the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Typed {
    /// What it is to be called.
    pub name: String,
    /// What there is to say of it.
    pub description: String,
    /// What it is to cost.
    pub price: String,
}

/// Why nothing was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// What was typed is wrong: by field.
    Wrong(BTreeMap<String, String>),
    /// The token is none, or has expired.
    Stranger,
    /// Who has this token may not add products.
    NotAllowed,
    /// The same form was sent before, with something else in it.
    SentBefore,
    /// add-product does not answer, or cannot do it now.
    Silent,
}

/// add-product.
#[derive(Debug)]
pub struct Adding(Peer);

/// As add-product says what is wrong.
#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    field: String,
    message: String,
}

impl Adding {
    /// At this address.
    ///
    /// # Errors
    /// When it is no address.
    pub fn of(url: &str, ids: SharedIds) -> Result<Self, StartError> {
        Ok(Self(Peer::builder("add-product", url).ids(ids).build()?))
    }

    /// Add a product, with this token. The same `once` adds it once, however often the form is sent.
    ///
    /// # Errors
    /// See [`Refused`].
    pub async fn add(&self, typed: &Typed, token: &SecretString, once: &str) -> Result<i64, Refused> {
        let call = self.0.post("/api/v1/products").header("idempotency-key", once).bearer(token).json(typed);
        let answer = match call.send().await {
            Ok(answer) => answer,
            // a token with characters that no header has
            Err(PeerError::Invalid { .. }) => return Err(Refused::Stranger),
            Err(error) => {
                tracing::warn!(%error, "a product was not added");
                return Err(Refused::Silent);
            }
        };
        match answer.status() {
            StatusCode::UNAUTHORIZED => Err(Refused::Stranger),
            StatusCode::FORBIDDEN => Err(Refused::NotAllowed),
            StatusCode::CONFLICT => Err(Refused::SentBefore),
            StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE => {
                let refusal: Refusal = serde_json::from_slice(answer.body()).unwrap_or(Refusal { details: Vec::new() });
                Err(Refused::Wrong(refusal.details.into_iter().map(|detail| (detail.field, detail.message)).collect()))
            }
            _ => answer.json::<Product>().map(|product| product.id).map_err(|error| {
                tracing::warn!(%error, "whether a product was added is not known");
                Refused::Silent
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_whether_it_is_old() {
        for (status, age, stale) in [
            (Some("read-product; hit; ttl=6"), Some("4"), None),
            (Some("read-product; hit; ttl=0"), Some("10"), None),
            (Some("read-product; hit; ttl=-4"), Some("14"), Some(14)),
            (Some("read-product; hit; ttl=-4"), None, Some(0)),
            (Some("read-product; hit"), Some("99"), None),
            (None, Some("99"), None),
        ] {
            assert_eq!(stale_for(status, age), stale, "{status:?} {age:?}");
        }
    }
}
