//! Docker Compose, version 2, wherever it comes from.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Engine;
use super::mirror::{self, Archive};
use crate::command::{CommandExt, command};
use crate::workspace;

/// Debian 12 has Compose 1 only. The next suite's plugin is one program that needs nothing newer than Debian 12 has,
/// so it is unpacked from its package and the machine stays as it is.
const SUITE: &str = "trixie";
const PACKAGE: &str = "docker-compose";
const PLUGIN: &str = "usr/libexec/docker/cli-plugins/docker-compose";

/// `docker compose` where the plugin is there; else Debian's, under `target/tools/compose/`.
pub(super) fn ready(engine: &Engine) -> Result<Command> {
    if engine.command().args(["compose", "version"]).succeeds() {
        let mut compose = engine.command();
        compose.arg("compose");
        return Ok(compose);
    }
    // the plugin is a program of its own too: `docker compose up` is `docker-compose up`
    let tools = workspace::target().join("tools");
    let program = tools.join("compose").join(PLUGIN);
    if !program.is_file() {
        println!("  unpacking {PACKAGE} from Debian's {SUITE} into target/tools/compose");
        // moved there once it is whole
        let unpacked = tools.join("compose.part");
        unpack(&unpacked)
            .and_then(|()| Ok(std::fs::rename(&unpacked, tools.join("compose"))?))
            .context("cannot get Docker Compose 2: install its plugin (https://docs.docker.com/compose/install/)")?;
    }
    Ok(command(&program))
}

/// Fetch the package with apt's own checks of signature and sum, from lists of our own: the machine's are not touched.
fn unpack(folder: &Path) -> Result<()> {
    let _ = std::fs::remove_dir_all(folder);
    let Some(mirror) = mirror::of(Archive::Main) else { bail!("this system's packages do not come from Debian") };
    let (lists, cache) = (folder.join("lists"), folder.join("cache"));
    std::fs::create_dir_all(lists.join("partial"))?;
    std::fs::create_dir_all(cache.join("archives/partial"))?;
    let sources = folder.join("sources.list");
    std::fs::write(
        &sources,
        format!("deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {mirror} {SUITE} main\n"),
    )?;
    let apt = || {
        let mut apt = command("apt-get");
        apt.current_dir(folder).arg("-qq");
        for (option, value) in [
            ("Dir::State::lists", lists.as_path()),
            ("Dir::Cache", &cache),
            ("Dir::Etc::sourcelist", &sources),
            ("Dir::Etc::sourceparts", Path::new("/dev/null")),
            ("Acquire::Languages", Path::new("none")),
            // apt gives up root for downloads, and may then not write into our folder
            ("APT::Sandbox::User", Path::new("root")),
        ] {
            apt.arg("--option").arg(format!("{option}={}", value.display()));
        }
        apt
    };
    apt().arg("update").quiet()?;
    apt().args(["download", PACKAGE]).quiet()?;
    let archive = archive_in(folder)?;
    command("dpkg-deb").arg("--extract").arg(&archive).arg(folder).quiet()?;
    std::fs::remove_file(archive)?;
    std::fs::remove_dir_all(cache)?;
    std::fs::remove_dir_all(lists)?;
    Ok(())
}

fn archive_in(folder: &Path) -> Result<PathBuf> {
    std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .context("apt-get downloaded nothing")
}
