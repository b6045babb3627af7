//! What is measured: our service, its limit, and Node with flagd's official evaluator; and the flags that both evaluate.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::super::contestant::{self, BareActix, Contestant};
use super::super::lab::Lab;
use crate::{tools, workspace};

/// Flags that there are: as many as in the figures that others publish.
const FLAGS: u32 = 350;
/// The token that the measured service is given.
const TOKEN: &str = "the-benchmark-writes-with-this-api-token";

/// The programs that we build.
pub struct Built {
    service: PathBuf,
    modules: PathBuf,
    /// The limit.
    pub bare: BareActix,
}

impl Built {
    /// Build them, and install the peer.
    ///
    /// # Errors
    /// When they do not build.
    pub fn now() -> Result<Self> {
        let packages = ["@openfeature/core@1.12.0", "@openfeature/flagd-core@4.0.1"];
        let programs = tools::node("bench-openfeature", &packages)?;
        let modules = programs.parent().context("npm's programs lie in a folder of its modules")?.to_owned();
        let (folder, bare) = contestant::build(&["polystatus-flags"])?;
        Ok(Self { service: folder.join("polystatus-flags"), modules, bare })
    }

    /// The flags, ours with them in it, and Node's with the same.
    ///
    /// # Errors
    /// When ours does not take them.
    pub fn with_flags(&self, lab: &Lab) -> Result<(PathBuf, Contestant, Contestant)> {
        let file = lab.file("flags.json");
        std::fs::write(&file, flags().to_string())?;
        let environment = [
            ("HOST", "127.0.0.1".to_owned()),
            ("PORT", "{port}".to_owned()),
            ("STORE_URL", format!("sqlite:{}", lab.file("flags.db").display())),
            ("API_TOKEN", TOKEN.to_owned()),
            ("WORKERS", "1".to_owned()),
        ];
        let ours = Contestant {
            name: "flags".to_owned(),
            program: self.service.clone(),
            arguments: vec![],
            environment: environment.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        };
        let script = workspace::root().join("tests/bench/flags/server.cjs");
        let node = Contestant {
            name: "Node, flagd-core".to_owned(),
            program: "node".into(),
            arguments: vec![script.display().to_string(), "{port}".to_owned(), file.display().to_string()],
            environment: vec![("NODE_PATH".to_owned(), self.modules.display().to_string())],
        };
        lab.announce("filling flags");
        let server = lab.start(&ours)?;
        lab.http.put(&server.url("/api/v1/flags/flagd"), TOKEN, &flags())?;
        drop(server);
        Ok((file, ours, node))
    }
}

/// A third is the same for everybody, a third has rules, and a third cuts the people into shares.
fn flags() -> Value {
    let flags: serde_json::Map<_, _> = (0..FLAGS)
        .map(|number| {
            let targeting = match number % 3 {
                0 => Value::Null,
                1 => json!({"if": [
                    {"and": [{"==": [{"var": "role"}, "beta"]}, {"sem_ver": [{"var": "version"}, ">=", "2.1.0"]}]}, "on",
                    {"in": [{"var": "country"}, ["be", "ch", "lu"]]}, "on",
                    null
                ]}),
                _ => json!({"fractional": [["on", number % 100], ["off", 100 - number % 100]]}),
            };
            let mut flag =
                json!({"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off"});
            if !targeting.is_null() {
                flag["targeting"] = targeting;
            }
            (format!("flag-{number:03}"), flag)
        })
        .collect();
    json!({"flags": flags})
}
