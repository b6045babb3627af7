//! On `develop`: a pull request to `main` stands open and says what is in it.

mod body;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use ureq::http::Method;

use self::body::Body;
use super::github::{Answer, GitHub};
use super::report::Report;

/// What a job is told about where it runs; the names are those of GitHub Actions.
#[derive(clap::Args)]
pub struct Args {
    /// The address of GitHub's REST API
    #[arg(long, env = "GITHUB_API_URL", default_value = "https://api.github.com")]
    api: String,
    /// The address of GitHub for people
    #[arg(long, env = "GITHUB_SERVER_URL", default_value = "https://github.com")]
    server: String,
    /// The repository, as `owner/name`
    #[arg(long, env = "GITHUB_REPOSITORY")]
    repository: String,
    /// A token that may write pull requests
    #[arg(long, env = "GITHUB_TOKEN", hide_env_values = true)]
    token: String,
    /// The branch whose commits are proposed
    #[arg(long, default_value = "develop")]
    head: String,
    /// The branch into which they go
    #[arg(long, default_value = "main")]
    base: String,
    /// How long to wait before a second try, in milliseconds; doubled with each
    #[arg(long, default_value_t = 1000)]
    pause: u64,
    #[command(flatten)]
    report: Report,
}

/// What came of it.
enum Outcome {
    Opened(String),
    Refreshed(String),
    UpToDate(String),
    NothingToMerge,
    NotPermitted,
}

/// Open the pull request, or refresh the one that is open.
///
/// # Errors
/// When GitHub cannot be reached or refuses, save for the one refusal that a tick in the settings removes.
pub fn run(args: &Args) -> Result<()> {
    let outcome = Proposal::new(args)?.make()?;
    args.report.say(&sentence(args, &outcome))
}

/// A branch that is to be merged into another.
struct Proposal<'a> {
    args: &'a Args,
    github: GitHub,
    owner: &'a str,
}

/// A pull request that is open.
struct Open {
    number: u64,
    url: String,
    title: String,
    body: String,
}

impl<'a> Proposal<'a> {
    fn new(args: &'a Args) -> Result<Self> {
        let (owner, _) = args.repository.split_once('/').context("the repository is named as owner/name")?;
        let github = GitHub::new(&args.api, &args.token, Duration::from_millis(args.pause));
        Ok(Self { args, github, owner })
    }

    fn make(&self) -> Result<Outcome> {
        let comparison = self.compare()?;
        let body = Body::new(&comparison, &self.args.head, &self.args.base, &compare_link(self.args));
        if body.commits() == 0 {
            return Ok(Outcome::NothingToMerge);
        }
        match self.find()? {
            Some(open) => self.refresh(&open, &body),
            None => self.open(&body),
        }
    }

    fn compare(&self) -> Result<Value> {
        let Args { head, base, repository, .. } = self.args;
        match self.call(&Method::GET, &format!("compare/{base}...{head}"), None)? {
            Answer::Done(comparison) => Ok(comparison),
            Answer::Refused { status: 404, .. } => {
                bail!("GitHub does not find both branches {base} and {head} in {repository}: push them first")
            }
            Answer::Refused { status, message } => bail!("GitHub does not compare the branches: {status} {message}"),
        }
    }

    fn find(&self) -> Result<Option<Open>> {
        let Args { head, base, .. } = self.args;
        let path = format!("pulls?state=open&head={}:{head}&base={base}", self.owner);
        match self.call(&Method::GET, &path, None)? {
            Answer::Done(found) => Ok(found.get(0).and_then(Open::read)),
            Answer::Refused { status, message } => bail!("GitHub does not list pull requests: {status} {message}"),
        }
    }

    fn open(&self, body: &Body) -> Result<Outcome> {
        let Args { head, base, .. } = self.args;
        let wanted = json!({"title": body.title(), "body": body.fresh(), "head": head, "base": base});
        match self.call(&Method::POST, "pulls", Some(&wanted))? {
            Answer::Done(opened) => Ok(Outcome::Opened(url(&opened))),
            Answer::Refused { message, .. } if message.contains("not permitted to create") => Ok(Outcome::NotPermitted),
            Answer::Refused { status: 403, message } => {
                bail!("GitHub refuses to open the pull request: does the job have `pull-requests: write`? {message}")
            }
            Answer::Refused { message, .. } if message.contains("No commits between") => Ok(Outcome::NothingToMerge),
            Answer::Refused { status, message } => match self.find()? {
                // opened meanwhile: by a person, by another run, or by our own call whose answer was lost
                Some(open) => self.refresh(&open, body),
                None => bail!("GitHub refuses to open the pull request: {status} {message}"),
            },
        }
    }

    fn refresh(&self, open: &Open, body: &Body) -> Result<Outcome> {
        let (title, text) = (body.refreshed_title(&open.title), body.refreshed(&open.body));
        if title == open.title && text == open.body {
            return Ok(Outcome::UpToDate(open.url.clone()));
        }
        let wanted = json!({"title": title, "body": text});
        match self.call(&Method::PATCH, &format!("pulls/{}", open.number), Some(&wanted))? {
            Answer::Done(_) => Ok(Outcome::Refreshed(open.url.clone())),
            Answer::Refused { status, message } => {
                bail!("GitHub refuses to change {}: {status} {message}", open.url)
            }
        }
    }

    fn call(&self, method: &Method, path: &str, body: Option<&Value>) -> Result<Answer> {
        self.github.call(method, &format!("/repos/{}/{path}", self.args.repository), body)
    }
}

impl Open {
    fn read(found: &Value) -> Option<Self> {
        Some(Self {
            number: found["number"].as_u64()?,
            url: url(found),
            title: found["title"].as_str()?.to_owned(),
            // null when it is empty
            body: found["body"].as_str().unwrap_or_default().replace("\r\n", "\n"),
        })
    }
}

fn url(pull_request: &Value) -> String {
    pull_request["html_url"].as_str().unwrap_or_default().to_owned()
}

fn compare_link(args: &Args) -> String {
    format!("{}/{}/compare/{}...{}", args.server.trim_end_matches('/'), args.repository, args.base, args.head)
}

fn sentence(args: &Args, outcome: &Outcome) -> String {
    let Args { head, base, .. } = args;
    match outcome {
        Outcome::Opened(url) => format!("Opened the pull request from `{head}` to `{base}`: {url}"),
        Outcome::Refreshed(url) => format!("Refreshed the pull request from `{head}` to `{base}`: {url}"),
        Outcome::UpToDate(url) => format!("The pull request from `{head}` to `{base}` is up to date: {url}"),
        Outcome::NothingToMerge => format!("`{base}` has all that `{head}` has: there is nothing to merge."),
        Outcome::NotPermitted => format!(
            "### One tick is missing\n\n\
             This repository's settings do not let a workflow open pull requests. Someone who administers it ticks, once:\n\n\
             **Settings → Actions → General → Workflow permissions → \
             Allow GitHub Actions to create and approve pull requests** ({server}/{repository}/settings/actions)\n\n\
             In an organisation, its owner may have to tick the same box in the organisation's settings first.\n\n\
             Until then, open the pull request by hand: {link}?expand=1",
            server = args.server.trim_end_matches('/'),
            repository = args.repository,
            link = compare_link(args),
        ),
    }
}
