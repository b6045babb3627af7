//! The incidents service: `polystatus-incidents --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<polystatus_incidents::Incidents>()
}
