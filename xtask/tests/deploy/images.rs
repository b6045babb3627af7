//! The images that the tests deploy: the real service where it was built, and stand-ins that fail in a chosen way.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::containers::Docker;

/// The service that the tests look at. The others of the compose file run beside it, as stand-ins that are good.
pub const SERVICE: &str = "inventory-api";

/// Every service that is deployed, as the compose file names it.
pub fn services() -> Vec<&'static str> {
    let (mut services, mut key) = (Vec::new(), "");
    for line in include_str!("../../../deploy/compose.yaml").lines() {
        if line.trim_start().starts_with("image: ") {
            services.push(key);
        } else if let Some(name) = line.strip_prefix("  ").and_then(|line| line.strip_suffix(':')) {
            key = name;
        }
    }
    services
}

/// The tag of the real service's image, as `cargo xtask images` built it and the tests of the image find it.
fn real() -> String {
    let tag = std::env::var_os("POLYOPS_IMAGE_TAG").filter(|tag| !tag.is_empty()).unwrap_or_else(|| "dev".into());
    format!("polyops/{SERVICE}:{}", tag.display())
}

/// An image that exists for one test. Its name goes with it.
pub struct Image {
    docker: Docker,
    /// The tag of `polyops/inventory-api`, and of the others that are deployed with it.
    pub tag: String,
}

impl Image {
    fn new(docker: &Docker, name: &str) -> Self {
        Self { docker: docker.clone(), tag: format!("test-{name}-{}", std::process::id()) }
    }

    /// The image's name with its tag.
    pub fn name(&self) -> String {
        format!("polyops/{SERVICE}:{}", self.tag)
    }

    /// Whether the engine still has it.
    pub fn exists(&self) -> bool {
        self.docker.has_image(&self.name())
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        for service in services() {
            let _ =
                self.docker.command(&["image", "rm", "--force", &format!("polyops/{service}:{}", self.tag)]).output();
        }
    }
}

/// An image that keeps its promises: the real one, or a stand-in where only this package is tested.
pub fn good(docker: &Docker, name: &str) -> Image {
    let real = real();
    if !docker.has_image(&real) {
        return stand_in(docker, name, "good");
    }
    let image = Image::new(docker, name);
    docker.run(&["image", "tag", &real, &image.name()]);
    build_others(docker, &image);
    image
}

/// An image whose service behaves as `mode` says: `good`, `unhealthy`, `wrong contract`.
pub fn stand_in(docker: &Docker, name: &str, mode: &str) -> Image {
    let image = Image::new(docker, name);
    build(docker, SERVICE, &image.tag, mode);
    build_others(docker, &image);
    image
}

fn build_others(docker: &Docker, image: &Image) {
    for service in services().into_iter().filter(|service| *service != SERVICE) {
        build(docker, service, &image.tag, "good");
    }
}

fn build(docker: &Docker, service: &str, tag: &str, mode: &str) {
    let folder = TempDir::new().unwrap();
    std::fs::copy(program(), folder.path().join("service")).unwrap();
    let dockerfile = format!(
        "FROM scratch\n\
         COPY service /service\n\
         ENV MODE=\"{mode}\"\n\
         LABEL test=\"{tag}\"\n\
         USER 65532\n\
         STOPSIGNAL SIGKILL\n\
         HEALTHCHECK CMD [\"/service\", \"healthcheck\"]\n\
         ENTRYPOINT [\"/service\"]\n",
    );
    std::fs::write(folder.path().join("Dockerfile"), dockerfile).unwrap();
    let name = format!("polyops/{service}:{tag}");
    docker.run(&["image", "build", "--quiet", "--tag", &name, &folder.path().display().to_string()]);
}

/// The stand-in's program, compiled once: whoever comes first puts it there in one step.
fn program() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/deploy/stand_in/service.rs");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deploy-stand-in");
    let newer = |a: &Path, b: &Path| a.metadata().ok()?.modified().ok().zip(b.metadata().ok()?.modified().ok());
    if newer(&program, &source).is_some_and(|(program, source)| program > source) {
        return program;
    }
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let fresh = folder.path().join("service");
    let output = Command::new("rustc")
        .args(["--edition=2024", "-Copt-level=1", "-Cstrip=symbols", "-Ctarget-feature=+crt-static", "-o"])
        .args([&fresh, &source])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::rename(fresh, &program).unwrap();
    program
}
