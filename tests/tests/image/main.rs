//! The image of the inventory, run the way a careful administrator would: read-only, without capabilities.

mod container;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::container::{Container, Volume, docker, docker_fails, image};

/// The course allows 100 MB; ours is the limit of `cargo xtask images`.
const LIMIT: u64 = 20_000_000;

#[test]
fn it_becomes_healthy_and_answers_from_outside() {
    let container = Container::start();
    container.wait_until_healthy();
    let answer = container.get("/api/v1/servers");
    assert_eq!(answer["count"], 2);
    assert_eq!(answer["servers"][0]["hostname"], "web-prod-01");
    assert_eq!(answer["servers"][1]["hostname"], "db-prod-01");
}

#[test]
fn it_runs_as_a_user_by_number_who_is_not_root() {
    let container = Container::start();
    assert_eq!(docker(&["image", "inspect", "--format={{.Config.User}}", &image()]), "65532:65532");
    // what the kernel says of the process, whatever the image declares
    let processes = docker(&["top", container.id(), "-o", "uid,gid,pid"]);
    let process = processes.lines().nth(1).unwrap();
    assert_eq!(process.split_whitespace().take(2).collect::<Vec<_>>(), ["65532", "65532"], "{processes}");
}

#[test]
fn it_holds_the_program_and_what_that_needs_and_nothing_else() {
    let container = Container::start();
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("image.tar");
    docker(&["export", "--output", archive.to_str().unwrap(), container.id()]);
    let listed = std::process::Command::new("tar").arg("tf").arg(&archive).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();

    // what Docker itself puts into every container
    let dockers = ["dev/", "proc/", "sys/", ".dockerenv", "etc/hostname", "etc/hosts", "etc/mtab", "etc/resolv.conf"];
    let files: BTreeSet<&str> = listed
        .lines()
        .filter(|path| !path.ends_with('/') && !dockers.iter().any(|theirs| path.starts_with(theirs)))
        .filter(|path| !path.starts_with("data/"))
        .collect();
    let expected =
        ["etc/group", "etc/nsswitch.conf", "etc/passwd", "etc/ssl/certs/ca-certificates.crt", "inventory-api"];
    assert_eq!(files, BTreeSet::from(expected));
}

#[test]
fn its_program_carries_the_list_of_crates_that_it_was_made_from() {
    let container = Container::start();
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program");
    docker(&["cp", &format!("{}:/inventory-api", container.id()), program.to_str().unwrap()]);
    let bytes = std::fs::read(program).unwrap();
    // the section that scanners look for
    assert!(bytes.windows(7).any(|window| window == b".dep-v0"), "a scanner would find nothing to look up");
}

#[test]
fn it_has_no_shell() {
    let refusal = docker_fails(&["run", "--rm", "--entrypoint=/bin/sh", &image(), "-c", "true"]);
    assert!(refusal.contains("no such file or directory"), "{refusal}");
}

#[test]
fn it_is_small() {
    let size: u64 = docker(&["image", "inspect", "--format={{.Size}}", &image()]).parse().unwrap();
    assert!(size <= LIMIT, "{size} bytes are more than {LIMIT}");
}

#[test]
fn its_labels_say_what_it_is_and_which_commit_it_was_made_from() {
    let labels = docker(&["image", "inspect", "--format={{json .Config.Labels}}", &image()]);
    let labels: Value = serde_json::from_str(&labels).unwrap();
    let label = |name: &str| labels[format!("org.opencontainers.image.{name}")].as_str().unwrap_or_default().to_owned();
    assert_eq!(label("title"), "inventory-api");
    assert_eq!(label("version"), env!("CARGO_PKG_VERSION"));
    for name in ["description", "source", "revision", "created", "licenses"] {
        assert!(!label(name).is_empty(), "{name} is missing");
    }
}

/// A machine may trust authorities of its own, a proxy's for instance. Who runs our image must not come to trust them.
#[test]
fn it_trusts_the_authorities_of_debians_package_and_no_other() {
    let container = Container::start();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("roots.crt");
    let roots = format!("{}:/etc/ssl/certs/ca-certificates.crt", container.id());
    docker(&["cp", &roots, copy.to_str().unwrap()]);
    let trusted = certificates(&std::fs::read_to_string(&copy).unwrap());

    // the files that the package installed, after dpkg has compared them with the package's own sums
    let script = "dpkg --verify ca-certificates | grep mozilla && exit 1; dpkg -L ca-certificates | grep 'mozilla/.*crt$' | xargs cat";
    let package = certificates(&docker(&["run", "--rm", "--entrypoint=sh", builder(), "-c", script]));
    assert!(package.len() > 100, "{} authorities are too few to be all", package.len());
    assert_eq!(trusted, package);

    let local = std::fs::read_dir("/usr/local/share/ca-certificates").into_iter().flatten().flatten();
    for file in local.filter(|file| file.path().is_file()) {
        let added = certificates(&std::fs::read_to_string(file.path()).unwrap());
        assert!(trusted.is_disjoint(&added), "{} is in the image", file.path().display());
    }
}

#[test]
fn its_health_check_fails_where_no_service_answers() {
    let refusal = docker_fails(&["run", "--rm", "--network=none", &image(), "healthcheck"]);
    assert!(!refusal.is_empty(), "it does not say what is wrong");
}

#[test]
fn it_ends_by_itself_when_it_is_asked_to() {
    let container = Container::start();
    container.wait_until_healthy();
    // after these seconds, Docker would kill it, and the code would be 137
    docker(&["stop", "--time=5", container.id()]);
    assert_eq!(docker(&["inspect", "--format={{.State.ExitCode}}", container.id()]), "0");
}

#[test]
fn the_next_container_finds_the_data_in_the_volume() {
    let volume = Volume::new();
    let first = Container::start_on(&volume);
    first.wait_until_healthy();
    first.post("/api/v1/servers", &json!({"hostname": "mail-prod-01", "ip": "10.0.0.3", "status": "up"}));
    drop(first);

    let second = Container::start_on(&volume);
    second.wait_until_healthy();
    assert_eq!(second.get("/api/v1/servers/3")["hostname"], "mail-prod-01");
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
    let dockerfile = include_str!("../../../Dockerfile");
    dockerfile
        .lines()
        .find_map(|line| line.strip_prefix("FROM ")?.strip_suffix(" AS build"))
        .expect("a stage is called build")
}
