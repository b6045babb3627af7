//! The programs that are measured, with a past for the page to show.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::super::contestant::{self, BareActix, Contestant};
use super::super::lab::Lab;
use super::super::server::Server;

/// The token that the measured services are given, and that we show.
pub const TOKEN: &str = "the-benchmark-writes-with-this-api-token";

/// Incidents of which the public was told, three times each; some are over.
const INCIDENTS: u32 = 20;

/// The programs that we build.
pub struct Built {
    folder: PathBuf,
    /// Many who keep a page open.
    pub readers: PathBuf,
    /// The limit.
    pub bare: BareActix,
}

impl Built {
    /// Build them.
    ///
    /// # Errors
    /// When they do not build.
    pub fn now() -> Result<Self> {
        let packages = ["polystatus-communications", "polystatus-frontend", "polyops", "readers"];
        let (folder, bare) = contestant::build(&packages)?;
        Ok(Self { readers: folder.join("readers"), folder, bare })
    }

    /// Who tells the page what to show, with a past.
    ///
    /// # Errors
    /// When it does not start, or refuses what is announced.
    pub fn communications(&self, lab: &Lab) -> Result<Server> {
        let server = lab.start(&self.service("polystatus-communications", lab, &[]))?;
        for number in 0..3 * INCIDENTS {
            let state = if number >= 2 * INCIDENTS && number % 4 > 0 { "resolved" } else { "investigating" };
            announce(lab, &server, number % INCIDENTS, "Half of the orders take longer than ten seconds.", state)?;
        }
        Ok(server)
    }

    /// The page that listens to this server, and to nobody else.
    pub fn frontend(&self, lab: &Lab, communications: &Server) -> Contestant {
        let nobody = "http://127.0.0.1:9";
        let peers = [
            ("COMMUNICATIONS_URL", communications.url("")),
            ("INCIDENTS_URL", nobody.to_owned()),
            ("CSP_URL", nobody.to_owned()),
            ("INVENTORY_URL", nobody.to_owned()),
        ];
        self.service("polystatus-frontend", lab, &peers)
    }

    /// Everything in one process, in this folder, so that the page is on this port.
    pub fn polyops(&self, folder: &str, port: u16, more: &[&str]) -> Contestant {
        let offset = port - PAGE;
        let given = ["up".to_owned(), format!("--data={folder}"), format!("--port-offset={offset}")];
        let more = more.iter().map(|&argument| argument.to_owned());
        let environment = [("API_TOKEN", TOKEN), ("POLL_SECONDS", "0"), ("LOG_LEVEL", "warn")];
        Contestant {
            name: "polyops".to_owned(),
            program: self.folder.join("polyops"),
            arguments: given.into_iter().chain(more).collect(),
            environment: environment.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        }
    }

    fn service(&self, program: &str, lab: &Lab, more: &[(&str, String)]) -> Contestant {
        let store = format!("sqlite:{}", lab.file(&format!("{program}.db")).display());
        let all = [("HOST", "127.0.0.1"), ("PORT", "{port}"), ("STORE_URL", &store), ("API_TOKEN", TOKEN)];
        let all = all.map(|(name, value)| (name, value.to_owned()));
        let environment = all.iter().chain(more).map(|(name, value)| ((*name).to_owned(), value.clone()));
        Contestant {
            name: program.trim_start_matches("polystatus-").to_owned(),
            program: self.folder.join(program),
            arguments: vec![],
            environment: environment.collect(),
        }
    }
}

/// The page's own port, before an offset is added.
pub const PAGE: u16 = 3000;

/// Tell the public something of an incident.
///
/// # Errors
/// When it is refused.
pub fn announce(lab: &Lab, communications: &Server, number: u32, message: &str, state: &str) -> Result<()> {
    let id = format!("INC-{number:03}");
    let said = json!({"incident_id": id, "message": message, "state": state});
    lab.http.post(&communications.url("/api/v1/public/announce"), Some(TOKEN), &said)?;
    Ok(())
}

/// Wait until the page knows what was announced.
///
/// # Errors
/// When it does not within some seconds.
pub fn knows(lab: &Lab, page: &Server) -> Result<()> {
    for _ in 0..200 {
        let summary = lab.http.get(&page.url("/api/v2/incidents.json")).unwrap_or_default();
        let summary: Value = serde_json::from_slice(&summary).unwrap_or_default();
        if summary["incidents"].as_array().is_some_and(|known| known.len() == INCIDENTS as usize) {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let said = lab.http.get(&page.url("/api/v2/incidents.json")).context("the page does not answer")?;
    ensure!(false, "the page does not show what was announced: {}", String::from_utf8_lossy(&said));
    Ok(())
}
