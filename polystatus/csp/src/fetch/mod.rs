//! Feeds, brought from the web: with time-outs, a largest size, conditional requests, and no way into private networks.

mod body;

use std::time::Duration;

use bytes::Bytes;
use chassis::client::{OutOfReach, Reach, install_crypto, retry_after};
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{StatusCode, Url};
use tokio::sync::OnceCell;
use tokio::time::timeout;

use crate::model::FeedUrl;

/// What a fetch may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// To find the name, connect and agree on TLS.
    pub connect: Duration,
    /// From the first redirect to the last byte.
    pub total: Duration,
    /// The largest body in bytes, before and after decompression.
    pub body: usize,
}

/// Redirects that are followed: a page that moved and took its `http` along needs two.
const MOST_REDIRECTS: usize = 3;

/// What a server said of the body that we have, so that it need not send it again (RFC 9110, 8.8).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    etag: Option<HeaderValue>,
    last_modified: Option<HeaderValue>,
}

/// What was brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// A body.
    Body {
        /// As it came, decompressed.
        body: Bytes,
        /// For the next time.
        validators: Validators,
        /// How old it was already, in caches on the way, in seconds (RFC 9111, 5.1).
        age: i64,
    },
    /// What we have is still what there is; its age as above.
    NotModified {
        /// In seconds.
        age: i64,
    },
}

/// Why no feed was brought. Each message is shown to whoever reads the status, strangers too: no address of ours stands in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address, or one that it redirects to, may not be called.
    #[error("the address is refused: {}", in_public(.0))]
    OutOfReach(OutOfReach),
    /// No connection, or it broke.
    #[error("the connection failed: {0}")]
    Unreachable(String),
    /// Not whole in time.
    #[error("it did not arrive within {0} seconds")]
    TooSlow(u64),
    /// Neither a body nor 304.
    #[error("it was answered with {status}")]
    Status {
        /// With what.
        status: StatusCode,
        /// When the server wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// Too large, as it came or decompressed.
    #[error("it is larger than {0} bytes")]
    TooLarge(usize),
    /// In an encoding that was not asked for, or broken.
    #[error("it is compressed in a way that cannot be read")]
    Compression,
    /// From one address to the next without end, or from https to http.
    #[error("it redirects {0}")]
    Redirect(&'static str),
}

impl FetchError {
    /// Whether the breaker counts it: who refuses politely is alive, and asked again at the usual time.
    pub fn counts_as_failure(&self) -> bool {
        match self {
            Self::Status { status, .. } => status.is_server_error(),
            Self::Unreachable(_) | Self::TooSlow(_) => true,
            _ => false,
        }
    }

    /// Whether asking again soon may help. After 4xx it does not; and who says that it has too much to do has more then.
    pub fn may_pass(&self) -> bool {
        self.counts_as_failure() && self.wait(UNSAID_WAIT).is_none()
    }

    /// How long the server wants to be left alone: what it says, and `unsaid` when it has too much to do and does not say for
    /// how long (RFC 6585, 4; RFC 9110, 15.6.4).
    pub fn wait(&self, unsaid: Duration) -> Option<Duration> {
        let Self::Status { status, retry_after } = self else { return None };
        let busy = matches!(*status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
        retry_after.or(busy.then_some(unsaid))
    }
}

/// The wait after 429 and 503 that do not say for how long, where what is known keeps for long enough.
const UNSAID_WAIT: Duration = Duration::from_mins(5);

/// The same where what is known is stale after so many seconds: a third of that, so that there are two more tries, and one
/// answer of a healthy provider does not make it unknown.
pub fn unsaid_wait(stale_after: i64) -> Duration {
    UNSAID_WAIT.min(Duration::from_secs(stale_after.unsigned_abs()) / 3)
}

/// The reason without the address behind a name: that is how our own network looks from within.
fn in_public(reason: &OutOfReach) -> String {
    match reason {
        OutOfReach::Private(_) => "it leads to no address of the public network".to_owned(),
        other => other.to_string(),
    }
}

/// Brings feeds.
#[derive(Debug)]
pub struct Fetcher {
    // made at the first fetch: reading the system's certificates takes longer than the rest of a start
    client: OnceCell<reqwest::Client>,
    reach: Reach,
    limits: Limits,
}

/// What we can read; JSON first where a page has both.
const ACCEPT: &str = "application/json, application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5";

impl Fetcher {
    /// With these limits, from these addresses.
    pub fn new(reach: Reach, limits: Limits) -> Self {
        Self { client: OnceCell::new(), reach, limits }
    }

    /// Whether this address may be asked, as far as that can be seen without its name being looked up.
    ///
    /// # Errors
    /// With the reason.
    pub fn may_reach(&self, url: &FeedUrl) -> Result<(), OutOfReach> {
        self.reach.check(url.url())
    }

    /// Bring a feed, if it is another than that of `known`.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn fetch(&self, url: &FeedUrl, known: &Validators) -> Result<Fetched, FetchError> {
        let all = timeout(self.limits.total, self.follow(url.url().clone(), known)).await;
        all.unwrap_or(Err(FetchError::TooSlow(self.limits.total.as_secs())))
    }

    async fn follow(&self, mut url: Url, known: &Validators) -> Result<Fetched, FetchError> {
        for _ in 0..=MOST_REDIRECTS {
            // for each address anew: the first may be public and lead into the house
            self.reach.check(&url).map_err(refused)?;
            let response = self.ask(url.clone(), known).await?;
            let status = response.status();
            if status == StatusCode::NOT_MODIFIED && *known != Validators::default() {
                return Ok(Fetched::NotModified { age: age(response.headers()) });
            }
            if status.is_success() {
                return self.take(response).await;
            }
            let moved = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308);
            let Some(location) = response.headers().get(header::LOCATION).filter(|_| moved) else {
                let retry_after = retry_after(response.headers());
                return Err(FetchError::Status { status, retry_after });
            };
            url = next(&url, location)?;
        }
        Err(FetchError::Redirect("too often"))
    }

    async fn ask(&self, url: Url, known: &Validators) -> Result<reqwest::Response, FetchError> {
        let client = self.client.get_or_try_init(|| self.connect()).await?;
        let mut request = client.get(url).header(header::ACCEPT, ACCEPT).header(header::ACCEPT_ENCODING, "gzip");
        if let Some(etag) = &known.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(time) = &known.last_modified {
            request = request.header(header::IF_MODIFIED_SINCE, time);
        }
        request.send().await.map_err(|error| failure(&error))
    }

    async fn connect(&self) -> Result<reqwest::Client, FetchError> {
        let (connect, reach) = (self.limits.connect, self.reach);
        let build = move || {
            install_crypto();
            reqwest::Client::builder()
                .connect_timeout(connect)
                .user_agent(concat!("polystatus-csp/", env!("CARGO_PKG_VERSION")))
                .dns_resolver(reach.resolver())
                .redirect(reqwest::redirect::Policy::none())
                // a proxy would look the names up itself, and what was refused here would be reached there
                .no_proxy()
                .build()
        };
        let client = tokio::task::spawn_blocking(build).await;
        let client = client.map_err(|error| FetchError::Unreachable(error.to_string()))?;
        client.map_err(|error| failure(&error))
    }

    async fn take(&self, response: reqwest::Response) -> Result<Fetched, FetchError> {
        let headers = response.headers();
        let validators = Validators {
            etag: headers.get(header::ETAG).cloned(),
            last_modified: headers.get(header::LAST_MODIFIED).cloned(),
        };
        let (age, encoding) = (age(headers), body::Encoding::of(headers)?);
        let body = body::read(response, self.limits.body).await?;
        let body = body::decompressed(body, encoding, self.limits.body).await?;
        Ok(Fetched::Body { body, validators, age })
    }
}

