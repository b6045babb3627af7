//! `polyops doctor`: what this machine lacks, and how to mend it, a line for each.
//!
//! A check leaves everything as it was, and never asks the network. What `up` cannot do without fails; what tests, images and
//! the browser need is a warning.

mod files;
mod finding;
mod machine;
mod program;
mod programs;
mod repository;

use std::process::ExitCode;

use chassis::StartError;

pub use self::finding::{Finding, State};
use crate::cli::Doctor;
use crate::ports;

/// Look at everything, and print it.
///
/// # Errors
/// When the findings are no JSON, which they always are.
pub async fn print(doctor: &Doctor) -> Result<ExitCode, StartError> {
    let findings = look(doctor).await;
    if doctor.json {
        println!("{}", serde_json::to_string_pretty(&finding::Document::of(&findings))?);
    } else {
        print!("{}", finding::lines(&findings));
    }
    Ok(if finding::is_fit(&findings) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Everything that is found.
pub async fn look(doctor: &Doctor) -> Vec<Finding> {
    let mut findings = vec![taken_ports(doctor), files::data(&doctor.data)];
    findings.extend(machine::look(&doctor.data));
    let (programs, repository) = tokio::join!(programs::look(), repository::look());
    findings.extend(programs);
    findings.extend(repository);
    findings
}

fn taken_ports(doctor: &Doctor) -> Finding {
    let selection = &doctor.selection;
    match ports::take(selection.host, selection.port_offset, &selection.members()) {
        Ok(listeners) => Finding::ok("ports", format!("all {} are free", listeners.len())),
        Err(refused) => {
            let ports: Vec<String> = refused.ports().iter().map(ToString::to_string).collect();
            Finding::fail("ports", ports.join(", "), refused.remedy())
        }
    }
}
