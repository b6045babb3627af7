//! One who calls a service over HTTP.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Method, RequestBuilder};
use serde_json::Value;

use crate::answer::Answer;

/// How long a client waits for an answer: longer than a service ever takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// One who calls one service: with a bearer token, or as a stranger.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

impl Client {
    /// A stranger, who calls the service at this address.
    pub fn of(address: SocketAddr) -> Self {
        Self::at(format!("http://{address}"), http())
    }

    /// A stranger, who calls by `http` the service whose paths begin behind `base`, such as `https://localhost:8443`.
    pub fn at(base: impl Into<String>, http: reqwest::Client) -> Self {
        Self { http, base: base.into(), token: None }
    }

    /// Another who calls the same service, with this bearer token.
    #[must_use]
    pub fn as_(&self, token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// Another who calls the same service, without a token.
    #[must_use]
    pub fn stranger(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// `path` on the service, as a URL.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A request, to be completed and given to [`send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, self.url(path));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// POST a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::POST, path).json(body)).await
    }

    /// PUT a JSON body.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::PUT, path).json(body)).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::PATCH, path).json(body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }
}

/// Send a request and read the whole answer.
///
/// # Panics
/// When none comes.
pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap_or_else(|error| panic!("no answer: {error:?}"));
    Answer::of(response).await
}

/// A client that is told everything: it follows no redirect.
///
/// # Panics
/// When there is no memory for it.
pub fn http() -> reqwest::Client {
    trusting([])
}

/// As [`http`], for servers with a certificate of one of these authorities, and no other.
///
/// # Panics
/// When one of them is no certificate.
pub fn trusting(authorities: impl IntoIterator<Item = Certificate>) -> reqwest::Client {
    // a second test of this process may have installed it
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().tls_certs_only(authorities).redirect(Policy::none()).timeout(PATIENCE);
    client.build().expect("a client with certificates that can be read can be made")
}
