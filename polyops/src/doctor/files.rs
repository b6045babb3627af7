//! The data folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use chassis::ids::{Ids, RandomIds};

use super::Finding;
use crate::data::held_by;

/// Whether `up` could write its data there, and is the only one that would: an empty file is made in the folder, or in the
/// one in which it would be made, and is removed at once.
pub fn data(folder: &Path) -> Finding {
    let place = existing(folder);
    let shown = folder.display();
    if !place.is_dir() {
        let found = format!("{} is no folder", place.display());
        return Finding::fail("data", found, "choose another one with --data");
    }
    if let Some(holder) = held_by(folder) {
        let found = format!("{shown} is in use by another polyops ({holder})");
        return Finding::fail("data", found, "end that one, or choose another folder with --data");
    }
    match written(&place) {
        Ok(()) if place == *folder => Finding::ok("data", format!("{shown} can be written")),
        Ok(()) => Finding::ok("data", format!("{shown} will be made")),
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

/// A file is made in it, and removed at once.
fn written(folder: &Path) -> std::io::Result<()> {
    let file = folder.join(format!(".polyops-doctor-{:016x}", RandomIds.next()));
    File::create_new(&file)?;
    fs::remove_file(&file)
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
    fn a_folder_that_another_one_uses_is_what_up_cannot_do_with() {
        let place = tempfile::tempdir().unwrap();
        let held = crate::data::Folder::open(place.path()).unwrap();
        let finding = data(place.path());
        assert_eq!(finding.state, State::Fail);
        assert!(finding.found.ends_with(&format!("(process {})", std::process::id())), "{}", finding.found);
        drop(held);
        assert_eq!(data(place.path()).state, State::Ok);
    }

    #[test]
    fn a_file_is_no_folder() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let finding = data(&file.path().join("data"));
        assert_eq!(finding.state, State::Fail);
        assert!(finding.remedy.unwrap().contains("--data"));
    }
}
