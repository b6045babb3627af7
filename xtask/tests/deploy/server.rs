//! A server to deploy to: OpenSSH's own, for the user who runs the tests, on this machine, with keys of its own.

use std::fs::File;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::containers::Docker;
use crate::processes::Running;

/// Debian's and Ubuntu's place. OpenSSH must be started by its full path.
const SSHD: &str = "/usr/sbin/sshd";

/// A server that ends with this value.
pub struct Server {
    folder: TempDir,
    port: u16,
    running: Option<Running>,
    known_hosts: String,
}

impl Server {
    pub fn start(docker: &Docker) -> Self {
        let folder = TempDir::new().unwrap();
        for sub in ["bin", "docker/cli-plugins"] {
            std::fs::create_dir_all(folder.path().join(sub)).unwrap();
        }
        // what an administrator installed there: the client, and Compose
        let client = std::fs::canonicalize(docker.client()).unwrap_or_else(|_| "/usr/bin/docker".into());
        symlink(client, folder.path().join("bin/docker")).unwrap();
        if let Some(plugin) = docker.compose_plugin() {
            symlink(plugin, folder.path().join("docker/cli-plugins/docker-compose")).unwrap();
        }
        let mut server = Self { folder, port: 0, running: None, known_hosts: String::new() };
        server.make_key("host");
        server.make_key("client");
        std::fs::copy(server.path("client.pub"), server.path("authorized_keys")).unwrap();
        server.run();
        let host_key = std::fs::read_to_string(server.path("host.pub")).unwrap();
        server.known_hosts = format!("[127.0.0.1]:{} {host_key}", server.port);
        server
    }

    /// Who logs in where, as `DEPLOY_HOST` says it.
    pub fn host(&self) -> String {
        let user = Command::new("id").arg("-un").output().unwrap().stdout;
        format!("{}@127.0.0.1:{}", String::from_utf8(user).unwrap().trim(), self.port)
    }

    pub fn known_hosts(&self) -> &str {
        &self.known_hosts
    }

    pub fn client_key(&self) -> String {
        std::fs::read_to_string(self.path("client")).unwrap()
    }

    /// The folder into which releases go.
    pub fn site(&self) -> PathBuf {
        self.path("site")
    }

    /// The release that `current` names.
    pub fn current(&self) -> PathBuf {
        let link = self.site().join("current");
        std::fs::read_link(&link).map_or(link, |release| self.site().join(release))
    }

    /// As a deployment in that second of 1970 left it.
    pub fn add_release(&self, name: &str, image: &str, second: u64) {
        let release = self.site().join("releases").join(name);
        std::fs::create_dir_all(&release).unwrap();
        std::fs::write(release.join("release.env"), format!("INVENTORY_API_IMAGE={image}\n")).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
        File::open(release).unwrap().set_modified(time).unwrap();
    }

    /// The releases that lie there.
    pub fn releases(&self) -> Vec<String> {
        let found = std::fs::read_dir(self.site().join("releases")).unwrap().flatten();
        found.map(|release| release.file_name().to_string_lossy().into_owned()).collect()
    }

    pub fn is_untouched(&self) -> bool {
        !self.site().exists()
    }

    /// Set up anew, or another machine at its address.
    pub fn change_its_key(&mut self) {
        self.running = None;
        std::fs::remove_file(self.path("host")).unwrap();
        self.make_key("host");
        self.run();
    }

    pub fn forget_our_key(&mut self) {
        std::fs::write(self.path("authorized_keys"), "").unwrap();
    }

    pub fn holds_no_file_with(&self, words: &str) -> bool {
        !any_file(self.folder.path(), &|file| {
            std::fs::read(file).is_ok_and(|text| text.windows(words.len()).any(|part| part == words.as_bytes()))
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn make_key(&self, name: &str) {
        let mut keygen = Command::new("ssh-keygen");
        keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"]).arg(self.path(name));
        assert!(keygen.output().unwrap().status.success());
    }

    /// Run it on its port; the first time, on one that is free.
    fn run(&mut self) {
        // where root runs it, it locks part of itself into this empty folder
        let _ = std::fs::create_dir_all("/run/sshd");
        for _ in 0..5 {
            let port = if self.port == 0 { free_port() } else { self.port };
            std::fs::write(self.path("sshd_config"), self.config(port)).unwrap();
            let mut sshd = Command::new(SSHD);
            sshd.args(["-D", "-e", "-f"]).arg(self.path("sshd_config"));
            let mut running = Running::start(sshd, &self.path("sshd.log"));
            if running.says("Server listening on").is_some() {
                self.port = port;
                self.running = Some(running);
                return;
            }
            // someone else took the port meanwhile
            assert!(running.log().contains("Address already in use"), "{}", running.log());
        }
        panic!("no free port in five tries");
    }

    fn config(&self, port: u16) -> String {
        let folder = self.folder.path().display();
        format!(
            "ListenAddress 127.0.0.1:{port}\n\
             HostKey {folder}/host\n\
             AuthorizedKeysFile {folder}/authorized_keys\n\
             PidFile none\n\
             UsePAM no\n\
             StrictModes no\n\
             PasswordAuthentication no\n\
             KbdInteractiveAuthentication no\n\
             SetEnv PATH={folder}/bin:/usr/bin:/bin DOCKER_CONFIG={folder}/docker\n"
        )
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn any_file(folder: &Path, holds: &impl Fn(&Path) -> bool) -> bool {
    std::fs::read_dir(folder).unwrap().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() { any_file(&path, holds) } else { holds(&path) }
    })
}
