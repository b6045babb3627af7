//! Chromium, as the scripts of this folder drive it.

use std::time::Duration;

use testbed::process::Program;
use testbed::tools;

/// A dozen pages, two languages, two themes, two widths: minutes on a busy machine.
const LIMIT: Duration = Duration::from_mins(15);

/// Run a script of this folder, with these variables and arguments; it fails when the script does.
pub fn node(script: &str, variables: &[(&str, &str)], arguments: &[&str]) {
    let browser = tools::of_debian("chromium", "chromium");
    let program = Program::new(tools::of_debian("node", "nodejs"))
        .env("NODE_PATH", tools::node_modules("browser"))
        .env("CHROMIUM", browser)
        .arg(tools::file("polystatus/frontend/tests/browser").join(script))
        .args(arguments);
    let program = variables.iter().fold(program, |program, (name, value)| program.env(*name, *value));
    let mut running = program.spawn();
    let status = running.wait_within(LIMIT);
    assert!(status.success(), "{status}\n{}{}", running.stdout(), running.stderr());
}
