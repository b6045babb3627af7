//! `cargo xtask pipeline pack`, `publish` and `deploy` with the real parts: a registry, an SSH server and a Docker
//! engine, all on this machine. Each test has its own of the first two, and its own compose project.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

mod containers;
mod images;
mod processes;
mod registry;
mod scene;
mod server;

use scene::Scene;

#[test]
fn a_release_is_published_and_deployed_by_its_digest() {
    let scene = Scene::new("release");
    let release = scene.publish(&images::good(&scene.docker, "release"));
    scene.deploy(&release).succeeded();
    assert_eq!(scene.running_digest(), release.digest());
    assert!(scene.summary().contains(&release.digest()) && scene.summary().contains("### Deployed"));
    assert!(scene.answers("/api/v1/servers").contains("web-prod-01"));
}

#[test]
fn both_tags_lead_to_the_digest_that_was_noted() {
    let scene = Scene::new("tags");
    let release = scene.publish(&images::stand_in(&scene.docker, "tags", "good"));
    assert_eq!(scene.registry.digest_of("main"), release.digest());
    assert_eq!(scene.registry.digest_of(&format!("sha-{}", &scene::COMMIT[..12])), release.digest());
}

#[test]
fn an_image_that_was_not_tested_is_not_published() {
    let scene = Scene::new("swapped");
    let tested = images::stand_in(&scene.docker, "swapped", "good");
    scene.pack(&tested).succeeded();
    scene.swap_packed_image(&images::stand_in(&scene.docker, "swapped-in", "wrong contract"));
    let error = scene.push().failed();
    assert!(error.contains("is not the image that was tested"), "{error}");
    assert!(!scene.registry.has_anything());
}

#[test]
fn the_same_release_again_leaves_the_containers_as_they_are() {
    let scene = Scene::new("twice");
    let release = scene.publish(&images::stand_in(&scene.docker, "twice", "good"));
    scene.deploy(&release).succeeded();
    let before = scene.container();
    scene.deploy(&release).succeeded();
    assert_eq!(scene.container(), before);
}

#[test]
fn a_second_release_replaces_the_first_and_keeps_its_data() {
    let scene = Scene::new("second");
    let first = scene.publish(&images::stand_in(&scene.docker, "second-1", "good"));
    scene.deploy(&first).succeeded();
    let volume = scene.volume();
    let second = scene.publish(&images::stand_in(&scene.docker, "second-2", "good too"));
    scene.deploy(&second).succeeded();
    assert_eq!(scene.running_digest(), second.digest());
    assert_eq!(scene.volume(), volume);
    assert!(scene.server.current().join("release.env").is_file());
}

#[test]
fn five_releases_stay_and_the_images_of_older_ones_go() {
    let scene = Scene::new("old");
    let (forgotten, kept) =
        (images::stand_in(&scene.docker, "old-1", "good"), images::stand_in(&scene.docker, "old-2", "good"));
    for (second, name) in (1..).zip(["a", "b", "c", "d", "e", "f"]) {
        let image = if second < 3 { &forgotten } else { &kept };
        scene.server.add_release(name, &image.name(), second);
    }
    let release = scene.publish(&images::stand_in(&scene.docker, "old-3", "good"));
    scene.deploy(&release).succeeded();
    let stay = scene.server.releases();
    assert!(stay.len() == 5 && !stay.contains(&"b".to_owned()) && stay.contains(&"c".to_owned()), "{stay:?}");
    assert!(scene.server.current().is_dir());
    assert!(!forgotten.exists() && kept.exists());
}

#[test]
fn a_release_that_does_not_become_healthy_is_rolled_back() {
    let scene = Scene::new("unhealthy");
    let good = scene.publish(&images::stand_in(&scene.docker, "unhealthy-1", "good"));
    scene.deploy(&good).succeeded();
    let current = scene.server.current();
    let bad = scene.publish(&images::stand_in(&scene.docker, "unhealthy-2", "unhealthy"));
    let error = scene.deploy(&bad).failed();
    assert!(error.contains("runs again"), "{error}");
    assert_eq!(scene.running_digest(), good.digest());
    assert_eq!(scene.server.current(), current);
    assert!(scene.summary().contains("### Rolled back"));
    assert!(scene.answers("/readyz").contains("ready"));
}

