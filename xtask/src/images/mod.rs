//! Builds the container image of each service, and shows how large it is.

mod build;
mod report;

use anyhow::{Result, bail};

use self::report::Image;
use crate::base_images;
use crate::command::CommandExt;
use crate::docker::{self, Engine};
use crate::test::{IMAGES, nextest, readers_of_journeys};
use crate::workspace::{self, Service};

/// What an image may weigh, in megabytes of a million bytes, unpacked. The course allows 100: a static program and its
/// certificates need a fifth of that, and whoever adds more should notice.
const LIMIT_MB: u32 = 20;

/// Build the container image of each service and print their sizes.
#[derive(clap::Args)]
pub struct Args {
    /// Which ones; all when none is named
    services: Vec<String>,
    /// What follows the colon in the image's name
    #[arg(long, default_value = "dev")]
    tag: String,
    /// Leave the tests of the images out
    #[arg(long)]
    no_test: bool,
    /// Passed on to `docker build`, for instance: -- --cache-from type=gha --cache-to type=gha,mode=max
    #[arg(last = true)]
    build_options: Vec<String>,
}

/// What `cargo xtask images` does when nothing is said: every service, as `polyops/…:dev`.
impl Default for Args {
    fn default() -> Self {
        Self { services: Vec::new(), tag: "dev".to_owned(), no_test: false, build_options: Vec::new() }
    }
}

/// `cargo xtask images`
pub fn run(args: &Args) -> Result<()> {
    let services = selected(workspace::services()?, &args.services)?;
    let engine = docker::ensure("images")?;
    build_all(&engine, &services, args)?;
    if !args.no_test {
        test(&engine, &args.tag)?;
    }
    engine.keep_running();
    Ok(())
}

fn build_all(engine: &Engine, services: &[Service], args: &Args) -> Result<()> {
    // a builder of its own does not see the engine's images, and fetches what it needs by itself
    if std::env::var_os("BUILDX_BUILDER").is_none_or(|builder| builder.is_empty()) {
        base_images::for_images(engine)?;
    }
    let mut images = Vec::new();
    for service in services {
        let name = format!("polyops/{}:{}", service.name, args.tag);
        build::build(engine, &service.name, &name, &args.build_options)?;
        images.push(Image::inspect(engine, &name)?);
    }
    print!("{}", report::table(&images, LIMIT_MB));
    let too_large: Vec<&str> =
        images.iter().filter(|image| image.is_over(LIMIT_MB)).map(|image| &*image.name).collect();
    if !too_large.is_empty() {
        bail!("over the limit of {LIMIT_MB} MB: {}", too_large.join(", "));
    }
    Ok(())
}

/// Run the images as an administrator would, each alone and all together, and see how they behave.
fn test(engine: &Engine, tag: &str) -> Result<()> {
    // what the images stand on when they run together
    base_images::for_tests(engine)?;
    engine.compose()?;
    readers_of_journeys()?;
    let mut tests = nextest(IMAGES)?;
    tests.env("DOCKER", engine.client()).env("POLYOPS_IMAGE_TAG", tag).run()
}

fn selected(mut services: Vec<Service>, names: &[String]) -> Result<Vec<Service>> {
    if let Some(unknown) = names.iter().find(|name| !services.iter().any(|service| service.name == **name)) {
        let known: Vec<&str> = services.iter().map(|service| &*service.name).collect();
        bail!("no service is called `{unknown}`: there are {}", known.join(", "));
    }
    services.retain(|service| names.is_empty() || names.contains(&service.name));
    Ok(services)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::command::command;

    fn service(name: &str) -> Service {
        Service { name: name.to_owned(), port: 1, folder: name.into() }
    }

    #[test]
    fn all_services_are_built_when_none_is_named() {
        let all = || vec![service("a"), service("b")];
        assert_eq!(selected(all(), &[]).unwrap().len(), 2);
        assert_eq!(selected(all(), &["b".to_owned()]).unwrap()[0].name, "b");
    }

    #[test]
    fn an_unknown_service_is_refused_with_the_names_of_the_known() {
        let error = selected(vec![service("a")], &["z".to_owned()]).unwrap_err();
        assert_eq!(error.to_string(), "no service is called `z`: there are a");
    }

    /// Otherwise Cargo finds a member without a manifest, some minutes into a build.
    #[test]
    fn the_builder_sees_the_manifest_of_every_package() {
        let metadata =
            command("cargo").args(["metadata", "--no-deps", "--format-version=1", "--offline"]).read().unwrap();
        let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
        let allowed = std::fs::read_to_string(workspace::root().join(".dockerignore")).unwrap();
        let allowed: Vec<&str> = allowed.lines().filter_map(|line| line.strip_prefix('!')).collect();
        for package in metadata["packages"].as_array().unwrap() {
            let manifest = Path::new(package["manifest_path"].as_str().unwrap());
            let manifest = manifest.strip_prefix(workspace::root()).unwrap();
            let seen = allowed.iter().any(|path| manifest.starts_with(path));
            assert!(seen, ".dockerignore lacks the line `!{}`", manifest.display());
        }
    }
}
