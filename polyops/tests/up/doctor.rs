//! What `polyops doctor` finds.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;
use tempfile::tempdir;

use crate::house::{free_offset, polyops};

/// A folder of programs that say this.
fn programs(folder: &Path, said: &[(&str, &str)]) {
    for (name, script) in said {
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// What it finds with these programs alone, and its exit code.
fn examined(path: &Path, offset: u16) -> (Value, Option<i32>) {
    let data = path.join("data");
    let program = polyops().arg("doctor").arg("--json").arg("--data").arg(data).env("PATH", path);
    let mut running = program.arg("--port-offset").arg(offset.to_string()).spawn();
    let code = running.wait().code();
    (serde_json::from_str(&running.stdout()).unwrap(), code)
}

fn finding<'a>(document: &'a Value, check: &str) -> &'a Value {
    let findings = document["findings"].as_array().unwrap();
    findings.iter().find(|finding| finding["check"] == check).unwrap_or_else(|| panic!("no {check}: {document}"))
}

#[test]
fn a_bare_machine_is_warned_and_can_run_it() {
    let place = tempdir().unwrap();
    let (document, code) = examined(place.path(), free_offset());
    assert_eq!((document["fit"].as_bool(), code), (Some(true), Some(0)), "{document}");
    for check in ["rust", "docker", "chromium", "git"] {
        assert_eq!(finding(&document, check)["state"], "warn", "{document}");
        assert!(finding(&document, check)["remedy"].as_str().is_some_and(|remedy| remedy.contains("install")));
    }
}

#[test]
fn what_programs_say_is_read() {
    let place = tempdir().unwrap();
    programs(
        place.path(),
        &[
            ("rustc", "echo 'rustc 1.63.0 (abc 2022-08-11)'"),
            (
                "docker",
                "case $1 in version) echo 'Cannot connect to the Docker daemon' >&2; exit 1;; compose) echo 'Docker Compose version v2.1';; *) exit 1;; esac",
            ),
            (
                "git",
                "case $1 in rev-parse) echo true;; symbolic-ref) exit 1;; config) echo true;; ls-files) printf 'i/lf    w/crlf  attr/  \\t.ci/run\\n';; esac",
            ),
            ("chromium", "echo 'Chromium 140'"),
        ],
    );
    let (document, _) = examined(place.path(), free_offset());
    assert!(finding(&document, "rust")["remedy"].as_str().unwrap().contains("rustup"), "{document}");
    assert!(finding(&document, "docker")["remedy"].as_str().unwrap().contains("start docker"), "{document}");
    assert_eq!(finding(&document, "docker compose")["state"], "ok");
    assert_eq!(finding(&document, "docker buildx")["state"], "warn");
    assert!(finding(&document, "git")["remedy"].as_str().unwrap().contains("git switch"), "{document}");
    assert!(finding(&document, "line endings")["found"].as_str().unwrap().starts_with(".ci/run"), "{document}");
    assert_eq!(finding(&document, "chromium")["found"], "Chromium 140");
}

#[test]
fn a_taken_port_is_what_up_cannot_do_with() {
    let (place, offset) = (tempdir().unwrap(), free_offset());
    let _taken = TcpListener::bind(("127.0.0.1", 8070 + offset)).unwrap();
    let (document, code) = examined(place.path(), offset);
    assert_eq!((document["fit"].as_bool(), code), (Some(false), Some(1)));
    let ports = finding(&document, "ports");
    assert_eq!(ports["state"], "fail");
    assert!(ports["found"].as_str().unwrap().contains("(flags) is taken by"), "{ports}");
    assert!(ports["remedy"].as_str().unwrap().contains("--port-offset"), "{ports}");
}
