//! A small overlay that keeps every rule, and what is said when one thing in it is changed.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::{broken, manifest};

/// A page, and an API that it calls; both on a Redis.
const RIGHT: &str = include_str!("right.yaml");

fn facts() -> Facts {
    let texts = |texts: &[&str]| -> BTreeSet<String> { texts.iter().map(|text| (*text).to_owned()).collect() };
    Facts {
        ports: BTreeMap::from([("api".to_owned(), 80), ("page".to_owned(), 81)]),
        settings: BTreeMap::from([
            ("api".to_owned(), texts(&["STORE_URL", "NAME", "DRAIN_SECONDS"])),
            ("page".to_owned(), texts(&["API_URL"])),
        ]),
        keys: BTreeSet::from([
            ("secrets-api".to_owned(), "STORE_URL".to_owned()),
            ("secrets-redis".to_owned(), "users".to_owned()),
        ]),
    }
}

fn said(overlay: &str) -> Vec<String> {
    broken(&manifest::all(overlay).unwrap(), &facts())
}

/// What is said when the first `old` is `new`.
fn when(old: &str, new: &str) -> Vec<String> {
    assert!(RIGHT.contains(old), "{old}");
    said(&RIGHT.replacen(old, new, 1))
}

#[test]
fn what_keeps_every_rule_is_let_through() {
    assert_eq!(said(RIGHT), Vec::<String>::new());
}

