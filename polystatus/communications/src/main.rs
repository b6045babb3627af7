//! The communications service: `polystatus-communications --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<polystatus_communications::Communications>()
}
