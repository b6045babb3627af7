//! Signed tokens, checked with keys that are fetched in the background: a request never waits for the users service,
//! and goes on when that one is gone.

use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::rt::task::JoinHandle;
use arc_swap::ArcSwapOption;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

use super::jwks::{Jwks, KeySet};
use super::source::{JwksUrl, Source, SourceError};
use super::{Caller, Refusal, TokenVerifier, jwt};
use crate::clock::SharedClock;
use crate::service::{Foundation, StartError};

/// How long after a try to read the keys the next one may be, however many tokens name a key that is not known:
/// anybody can make up such a token.
const PAUSE: Duration = Duration::from_secs(5);

/// Checks the tokens of the users service.
pub struct SignedTokens {
    keyring: Arc<Keyring>,
    clock: SharedClock,
    task: JoinHandle<()>,
}

/// The keys as they were last read.
#[derive(Default)]
struct Keyring {
    keys: ArcSwapOption<KeySet>,
    /// Whether the last try to read them failed.
    stale: AtomicBool,
    /// Somebody has met a key that is not known.
    wanted: Notify,
}

impl SignedTokens {
    /// Read the keys from `url`, now and from time to time. Does not wait for them: a service starts without its peers.
    ///
    /// # Errors
    /// When that is no address of a peer.
    pub(crate) fn start(url: &JwksUrl, foundation: &Foundation) -> Result<Self, StartError> {
        let source = Source::open(url, foundation)?;
        let keyring = Arc::<Keyring>::default();
        let (followed, url) = (Arc::clone(&keyring), url.clone());
        let task = actix_web::rt::spawn(async move {
            follow(&followed, &url, async || {
                let (jwks, max_age) = source.read().await?;
                keys_of(&jwks).map(|keys| (keys, max_age))
            })
            .await;
        });
        Ok(Self { keyring, clock: foundation.clock.clone(), task })
    }
}

impl Drop for SignedTokens {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn keys_of(jwks: &Jwks) -> Result<KeySet, SourceError> {
    let keys = KeySet::from(jwks);
    if keys.is_empty() { Err(SourceError::Empty) } else { Ok(keys) }
}

/// Keep the keys fresh, for ever: before they are too old, and when one is missing. What could not be read leaves the
/// last good ones in place.
async fn follow<E: Display>(
    keyring: &Keyring,
    url: &JwksUrl,
    mut read: impl AsyncFnMut() -> Result<(KeySet, Duration), E>,
) {
    loop {
        let next = match read().await {
            Ok((keys, max_age)) => {
                keyring.set(keys, url);
                // before they are too old, so that there is time for another try
                max_age * 4 / 5
            }
            Err(error) => {
                tracing::warn!(%error, %url, "the keys that tokens are checked with cannot be read; the last ones stay");
                keyring.stale.store(true, Ordering::Relaxed);
                PAUSE
            }
        };
        let earliest = Instant::now() + PAUSE;
        tokio::select! {
            () = sleep(next) => {}
            () = keyring.wanted.notified() => sleep_until(earliest).await,
        }
    }
}

impl Keyring {
    fn set(&self, keys: KeySet, url: &JwksUrl) {
        self.stale.store(false, Ordering::Relaxed);
        if self.keys.load().as_deref() != Some(&keys) {
            tracing::info!(keys = keys.len(), %url, "new keys to check tokens with");
            self.keys.store(Some(Arc::new(keys)));
        }
    }

