//! The data folder.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::Finding;

/// Whether `up` could write its data there: a file without a name is made in the folder, or in the one in which it would
/// be made, and is gone at once.
pub fn data(folder: &Path) -> Finding {
    let place = existing(folder);
    let shown = folder.display();
    if !place.is_dir() {
        let found = format!("{} is no folder", place.display());
        return Finding::fail("data", found, "choose another one with --data");
    }
    match unnamed(&place) {
        Ok(_) if place == *folder => Finding::ok("data", format!("{shown} can be written")),
        Ok(_) => Finding::ok("data", format!("{shown} will be made")),
        Err(error) => {
            let found = format!("{} cannot be written: {error}", place.display());
            Finding::fail("data", found, "choose another one with --data, or have its owner changed with chown")
        }
    }
}

/// The folder itself, or the nearest one above it that is there.
pub fn existing(folder: &Path) -> PathBuf {
    let above = folder.ancestors().find(|above| above.exists() && !above.as_os_str().is_empty());
    above.map_or_else(|| PathBuf::from("."), Path::to_owned)
}

fn unnamed(folder: &Path) -> std::io::Result<File> {
    use rustix::fs::{CWD, Mode, OFlags, openat};
    let made = openat(CWD, folder, OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC, Mode::RUSR | Mode::WUSR)?;
    Ok(made.into())
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn a_folder_that_can_be_written_is_fine_and_left_as_it_was() {
        let place = tempfile::tempdir().unwrap();
        assert_eq!(data(place.path()).state, State::Ok);
        assert_eq!(data(&place.path().join("a/b")).state, State::Ok);
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_is_no_folder() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let finding = data(&file.path().join("data"));
        assert_eq!(finding.state, State::Fail);
        assert!(finding.remedy.unwrap().contains("--data"));
    }
}
