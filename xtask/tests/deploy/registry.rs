//! A registry of our own: Debian's package where it is installed, else the official image.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::containers::Docker;
use crate::images::SERVICE;
use crate::processes::Running;

pub const USER: &str = "reader";
pub const PASSWORD: &str = "a-password-for-tests";
/// That user with that password, as `htpasswd -nbB` writes it.
const HTPASSWD: &str = "reader:$2b$05$xxwbk2v8Dfqa4z55.v0wwOAEPSaeq5eGx6KEXRSbvzqBSUdPyZxQa\n";

/// The repository into which the tests publish.
pub const REPOSITORY: &str = "owner/inventory";

/// A registry that ends with this value, and its data with it.
pub struct Registry {
    address: String,
    open: bool,
    /// Where it runs in a container, its name: the container outlives the client that started it.
    container: Option<(Docker, String)>,
    _running: Running,
    _data: TempDir,
}

impl Registry {
    pub fn start(docker: &Docker, open: bool) -> Self {
        let data = TempDir::new().unwrap();
        let path = |name: &str| data.path().join(name).display().to_string();
        let mut settings = vec![
            // 0: any free port; it says which
            ("REGISTRY_HTTP_ADDR", "127.0.0.1:0".to_owned()),
            ("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", path("images")),
        ];
        if !open {
            std::fs::write(path("htpasswd"), HTPASSWD).unwrap();
            settings.push(("REGISTRY_AUTH", "htpasswd".into()));
            settings.push(("REGISTRY_AUTH_HTPASSWD_REALM", "tests".into()));
            settings.push(("REGISTRY_AUTH_HTPASSWD_PATH", path("htpasswd")));
        }
        let (program, container) = program(docker, data.path(), &settings);
        let mut running = Running::start(program, &data.path().join("log"));
        let Some(said) = running.says("listening on ") else { panic!("the registry ended:\n{}", running.log()) };
        let address = said.split('"').next().unwrap().to_owned();
        Self { address, open, container, _running: running, _data: data }
    }

    /// `127.0.0.1:port`, which Docker trusts without TLS.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether it takes everybody.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Docker's settings for whoever may push.
    pub fn login(&self) -> String {
        // base64 of `USER:PASSWORD`
        let auth = "cmVhZGVyOmEtcGFzc3dvcmQtZm9yLXRlc3Rz";
        if self.open { "{}".into() } else { format!(r#"{{"auths":{{"{}":{{"auth":"{auth}"}}}}}}"#, self.address) }
    }

    /// The digest to which a tag leads.
    pub fn digest_of(&self, tag: &str) -> String {
        let answer = self.ask(tag);
        assert_eq!(answer.status(), 200, "{tag}");
        answer.headers()["docker-content-digest"].to_str().unwrap().to_owned()
    }

    pub fn has_anything(&self) -> bool {
        self.ask("main").status() != 404
    }

    fn ask(&self, tag: &str) -> Response<Body> {
        let agent: Agent = Agent::config_builder().http_status_as_error(false).proxy(None).build().into();
        let url = format!("http://{}/v2/{REPOSITORY}/{SERVICE}/manifests/{tag}", self.address);
        agent.get(url).header("Accept", "application/vnd.docker.distribution.manifest.v2+json").call().unwrap()
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        if let Some((docker, name)) = &self.container {
            let _ = docker.command(&["container", "rm", "--force", "--volumes", name]).output();
        }
    }
}

fn program(docker: &Docker, data: &Path, settings: &[(&str, String)]) -> (Command, Option<(Docker, String)>) {
    if Command::new("docker-registry").arg("--version").output().is_ok() {
        let config = data.join("config.yml");
        std::fs::write(&config, "version: 0.1\nstorage:\n  filesystem: {}\n").unwrap();
        let mut program = Command::new("docker-registry");
        program.arg("serve").arg(config).envs(settings.iter().map(|(name, value)| (name, value)));
        return (program, None);
    }
    // as unique as the folder
    let name = format!("polyops-test-registry{}", data.file_name().unwrap_or_default().display());
    let mut program = docker.command(&["run", "--rm", "--init", "--network=host", "--name", &name]);
    program.arg(format!("--volume={0}:{0}", data.display()));
    program.args(settings.iter().map(|(name, value)| format!("--env={name}={value}")));
    program.arg("registry:2");
    (program, Some((docker.clone(), name)))
}
