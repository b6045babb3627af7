//! The images of the services, run the way a careful administrator would: read-only, without capabilities.

mod container;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::container::{Container, DOCKERFILE, Service, Volume, docker, docker_fails, services};

/// The course allows 100 MB; ours is the limit of `cargo xtask images`.
const LIMIT: u64 = 20_000_000;

#[test]
fn it_becomes_healthy_and_answers_from_outside() {
    for service in services() {
        let container = Container::start(service);
        container.wait_until_healthy();
        assert_eq!(container.get("/api/v1/health"), json!({"status": "OK", "version": "1.0"}), "{service:?}");
        // a backup that is alone has nothing to copy from, and says so
        let ready = if service.name == "documents-backup" { 503 } else { 200 };
        assert_eq!(container.status("/readyz"), ready, "{service:?}");
    }
}

#[test]
fn the_inventory_has_the_servers_of_the_course() {
    let container = Container::start(named("inventory-api"));
    container.wait_until_healthy();
    let answer = container.get("/api/v1/servers");
    assert_eq!(answer["count"], 2);
    assert_eq!(answer["servers"][0]["hostname"], "web-prod-01");
    assert_eq!(answer["servers"][1]["hostname"], "db-prod-01");
}

#[test]
fn it_runs_as_a_user_by_number_who_is_not_root() {
    for service in services() {
        let container = Container::start(service);
        assert_eq!(docker(&["image", "inspect", "--format={{.Config.User}}", &service.image()]), "65532:65532");
        // what the kernel says of the process, whatever the image declares
        let processes = docker(&["top", &container.id, "-o", "uid,gid,pid"]);
        let process = processes.lines().nth(1).unwrap();
        assert_eq!(process.split_whitespace().take(2).collect::<Vec<_>>(), ["65532", "65532"], "{processes}");
    }
}

#[test]
fn it_holds_the_program_and_what_that_needs_and_nothing_else() {
    for service in services() {
        let container = Container::start(service);
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("image.tar");
        docker(&["export", "--output", archive.to_str().unwrap(), &container.id]);
        let listed = std::process::Command::new("tar").arg("tf").arg(&archive).output().unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();

        // what Docker itself puts into every container
        let dockers =
            ["dev/", "proc/", "sys/", ".dockerenv", "etc/hostname", "etc/hosts", "etc/mtab", "etc/resolv.conf"];
        let files: BTreeSet<&str> = listed
            .lines()
            .filter(|path| !path.ends_with('/') && !dockers.iter().any(|theirs| path.starts_with(theirs)))
            .filter(|path| !path.starts_with("data/"))
            .collect();
        let expected =
            ["etc/group", "etc/nsswitch.conf", "etc/passwd", "etc/ssl/certs/ca-certificates.crt", service.name];
        assert_eq!(files, BTreeSet::from(expected));
    }
}

#[test]
fn its_program_carries_the_list_of_crates_that_it_was_made_from() {
    for service in services() {
        let container = Container::start(service);
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("program");
        docker(&["cp", &format!("{}:/{}", container.id, service.name), program.to_str().unwrap()]);
        let bytes = std::fs::read(program).unwrap();
        // the section that scanners look for
        let found = bytes.windows(7).any(|window| window == b".dep-v0");
        assert!(found, "{service:?}: a scanner would find nothing to look up");
    }
}

#[test]
fn it_has_no_shell() {
    for service in services() {
        let refusal = docker_fails(&["run", "--rm", "--entrypoint=/bin/sh", &service.image(), "-c", "true"]);
        assert!(refusal.contains("no such file or directory"), "{service:?}: {refusal}");
    }
}

#[test]
fn it_is_small() {
    for service in services() {
        let size: u64 = docker(&["image", "inspect", "--format={{.Size}}", &service.image()]).parse().unwrap();
        assert!(size <= LIMIT, "{service:?}: {size} bytes are more than {LIMIT}");
    }
}

#[test]
fn its_labels_say_what_it_is_and_which_commit_it_was_made_from() {
    for service in services() {
        let labels = docker(&["image", "inspect", "--format={{json .Config.Labels}}", &service.image()]);
        let labels: Value = serde_json::from_str(&labels).unwrap();
        let label =
            |name: &str| labels[format!("org.opencontainers.image.{name}")].as_str().unwrap_or_default().to_owned();
        assert_eq!(label("title"), service.name);
        assert_eq!(label("version"), env!("CARGO_PKG_VERSION"));
        for name in ["description", "source", "revision", "created", "licenses"] {
            assert!(!label(name).is_empty(), "{service:?}: {name} is missing");
        }
    }
}

