//! What we ask a measured server ourselves: whether it is there, what it answers, and to take our data.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use ureq::Agent;

/// The largest answer that we read.
const LARGEST_ANSWER: u64 = 16 << 20;

/// A client that keeps no connection: each server that it speaks to is gone a moment later.
pub struct Http(Agent);

/// The part of a list of servers that we check.
#[derive(Debug, Deserialize)]
pub struct ServerList {
    /// On this page.
    pub servers: Vec<Value>,
    /// On all pages.
    pub count: u64,
}

impl Default for Http {
    fn default() -> Self {
        let settings = Agent::config_builder()
            .timeout_global(Some(Duration::from_mins(1)))
            .max_idle_connections(0)
            // an `HTTP_PROXY` of the user's is not for 127.0.0.1
            .proxy(None)
            .build();
        Self(settings.new_agent())
    }
}

impl Http {
    /// The body of a successful `GET`.
    ///
    /// # Errors
    /// When there is no answer, or its status tells of a failure.
    pub fn get(&self, url: &str) -> Result<Vec<u8>> {
        let mut answer = self.0.get(url).call()?;
        Ok(answer.body_mut().with_config().limit(LARGEST_ANSWER).read_to_vec()?)
    }

    /// The same, with a bearer token.
    ///
    /// # Errors
    /// As above.
    pub fn get_as(&self, url: &str, token: &str) -> Result<Vec<u8>> {
        let mut answer = self.0.get(url).header("Authorization", format!("Bearer {token}")).call()?;
        Ok(answer.body_mut().with_config().limit(LARGEST_ANSWER).read_to_vec()?)
    }

    /// The same, read as a list of servers.
    ///
    /// # Errors
    /// As above, and when it is not such a list.
    pub fn list(&self, url: &str) -> Result<ServerList> {
        let body = self.get(url).with_context(|| format!("cannot GET {url}"))?;
        serde_json::from_slice(&body).with_context(|| format!("what {url} answers is not a list of servers"))
    }

    /// The JSON that a successful `POST` of JSON answers.
    ///
    /// # Errors
    /// When it is refused: with what the server said.
    pub fn post(&self, url: &str, token: Option<&str>, body: &Value) -> Result<Value> {
        let mut request = self.0.post(url).config().http_status_as_error(false).build();
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let mut answer = request.send_json(body).with_context(|| format!("cannot POST {url}"))?;
        let said = answer.body_mut().read_to_string().unwrap_or_default();
        ensure!(answer.status().is_success(), "{url} refused with {}: {said}", answer.status());
        serde_json::from_str(&said).with_context(|| format!("what {url} answers is no JSON: {said}"))
    }

    /// Put JSON, with the API token.
    ///
    /// # Errors
    /// When it is refused: with what the server said.
    pub fn put(&self, url: &str, token: &str, body: &Value) -> Result<()> {
        let request = self.0.put(url).config().http_status_as_error(false).build();
        let request = request.header("Authorization", format!("Bearer {token}"));
        let mut answer = request.send_json(body).with_context(|| format!("cannot PUT {url}"))?;
        let said = answer.body_mut().read_to_string().unwrap_or_default();
        ensure!(answer.status().is_success(), "{url} refused with {}: {said}", answer.status());
        Ok(())
    }

    /// Send rows of CSV, with the API token.
    ///
    /// # Errors
    /// When they are refused: with what the server said.
    pub fn import(&self, url: &str, token: &str, rows: &str) -> Result<()> {
        let request = self.0.post(url).config().http_status_as_error(false).build();
        let mut answer = request
            .header("Authorization", format!("Bearer {token}"))
            .content_type("text/csv")
            .send(rows)
            .with_context(|| format!("cannot POST {url}"))?;
        let said = answer.body_mut().read_to_string().unwrap_or_default();
        ensure!(answer.status().is_success(), "{url} refused our servers with {}: {said}", answer.status());
        Ok(())
    }
}
