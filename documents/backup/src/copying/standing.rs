//! How the work stands, for readiness and for figures.

use std::sync::{Mutex, PoisonError};

/// What the work stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The documents API.
    Documents,
    /// The backup's own folder.
    Folder,
}

/// What has failed, if anything has.
#[derive(Debug, Default)]
pub struct Standing(Mutex<Option<Part>>);

impl Standing {
    /// What has failed.
    pub fn part(&self) -> Option<Part> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this part is well, as far as is known.
    ///
    /// # Errors
    /// When it has failed.
    pub fn check(&self, part: Part) -> Result<(), &'static str> {
        if self.part() == Some(part) { Err("cannot be used: the log says why") } else { Ok(()) }
    }

    pub(super) fn well(&self) {
        self.set(None);
    }

    pub(super) fn stopped(&self, part: Part) {
        self.set(Some(part));
    }

    fn set(&self, part: Option<Part>) {
        let before = std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), part);
        if before.is_some() && part.is_none() {
            tracing::info!("copying goes on");
        }
    }
}
