//! The status page: `polystatus-frontend --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<polystatus_frontend::Frontend>()
}
