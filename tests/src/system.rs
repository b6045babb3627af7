//! A whole system that runs, from the outside: addresses, a token, and what it writes to and reads from.

use std::time::Duration;

use chassis::ids::{Ids, RandomIds};
use testbed::client::Client;
use testbed::process::Program;
use testbed::smtp::MailServer;
use testbed::tools;

use crate::outside::Outside;
use crate::reader::{Browser, Reader};

/// How long anything may take that follows from something else: a debug build on a busy machine.
pub const SOON: Duration = Duration::from_secs(20);

/// A system, with what is around it.
pub struct System {
    /// Calls it: it trusts the certificate that the system shows, if there is one.
    pub http: reqwest::Client,
    /// Where a service is, by its name in `polyops`: `frontend`, `inventory`, `users`, …
    pub url: Box<dyn Fn(&str) -> String + Send + Sync>,
    /// The bearer token that may do everything in a service, by the same name.
    pub token: Box<dyn Fn(&str) -> String + Send + Sync>,
    /// To which it sends its mails.
    pub mails: MailServer,
    /// What it calls, and what it reads.
    pub outside: Outside,
    /// What programs that are not ours must be told to call it, such as whose certificates they may trust.
    pub environment: Vec<(&'static str, String)>,
}

impl System {
    /// Somebody whom the service does not know.
    pub fn stranger(&self, service: &str) -> Client {
        Client::at((self.url)(service), self.http.clone())
    }

    /// One who may do everything in the service.
    pub fn admin(&self, service: &str) -> Client {
        self.stranger(service).as_((self.token)(service))
    }

    /// Somebody who reads the status page, in English.
    pub fn reader(&self) -> Reader {
        Reader::of(self.stranger("frontend"))
    }

    /// The browser of somebody who may sign in, in English.
    pub fn browser(&self) -> Browser {
        Browser::of(self.reader())
    }

    /// A program of `tests/programs`, in Node with the npm packages of this folder.
    pub fn node(&self, script: &str, modules: &str) -> Program {
        let program = Program::new(tools::of_debian("node", "nodejs")).env("NODE_PATH", tools::node_modules(modules));
        self.told(program).arg(script_file(script))
    }

    fn told(&self, program: Program) -> Program {
        self.environment.iter().fold(program, |program, (name, value)| program.env(name, value))
    }
}

/// A program of `tests/programs`, in Python with the packages that read mails and feeds.
pub fn python(script: &str) -> Program {
    let program = Program::new(tools::of_python_in("mails", "python3")).env("PYTHONDONTWRITEBYTECODE", "1");
    program.arg(script_file(script))
}

/// What such a program has printed, once it has ended well.
///
/// # Panics
/// When it has not: the message holds what it said.
pub fn printed(program: &Program) -> String {
    let mut running = program.spawn();
    let status = running.wait();
    assert!(status.success(), "{status}\n{}{}", running.stdout(), running.stderr());
    running.stdout()
}

fn script_file(script: &str) -> std::path::PathBuf {
    tools::file("tests/programs").join(script)
}

/// A name that nothing else in the system has: several journeys may be walked in one.
pub fn fresh(word: &str) -> String {
    format!("{word}-{:06x}", RandomIds.next() & 0xff_ffff)
}
