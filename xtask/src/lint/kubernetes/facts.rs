//! What the manifests are compared with: the Dockerfile, the services' own settings, and the script that makes secrets.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::command::{CommandExt, command};
use crate::workspace;

/// The script that makes the Secrets, and says which by `keys`.
const SECRETS: &str = "deploy/kubernetes/secrets.sh";

/// What this repository knows of its services.
#[derive(Default)]
pub struct Facts {
    /// Each service that there is an image of, with the port that it listens on.
    pub ports: BTreeMap<String, u16>,
    /// The variables that each service reads.
    pub settings: BTreeMap<String, BTreeSet<String>>,
    /// Each Secret that there will be, with a key of it.
    pub keys: BTreeSet<(String, String)>,
}

impl Facts {
    /// Read them.
    ///
    /// # Errors
    /// When a file is not there, or the script fails.
    pub fn read() -> Result<Self> {
        let dockerfile = std::fs::read_to_string(workspace::root().join("Dockerfile"))?;
        let ports = ports(&dockerfile);
        ensure!(!ports.is_empty(), "the Dockerfile has no service with a port");
        let mut settings = BTreeMap::new();
        for service in workspace::services()? {
            settings.insert(service.name, settings_of(&service.folder)?);
        }
        let said = command("bash").args([SECRETS, "keys"]).read()?;
        let pairs = said.lines().filter_map(|line| line.split_once(' '));
        let keys = pairs.map(|(secret, key)| (secret.to_owned(), key.to_owned())).collect();
        Ok(Self { ports, settings, keys })
    }
}

/// The services' stages of the Dockerfile, and what they expose.
fn ports(dockerfile: &str) -> BTreeMap<String, u16> {
    let (mut ports, mut stage) = (BTreeMap::new(), None);
    for line in dockerfile.lines() {
        if line.starts_with("FROM ") {
            stage = line.strip_prefix("FROM service AS ").map(str::trim);
        } else if let Some((service, port)) =
            stage.zip(line.strip_prefix("EXPOSE ").and_then(|it| it.trim().parse().ok()))
        {
            ports.insert(service.to_owned(), port);
        }
    }
    ports
}

/// The variables in the code of a service and of the crates of this repository that it stands on.
fn settings_of(folder: &Path) -> Result<BTreeSet<String>> {
    #[derive(serde::Deserialize)]
    struct Package {
        dependencies: BTreeMap<String, toml::Value>,
    }
    let file = folder.join("Cargo.toml");
    let package = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let package: Package = toml::from_str(&package)?;
    let mut settings = BTreeSet::new();
    read_settings(&folder.join("src"), &mut settings)?;
    for name in package.dependencies.keys() {
        let folder = workspace::root().join("crates").join(name).join("src");
        if folder.is_dir() {
            read_settings(&folder, &mut settings)?;
        }
    }
    Ok(settings)
}

/// As clap is told of them, `env = "NAME"`, in every file below this folder.
fn read_settings(folder: &Path, settings: &mut BTreeSet<String>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_settings(&path, settings)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            settings.extend(named(&std::fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

fn named(code: &str) -> Vec<String> {
    let after = code.split("env = \"").skip(1);
    after.filter_map(|rest| rest.split_once('"')).map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_a_stage_with_the_port_that_it_exposes() {
        let text = "FROM scratch AS service\nEXPOSE 1\nFROM service AS a\nLABEL x=y\nEXPOSE 80\nFROM service AS b\nEXPOSE 81\n";
        assert_eq!(ports(text), BTreeMap::from([("a".to_owned(), 80), ("b".to_owned(), 81)]));
    }

    #[test]
    fn a_setting_is_found_where_clap_is_told_of_it() {
        let code =
            "#[arg(long, env = \"STORE_URL\", value_name = \"URL\")]\n#[arg(\n    env = \"PORT\"\n)]\nlet env = 1;";
        assert_eq!(named(code), ["STORE_URL", "PORT"]);
    }

    #[test]
    fn each_service_of_the_repository_has_settings_and_a_secret_of_its_own() {
        let facts = Facts::read().unwrap();
        for service in facts.ports.keys() {
            assert!(facts.settings[service].contains("API_TOKEN"), "{service}");
        }
        let secrets: BTreeSet<_> = facts.keys.iter().filter(|(_, key)| key == "API_TOKEN").collect();
        assert_eq!(secrets.len(), facts.ports.len());
    }
}
