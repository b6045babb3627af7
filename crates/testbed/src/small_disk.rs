//! A file system of 4 MiB, to be filled by a test.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Program, Running};

/// A file system of 4 MiB at a folder, for one program.
///
/// Where the kernel lets us, the program has it in a mount namespace of its own, which ends with it. Some distributions
/// keep plain users from that (Ubuntu 24.04, by `AppArmor`): there `sudo` mounts it, when it asks for no password, as on
/// the runners of GitHub.
#[derive(Debug)]
pub struct SmallDisk {
    folder: PathBuf,
    mounted: bool,
}

/// In the namespace it keeps the program's process id: each replaces the one before.
const ALONE: [&str; 4] = ["--map-root-user", "--mount", "sh", "-c"];
const TMPFS: &str = "mount -t tmpfs -o size=4m tmpfs";

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

impl SmallDisk {
    /// At this folder, which is made.
    ///
    /// # Panics
    /// When it cannot be had.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        std::fs::create_dir_all(&folder).expect("a folder can be made");
        let script = format!("{TMPFS} '{}'", folder.display());
        if succeeds(Command::new("unshare").args(ALONE).arg(&script)) {
            return Self { folder, mounted: false };
        }
        let mount = format!("{TMPFS} '{}' -o uid=$SUDO_UID", folder.display());
        let mounted = succeeds(Command::new("sudo").args(["--non-interactive", "sh", "-c"]).arg(mount));
        assert!(mounted, "no file system to fill: this test needs user namespaces, or sudo without a password");
        Self { folder, mounted }
    }

    /// The program at `path`, in tests `env!("CARGO_BIN_EXE_name")`, which has it.
    pub fn program(&self, path: impl AsRef<Path>) -> Program {
        if self.mounted {
            return Program::new(path);
        }
        let script = format!("{TMPFS} '{}' && exec '{}'", self.folder.display(), path.as_ref().display());
        Program::new("unshare").args(ALONE).arg(script)
    }

    /// The folder as that program sees it.
    pub fn seen_by(&self, running: &Running) -> PathBuf {
        let folder = self.folder.strip_prefix("/").unwrap_or(&self.folder);
        PathBuf::from(format!("/proc/{}/root", running.id())).join(folder)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if self.mounted {
            // lazily: the program may be ending yet
            let _ = succeeds(Command::new("sudo").args(["--non-interactive", "umount", "--lazy"]).arg(&self.folder));
        }
    }
}
