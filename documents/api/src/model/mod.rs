//! What the service knows: types that cannot hold a wrong value.

mod change;
mod file;
mod file_name;
mod login;
mod user;

pub use change::{Change, ChangeKind, ChangedFile};
pub use file::{File, Version};
pub use file_name::FileName;
pub use login::Login;
pub use user::User;
pub use values::Sha256;
