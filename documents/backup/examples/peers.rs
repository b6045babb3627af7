//! The services that the backup works with, each as a process of its own: for tests that kill them.
//!
//! `PEER=documents-api` or `PEER=documents-notifications`; all else is as with the programs of these names, which another
//! package's tests cannot ask Cargo for.

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::var_os("PEER").and_then(|name| name.into_string().ok()).as_deref() {
        Some("documents-api") => chassis::run::<documents_api::DocumentsApi>(),
        Some("documents-notifications") => chassis::run::<documents_notifications::Notifications>(),
        _ => {
            eprintln!("PEER must be documents-api or documents-notifications");
            ExitCode::FAILURE
        }
    }
}