/// A machine may trust authorities of its own, a proxy's for instance. Who runs our image must not come to trust them.
#[test]
fn it_trusts_the_authorities_of_debians_package_and_no_other() {
    // the files that the package installed, after dpkg has compared them with the package's own sums
    let script = "dpkg --verify ca-certificates | grep mozilla && exit 1; dpkg -L ca-certificates | grep 'mozilla/.*crt$' | xargs cat";
    let package = certificates(&docker(&["run", "--rm", "--entrypoint=sh", builder(), "-c", script]));
    assert!(package.len() > 100, "{} authorities are too few to be all", package.len());
    for service in services() {
        let container = Container::start(service);
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("roots.crt");
        let roots = format!("{}:/etc/ssl/certs/ca-certificates.crt", container.id);
        docker(&["cp", &roots, copy.to_str().unwrap()]);
        let trusted = certificates(&std::fs::read_to_string(&copy).unwrap());
        assert_eq!(trusted, package, "{service:?}");

        let local = std::fs::read_dir("/usr/local/share/ca-certificates").into_iter().flatten().flatten();
        for file in local.filter(|file| file.path().is_file()) {
            let added = certificates(&std::fs::read_to_string(file.path()).unwrap());
            assert!(trusted.is_disjoint(&added), "{} is in the image", file.path().display());
        }
    }
}

#[test]
fn its_health_check_fails_where_no_service_answers() {
    for service in services() {
        let refusal = docker_fails(&["run", "--rm", "--network=none", &service.image(), "healthcheck"]);
        assert!(!refusal.is_empty(), "{service:?} does not say what is wrong");
    }
}

#[test]
fn it_ends_by_itself_when_it_is_asked_to() {
    for service in services() {
        let container = Container::start(service);
        container.wait_until_healthy();
        // after these seconds, Docker would kill it, and the code would be 137
        docker(&["stop", "--time=5", &container.id]);
        assert_eq!(docker(&["inspect", "--format={{.State.ExitCode}}", &container.id]), "0", "{service:?}");
    }
}

#[test]
fn the_next_container_finds_the_data_in_the_volume() {
    for service in services() {
        let Some((path, document, mark)) = kept(service) else { continue };
        let volume = Volume::new();
        let first = Container::start_on(service, &volume);
        first.wait_until_healthy();
        first.post(path, &document);
        drop(first);

        let second = Container::start_on(service, &volume);
        second.wait_until_healthy();
        let there = second.get(path).to_string();
        assert!(there.contains(mark), "{service:?} lost what it had: {there}");
    }
}

/// Something that a service keeps: where it is posted and listed, and a text by which it is recognised. `None` of those that
/// keep nothing, or what others told them, of whom none is here.
fn kept(service: Service) -> Option<(&'static str, Value, &'static str)> {
    Some(match service.name {
        // of the products one service writes and another reads, and here neither has the other
        "polystatus-frontend"
        | "documents-backup"
        | "documents-notifications"
        | "add-product"
        | "read-product"
        | "display-product" => return None,
        "documents-api" => ("/api/v1/users", json!({"login": "zoe", "password": "zvkqmxwp jrtbn 4711"}), "zoe"),
        "inventory-api" => {
            ("/api/v1/servers", json!({"hostname": "mail-prod-01", "ip": "10.0.0.3", "status": "up"}), "mail-prod-01")
        }
        "polystatus-communications" => {
            let year_3000 = 32_503_680_000_u64;
            let work = json!({"title": "New disks", "from": year_3000, "until": year_3000 + 3600});
            ("/api/v1/maintenances", work, "New disks")
        }
        "polystatus-csp" => {
            let provider = json!({"name": "Example", "feed_url": "https://status.example.org/feed", "type": "rss"});
            ("/api/v1/csp/providers", provider, "status.example.org")
        }
        "polystatus-flags" => ("/admin/flags", json!({"id": "new-checkout", "on": true}), "new-checkout"),
        "polystatus-incidents" => ("/api/v1/incidents", json!({"title": "The disk is full", "sev": 2}), "The disk"),
        "polystatus-users" => (
            "/api/v1/users",
            json!({"name": "A responder", "email": "responder@example.org", "role": "responder"}),
            "responder@example.org",
        ),
        other => panic!("say here what {other} keeps"),
    })
}

fn named(name: &str) -> Service {
    services().into_iter().find(|service| service.name == name).expect("it has a stage in the Dockerfile")
}

/// The certificates in a file, each as its text in PEM without white space.
fn certificates(pem: &str) -> BTreeSet<String> {
    pem.split("-----BEGIN CERTIFICATE-----")
        .skip(1)
        .filter_map(|rest| rest.split("-----END CERTIFICATE-----").next())
        .map(|base64| base64.split_whitespace().collect())
        .collect()
}

/// The image that the `Dockerfile` builds with.
fn builder() -> &'static str {
    DOCKERFILE
        .lines()
        .find_map(|line| line.strip_prefix("FROM ")?.strip_suffix(" AS build"))
        .expect("a stage is called build")
}
