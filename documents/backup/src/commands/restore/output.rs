//! Restored files: whole under their name, or not there.

use std::io;
use std::path::{Path, PathBuf};

use chassis::StartError;

use crate::folder::{CopyError, Folder, copy_to, sync};
use crate::model::FileVersion;

/// What became of a file.
pub(super) enum Written {
    /// It is there.
    Done,
    /// Another one is, and was left alone.
    Exists,
}

/// Write the content of this version there: under a name of its own first, and under this one once it is compared and on
/// the disk.
pub(super) fn write(folder: &Folder, file: &FileVersion, to: &Path, force: bool) -> Result<Written, StartError> {
    let cannot = |error: io::Error| format!("cannot write {}: {error}", to.display());
    // seen before much is copied; what comes meanwhile is not overwritten either
    if !force && to.symlink_metadata().is_ok() {
        return Ok(Written::Exists);
    }
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut partial = tempfile::Builder::new().prefix(".restore-").tempfile_in(parent).map_err(cannot)?;
    match copy_to(folder, file.sha256, file.size, &mut partial) {
        Ok(()) => {}
        Err(CopyError::Write(error)) => return Err(cannot(error).into()),
        Err(error @ CopyError::Read(_)) => return Err(error.to_string().into()),
        Err(error @ (CopyError::Damaged | CopyError::Lost)) => {
            let mend = "`documents-backup verify --mark` has the service fetch it anew";
            return Err(format!("{error}: {mend}").into());
        }
    }
    partial.as_file().sync_all().map_err(cannot)?;
    let named = if force { partial.persist(to) } else { partial.persist_noclobber(to) };
    match named {
        Ok(_) => {}
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Ok(Written::Exists),
        Err(error) => return Err(cannot(error.error).into()),
    }
    sync(parent).map_err(cannot)?;
    Ok(Written::Done)
}

/// The folder of this name within that one. Never a link: it could lead out.
pub(super) fn into_folder(to: &Path, name: &str) -> Result<PathBuf, StartError> {
    let folder = to.join(name);
    match std::fs::create_dir(&folder) {
        Ok(()) => Ok(folder),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let is_folder = folder.symlink_metadata().is_ok_and(|found| found.is_dir());
            if is_folder { Ok(folder) } else { Err(format!("{} is no folder", folder.display()).into()) }
        }
        Err(error) => Err(format!("cannot make the folder {}: {error}", folder.display()).into()),
    }
}
