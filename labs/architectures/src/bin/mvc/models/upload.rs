//! A file that is being received, and is nowhere yet.

use std::io::Write;
use std::path::Path;

use ring::digest::{Context, SHA256};
use tempfile::NamedTempFile;

use super::ModelError;

/// What was received.
pub struct Upload {
    /// As the client calls it.
    pub name: String,
    /// Checksum of what is there, in hexadecimal; known after [`finish`](Self::finish).
    pub sha256: String,
    /// Bytes.
    pub size: i64,
    content: NamedTempFile,
    digest: Context,
}

impl Upload {
    /// Nothing yet, in this folder.
    pub fn begin(folder: &Path, name: String) -> Result<Self, ModelError> {
        let content = NamedTempFile::new_in(folder)?;
        Ok(Self { name, sha256: String::new(), size: 0, content, digest: Context::new(&SHA256) })
    }

    /// The next piece.
    pub fn write(mut self, piece: &[u8]) -> Result<Self, ModelError> {
        self.digest.update(piece);
        self.size += i64::try_from(piece.len()).map_err(std::io::Error::other)?;
        self.content.write_all(piece)?;
        Ok(self)
    }

    /// That was all.
    pub fn finish(mut self) -> Result<Self, ModelError> {
        self.content.as_file().sync_all()?;
        let digits = |byte: &u8| [byte >> 4, byte & 15];
        let sum = self.digest.clone().finish();
        self.sha256 =
            sum.as_ref().iter().flat_map(digits).filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
        Ok(self)
    }

    /// Keep it here.
    pub fn keep(self, path: &Path) -> Result<(), ModelError> {
        self.content.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}
