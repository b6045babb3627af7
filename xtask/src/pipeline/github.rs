//! GitHub's REST API, as far as the pipeline needs it: ask, and try again when it is a matter of time.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use ureq::http::{HeaderMap, Method, Request, Response};
use ureq::{Agent, Body};

/// Four pauses, doubled each time: with the default of one second, a disturbance of 15 seconds is outlived.
const TRIES: u32 = 5;
/// A call that takes longer is given up and counts as failed.
const TIMEOUT: Duration = Duration::from_secs(30);
/// We wait as long as GitHub asks us to, up to this: a job that waits longer costs more than one that is started again.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// The version of the API that we were written for: <https://docs.github.com/rest/about-the-rest-api/api-versions>.
const VERSION: &str = "2022-11-28";

/// A client of the API.
pub struct GitHub {
    agent: Agent,
    api: String,
    token: String,
    pause: Duration,
}

/// What the API answers when it answers for good.
#[derive(Debug)]
pub enum Answer {
    /// It was done; the answer's body.
    Done(Value),
    /// It was refused, and would be again.
    Refused {
        /// The HTTP status, 4xx.
        status: u16,
        /// The API's own words.
        message: String,
    },
}

/// One try of a call.
enum Try {
    Answer(Answer),
    Again { why: String, wait: Option<Duration> },
}

impl GitHub {
    /// A client of the API at the address `api`. `pause` is the time before a second try; it doubles with each.
    pub fn new(api: &str, token: &str, pause: Duration) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .user_agent("polyops-pipeline")
            .build()
            .new_agent();
        Self { agent, api: api.trim_end_matches('/').to_owned(), token: token.to_owned(), pause }
    }

    /// Call the API.
    ///
    /// What failed may have been done all the same, the answer lost: a caller that creates something must be ready to
    /// hear on the second try that it is there already.
    ///
    /// # Errors
    /// When there is no answer after several tries, or the limit of calls is used up.
    pub fn call(&self, method: &Method, path: &str, body: Option<&Value>) -> Result<Answer> {
        let mut pause = self.pause;
        let mut last = String::new();
        for attempt in 1..=TRIES {
            match self.attempt(method, path, body)? {
                Try::Answer(answer) => return Ok(answer),
                Try::Again { why, wait } => {
                    eprintln!("GitHub's API: {why} (try {attempt} of {TRIES})");
                    last = why;
                    if attempt < TRIES {
                        sleep(wait.unwrap_or(pause));
                        pause *= 2;
                    }
                }
            }
        }
        bail!("GitHub's API at {} does not do its work: {last}. Start this job again later.", self.api)
    }

    fn attempt(&self, method: &Method, path: &str, body: Option<&Value>) -> Result<Try> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.api))
            .header("Accept", "application/vnd.github+json")
            .header("Authorization", format!("Bearer {}", self.token))
            .header("X-GitHub-Api-Version", VERSION)
            .body(body.map(Value::to_string).unwrap_or_default())
            .with_context(|| format!("{} is no address of an API", self.api))?;
        match self.agent.run(request) {
            Ok(response) => read(response),
            Err(error) => Ok(Try::Again { why: error.to_string(), wait: None }),
        }
    }
}

fn read(mut response: Response<Body>) -> Result<Try> {
    let status = response.status();
    if status.is_server_error() {
        return Ok(Try::Again { why: format!("it answered {status}"), wait: None });
    }
    if let Some(limited) = limit(status.as_u16(), response.headers()) {
        return limited;
    }
    let body: Value = match response.body_mut().read_json() {
        Ok(body) => body,
        // cut off in the middle, or a proxy's page
        Err(error) => return Ok(Try::Again { why: format!("its answer cannot be read: {error}"), wait: None }),
    };
    if status.is_success() {
        return Ok(Try::Answer(Answer::Done(body)));
    }
    Ok(Try::Answer(Answer::Refused { status: status.as_u16(), message: message(&body) }))
}

/// Whether there were too many calls: <https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api>.
fn limit(status: u16, headers: &HeaderMap) -> Option<Result<Try>> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.parse::<u64>().ok();
    if !matches!(status, 403 | 429) {
        return None;
    }
    let wait = number("retry-after").map(Duration::from_secs);
    match wait {
        Some(wait) if wait <= LONGEST_WAIT => {
            let why = format!("it asks us to wait {} s", wait.as_secs());
            Some(Ok(Try::Again { why, wait: Some(wait) }))
        }
        // a 403 without these headers is a refusal, not a limit
        None if status == 403 && number("x-ratelimit-remaining") != Some(0) => None,
        _ => Some(Err(anyhow::anyhow!(
            "GitHub takes no more calls from this repository for now: start this job again in an hour"
        ))),
    }
}

/// The API's own words: a sentence, and for a wrong field a list of more.
fn message(body: &Value) -> String {
    let details = body["errors"].as_array().into_iter().flatten();
    let details = details.filter_map(|error| error["message"].as_str().or_else(|| error.as_str()));
    body["message"].as_str().into_iter().chain(details).collect::<Vec<_>>().join(": ")
}
