//! Another service, as the code that calls it sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::{Method, Url};
use secrecy::SecretString;
use tokio::time::Instant;

use super::attempt::Attempts;
use super::breaker::Breaker;
use super::{BreakerState, Call, Limits, PeerError, Response, Stream, install_crypto, retry};
use crate::ids::{RandomIds, SharedIds};

/// How long an unused connection is kept. Default of servers: actix closes after 5 s, nginx after 75 s. Ours must be the
/// shorter, else a call is sent into a connection that the peer is closing.
const IDLE: Duration = Duration::from_secs(4);

/// Another service that is called over HTTP. Cheap to clone: clones share connections and the circuit breaker.
#[derive(Debug, Clone)]
pub struct Peer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    base: Url,
    token: Option<SecretString>,
    limits: Limits,
    ids: SharedIds,
    breaker: Breaker,
    attempts: Attempts,
    counters: Counters,
}

#[derive(Debug, Default)]
struct Counters {
    calls: AtomicU64,
    attempts: AtomicU64,
    failures: AtomicU64,
    refused: AtomicU64,
}

/// What has become of the calls to a peer, for its metrics. Counts are since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerStats {
    /// What the circuit breaker does with calls now.
    pub state: BreakerState,
    /// Calls that the service wanted to make.
    pub calls: u64,
    /// Requests that were sent for them, retries included.
    pub attempts: u64,
    /// Those of the attempts that failed: no connection, no answer in time, or 5xx.
    pub failures: u64,
    /// Attempts that were not made because the circuit was open.
    pub refused: u64,
}

/// Why a peer's address is refused.
#[derive(Debug, thiserror::Error)]
#[error(
    "the address of {peer} must be an http:// or https:// URL without user, query and fragment, such as http://localhost:5000, not `{given}`"
)]
pub struct PeerAddressError {
    peer: Arc<str>,
    given: String,
}

/// Puts a [`Peer`] together.
#[derive(Debug, Clone)]
pub struct PeerBuilder {
    name: Arc<str>,
    base: String,
    token: Option<SecretString>,
    limits: Limits,
    ids: SharedIds,
}

impl PeerBuilder {
    /// The token of the calls that are not made on behalf of a user ([`Call::bearer`]).
    #[must_use]
    pub fn token(mut self, token: SecretString) -> Self {
        self.token = Some(token);
        self
    }

    /// Other limits than the default ones.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Where the pauses between attempts and the idempotency keys come from.
    #[must_use]
    pub fn ids(mut self, ids: SharedIds) -> Self {
        self.ids = ids;
        self
    }

    /// The peer. Nothing is sent: a service must be able to start while its peers are down.
    ///
    /// # Errors
    /// When the address cannot be called.
    ///
    /// # Panics
    /// When the system's root certificates cannot be read and the address is `https`.
    pub fn build(self) -> Result<Peer, PeerAddressError> {
        let Self { name, base, token, limits, ids } = self;
        let base = match Url::parse(&base) {
            Ok(url) if usable(&url) => url,
            _ => return Err(PeerAddressError { peer: name, given: base }),
        };
        install_crypto();
        let client = reqwest::Client::builder()
            .connect_timeout(limits.connect)
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true)
            // a proxy of the environment is for the world outside: it would read the token, and does not know our hosts
            .no_proxy()
            // a redirect would take the token to whoever the peer names
            .redirect(reqwest::redirect::Policy::none());
        // reading the system's 140 root certificates takes longer than the rest of a start
        let client = if base.scheme() == "http" { client.tls_certs_only([]) } else { client };
        let client = client.build().expect("TLS has its provider, and the system its root certificates");
        let inner = Inner {
            breaker: Breaker::new(Arc::clone(&name), limits.failures_in_a_row, limits.open_for),
            attempts: Attempts { peer: name, client, largest_body: limits.body },
            base,
            token,
            limits,
            ids,
            counters: Counters::default(),
        };
        Ok(Peer(Arc::new(inner)))
    }
}

fn usable(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
}

