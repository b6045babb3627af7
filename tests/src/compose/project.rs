//! A Compose project: its name, its ports, its network, its files.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use testbed::process::free_port;

use super::Service;
use super::docker::{self, docker};

/// What the names of all projects of tests begin with; the process follows, and a number.
const PREFIX: &str = "polyops-test-";

/// Of this process.
static PROJECTS: AtomicU32 = AtomicU32::new(0);

#[derive(Debug)]
pub(super) struct Project {
    name: String,
    files: Vec<PathBuf>,
    /// Variables of `compose.yaml`.
    variables: Vec<(String, String)>,
}

impl Project {
    /// Bring it up, and wait until all is healthy.
    pub fn up(files: &[PathBuf], limit: Duration) -> Self {
        remove_what_killed_tests_left();
        let limit = format!("--wait-timeout={}", limit.as_secs());
        // a port that was free may be gone when Docker asks for it: then others
        for _ in 0..3 {
            let project = Self::new(files.to_owned());
            let up = project.run(&["up", "--detach", "--wait", &limit, "--no-build", "--quiet-pull"]);
            if up.status.success() {
                return project;
            }
            let said = docker::said(&up);
            let taken = ["port is already allocated", "address already in use", "Pool overlaps"];
            assert!(
                taken.iter().any(|taken| said.contains(taken)),
                "it does not come up:\n{said}\n{}",
                project.story()
            );
        }
        panic!("no free ports in three attempts");
    }

    fn new(files: Vec<PathBuf>) -> Self {
        let number = PROJECTS.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}-{number}", std::process::id());
        let ports = ["HTTPS_PORT".to_owned(), "HTTP_PORT".to_owned()];
        let ports = ports.into_iter().chain(Service::ALL.map(Service::port_variable));
        let mut variables: Vec<(String, String)> =
            ports.map(|variable| (variable, free_port().expect("127.0.0.1 has a free port").to_string())).collect();
        let https: u16 = variables[0].1.parse().expect("a port is a number");
        variables.push(("PUBLIC_URL".to_owned(), format!("https://localhost:{https}")));
        // a network that no other project has: nobody else has the port either
        let [high, low] = https.to_be_bytes();
        variables.push(("SUBNET".to_owned(), format!("10.{high}.{low}")));
        if let Some(tag) = docker::setting("POLYOPS_IMAGE_TAG").and_then(|tag| tag.into_string().ok()) {
            variables.push(("POLYOPS_IMAGE_TAG".to_owned(), tag));
        }
        Self { name, files, variables }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn port(&self, variable: &str) -> u16 {
        let found = self.variables.iter().find(|(name, _)| name == variable);
        found.and_then(|(_, port)| port.parse().ok()).unwrap_or_else(|| panic!("there is no port {variable}"))
    }

    /// Run Compose to a good end. Gives back what it wrote to standard output.
    pub fn compose(&self, arguments: &[&str]) -> String {
        let done = self.try_compose(arguments);
        done.unwrap_or_else(|said| panic!("`compose {}` failed:\n{said}", arguments.join(" ")))
    }

    /// Run Compose. Gives back what it wrote to standard output, or all that it said when it failed.
    pub fn try_compose(&self, arguments: &[&str]) -> Result<String, String> {
        let output = self.run(arguments);
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
        } else {
            Err(docker::said(&output))
        }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().expect("Compose can be started")
    }

    /// What a developer has set, here or in `.env`, must not change a test.
    fn command(&self) -> Command {
        let mut compose = docker::compose();
        let kept = |name: &str| ["PATH", "HOME", "TMPDIR"].contains(&name) || name.starts_with("DOCKER_");
        let kept = std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(kept));
        compose.env_clear().envs(kept).envs(self.variables.iter().map(|(name, value)| (name, value)));
        compose.args(["--env-file", "/dev/null", "--progress", "quiet", "--project-name", &self.name]);
        for file in &self.files {
            compose.arg("--file").arg(file);
        }
        compose
    }

    pub fn container(&self, service: &str) -> String {
        let id = self.compose(&["ps", "--all", "--quiet", service]);
        assert!(!id.is_empty(), "{service} has no container");
        id
    }

    pub fn services(&self) -> Vec<String> {
        let mut services: Vec<String> =
            self.compose(&["ps", "--all", "--services"]).lines().map(str::to_owned).collect();
        services.sort_unstable();
        services
    }

    /// A file of a container, also of one that has no shell.
    pub fn read(&self, service: &str, path: &str) -> Vec<u8> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let copy = folder.path().join("file");
        docker(&["cp", &format!("{}:{path}", self.container(service)), copy.to_str().expect("it is Unicode")]);
        std::fs::read(copy).expect("it was copied")
    }

    pub fn down(&self) {
        self.compose(&["down", "--volumes", "--timeout=1"]);
    }

    /// How each container is doing, and what those say last that are not well.
    fn story(&self) -> String {
        let list = docker::said(&self.run(&["ps", "--all", "--format", "{{.Service}}: {{.Status}}"]));
        let sick = list.lines().filter(|line| !line.contains("(healthy)") && !line.contains("Exited (0)"));
        let logs = sick.filter_map(|line| line.split_once(": ")).map(|(service, _)| {
            format!("── {service}\n{}", docker::said(&self.run(&["logs", "--no-log-prefix", "--tail=20", service])))
        });
        let logs: String = logs.collect();
        format!("{list}\n{logs}")
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let down = self.run(&["down", "--volumes", "--timeout=1"]);
        if !down.status.success() {
            eprintln!("a test's project {} was not removed: {}", self.name, docker::said(&down));
        }
    }
}

/// A test that is killed cannot clear up: whoever comes next does it, when the process is gone.
fn remove_what_killed_tests_left() {
    for project in docker::projects(PREFIX) {
        let process = project.trim_start_matches(PREFIX).split('-').next().unwrap_or_default();
        if !std::path::Path::new("/proc").join(process).exists() {
            docker::remove(&project);
        }
    }
}
