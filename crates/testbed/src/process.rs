//! A real program, started, watched and ended by a test.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::wait;

/// How long a program may take to answer for the first time. A debug build on a busy machine needs two seconds.
const START_LIMIT: Duration = Duration::from_secs(30);

/// How long a program may take to end.
const END_LIMIT: Duration = Duration::from_secs(30);

/// What is to be run, and how.
#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    port: Option<u16>,
    ready_at: String,
}

impl Program {
    /// The program at `path`, in tests `env!("CARGO_BIN_EXE_name")`.
    ///
    /// It sees none of this process's environment but `PATH`, `HOME` and `TMPDIR`: what a developer has set must not
    /// change a test.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            arguments: Vec::new(),
            environment: Vec::new(),
            port: None,
            ready_at: "/livez".to_owned(),
        }
    }

    /// Add an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Add arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = A>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// Set an environment variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// The port to listen on, given to it as `PORT`. Without it, a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// The path that answers 200 when the program is ready; `/livez` without this.
    #[must_use]
    pub fn ready_at(mut self, path: impl Into<String>) -> Self {
        self.ready_at = path.into();
        self
    }

    /// Start it, and wait until it answers.
    ///
    /// # Panics
    /// When it cannot be started, ends, or does not answer within 30 s; with what it had printed.
    pub fn start(&self) -> Running {
        // a port that was free may be gone when the program asks for it: then another one
        for _ in 0..3 {
            let mut running = self.spawn();
            let ready = wait::until("the program's first answer", START_LIMIT, || {
                if running.answers(&self.ready_at) {
                    return Some(true);
                }
                running.child.try_wait().expect("a child can be asked for its status").map(|_| false)
            });
            if ready {
                return running;
            }
            let status = running.wait();
            let said = running.stderr();
            assert!(self.port.is_none() && said.contains("in use"), "it ended at its start with {status}:\n{said}");
        }
        panic!("no free port in three attempts");
    }

    /// Start it, without waiting: for programs that do one thing and end.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn spawn(&self) -> Running {
        let port = self.port.unwrap_or_else(|| free_port().expect("127.0.0.1 has a free port"));
        let kept = std::env::vars_os().filter(|(name, _)| ["PATH", "HOME", "TMPDIR"].iter().any(|kept| name == kept));
        let mut child = Command::new(&self.path)
            .args(&self.arguments)
            .env_clear()
            .envs(kept)
            .env("PORT", port.to_string())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", self.path.display()));
        let stdout = Output::collect(child.stdout.take().expect("stdout is piped"));
        let stderr = Output::collect(child.stderr.take().expect("stderr is piped"));
        Running { child, port, stdout, stderr }
    }
}

/// A port of 127.0.0.1 that nobody listens on now.
///
/// # Errors
/// When there is none.
pub fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// A program that runs. It is killed, by its id, when this is dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    port: u16,
    stdout: Output,
    stderr: Output,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// `path` on it, as a URL.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address())
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended by itself.
    ///
    /// # Panics
    /// When the operating system does not tell.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a child can be asked for its status").is_some()
    }

    /// What it has printed on stdout so far; all of it once [`wait`](Self::wait) has returned.
    pub fn stdout(&self) -> String {
        self.stdout.text()
    }

    /// What it has printed on stderr so far, where logs go; all of it once [`wait`](Self::wait) has returned.
    pub fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// End it as a crash or a power cut does: it gets no chance to do anything (SIGKILL).
    ///
    /// # Panics
    /// When the signal cannot be sent.
    pub fn kill_9(&mut self) -> ExitStatus {
        self.child.kill().expect("a child can be killed");
        self.wait()
    }

    /// Ask it to end, as an orchestrator does (SIGTERM), and wait until it has.
    ///
    /// # Panics
    /// When it still runs after 30 s.
    pub fn terminate(&mut self) -> ExitStatus {
        self.ask_to_end();
        self.wait()
    }

    /// Ask it to end, and return at once: to see what it does in the meantime.
    ///
    /// # Panics
    /// When the signal cannot be sent.
    pub fn ask_to_end(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("a child can be sent a signal");
    }

    /// Wait until it has ended, and until all its output is here.
    ///
    /// # Panics
    /// When it still runs after 30 s.
    pub fn wait(&mut self) -> ExitStatus {
        self.wait_within(END_LIMIT)
    }

    /// As [`wait`](Self::wait), for a program that has more to do.
    ///
    /// # Panics
    /// When it still runs after the limit.
    pub fn wait_within(&mut self, limit: Duration) -> ExitStatus {
        let child = &mut self.child;
        let status =
            wait::until("the program's end", limit, || child.try_wait().expect("a child can be asked for its status"));
        self.stdout.finish();
        self.stderr.finish();
        status
    }

    /// Whether `path` is answered with 200. By hand, since a test of a client must not stand on that client.
    fn answers(&self, path: &str) -> bool {
        let ask = || -> io::Result<String> {
            let mut stream = TcpStream::connect(self.address())?;
            stream.set_read_timeout(Some(Duration::from_secs(1)))?;
            let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address());
            stream.write_all(request.as_bytes())?;
            let mut start = [0; 12];
            stream.read_exact(&mut start)?;
            Ok(String::from_utf8_lossy(&start).into_owned())
        };
        ask().is_ok_and(|start| start == "HTTP/1.1 200")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program prints, read as it comes: a pipe that nobody reads stops the program when it is full.
#[derive(Debug)]
struct Output {
    text: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Output {
    fn collect(mut pipe: impl Read + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&text);
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = pipe.read(&mut buffer) {
                shared.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..read]);
            }
        });
        Self { text, reader: Some(reader) }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    fn finish(&mut self) {
        if let Some(reader) = self.reader.take() {
            // its only work is to append to a list
            reader.join().expect("the reader does not panic");
        }
    }
}
