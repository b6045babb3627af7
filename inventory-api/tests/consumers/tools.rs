//! Programs that are not ours.

use std::path::{Path, PathBuf};

/// A program of a Debian package, by the search path.
///
/// # Panics
/// When it is not installed.
pub fn of_debian(program: &str, package: &str) -> PathBuf {
    let search = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&search).map(|folder| folder.join(program)).find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!("{program} is not installed: `cargo xtask test` installs it, from Debian's package {package}")
    })
}

/// A program of a Python package, in the environment that `cargo xtask test` makes for it under the target folder.
///
/// # Panics
/// When it is not there.
pub fn of_python(program: &str) -> PathBuf {
    // cargo tells its tests about `target/tmp`, wherever the target folder is
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a folder in the target folder");
    let path = target.join("tools").join(program).join("bin").join(program);
    assert!(path.is_file(), "{} is not there: `cargo xtask test` installs it", path.display());
    path
}

/// A file of the repository that people copy, and that a test tries: from the root, as in `deploy/ansible/inventory.sh`.
pub fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository's root is one folder above").join(path)
}
