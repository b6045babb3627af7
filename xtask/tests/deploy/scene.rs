//! What a test works with: a registry, a server, the pipeline's commands, and the containers that came of them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;
use ureq::Agent;

use crate::containers::Docker;
use crate::images::{Image, SERVICE, services};
use crate::registry::{self, Registry};
use crate::server::Server;

/// The commit that the tests publish.
pub const COMMIT: &str = "0c48c63a1b2c3d4e5f60718293a4b5c6d7e8f901";

/// Everything of one test. It cleans up after itself.
pub struct Scene {
    pub docker: Docker,
    pub registry: Registry,
    pub server: Server,
    project: String,
    files: TempDir,
    temporary: TempDir,
}

/// What `publish` handed on, of every service.
pub struct Release(Value);

impl Release {
    /// The digest of the service that the tests look at.
    pub fn digest(&self) -> String {
        let images = self.0["images"].as_array().unwrap();
        let image = images.iter().find(|image| image["service"] == SERVICE).unwrap();
        image["digest"].as_str().unwrap().to_owned()
    }
}

/// A command that ended.
pub struct Ended(Output);

impl Ended {
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&[&self.0.stdout[..], &self.0.stderr[..]].concat()).into_owned()
    }

    pub fn succeeded(&self) {
        assert!(self.0.status.success(), "{}", self.said());
    }

    /// What it said when it failed, as it must have.
    pub fn failed(&self) -> String {
        assert!(!self.0.status.success(), "{}", self.said());
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }
}

impl Scene {
    pub fn new(name: &str) -> Self {
        Self::with(name, true)
    }

    pub fn with_a_closed_registry(name: &str) -> Self {
        Self::with(name, false)
    }

    fn with(name: &str, open: bool) -> Self {
        let docker = Docker::find();
        let registry = Registry::start(&docker, open);
        let server = Server::start(&docker);
        let files = TempDir::new().unwrap();
        std::fs::create_dir(files.path().join("docker")).unwrap();
        std::fs::write(files.path().join("docker/config.json"), registry.login()).unwrap();
        let project = format!("polyops-test-{name}-{}", std::process::id());
        Self { docker, registry, server, project, files, temporary: TempDir::new().unwrap() }
    }

    pub fn pack(&self, image: &Image) -> Ended {
        let into = self.packed();
        self.run(["pack", "--tag", &image.tag, "--into", &into.display().to_string()], &[])
    }

    /// What a mix-up between two jobs would do.
    pub fn swap_packed_image(&self, other: &Image) {
        let file = self.packed().join(format!("{SERVICE}.tar")).display().to_string();
        let list = std::fs::read_to_string(self.packed().join("images.json")).unwrap();
        let listed: Vec<Value> = serde_json::from_str(&list).unwrap();
        let packed = listed.iter().find(|packed| packed["service"] == SERVICE).unwrap()["image"].as_str().unwrap();
        self.docker.run(&["image", "tag", &other.name(), packed]);
        self.docker.run(&["image", "save", packed, "--output", &file]);
    }

    pub fn push(&self) -> Ended {
        let registry = format!("{}/{}", self.registry.address(), registry::REPOSITORY);
        let (from, digests) = (self.packed(), self.digests());
        let docker = self.files.path().join("docker").display().to_string();
        self.run(
            ["publish", "--from", &from.display().to_string(), "--digests", &digests.display().to_string()],
            &[("REGISTRY", &registry), ("GITHUB_SHA", COMMIT), ("DOCKER_CONFIG", &docker)],
        )
    }

    pub fn publish(&self, image: &Image) -> Release {
        self.pack(image).succeeded();
        self.push().succeeded();
        Release(serde_json::from_str(&std::fs::read_to_string(self.digests()).unwrap()).unwrap())
    }

    pub fn deploy(&self, release: &Release) -> Ended {
        self.deploy_with(release, &[("REGISTRY_TOKEN", registry::PASSWORD)])
    }