#[test]
fn a_pod_with_more_rights_than_it_needs_is_named() {
    for (old, new, finding) in [
        ("automountServiceAccountToken: false", "automountServiceAccountToken: true", "it gets a token for Kubernetes"),
        ("runAsNonRoot: true", "runAsNonRoot: false", "it may run as root"),
        ("runAsUser: 65532", "runAsUser: 1000", "it does not run as the image's user"),
        ("type: RuntimeDefault", "type: Unconfined", "no seccomp profile"),
        ("allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true", "it may gain rights"),
        ("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "its file system can be written to"),
        ("{ drop: [ALL] }", "{ drop: [ALL], add: [NET_ADMIN] }", "it keeps capabilities"),
        ("automountService", "hostNetwork: true\n      automountService", "hostNetwork: it shares the machine's"),
        ("emptyDir: {}", "hostPath: { path: /etc }", "hostPath: it reaches into the machine's disk"),
    ] {
        assert_eq!(when(old, new), [format!("Deployment api: {finding}")], "{new}");
    }
}

#[test]
fn a_container_without_limits_probes_or_a_fixed_image_is_named() {
    for (old, new, finding) in [
        ("limits: { cpu: \"1\", memory: 64Mi }", "limits: { cpu: \"1\" }", "no limits of memory"),
        ("requests: { cpu: 50m, memory: 32Mi }", "requests: { memory: 32Mi }", "no requests of cpu"),
        ("startupProbe:", "aProbe:", "no startupProbe"),
        ("image: there/api:dev", "image: there/api:latest", "the image there/api:latest moves"),
        ("image: there/api:dev", "image: there:5000/api", "the image there:5000/api has neither tag nor digest"),
        (
            "startupProbe: { httpGet: { path: /readyz,",
            "startupProbe: { httpGet: { path: /,",
            "its startupProbe asks for something else than /livez or /readyz",
        ),
        (
            "livenessProbe: { httpGet: { path: /livez,",
            "livenessProbe: { httpGet: { path: /readyz,",
            "it is restarted when its storage is away",
        ),
    ] {
        assert_eq!(when(old, new), [format!("Deployment api: {finding}")], "{new}");
    }
}

#[test]
fn a_service_that_is_not_let_end_in_good_order_is_named() {
    for (old, new, finding) in [
        ("sleep: { seconds: 5 }", "sleep: { seconds: 0 }", "it stops while proxies still send"),
        ("PeriodSeconds: 30", "PeriodSeconds: 29", "it is killed before it has drained"),
        (
            "- { name: NAME, ",
            "- { name: DRAIN_SECONDS, value: \"21\" }\n            - { name: NAME, ",
            "it is killed before it has drained",
        ),
        ("maxUnavailable: 0", "maxUnavailable: 1", "a new version takes an old one's place before it is ready"),
    ] {
        assert_eq!(when(old, new), [format!("Deployment api: {finding}")], "{new}");
    }
}

#[test]
fn a_service_that_is_missing_or_not_where_its_image_listens_is_named() {
    let mut facts = facts();
    facts.ports.insert("third".to_owned(), 82);
    let found = broken(&manifest::all(RIGHT).unwrap(), &facts);
    assert_eq!(found, ["the service third is missing"]);
    facts.ports.remove("third");
    facts.ports.remove("page");
    let found = broken(&manifest::all(RIGHT).unwrap(), &facts);
    assert_eq!(found, ["Deployment page: the Dockerfile has no such service"]);
    for (old, new, finding) in [
        (
            "containerPort: 80 ",
            "containerPort: 8080 ",
            "Deployment api: it does not listen on 80, which the Dockerfile exposes",
        ),
        ("image: there/api:dev", "image: there/page:dev", "Deployment api: it runs another image than api"),
        ("targetPort: http", "targetPort: 8080", "no Service api leads to its port 80"),
        ("selector: { app: api }", "selector: { app: page }", "no Service api leads to its port 80"),
    ] {
        assert_eq!(when(old, new), [finding], "{new}");
    }
}

#[test]
fn what_scales_protects_or_lets_in_nobody_is_named() {
    for (old, new, finding) in [
        (
            "scaleTargetRef: { kind: Deployment, name: page }",
            "scaleTargetRef: { kind: Deployment, name: pages }",
            "HorizontalPodAutoscaler page: there is no such target",
        ),
        ("{ app: page } # budget", "{ app: pages }", "PodDisruptionBudget page: there are no such pods"),
        ("hosts: [a.example.org]", "hosts: [b.example.org]", "Ingress page: \"a.example.org\" has no certificate"),
        ("service: { name: page,", "service: { name: pages,", "Ingress page: there is no Service \"pages\""),
        ("ReadWriteMany", "ReadWriteOnce", "Deployment page: several replicas, and a volume for one machine"),
    ] {
        assert_eq!(when(old, new), [finding], "{new}");
    }
}

#[test]
fn a_variable_that_is_no_setting_or_has_no_value_is_named() {
    for (old, new, finding) in [
        ("name: NAME, ", "name: TITLE, ", "Deployment api: TITLE is no setting of it"),
        ("key: NAME }", "key: TITLE }", "Deployment api: NAME is the key TITLE of a ConfigMap that has none"),
        (
            "value: /run/secrets/STORE_URL",
            "value: /run/secrets/STORE",
            "Deployment api: STORE_URL_FILE names STORE, which nobody makes",
        ),
        (
            "configMapKeyRef: { name: site, key: NAME }",
            "secretKeyRef: { name: site, key: NAME }",
            "Deployment api: NAME comes from somewhere else than a value, a file or a ConfigMap",
        ),
        (
            "secretName: secrets-redis",
            "secretName: secrets-other",
            "StatefulSet redis: nobody makes the Secret secrets-other",
        ),
        (
            "kind: ConfigMap\nmetadata: { name: other }",
            "kind: Secret\nmetadata: { name: other }",
            "Secret other: secrets are made in the cluster, and lie in no file",
        ),
    ] {
        assert_eq!(when(old, new), [finding], "{new}");
    }
    let mut facts = facts();
    facts.settings.get_mut("api").unwrap().insert("API_TOKEN".to_owned());
    let open =
        RIGHT.replacen("- { name: NAME, ", "- { name: API_TOKEN, value: open }\n            - { name: NAME, ", 1);
    let found = broken(&manifest::all(&open).unwrap(), &facts);
    assert_eq!(found, ["Deployment api: API_TOKEN is a secret: name a file that holds it"]);
}

#[test]
fn a_network_that_allows_more_or_less_than_the_settings_name_is_told() {
    for (old, new, findings) in [
        (
            "policyTypes: [Ingress, Egress] # all",
            "policyTypes: [Ingress]",
            vec!["no NetworkPolicy denies what none allows"],
        ),
        (
            "{ app: page } # caller",
            "{ app: pages }",
            vec!["NetworkPolicy api: there are no pods app=pages", "page may speak to api, which does not listen"],
        ),
        (
            "{ app: api } # called",
            "{ app: redis }",
            vec![
                "NetworkPolicy page: there is no port http",
                "page may speak to redis, which does not listen",
                "api listens to page, which may not speak",
            ],
        ),
        ("port: http } # called at", "port: web }", vec!["NetworkPolicy page: there is no port web"]),
        (
            "value: http://api:80/below",
            "value: http://api:8080",
            vec![
                "Deployment page: API_URL names api:8080, where nobody is",
                "page may speak to api, and is not told of it",
            ],
        ),
        (
            "env: [{ name: API_URL, value: http://api:80/below }]",
            "env: []",
            vec!["page may speak to api, and is not told of it"],
        ),
    ] {
        assert_eq!(when(old, new), findings, "{new}");
    }
}

#[test]
fn who_has_a_store_s_address_and_who_may_reach_it_are_the_same() {
    let without = when("- { name: STORE_URL_FILE, value: /run/secrets/STORE_URL }", "");
    assert_eq!(without, ["Deployment api: it has the label polyops/redis, and no address of one"]);
    let unlabelled = when("app: api, polyops/redis: user,", "app: api,");
    assert!(unlabelled.contains(&"Deployment api: it lacks the label polyops/redis".to_owned()), "{unlabelled:?}");
}
