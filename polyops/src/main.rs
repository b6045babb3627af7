//! Every service with one command: `polyops --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    polyops::run()
}