impl Peer {
    /// A peer called `name` in errors, logs and metrics, at the URL `base`; paths are added to it.
    pub fn builder(name: impl Into<Arc<str>>, base: impl Into<String>) -> PeerBuilder {
        let (limits, ids) = (Limits::default(), Arc::new(RandomIds));
        PeerBuilder { name: name.into(), base: base.into(), token: None, limits, ids }
    }

    /// Read. `path` is fixed text; what comes from outside goes into [`Call::segment`] and [`Call::query`].
    pub fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    /// Read the headers alone.
    pub fn head(&self, path: &str) -> Call<'_> {
        self.call(Method::HEAD, path)
    }

    /// Create, or have something done. Never repeated, but with [`Call::idempotent`].
    pub fn post(&self, path: &str) -> Call<'_> {
        self.call(Method::POST, path)
    }

    /// Replace.
    pub fn put(&self, path: &str) -> Call<'_> {
        self.call(Method::PUT, path)
    }

    /// Change in part. Never repeated.
    pub fn patch(&self, path: &str) -> Call<'_> {
        self.call(Method::PATCH, path)
    }

    /// Delete.
    pub fn delete(&self, path: &str) -> Call<'_> {
        self.call(Method::DELETE, path)
    }

    /// The name that it was given.
    pub fn name(&self) -> &str {
        &self.0.attempts.peer
    }

    /// What has become of the calls so far.
    pub fn stats(&self) -> PeerStats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counters = &self.0.counters;
        PeerStats {
            state: self.0.breaker.state(),
            calls: read(&counters.calls),
            attempts: read(&counters.attempts),
            failures: read(&counters.failures),
            refused: read(&counters.refused),
        }
    }

    fn call(&self, method: Method, path: &str) -> Call<'_> {
        let call = Call::new(self, method, &self.0.base, path);
        match &self.0.token {
            Some(token) => call.bearer(token),
            None => call,
        }
    }

    pub(super) fn shared_name(&self) -> Arc<str> {
        Arc::clone(&self.0.attempts.peer)
    }

    pub(super) fn new_key(&self) -> String {
        self.0.ids.secret()
    }

    pub(super) async fn make(&self, call: &Call<'_>) -> Result<Response, PeerError> {
        let inner = &*self.0;
        inner.counters.calls.fetch_add(1, Ordering::Relaxed);
        let repeatable = retry::may_be_repeated(&call.method, &call.headers);
        let attempt = |number, time| inner.attempt(call, number, time);
        retry::repeat(&inner.limits, &*inner.ids, repeatable, attempt).await
    }

    /// The answer to `call`, to be read as it comes. Not repeated: who follows a stream connects anew anyway.
    pub(super) async fn open(&self, call: &Call<'_>, silence: Duration) -> Result<Stream, PeerError> {
        let inner = &*self.0;
        inner.counters.calls.fetch_add(1, Ordering::Relaxed);
        let open = async {
            let answer = inner.attempts.open(call, inner.limits.attempt).await?;
            Stream::of(self.shared_name(), answer, silence)
        };
        inner.counted(open).await
    }
}

impl Inner {
    /// One attempt, if the circuit lets it through.
    async fn attempt(&self, call: &Call<'_>, number: u32, time: Duration) -> Result<Response, PeerError> {
        self.counted(self.attempts.make(call, number, time)).await
    }

    /// What is made only if the circuit lets it through, and told to it.
    async fn counted<T>(&self, attempt: impl Future<Output = Result<T, PeerError>>) -> Result<T, PeerError> {
        let add = |counter: &AtomicU64| counter.fetch_add(1, Ordering::Relaxed);
        let permit = self.breaker.ask(Instant::now()).map_err(|until| {
            add(&self.counters.refused);
            PeerError::Open { peer: Arc::clone(&self.attempts.peer), until }
        })?;
        add(&self.counters.attempts);
        let answer = attempt.await;
        let failed = answer.as_ref().is_err_and(PeerError::counts_as_failure);
        if failed {
            add(&self.counters.failures);
        }
        permit.record(failed, Instant::now());
        answer
    }
}
