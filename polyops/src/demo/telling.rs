//! Tells the story: everything that happened, in the order in which it did, on the clock of its time.

use std::collections::HashMap;
use std::time::Duration;

use chassis::StartError;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::acts::{Act, acts, span};
use super::clock::StoryClock;
use super::live::set_server;
use super::stage::{Stage, say};
use super::story::{DAY, DAYS, IncidentOfStory, Maintenance, Person, PostmortemOfStory, Step, Story};

/// How often we look whether the public page knows what was changed, and how long at most: five seconds.
const LOOK_EVERY: Duration = Duration::from_millis(5);
const LOOKS: usize = 1000;

/// So many days ago the people of the story got their accounts. What is older is told with the API token: the users
/// service makes a new signing key every 30 days, and the others, for whom a month lasts a second here, would not have it
/// when its first tokens come.
pub const LOGINS_SINCE: i64 = 28;

/// The server of a new inventory that is down.
const DOWN_AT_FIRST: &str = "db-prod-01";

/// Seconds before its end at which a login is renewed.
const RENEW: i64 = 120;

/// The story as it is told.
struct Telling<'s> {
    stage: &'s Stage,
    clocks: [&'s StoryClock; 2],
    now: i64,
    /// When it ends.
    end: i64,
    password: &'s str,
    people: HashMap<&'s str, Login<'s>>,
    /// What the incidents and the planned work were named by their services, by title.
    ids: HashMap<&'s str, String>,
}

/// Somebody of the story, and where they are logged in.
struct Login<'s> {
    person: &'s Person,
    id: String,
    session: Option<Session>,
}

struct Session {
    token: SecretString,
    refresh_token: String,
    ends_at: i64,
}

/// Tell everything, up to `now`.
///
/// # Errors
/// When a service refuses a part of it.
pub async fn tell(
    story: &Story,
    stage: &Stage,
    clocks: [&StoryClock; 2],
    password: &str,
    now: i64,
) -> Result<(), StartError> {
    let (people, ids) = (HashMap::new(), HashMap::new());
    let mut telling = Telling { stage, clocks, now: now - DAYS * DAY, end: now, password, people, ids };
    telling.begin(story).await?;
    for (at, act) in acts(story, now) {
        telling.at(at);
        telling.play(&act).await?;
    }
    Ok(())
}

impl<'s> Telling<'s> {
    fn at(&mut self, moment: i64) {
        self.now = moment;
        for clock in self.clocks {
            clock.set(moment);
        }
    }

    /// Who works there, and with what.
    async fn begin(&mut self, story: &'s Story) -> Result<(), StartError> {
        let Stage { inventory, users, incidents, flags, products, token, .. } = self.stage;
        for person in &story.people {
            let Person { name, email, role, team, .. } = person;
            let body = json!({"name": name, "email": email, "role": role, "team": team, "password": self.password});
            let made = say(|| users.post("/api/v1/users").bearer(token).json(&body)).await?;
            self.people.insert(&person.key, Login { person, id: text(&made, "id")?, session: None });
        }
        for (place, service) in story.services.iter().enumerate() {
            let body = json!({
                "name": service.name, "group": service.group, "description": service.description,
                "position": 10 * (place + 1),
            });
            say(|| incidents.post("/api/v1/services").bearer(token).json(&body)).await?;
        }
        for server in &story.servers {
            say(|| inventory.post("/api/v1/servers").bearer(token).json(server)).await?;
        }
        for segment in &story.segments {
            say(|| flags.post("/admin/segments").bearer(token).json(segment)).await?;
        }
        for flag in &story.flags {
            say(|| flags.post("/admin/flags").bearer(token).json(flag)).await?;
        }
        for product in &story.products {
            say(|| products.post("/api/v1/products").bearer(token).json(product)).await?;
        }
        self.mend_first_server().await
    }

    /// A new inventory has a server that is down, and so the story begins with an incident: it is up soon.
    async fn mend_first_server(&mut self) -> Result<(), StartError> {
        self.wait_for_server("open").await?;
        self.at(self.now + 40 * 60);
        set_server(self.stage, DOWN_AT_FIRST, "up").await?;
        self.wait_for_server("resolved").await
    }

    async fn wait_for_server(&self, status: &str) -> Result<(), StartError> {
        let incidents = &self.stage.incidents;
        for _ in 0..LOOKS {
            let known = say(|| incidents.get("/api/v1/incidents").query("status", status)).await?;
            if known.as_array().is_some_and(|all| !all.is_empty()) {
                return Ok(());
            }
            sleep(LOOK_EVERY).await;
        }
        Err(format!("{DOWN_AT_FIRST} has no incident that is {status}").into())
    }

    async fn play(&mut self, act: &Act<'s>) -> Result<(), StartError> {
        match act {
            Act::Begins(incident) => self.open(incident).await,
            Act::Step(incident, step) => self.step(incident, step).await,
            Act::Learnt(incident, postmortem) => {
                let token = self.token(&incident.commander).await?;
                let path = format!("/api/v1/incidents/{}/postmortem", self.id(&incident.title)?);
                let PostmortemOfStory { what_happened, root_cause, action_items, .. } = postmortem;
                let body =
                    json!({"what_happened": what_happened, "root_cause": root_cause, "action_items": action_items});
                let incidents = &self.stage.incidents;
                say(|| incidents.post(&path).bearer(&token).json(&body)).await.map(drop)
            }
            Act::Announced(work) => {
                let token = self.token("manager").await?;
                let (from, until) = span(work, self.end);
                let Maintenance { title, message, services, .. } = work;
                let body = json!({
                    "title": title, "message": message, "services": services, "from": from, "until": until,
                });
                let communications = &self.stage.communications;
                let made = say(|| communications.post("/api/v1/maintenances").bearer(&token).json(&body)).await?;
                self.ids.insert(title, text(&made, "id")?);
                Ok(())
            }
            Act::WorkIs(work, status) => self.work_is(work, status).await,
        }
    }

