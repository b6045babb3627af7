//! What was acknowledged is kept, and the page stands when nothing else does.

use std::time::Duration;

use serde_json::{Value, json};
use testbed::wait;
use tests::compose::{Compose, Service};

use crate::{answer, get, post};

const SOON: Duration = Duration::from_mins(1);
/// For looks that start a program: `wait` counts them.
const SOME_LOOKS: Duration = Duration::from_secs(1);
/// The incident of the demonstration.
const TOLD: &str = "Checkout answers with errors";

/// Each server is killed in the moment after the write, with no chance to put anything in order.
pub fn what_was_acknowledged_survives_a_crash_of_each_server(system: &Compose) {
    documents_in_redis(system);
    an_invitation_is_mailed(system);
    servers_in_postgres(system);
    products_in_mariadb(system);
    a_document_and_its_copy(system);
    events_in_rabbitmq(system);
}

/// Who was written above is invited: users say so to the broker, communications hear it, and without a mail server the
/// mail is a file, which a person can have a copy of.
fn an_invitation_is_mailed(system: &Compose) {
    wait::until("the mail to who was invited", SOME_LOOKS, || {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("mails");
        // before the first mail there is no such folder
        system.try_compose(&["cp", "polystatus-communications:/data/mail", copy.to_str().unwrap()]).ok()?;
        let mut mails = std::fs::read_dir(&copy).unwrap().map(|mail| std::fs::read_to_string(mail.unwrap().path()));
        mails.any(|mail| mail.is_ok_and(|mail| mail.contains("To: kept@example.org"))).then_some(())
    });
}

fn documents_in_redis(system: &Compose) {
    let kept = [
        (
            Service::Users,
            "/api/v1/users",
            json!({"name": "Kept", "email": "kept@example.org", "role": "viewer"}),
            "kept@example.org",
        ),
        (Service::Incidents, "/api/v1/incidents", json!({"title": "It is kept", "sev": 4}), "It is kept"),
        (
            Service::Communications,
            "/api/v1/maintenances",
            json!({"title": "Kept work", "from": 32_503_680_000_u64, "until": 32_503_683_600_u64}),
            "Kept work",
        ),
        (
            Service::Csp,
            "/api/v1/csp/providers",
            json!({"name": "Kept", "feed_url": "https://status.example.org/kept", "type": "rss"}),
            "status.example.org/kept",
        ),
        (Service::Flags, "/admin/flags", json!({"id": "kept", "on": true}), "kept"),
    ];
    for (service, path, document, _) in &kept {
        let (status, body) = post(system, *service, path, document);
        assert_eq!(status, 201, "{service:?}: {body}");
    }
    system.restart("redis");
    // read by a new process, which knows nothing but what Redis has
    for (service, path, _, mark) in &kept {
        system.restart(service.name());
        let (status, body) = get(system, *service, path);
        assert!(status == 200 && body.contains(mark), "{service:?}: {status} {body}");
    }
    // and the next write is taken
    let (status, body) = post(system, Service::Flags, "/admin/flags", &json!({"id": "after-it", "on": true}));
    assert_eq!(status, 201, "{body}");
}

fn servers_in_postgres(system: &Compose) {
    let server = |name: &str| json!({"hostname": name, "ip": "10.0.0.9", "status": "up"});
    assert_eq!(post(system, Service::Inventory, "/api/v1/servers", &server("kept-01")).0, 201);
    system.restart("postgres");
    system.restart(Service::Inventory.name());
    let (_, servers) = get(system, Service::Inventory, "/api/v1/servers");
    assert!(servers.contains("kept-01"), "{servers}");
    assert_eq!(post(system, Service::Inventory, "/api/v1/servers", &server("kept-02")).0, 201);
}

