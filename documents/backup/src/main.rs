//! The backup of the documents: `documents-backup --help`.

use std::process::ExitCode;

use documents_backup::Backup;
use documents_backup::commands::{self, Command};

fn main() -> ExitCode {
    chassis::run_with::<Backup, Command>(commands::run)
}
