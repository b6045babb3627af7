//! For programs.

use actix_web::web::Bytes;
use serde::Serialize;

use crate::models::{File, Saved};

/// A file.
#[derive(Serialize)]
pub struct FileView<'a> {
    id: i64,
    name: &'a str,
    version: i64,
    sha256: &'a str,
    size: i64,
}

impl<'a> From<&'a File> for FileView<'a> {
    fn from(file: &'a File) -> Self {
        let File { id, version, size, .. } = *file;
        Self { id, name: &file.name, version, sha256: &file.sha256, size }
    }
}

/// Several files.
pub fn files(files: &[File]) -> Vec<FileView<'_>> {
    files.iter().map(FileView::from).collect()
}

/// What was done, as an event of a stream.
pub fn event(saved: Saved, file: &File) -> Bytes {
    let name = match saved {
        Saved::Created => "Notify_File_create",
        Saved::Updated => "Notify_File_update",
        Saved::Deleted => "Notify_File_delete",
    };
    let file = serde_json::to_string(&FileView::from(file)).unwrap_or_default();
    format!("event: {name}\ndata: {file}\n\n").into()
}
