//! Every variable is a setting of its service, and every file that one names will be there.

use serde_json::Value;

use super::Findings;
use super::facts::Facts;
use super::manifest::{Manifest, Pods, list};

/// Where Secrets are mounted.
const FOLDER: &str = "/run/secrets/";

pub fn broken(manifests: &[Manifest], facts: &Facts) -> Findings {
    let mut findings = Findings::new();
    for secret in manifests.iter().filter(|it| it.kind() == "Secret") {
        findings.push(format!("Secret {}: secrets are made in the cluster, and lie in no file", secret.name()));
    }
    for pods in Pods::of(manifests) {
        let mut say = |what: String| findings.push(format!("{}: {what}", pods.shown()));
        for secret in mounted(&pods) {
            if !facts.keys.iter().any(|(known, _)| known == secret) {
                say(format!("nobody makes the Secret {secret}"));
            }
        }
        for (name, entry) in pods.variables() {
            let setting = name.strip_suffix("_FILE").unwrap_or(name);
            let known = facts.settings.get(pods.owner.name());
            if pods.are_ours() && !known.is_some_and(|known| known.contains(setting) || known.contains(name)) {
                say(format!("{name} is no setting of it"));
            }
            if let Some(wrong) = wrong_value(manifests, facts, &pods, name, entry) {
                say(wrong);
            }
        }
    }
    findings
}

fn mounted<'a>(pods: &Pods<'a>) -> impl Iterator<Item = &'a str> {
    list(pods.at("/volumes")).iter().filter_map(|volume| volume["secret"]["secretName"].as_str())
}

fn wrong_value(manifests: &[Manifest], facts: &Facts, pods: &Pods<'_>, name: &str, entry: &Value) -> Option<String> {
    if let Some(value) = entry["value"].as_str() {
        if ["TOKEN", "SECRET", "PASSWORD"].iter().any(|word| name.ends_with(word)) {
            return Some(format!("{name} is a secret: name a file that holds it"));
        }
        let key = value.strip_prefix(FOLDER)?;
        let made = mounted(pods).any(|secret| facts.keys.contains(&(secret.to_owned(), key.to_owned())));
        return (!made).then(|| format!("{name} names {key}, which nobody makes"));
    }
    let from = &entry["valueFrom"]["configMapKeyRef"];
    let Some((map, key)) = from["name"].as_str().zip(from["key"].as_str()) else {
        return Some(format!("{name} comes from somewhere else than a value, a file or a ConfigMap"));
    };
    let map = manifests.iter().find(|it| it.kind() == "ConfigMap" && it.name() == map);
    let there = map.is_some_and(|map| !map.at("/data")[key].is_null());
    (!there).then(|| format!("{name} is the key {key} of a ConfigMap that has none"))
}
