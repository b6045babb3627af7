//! A server goes down, and everybody is told, until it is over and after.

use serde_json::{Value, json};
use testbed::client::Client;
use testbed::smtp::Mail;
use testbed::wait::until_async;

use crate::people::Person;
use crate::reader::Reader;
use crate::system::{SOON, System, fresh, printed, python};
use crate::{links, outside::Call};

/// What only this journey has in the system.
struct Scene<'a> {
    system: &'a System,
    reader: Reader,
    /// The one who works on it.
    responder: Client,
    responder_id: String,
    /// The one who speaks for the house.
    manager: Client,
    /// What breaks, as people know it.
    service: String,
}

/// From the first alarm to the postmortem, with two who subscribed and one who did not confirm, a program that is called,
/// and a page that is open all the while.
pub async fn a_server_goes_down_and_everybody_is_told(system: &System) {
    let scene = Scene::set(system).await;
    let inventory = system.admin("inventory");
    let host = fresh("web");
    let server = json!({"hostname": host, "ip": "192.0.2.9", "status": "up"});
    let server = inventory.post("/api/v1/servers", &server).await.expect(201).json()["id"].clone();
    let at_server = format!("/api/v1/servers/{server}");

    let (zoe, joe, nobody) = (address("zoe"), address("joe"), address("nobody"));
    scene.subscribes(&zoe).await;
    scene.subscribes(&joe).await;
    scene.asks_for_mails(&nobody).await;
    let hook = format!("/{}", fresh("hook"));
    let webhook = json!({"url": system.outside.url(&hook)});
    let webhook = scene.manager.post("/api/v1/webhooks", &webhook).await.expect(201).json();
    let secret = webhook["secret"].as_str().unwrap();
    let mut open = scene.reader.open("/").await;

    // the alarm
    inventory.patch(&at_server, &json!({"status": "down"})).await.assert_status(200);
    let title = format!("{host} is down");
    let incident = scene.opened(&title).await;
    assert_eq!((&incident["source"], &incident["servers"]), (&json!("inventory"), &json!([server])));
    let id = incident["id"].as_str().unwrap();
    let at_incident = format!("/api/v1/incidents/{id}");

    // somebody takes it, and finds out whom it hurts; the public is told
    let taken = json!({"commander": scene.responder_id});
    scene.responder.post(&format!("{at_incident}/assign"), &taken).await.assert_status(200);
    let known = json!({"sev": 2, "services": [scene.service]});
    scene.responder.patch(&at_incident, &known).await.assert_status(200);
    scene.announce(id, "investigating", "Payments fail; we look for the cause").await;
    open.until("incidents", "the incident", |part| part.contains(&title) && part.contains("Payments fail;")).await;
    open.until("services", "the outage", |part| part.contains("Partial outage")).await;
    assert!(!scene.reader.page("/").await.contains("Everything works."));
    for who in [&zoe, &joe] {
        let mail = system.mails.to(who, 2).await.remove(1);
        assert_eq!(mail.headers["subject"], format!("[PolyStatus] Investigating: {title}"));
        assert!(mail.text.contains("Payments fail; we look for the cause"), "{mail:?}");
        assert_eq!(mail.headers["list-unsubscribe-post"], "List-Unsubscribe=One-Click");
    }
    let call = system.outside.calls(&hook, id, 1).await.remove(0);
    assert!(is_signed(&call, secret), "{call:?}");
    assert!(!is_signed(&Call { body: call.body.replace("Payments", "payments"), ..call.clone() }, secret));

    // it is up again. Who works on it says when it is over: the machine does not take that out of their hands
    inventory.patch(&at_server, &json!({"status": "up"})).await.assert_status(200);
    scene.until_timeline(&at_incident, &format!("{host} is up again")).await;
    assert_eq!(scene.responder.get(&at_incident).await.json()["status"], "open");
    scene.responder.post(&format!("{at_incident}/status"), &json!({"status": "resolved"})).await.assert_status(200);
    scene.announce(id, "resolved", "Payments work again").await;
    open.until("incidents", "the end", |part| !part.contains(&title)).await;
    for who in [&zoe, &joe] {
        let mail = system.mails.to(who, 3).await.remove(2);
        assert_eq!(mail.headers["subject"], format!("[PolyStatus] Resolved: {title}"));
    }
    assert!(system.outside.calls(&hook, id, 2).await.iter().all(|call| is_signed(call, secret)));

    // what was learnt, and where it can be read afterwards
    let learnt =
        json!({"what_happened": "A disk was full", "root_cause": "Nobody looked", "action_items": ["Watch the disks"]});
    scene.responder.post(&format!("{at_incident}/postmortem"), &learnt).await.assert_status(201);
    scene.responder.get(&format!("{at_incident}/postmortem")).await.assert_status(200);
    scene.is_in_the_history(id, &title).await;

    // one click, and nothing more comes
    let mail = system.mails.to(&zoe, 3).await.remove(2);
    let target = one_click_target(&mail);
    scene.reader.one_click(links::path(target, &(system.url)("frontend"))).await.assert_status(200);
    let again = json!({"title": format!("{host} is slow"), "sev": 3});
    let again = scene.responder.post("/api/v1/incidents", &again).await.expect(201).json();
    scene.announce(again["id"].as_str().unwrap(), "investigating", "It is slow since then").await;
    system.mails.to(&joe, 4).await;
    scene.until_all_is_delivered().await;
    assert_eq!(system.mails.to(&zoe, 3).await.len(), 3, "what came before, and nothing since");
    assert_eq!(system.mails.to(&nobody, 1).await.len(), 1, "the question whether that was right, and nothing else");
}

