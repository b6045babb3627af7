//! Accounts, logins and keys: `polystatus-users --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<polystatus_users::Users>()
}