    pub fn deploy_with(&self, release: &Release, settings: &[(&str, &str)]) -> Ended {
        let (host, key) = (self.server.host(), self.server.client_key());
        let server = [
            ("DEPLOY_HOST", host.as_str()),
            ("DEPLOY_KNOWN_HOSTS", self.server.known_hosts()),
            ("DEPLOY_SSH_KEY", &key),
            ("REGISTRY_USER", registry::USER),
        ];
        // an open registry takes no login
        let settings = if self.registry.is_open() { &[] } else { settings };
        let server = if self.registry.is_open() { &server[..3] } else { &server[..] };
        self.deploy_to(&self.server.site(), release, &[server, settings].concat())
    }

    pub fn deploy_here(&self, release: &Release) -> Ended {
        self.deploy_to(&self.files.path().join("site"), release, &[("DEPLOY_HOST", "")])
    }

    fn deploy_to(&self, folder: &Path, release: &Release, settings: &[(&str, &str)]) -> Ended {
        let release = release.0.to_string();
        let folder = folder.display().to_string();
        // any free port for each of them
        let ports =
            services().into_iter().map(|name| format!("--set={}_PORT=0", name.to_uppercase().replace('-', "_")));
        let ports: Vec<String> = ports.collect();
        let args = ["deploy", "--healthy-within=20", "--project", &self.project].into_iter();
        self.run(
            args.chain(ports.iter().map(String::as_str)),
            &[&[("RELEASE", release.as_str()), ("DEPLOY_FOLDER", &folder)], settings].concat(),
        )
    }

    fn run<'a>(&self, args: impl IntoIterator<Item = &'a str>, settings: &[(&str, &str)]) -> Ended {
        let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
        xtask.arg("pipeline").args(args);
        xtask.env("DOCKER", self.docker.client()).env("TMPDIR", self.temporary.path());
        xtask.env("GITHUB_STEP_SUMMARY", self.files.path().join("summary.md"));
        Ended(xtask.envs(settings.iter().copied()).output().unwrap())
    }

    pub fn summary(&self) -> String {
        std::fs::read_to_string(self.files.path().join("summary.md")).unwrap_or_default()
    }

    /// The container of the service; empty when there is none.
    pub fn container(&self) -> String {
        let project = format!("--filter=label=com.docker.compose.project={}", self.project);
        let service = format!("--filter=label=com.docker.compose.service={SERVICE}");
        self.docker.run(&["container", "ls", "--quiet", "--no-trunc", &project, &service])
    }

    /// The digest by which the running container's image was named.
    pub fn running_digest(&self) -> String {
        let image = self.docker.run(&["container", "inspect", "--format={{.Config.Image}}", &self.container()]);
        image.split_once('@').map(|(_, digest)| digest.to_owned()).unwrap_or(image)
    }

    /// The volume of the service, with the time at which it was made.
    pub fn volume(&self) -> String {
        let project = format!("--filter=label=com.docker.compose.project={}", self.project);
        let volume = "--filter=label=com.docker.compose.volume=inventory-data";
        let name = self.docker.run(&["volume", "ls", "--quiet", &project, volume]);
        assert!(!name.is_empty(), "the service must have a volume");
        self.docker.run(&["volume", "inspect", "--format={{.Name}} {{.CreatedAt}}", &name])
    }

    /// What the running service answers.
    pub fn answers(&self, path: &str) -> String {
        let published = self.docker.run(&["container", "port", &self.container(), "5000/tcp"]);
        let agent: Agent = Agent::config_builder().proxy(None).build().into();
        agent.get(format!("http://{published}{path}")).call().unwrap().body_mut().read_to_string().unwrap()
    }

    pub fn left_in_the_temporary_folder(&self) -> Vec<String> {
        let left = std::fs::read_dir(self.temporary.path()).unwrap().flatten();
        left.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    fn packed(&self) -> PathBuf {
        self.files.path().join("packed")
    }

    fn digests(&self) -> PathBuf {
        self.files.path().join("digests.json")
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.docker.sweep(&self.project);
        self.docker.forget_images(self.registry.address());
    }
}