/// Where a redirect leads.
fn next(from: &Url, location: &HeaderValue) -> Result<Url, FetchError> {
    let location = location.to_str().map_err(|_| FetchError::Redirect("to what is no address"))?;
    let to = from.join(location).map_err(|_| FetchError::Redirect("to what is no address"))?;
    // what came over TLS must not be replaced by whoever sits on the way
    if from.scheme() == "https" && to.scheme() != "https" {
        return Err(FetchError::Redirect("from https to another scheme"));
    }
    Ok(to)
}

/// Whoever operates this reads in the log where it led.
fn refused(reason: OutOfReach) -> FetchError {
    tracing::warn!(%reason, "a feed is not asked for");
    FetchError::OutOfReach(reason)
}

fn failure(error: &reqwest::Error) -> FetchError {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        match source.downcast_ref::<OutOfReach>() {
            // a name server that fails for a moment is as a server that does
            Some(unknown @ OutOfReach::Unknown(_)) => return FetchError::Unreachable(unknown.to_string()),
            Some(reason) => return refused(reason.clone()),
            None => {}
        }
        cause = source;
    }
    FetchError::Unreachable(cause.to_string())
}

fn age(headers: &HeaderMap) -> i64 {
    let age = headers.get(header::AGE).and_then(|age| age.to_str().ok()?.trim().parse::<u32>().ok());
    age.unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: StatusCode, retry_after: Option<Duration>) -> FetchError {
        FetchError::Status { status, retry_after }
    }

    #[test]
    fn who_has_too_much_to_do_is_left_alone_though_it_does_not_say_for_how_long() {
        for busy in [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE] {
            let (unsaid, said) = (status(busy, None), status(busy, Some(Duration::from_secs(9))));
            assert_eq!((unsaid.wait(UNSAID_WAIT), unsaid.may_pass()), (Some(UNSAID_WAIT), false), "{busy}");
            assert_eq!((said.wait(UNSAID_WAIT), said.may_pass()), (Some(Duration::from_secs(9)), false), "{busy}");
        }
        let broken = status(StatusCode::INTERNAL_SERVER_ERROR, None);
        assert_eq!((broken.wait(UNSAID_WAIT), broken.may_pass()), (None, true));
        assert_eq!(status(StatusCode::NOT_FOUND, None).wait(UNSAID_WAIT), None);
    }

    #[test]
    fn what_is_known_outlives_the_wait_of_one_answer() {
        assert_eq!(unsaid_wait(600), Duration::from_secs(200));
        assert_eq!(unsaid_wait(3600), UNSAID_WAIT);
    }
}
