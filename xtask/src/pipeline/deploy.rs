//! On `main`: the server runs the very digests that were published, or goes on with those it had.
//!
//! Read in this order: [`run`] and [`Deployment`] (what is done), [`site`] (what lies on the server), [`target`] (how
//! commands get there), [`smoke`] (what a release must answer).

mod host;
mod site;
mod smoke;
mod target;

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail};

use self::host::Host;
use self::site::{Credentials, Site};
use self::target::Target;
use super::publish;
use super::release::Release;
use super::report::Report;
use crate::{docker, workspace};

/// What to deploy, and where to.
#[derive(clap::Args)]
pub struct Args {
    /// The digests, as `publish` handed them on; otherwise they are read from the file that it wrote
    #[arg(long, env = "RELEASE", value_name = "JSON")]
    release: Option<String>,
    /// The server, as `user@host` or `user@host:port`. Without it, this machine
    #[arg(long, env = "DEPLOY_HOST")]
    host: Option<String>,
    /// The server's keys, as lines of a `known_hosts` file: no other server is spoken to
    #[arg(long, env = "DEPLOY_KNOWN_HOSTS", value_name = "LINES")]
    known_hosts: Option<String>,
    /// The private key that opens the server's door
    #[arg(long, env = "DEPLOY_SSH_KEY", hide_env_values = true, value_name = "KEY")]
    key: Option<String>,
    /// The folder on the server, from the user's home; on this machine, from `target/`
    #[arg(long, env = "DEPLOY_FOLDER", default_value = "polyops")]
    folder: String,
    /// The compose project, so that two systems can live on one server
    #[arg(long, default_value = "polyops")]
    project: String,
    /// What the compose file leaves open, as `NAME=VALUE`; may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE")]
    settings: Vec<String>,
    /// How long a release may take to become healthy, in seconds
    #[arg(long, default_value_t = 90)]
    healthy_within: u16,
    /// Who reads from the registry, where it asks
    #[arg(long, env = "REGISTRY_USER", value_name = "NAME")]
    registry_user: Option<String>,
    /// The password or token for it
    #[arg(long, env = "REGISTRY_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    registry_token: Option<String>,
    /// The program that connects to the server
    #[arg(long, env = "SSH", default_value = "ssh", value_name = "PROGRAM")]
    ssh: PathBuf,
    #[command(flatten)]
    report: Report,
}

/// Deploy, and roll back when it fails.
///
/// # Errors
/// When the release does not run: after the roll-back too, since what was asked for was not done.
pub fn run(args: &Args) -> Result<()> {
    let release = Release::parse(&release(args)?)?;
    let target = target(args)?;
    let site = Site::new(&target, &args.folder, &args.project)?;
    let done = Deployment { args, release, site }.make();
    target.leave();
    done
}

/// A release on its way to a server.
struct Deployment<'a> {
    args: &'a Args,
    release: Release,
    site: Site<'a>,
}

impl Deployment<'_> {
    fn make(&self) -> Result<()> {
        let before = self.site.current()?;
        let new = self.bring()?;
        println!("starting {new}");
        match self.start(&new) {
            Ok(()) => {
                self.site.switch_to(&new)?;
                self.args.report.say(&self.deployed(before.as_deref()))
            }
            Err(why) => {
                eprintln!("{why:#}");
                eprintln!("{}", self.site.logs(&new).unwrap_or_else(|error| format!("no logs: {error:#}")));
                self.roll_back(&new, before.as_deref(), &why)
            }
        }
    }

    /// Everything that the new release needs comes to the server, before what runs there is touched.
    fn bring(&self) -> Result<String> {
        let compose = workspace::root().join("deploy/compose.yaml");
        let compose = std::fs::read(&compose).with_context(|| format!("cannot read {}", compose.display()))?;
        let variables = site::variables(&self.release, &self.args.settings)?;
        let new = self.site.add(self.release.short(), &compose, &variables)?;
        let credentials = match (set(self.args.registry_user.as_deref()), set(self.args.registry_token.as_deref())) {
            (Some(user), Some(token)) => Some(Credentials { user, token }),
            _ => None,
        };
        println!("fetching {} image(s)", self.release.images.len());
        self.site.pull(&self.release, credentials.as_ref())?;
        Ok(new)
    }

    /// Start it, wait until it says that it is healthy, and see that it keeps its promises.
    fn start(&self, release: &str) -> Result<()> {
        self.site.up(release, self.args.healthy_within)?;
        for service in workspace::services()? {
            if self.site.runs(release, &service.name)? {
                let door = self.site.reach(release, &service.name, service.port)?;
                smoke::test(&service.name, door.address())?;
                println!("{} keeps its promises", service.name);
            }
        }
        Ok(())
    }

    fn roll_back(&self, new: &str, before: Option<&str>, why: &anyhow::Error) -> Result<()> {
        let short = self.release.short();
        let Some(before) = before else {
            self.site.down(new)?;
            self.args.report.say(&format!(
                "### Not deployed\n\nCommit {short} failed on {}, and there is no release before it to go back to: \
                 it was taken down.\n\n```\n{why:#}\n```",
                self.site.target()
            ))?;
            bail!("the release of commit {short} failed and was taken down");
        };
        println!("going back to {before}");
        if let Err(error) = self.start(before) {
            self.args.report.say(&format!(
                "### Down\n\nCommit {short} failed on {}, and so did going back to `{before}`: look at the server now.\
                 \n\n```\n{why:#}\n\n{error:#}\n```",
                self.site.target()
            ))?;
            return Err(error.context(format!("the release of commit {short} failed, and so did going back")));
        }
        self.args.report.say(&format!(
            "### Rolled back\n\nCommit {short} failed on {}. `{before}` runs again, as before.\n\n```\n{why:#}\n```",
            self.site.target()
        ))?;
        bail!("the release of commit {short} failed; {before} runs again")
    }

    fn deployed(&self, before: Option<&str>) -> String {
        let before =
            before.map_or_else(|| "It is the first release there.".into(), |b| format!("Before it ran `{b}`."));
        format!(
            "### Deployed\n\nCommit {} runs on {} and passed the smoke test. {before}\n\n{}",
            self.release.short(),
            self.site.target(),
            self.release.table()
        )
    }
}

fn release(args: &Args) -> Result<String> {
    if let Some(release) = set(args.release.as_deref()) {
        return Ok(release.to_owned());
    }
    let file = publish::digests();
    std::fs::read_to_string(&file).with_context(|| format!("cannot read {}: publish the images first", file.display()))
}

fn target(args: &Args) -> Result<Target> {
    let Some(host) = set(args.host.as_deref()) else {
        let engine = docker::ensure("the deployment")?;
        return Target::here(engine);
    };
    let host: Host = host.parse()?;
    let known_hosts = set(args.known_hosts.as_deref()).ok_or_else(|| {
        anyhow!("DEPLOY_HOST is set and DEPLOY_KNOWN_HOSTS is not: put there what `ssh-keyscan {}` says", host.name)
    })?;
    let key = set(args.key.as_deref()).context("DEPLOY_HOST is set and DEPLOY_SSH_KEY is not")?;
    Target::over_ssh(&args.ssh, host, known_hosts, key)
}

/// A setting of the platform that nobody made arrives as an empty word.
fn set(setting: Option<&str>) -> Option<&str> {
    setting.filter(|value| !value.trim().is_empty())
}
