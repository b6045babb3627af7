//! What all containers that tests start have in common.

use std::fs::File;
use std::path::Path;

/// Marks a container or a volume as ours: its value is [`owner`]. `cargo xtask test` removes what bears it at the end
/// of a run, also what a killed test left behind.
pub const LABEL: &str = "dev.polyops.testbed";

/// Whose containers these are: the folder of this workspace. Two clones on one machine do not share, nor remove, each
/// other's.
///
/// # Panics
/// When this crate does not lie in `crates/`.
pub fn owner() -> &'static str {
    root().to_str().expect("the path of the workspace is Unicode, since Cargo passed it on")
}

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("this crate lies two folders below the root")
}

/// Waits until no other process of this workspace holds the lock `name`, and then holds it until it is dropped, or
/// until this process ends, however it ends.
pub(crate) fn lock(name: &str) -> std::io::Result<File> {
    let folder = root().join("target/testbed");
    std::fs::create_dir_all(&folder)?;
    let file = File::create(folder.join(name).with_extension("lock"))?;
    file.lock()?;
    Ok(file)
}
