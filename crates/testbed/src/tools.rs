//! Programs that are not ours, and files that are theirs to read.

use std::path::PathBuf;

use crate::containers::root;

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

/// A program of a Python package, in the environment of its name that `cargo xtask test` makes under the target folder.
///
/// # Panics
/// When it is not there.
pub fn of_python(program: &str) -> PathBuf {
    of_python_in(program, program)
}

/// A program of the Python environment of this name, which may hold several packages; `python3` is one of them.
///
/// # Panics
/// When it is not there.
pub fn of_python_in(environment: &str, program: &str) -> PathBuf {
    installed(environment, &format!("bin/{program}"))
}

/// What was put into a folder of its own under the target folder.
fn installed(folder: &str, path: &str) -> PathBuf {
    // as `xtask` reads it, which installs them
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |set| root().join(set));
    let path = target.join("tools").join(folder).join(path);
    assert!(path.exists(), "{} is not there: `cargo xtask test` installs it", path.display());
    path
}

/// A file of the repository that people copy, and that a test tries: from the root, as in `deploy/ansible/inventory.sh`.
pub fn file(path: &str) -> PathBuf {
    root().join(path)
}

/// The npm packages that `cargo xtask test` has put into the folder of this name: for `NODE_PATH`.
///
/// # Panics
/// When they are not there.
pub fn node_modules(folder: &str) -> PathBuf {
    installed(folder, "node_modules")
}
