//! Logins with a password, for every service that has some: what is shared is what must not be got wrong twice.
//!
//! [`password`] says which passwords are good enough, [`hashing`] makes and compares hashes that are slow on purpose, on
//! threads of its own, and [`throttle`] slows guessers down. Accounts, sessions and tokens are each service's own.

pub mod hashing;
pub mod password;
pub mod throttle;

pub use hashing::Hasher;
pub use password::Password;
pub use throttle::Throttle;
