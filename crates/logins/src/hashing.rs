//! Hashes passwords with argon2id, on threads of its own, so that a flood of logins takes no time from anybody else.
//!
//! One hash takes 19 MiB of memory and some 30 ms of one core, on purpose: that is what a guesser pays for each try. So
//! it is also what an attacker may make us spend. Hence few threads, of lower priority than those that answer requests,
//! and a queue with an end: what does not fit is refused at once with 503. Whoever hangs up while waiting costs nothing.
//!
//! Not tokio's pool for blocking work: it has 512 threads, which files and names wait for too, and they have the
//! priority of everybody else.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use chassis::ApiError;
use tokio::sync::oneshot;

use crate::Password;
use crate::password::MAX_PASSWORD;

/// OWASP's figures (Password Storage Cheat Sheet): 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes that wait for each thread at most: a second's work. What waits longer than its client is done for nobody.
const WAITING_PER_THREAD: usize = 32;

/// Bytes of a password at most: what waits for its hash is then some 40 KiB for each thread, and only what is being hashed
/// has the memory of a hash.
const LONGEST: usize = 4 * MAX_PASSWORD;

/// How much lower the threads' priority is (`nice`): a fifth of the processor's time when others want it.
const NICE: i32 = 10;

/// Compared with where there is no account: it takes the same time as a real one. Nobody knows a password to it: it was
/// not made from one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlzLg$bm8gcGFzc3dvcmQgaGFzaGVzIHRvIHRoaXMgdmFsdWU";

/// The threads that hash. A clone is another handle; they end with the last of them.
#[derive(Clone)]
pub struct Hasher {
    queue: SyncSender<Job>,
}

type Job = Box<dyn FnOnce() + Send>;

/// Too many hashes wait already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Too many logins wait already: try again")]
pub struct Busy;

impl From<Busy> for ApiError {
    fn from(busy: Busy) -> Self {
        Self::unavailable(busy.to_string(), 1)
    }
}

/// What became of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// It is another password, or there is none.
    Wrong,
    /// It is the password.
    Right,
    /// It is the password, hashed at another cost than today's: here is the hash to keep.
    RightAndRehashed(String),
}

impl Hasher {
    /// Start the threads: half as many as there are cores.
    pub fn start() -> Self {
        let threads = (thread::available_parallelism().map_or(1, usize::from) / 2).max(1);
        let (queue, jobs) = sync_channel(threads * WAITING_PER_THREAD);
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..threads {
            let jobs = Arc::clone(&jobs);
            thread::Builder::new()
                .name("hashing".to_owned())
                .spawn(move || work(&jobs))
                .expect("the system has another thread at the start");
        }
        Self { queue }
    }

    /// Have something done on one of the threads.
    ///
    /// # Errors
    /// When too much waits already.
    pub async fn run<R: Send + 'static>(&self, work: impl FnOnce() -> R + Send + 'static) -> Result<R, Busy> {
        let (answer, answered) = oneshot::channel();
        let job = move || {
            // whoever asked has hung up: a flood that does not wait for its answers costs nothing
            if !answer.is_closed() {
                let _ = answer.send(work());
            }
        };
        self.queue.try_send(Box::new(job)).map_err(|_| Busy)?;
        // a job that panicked has told nobody; there is none that does
        answered.await.map_err(|_| Busy)
    }

    /// Compare a password with a hash, or with nothing, which takes the same time.
    ///
    /// # Errors
    /// When too much waits already.
    pub async fn compare(&self, password: Password, hash: Option<String>, salt: [u8; 16]) -> Result<Compared, Busy> {
        // nobody has chosen such a one: it is not kept while it waits, and refused as any other that is wrong
        let (password, hash) =
            if password.bytes().len() > LONGEST { (String::new().into(), None) } else { (password, hash) };
        self.run(move || compare(&password, hash.as_deref(), salt)).await
    }
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    // the threads that answer requests go first; a kernel that refuses leaves it as it was
    let _ = rustix::process::nice(NICE);
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => {
                // a thread that ended would be missed by everybody
                let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
            }
            Err(_) => return,
        }
    }
}

/// Hash a password, for [`Hasher::run`]. The salt is 128 random bits.
pub fn hash(password: &Password, salt: [u8; 16]) -> String {
    let hash = argon2().hash_password_with_salt(password.bytes(), &salt);
    hash.expect("the salt is long enough, and the password shorter than 4 GiB").to_string()
}

