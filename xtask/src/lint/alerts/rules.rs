//! The rules of Prometheus, and what they owe whoever is woken by them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::RUNBOOKS;
use crate::workspace;

/// Somebody is to look now; this week; nobody: it only shows that alerts arrive.
const SEVERITIES: [&str; 3] = ["page", "ticket", "none"];

/// Every rule.
pub struct Rules(Vec<Rule>);

#[derive(Deserialize)]
struct File {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    record: Option<String>,
    alert: Option<String>,
    expr: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Tests {
    tests: Vec<Test>,
}

#[derive(Deserialize)]
struct Test {
    name: String,
    promql_expr_test: Vec<Expectation>,
}

#[derive(Deserialize)]
struct Expectation {
    expr: String,
    exp_samples: Vec<Sample>,
}

#[derive(Deserialize)]
struct Sample {
    value: f64,
}

/// In which tests an alert is quiet, and in which it fires.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tested {
    quiet: BTreeSet<String>,
    fires: BTreeSet<String>,
}

impl Rules {
    /// Those of these files.
    pub fn read(files: &[&Path]) -> Result<Self> {
        let mut all = Vec::new();
        for file in files {
            let read: File = yaml(file)?;
            all.extend(read.groups.into_iter().flat_map(|group| group.rules));
        }
        Ok(Self(all))
    }

    /// The names that are recorded.
    pub fn recorded(&self) -> impl Iterator<Item = String> {
        self.0.iter().filter_map(|rule| rule.record.clone())
    }

    /// Every expression, and which rule's it is.
    pub fn expressions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|rule| (rule.name(), rule.expr.as_str()))
    }

    /// A sentence for each thing that an alert lacks.
    pub fn wrong(&self, anchors: &BTreeSet<String>, tested: &Tested) -> Vec<String> {
        let alerts = self.0.iter().filter(|rule| rule.alert.is_some());
        alerts.flat_map(|alert| alert.lacks(anchors, tested)).collect()
    }
}

impl Rule {
    fn name(&self) -> &str {
        self.alert.as_deref().or(self.record.as_deref()).unwrap_or("a rule without a name")
    }

    fn lacks(&self, anchors: &BTreeSet<String>, tested: &Tested) -> Vec<String> {
        let name = self.name();
        let severity = self.labels.get("severity").map_or("", String::as_str);
        let says = |annotation: &str| self.annotations.get(annotation).is_some_and(|text| !text.trim().is_empty());
        let anchor = name.to_lowercase();
        let runbook = format!("{RUNBOOKS}#{anchor}");
        let lacks = [
            (!SEVERITIES.contains(&severity), "has no severity of page, ticket or none".to_owned()),
            (!says("summary"), "has no summary".to_owned()),
            (!says("description"), "has no description".to_owned()),
            (self.annotations.get("runbook") != Some(&runbook), format!("must name its runbook, {runbook}")),
            (!anchors.contains(&anchor), format!("has no runbook: {RUNBOOKS} needs a heading {name}")),
            (!tested.fires.contains(name), "fires in no test".to_owned()),
            // what always fires is never quiet
            (severity != "none" && !tested.quiet.contains(name), "is quiet in no test".to_owned()),
        ];
        lacks.into_iter().filter(|(lacking, _)| *lacking).map(|(_, what)| format!("{name} {what}")).collect()
    }
}

/// What the tests, each named after its alert, expect of `ALERTS`.
pub fn tested(files: &[&Path]) -> Result<Tested> {
    let mut all = Vec::new();
    for file in files {
        all.extend(yaml::<Tests>(file)?.tests);
    }
    Ok(Tested::of(all))
}

impl Tested {
    fn of(tests: Vec<Test>) -> Self {
        let mut tested = Self::default();
        for test in tests {
            let asks = format!("ALERTS{{alertname=\"{}\", alertstate=\"firing\"}}", test.name);
            for expected in test.promql_expr_test.iter().filter(|expected| expected.expr.contains(&asks)) {
                let fires = expected.exp_samples.iter().any(|sample| sample.value > 0.0);
                let place = if fires { &mut tested.fires } else { &mut tested.quiet };
                place.insert(test.name.clone());
            }
        }
        tested
    }
}

fn yaml<T: DeserializeOwned>(file: &Path) -> Result<T> {
    let text = std::fs::read_to_string(workspace::root().join(file))?;
    let read = serde_saphyr::from_str(&text).map_err(|error| anyhow::anyhow!("{error}"));
    read.with_context(|| format!("cannot read {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALERT: &str = r"
groups:
  - rules:
      - alert: TooLate
        expr: up == 0
        labels: { severity: page }
        annotations: { summary: a, description: b, runbook: docs/observability.md#toolate }
";
    const TESTS: &str = r#"
tests:
  - name: TooLate
    promql_expr_test:
      - { expr: 'count(ALERTS{alertname="TooLate", alertstate="firing"})', exp_samples: [] }
      - { expr: 'count(ALERTS{alertname="TooLate", alertstate="firing"})', exp_samples: [{ labels: '{}', value: 1 }] }
"#;

    fn wrong(rules: &str, tests: &str, anchors: &[&str]) -> Vec<String> {
        let file: File = serde_saphyr::from_str(rules).unwrap();
        let tests: Tests = serde_saphyr::from_str(tests).unwrap();
        let rules = Rules(file.groups.into_iter().flat_map(|group| group.rules).collect());
        rules.wrong(&anchors.iter().map(|&anchor| anchor.to_owned()).collect(), &Tested::of(tests.tests))
    }

    #[test]
    fn an_alert_with_all_that_it_owes_is_right() {
        assert_eq!(wrong(ALERT, TESTS, &["toolate"]), Vec::<String>::new());
    }

    #[test]
    fn each_thing_that_an_alert_lacks_is_told() {
        let bare = "groups: [{rules: [{alert: TooLate, expr: up}]}]";
        assert_eq!(wrong(bare, "tests: []", &[]).len(), 7);
        assert_eq!(
            wrong(ALERT, "tests: []", &["toolate"]),
            ["TooLate fires in no test", "TooLate is quiet in no test"]
        );
        let only_fires = TESTS.replace("exp_samples: []", "exp_samples: [{ value: 1 }]");
        assert_eq!(wrong(ALERT, &only_fires, &["toolate"]), ["TooLate is quiet in no test"]);
        assert_eq!(
            wrong(ALERT, TESTS, &["too-late"]),
            ["TooLate has no runbook: docs/observability.md needs a heading TooLate"]
        );
    }
}
