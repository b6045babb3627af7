//! What a release must answer before it may stay. Few questions, asked of the outside: that the service is there, that
//! its storage is, and that it still speaks the contract its clients were written for.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use ureq::Agent;

/// A question that takes longer than this is not answered.
const TIMEOUT: Duration = Duration::from_secs(5);
/// A service that said it is healthy may still need a moment for its storage: 25 steps of 0.2 s.
const STEPS: u32 = 25;
const STEP: Duration = Duration::from_millis(200);

/// Test the service at that address.
///
/// # Errors
/// At the first answer that is not as promised, with the answer.
pub fn test(service: &str, address: &str) -> Result<()> {
    let client = Client::new(address);
    client.is_ready().with_context(|| format!("{service} is not ready"))?;
    client.answers("/api/v1/health", 200, &json!({"status": "OK", "version": "1.0"}))?;
    match service {
        "inventory-api" => inventory(&client),
        // the others bring their contract when they bring their code
        _ => Ok(()),
    }
}

/// Its clients read `servers` and `count`; a wrong id is a 404 with these very words.
fn inventory(client: &Client) -> Result<()> {
    let path = "/api/v1/servers";
    let (status, body) = client.get(path)?;
    ensure!(status == 200, "{path} answered {status}: {body}");
    let servers = body["servers"].as_array().with_context(|| format!("{path} holds no `servers`: {body}"))?;
    let count = body["count"].as_u64().with_context(|| format!("{path} holds no `count`: {body}"))?;
    ensure!(servers.len() as u64 <= count, "{path} holds {} servers and counts {count}", servers.len());
    for server in servers {
        let complete = server["id"].is_u64()
            && server["hostname"].is_string()
            && server["ip"].is_string()
            && matches!(server["status"].as_str(), Some("up" | "down" | "maintenance"));
        ensure!(complete, "{path} holds a server that is none: {server}");
    }
    client.answers(&format!("{path}/{}", u32::MAX >> 1), 404, &json!({"error": "Server not found"}))
}

struct Client {
    agent: Agent,
    address: String,
}

impl Client {
    fn new(address: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(TIMEOUT)).proxy(None);
        Self { agent: config.build().new_agent(), address: address.to_owned() }
    }

    fn get(&self, path: &str) -> Result<(u16, Value)> {
        let mut answer = self
            .agent
            .get(format!("{}{path}", self.address))
            .call()
            .with_context(|| format!("{path} does not answer"))?;
        let body = answer.body_mut().read_json().with_context(|| format!("{path} answers no JSON"))?;
        Ok((answer.status().as_u16(), body))
    }

    fn answers(&self, path: &str, status: u16, body: &Value) -> Result<()> {
        let found = self.get(path)?;
        ensure!(found == (status, body.clone()), "{path} answered {} {}, not {status} {body}", found.0, found.1);
        Ok(())
    }

    fn is_ready(&self) -> Result<()> {
        let mut last = String::new();
        for _ in 0..STEPS {
            match self.agent.get(format!("{}/readyz", self.address)).call() {
                Ok(answer) if answer.status() == 200 => return Ok(()),
                Ok(answer) => last = format!("/readyz answered {}", answer.status()),
                Err(error) => last = format!("/readyz does not answer: {error}"),
            }
            sleep(STEP);
        }
        bail!(last)
    }
}
