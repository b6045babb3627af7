//! Every service of the Dockerfile is there, at its port; and what scales or protects something finds it.

use serde_json::Value;

use super::Findings;
use super::facts::Facts;
use super::manifest::{Manifest, Pods, labels, list, selects};

pub fn broken(manifests: &[Manifest], facts: &Facts) -> Findings {
    let mut findings = Findings::new();
    for (name, port) in &facts.ports {
        match Pods::of(manifests).find(|pods| pods.are_ours() && pods.owner.name() == name) {
            None => findings.push(format!("the service {name} is missing")),
            Some(pods) => findings.extend(of_a_service(manifests, &pods, name, *port)),
        }
    }
    for manifest in manifests {
        match manifest.kind() {
            "PodDisruptionBudget" => {
                let selector = labels(manifest.at("/spec/selector/matchLabels"));
                if !Pods::of(manifests).any(|pods| selects(&selector, &pods.labels())) {
                    findings.push(format!("PodDisruptionBudget {}: there are no such pods", manifest.name()));
                }
            }
            "HorizontalPodAutoscaler" => {
                let target = &manifest.at("/spec/scaleTargetRef");
                let of = |it: &&Manifest| target["kind"] == it.kind() && target["name"] == it.name();
                if !manifests.iter().any(|it| of(&it)) {
                    findings.push(format!("HorizontalPodAutoscaler {}: there is no such target", manifest.name()));
                }
            }
            "Ingress" => findings.extend(of_an_ingress(manifests, manifest)),
            _ => {}
        }
    }
    findings.extend(several_on_one_volume(manifests));
    findings
}

fn of_a_service(manifests: &[Manifest], pods: &Pods<'_>, name: &str, port: u16) -> Findings {
    let mut findings = Findings::new();
    let containers = pods.containers();
    let is_its_image = |image: &str| {
        let last = image.rsplit('/').next().unwrap_or_default();
        last.split(['@', ':']).next() == Some(name)
    };
    if !containers.iter().all(|container| container["image"].as_str().is_some_and(is_its_image)) {
        findings.push(format!("{}: it runs another image than {name}", pods.shown()));
    }
    let listens = containers.iter().flat_map(|container| list(&container["ports"]));
    if !listens.clone().any(|it| it["name"] == "http" && it["containerPort"] == port) {
        findings.push(format!("{}: it does not listen on {port}, which the Dockerfile exposes", pods.shown()));
    }
    let service = manifests.iter().find(|it| it.kind() == "Service" && it.name() == name);
    let found = service.is_some_and(|service| {
        let selector = labels(service.at("/spec/selector"));
        let leads = list(service.at("/spec/ports")).iter().any(|it| it["port"] == port && it["targetPort"] == "http");
        !selector.is_empty() && selects(&selector, &pods.labels()) && leads
    });
    if !found {
        findings.push(format!("no Service {name} leads to its port {port}"));
    }
    findings
}

fn of_an_ingress(manifests: &[Manifest], ingress: &Manifest) -> Findings {
    let rules = list(ingress.at("/spec/rules"));
    let encrypted: Vec<&Value> = list(ingress.at("/spec/tls")).iter().flat_map(|tls| list(&tls["hosts"])).collect();
    let mut findings = Findings::new();
    for rule in rules {
        if !encrypted.contains(&&rule["host"]) {
            findings.push(format!("Ingress {}: {} has no certificate", ingress.name(), rule["host"]));
        }
        for path in list(&rule["http"]["paths"]) {
            let name = &path["backend"]["service"]["name"];
            if !manifests.iter().any(|it| it.kind() == "Service" && *name == it.name()) {
                findings.push(format!("Ingress {}: there is no Service {name}", ingress.name()));
            }
        }
    }
    findings
}

/// Several replicas share a volume that many machines can mount, and no other.
fn several_on_one_volume(manifests: &[Manifest]) -> Findings {
    let mut findings = Findings::new();
    for pods in Pods::of(manifests) {
        let scaled = manifests.iter().any(|it| {
            it.kind() == "HorizontalPodAutoscaler" && it.text("/spec/scaleTargetRef/name") == Some(pods.owner.name())
        });
        if !scaled && pods.owner.at("/spec/replicas").as_u64().unwrap_or(1) < 2 {
            continue;
        }
        let claimed =
            list(pods.at("/volumes")).iter().filter_map(|it| it["persistentVolumeClaim"]["claimName"].as_str());
        for claim in claimed {
            let claim = manifests.iter().find(|it| it.kind() == "PersistentVolumeClaim" && it.name() == claim);
            let shared =
                claim.is_some_and(|it| list(it.at("/spec/accessModes")).iter().any(|it| it == "ReadWriteMany"));
            if !shared {
                findings.push(format!("{}: several replicas, and a volume for one machine", pods.shown()));
            }
        }
    }
    findings
}
