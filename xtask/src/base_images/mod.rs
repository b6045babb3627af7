//! The base images: pulled where a registry can be reached, made from Debian packages where none can.
//!
//! What we make bears the public image's name, so that neither the `Dockerfile` nor a test knows which of the two it
//! stands on. To add one: a folder under `xtask/base-images/` with its `Dockerfile`, and a line in [`ALL`].

mod debian;
mod rust;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

use crate::command::CommandExt;
use crate::docker::{self, Engine};
use crate::{tools, workspace};

/// Bases first: an image stands below those that are built from it.
const ALL: [BaseImage; 10] = [
    BaseImage { name: "debian:bookworm-slim", recipe: Recipe::Debian },
    BaseImage { name: "rust:1.95-slim-bookworm", recipe: Recipe::Rust },
    BaseImage { name: "postgres:15-bookworm", recipe: Recipe::Packages("postgres") },
    BaseImage { name: "mariadb:10.11", recipe: Recipe::Packages("mariadb") },
    BaseImage { name: "redis:7.0-bookworm", recipe: Recipe::Packages("redis") },
    BaseImage { name: "rabbitmq:3.10", recipe: Recipe::Packages("rabbitmq") },
    BaseImage { name: "caddy:2.6", recipe: Recipe::Packages("caddy") },
    BaseImage { name: "prom/prometheus:v2.42.0", recipe: Recipe::Packages("prometheus") },
    BaseImage { name: "prom/alertmanager:v0.25.0", recipe: Recipe::Packages("alertmanager") },
    BaseImage { name: "prom/blackbox-exporter:v0.23.0", recipe: Recipe::Packages("blackbox-exporter") },
];

/// Marks what was made here, so that a public image is never replaced.
const STAND_IN: &str = "dev.polyops.stand-in";

/// Make the base images from Debian packages, where no container registry can be reached.
#[derive(clap::Args)]
pub struct Args {
    /// Which ones, by name (`postgres`) or with the tag (`postgres:15-bookworm`); all when none is named
    names: Vec<String>,
    /// Make those again that were made here before
    #[arg(long)]
    force: bool,
}

struct BaseImage {
    name: &'static str,
    recipe: Recipe,
}

enum Recipe {
    /// The smallest Debian, unpacked from its packages.
    Debian,
    /// This machine's Rust toolchain on top of Debian.
    Rust,
    /// A `Dockerfile` in this folder of `xtask/base-images/` that installs Debian packages.
    Packages(&'static str),
}

/// Where an image of that name comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Missing,
    Public,
    MadeHere,
}

/// `cargo xtask base-images`
pub fn run(args: &Args) -> Result<()> {
    let wanted = if args.names.is_empty() {
        ALL.iter().collect()
    } else {
        args.names.iter().map(|name| find(name)).collect::<Result<Vec<_>>>()?
    };
    let engine = docker::ensure("base images")?;
    for image in wanted {
        match image.origin(&engine) {
            Origin::Public => println!("  {}: here, and public: left alone", image.name),
            Origin::MadeHere if args.force => image.make(&engine)?,
            Origin::MadeHere => println!("  {}: here, made before (--force makes it again)", image.name),
            Origin::Missing => image.get(&engine)?,
        }
    }
    engine.keep_running();
    Ok(())
}

/// Make sure that the images which our `Dockerfile` builds upon are here.
///
/// # Errors
/// When one can neither be pulled nor made.
pub fn for_images(engine: &Engine) -> Result<()> {
    let dockerfile = std::fs::read_to_string(workspace::root().join("Dockerfile")).context("cannot read Dockerfile")?;
    bases(&dockerfile).into_iter().try_for_each(|name| provide(engine, name))
}

/// Make sure that the images which the tests start containers from are here.
///
/// # Errors
/// When one can neither be pulled nor made.
pub fn for_tests(engine: &Engine) -> Result<()> {
    ALL.iter()
        .filter(|image| matches!(image.recipe, Recipe::Packages(_)))
        .try_for_each(|image| provide(engine, image.name))
}

fn provide(engine: &Engine, name: &str) -> Result<()> {
    if engine.has_image(name) { Ok(()) } else { find(name)?.get(engine) }
}

