//! A connection on a thread of its own.

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use tokio::sync::oneshot;

use super::super::BackendError;

/// How long SQLite waits for a lock that another process holds. Longer, and whoever waits is told to come back.
const BUSY: Duration = Duration::from_secs(2);

/// What a power cut may cost.
#[derive(Clone, Copy)]
pub enum Durability {
    /// Nothing: each commit is on the disk.
    Full,
    /// The last commits of this connection, never the file.
    Normal,
}

type Question = Box<dyn FnOnce(&mut rusqlite::Connection) + Send>;

/// Where questions to a thread with a connection go. The thread ends with the last clone of this.
#[derive(Clone)]
pub struct Connection(mpsc::Sender<Question>);

impl Connection {
    /// Open the file; it and its folder are made when they are not there.
    pub async fn open(path: &str, durability: Durability) -> Result<Self, BackendError> {
        let path = path.to_owned();
        let (opened, open) = oneshot::channel();
        let (questions, queue) = mpsc::channel::<Question>();
        std::thread::Builder::new()
            .name("sqlite".to_owned())
            .spawn(move || match connect(Path::new(&path), durability) {
                Ok(mut connection) => {
                    let _ = opened.send(Ok(()));
                    for question in queue {
                        question(&mut connection);
                    }
                }
                Err(error) => drop(opened.send(Err(error))),
            })
            .map_err(|error| BackendError::Unreachable(error.to_string()))?;
        open.await.map_err(|_| gone())??;
        Ok(Self(questions))
    }

    /// Have this done on the thread.
    pub async fn run<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut rusqlite::Connection) -> Result<T, BackendError> + Send + 'static,
    ) -> Result<T, BackendError> {
        let (answer, answered) = oneshot::channel();
        let ask = Box::new(move |connection: &mut rusqlite::Connection| drop(answer.send(question(connection))));
        self.0.send(ask).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

fn gone() -> BackendError {
    BackendError::Unconfirmed("its thread has ended".to_owned())
}

fn connect(path: &Path, durability: Durability) -> Result<rusqlite::Connection, BackendError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| BackendError::Unreachable(format!("its folder: {error}")))?;
    }
    let connection = rusqlite::Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    // readers and the writer do not wait for one another
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Normal => "NORMAL",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    Ok(connection)
}

impl From<rusqlite::Error> for BackendError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Unreachable(error.to_string())
    }
}
