//! How the containers are shut in, as Docker itself sees it.

use serde_json::Value;
use tests::compose::{Compose, docker};

/// Makes the secrets and ends.
const FIRST: &str = "secrets";

/// Everything but what has ended already.
fn running(system: &Compose) -> Vec<String> {
    system.services().into_iter().filter(|service| service != FIRST).collect()
}

pub fn all_that_the_file_names_runs_and_is_healthy(system: &Compose) {
    let named = system.compose(&["config", "--services"]);
    let mut named: Vec<&str> = named.lines().collect();
    named.sort_unstable();
    assert_eq!(system.services(), named);
    for service in running(system) {
        let state = &system.inspect(&service)["State"];
        assert_eq!((&state["Status"], &state["Health"]["Status"]), (&"running".into(), &"healthy".into()), "{service}");
        assert_eq!(system.inspect(&service)["RestartCount"], 0, "{service} was started more than once");
    }
    assert_eq!(system.inspect(FIRST)["State"]["ExitCode"], 0);
}

pub fn each_is_read_only_without_rights_and_within_limits(system: &Compose) {
    for service in system.services() {
        let host = &system.inspect(&service)["HostConfig"];
        assert_eq!(host["ReadonlyRootfs"], true, "{service}");
        assert_eq!(host["Privileged"], false, "{service}");
        assert_eq!(host["CapDrop"], serde_json::json!(["ALL"]), "{service}");
        let added = match service.as_str() {
            "caddy" => serde_json::json!(["NET_BIND_SERVICE"]),
            FIRST => serde_json::json!(["CHOWN"]),
            _ => Value::Null,
        };
        assert_eq!(host["CapAdd"], added, "{service}");
        assert_eq!(host["SecurityOpt"], serde_json::json!(["no-new-privileges:true"]), "{service}");
        let limit = |name: &str| host[name].as_u64().unwrap_or_default();
        assert!((1..=400 << 20).contains(&limit("Memory")), "{service}: {} bytes", limit("Memory"));
        assert!((1..=1_000_000_000).contains(&limit("NanoCpus")), "{service}: {} of a core", limit("NanoCpus"));
        assert!((1..=200).contains(&limit("PidsLimit")), "{service}: {} processes", limit("PidsLimit"));
    }
}

/// What the kernel says of the processes, whatever is declared; and that no container could write where it should not.
pub fn nobody_runs_as_root(system: &Compose) {
    for service in running(system) {
        let processes = docker(&["top", &system.container(&service), "-o", "uid,pid"]);
        let users = processes.lines().skip(1).filter_map(|line| line.split_whitespace().next());
        let users: Vec<&str> = users.collect();
        assert!(
            !users.is_empty() && users.iter().all(|user| ["999", "65532"].contains(user)),
            "{service}: {processes}"
        );
    }
}

/// `docker inspect` shows settings, command lines and labels to all who may talk to Docker, and so do reports of errors.
pub fn no_secret_is_shown_by_docker(system: &Compose) {
    assert!(system.secrets().count() >= 8);
    for service in system.services() {
        let shown = system.inspect(&service).to_string();
        for secret in system.secrets() {
            assert!(secret.len() >= 32, "a secret is short");
            assert!(!shown.contains(secret), "a secret is shown of {service}");
        }
        // those that no person needs to see either
        let variables = system.inspect(&service)["Config"]["Env"].clone();
        // one that Compose passes on when it is set, and is not, has a name and no value
        let variables = variables.as_array().unwrap().iter().filter_map(|set| set.as_str()?.split_once('='));
        for (name, value) in variables {
            let secret = ["TOKEN", "PASSWORD", "SECRET", "STORE_URL", "EVENTS_URL", "DATABASE_URL"];
            if secret.iter().any(|word| name.contains(word)) {
                assert!(name.ends_with("_FILE") && value.starts_with("/run/secrets/"), "{service}: {name}");
            }
        }
    }
}

