//! The journeys, walked in containers: the same functions as in one process.

use std::net::IpAddr;

use reqwest::Certificate;
use testbed::smtp::MailServer;
use tests::compose::{Compose, Service, docker, host_address};
use tests::outside::Outside;
use tests::{System, journeys};

/// What goes on when everything else dies: the page, its storage, and the proxy before it.
const PAGE: [&str; 3] = ["polystatus-frontend", "redis", "caddy"];

/// One after the other, since a system takes half a minute to come up.
#[test]
fn every_journey_is_walked_in_containers_as_in_one_process() {
    let _alone = crate::alone();
    let host = host_address();
    let mails = MailServer::on(host);
    let compose = Compose::up_with(&override_file(mails.address().port()));
    let system = system(&compose, host, mails);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(walk(&compose, &system));
}

async fn walk(compose: &Compose, system: &System) {
    journeys::a_server_goes_down_and_everybody_is_told(system).await;
    journeys::a_share_grows_until_a_switch_ends_it(system).await;
    journeys::a_cloud_breaks_and_is_well_again(system).await;
    journeys::a_document_changes_and_who_is_concerned_hears(system).await;
    journeys::a_product_is_added_on_a_page_and_the_list_shows_it(system).await;

    let others: Vec<String> =
        compose.services().into_iter().filter(|name| !PAGE.contains(&name.as_str()) && name != "secrets").collect();
    let kill = async || others.iter().for_each(|name| compose.kill(name));
    // what the services need before the services
    let needed = |name: &&String| Service::ALL.iter().all(|ours| ours.name() != name.as_str());
    let start = async || {
        others.iter().filter(needed).for_each(|name| compose.start(name));
        others.iter().filter(|name| !needed(name)).for_each(|name| compose.start(name));
    };
    journeys::the_page_outlives_what_is_behind_it(system, kill, start).await;
    journeys::somebody_signs_up_and_forgets_the_password(system).await;
}

/// The way to what this test runs itself, and shorter pauses.
fn override_file(mail_port: u16) -> String {
    format!(
        "
services:
  polystatus-communications:
    extra_hosts: ['host.docker.internal:host-gateway']
    environment:
      SMTP_URL: smtp://host.docker.internal:{mail_port}
      WEBHOOKS_TO_PRIVATE: 'true'
      ROLL_UP_SECONDS: '0'
  polystatus-csp:
    extra_hosts: ['host.docker.internal:host-gateway']
    environment:
      # nobody's feed is read but ours
      CATALOGUE: none
      PRIVATE_FEEDS: 'true'
      POLL_SECONDS: '1'
      REFRESH_SECONDS: '0'
  polystatus-frontend:
    environment:
      ASK_SECONDS: '1'
"
    )
}

fn system(compose: &Compose, host: IpAddr, mails: MailServer) -> System {
    let service = |name: &str| {
        let named = |service: &Service| [service.name(), service.short_name()].contains(&name);
        Service::ALL.into_iter().find(named).unwrap()
    };
    let services = Service::ALL.map(|service| {
        let url = if service == Service::Frontend { compose.origin() } else { compose.url(service, "") };
        (service, url, compose.token(service).to_owned())
    });
    let tokens = services.clone();
    let find = move |name: &str| services.iter().find(|(known, ..)| *known == service(name)).unwrap().1.clone();
    let token = move |name: &str| tokens.iter().find(|(known, ..)| *known == service(name)).unwrap().2.clone();
    System {
        http: testbed::client::trusting([authority(compose)]),
        url: Box::new(find),
        token: Box::new(token),
        mails,
        outside: Outside::on(host, |port| format!("http://host.docker.internal:{port}")),
        environment: Vec::new(),
    }
}

/// Whose certificate the proxy shows.
fn authority(compose: &Compose) -> Certificate {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.crt");
    let there = format!("{}:/data/caddy/pki/authorities/local/root.crt", compose.container("caddy"));
    docker(&["cp", &there, file.to_str().unwrap()]);
    Certificate::from_pem(&std::fs::read(file).unwrap()).unwrap()
}
