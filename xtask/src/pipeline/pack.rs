//! Save the images that were built and tested. `docs/decisions/0004-build-once.md` says why they go from job to job as
//! files, and not through the registry.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use super::release::{self, Packed};
use super::report::Report;
use crate::command::CommandExt;
use crate::{docker, workspace};

/// Which images, and where to.
#[derive(clap::Args)]
pub struct Args {
    /// The services; all of the workspace unless told otherwise
    #[arg(long = "service", value_name = "NAME")]
    services: Vec<String>,
    /// The tag of the images `polyops/<service>` that were tested
    #[arg(long, default_value = "dev")]
    tag: String,
    /// The folder to fill
    #[arg(long, value_name = "FOLDER", default_value_os_t = folder())]
    into: PathBuf,
    #[command(flatten)]
    report: Report,
}

/// Where packed images lie unless told otherwise.
pub fn folder() -> PathBuf {
    workspace::target().join("packed")
}

/// The list of what was packed, beside the files.
pub const LIST: &str = "images.json";

/// Save each image, and list them with their ids.
///
/// # Errors
/// When an image is not there.
pub fn run(args: &Args) -> Result<()> {
    let engine = docker::ensure("packing images")?;
    std::fs::create_dir_all(&args.into).with_context(|| format!("cannot make {}", args.into.display()))?;
    let mut packed = Vec::new();
    for service in services(&args.services)? {
        let image = format!("polyops/{service}:{}", args.tag);
        ensure!(engine.has_image(&image), "there is no image {image}: build it with `cargo xtask images`");
        let id = engine.command().args(["image", "inspect", "--format={{.Id}}", &image]).read()?;
        let file = format!("{service}.tar");
        engine.command().args(["image", "save", &image, "--output"]).arg(args.into.join(&file)).quiet()?;
        println!("packed {image} ({id})");
        packed.push(Packed { service, image, id, file });
    }
    release::write(&args.into.join(LIST), &packed)?;
    // the jobs that look at each image: one list, this one
    let names: Vec<&str> = packed.iter().map(|image| image.service.as_str()).collect();
    args.report.output("services", &serde_json::to_string(&names)?)
}

fn services(wanted: &[String]) -> Result<Vec<String>> {
    let all: Vec<String> = workspace::services()?.into_iter().map(|service| service.name).collect();
    if wanted.is_empty() {
        return Ok(all);
    }
    for name in wanted {
        ensure!(all.contains(name), "there is no service {name}; there are {}", all.join(", "));
    }
    Ok(wanted.to_vec())
}
