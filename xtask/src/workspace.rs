//! Where things are, and which services there are.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::command::{CommandExt, command};

/// The workspace's root: the folder above this package.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies one folder below the root")
}

/// Where the workspace builds: `target/`, or what `CARGO_TARGET_DIR` says.
pub fn target() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "this is cargo's own setting, not one of ours")]
    let set = std::env::var("CARGO_TARGET_DIR");
    set.map_or_else(|_| root().join("target"), |folder| root().join(folder))
}

/// A service of the workspace: a package whose manifest has `[package.metadata.service]`.
#[derive(Debug, Clone)]
pub struct Service {
    /// The package's name, which is also its program's and its image's.
    pub name: String,
    /// The port it listens on unless told otherwise.
    pub port: u16,
    /// Its folder, where `swagger.yaml` lies.
    pub folder: PathBuf,
}

/// Every service of the workspace, by name.
pub fn services() -> Result<Vec<Service>> {
    let metadata = command("cargo").args(["metadata", "--no-deps", "--format-version=1", "--offline"]).read()?;
    let metadata: Metadata = serde_json::from_str(&metadata).context("cannot read what `cargo metadata` says")?;
    let mut services: Vec<Service> = metadata.packages.into_iter().filter_map(Package::service).collect();
    services.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(services)
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    metadata: Option<PackageMetadata>,
}

#[derive(Deserialize)]
struct PackageMetadata {
    service: Option<ServiceMetadata>,
}

#[derive(Deserialize)]
struct ServiceMetadata {
    port: u16,
}

impl Package {
    fn service(self) -> Option<Service> {
        let service = self.metadata?.service?;
        let folder = self.manifest_path.parent()?.to_owned();
        Some(Service { name: self.name, port: service.port, folder })
    }
}
