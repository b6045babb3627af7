//! The tools that a task needs and Cargo does not build: taken from the package registries when they are missing.
//!
//! What is installed is said, with the reason. Python tools live in a virtual environment each, under
//! `target/tools/`, Node tools likewise: nothing is put beside the user's own. Only Debian packages change the
//! machine, and only when the user is root.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command::{CommandExt, command};
use crate::workspace;

/// Whether a program of that name can be started.
pub fn has(program: &str) -> bool {
    path_of(program).is_some()
}

/// Where a program lies, by the search path.
pub fn path_of(program: &str) -> Option<PathBuf> {
    let search = std::env::var_os("PATH")?;
    // servers lie where the search path of a plain user does not lead
    let servers = ["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&search).chain(servers).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Whether packages can be installed here: Debian or a child of it, as root or by `sudo` without a password.
pub fn can_install() -> bool {
    has("apt-get") && (is_root() || command("sudo").args(["--non-interactive", "true"]).succeeds())
}

/// Whether we are root. Asked of `id`, since there is no safe call for it in the standard library.
pub fn is_root() -> bool {
    command("id").arg("-u").read().is_ok_and(|id| id == "0")
}

/// Make sure that Debian's `packages` are there, for `why`; each is named with a program by which it is recognised.
///
/// # Errors
/// When one is missing and we cannot install it: the message says what to install.
pub fn apt(why: &str, packages: &[(&str, &str)]) -> Result<()> {
    let missing: Vec<&str> =
        packages.iter().filter(|(_, program)| !has(program)).map(|(package, _)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    install(why, &missing)
}

/// Install Debian's `packages`, for `why`.
///
/// # Errors
/// When we cannot: the message says what to install.
pub fn install(why: &str, packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if !can_install() {
        bail!("{why} needs {names}: install that with your system's package manager, then try again");
    }
    println!("  installing {names} with apt-get, for {why}");
    as_root("apt-get -qq update", &[])?;
    as_root(INSTALL, packages)
}

/// Installs the packages that are its arguments. Those that bring a server must not start it, as Debian's do: what we
/// need we start ourselves, on ports that nobody else has. Debian asks this file whether it may.
const INSTALL: &str = r#"
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
        trap "rm -f $policy" EXIT
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod 755 $policy
    fi
    DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "$@"
"#;

fn as_root(script: &str, arguments: &[&str]) -> Result<()> {
    let mut shell = if is_root() { command("sh") } else { command("sudo") };
    if !is_root() {
        shell.arg("sh");
    }
    shell.args(["-c", script, "sh"]).args(arguments).quiet()
}

/// A Python environment of its own that holds `packages` (`name==version`), and the folder with its programs.
///
/// # Errors
/// When Python or its registry is out of reach.
pub fn python(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = folder(name);
    let wanted = packages.join("\n");
    if installed(&folder, &wanted) {
        return Ok(folder.join("bin"));
    }
    if !command("python3").args(["-c", "import ensurepip"]).succeeds() {
        // Debian ships the module apart from the interpreter
        install(name, &["python3-venv"])?;
    }
    println!("  installing {} from PyPI into {}", packages.join(" "), shown(&folder));
    let _ = std::fs::remove_dir_all(&folder);
    command("python3").args(["-m", "venv"]).arg(&folder).quiet()?;
    command(folder.join("bin/pip"))
        .args(["install", "--quiet", "--disable-pip-version-check"])
        .args(packages)
        .quiet()?;
    mark(&folder, &wanted)?;
    Ok(folder.join("bin"))
}

/// A folder of its own that holds the npm `packages` (`name@version`), and the folder with its programs.
///
/// # Errors
/// When Node or its registry is out of reach.
pub fn node(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = folder(name);
    let programs = folder.join("node_modules/.bin");
    let wanted = packages.join("\n");
    if installed(&folder, &wanted) {
        return Ok(programs);
    }
    apt(name, &[("nodejs", "node"), ("npm", "npm")])?;
    println!("  installing {} from npm into {}", packages.join(" "), shown(&folder));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)?;
    let mut npm = command("npm");
    npm.args(["install", "--silent", "--no-save", "--no-package-lock", "--prefix"])
        .arg(&folder)
        .args(packages)
        .quiet()?;
    mark(&folder, &wanted)?;
    Ok(programs)
}

/// Make sure that the Cargo subcommand `name` is there in some version; built from its crate when it is not.
///
/// # Errors
/// When it cannot be built.
pub fn cargo(name: &str, version: &str) -> Result<()> {
    if has(name) {
        return Ok(());
    }
    println!("  installing {name} {version} with cargo install: this takes some minutes, once");
    command("cargo").args(["install", "--locked", "--quiet", name, "--version", version]).run()
}

fn folder(name: &str) -> PathBuf {
    workspace::target().join("tools").join(name)
}

/// Written last, so that an install that was cut off is done again.
fn marker(folder: &Path) -> PathBuf {
    folder.join(".installed")
}

fn installed(folder: &Path, wanted: &str) -> bool {
    std::fs::read_to_string(marker(folder)).is_ok_and(|found| found == wanted)
}

fn mark(folder: &Path, wanted: &str) -> Result<()> {
    std::fs::write(marker(folder), wanted).with_context(|| format!("cannot write into {}", folder.display()))
}

fn shown(folder: &Path) -> String {
    folder.strip_prefix(workspace::root()).unwrap_or(folder).display().to_string()
}
