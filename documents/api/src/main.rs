//! The documents API: `documents-api --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<documents_api::DocumentsApi>()
}
