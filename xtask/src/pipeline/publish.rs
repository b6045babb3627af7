//! On `main`: the images that were tested go to the registry.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use super::pack;
use super::release::{self, Packed, Published, Release};
use super::report::Report;
use crate::command::CommandExt;
use crate::docker::{self, Engine};
use crate::workspace;

/// Which images, and where to.
#[derive(clap::Args)]
pub struct Args {
    /// The folder that `pack` filled
    #[arg(long, value_name = "FOLDER", default_value_os_t = pack::folder())]
    from: PathBuf,
    /// Registry and path before the service's name; GitHub's own for this repository unless told otherwise
    #[arg(long, env = "REGISTRY", value_name = "HOST/PATH")]
    registry: Option<String>,
    /// The repository, as `owner/name`
    #[arg(long, env = "GITHUB_REPOSITORY", default_value = "")]
    repository: String,
    /// The commit from which they were built
    #[arg(long, env = "GITHUB_SHA")]
    commit: String,
    /// The branch that it lies on: a second tag, which moves with it
    #[arg(long, default_value = "main")]
    branch: String,
    /// The file into which the digests are written
    #[arg(long, value_name = "FILE", default_value_os_t = digests())]
    digests: PathBuf,
    #[command(flatten)]
    report: Report,
}

/// Where the digests lie unless told otherwise.
pub fn digests() -> PathBuf {
    workspace::target().join("digests.json")
}

/// Push each packed image, and hand its digest on.
///
/// # Errors
/// When an image is not the one that was tested, or the registry does not take it.
pub fn run(args: &Args) -> Result<()> {
    let list = args.from.join(pack::LIST);
    let list = std::fs::read_to_string(&list)
        .with_context(|| format!("cannot read {}: pack the images first", list.display()))?;
    let packed: Vec<Packed> = serde_json::from_str(&list).context("the list of packed images is damaged")?;
    let engine = docker::ensure("publishing images")?;
    let mut images = Vec::new();
    for image in &packed {
        load(&engine, args, image)?;
        images.push(push(&engine, args, image)?);
    }
    let release = Release { commit: args.commit.clone(), images };
    release::write(&args.digests, &release)?;
    args.report.output("release", &serde_json::to_string(&release)?)?;
    args.report.output("images", &serde_json::to_string(&release.images)?)?;
    args.report.say(&format!("### Published, from commit {}\n\n{}", release.short(), release.table()))
}

/// Bring the image into this machine's engine, and see that it is the one that was tested.
fn load(engine: &Engine, args: &Args, image: &Packed) -> Result<()> {
    engine.command().args(["image", "load", "--quiet", "--input"]).arg(args.from.join(&image.file)).quiet()?;
    let id = engine.command().args(["image", "inspect", "--format={{.Id}}", &image.image]).read()?;
    ensure!(
        id == image.id,
        "{} is not the image that was tested: it is {id}, the list says {}. Nothing more is published.",
        image.file,
        image.id
    );
    Ok(())
}

/// Push under both tags. The digest is the one that the registry acknowledged.
fn push(engine: &Engine, args: &Args, image: &Packed) -> Result<Published> {
    let name = format!("{}/{}", registry(args)?, image.service);
    let mut digest = None;
    for tag in [&format!("sha-{}", release::short(&args.commit)), &args.branch] {
        let reference = format!("{name}:{tag}");
        println!("pushing {reference}");
        engine.command().args(["image", "tag", &image.image, &reference]).quiet()?;
        let said = engine.command().args(["image", "push", &reference]).read()?;
        digest = Some(acknowledged(&said).with_context(|| format!("no digest came back for {reference}:\n{said}"))?);
    }
    let digest = digest.context("there is no tag to push")?;
    Ok(Published { service: image.service.clone(), name, digest })
}

/// From `docker push`'s last line: `main: digest: sha256:… size: 528`.
fn acknowledged(said: &str) -> Option<String> {
    let (_, rest) = said.lines().rev().find_map(|line| line.split_once("digest: "))?;
    rest.split_whitespace().next().map(str::to_owned)
}

fn registry(args: &Args) -> Result<String> {
    match args.registry.as_deref().filter(|set| !set.is_empty()) {
        Some(registry) => Ok(registry.trim_end_matches('/').to_owned()),
        None if args.repository.is_empty() => bail!("say where to publish: --registry, or GITHUB_REPOSITORY"),
        // an owner may have capitals, an image's name may not
        None => Ok(format!("ghcr.io/{}", args.repository.to_lowercase())),
    }
}
