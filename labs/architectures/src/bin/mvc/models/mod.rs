//! What there is, and its rules. Nothing here knows of HTTP.

mod file;
mod files;
mod observers;
mod upload;

pub use file::File;
pub use files::Files;
pub use observers::{Backup, Listeners, Observer, Saved};
pub use upload::Upload;

use thiserror::Error;

/// Why the model refuses.
#[derive(Debug, Error)]
pub enum ModelError {
    /// There is no such file.
    #[error("File not found")]
    NotFound,
    /// The list of files cannot be read or written.
    #[error("the list of files cannot be used: {0}")]
    Database(#[from] rusqlite::Error),
    /// A content or its copy cannot be read or written.
    #[error("the disk cannot be used: {0}")]
    Disk(#[from] std::io::Error),
}
