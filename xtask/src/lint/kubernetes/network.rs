//! Who may speak to whom is who is told of whom: the policies allow exactly what the settings name.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Findings;
use super::manifest::{Labels, Manifest, Pods, labels, list, selects};

/// The settings that name a store, and the label of the pods that may reach one. A database is one of several.
const STORES: [(&str, &[&str]); 4] = [
    ("STORE_URL_FILE", &["polyops/redis"]),
    ("REDIS_URL_FILE", &["polyops/redis"]),
    ("EVENTS_URL_FILE", &["polyops/rabbitmq"]),
    ("DATABASE_URL_FILE", &["polyops/postgres", "polyops/mariadb"]),
];

/// From whom, to whom.
type Ways = BTreeSet<(String, String)>;

pub fn broken(manifests: &[Manifest]) -> Findings {
    let policies: Vec<&Manifest> = manifests.iter().filter(|it| it.kind() == "NetworkPolicy").collect();
    let mut findings = Findings::new();
    if !policies.iter().any(|policy| denies_all(policy)) {
        findings.push("no NetworkPolicy denies what none allows".to_owned());
    }
    for policy in &policies {
        findings.extend(nobody_there(manifests, policy));
    }
    let out = ways(manifests, &policies, "egress", "to");
    let into: Ways = ways(manifests, &policies, "ingress", "from").into_iter().map(|(to, from)| (from, to)).collect();
    findings.extend(out.difference(&into).map(|(from, to)| format!("{from} may speak to {to}, which does not listen")));
    findings.extend(into.difference(&out).map(|(from, to)| format!("{to} listens to {from}, which may not speak")));
    let told = told(manifests, &mut findings);
    let between: Ways = out.union(&into).filter(|(_, to)| is_service(manifests, to)).cloned().collect();
    findings
        .extend(told.difference(&between).map(|(from, to)| format!("{from} is told of {to}, and may not speak to it")));
    findings
        .extend(between.difference(&told).map(|(from, to)| format!("{from} may speak to {to}, and is not told of it")));
    findings.extend(stores(manifests));
    findings
}

fn denies_all(policy: &Manifest) -> bool {
    let types: BTreeSet<&str> = list(policy.at("/spec/policyTypes")).iter().filter_map(Value::as_str).collect();
    *policy.at("/spec/podSelector") == json!({})
        && types == BTreeSet::from(["Egress", "Ingress"])
        && policy.at("/spec/ingress").is_null()
        && policy.at("/spec/egress").is_null()
}

/// Selectors of this namespace that find nobody, and ports that those who are found do not have.
fn nobody_there(manifests: &[Manifest], policy: &Manifest) -> Findings {
    let mut findings = Findings::new();
    let mut found = |selector: &Value| {
        let selector = labels(&selector["matchLabels"]);
        if selected(manifests, &selector).is_empty() {
            let selector: Vec<String> = selector.iter().map(|(name, value)| format!("{name}={value}")).collect();
            findings.push(format!("NetworkPolicy {}: there are no pods {}", policy.name(), selector.join(",")));
        }
    };
    found(policy.at("/spec/podSelector"));
    for peer in peers(policy, "ingress", "from").chain(peers(policy, "egress", "to")) {
        found(&peer["podSelector"]);
    }
    for (direction, sides) in [("ingress", None), ("egress", Some("to"))] {
        for rule in list(policy.at(&format!("/spec/{direction}"))) {
            let at = match sides {
                None => vec![policy.at("/spec/podSelector")],
                Some(to) => list(&rule[to]).iter().filter(|it| is_here(it)).map(|it| &it["podSelector"]).collect(),
            };
            for name in list(&rule["ports"]).iter().filter_map(|port| port["port"].as_str()) {
                let has = |pods: &Pods<'_>| {
                    let ports = pods.containers().iter().flat_map(|container| list(&container["ports"]));
                    ports.clone().any(|port| port["name"] == name)
                };
                let all = at.iter().flat_map(|selector| pods_of(manifests, &labels(&selector["matchLabels"])));
                if !all.into_iter().all(|pods| has(&pods)) {
                    findings.push(format!("NetworkPolicy {}: there is no port {name}", policy.name()));
                }
            }
        }
    }
    findings
}