#[test]
fn a_healthy_release_that_breaks_the_contract_is_rolled_back() {
    let scene = Scene::new("contract");
    let good = scene.publish(&images::stand_in(&scene.docker, "contract-1", "good"));
    scene.deploy(&good).succeeded();
    let bad = scene.publish(&images::stand_in(&scene.docker, "contract-2", "wrong contract"));
    let error = scene.deploy(&bad).failed();
    assert!(error.contains("/api/v1/servers holds no `count`"), "{error}");
    assert_eq!(scene.running_digest(), good.digest());
}

#[test]
fn a_first_release_that_fails_is_taken_down() {
    let scene = Scene::new("first");
    let bad = scene.publish(&images::stand_in(&scene.docker, "first", "unhealthy"));
    let error = scene.deploy(&bad).failed();
    assert!(error.contains("failed and was taken down"), "{error}");
    assert_eq!(scene.container(), "");
    assert!(!scene.server.current().exists());
}

#[test]
fn after_a_release_that_failed_the_next_one_is_deployed() {
    let scene = Scene::new("next");
    let bad = scene.publish(&images::stand_in(&scene.docker, "next-1", "wrong contract"));
    scene.deploy(&bad).failed();
    let good = scene.publish(&images::stand_in(&scene.docker, "next-2", "good"));
    scene.deploy(&good).succeeded();
    assert_eq!(scene.running_digest(), good.digest());
}

#[test]
fn a_server_with_another_key_is_refused_and_nothing_is_sent() {
    let mut scene = Scene::new("impostor");
    let release = scene.publish(&images::stand_in(&scene.docker, "impostor", "good"));
    scene.server.change_its_key();
    let error = scene.deploy(&release).failed();
    assert!(error.contains("another key than DEPLOY_KNOWN_HOSTS says"), "{error}");
    assert!(scene.server.is_untouched());
}

#[test]
fn a_key_that_opens_nothing_is_told_where_it_belongs() {
    let mut scene = Scene::new("stranger");
    let release = scene.publish(&images::stand_in(&scene.docker, "stranger", "good"));
    scene.server.forget_our_key();
    let error = scene.deploy(&release).failed();
    assert!(error.contains("authorized_keys"), "{error}");
}

#[test]
fn the_private_key_is_shown_nowhere_and_gone_afterwards() {
    let scene = Scene::new("secrets");
    let bad = scene.publish(&images::stand_in(&scene.docker, "secrets", "unhealthy"));
    let output = scene.deploy(&bad);
    assert!(!output.said().contains("PRIVATE KEY") && !scene.summary().contains("PRIVATE KEY"));
    output.failed();
    assert_eq!(scene.left_in_the_temporary_folder(), Vec::<String>::new());
}

#[test]
fn a_registry_that_asks_gets_the_token_and_the_server_keeps_none() {
    let scene = Scene::with_a_closed_registry("closed");
    let release = scene.publish(&images::stand_in(&scene.docker, "closed", "good"));
    let error = scene.deploy_with(&release, &[("REGISTRY_TOKEN", "wrong")]).failed();
    assert!(error.contains("refuses REGISTRY_USER and REGISTRY_TOKEN"), "{error}");
    scene.deploy(&release).succeeded();
    assert_eq!(scene.running_digest(), release.digest());
    assert!(scene.server.holds_no_file_with(registry::PASSWORD));
}

#[test]
fn without_a_server_the_release_is_deployed_here() {
    let scene = Scene::new("here");
    let release = scene.publish(&images::stand_in(&scene.docker, "here", "good"));
    scene.deploy_here(&release).succeeded();
    assert_eq!(scene.running_digest(), release.digest());
    assert!(scene.summary().contains("this machine"));
}
