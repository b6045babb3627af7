//! What a browser, and a stranger, find at the proxy.

use std::io::{BufRead, BufReader};
use std::sync::mpsc::channel;
use std::thread::spawn;
use std::time::Duration;

use serde_json::{Value, json};
use tests::compose::{Compose, Service};

use crate::{answer, post};

const SOON: Duration = Duration::from_secs(30);

pub fn https_is_answered_with_a_certificate_of_our_own_authority(system: &Compose) {
    let (status, page) = answer(system.https("/"));
    assert_eq!(status, 200);
    assert!(page.contains("PolyStatus"), "{page}");
    // who does not know our authority is not answered
    let stranger = ureq::Agent::new_with_defaults().get(system.origin()).call();
    assert!(matches!(stranger, Err(ureq::Error::Rustls(_) | ureq::Error::Io(_))), "{stranger:?}");
}

pub fn plain_http_leads_to_https(system: &Compose) {
    let answer = system.browser().get(format!("http://localhost:{}/history", system.http_port())).call().unwrap();
    assert_eq!(answer.status(), 308);
    assert_eq!(answer.headers()["location"], "https://localhost/history");
}

pub fn only_the_page_binds_browsers_to_https(system: &Compose) {
    let hsts = |url: String| {
        let answer = system.browser().get(url).call().unwrap();
        answer.headers().get_all("strict-transport-security").iter().count()
    };
    assert_eq!(hsts(system.public_url(Service::Frontend, "/")), 1);
    assert_eq!(hsts(system.public_url(Service::Inventory, "/api/v1/servers")), 0);
}

pub fn every_service_is_reached_by_its_name_and_at_its_port(system: &Compose) {
    let path = "/api/v1/health";
    let expected = json!({"status": "OK", "version": "1.0"});
    for service in Service::ALL {
        for url in [system.public_url(service, path), system.url(service, path)] {
            let (status, body) = answer(system.browser().get(&url));
            assert_eq!((status, serde_json::from_str::<Value>(&body).unwrap()), (200, expected.clone()), "{url}");
        }
    }
}

pub fn figures_and_probes_are_not_for_strangers(system: &Compose) {
    for service in Service::ALL {
        for path in ["/metrics", "/docs/", "/readyz", "/livez"] {
            let refused = answer(system.browser().get(system.public_url(service, path)));
            assert_eq!(refused, (404, r#"{"error": "Not found"}"#.to_owned()), "{service:?} {path}");
        }
        // for whoever operates it, on this machine
        let (status, _) = answer(system.browser().get(system.url(service, "/metrics")));
        assert_eq!(status, 200, "{service:?}");
    }
}

/// Each try with a wrong password comes, as it says itself, from an address of its own; it is slowed down all the same.
pub fn nobody_chooses_the_address_that_is_counted(system: &Compose) {
    let login = system.public_url(Service::Users, "/api/v1/auth/login");
    let wrong = |number: u32| {
        let request = system.browser().post(&login).header("x-forwarded-for", format!("198.51.100.{}", number % 250));
        let body = json!({"email": format!("nobody-{number}@example.org"), "password": "wrong, and long enough"});
        request.send_json(body).unwrap().status().as_u16()
    };
    let slowed = (0..200).map(wrong).any(|status| status == 429);
    assert!(slowed, "200 wrong logins from one address in a row");
    // and the page is another client than the one who guessed: it is not shut out with him
    assert_eq!(answer(system.https("/")).0, 200);
}

/// A proxy that gathers an answer before it passes it on would show nothing of a stream until it ends: never.
pub fn a_stream_is_passed_on_as_it_comes(system: &Compose) {
    let stream = system.browser().get(system.public_url(Service::Flags, "/api/v1/flags/stream")).call().unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let (told, heard) = channel();
    let listener = spawn(move || {
        let lines = BufReader::new(stream.into_body().into_reader()).lines();
        // until nobody listens any more
        lines.map_while(Result::ok).try_for_each(|line| told.send(line)).ok();
    });
    // the stream is open when its first line has come
    heard.recv_timeout(SOON).unwrap();
    let flag = json!({"id": "passed-on", "on": true});
    assert_eq!(post(system, Service::Flags, "/admin/flags", &flag).0, 201);
    let found = std::iter::from_fn(|| heard.recv_timeout(SOON).ok()).any(|line| line.contains("passed-on"));
    assert!(found, "the change was not heard of");
    drop(heard);
    // the next line, or its own time-out, ends it
    post(system, Service::Flags, "/admin/toggle/passed-on", &json!({"on": false}));
    listener.join().unwrap();
}
