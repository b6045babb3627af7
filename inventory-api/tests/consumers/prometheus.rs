//! Prometheus finds its targets in the inventory, and takes our own figures, with `deploy/prometheus/servers.yml`.

use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use testbed::process::{Program, Running, free_port};
use testbed::{tools, wait};

use crate::inventory::Inventory;

/// How long Prometheus may take to notice something that it asks for every second.
const LIMIT: Duration = Duration::from_mins(1);

/// The configuration that people copy.
fn example() -> String {
    std::fs::read_to_string(tools::file("deploy/prometheus/servers.yml")).expect("the example is in the repository")
}

/// The same, for this inventory and with less patience.
fn configuration(inventory: &Inventory) -> String {
    let example = example();
    let port = inventory.service.address().port();
    [
        ("scrape_interval: 15s", "scrape_interval: 1s".to_owned()),
        ("refresh_interval: 30s", "refresh_interval: 1s".to_owned()),
        // on this machine nobody but the service itself answers on a port that we know
        ("/servers/sd", format!("/servers/sd?port={port}")),
        ("localhost:5000", inventory.authority()),
    ]
    .iter()
    .fold(example, |text, (from, to)| {
        assert!(text.contains(from), "{from} in\n{text}");
        text.replace(from, to)
    })
}

struct Prometheus {
    running: Running,
    _folder: TempDir,
}

impl Prometheus {
    fn start(configuration: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let file = folder.path().join("prometheus.yml");
        std::fs::write(&file, configuration).expect("a temporary folder can be written to");
        let port = free_port().expect("127.0.0.1 has a free port");
        let running = Program::new(tools::of_debian("prometheus", "prometheus"))
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .port(port)
            .ready_at("/-/ready")
            .start();
        Self { running, _folder: folder }
    }

    fn ask(&self, path: &str) -> Value {
        let mut response = ureq::get(self.running.url(path)).call().expect("Prometheus answers with 200");
        response.body_mut().read_json().expect("Prometheus answers with JSON")
    }

    /// The targets of a job, by their label `instance`.
    fn targets(&self, job: &str) -> Vec<Value> {
        let answer = self.ask("/api/v1/targets?state=active");
        let targets = answer["data"]["activeTargets"].as_array().cloned().unwrap_or_default();
        let mut targets: Vec<_> = targets.into_iter().filter(|target| target["labels"]["job"] == job).collect();
        targets.sort_by_key(|target| target["labels"]["instance"].to_string());
        targets
    }

    /// Wait until a job has as many targets, and each of them was scraped.
    fn wait_for_targets(&self, job: &str, count: usize) -> Vec<Value> {
        wait::until(&format!("{count} scraped targets of {job}"), LIMIT, || {
            let targets = self.targets(job);
            let scraped = targets.iter().all(|target| target["health"] != "unknown");
            (targets.len() == count && scraped).then_some(targets)
        })
    }
}

#[test]
fn it_finds_the_servers_and_the_one_that_is_added() {
    let inventory = Inventory::start();
    // servers that can be scraped here: two addresses of this machine
    inventory.patch(1, &json!({"ip": "127.0.0.1", "tags": ["prod", "web"]}));
    inventory.patch(2, &json!({"ip": "127.0.0.2"}));
    let prometheus = Prometheus::start(&configuration(&inventory));

    let targets = prometheus.wait_for_targets("node", 2);
    assert_eq!(
        targets.iter().map(|target| target["labels"].clone()).collect::<Vec<_>>(),
        [
            json!({"job": "node", "instance": "db-prod-01", "inventory_status": "down"}),
            json!({
                "job": "node", "instance": "web-prod-01", "inventory_status": "up", "inventory_tags": "prod,web"
            }),
        ]
    );
    // the service listens on 127.0.0.1, and not on 127.0.0.2
    assert_eq!([&targets[0]["health"], &targets[1]["health"]], ["down", "up"], "{targets:?}");

    inventory.post(&json!({"hostname": "web-prod-02", "ip": "::1", "status": "up"}));
    let targets = prometheus.wait_for_targets("node", 3);
    let added = &targets[2];
    assert_eq!(added["labels"]["instance"], "web-prod-02");
    let port = inventory.service.address().port();
    assert_eq!(added["discoveredLabels"]["__address__"], format!("[::1]:{port}"));
}

#[test]
fn it_scrapes_our_own_figures() {
    let inventory = Inventory::start();
    let prometheus = Prometheus::start(&configuration(&inventory));
    let target = prometheus.wait_for_targets("inventory-api", 1).remove(0);
    assert_eq!(target["health"], "up", "{}", target["lastError"]);

    // braces and quotes cannot stand in a URL as they are
    let query = "http_requests_total%7Broute%3D%22/metrics%22,status%3D%22200%22%7D";
    let sample = wait::until("a sample of http_requests_total", LIMIT, || {
        prometheus.ask(&format!("/api/v1/query?query={query}"))["data"]["result"].get(0).cloned()
    });
    assert_eq!(sample["metric"]["method"], "GET");
    let kind = prometheus.ask("/api/v1/metadata?metric=http_requests");
    assert_eq!(kind["data"]["http_requests"][0]["type"], "counter", "{kind}");
}

/// Run promtool, which comes with Prometheus, on some text; its exit code and what it says.
fn promtool(arguments: &str, text: &str) -> (Option<i32>, String) {
    let promtool = tools::of_debian("promtool", "prometheus");
    let folder = TempDir::new().expect("a temporary folder can be made");
    let file = folder.path().join("text");
    std::fs::write(&file, text).expect("a temporary folder can be written to");
    let script = format!("exec \"$PROMTOOL\" {arguments}");
    let mut run = Program::new("sh").args(["-c", &script]).env("PROMTOOL", promtool).env("FILE", &file).spawn();
    let status = run.wait();
    (status.code(), run.stdout() + &run.stderr())
}

#[test]
fn promtool_finds_the_configuration_right() {
    let example = example();
    let (code, said) = promtool("check config --lint-fatal \"$FILE\"", &example);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn promtool_finds_nothing_in_our_figures_but_a_rule_of_the_old_format() {
    let inventory = Inventory::start();
    // a read, so that there is a figure of each kind
    inventory.get("/api/v1/servers");
    let figures = ureq::get(inventory.service.url("/metrics")).call().unwrap().body_mut().read_to_string().unwrap();
    let (code, said) = promtool("check metrics < \"$FILE\"", &figures);
    // it reads the format before OpenMetrics, where the help of a counter stands under the name with `_total`
    let other: Vec<_> = said.lines().filter(|line| !line.ends_with("_total no help text")).collect();
    assert_eq!((code, other), (Some(3), vec![]), "{said}\n{figures}");
}