fn compare(password: &Password, kept: Option<&str>, salt: [u8; 16]) -> Compared {
    let parsed = PasswordHash::new(kept.unwrap_or(NOBODY));
    let Ok(parsed) = parsed else {
        tracing::error!("a hash that is kept cannot be read");
        return Compared::Wrong;
    };
    if argon2().verify_password(password.bytes(), &parsed).is_err() || kept.is_none() {
        return Compared::Wrong;
    }
    let same_cost = Params::try_from(&parsed)
        .is_ok_and(|params| (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES));
    if same_cost { Compared::Right } else { Compared::RightAndRehashed(hash(password, salt)) }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("OWASP's figures are possible");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A salt from the service's random source.
pub fn new_salt(ids: &dyn chassis::ids::Ids) -> [u8; 16] {
    let halves = [ids.next(), ids.next()].map(u64::to_be_bytes).concat();
    halves.try_into().expect("two numbers of 8 bytes")
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn password(text: &str) -> Password {
        text.to_owned().into()
    }

    #[test]
    fn a_password_fits_its_own_hash_alone() {
        let kept = hash(&password("right"), [7; 16]);
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_eq!(compare(&password("right"), Some(&kept), [8; 16]), Compared::Right);
        assert_eq!(compare(&password("wrong"), Some(&kept), [8; 16]), Compared::Wrong);
        assert_eq!(compare(&password("right"), None, [8; 16]), Compared::Wrong);
        assert_eq!(compare(&password("right"), Some("no hash"), [8; 16]), Compared::Wrong);
    }

    #[test]
    fn a_hash_of_another_cost_is_replaced_when_its_password_is_there() {
        let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(1024, 1, 1, None).unwrap());
        let cheap = cheap.hash_password_with_salt(b"right", &[7; 16]).unwrap().to_string();
        assert_eq!(compare(&password("wrong"), Some(&cheap), [8; 16]), Compared::Wrong);
        let rehashed = hash(&password("right"), [8; 16]);
        assert_eq!(compare(&password("right"), Some(&cheap), [8; 16]), Compared::RightAndRehashed(rehashed));
    }

    #[tokio::test]
    async fn a_password_that_nobody_could_have_chosen_is_wrong_and_not_kept_waiting() {
        let long = "x".repeat(LONGEST + 1);
        let kept = hash(&password(&long), [7; 16]);
        assert_eq!(compare(&password(&long), Some(&kept), [8; 16]), Compared::Right);
        let hasher = Hasher::start();
        assert_eq!(hasher.compare(password(&long), Some(kept), [8; 16]).await, Ok(Compared::Wrong));
        let longest = "é".repeat(MAX_PASSWORD);
        let kept = hash(&password(&longest), [7; 16]);
        assert_eq!(hasher.compare(password(&longest), Some(kept), [8; 16]).await, Ok(Compared::Right));
    }

    #[test]
    fn nobody_costs_what_somebody_costs() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let somebody = hash(&password("right"), [7; 16]);
        let somebody = PasswordHash::new(&somebody).unwrap();
        assert_eq!(nobody.params, somebody.params);
        assert_eq!(nobody.hash.unwrap().len(), somebody.hash.unwrap().len());
    }

    #[tokio::test]
    async fn what_does_not_fit_is_refused_and_what_nobody_waits_for_is_not_done() {
        let hasher = Hasher::start();
        let threads = (thread::available_parallelism().map_or(1, usize::from) / 2).max(1);
        // one job holds each thread until it is told to go on
        let (begun, has_begun) = mpsc::channel();
        let mut holds = Vec::new();
        for _ in 0..threads {
            let (go_on, told) = mpsc::channel::<()>();
            let begun = begun.clone();
            let hasher = hasher.clone();
            let held = async move {
                let hold = move || {
                    let _ = begun.send(());
                    let _ = told.recv();
                };
                hasher.run(hold).await
            };
            holds.push((go_on, tokio::spawn(held)));
            tokio::task::yield_now().await;
            has_begun.recv().unwrap();
        }
        let (done, was_done) = mpsc::channel();
        let mut waiting = Vec::new();
        for _ in 0..threads * WAITING_PER_THREAD {
            let done = done.clone();
            let mut job = Box::pin(hasher.run(move || done.send(()).unwrap()));
            assert!(futures_util::poll!(&mut job).is_pending());
            waiting.push(job);
        }
        assert_eq!(hasher.run(|| ()).await, Err(Busy));
        // all but one hang up
        let last = waiting.pop().unwrap();
        drop(waiting);
        for (go_on, held) in holds {
            drop(go_on);
            assert_eq!(held.await.unwrap(), Ok(()));
        }
        assert_eq!(last.await, Ok(()));
        drop(done);
        assert_eq!(was_done.iter().count(), 1);
    }
}
