//! Runs every test, after making ready what they need.
//!
//! Most tests need Rust alone. The others are known by the names of [`GROUPS`], so that a machine without containers,
//! or without the right to install packages, can leave them out, and is told what it left out.

use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{CommandExt, command};
use crate::docker::{self, Engine};
use crate::{base_images, tools};

/// Run every test.
#[derive(clap::Args, Default)]
pub struct Args {
    /// Leave out what needs Docker or Debian packages, and say at the end what was left out
    #[arg(long)]
    no_containers: bool,
    /// Passed on to cargo nextest, for instance the name of a test
    #[arg(last = true)]
    nextest: Vec<String>,
}

/// Tests that need more than Rust, by what they need. The images' own tests run with `cargo xtask images`.
const GROUPS: [Group; 12] = [
    Group {
        what: "PostgreSQL in a container",
        filter: "test(/(^|::)postgres::/) | (package(testbed) & binary(postgres))",
        packages: &[],
    },
    Group { what: "MariaDB in a container", filter: "test(/(^|::)mariadb::/)", packages: &[] },
    Group {
        what: "Redis in a container",
        filter: "test(/(^|::)redis::/) | (package(testbed) & binary(redis))",
        packages: &[],
    },
    Group {
        what: "RabbitMQ in a container",
        filter: "test(/(^|::)rabbitmq::/) | (package(testbed) & binary(rabbitmq))",
        packages: &[],
    },
    Group {
        what: "certificates",
        filter: "package(polystatus-communications) & test(/^secure_mails::/)",
        packages: &[("openssl", "openssl")],
    },
    Group {
        what: "a registry, an SSH server and a deployment",
        filter: "package(xtask) & binary(deploy)",
        packages: &[("docker-registry", "docker-registry"), ("openssh-server", "sshd"), ("openssh-client", "ssh")],
    },
    Group {
        what: "Prometheus and Ansible",
        filter: "binary(consumers) & test(/^(prometheus|ansible)::/)",
        packages: &[("prometheus", "prometheus"), ("ansible-core", "ansible-inventory"), ("curl", "curl")],
    },
    Group {
        what: "OpenFeature's clients and evaluators, in Node",
        filter: "binary(/^(consumers|journeys)$/) & test(/^openfeature::/)",
        packages: &[("nodejs", "node"), ("npm", "npm")],
    },
    Group {
        what: "the official Socket.IO server or client, in Node",
        filter: "(package(socketio-client) & test(/^official::/)) | (binary(journeys) & test(/^socketio::/))",
        packages: &[("nodejs", "node"), ("npm", "npm")],
    },
    Group {
        what: "Postman's programs, in Node",
        filter: "binary(consumers) & test(/^postman::/)",
        packages: &[("nodejs", "node"), ("npm", "npm")],
    },
    Group {
        what: "clients of Socket.IO, in Node and Python",
        filter: "package(documents-notifications) & binary(consumers)",
        packages: &[("caddy", "caddy"), ("chromium", "chromium"), ("nodejs", "node"), ("npm", "npm")],
    },
    Group {
        what: "a browser",
        filter: "binary(browser) | (binary(journeys) & test(/^browser::/))",
        packages: &[("chromium", "chromium"), ("nodejs", "node"), ("npm", "npm")],
    },
];

/// Tests of the images, which this command does not build: `cargo xtask images` does, and runs them.
pub const IMAGES: &str = "package(tests) & (binary(image) | binary(compose))";

struct Group {
    what: &'static str,
    /// In nextest's filter language.
    filter: &'static str,
    /// Debian packages, each with a program by which it is recognised.
    packages: &'static [(&'static str, &'static str)],
}

/// `cargo xtask test`
pub fn run(args: &Args) -> Result<()> {
    println!("Making ready");
    tools::python("schemathesis", SCHEMATHESIS)?;
    tools::python("mails", MAILS)?;
    if args.no_containers {
        let left_out = GROUPS.map(|group| format!("({})", group.filter)).join(" | ");
        run_tests(None, &format!("not ({IMAGES} | {left_out})"), &args.nextest)?;
        println!("\nNot run, because of --no-containers:");
        for group in &GROUPS {
            println!("  what needs {}", group.what);
        }
        return Ok(());
    }
    let engine = docker::ensure("the tests").map_err(|error| {
        error.context("`cargo xtask test --no-containers` runs what needs no containers, and says what it left out")
    })?;
    base_images::for_tests(&engine)?;
    for group in &GROUPS {
        tools::apt(group.what, group.packages)?;
    }
    tools::python("openfeature-python", OPENFEATURE_PYTHON)?;
    tools::node("openfeature-node", OPENFEATURE_NODE)?;
    tools::node("socketio-node", SOCKETIO_NODE)?;
    tools::node("postman", POSTMAN)?;
    tools::node("browser", BROWSER)?;
    tools::python("socketio-python", SOCKETIO_PYTHON)?;
    // Compose, for the deployment
    engine.compose()?;
    let result = run_tests(Some(&engine), &format!("not ({IMAGES})"), &args.nextest);
    let left = engine.sweep()?;
    println!("  removed {left} containers that the tests shared");
    result
}

