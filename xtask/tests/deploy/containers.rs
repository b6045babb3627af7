//! The Docker engine of this machine, and what a test leaves in it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The client, and the folder of settings that it uses for these tests.
#[derive(Clone)]
pub struct Docker(PathBuf);

impl Docker {
    /// The client that `DOCKER` names, as `cargo xtask test` sets it; else the system's, else the first one.
    pub fn find() -> Self {
        let system = Path::new("/usr/bin/docker");
        let found = if system.is_file() { system.to_owned() } else { "docker".into() };
        Self(std::env::var_os("DOCKER").map_or(found, PathBuf::from))
    }

    pub fn client(&self) -> &Path {
        &self.0
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut docker = Command::new(&self.0);
        docker.env("DOCKER_BUILDKIT", "1").args(args);
        docker
    }

    /// Run it to a good end. Gives back what it wrote.
    pub fn run(&self, args: &[&str]) -> String {
        let output = self.command(args).output().expect("Docker is installed");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "docker {}: {said}", args.join(" "));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    pub fn has_image(&self, name: &str) -> bool {
        self.command(&["image", "inspect", name]).output().is_ok_and(|output| output.status.success())
    }

    /// Whether Compose 2 is there: as the client's plugin, or as `cargo xtask test` unpacks it.
    pub fn compose_plugin(&self) -> Option<PathBuf> {
        if self.command(&["compose", "version"]).output().is_ok_and(|output| output.status.success()) {
            return None;
        }
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in target/");
        let unpacked = target.join("tools/compose/usr/libexec/docker/cli-plugins/docker-compose");
        assert!(unpacked.is_file(), "Docker Compose 2 is missing: `cargo xtask test` sets up what the tests need");
        Some(unpacked)
    }

    /// Remove all that a compose project left.
    pub fn sweep(&self, project: &str) {
        let label = format!("--filter=label=com.docker.compose.project={project}");
        for (kind, list, remove) in [
            ("container", vec!["ls", "--all", "--quiet"], vec!["rm", "--force", "--volumes"]),
            ("volume", vec!["ls", "--quiet"], vec!["rm", "--force"]),
            ("network", vec!["ls", "--quiet"], vec!["rm"]),
        ] {
            let found = self.run(&[&[kind], list.as_slice(), &[&label]].concat());
            let found: Vec<&str> = found.lines().collect();
            if !found.is_empty() {
                self.run(&[&[kind], remove.as_slice(), &found].concat());
            }
        }
    }

    /// Take away the names of images that begin so; an image without a name goes with its last one.
    pub fn forget_images(&self, prefix: &str) {
        let format = "--format={{.Repository}}:{{.Tag}} {{.Repository}}@{{.Digest}}";
        let known = self.run(&["image", "ls", "--digests", format]);
        for name in known.split_whitespace().filter(|name| name.starts_with(prefix) && !name.contains("<none>")) {
            let _ = self.command(&["image", "rm", "--force", name]).output();
        }
    }
}
