//! Content on its way out: compared with its name before anybody sees it.

use std::fs::File;
use std::io::{self, Read, Write};

use values::Sha256;

use super::Folder;

/// Bytes that are read at once.
const PIECE: usize = 256 * 1024;

/// What lies under a checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// What belongs there.
    Sound,
    /// Something else.
    Damaged,
    /// Nothing.
    Nothing,
}

/// Why a content cannot be copied out.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// What lies there is not what belongs there.
    #[error("the backup's copy of it is damaged")]
    Damaged,
    /// Nothing lies there.
    #[error("the backup's copy of it is lost")]
    Lost,
    /// The backup's copy cannot be read.
    #[error("the backup's copy of it cannot be read: {0}")]
    Read(io::Error),
    /// The other one cannot be written.
    #[error(transparent)]
    Write(io::Error),
}

impl Folder {
    /// Read all of it, and compare.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn check(&self, sha256: Sha256, size: u64) -> io::Result<Found> {
        match copy_to(self, sha256, size, &mut io::sink()) {
            Ok(()) => Ok(Found::Sound),
            Err(CopyError::Damaged) => Ok(Found::Damaged),
            Err(CopyError::Lost) => Ok(Found::Nothing),
            Err(CopyError::Read(error) | CopyError::Write(error)) => Err(error),
        }
    }
}

/// Write the content with this checksum there. Only when this returns without an error it is what it should be.
///
/// # Errors
/// When it is not, or cannot be read or written.
pub fn copy_to(folder: &Folder, sha256: Sha256, size: u64, to: &mut impl Write) -> Result<(), CopyError> {
    let mut file = match File::open(folder.content(sha256)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(CopyError::Lost),
        opened => opened.map_err(CopyError::Read)?,
    };
    let (mut digest, mut so_far, mut piece) = (Sha256::begin(), 0, vec![0; PIECE]);
    loop {
        let read = file.read(&mut piece).map_err(CopyError::Read)?;
        if read == 0 {
            break;
        }
        so_far += read as u64;
        digest.update(&piece[..read]);
        to.write_all(&piece[..read]).map_err(CopyError::Write)?;
    }
    let is_sound = (so_far, Sha256::from(digest.finish())) == (size, sha256);
    if is_sound { Ok(()) } else { Err(CopyError::Damaged) }
}