    async fn open(&mut self, incident: &'s IncidentOfStory) -> Result<(), StartError> {
        let token = self.token(&incident.commander).await?;
        let IncidentOfStory { title, sev, services, summary, .. } = incident;
        let body = json!({"title": title, "sev": sev, "services": services, "summary": summary, "source": "demo"});
        let incidents = &self.stage.incidents;
        let opened = say(|| incidents.post("/api/v1/incidents").bearer(&token).json(&body)).await?;
        let id = text(&opened, "id")?;
        let commander = self.person(&incident.commander)?.id.clone();
        let (path, body) = (format!("/api/v1/incidents/{id}/assign"), json!({"commander": commander}));
        say(|| incidents.post(&path).bearer(&token).json(&body)).await?;
        self.ids.insert(title, id);
        Ok(())
    }

    async fn step(&mut self, incident: &'s IncidentOfStory, step: &'s Step) -> Result<(), StartError> {
        let (id, token) = (self.id(&incident.title)?, self.token(&incident.commander).await?);
        let Stage { incidents, communications, .. } = self.stage;
        let (path, body) =
            (format!("/api/v1/incidents/{id}/timeline"), json!({"type": step.kind, "message": step.text}));
        say(|| incidents.post(&path).bearer(&token).json(&body)).await?;
        if let Some(status) = &step.status {
            let (path, body) = (format!("/api/v1/incidents/{id}/status"), json!({"status": status}));
            say(|| incidents.post(&path).bearer(&token).json(&body)).await?;
        }
        if let Some(state) = &step.public {
            let token = self.token("manager").await?;
            let message = step.say.as_ref().unwrap_or(&step.text);
            let body = json!({"incident_id": id, "message": message, "state": state});
            say(|| communications.post("/api/v1/public/announce").bearer(&token).json(&body)).await?;
            if let Some(status) = &step.status {
                self.wait_for(&id, status).await?;
            }
        }
        Ok(())
    }

    /// Wait until the public page has heard where an incident stands: the event that tells it bears the time at which it
    /// is heard.
    async fn wait_for(&self, id: &str, status: &str) -> Result<(), StartError> {
        let communications = &self.stage.communications;
        for _ in 0..LOOKS {
            let known = say(|| communications.get("/api/v1/public/status")).await?;
            let found = known.as_array().into_iter().flatten().find(|incident| incident["id"] == id);
            if found.is_some_and(|incident| incident["status"] == status) {
                return Ok(());
            }
            sleep(LOOK_EVERY).await;
        }
        Err(format!("communications has not heard that {id} is {status}").into())
    }

    async fn work_is(&mut self, work: &Maintenance, status: &str) -> Result<(), StartError> {
        let token = self.token("manager").await?;
        let path = format!("/api/v1/maintenances/{}", self.id(&work.title)?);
        let communications = &self.stage.communications;
        // when its time has come the service begins and ends it by itself, and may have been first
        let now = say(|| communications.get(&path)).await?;
        if now["status"] == status {
            return Ok(());
        }
        let body = json!({"status": status});
        say(|| communications.put(&path).bearer(&token).json(&body)).await.map(drop)
    }

    fn id(&self, title: &str) -> Result<String, StartError> {
        self.ids.get(title).cloned().ok_or_else(|| format!("the story has no {title} yet").into())
    }

    fn person(&mut self, key: &str) -> Result<&mut Login<'s>, StartError> {
        self.people.get_mut(key).ok_or_else(|| format!("the story has no person {key}").into())
    }

    /// Somebody's token: of their session if it goes on, renewed if it can be, or of a new login.
    async fn token(&mut self, key: &str) -> Result<SecretString, StartError> {
        let (now, password, users) = (self.now, self.password, &self.stage.users);
        if now < self.end - LOGINS_SINCE * DAY {
            return Ok(self.stage.token.clone());
        }
        let login = self.person(key)?;
        if let Some(session) = login.session.as_ref().filter(|session| now < session.ends_at - RENEW) {
            return Ok(session.token.clone());
        }
        let renewed = match &login.session {
            Some(session) => {
                let body = json!({"refresh_token": session.refresh_token});
                say(|| users.post("/api/v1/auth/refresh").json(&body)).await.ok()
            }
            None => None,
        };
        let tokens = if let Some(tokens) = renewed {
            tokens
        } else {
            let body = json!({"email": login.person.email, "password": password});
            say(|| users.post("/api/v1/auth/login").json(&body)).await?
        };
        let token: SecretString = text(&tokens, "token")?.into();
        let ends_at = now + tokens["expires_in"].as_i64().unwrap_or_default();
        let refresh_token = text(&tokens, "refresh_token")?;
        login.session = Some(Session { token: token.clone(), refresh_token, ends_at });
        Ok(token)
    }
}

fn text(answer: &Value, field: &str) -> Result<String, StartError> {
    let text = answer[field].as_str().map(str::to_owned);
    text.ok_or_else(|| format!("an answer has no {field}: {answer}").into())
}
