//! Rust's official image, from this machine's own toolchain: compilers of this age are in no Debian package.

use anyhow::{Result, ensure};

use super::{label, recipe};
use crate::command::{CommandExt, command};
use crate::docker::Engine;

/// Make the image. Its tag says which version the toolchain must have.
pub(super) fn make(engine: &Engine, name: &str) -> Result<()> {
    let release = command("rustc").arg("--version").read()?;
    let wanted = version(name);
    ensure!(
        release.starts_with(&format!("rustc {wanted}.")),
        "{name} is made from this machine's toolchain, which is {release}: install it with `rustup toolchain install {wanted}` and make it the default"
    );
    let host = command("rustc").args(["--print", "host-tuple"]).read()?;
    let sysroot = command("rustc").args(["--print", "sysroot"]).read()?;
    engine
        .command()
        .args(["build", "--quiet", "--tag", name, "--label", &label()])
        .arg("--file")
        .arg(recipe("rust").join("Dockerfile"))
        .args(["--build-arg", &format!("HOST={host}")])
        // the toolchain itself is the context: BuildKit sends only the folders that are copied
        .arg(sysroot)
        .quiet()
}

/// `1.95` of `rust:1.95-slim-bookworm`.
fn version(name: &str) -> &str {
    let tag = name.split_once(':').map_or(name, |(_, tag)| tag);
    tag.split_once('-').map_or(tag, |(version, _)| version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_begins_with_the_version() {
        assert_eq!(version("rust:1.95-slim-bookworm"), "1.95");
    }
}