    fn check(&self, token: &str, now: i64) -> Result<Caller, Refusal> {
        if !jwt::looks_like_one(token) {
            return Err(Refusal::NotValid);
        }
        let keys = self.keys.load();
        let checked = jwt::verify(token, now, |kid| keys.as_deref()?.get(kid));
        checked.map(jwt::Claims::into_caller).map_err(|reason| {
            tracing::debug!(%reason, "a token is refused");
            if reason != jwt::Refused::UnknownKey {
                return Refusal::NotValid;
            }
            self.wanted.notify_one();
            // without the newest keys nobody can say that it is wrong
            let blind = keys.is_none() || self.stale.load(Ordering::Relaxed);
            if blind { Refusal::NotNow } else { Refusal::NotValid }
        })
    }
}

impl TokenVerifier for SignedTokens {
    fn verify(&self, token: &str) -> Result<Caller, Refusal> {
        self.keyring.check(token, self.clock.unix_seconds())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::super::jwt::{AUDIENCE, Claims, ISSUER, SigningKey};
    use super::*;
    use crate::auth::Role;

    const NOW: i64 = 1_700_000_000;
    const AGE: Duration = Duration::from_secs(100);

    fn keys(seeds: &[u8]) -> KeySet {
        let keys = seeds.iter().map(|seed| SigningKey::from_seed(&[*seed; 32]).public().clone()).collect();
        KeySet::from(&Jwks { keys })
    }

    fn token(seed: u8) -> String {
        let [iss, aud, sub, client_id, jti] = [ISSUER, AUDIENCE, "u", "c", "j"].map(str::to_owned);
        let (role, name, sid, nbf) = (Role::Manager, None, None, None);
        let claims = Claims { iss, aud, sub, client_id, iat: NOW, exp: NOW + 600, nbf, jti, role, name, sid };
        SigningKey::from_seed(&[seed; 32]).sign(&claims)
    }

    /// Let the follower run for so long, on tokio's own paused clock.
    async fn run_for(keyring: &Keyring, seconds: u64, read: impl AsyncFnMut() -> Result<(KeySet, Duration), String>) {
        let url = "file:/keys".parse().unwrap();
        let _ = tokio::time::timeout(Duration::from_secs(seconds), follow(keyring, &url, read)).await;
    }

    #[test]
    fn before_there_are_keys_nobody_can_tell() {
        let keyring = Keyring::default();
        assert_eq!(keyring.check(&token(1), NOW), Err(Refusal::NotNow));
        assert_eq!(keyring.check("an API token", NOW), Err(Refusal::NotValid));
    }

    #[tokio::test(start_paused = true)]
    async fn keys_are_read_again_before_they_are_too_old() {
        let (keyring, reads) = (Keyring::default(), Cell::new(0));
        run_for(&keyring, 401, async || {
            reads.set(reads.get() + 1);
            Ok((keys(&[1]), AGE))
        })
        .await;
        // at 0, 80, 160, 240, 320 and 400 seconds
        assert_eq!(reads.get(), 6);
        assert_eq!(keyring.check(&token(1), NOW).map(|caller| caller.role), Ok(Role::Manager));
        assert_eq!(keyring.check(&token(2), NOW), Err(Refusal::NotValid));
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_good_keys_stay_while_their_source_is_gone() {
        let (keyring, first) = (Keyring::default(), Cell::new(true));
        run_for(
            &keyring,
            1000,
            async || {
                if first.replace(false) { Ok((keys(&[1]), AGE)) } else { Err("gone".to_owned()) }
            },
        )
        .await;
        assert!(keyring.check(&token(1), NOW).is_ok());
        assert_eq!(keyring.check(&token(2), NOW), Err(Refusal::NotNow), "it may be right: nobody can tell");
    }

    #[tokio::test(start_paused = true)]
    async fn an_unknown_key_is_asked_for_soon_but_not_as_often_as_anybody_likes() {
        let (keyring, reads) = (Keyring::default(), RefCell::new(Vec::new()));
        let (begun, unknown) = (Instant::now(), token(2));
        let flood = async {
            loop {
                let _ = keyring.check(&unknown, NOW);
                sleep(Duration::from_millis(1)).await;
            }
        };
        let follower = run_for(&keyring, 12, async || {
            reads.borrow_mut().push(begun.elapsed().as_secs());
            Ok((keys(&[1]), AGE))
        });
        tokio::select! { () = follower => {}, () = flood => {} }
        assert_eq!(*reads.borrow(), [0, 5, 10]);
    }
}