/// Make ready what reads what a system sends, for the journeys through containers.
///
/// # Errors
/// When a registry is out of reach.
pub fn readers_of_journeys() -> Result<()> {
    tools::python("mails", MAILS)?;
    tools::node("openfeature-node", OPENFEATURE_NODE).map(drop)
}

/// For the tests that look at pages in a real browser: what drives it, and what finds faults of accessibility.
const BROWSER: &[&str] = &["puppeteer-core@24.43.1", "axe-core@4.14.1"];

/// Makes a Postman collection from an OpenAPI document, and runs it.
const POSTMAN: &[&str] = &["openapi-to-postmanv2@6.3.3", "newman@6.2.2"];

/// For the tests that hold a service against its own OpenAPI document.
const SCHEMATHESIS: &[&str] = &["schemathesis==4.32.5"];

/// Clients that evaluate flags over HTTP, and the evaluators of flagd that ours is held against.
const OPENFEATURE_PYTHON: &[&str] =
    &["openfeature-sdk==0.10.0", "openfeature-provider-ofrep==0.3.0", "openfeature-flagd-core==2.0.0"];

/// The same in Node, and what a browser has and Node has not: `EventSource`.
const OPENFEATURE_NODE: &[&str] = &[
    "@openfeature/core@1.12.0",
    "@openfeature/server-sdk@1.23.0",
    "@openfeature/web-sdk@1.10.0",
    "@openfeature/ofrep-provider@0.1.3",
    "@openfeature/ofrep-web-provider@0.4.3",
    "@openfeature/flagd-core@4.0.1",
    "eventsource@3.0.7",
];

/// The official Socket.IO server, that our client is held against; the official client, that the notifications are held
/// against, and its version 2.
const SOCKETIO_NODE: &[&str] =
    &["socket.io@4.8.4", "socket.io-client@4.8.4", "socket.io-client-2@npm:socket.io-client@2.5.0"];

/// The client in Python, by polling and by websocket.
const SOCKETIO_PYTHON: &[&str] = &["python-socketio==5.18.1", "requests==2.34.2", "websocket-client==1.9.2"];

/// A mail server to send to; what reads our feeds; what checks the signatures of our webhooks. The journeys need it too.
const MAILS: &[&str] = &["aiosmtpd==1.4.6", "feedparser==6.0.14", "standardwebhooks==1.1.0"];

/// Runs the tests that this filter names. Always out of the whole workspace: cargo would build what all packages share with
/// other features for one package alone, and so build it twice.
///
/// # Errors
/// When nextest cannot be installed.
pub fn nextest(filter: &str) -> Result<Command> {
    tools::cargo("cargo-nextest", "0.9.151")?;
    let profile = if crate::ci::is_ci() { "ci" } else { "default" };
    let mut nextest = command("cargo");
    nextest.args(["nextest", "run", "--workspace", "--locked", "--profile", profile, "-E", filter]);
    Ok(nextest)
}

fn run_tests(engine: Option<&Engine>, filter: &str, passed_on: &[String]) -> Result<()> {
    println!("Building and running the tests");
    let mut nextest = nextest(filter)?;
    nextest.args(passed_on);
    if let Some(engine) = engine {
        nextest.env("DOCKER", engine.client());
    }
    let tests = nextest.run();
    // both are run, whatever the first says
    let examples = command("cargo").args(["test", "--quiet", "--workspace", "--locked", "--doc"]).run();
    match (tests, examples) {
        (Ok(()), Ok(())) => Ok(()),
        (Err(_), Ok(())) => bail!("some tests failed: see above"),
        (Ok(()), Err(_)) => bail!("some examples in the documentation failed: see above"),
        (Err(_), Err(_)) => bail!("some tests and some examples in the documentation failed: see above"),
    }
}
