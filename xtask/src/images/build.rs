//! One `docker build`, with its progress in one line and the whole of it in a log.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

use crate::command::{CommandExt, command};
use crate::docker::Engine;
use crate::workspace;

/// Build the stage `service` of the `Dockerfile` as the image `name`.
pub(super) fn build(engine: &Engine, service: &str, name: &str, options: &[String]) -> Result<()> {
    let log = workspace::target().join(format!("images/{service}.log"));
    std::fs::create_dir_all(workspace::target().join("images"))?;
    let mut file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    println!("  building {name}, the log is {}", log.display());
    let mut child = start(engine, service, name, options)?;
    let progress =
        ProgressBar::new_spinner().with_style(ProgressStyle::with_template("  {spinner} {elapsed} {wide_msg}")?);
    progress.enable_steady_tick(Duration::from_millis(200));
    let mut compiled = 0_u32;
    // BuildKit reports on standard error, and writes nothing else anywhere
    let output = child.stderr.take().context("standard error was not kept")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        writeln!(file, "{line}")?;
        if let Some((_, package)) = line.split_once(" Compiling ") {
            compiled += 1;
            progress.set_message(format!("{compiled} crates, now {package}"));
            // in a log nothing moves: say at times that it goes on
            if progress.is_hidden() && compiled.is_multiple_of(50) {
                println!("    {compiled} crates compiled");
            }
        } else if let Some((_, step)) = line.split_once(" [") {
            progress.set_message(format!("[{step}"));
        }
    }
    let status = child.wait()?;
    progress.finish_and_clear();
    if !status.success() {
        bail!("cannot build {name}; the end of {}:\n{}", log.display(), end_of(&std::fs::read_to_string(&log)?));
    }
    println!("  built {name} in {} s, {compiled} crates compiled", progress.elapsed().as_secs());
    Ok(())
}

fn start(engine: &Engine, service: &str, name: &str, options: &[String]) -> Result<Child> {
    let mut docker = engine.command();
    docker.args(["build", "--progress=plain", "--target", service, "--tag", name]);
    for (argument, value) in labels() {
        docker.arg("--build-arg").arg(format!("{argument}={value}"));
    }
    docker.args(options).arg(".");
    docker.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().context("cannot start Docker")
}

/// What the `Dockerfile` cannot know. The time is the commit's, not the build's: one commit gives one image.
/// Where there is no repository (a downloaded archive), the `Dockerfile`'s own defaults stay.
fn labels() -> Vec<(&'static str, String)> {
    let git = |args: &[&str]| command("git").args(args).read().ok();
    let known = [
        ("VERSION", Some(env!("CARGO_PKG_VERSION").to_owned())),
        ("REVISION", git(&["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"])),
        ("CREATED", git(&["show", "--no-patch", "--format=%cI", "HEAD"])),
        ("SOURCE", git(&["remote", "get-url", "origin"]).and_then(|url| page_of(&url))),
    ];
    known.into_iter().filter_map(|(argument, value)| Some((argument, value?))).collect()
}

/// The page of a repository, from the address that git fetches it from; a folder has none. What stands before an `@` may
/// be a password.
fn page_of(remote: &str) -> Option<String> {
    let remote = remote.trim_end_matches(".git");
    let (scheme, rest) = match remote.split_once("://") {
        Some(parts) => parts,
        // as git tells the short form for SSH from a path: by a colon before any slash
        None if remote.split('/').next()?.contains(':') => ("ssh", remote),
        None => return None,
    };
    let place = rest.rsplit_once('@').map_or(rest, |(_secret, place)| place);
    match scheme {
        "file" => None,
        "ssh" => Some(format!("https://{}", place.replacen(':', "/", 1))),
        other => Some(format!("{other}://{place}")),
    }
}

fn end_of(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_is_a_page_without_secrets() {
        let page = "https://example.org/team/app";
        assert_eq!(page_of("https://example.org/team/app.git").as_deref(), Some(page));
        assert_eq!(page_of("https://user:secret@example.org/team/app").as_deref(), Some(page));
        assert_eq!(page_of("git@example.org:team/app.git").as_deref(), Some(page));
        assert_eq!(page_of("ssh://git@example.org/team/app.git").as_deref(), Some(page));
    }

    #[test]
    fn a_folder_has_no_page() {
        assert_eq!(page_of("/home/student/app"), None);
        assert_eq!(page_of("../app.git"), None);
        assert_eq!(page_of("file:///home/student/app"), None);
    }
}