/// Who may speak to whom, by the rules of one direction: the first is whom the policy is about.
fn ways(manifests: &[Manifest], policies: &[&Manifest], direction: &str, side: &str) -> Ways {
    let mut ways = Ways::new();
    for policy in policies {
        let about = selected(manifests, &labels(policy.at("/spec/podSelector/matchLabels")));
        for peer in peers(policy, direction, side) {
            for other in selected(manifests, &labels(&peer["podSelector"]["matchLabels"])) {
                ways.extend(about.iter().map(|one| (one.clone(), other.clone())));
            }
        }
    }
    ways
}

/// The peers of this namespace.
fn peers<'a>(policy: &'a Manifest, direction: &str, side: &'a str) -> impl Iterator<Item = &'a Value> {
    let rules = list(policy.at(&format!("/spec/{direction}")));
    rules.iter().flat_map(move |rule| list(&rule[side])).filter(|peer| is_here(peer))
}

fn is_here(peer: &Value) -> bool {
    peer.get("namespaceSelector").is_none() && peer.get("podSelector").is_some()
}

fn pods_of<'a>(manifests: &'a [Manifest], selector: &Labels) -> Vec<Pods<'a>> {
    Pods::of(manifests).filter(|pods| selects(selector, &pods.labels())).collect()
}

fn selected(manifests: &[Manifest], selector: &Labels) -> BTreeSet<String> {
    pods_of(manifests, selector).iter().map(|pods| pods.owner.name().to_owned()).collect()
}

fn is_service(manifests: &[Manifest], name: &str) -> bool {
    Pods::of(manifests).any(|pods| pods.are_ours() && pods.owner.name() == name)
}

/// Which services each is told of, by an address among its settings.
fn told(manifests: &[Manifest], findings: &mut Findings) -> Ways {
    let mut told = Ways::new();
    for pods in Pods::of(manifests).filter(Pods::are_ours) {
        for (name, entry) in pods.variables() {
            let Some(rest) = entry["value"].as_str().and_then(|value| value.strip_prefix("http://")) else { continue };
            let authority = rest.split('/').next().unwrap_or_default();
            let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
            let service = manifests.iter().find(|it| it.kind() == "Service" && it.name() == host);
            let ports = service.map_or(&[][..], |service| list(service.at("/spec/ports")));
            if ports.iter().any(|it| it["port"].as_u64().is_some_and(|open| port == open.to_string())) {
                told.insert((pods.owner.name().to_owned(), host.to_owned()));
            } else {
                findings.push(format!("{}: {name} names {authority}, where nobody is", pods.shown()));
            }
        }
    }
    told
}

/// Who has the address of a store has the label that lets him reach it, and nobody else has.
fn stores(manifests: &[Manifest]) -> Findings {
    let mut findings = Findings::new();
    for pods in Pods::of(manifests).filter(Pods::are_ours) {
        let has = |label: &str| pods.labels().contains_key(label);
        let needed = STORES.iter().filter(|(setting, _)| pods.variables().any(|(name, _)| name == *setting));
        let needed: Vec<_> = needed.map(|(_, labels)| *labels).collect();
        for labels in needed.iter().filter(|labels| !labels.iter().any(|label| has(label))) {
            findings.push(format!("{}: it lacks the label {}", pods.shown(), labels.join(" or ")));
        }
        let all: BTreeSet<&str> = STORES.iter().flat_map(|(_, labels)| *labels).copied().collect();
        for label in all.iter().filter(|label| has(label) && !needed.iter().any(|labels| labels.contains(label))) {
            findings.push(format!("{}: it has the label {label}, and no address of one", pods.shown()));
        }
    }
    findings
}
