//! What watches: rules, alerts, their tests, where they are sent, dashboards.
//!
//! Prometheus' and Alertmanager's own programs say whether the files are right. They do not know which figures there are:
//! an alert on a name that nobody exposes is silent for ever. So every name is looked up in `metrics.txt`, which a test
//! holds against the services. Each alert has a runbook, and a test in which it fires and one in which it is quiet.

mod dashboards;
mod figures;
mod rules;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use self::figures::Figures;
use self::rules::Rules;
use super::check::Check;
use super::files::Files;
use super::links;
use crate::command::{CommandExt, command};
use crate::{tools, workspace};

const PROMETHEUS: &str = "deploy/prometheus";
const DASHBOARDS: &str = "deploy/grafana/dashboards";
const ALERTMANAGER: &str = "deploy/alertmanager/alertmanager.yml";
const RUNBOOKS: &str = "docs/observability.md";

/// The check. Its programs come from Debian: on another system that has not got them, it is left to the pipeline.
pub fn check(files: &Files) -> Check<'_> {
    let mut there = Command::new("sh");
    there.args(["-c", "promtool --version && amtool --version"]);
    let all = move || install().and_then(|()| look(files));
    if tools::can_install() {
        return Check::function("alerts", all);
    }
    Check::function("alerts", all).only_if(
        there,
        false,
        "promtool and amtool are not here: they come with Prometheus and Alertmanager. The pipeline makes this check on every push.",
    )
}

fn install() -> Result<()> {
    tools::apt("alerts", &[("prometheus", "promtool"), ("prometheus-alertmanager", "amtool")])
}

fn look(files: &Files) -> Result<()> {
    let mut promtool = command("promtool");
    promtool.args(["check", "config", "--lint-fatal"]).arg(in_prometheus("prometheus.yml")).quiet()?;
    command("promtool").args(["check", "config", "--lint-fatal"]).arg(in_prometheus("servers.yml")).quiet()?;
    command("amtool").args(["check-config", ALERTMANAGER]).quiet()?;
    let tests = files.below(&in_prometheus("tests"), &["yml"]);
    ensure!(!tests.is_empty(), "there are no tests of the alerts");
    command("promtool").args(["test", "rules"]).args(&tests).quiet()?;

    let rules = Rules::read(&files.below(&in_prometheus("rules"), &["yml"]))?;
    let dashboards = dashboards::read(&files.below(DASHBOARDS, &["json"]))?;
    dashboards::check_expressions(&dashboards)?;

    let text = std::fs::read_to_string(workspace::root().join(in_prometheus("metrics.txt")))?;
    let known = Figures::listed(&text).with(rules.recorded());
    let anchors = links::anchors_of(&std::fs::read_to_string(workspace::root().join(RUNBOOKS))?);
    let mut wrong = rules.wrong(&anchors, &rules::tested(&tests)?);
    let used = rules.expressions().chain(dashboards.iter().flat_map(|dashboard| dashboard.expressions()));
    let unknown: BTreeSet<String> = used.flat_map(|(place, expression)| known.unknown(place, expression)).collect();
    wrong.extend(unknown);
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

fn in_prometheus(path: &str) -> String {
    Path::new(PROMETHEUS).join(path).display().to_string()
}
