//! `compose.yaml`, started as a student would: what it promises is looked at from outside.
//!
//! Few tests, since one start serves many looks, and the last of them takes it down.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod containers;
mod entrance;
mod journeys;
mod writes;

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tests::compose::{Compose, Service};

/// Fifteen containers at a time are enough for a machine, also where all tests are threads of one process.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn the_whole_system_stands_is_shut_and_keeps_what_it_was_told() {
    let _alone = alone();
    let system = Compose::up();

    entrance::https_is_answered_with_a_certificate_of_our_own_authority(&system);
    entrance::plain_http_leads_to_https(&system);
    entrance::only_the_page_binds_browsers_to_https(&system);
    entrance::every_service_is_reached_by_its_name_and_at_its_port(&system);
    entrance::figures_and_probes_are_not_for_strangers(&system);
    entrance::nobody_chooses_the_address_that_is_counted(&system);
    entrance::a_stream_is_passed_on_as_it_comes(&system);

    containers::all_that_the_file_names_runs_and_is_healthy(&system);
    containers::each_is_read_only_without_rights_and_within_limits(&system);
    containers::nobody_runs_as_root(&system);
    containers::no_secret_is_shown_by_docker(&system);
    containers::nothing_but_the_proxy_is_reached_from_outside(&system);
    containers::a_service_sees_no_namespace_but_its_own(&system);
    containers::broker_and_database_know_who_may_do_what(&system);

    writes::the_demonstration_is_seen_on_the_page(&system);
    writes::what_was_acknowledged_survives_a_crash_of_each_server(&system);
    writes::the_page_answers_with_nothing_but_itself_and_the_proxy(&system);

    assert_eq!(system.down(), [""; 0], "something was left behind");
}

/// The answer's status and body.
fn answer(request: ureq::RequestBuilder<ureq::typestate::WithoutBody>) -> (u16, String) {
    let mut answer = request.call().unwrap();
    (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
}

/// A GET of a service's port on this machine, with its token.
fn get(system: &Compose, service: Service, path: &str) -> (u16, String) {
    let request = system.browser().get(system.url(service, path));
    answer(request.header("authorization", format!("Bearer {}", system.token(service))))
}

/// A POST likewise.
fn post(system: &Compose, service: Service, path: &str, body: &Value) -> (u16, String) {
    let request = system.browser().post(system.url(service, path));
    let mut answer =
        request.header("authorization", format!("Bearer {}", system.token(service))).send_json(body).unwrap();
    (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
}
