//! A system in one process, with a mail server and a world around it.

use std::cell::RefCell;
use std::ops::Deref;

use tempfile::TempDir;
use testbed::process::Program;
use testbed::smtp::MailServer;
use tests::System;
use tests::outside::Outside;

use crate::house::{House, TOKEN};

/// Everything in one process, as `polyops up` starts it.
pub struct OneProcess {
    // in this order, in which they are dropped
    _house: House,
    system: System,
    _data: TempDir,
}

impl OneProcess {
    pub fn start() -> Self {
        let (mails, data) = (MailServer::start(), tempfile::tempdir().unwrap());
        let house = House::with(data.path(), |program| told(program, &mails));
        let system = system(house.offset, mails);
        Self { _house: house, system, _data: data }
    }
}

impl Deref for OneProcess {
    type Target = System;

    fn deref(&self) -> &System {
        &self.system
    }
}

/// Everything but the page in one process, and the page in another: the first one can die.
pub struct PageApart {
    // in this order, in which they are dropped
    rest: RefCell<Option<House>>,
    page: House,
    pub system: System,
    data: TempDir,
}

/// All services but the page.
const REST: &str = "--only=inventory,users,incidents,communications,csp,flags";

impl PageApart {
    pub fn start() -> Self {
        let (mails, data) = (MailServer::start(), tempfile::tempdir().unwrap());
        let rest = House::with(&data.path().join("rest"), |program| told(program, &mails).arg(REST));
        // a port that was free may be gone by now, and the other one has chosen: the whole start fails then
        let page = House::at(rest.offset, &data.path().join("page"), |program| {
            told(program, &mails).arg("--only=frontend").env("ASK_SECONDS", "1")
        });
        let system = system(rest.offset, mails);
        Self { rest: RefCell::new(Some(rest)), page: page.unwrap(), system, data }
    }

    /// A power cut.
    pub fn lose(&self) {
        self.rest.take().unwrap().kill_9();
    }

    /// Start it again, on the data that it had.
    pub fn regain(&self) {
        let rest = House::at(self.page.offset, &self.data.path().join("rest"), |program| {
            told(program, &self.system.mails).arg(REST)
        });
        self.rest.replace(Some(rest.unwrap()));
    }
}

/// What every service of these tests is told: whom to write to, and that what is on this machine may be called.
fn told(program: Program, mails: &MailServer) -> Program {
    program
        .env("SMTP_URL", mails.url())
        .env("ROLL_UP_SECONDS", "0")
        .env("WEBHOOKS_TO_PRIVATE", "true")
        .env("INCIDENTS_FROM_SERVERS", "true")
        // nobody's feed is read but ours
        .env("CATALOGUE", "none")
        .env("PRIVATE_FEEDS", "true")
        .env("POLL_SECONDS", "1")
        .env("REFRESH_SECONDS", "0")
}

fn system(offset: u16, mails: MailServer) -> System {
    let url = move |name: &str| format!("http://{}", crate::house::address(offset, name));
    System {
        http: testbed::client::http(),
        url: Box::new(url),
        token: Box::new(|_| TOKEN.to_owned()),
        mails,
        outside: Outside::start(),
        environment: Vec::new(),
    }
}
