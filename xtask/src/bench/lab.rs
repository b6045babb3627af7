//! One run: a fresh start of one contestant, a warm-up, the load, and what was seen.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use tempfile::TempDir;

use super::contestant::Contestant;
use super::cores::Cores;
use super::figures::{Rounds, float};
use super::http::Http;
use super::server::Server;
use super::wrk::{self, Load, Summary};
use crate::workspace;

/// Load before the measured one, so that caches are warm and memory is at its level.
const WARM_UP_SECONDS: u32 = 1;
/// After the first answer, before the memory of an idle server is read.
const SETTLE: Duration = Duration::from_millis(300);
/// Start, settling and stop of one run, roughly: for the estimate only.
const OVERHEAD: Duration = Duration::from_millis(1200);

/// Where everything is measured.
pub struct Lab {
    /// Where servers and load run.
    pub cores: Cores,
    /// For our own questions.
    pub http: Http,
    /// How often each contestant's turn comes.
    pub rounds: u32,
    /// The length of one measured load.
    pub seconds: u32,
    progress: ProgressBar,
    folder: TempDir,
}

/// What is asked of a server in one run.
pub struct Question<'a> {
    /// Path and query.
    pub path: &'a str,
    /// See [`Load::connections`].
    pub connections: usize,
    /// See [`Load::script`]; of its arguments, the last one is to be new for each load.
    pub script: Option<(&'a Path, &'a [String])>,
}

/// What was seen in one run.
pub struct Sample {
    /// From the program's start to its first answer.
    pub started_in: Duration,
    /// Resident bytes before the load.
    pub idle: u64,
    /// The most resident bytes from start to end.
    pub peak: u64,
    /// Under load.
    pub load: Summary,
    /// Processor time that the server took under this load.
    pub processor: Duration,
    /// Requests that were answered in the warm-up.
    pub warm_up: Summary,
}

impl Lab {
    /// Prepare for so many runs in all; databases lie on the disk that `target/` is on, not in memory.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(cores: Cores, rounds: u32, seconds: u32) -> Result<Self> {
        let target = workspace::target();
        std::fs::create_dir_all(&target)?;
        let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(&target);
        let folder = folder.with_context(|| format!("cannot make a folder in {}", target.display()))?;
        let progress = ProgressBar::hidden();
        Ok(Self { cores, http: Http::default(), rounds, seconds, progress, folder })
    }

    /// Show a bar for that many runs, and give back how long they will take.
    pub fn expect_runs(&mut self, runs: u32) -> Duration {
        let style = ProgressStyle::with_template("  {bar:30} {pos}/{len} runs, {eta} left  {msg}");
        self.progress = ProgressBar::new(runs.into()).with_style(style.expect("the template is a constant"));
        self.progress.enable_steady_tick(Duration::from_millis(500));
        runs * (OVERHEAD + Duration::from_secs((self.seconds + WARM_UP_SECONDS).into()))
    }

    /// The folder of this benchmark's databases and logs; it is removed at the end.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A path in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// How long one measured load takes.
    pub fn length(&self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }

    /// Start a contestant.
    ///
    /// # Errors
    /// See [`Server::start`].
    pub fn start(&self, contestant: &Contestant) -> Result<Server> {
        Server::start(contestant, self.folder(), self.cores, &self.http)
    }

    /// One run; `after` may look at the server before it ends.
    ///
    /// # Errors
    /// When the server does not start or ends, or wrk cannot run.
    pub fn run(
        &self,
        contestant: &Contestant,
        question: &Question,
        after: impl FnOnce(&Server, &Sample) -> Result<()>,
    ) -> Result<Sample> {
        self.announce(&contestant.name);
        let server = self.start(contestant)?;
        sleep(SETTLE);
        let idle = server.usage()?.resident;
        let warm_up = self.load(&server, question, WARM_UP_SECONDS, "w")?;
        let before = server.usage()?;
        let load = self.load(&server, question, self.seconds, "m")?;
        let after_load = server.usage()?;
        let processor = after_load.processor.saturating_sub(before.processor);
        let sample = Sample { started_in: server.started_in, idle, peak: after_load.peak, load, processor, warm_up };
        after(&server, &sample)?;
        self.progress.inc(1);
        Ok(sample)
    }

    /// Show what is being measured.
    pub fn announce(&self, what: &str) {
        self.progress.set_message(what.to_owned());
    }

    /// A run that is not a server's is done.
    pub fn advance(&self) {
        self.progress.inc(1);
    }

    /// All runs are done.
    pub fn close(&self) {
        self.progress.finish_and_clear();
    }

    fn load(&self, server: &Server, question: &Question, seconds: u32, part: &str) -> Result<Summary> {
        let url = server.url(question.path);
        let with_part = |arguments: &[String]| [arguments, &[part.to_owned()]].concat();
        let arguments = question.script.map(|(_, arguments)| with_part(arguments)).unwrap_or_default();
        let script = question.script.map(|(script, _)| (script, arguments.as_slice()));
        wrk::run(&Load { connections: question.connections, seconds, script }, &url, self.cores)
    }
}

/// All samples of one contestant, in the order of the rounds.
pub struct Series {
    /// As the tables call it.
    pub name: String,
    samples: Vec<Sample>,
}

impl Series {
    /// Nothing measured yet.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), samples: vec![] }
    }

    /// Add the next round's.
    pub fn push(&mut self, sample: Sample) {
        self.samples.push(sample);
    }

    /// Requests in a second.
    pub fn per_second(&self) -> Rounds {
        self.each(|sample| sample.load.per_second)
    }

    /// Seconds that half of the answers stayed below.
    pub fn p50(&self) -> Rounds {
        self.each(|sample| sample.load.p50.as_secs_f64())
    }

    /// Seconds that 99 in 100 answers stayed below.
    pub fn p99(&self) -> Rounds {
        self.each(|sample| sample.load.p99.as_secs_f64())
    }

    /// Resident bytes before the load.
    pub fn idle(&self) -> Rounds {
        self.each(|sample| float(sample.idle))
    }

    /// The most resident bytes.
    pub fn peak(&self) -> Rounds {
        self.each(|sample| float(sample.peak))
    }

    /// Seconds from start to first answer.
    pub fn started_in(&self) -> Rounds {
        self.each(|sample| sample.started_in.as_secs_f64())
    }

    /// Seconds of processor time for one request: what other programs take from the core is not in it.
    pub fn processor(&self) -> Rounds {
        self.each(|sample| sample.processor.as_secs_f64() / float(sample.load.requests.max(1)))
    }

    /// The share of its core's time that the server took, in the round in which it was least. Far below 1, something
    /// else was on the core, or the load generator could not ask for more.
    pub fn least_share_of_core(&self) -> f64 {
        let share = |sample: &Sample| {
            sample.processor.as_secs_f64() * sample.load.per_second / float(sample.load.requests.max(1))
        };
        self.samples.iter().map(share).fold(1.0, f64::min)
    }

    /// Requests of all rounds that did not get what they asked for.
    pub fn failed(&self) -> u64 {
        self.samples.iter().map(|sample| sample.load.failed() + sample.warm_up.failed()).sum()
    }

    fn each(&self, figure: impl Fn(&Sample) -> f64) -> Rounds {
        Rounds::new(self.samples.iter().map(figure))
    }
}
