//! What goes from one job to the next: first the images that were tested, by their id; then where the registry has
//! them, by their digest.

use std::fmt::{self, Write};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

/// An image that was built and tested here, saved in a file beside the list.
#[derive(Debug, Serialize, Deserialize)]
pub struct Packed {
    /// The service's name.
    pub service: String,
    /// Its name in the engine, `polyops/inventory-api:dev`.
    pub image: String,
    /// Its content's hash, `sha256:…`: layers and settings, the same on every machine.
    pub id: String,
    /// The file that `docker save` wrote.
    pub file: String,
}

/// Images as the registry has them, from one commit.
#[derive(Debug, Serialize, Deserialize)]
pub struct Release {
    /// The commit they were built from.
    pub commit: String,
    /// One per service.
    pub images: Vec<Published>,
}

/// An image in the registry, named so that its content can never change.
#[derive(Debug, Serialize, Deserialize)]
pub struct Published {
    /// The service's name.
    pub service: String,
    /// Registry and repository, `ghcr.io/owner/name/inventory-api`.
    pub name: String,
    /// The manifest's hash, `sha256:…`.
    pub digest: String,
}

impl fmt::Display for Published {
    /// As a reference: what `docker pull` and `image:` in a compose file take.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.digest)
    }
}

impl Release {
    /// Read one that another job wrote, and check every part: each becomes part of a command on a server.
    ///
    /// # Errors
    /// When it is no release, or has a name or digest of a wrong form.
    pub fn parse(text: &str) -> Result<Self> {
        let release: Self = serde_json::from_str(text).context("these are not the digests that `publish` wrote")?;
        ensure!(!release.images.is_empty(), "the release holds no image");
        ensure!(is_hex(&release.commit, 7..=64), "`{}` is no commit", release.commit);
        for image in &release.images {
            ensure!(is_service(&image.service), "`{}` is no service's name", image.service);
            ensure!(is_image_name(&image.name), "`{}` is no image's name", image.name);
            let hash = image.digest.strip_prefix("sha256:").unwrap_or_default();
            ensure!(is_hex(hash, 64..=64), "`{}` is no digest", image.digest);
        }
        Ok(release)
    }

    /// The images as a table for people.
    pub fn table(&self) -> String {
        let mut table = String::from("| service | image | digest |\n|---|---|---|\n");
        for Published { service, name, digest } in &self.images {
            // writing to a String cannot fail
            let _ = writeln!(table, "| {service} | `{name}` | `{digest}` |");
        }
        table
    }

    /// The commit, as short as people write it.
    pub fn short(&self) -> &str {
        short(&self.commit)
    }
}

/// A commit in the twelve digits that are unique in any repository of this size.
pub fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}

/// Write it as JSON in one go: a reader sees the old file or the new one.
///
/// # Errors
/// When the folder cannot be written.
pub fn write<T: Serialize>(file: &Path, value: &T) -> Result<()> {
    let mut new = file.as_os_str().to_owned();
    new.push(".new");
    let json = serde_json::to_string_pretty(value)?;
    std::fs::write(&new, json + "\n")
        .and_then(|()| std::fs::rename(&new, file))
        .with_context(|| format!("cannot write {}", file.display()))
}

fn is_hex(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_service(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Lower case, digits and `.-_/`, and `:` before the registry's port.
/// <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests>
fn is_image_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_/:".contains(&byte);
    name.contains('/') && name.starts_with(|first: char| first.is_ascii_alphanumeric()) && name.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(service: &str, name: &str, digest: &str) -> Result<Release> {
        let image = Published { service: service.into(), name: name.into(), digest: digest.into() };
        let release = Release { commit: "0c48c63".into(), images: vec![image] };
        Release::parse(&serde_json::to_string(&release).unwrap())
    }

    #[test]
    fn what_publish_writes_is_read_back() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let read = release("inventory-api", "ghcr.io/o/r/inventory-api", &digest).unwrap();
        assert_eq!(read.images[0].to_string(), format!("ghcr.io/o/r/inventory-api@{digest}"));
    }

    #[test]
    fn a_part_that_could_become_a_command_is_refused() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for (service, name, digest) in [
            ("api; reboot", "ghcr.io/o/r/api", digest.as_str()),
            ("api", "ghcr.io/o/r/$(reboot)", &digest),
            ("api", "-v/o/r", &digest),
            ("api", "ghcr.io/o/r/api", "sha256:abc"),
            ("api", "ghcr.io/o/r/api", "latest"),
        ] {
            assert!(release(service, name, digest).is_err(), "{service} {name} {digest}");
        }
    }
}