fn find(name: &str) -> Result<&'static BaseImage> {
    ALL.iter().find(|image| image.name == name || image.short_name() == name).with_context(|| {
        let known: Vec<_> = ALL.iter().map(|image| image.name).collect();
        format!("no base image is called `{name}`: there are {}", known.join(", "))
    })
}

impl BaseImage {
    fn short_name(&self) -> &'static str {
        self.name.split_once(':').map_or(self.name, |(name, _tag)| name)
    }

    fn origin(&self, engine: &Engine) -> Origin {
        let label = format!("--format={{{{index .Config.Labels {STAND_IN:?}}}}}");
        match engine.command().args(["image", "inspect", &label, self.name]).read() {
            Err(_) => Origin::Missing,
            Ok(value) if value == "1" => Origin::MadeHere,
            Ok(_) => Origin::Public,
        }
    }

    /// Pull it, or else make it.
    fn get(&self, engine: &Engine) -> Result<()> {
        println!("  pulling {}", self.name);
        let Err(refusal) = engine.command().args(["pull", "--quiet", self.name]).quiet() else { return Ok(()) };
        let refusal = refusal.to_string();
        let reason = refusal.lines().last().unwrap_or_default();
        if !(tools::is_root() && tools::can_install()) {
            bail!("cannot pull {}, and only root on Debian or Ubuntu can make it instead: {reason}", self.name);
        }
        println!("  no registry gives it ({reason})");
        self.make(engine)
    }

    /// Make it from Debian packages, under its public name.
    fn make(&self, engine: &Engine) -> Result<()> {
        let progress = ProgressBar::new_spinner()
            .with_style(ProgressStyle::with_template("  {spinner} {msg} ({elapsed})")?)
            .with_message(format!("making {} from Debian packages", self.name));
        progress.enable_steady_tick(std::time::Duration::from_millis(200));
        match self.recipe {
            Recipe::Debian => debian::make(engine, self.name)?,
            Recipe::Rust => {
                provide(engine, "debian:bookworm-slim")?;
                rust::make(engine, self.name)?;
            }
            Recipe::Packages(folder) => {
                provide(engine, "debian:bookworm-slim")?;
                self.build(engine, folder)?;
            }
        }
        let took = progress.elapsed().as_secs();
        progress.finish_and_clear();
        println!("  made {} from Debian packages in {took} s", self.name);
        Ok(())
    }

    fn build(&self, engine: &Engine, folder: &str) -> Result<()> {
        engine.command().args(["build", "--quiet", "--tag", self.name, "--label", &label()]).arg(recipe(folder)).quiet()
    }
}

fn label() -> String {
    format!("{STAND_IN}=1")
}

/// The folder of that stand-in's `Dockerfile`.
fn recipe(name: &str) -> PathBuf {
    workspace::root().join("xtask/base-images").join(name)
}

/// The images that a `Dockerfile` takes from elsewhere: what follows `FROM`, without its own stages and `scratch`.
fn bases(dockerfile: &str) -> Vec<&str> {
    let (mut stages, mut bases) = (vec!["scratch"], Vec::new());
    for line in dockerfile.lines() {
        let mut words = line.split_whitespace();
        if words.next() != Some("FROM") {
            continue;
        }
        let Some(base) = words.find(|word| !word.starts_with("--")) else { continue };
        if !stages.contains(&base) && !bases.contains(&base) {
            bases.push(base);
        }
        stages.extend(words.nth(1));
    }
    bases
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_and_scratch_are_no_bases() {
        let dockerfile = "FROM --platform=$BUILDPLATFORM rust:1 AS build\nRUN true\nFROM build AS more\nFROM scratch\nFROM rust:1 AS again\nFROM nginx:1\n";
        assert_eq!(bases(dockerfile), ["rust:1", "nginx:1"]);
    }

    #[test]
    fn every_base_of_our_dockerfile_can_be_made() {
        let dockerfile = std::fs::read_to_string(workspace::root().join("Dockerfile")).unwrap();
        let bases = bases(&dockerfile);
        assert!(!bases.is_empty());
        for base in bases {
            find(base).unwrap();
        }
    }

    #[test]
    fn an_image_is_found_with_and_without_its_tag() {
        assert_eq!(find("postgres").unwrap().name, find("postgres:15-bookworm").unwrap().name);
        assert!(find("postgres:9").is_err());
    }
}