fn address(name: &str) -> String {
    format!("{}@example.org", fresh(name))
}

/// Where a mail program posts to (RFC 8058).
fn one_click_target(mail: &Mail) -> &str {
    let header = mail.headers["list-unsubscribe"].as_str();
    let target = header.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    target.unwrap_or_else(|| panic!("no address: {header}"))
}

/// What a library that is not ours says of a call, as who receives it would ask.
fn is_signed(call: &Call, secret: &str) -> bool {
    let headers = serde_json::to_string(&call.headers).unwrap();
    printed(&python("webhook.py").args([secret, &call.body, &headers])).trim() == "signed"
}

impl<'a> Scene<'a> {
    async fn set(system: &'a System) -> Self {
        let (responder, manager) =
            (Person::invited(system, "responder").await, Person::invited(system, "manager").await);
        let service = fresh("Checkout");
        let (at_incidents, at_communications) =
            (responder.calls(system, "incidents").await, manager.calls(system, "communications").await);
        system.admin("incidents").post("/api/v1/services", &json!({"name": service})).await.assert_status(201);
        let reader = system.reader();
        reader.until("/", "the service", |page| page.contains(&service)).await;
        let responder_id = responder.id;
        Self { system, reader, responder: at_incidents, responder_id, manager: at_communications, service }
    }

    /// Give an address on the page, and nothing more.
    async fn asks_for_mails(&self, email: &str) -> Mail {
        assert!(self.reader.page("/subscribe").await.contains("name=\"email\""));
        let answer = self.reader.submit("/subscribe", &[("email", email)]).await.expect(200);
        assert!(answer.body.contains("Look into your mailbox."), "{answer}");
        self.system.mails.to(email, 1).await.remove(0)
    }

    /// Double opt-in: the link of the mail leads to a page with a button, and the button counts.
    async fn subscribes(&self, email: &str) {
        let mail = self.asks_for_mails(email).await;
        let path = links::path(links::link(&mail.text), &(self.system.url)("frontend"));
        let page = self.reader.page(path).await;
        assert!(page.contains("Yes, subscribe me") && !page.contains(links::token(path)), "{page}");
        assert!(self.reader.submit(path, &[]).await.expect(200).body.contains("You are subscribed."));
    }

    async fn opened(&self, title: &str) -> Value {
        until_async("the incident", SOON, async || {
            let all = self.responder.get("/api/v1/incidents?status=open").await.json();
            all.as_array()?.iter().find(|incident| incident["title"] == title).cloned()
        })
        .await
    }

    async fn announce(&self, id: &str, state: &str, message: &str) {
        let said = json!({"incident_id": id, "state": state, "message": message});
        self.manager.post("/api/v1/public/announce", &said).await.assert_status(201);
    }

    async fn until_timeline(&self, incident: &str, message: &str) {
        until_async(message, SOON, async || {
            let timeline = self.responder.get(&format!("{incident}/timeline")).await.json();
            timeline.as_array()?.iter().any(|entry| entry["message"] == message).then_some(())
        })
        .await;
    }

    /// On the pages, in the status API and in the feed, all of them at the page's own address.
    async fn is_in_the_history(&self, id: &str, title: &str) {
        let page =
            self.reader.until(&format!("/incidents/{id}"), "its end", |page| page.contains("Payments work")).await;
        assert!(page.contains(title) && page.contains("Payments fail;") && page.contains("Resolved"), "{page}");
        self.reader.until("/history", "the incident", |page| page.contains(title)).await;
        let link = format!("{}/incidents/{id}", (self.system.url)("frontend"));
        let all = self.reader.get("/api/v2/incidents.json").await.expect(200).json();
        let incident = all["incidents"].as_array().unwrap().iter().find(|one| one["shortlink"] == link);
        let incident = incident.unwrap_or_else(|| panic!("{link} is not in {all}"));
        assert_eq!((&incident["name"], &incident["status"]), (&json!(title), &json!("resolved")));
        let summary = self.reader.get("/api/v2/summary.json").await.expect(200).json();
        let component = summary["components"].as_array().unwrap().iter().find(|one| one["name"] == self.service);
        assert_eq!(component.map(|component| &component["status"]), Some(&json!("operational")), "{summary}");

        let feed = self.reader.get("/history.atom").await.expect(200);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("feed");
        std::fs::write(&file, &feed.body).unwrap();
        let read = printed(&python("feed.py").arg(file).arg(feed.header("content-type")));
        let read: Value = serde_json::from_str(&read).unwrap();
        assert_eq!((&read["bozo"], &read["version"]), (&json!(false), &json!("atom10")), "{read}");
        let entry = read["entries"].as_array().unwrap().iter().find(|entry| entry["link"] == link);
        let entry = entry.unwrap_or_else(|| panic!("{link} is not in {read}"));
        assert_eq!(entry["title"], title);
        let html = entry["html"].as_str().unwrap();
        assert!(html.find("Payments work again") < html.find("Payments fail;"), "the newest first: {html}");
    }

    async fn until_all_is_delivered(&self) {
        until_async("the end of all deliveries", SOON, async || {
            let totals = self.manager.get("/api/v1/deliveries").await.json()["totals"].clone();
            (totals["complete"] == true && totals["queued"] == 0 && totals["sending"] == 0).then_some(())
        })
        .await;
    }
}
