//! Ansible reads the inventory through `deploy/ansible/inventory.sh`.

use serde_json::{Value, json};
use tempfile::TempDir;
use testbed::process::Program;
use testbed::tools;

use crate::inventory::Inventory;

/// What Ansible prints when it is asked about the servers of this inventory.
fn ask(inventory: &Inventory, program: &str, arguments: &[&str]) -> String {
    tools::of_debian("curl", "curl");
    let home = TempDir::new().expect("a temporary folder can be made");
    let mut ansible = Program::new(tools::of_debian(program, "ansible-core"))
        .env("HOME", home.path())
        // it refuses to start where the locale is not UTF-8
        .env("LC_ALL", "C.UTF-8")
        .env("ANSIBLE_NOCOLOR", "1")
        .env("INVENTORY_URL", inventory.service.url(""))
        .arg("-i")
        .arg(tools::file("deploy/ansible/inventory.sh"))
        .args(arguments)
        .spawn();
    let status = ansible.wait();
    assert!(status.success(), "{status}\n{}{}", ansible.stdout(), ansible.stderr());
    // what it cannot read it warns of, and goes on without
    assert_eq!(ansible.stderr(), "");
    ansible.stdout()
}

fn listed(inventory: &Inventory) -> Value {
    serde_json::from_str(&ask(inventory, "ansible-inventory", &["--list"])).expect("--list prints JSON")
}

#[test]
fn hosts_their_addresses_and_their_groups_arrive() {
    let inventory = Inventory::start();
    inventory.post(&json!({
        "hostname": "web-prod-02", "ip": "2001:db8::3", "status": "maintenance", "tags": ["web", "eu-west-3"]
    }));
    let list = listed(&inventory);
    assert_eq!(list["status_up"]["hosts"], json!(["web-prod-01"]));
    assert_eq!(list["status_down"]["hosts"], json!(["db-prod-01"]));
    assert_eq!(list["status_maintenance"]["hosts"], json!(["web-prod-02"]));
    assert_eq!(list["tag_web"]["hosts"], json!(["web-prod-02"]));
    assert_eq!(list["tag_eu_west_3"]["hosts"], json!(["web-prod-02"]));
    let addresses = ["web-prod-01", "db-prod-01", "web-prod-02"].map(|host| {
        let address = &list["_meta"]["hostvars"][host]["ansible_host"];
        address.as_str().unwrap_or_else(|| panic!("{host} has no address in {list}")).to_owned()
    });
    assert_eq!(addresses, ["10.0.0.1", "10.0.0.2", "2001:db8::3"]);

    let host: Value = serde_json::from_str(&ask(&inventory, "ansible-inventory", &["--host", "web-prod-01"])).unwrap();
    assert_eq!(
        host,
        json!({
            "ansible_host": "10.0.0.1", "inventory_id": 1, "inventory_status": "up", "inventory_tags": []
        })
    );

    let graph = ask(&inventory, "ansible-inventory", &["--graph"]);
    for line in ["|--@status_up:", "|  |--web-prod-01", "|--@tag_eu_west_3:", "|  |--web-prod-02"] {
        assert!(graph.lines().any(|found| found.trim() == line), "{line} in\n{graph}");
    }
}

#[test]
fn code_in_a_description_is_not_run() {
    let inventory = Inventory::start();
    // what Ansible would take for code, were it in a variable
    let description = "{{ 7 * 191911 }} {{ lookup('pipe', 'echo run-by-ansible') }}";
    let server = inventory.post(&json!({
        "hostname": "web-prod-02", "ip": "10.0.0.3", "status": "up", "description": description
    }));
    assert_eq!(server["description"], description, "the inventory keeps it as it is");

    // every variable of the host, written out: this is where templates are filled in
    let shown = ask(&inventory, "ansible", &["web-prod-02", "-m", "debug", "-a", "var=hostvars[inventory_hostname]"]);
    assert!(shown.contains("\"ansible_host\": \"10.0.0.3\""), "{shown}");
    for trace in ["191911", "1343377", "run-by-ansible"] {
        assert!(!shown.contains(trace), "{trace} in\n{shown}");
    }
}
