//! The same program as `polyops`: Cargo gives a test the path of a program of its own package, and of no other.

use std::process::ExitCode;

fn main() -> ExitCode {
    polyops::run()
}
