//! Which figures an expression reads, and which there are.

use std::collections::BTreeSet;

/// Of those that Prometheus, Alertmanager and the blackbox exporter expose, what our rules read.
const FOREIGN: [&str; 10] = [
    "ALERTS",
    "alertmanager_config_last_reload_successful",
    "alertmanager_notifications_failed_total",
    "probe_duration_seconds",
    "probe_ssl_earliest_cert_expiry",
    "probe_success",
    "prometheus_config_last_reload_successful",
    "prometheus_notifications_errors_total",
    "prometheus_rule_evaluation_failures_total",
    "up",
];

/// Words of the language that stand where a name could.
const WORDS: [&str; 12] =
    ["and", "or", "unless", "offset", "bool", "inf", "nan", "atan2", "by", "without", "on", "ignoring"];

/// Words before labels in parentheses.
const BEFORE_LABELS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];

/// Every name that may be read.
pub struct Figures(BTreeSet<String>);

impl Figures {
    /// Those of the services: lines `service name type`. What is there seldom is no ground to stand on.
    pub fn listed(text: &str) -> Self {
        let mut all: BTreeSet<String> = FOREIGN.iter().map(|&name| name.to_owned()).collect();
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.ends_with(" seldom")) {
            let mut words = line.split_whitespace().skip(1);
            let (Some(name), Some(kind)) = (words.next(), words.next()) else { continue };
            let endings: &[&str] = match kind {
                "counter" => &["_total"],
                "histogram" => &["_bucket", "_sum", "_count"],
                _ => &[""],
            };
            all.extend(endings.iter().map(|ending| format!("{name}{ending}")));
        }
        Self(all)
    }

    /// And these, which rules record.
    #[must_use]
    pub fn with(mut self, recorded: impl IntoIterator<Item = String>) -> Self {
        self.0.extend(recorded);
        self
    }

    /// A sentence for each name that this expression reads and nobody exposes.
    pub fn unknown(&self, place: &str, expression: &str) -> Vec<String> {
        let names = read_by(expression).into_iter().filter(|name| !self.0.contains(name));
        names.map(|name| format!("{place}: no service exposes {name}")).collect()
    }
}

/// The names of the figures in an expression of `PromQL`.
fn read_by(expression: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '"' | '\'' | '`' => after(&rest[1..], first),
            '{' => after_labels(&rest[1..]),
            '[' => after(&rest[1..], ']'),
            // a number, a duration, or a variable of a dashboard
            '0'..='9' | '$' => rest[1..].trim_start_matches(is_of_a_name),
            _ if is_of_a_name(first) => {
                let behind = rest.trim_start_matches(is_of_a_name);
                let name = &rest[..rest.len() - behind.len()];
                let next = behind.trim_start();
                // `sum (…)`, and `sum by (job) (…)` too
                let opens = next.starts_with('(') || ["by", "without"].contains(&word_of(next));
                if opens && BEFORE_LABELS.contains(&name) {
                    after(behind, ')')
                } else {
                    if !opens && !WORDS.contains(&name) {
                        names.insert(name.to_owned());
                    }
                    behind
                }
            }
            other => &rest[other.len_utf8()..],
        };
    }
    names
}

/// The word that this begins with, or nothing.
fn word_of(text: &str) -> &str {
    &text[..text.len() - text.trim_start_matches(is_of_a_name).len()]
}

fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == ':'
}

/// What follows the labels in braces; their values may hold a brace.
fn after_labels(text: &str) -> &str {
    let mut quote = None;
    for (place, c) in text.char_indices() {
        match quote {
            None if c == '}' => return &text[place + 1..],
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            Some(open) if c == open => quote = None,
            _ => {}
        }
    }
    ""
}

/// What follows the next `end`.
fn after(text: &str, end: char) -> &str {
    text.split_once(end).map_or("", |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(expression: &str) -> Vec<String> {
        read_by(expression).into_iter().collect()
    }

    #[test]
    fn the_names_in_an_expression_are_found_and_nothing_else() {
        for (expression, expected) in [
            ("up", vec!["up"]),
            (r#"sum by (job, le) (rate(a_bucket{route="/x}y", le="0.1"}[5m]))"#, vec!["a_bucket"]),
            ("a:b:rate5m > on (job) group_left (x) 14.4 * job:c:ratio", vec!["a:b:rate5m", "job:c:ratio"]),
            ("a unless a offset 30m or 0 * b", vec!["a", "b"]),
            ("sum(rate(a{job=~\"$job\"}[$__rate_interval])) / vector(1e3)", vec!["a"]),
            ("label_replace(a, \"job\", \"$1\", \"x\", \"b\") == bool 1", vec!["a"]),
        ] {
            assert_eq!(names(expression), expected, "{expression}");
        }
    }

    #[test]
    fn a_name_that_nobody_exposes_is_told() {
        let known = Figures::listed("# x\ns a counter\ns b histogram\ns c gauge\ns d counter seldom\n");
        let known = known.with(["job:e:rate5m".to_owned()]);
        assert!(known.unknown("here", "a_total + b_count + c + job:e:rate5m + up").is_empty());
        assert_eq!(known.unknown("here", "a"), ["here: no service exposes a"]);
        assert_eq!(known.unknown("here", "d_total"), ["here: no service exposes d_total"]);
    }
}
