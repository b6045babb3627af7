//! Who somebody is who has shown a token, and what that lets them hear.

use secrecy::SecretString;

use crate::documents::Person;

/// What somebody hears of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hears {
    /// Every file.
    All,
    /// The files of this user.
    Of(u64),
}

impl Person {
    /// What this person hears of: none when it is nobody of whom we know.
    pub fn hears(&self) -> Option<Hears> {
        if self.admin { Some(Hears::All) } else { self.user_id.map(Hears::Of) }
    }
}

/// A login that somebody listens with.
#[derive(Debug)]
pub struct Account {
    /// With what it is asked again whether it is still good; none for our own token, which ends with us.
    pub token: Option<SecretString>,
    /// What it hears of.
    pub hears: Hears,
}
