//! Debian itself, unpacked from its packages: what every other stand-in is built from.

use std::path::Path;

use anyhow::Result;

use super::label;
use crate::command::{CommandExt, command};
use crate::docker::Engine;
use crate::docker::mirror::{self, Archive};
use crate::{tools, workspace};

const SUITE: &str = "bookworm";
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";
/// Certificate authorities that this machine trusts besides the usual ones, a proxy's for instance. Cargo must trust
/// them too when it runs in a build; the images that we ship take Debian's own set instead.
const LOCAL_CAS: &str = "/usr/local/share/ca-certificates";
/// What apt needs to get through to its mirror from here, and hence needs in the image too.
const NETWORK: [&str; 4] =
    ["Acquire::http::Proxy", "Acquire::https::Proxy", "Acquire::Check-Valid-Until", "Acquire::Check-Date"];

/// Make the image.
pub(super) fn make(engine: &Engine, name: &str) -> Result<()> {
    tools::apt("base images", &[("mmdebstrap", "mmdebstrap")])?;
    if !Path::new(KEYRING).is_file() {
        tools::install("base images", &["debian-archive-keyring"])?;
    }
    let archive = workspace::target().join("debian.tar");
    std::fs::create_dir_all(workspace::target())?;
    let mut build = command("mmdebstrap");
    build.args(["--variant=minbase", "--include=ca-certificates"]);
    for option in apt_options()? {
        build.arg(format!("--aptopt={option}"));
    }
    for left_out in ["doc", "man", "info", "locale", "lintian"] {
        build.arg(format!("--dpkgopt=path-exclude=/usr/share/{left_out}/*"));
    }
    // an image that is cut off half-way is thrown away: no need to wait for the disk at each file
    build.arg("--dpkgopt=force-unsafe-io");
    if Path::new(LOCAL_CAS).is_dir() {
        build.arg(format!("--customize-hook=copy-in {LOCAL_CAS} /usr/local/share"));
        build.arg("--customize-hook=chroot \"$1\" update-ca-certificates");
    }
    // packages must not start their services while an image is built
    build.arg("--customize-hook=printf '#!/bin/sh\\nexit 101\\n' > \"$1/usr/sbin/policy-rc.d\"");
    build.arg("--customize-hook=chmod 755 \"$1/usr/sbin/policy-rc.d\"");
    build.arg(SUITE).arg(&archive).args(sources()).quiet()?;
    let mut import = engine.command();
    import.args(["import", "--change", "CMD [\"bash\"]", "--change"]).arg(format!("LABEL {}", label()));
    import.arg(&archive).arg(name).quiet()?;
    std::fs::remove_file(&archive)?;
    Ok(())
}

/// Lines for `sources.list`. None where this machine knows no Debian mirror: the tool then takes the public one.
fn sources() -> Vec<String> {
    let line = |mirror: &str, suite: &str| format!("deb [signed-by={KEYRING}] {mirror} {suite} main");
    let mut lines = Vec::new();
    if let Some(mirror) = mirror::of(Archive::Main) {
        lines.push(line(&mirror, SUITE));
        lines.push(line(&mirror, &format!("{SUITE}-updates")));
    }
    if let Some(mirror) = mirror::of(Archive::Security) {
        lines.push(line(&mirror, &format!("{SUITE}-security")));
    }
    lines
}

fn apt_options() -> Result<Vec<String>> {
    let mut dump = command("apt-config");
    let set = dump.args(["dump", "--no-empty", "--format=%F \"%v\"%n"]).args(NETWORK).read()?;
    let ours = ["APT::Install-Recommends \"false\"", "Acquire::Languages \"none\""];
    Ok(set.lines().chain(ours).map(str::to_owned).collect())
}
