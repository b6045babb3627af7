//! `polyops status`: how the services of this machine are doing.

use std::process::ExitCode;

use chassis::StartError;
use futures_util::future::join_all;

use crate::cli::Selection;
use crate::probe::{self, Health};
use crate::wiring::reached_at;

/// Ask each service, and print what it says.
///
/// # Errors
/// None; what does not answer is in the table.
pub async fn print(selection: &Selection) -> Result<ExitCode, StartError> {
    let members = selection.members();
    let address = |port| reached_at(selection.host, port + selection.port_offset);
    let answers = join_all(members.iter().map(|member| probe::ask(address(member.port)))).await;
    for (member, health) in members.iter().zip(&answers) {
        let said = match health {
            Health::Ready => "ready".to_owned(),
            Health::NotReady(reason) => format!("not ready: {reason}"),
            Health::Silent(reason) => format!("does not answer: {reason}"),
        };
        println!("{:16} http://{:22} {said}", member.name, address(member.port).to_string());
    }
    let all_ready = answers.iter().all(|health| *health == Health::Ready);
    Ok(if all_ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