pub fn nothing_but_the_proxy_is_reached_from_outside(system: &Compose) {
    let is_internal = |network: &str| docker(&["network", "inspect", "--format={{.Internal}}", network]) == "true";
    for service in running(system) {
        let network = &system.inspect(&service)["NetworkSettings"];
        let published = network["Ports"].as_object().unwrap().values().any(|bindings| !bindings.is_null());
        assert_eq!(published, service == "caddy", "{service}");
        let outside: Vec<&str> = network["Networks"]
            .as_object()
            .unwrap()
            .keys()
            .filter(|network| !is_internal(network))
            .filter_map(|network| network.rsplit('_').next())
            .collect();
        let expected: &[&str] = match service.as_str() {
            "caddy" => &["front"],
            // they call webhooks, a mail server, and feeds
            "polystatus-communications" | "polystatus-csp" => &["outside"],
            _ => &[],
        };
        assert_eq!(outside, expected, "{service}");
    }
    let bindings = &system.inspect("caddy")["NetworkSettings"]["Ports"];
    let bindings = bindings.as_object().unwrap().values().filter_map(Value::as_array).flatten();
    for binding in bindings {
        assert_eq!(binding["HostIp"], "127.0.0.1", "{binding}");
    }
}

/// Redis asks for a user, whose rights end at the service's own keys.
pub fn a_service_sees_no_namespace_but_its_own(system: &Compose) {
    let (project, redis) = (system.project(), "redis:7.0-bookworm");
    let network = format!("--network={project}_redis");
    let ask = |service: &str, command: &str| {
        let secrets = format!("--volume={project}_secrets-{service}:/secrets:ro");
        let script = format!("redis-cli --no-auth-warning -u \"$(cat /secrets/STORE_URL)\" {command}");
        docker(&["run", "--rm", &network, &secrets, "--entrypoint=sh", redis, "-c", &script])
    };
    assert!(ask("flags", "HGET flags:meta revision").parse::<u64>().is_ok());
    for command in
        ["HGETALL users:meta", "DEL incidents:meta", "XADD frontend:outbox * event x", "PUBLISH users:news 1"]
    {
        assert!(ask("flags", command).starts_with("NOPERM"), "{command}");
    }
    for command in ["FLUSHALL", "KEYS *", "CONFIG SET appendfsync no", "ACL LIST", "SHUTDOWN NOSAVE"] {
        assert!(ask("flags", command).starts_with("NOPERM"), "{command}");
    }
    let stranger =
        |arguments: &[&str]| docker(&[&["exec", &system.container("redis"), "redis-cli"], arguments].concat());
    assert!(stranger(&["HGETALL", "users:meta"]).starts_with("NOAUTH"));
    let health = ["--user", "health", "--pass", "none", "--no-auth-warning", "HGETALL", "users:meta"];
    assert!(stranger(&health).starts_with("NOPERM"));
}

/// At the broker a service has its own queues, at PostgreSQL its own database, and no account is left that everybody knows.
pub fn broker_and_database_know_who_may_do_what(system: &Compose) {
    let ask = |service: &str, command: &str| {
        let container = system.container(service);
        docker(&[vec!["exec", &container], command.split(' ').collect()].concat())
    };
    let users = ask("rabbitmq", "rabbitmqctl --quiet list_users");
    let mut users: Vec<&str> = users.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    users.sort_unstable();
    let speakers = ["add-product", "communications", "csp", "flags", "incidents", "inventory", "read-product", "users"];
    assert_eq!(users, speakers);
    let rights = ask("rabbitmq", "rabbitmqctl --quiet list_user_permissions flags");
    let own = r"^(polyops\.(events|dead)|flags.*)$";
    let rights: Vec<&str> = rights.lines().skip(1).flat_map(str::split_whitespace).collect();
    assert_eq!(rights, ["polyops", own, own, own]);

    let container = system.container("postgres");
    let query = |user: &str, database: &str, select: &str| {
        let psql = format!("psql --username={user} --dbname={database} --tuples-only --no-align --command");
        docker(&[vec!["exec", &container], psql.split(' ').collect(), vec![select]].concat())
    };
    let rights =
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls FROM pg_roles WHERE rolname = current_user";
    for (user, other) in [("inventory", "documents"), ("documents", "inventory")] {
        assert_eq!(query(user, user, rights), "f", "{user} may do more than it needs");
        let connect = format!("SELECT has_database_privilege('{other}', 'CONNECT')");
        assert_eq!(query(user, user, &connect), "f", "{user} may look into the database of {other}");
    }
}
