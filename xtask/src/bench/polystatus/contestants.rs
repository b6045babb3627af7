//! The PolyStatus services as they are measured.

use std::path::PathBuf;

use anyhow::Result;

use super::super::contestant::{self, BareActix, Contestant};

/// The token that the measured services are given, and that the writers show.
pub const TOKEN: &str = "the-benchmark-writes-with-this-api-token";

/// The mail address and the password of the first admin, who logs in again and again.
pub const ADMIN: (&str, &str) = ("admin@example.org", "a long sentence that nobody else has");

/// The programs that we build.
pub struct Built {
    folder: PathBuf,
    /// The limit.
    pub bare: BareActix,
}

impl Built {
    /// Build them.
    ///
    /// # Errors
    /// When they do not build.
    pub fn now() -> Result<Self> {
        let (folder, bare) = contestant::build(&["polystatus-incidents", "polystatus-users"])?;
        Ok(Self { folder, bare })
    }

    /// The incidents service with all that it does by default, on this storage.
    pub fn incidents(&self, name: &str, store: &str) -> Contestant {
        self.service("polystatus-incidents", name, store, &[])
    }

    /// The users service with all that it does by default, on this storage, and with a first admin.
    pub fn users(&self, name: &str, store: &str) -> Contestant {
        self.service("polystatus-users", name, store, &[("ADMIN_EMAIL", ADMIN.0), ("ADMIN_PASSWORD", ADMIN.1)])
    }

    fn service(&self, program: &str, name: &str, store: &str, more: &[(&str, &str)]) -> Contestant {
        let all = [("HOST", "127.0.0.1"), ("PORT", "{port}"), ("STORE_URL", store), ("API_TOKEN", TOKEN)];
        let environment = all.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Contestant {
            name: name.to_owned(),
            program: self.folder.join(program),
            arguments: vec![],
            environment: environment.collect(),
        }
    }
}
