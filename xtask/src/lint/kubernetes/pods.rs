//! What every pod is held to: no right that it does not need, limits, probes, an end in good order.

use serde_json::{Value, json};

use super::Findings;
use super::facts::Facts;
use super::manifest::{Manifest, Pods, list};

/// The user of every image of ours.
const USER: u64 = 65_532;

/// What `DRAIN_SECONDS` is when nobody sets it.
const DRAIN: u64 = 20;

/// For the storage to be closed, after the last request.
const CLOSING: u64 = 5;

pub fn broken(manifests: &[Manifest], facts: &Facts) -> Findings {
    let mut findings = Findings::new();
    for pods in Pods::of(manifests) {
        let mut say = |what: &str| findings.push(format!("{}: {what}", pods.shown()));
        of_the_pod(&pods, &mut say);
        let preparing = list(pods.at("/initContainers"));
        for container in pods.containers().iter().chain(preparing) {
            of_any_container(container, &mut say);
        }
        for container in pods.containers() {
            probes(container, &mut say);
        }
        if pods.are_ours() {
            of_a_service(&pods, facts, &mut say);
        }
    }
    findings
}

fn of_the_pod(pods: &Pods<'_>, say: &mut impl FnMut(&str)) {
    let wanted = [
        ("/automountServiceAccountToken", json!(false), "it gets a token for Kubernetes"),
        ("/securityContext/runAsNonRoot", json!(true), "it may run as root"),
        ("/securityContext/seccompProfile/type", json!("RuntimeDefault"), "no seccomp profile"),
    ];
    for (pointer, value, otherwise) in wanted {
        if *pods.at(pointer) != value {
            say(otherwise);
        }
    }
    for shared in ["hostNetwork", "hostPID", "hostIPC"] {
        if *pods.at(&format!("/{shared}")) == json!(true) {
            say(&format!("{shared}: it shares the machine's"));
        }
    }
    if list(pods.at("/volumes")).iter().any(|volume| volume.get("hostPath").is_some()) {
        say("hostPath: it reaches into the machine's disk");
    }
}

fn of_any_container(container: &Value, say: &mut impl FnMut(&str)) {
    let wanted = [
        ("/securityContext/allowPrivilegeEscalation", json!(false), "it may gain rights"),
        ("/securityContext/readOnlyRootFilesystem", json!(true), "its file system can be written to"),
        ("/securityContext/capabilities", json!({"drop": ["ALL"]}), "it keeps capabilities"),
    ];
    for (pointer, value, otherwise) in wanted {
        if container.pointer(pointer) != Some(&value) {
            say(otherwise);
        }
    }
    for (kind, what) in [("requests", "cpu"), ("requests", "memory"), ("limits", "cpu"), ("limits", "memory")] {
        if container["resources"][kind][what].is_null() {
            say(&format!("no {kind} of {what}"));
        }
    }
    let image = container["image"].as_str().unwrap_or_default();
    let last = image.rsplit('/').next().unwrap_or_default();
    match last.split_once(['@', ':']) {
        None => say(&format!("the image {image} has neither tag nor digest")),
        Some((_, "latest")) => say(&format!("the image {image} moves")),
        Some(_) => {}
    }
}

fn probes(container: &Value, say: &mut impl FnMut(&str)) {
    for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
        if container[probe].is_null() {
            say(&format!("no {probe}"));
        }
    }
}

fn of_a_service(pods: &Pods<'_>, facts: &Facts, say: &mut impl FnMut(&str)) {
    if pods.at("/securityContext/runAsUser").as_u64() != Some(USER) {
        say("it does not run as the image's user");
    }
    for container in pods.containers() {
        for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
            let asked = &container[probe]["httpGet"];
            let path = asked["path"].as_str();
            if !container[probe].is_null() && (asked["port"] != "http" || !matches!(path, Some("/livez" | "/readyz"))) {
                say(&format!("its {probe} asks for something else than /livez or /readyz"));
            }
        }
        if container["livenessProbe"]["httpGet"]["path"] == "/readyz" {
            say("it is restarted when its storage is away");
        }
        let wait = container.pointer("/lifecycle/preStop/sleep/seconds").and_then(Value::as_u64).unwrap_or(0);
        if wait == 0 {
            say("it stops while proxies still send");
        }
        let drain = pods.variables().find(|(name, _)| *name == "DRAIN_SECONDS");
        let drain = drain.and_then(|(_, entry)| entry["value"].as_str()?.parse().ok()).unwrap_or(DRAIN);
        if pods.at("/terminationGracePeriodSeconds").as_u64().unwrap_or(30) < wait + drain + CLOSING {
            say("it is killed before it has drained");
        }
    }
    if pods.owner.kind() == "Deployment" {
        let strategy = pods.owner.at("/spec/strategy/rollingUpdate/maxUnavailable");
        if *strategy != json!(0) {
            say("a new version takes an old one's place before it is ready");
        }
    }
    let name = pods.owner.name();
    if !facts.ports.contains_key(name) {
        say("the Dockerfile has no such service");
    }
}
