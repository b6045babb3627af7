//! Where commands run: on a server over SSH, or here. Everything above this file is the same for both.

use std::fmt;
use std::fs::{OpenOptions, Permissions};
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use super::host::Host;
use crate::command::command;
use crate::docker::Engine;
use crate::workspace;

/// The exit code by which `ssh` says that it did not get through.
const NOT_CONNECTED: i32 = 255;
/// How long a forwarded port may take to open: 50 steps of 0.2 s.
const STEPS: u32 = 50;
const STEP: Duration = Duration::from_millis(200);

/// A machine with a shell and Docker.
pub enum Target {
    /// A server.
    Server(Server),
    /// This machine, with the programs that it has.
    Here {
        /// The Docker engine.
        engine: Engine,
        /// The words that call Docker Compose.
        compose: String,
    },
}

/// A server that we may log in to.
pub struct Server {
    ssh: PathBuf,
    host: Host,
    /// The key and the known hosts, for us alone. Both are gone when this value is.
    secrets: TempDir,
}

/// A way to a port of the target. It closes with this value.
pub struct Door {
    address: String,
    tunnel: Option<Child>,
}

impl Target {
    /// This machine.
    ///
    /// # Errors
    /// When Docker Compose cannot be had.
    pub fn here(engine: Engine) -> Result<Self> {
        let compose = engine.compose()?;
        let words = std::iter::once(compose.get_program()).chain(compose.get_args());
        let words: Vec<String> = words.map(|word| format!("\"{}\"", word.display())).collect();
        Ok(Self::Here { engine, compose: words.join(" ") })
    }

    /// Let what was deployed go on after us.
    pub fn leave(self) {
        if let Self::Here { engine, .. } = self {
            engine.keep_running();
        }
    }

    /// A server, which must have one of the keys in `known_hosts`.
    ///
    /// # Errors
    /// When the secrets cannot be put into a file.
    pub fn over_ssh(ssh: &Path, host: Host, known_hosts: &str, key: &str) -> Result<Self> {
        let secrets = tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir()?;
        let keep = |name: &str, text: &str| -> Result<()> {
            let mut file =
                OpenOptions::new().write(true).create_new(true).mode(0o600).open(secrets.path().join(name))?;
            // a key that lost its last newline on its way through a form is no key to OpenSSH
            writeln!(file, "{}", text.trim_end().replace("\r\n", "\n"))?;
            Ok(())
        };
        keep("key", key)?;
        keep("known_hosts", known_hosts)?;
        Ok(Self::Server(Server { ssh: ssh.to_owned(), host, secrets }))
    }

    /// Run a script of the POSIX shell there, with `input` as its standard input. Gives back what it wrote.
    ///
    /// # Errors
    /// When it fails, with what it said.
    pub fn shell(&self, script: &str, input: &[u8]) -> Result<String> {
        let mut command = match self {
            Self::Server(server) => {
                let mut ssh = server.command();
                let script = format!("compose() {{ docker compose \"$@\"; }}; set -eu; {script}");
                // whatever shell the user has there, it only has to start this one
                ssh.arg(format!("sh -c '{}'", script.replace('\'', r"'\''")));
                ssh
            }
            Self::Here { engine, compose } => {
                let mut shell = shell();
                shell.arg(format!(
                    "docker() {{ \"{}\" \"$@\"; }}; compose() {{ {compose} \"$@\"; }}; set -eu; {script}",
                    engine.client().display()
                ));
                shell
            }
        };
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start `{}`: is it installed?", command.get_program().display()))?;
        if let Some(mut stdin) = child.stdin.take() {
            // one that ends early closes the pipe: its exit code says why
            let _ = stdin.write_all(input);
        }
        let output = child.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned());
        }
        match self {
            Self::Server(server) if output.status.code() == Some(NOT_CONNECTED) => {
                bail!("cannot log in to {}: {}", server.host, refusal(said.trim()))
            }
            _ => bail!("a command failed on {self} ({}):\n{}", output.status, said.trim()),
        }
    }

    /// Open a way to `port` on the target's own address.
    ///
    /// # Errors
    /// When it does not open.
    pub fn reach(&self, port: u16) -> Result<Door> {
        match self {
            Self::Here { .. } => Ok(Door { address: format!("http://127.0.0.1:{port}"), tunnel: None }),
            Self::Server(server) => server.forward(port),
        }
    }
}

impl Server {
    /// `ssh` to this server, ready for what it should do there. The user's own settings play no part.
    fn command(&self) -> Command {
        let mut ssh = without_secrets(command(&self.ssh));
        ssh.args(["-F", "none", "-i"]).arg(self.secrets.path().join("key"));
        let known_hosts = self.secrets.path().join("known_hosts");
        for option in [
            &format!("UserKnownHostsFile={}", known_hosts.display()),
            "GlobalKnownHostsFile=none",
            "StrictHostKeyChecking=yes",
            "IdentitiesOnly=yes",
            "BatchMode=yes",
            "ConnectTimeout=10",
            "ConnectionAttempts=3",
            "ServerAliveInterval=15",
            "LogLevel=ERROR",
        ] {
            ssh.args(["-o", option]);
        }
        ssh.args(["-p", &self.host.port.to_string(), &self.host.to_string()]);
        ssh
    }

    fn forward(&self, port: u16) -> Result<Door> {
        // `ssh -L` cannot choose a free port itself
        let free = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut ssh = self.command();
        ssh.args(["-N", "-o", "ExitOnForwardFailure=yes", "-L", &format!("127.0.0.1:{free}:127.0.0.1:{port}")]);
        let tunnel = ssh.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn()?;
        let mut door = Door { address: format!("http://127.0.0.1:{free}"), tunnel: Some(tunnel) };
        for _ in 0..STEPS {
            if TcpStream::connect(("127.0.0.1", free)).is_ok() {
                return Ok(door);
            }
            let ended = door.tunnel.as_mut().is_none_or(|tunnel| !matches!(tunnel.try_wait(), Ok(None)));
            ensure!(!ended, "the tunnel to port {port} of {} ended", self.host);
            sleep(STEP);
        }
        bail!("the tunnel to port {port} of {} does not open", self.host)
    }
}

impl Door {
    /// The address on this side, `http://127.0.0.1:…`.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        if let Some(tunnel) = &mut self.tunnel {
            let _ = tunnel.kill();
            let _ = tunnel.wait();
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(server) => write!(f, "{}", server.host),
            Self::Here { .. } => f.write_str("this machine"),
        }
    }
}

fn shell() -> Command {
    let mut shell = without_secrets(command("sh"));
    // where the folder of a release on this machine begins; on a server it is the user's home
    shell.current_dir(workspace::target()).arg("-c");
    shell
}

/// The commands that we run need none of our secrets.
fn without_secrets(mut command: Command) -> Command {
    command.env_remove("DEPLOY_SSH_KEY").env_remove("REGISTRY_TOKEN");
    command
}

/// What OpenSSH says, and what to do about the two refusals that people meet.
fn refusal(said: &str) -> String {
    let advice = if said.contains("Host key verification failed") {
        "\nThe server has another key than DEPLOY_KNOWN_HOSTS says. If it was set up anew, compare its key \
         (`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`, on the server) before you change the setting."
    } else if said.contains("Permission denied") {
        "\nThe public half of DEPLOY_SSH_KEY belongs into ~/.ssh/authorized_keys of that user."
    } else {
        ""
    };
    format!("{said}{advice}")
}
