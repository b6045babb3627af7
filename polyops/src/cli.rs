//! What can be said on the command line.

use std::net::IpAddr;
use std::path::PathBuf;

use chassis::telemetry::TelemetrySettings;
use secrecy::SecretString;

use crate::members::{self, Member};

const EXAMPLES: &str = "\
Examples:
  polyops                                  start everything; Ctrl-C ends it
  polyops up --demo                        the same, with 90 days of history to look at
  polyops up --demo --fresh                begin the demonstration anew
  polyops up --port-offset 1000            on ports 4000, 6000, 9080 …, beside another one
  polyops up --only users,incidents        two services; the others are expected at their usual addresses
  polyops status                           how the services of this machine are doing
  polyops doctor                           what this machine lacks, and how to mend it

A service's own settings are variables of its own name for them, as when it runs alone: SMTP_URL, ADMIN_EMAIL,
POLL_SECONDS, INCIDENTS_FROM_SERVERS … Each service's README lists them. Addresses, storage and tokens are set here.";

/// The command line.
#[derive(Debug, clap::Parser)]
#[command(name = "polyops", about, version, after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true, max_term_width = 100)]
pub struct Cli {
    /// What is to be done; without it, `up`.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The flags of `up`, which may stand without its name.
    #[command(flatten)]
    pub up: Up,
}

/// What can be done.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Start every service in this process, and serve until told to stop (the default)
    #[command(after_help = EXAMPLES)]
    Up(Box<Up>),
    /// Ask each service whether it is ready: exit code 1 if one is not
    Status(Selection),
    /// Look at this machine, and say what is missing and how to mend it: exit code 1 if `up` would fail
    Doctor(Doctor),
}

/// Which services, and where.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Selection {
    /// These services alone, with commas between them [default: all]; events that none of them hears are dropped
    /// and not kept for later: without communications, the mails too
    #[arg(long, value_name = "SERVICES", value_delimiter = ',', value_parser = member)]
    pub only: Vec<&'static str>,

    /// Address on which they listen; 0.0.0.0 for everybody who can reach this machine
    #[arg(long, env = "HOST", value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = address)]
    pub host: IpAddr,

    /// Added to the port of each service, so that two of these can run on one machine
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = offset)]
    pub port_offset: u16,
}

/// How everything is started.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Up {
    /// Which services, and where.
    #[command(flatten)]
    pub selection: Selection,

    /// Folder in which all of them keep what they know; it is made if it is not there
    #[arg(long, value_name = "FOLDER", default_value = "data", value_parser = folder)]
    pub data: PathBuf,

    /// Begin with an empty data folder: what is there now is moved aside, and nothing is deleted
    #[arg(long)]
    pub fresh: bool,

    /// Fill a new data folder with a made-up history, and go on making things up while it runs
    #[arg(long)]
    pub demo: bool,

    /// Bearer token that may do everything in every service; without one, one is made at each start
    #[arg(long, env = "API_TOKEN", value_name = "TOKEN", hide_env_values = true, value_parser = token)]
    pub api_token: Option<SecretString>,

    /// Threads with which each service answers requests
    #[arg(long, env = "WORKERS", value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub workers: u16,

    /// How long requests that are under way may take to end after Ctrl-C, in seconds
    #[arg(long, env = "DRAIN_SECONDS", value_name = "SECONDS", default_value_t = 10)]
    pub drain_seconds: u64,

    /// Logs and traces.
    #[command(flatten)]
    pub telemetry: TelemetrySettings,
}

/// How this machine is looked at.
#[derive(Debug, Clone, clap::Args)]
pub struct Doctor {
    /// Which services, and where.
    #[command(flatten)]
    pub selection: Selection,

    /// Folder that `up` would keep its data in
    #[arg(long, value_name = "FOLDER", default_value = "data", value_parser = folder)]
    pub data: PathBuf,

    /// Print one JSON document, for scripts
    #[arg(long)]
    pub json: bool,
}

impl Selection {
    /// The services that were chosen, in the order of the list.
    pub fn members(&self) -> Vec<Member> {
        let chosen = |member: &Member| self.only.is_empty() || self.only.contains(&member.name);
        members::all().into_iter().filter(chosen).collect()
    }
}

fn member(name: &str) -> Result<&'static str, String> {
    let known = members::all();
    let names = || known.iter().map(|member| member.name).collect::<Vec<_>>().join(", ");
    let found = known.iter().find(|member| member.name == name || member.program == name);
    found.map(|member| member.name).ok_or_else(|| format!("there are {}", names()))
}

fn address(text: &str) -> Result<IpAddr, &'static str> {
    text.parse().map_err(|_| "give an IP address such as 127.0.0.1 or 0.0.0.0")
}

/// So that the highest port is one still.
fn offset(text: &str) -> Result<u16, String> {
    let highest = members::all().iter().map(|member| member.port).max().unwrap_or_default();
    let most = u16::MAX - highest;
    text.parse().ok().filter(|offset| *offset <= most).ok_or_else(|| format!("give a number from 0 to {most}"))
}

/// A path that is text: it becomes part of the addresses of storages.
fn folder(text: &str) -> Result<PathBuf, &'static str> {
    let fits = !text.is_empty() && !text.contains(['?', '#', '%']) && !text.contains(char::is_control);
    if fits {
        Ok(text.into())
    } else {
        Err("give a folder whose name has no ?, # and %: it becomes part of an address")
    }
}

fn token(text: &str) -> Result<SecretString, &'static str> {
    if text.is_empty() || text.contains(char::is_whitespace) {
        return Err("give a token without blanks, or leave it out to have one made");
    }
    Ok(text.to_owned().into())
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn up_may_be_left_out() {
        let short = Cli::try_parse_from(["polyops", "--demo", "--only", "users,incidents"]).unwrap();
        assert!(short.command.is_none() && short.up.demo);
        assert_eq!(short.up.selection.only, ["users", "incidents"]);
        let long = Cli::try_parse_from(["polyops", "up", "--demo"]).unwrap();
        assert!(matches!(long.command, Some(Command::Up(up)) if up.demo));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for wrong in
            ["--only=mails", "--port-offset=60000", "--host=localhost", "--data=a?b", "--workers=0", "--api-token=a b"]
        {
            assert!(Cli::try_parse_from(["polyops", wrong]).is_err(), "{wrong}");
        }
    }
}
