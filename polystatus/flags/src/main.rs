//! The flags service: `polystatus-flags --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<polystatus_flags::Flags>()
}
