//! All files: the list, the contents, and who is told of what is saved.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::{File, ModelError, Observer, Saved, Upload};

/// The files in a folder.
pub struct Files {
    folder: PathBuf,
    database: Mutex<Connection>,
    observers: Vec<Arc<dyn Observer>>,
}

impl Files {
    /// Open the folder, or make it.
    pub fn open(folder: PathBuf, observers: Vec<Arc<dyn Observer>>) -> Result<Self, ModelError> {
        std::fs::create_dir_all(&folder)?;
        let database = Connection::open(folder.join("files.db"))?;
        File::prepare(&database)?;
        Ok(Self { folder, database: Mutex::new(database), observers })
    }

    /// Begin to receive one of this name.
    pub fn receive(&self, name: String) -> Result<Upload, ModelError> {
        Upload::begin(&self.folder, name)
    }

    /// All of them.
    pub fn list(&self) -> Result<Vec<File>, ModelError> {
        File::all(&self.database())
    }

    /// One of them.
    pub fn find(&self, id: i64) -> Result<File, ModelError> {
        File::find(&self.database(), id)
    }

    /// A new file.
    pub fn create(&self, upload: Upload) -> Result<File, ModelError> {
        self.save(upload, Saved::Created, File::insert)
    }

    /// The next version of a file.
    pub fn update(&self, id: i64, upload: Upload) -> Result<File, ModelError> {
        self.save(upload, Saved::Updated, |database, upload| File::find(database, id)?.update(database, upload))
    }

    /// Delete a file with its versions. What observers have of them, they keep.
    pub fn delete(&self, id: i64) -> Result<(), ModelError> {
        let file = self.find(id)?;
        file.delete(&self.database())?;
        for version in 1..=file.version {
            std::fs::remove_file(self.content(&File { version, ..file.clone() }))?;
        }
        self.tell(Saved::Deleted, &file)
    }

    /// Where the content of a file lies.
    pub fn content(&self, file: &File) -> PathBuf {
        self.folder.join(format!("{}-{}", file.id, file.version))
    }

    fn save(
        &self,
        upload: Upload,
        saved: Saved,
        write: impl FnOnce(&Connection, &Upload) -> Result<File, ModelError>,
    ) -> Result<File, ModelError> {
        let database = self.database();
        let transaction = database.unchecked_transaction()?;
        let file = write(&transaction, &upload)?;
        upload.keep(&self.content(&file))?;
        // within the transaction: what an observer cannot take is not saved
        self.tell(saved, &file)?;
        transaction.commit()?;
        Ok(file)
    }

    fn tell(&self, saved: Saved, file: &File) -> Result<(), ModelError> {
        self.observers.iter().try_for_each(|observer| observer.saved(saved, file, &self.content(file)))
    }

    /// A panic elsewhere leaves the database as it is: SQLite has undone what was half done.
    fn database(&self) -> MutexGuard<'_, Connection> {
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
