//! The service of the cloud providers: `polystatus-csp --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<polystatus_csp::Csp>()
}
