//! The notifications of documents: `documents-notifications --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<documents_notifications::Notifications>()
}
