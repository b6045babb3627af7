//! The dashboards of Grafana: that they can be read, by programs and by people.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::command::{CommandExt, command};
use crate::workspace;

/// A dashboard.
pub struct Dashboard {
    file: String,
    json: Value,
}

/// Those of these files.
///
/// # Errors
/// When one is no JSON, or has what a reader would stumble over: the message lists all of it.
pub fn read(files: &[&Path]) -> Result<Vec<Dashboard>> {
    ensure!(!files.is_empty(), "there are no dashboards");
    let mut all = Vec::new();
    for file in files {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(workspace::root().join(file))?;
        let json = serde_json::from_str(&text).with_context(|| format!("cannot read {name}"))?;
        all.push(Dashboard { file: name, json });
    }
    let mut wrong: Vec<String> = all.iter().flat_map(Dashboard::wrong).collect();
    let uids: BTreeSet<&str> = all.iter().filter_map(|dashboard| dashboard.json["uid"].as_str()).collect();
    if uids.len() < all.len() {
        wrong.push("dashboards must have a `uid` each, and no two the same".to_owned());
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(all)
}

/// Have promtool read every expression, as if it were a rule.
///
/// # Errors
/// When it cannot: the message is promtool's, with the name of the panel.
pub fn check_expressions(dashboards: &[Dashboard]) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut rules = "groups:\n  - name: dashboards\n    rules:\n".to_owned();
    for (number, (place, expression)) in dashboards.iter().flat_map(Dashboard::expressions).enumerate() {
        // what Grafana puts in before it asks
        let asked = expression.replace("$__rate_interval", "5m").replace("$__range", "1h");
        let (asked, place) = (Value::from(asked), Value::from(place));
        // writing to a String cannot fail
        let _ = writeln!(
            rules,
            "      - record: panel:number{number}\n        expr: {asked}\n        labels: {{ panel: {place} }}"
        );
    }
    let file = folder.path().join("dashboards.yml");
    std::fs::write(&file, rules)?;
    command("promtool").args(["check", "rules"]).arg(&file).quiet()
}

impl Dashboard {
    /// Every panel; those of a folded row lie within it.
    fn panels(&self) -> impl Iterator<Item = &Value> {
        let top = self.json["panels"].as_array().map_or(&[][..], Vec::as_slice).iter();
        top.flat_map(move |panel| std::iter::once(panel).chain(panel["panels"].as_array().into_iter().flatten()))
    }

    /// Every expression, and whose it is.
    pub fn expressions(&self) -> Vec<(&str, &str)> {
        let targets = self.panels().flat_map(|panel| panel["targets"].as_array().into_iter().flatten());
        targets.filter_map(|target| Some((self.file.as_str(), target["expr"].as_str()?))).collect()
    }

    fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for panel in self.panels() {
            let title = panel["title"].as_str().unwrap_or_default();
            let mut lacks = |what: &str| wrong.push(format!("{}: the panel `{title}` {what}", self.file));
            if title.is_empty() {
                lacks("has no title");
            }
            if matches!(panel["type"].as_str(), Some("row" | "text")) {
                continue;
            }
            if !panel["fieldConfig"]["defaults"]["unit"].is_string() {
                lacks("has no unit");
            }
            if !panel["description"].is_string() {
                lacks("does not say what it shows");
            }
            let asks = panel["targets"]
                .as_array()
                .is_some_and(|targets| !targets.is_empty() && targets.iter().all(|target| target["expr"].is_string()));
            if !asks {
                lacks("asks for nothing");
            }
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_reader_would_miss_is_told() {
        let right = json!({"title": "a", "type": "stat", "description": "b", "targets": [{"expr": "up"}],
            "fieldConfig": {"defaults": {"unit": "short"}}});
        let folded = json!({"title": "row", "type": "row", "panels": [{"type": "stat"}]});
        let dashboard = Dashboard { file: "x".to_owned(), json: json!({"panels": [right, folded]}) };
        assert_eq!(dashboard.expressions(), [("x", "up")]);
        let wrong = dashboard.wrong();
        assert_eq!(wrong.len(), 4, "{wrong:?}");
    }
}
