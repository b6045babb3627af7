//! The Debian mirrors that this machine takes its packages from.

use crate::command::{CommandExt, command};

/// A Debian archive, and where this machine gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Archive {
    /// The releases themselves.
    Main,
    /// Their security updates.
    Security,
}

/// The address of the mirror that this machine uses for that archive: asked of apt, so that whatever stands between
/// the machine and the public mirrors is used here too. `None` where the system is not Debian.
pub(crate) fn of(archive: Archive) -> Option<String> {
    let label = match archive {
        Archive::Main => "Debian main ",
        Archive::Security => "Debian-Security main ",
    };
    let found = || {
        let targets = command("apt-get").args(["indextargets", "--format=$(LABEL) $(COMPONENT) $(REPO_URI)"]).read();
        targets.ok()?.lines().find_map(|line| line.strip_prefix(label)).map(str::to_owned)
    };
    // apt knows the labels once it has fetched its lists
    found().or_else(|| if command("apt-get").args(["-qq", "update"]).succeeds() { found() } else { None })
}
