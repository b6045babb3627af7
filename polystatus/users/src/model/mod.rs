//! What the service knows: types that cannot hold a wrong value, and the rules of how they change.

mod account;
mod key;
mod link;
mod name;
mod password;
mod second_factor;
mod session;

pub use account::{Account, EmailTaken, Status, User, word};
pub use key::{PUBLISHED_AHEAD, SIGNS_FOR, StoredKey, TOKEN_LIFE, keys_are_due, tend_keys};
pub use link::{Link, Purpose};
pub use name::Name;
pub use password::{MAX_PASSWORD, MIN_PASSWORD, Password, PasswordHash, check_password};
pub use second_factor::{Answer, RECOVERY_CODES, SecondFactor, provisioning_url};
pub use session::{Device, GRACE, IDLE, LONGEST, Presented, RefreshToken, Session};
pub use values::Email;
