//! Docker's own commands, the same that a person would type.

use std::ffi::OsString;
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use testbed::containers::{LABEL, owner};

/// What the containers of these tests take for a write.
const TOKEN: &str = "a-token-for-the-tests-of-the-image";

/// A service, and its image.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    /// Its package, its program and its image.
    pub name: &'static str,
    /// The port it listens on.
    port: &'static str,
}

/// Every service that the `Dockerfile` makes an image of: `cargo xtask lint` sees that none is missing there.
pub fn services() -> Vec<Service> {
    let stages = DOCKERFILE.split("\nFROM ").filter_map(|stage| {
        let (head, rest) = stage.split_once('\n')?;
        let name = head.strip_prefix("service AS ")?;
        let port = rest.lines().find_map(|line| line.strip_prefix("EXPOSE ")).expect("a service has a port");
        Some(Service { name, port })
    });
    stages.collect()
}

pub const DOCKERFILE: &str = include_str!("../../../Dockerfile");

impl Service {
    /// The image under test.
    pub fn image(self) -> String {
        let tag =
            setting("POLYOPS_IMAGE_TAG").and_then(|tag| tag.into_string().ok()).unwrap_or_else(|| "dev".to_owned());
        let name = format!("polyops/{}:{tag}", self.name);
        let found = run(&["image", "inspect", &name]);
        assert!(
            found.status.success(),
            "there is no image {name}: build it with `cargo xtask images`\n{}",
            said(&found)
        );
        name
    }
}

/// Run Docker with these arguments. Gives back what it wrote to standard output, without the newline at the end.
pub fn docker(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "`docker {}` failed:\n{}", arguments.join(" "), said(&output));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// Run Docker with these arguments, which must fail. Gives back what it wrote to standard error.
pub fn docker_fails(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(!output.status.success(), "`docker {}` did not fail", arguments.join(" "));
    said(&output)
}

fn run(arguments: &[&str]) -> Output {
    let client = setting("DOCKER").unwrap_or_else(|| "docker".into());
    Command::new(client).args(arguments).output().expect("Docker is there: `cargo xtask test` sets it up")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn setting(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// A volume, which is removed with this value.
pub struct Volume(String);

impl Volume {
    pub fn new() -> Self {
        Self(docker(&["volume", "create", "--label", &ours()]))
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        run(&["volume", "rm", &self.0]);
    }
}

/// A container of the image, which is removed with this value.
pub struct Container {
    pub id: String,
    address: String,
}

impl Container {
    /// Start the image with the least that it may need: it writes to its volume alone, and has no rights at all.
    pub fn start(service: Service) -> Self {
        Self::start_with(service, &[])
    }

    /// Start it likewise, with its data in this volume.
    pub fn start_on(service: Service, volume: &Volume) -> Self {
        Self::start_with(service, &["--volume", &format!("{}:/data", volume.0)])
    }

    fn start_with(service: Service, options: &[&str]) -> Self {
        let (label, token, image) = (ours(), format!("API_TOKEN={TOKEN}"), service.image());
        let port = format!("--publish=127.0.0.1::{}", service.port);
        let hardened = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"];
        let mut arguments = vec!["run", "--detach", "--label", &label, "--env", &token, &port];
        arguments.extend(hardened.iter().chain(options));
        // a backup does not start without a token for what it copies
        let documents_token = format!("DOCUMENTS_TOKEN={TOKEN}");
        if service.name == "documents-backup" {
            arguments.extend(["--env", &documents_token]);
        }
        arguments.push(&image);
        let id = docker(&arguments);
        let address = docker(&["port", &id, &format!("{}/tcp", service.port)]);
        Self { id, address }
    }

    /// Wait until the image's own health check has found it healthy.
    pub fn wait_until_healthy(&self) {
        let state = || docker(&["inspect", "--format={{.State.Health.Status}} {{.State.Status}}", &self.id]);
        // a minute: six times the time that the image gives itself to start. Where the machine is busy it may have missed a
        // question meanwhile, and is healthy at the next
        for _ in 0..300 {
            match state().as_str() {
                "healthy running" => return,
                "starting running" | "unhealthy running" => sleep(Duration::from_millis(200)),
                _ => break,
            }
        }
        panic!("the container is {}:\n{}", state(), said(&run(&["logs", &self.id])));
    }

    /// The JSON that a path answers with.
    pub fn get(&self, path: &str) -> Value {
        let request = ureq::get(self.url(path)).header("authorization", format!("Bearer {TOKEN}"));
        let mut answer = request.call().expect("it answers with success");
        answer.body_mut().read_json().expect("it answers in JSON")
    }

    /// The status that a path answers with.
    pub fn status(&self, path: &str) -> u16 {
        let settings = ureq::Agent::config_builder().http_status_as_error(false).build();
        settings.new_agent().get(self.url(path)).call().expect("it answers").status().as_u16()
    }

    pub fn post(&self, path: &str, body: &Value) {
        let request = ureq::post(self.url(path)).header("authorization", format!("Bearer {TOKEN}"));
        request.send_json(body).expect("it takes what is sent");
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        run(&["rm", "--force", "--volumes", &self.id]);
    }
}

fn ours() -> String {
    format!("{LABEL}={}", owner())
}