fn products_in_mariadb(system: &Compose) {
    let add = |name: &str| {
        let product = json!({"name": name, "price": "12.50"});
        post(system, Service::AddProduct, "/api/v1/products", &product)
    };
    assert_eq!(add("Kept one").0, 201);
    system.kill("mariadb");
    let (status, refused) = add("Kept none");
    assert!(status == 503 && refused.contains("nothing was changed"), "{refused}");
    // from memory
    assert_eq!(get(system, Service::ReadProduct, "/api/v1/products?q=kept").0, 200);
    system.start("mariadb");
    for service in [Service::AddProduct, Service::ReadProduct] {
        system.restart(service.name());
    }
    assert_eq!(add("Kept two").0, 201);
    wait::until("the products", SOON, || {
        let (_, list) = get(system, Service::ReadProduct, "/api/v1/products?q=kept");
        (list.contains("Kept one") && list.contains("Kept two") && !list.contains("Kept none")).then_some(())
    });
    let page = system.public_url(Service::DisplayProduct, "/products?q=kept");
    let (status, page) = answer(system.browser().get(page));
    assert!(status == 200 && page.contains("Kept two"), "{page}");
}

/// The document is in PostgreSQL and in a volume, and its copy in another one.
fn a_document_and_its_copy(system: &Compose) {
    let form =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"kept.txt\"\r\n\r\nIt is kept.\r\n--b--\r\n";
    let request = system.browser().post(system.url(Service::Documents, "/api/v1/files"));
    let request = request.header("authorization", format!("Bearer {}", system.token(Service::Documents)));
    let mut answer = request.content_type("multipart/form-data; boundary=b").send(form).unwrap();
    let file: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(answer.status(), 201, "{file}");
    let history = format!("/api/v1/history?file={}", file["id"]);
    let sum = file["sha256"].as_str().unwrap();
    wait::until("the copy of the document", SOON, || {
        get(system, Service::Backup, &history).1.contains(sum).then_some(())
    });
    system.restart("postgres");
    for service in [Service::Documents, Service::Notifications, Service::Backup] {
        system.restart(service.name());
    }
    let content = get(system, Service::Documents, &format!("/api/v1/files/{}/content", file["id"]));
    assert_eq!(content, (200, "It is kept.".to_owned()));
    let (status, history) = get(system, Service::Backup, &history);
    assert!(status == 200 && history.contains(sum), "{history}");
    // the program in the container gives it back
    let container = system.container(Service::Backup.name());
    let restored =
        ["exec", &container, "/documents-backup", "restore", "--file", &file["id"].to_string(), "--to", "/tmp/kept"];
    tests::compose::docker(&restored);
    tests::compose::docker(&["exec", &container, "/documents-backup", "verify"]);
}

/// A server goes down while incidents do not listen, and the broker dies with the event in its queue.
fn events_in_rabbitmq(system: &Compose) {
    system.stop(Service::Incidents.name());
    let down = json!({"hostname": "falls-01", "ip": "10.0.0.10", "status": "down"});
    let (status, body) = post(system, Service::Inventory, "/api/v1/servers", &down);
    assert_eq!(status, 201, "{body}");
    system.restart("rabbitmq");
    system.start(Service::Incidents.name());
    wait::until("the incident of the server that fell", SOON, || {
        let (_, incidents) = get(system, Service::Incidents, "/api/v1/incidents?q=falls-01");
        incidents.contains("falls-01").then_some(())
    });
}

/// The story that a person is offered to look at.
pub fn the_demonstration_is_seen_on_the_page(system: &Compose) {
    system.compose(&["--profile", "demo", "run", "--rm", "-T", "demo"]);
    wait::until("the page to show the story", SOON, || page(system).contains(TOLD).then_some(()));
}

pub fn the_page_answers_with_nothing_but_itself_and_the_proxy(system: &Compose) {
    for service in system.services() {
        if !["polystatus-frontend", "caddy", "secrets"].contains(&service.as_str()) {
            system.kill(&service);
        }
    }
    let page = page(system);
    assert!(page.contains(TOLD), "it has forgotten what it knew: {page}");
    // a service that is not there is said to be so, in the shape of every error
    let (status, body) = answer(system.browser().get(system.public_url(Service::Inventory, "/api/v1/servers")));
    let error: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, error["error"].is_string()), (503, true), "{body}");
}

fn page(system: &Compose) -> String {
    let (status, page) = answer(system.https("/"));
    assert_eq!(status, 200, "{page}");
    page
}
