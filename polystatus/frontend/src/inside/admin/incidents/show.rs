//! `GET /admin/incidents/{id}`: everything of one incident, and what can be done about it.

use actix_web::get;
use actix_web::http::StatusCode;
use askama::Template;
use chassis::auth::Role;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::people::People;
use super::{Incident, Says, id_in, says};
use crate::inside::{Answer, Fields, PageShown, Section, SignedIn, Words};
use crate::model;

/// Entries of the timeline that are shown: more than any has.
const ENTRIES: usize = 500;

#[derive(Debug, Clone, Deserialize)]
struct Entry {
    #[serde(rename = "type")]
    kind: String,
    message: String,
    author: String,
    at: i64,
    #[serde(default)]
    changes: Vec<Change>,
}

#[derive(Debug, Clone, Deserialize)]
struct Change {
    field: String,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
}

/// The forms of the page, as they are to be shown.
#[derive(Debug, Default)]
pub(super) struct Forms {
    /// What is to be told.
    pub announce: Option<Fields>,
    /// What is to stand in the timeline.
    pub say: Option<Fields>,
    /// Status, commander, follow.
    pub act: Fields,
}

#[derive(Template)]
#[template(path = "inside/incident.html")]
struct ShowPage<'a> {
    me: &'a SignedIn,
    t: &'a Words,
    says: &'a Says,
    incident: Incident,
    version: String,
    people: People,
    /// The newest first.
    entries: Vec<Entry>,
    told: Vec<model::Update<model::IncidentState>>,
    announce: Fields,
    say: Fields,
    act: Fields,
    follows: bool,
    has_postmortem: bool,
}

impl ShowPage<'_> {
    fn may_work(&self) -> bool {
        self.me.may(Role::Responder)
    }

    fn may_tell(&self) -> bool {
        self.me.may(Role::Manager)
    }

    /// Where the incident can go from here: status, and what the button says.
    fn ways(&self) -> Vec<(&'static str, &'static str)> {
        match self.incident.status.as_str() {
            "open" => vec![("mitigated", self.says.mitigate), ("resolved", self.says.resolve)],
            "mitigated" => vec![("resolved", self.says.resolve), ("open", self.says.reopen)],
            _ => vec![("open", self.says.reopen)],
        }
    }

    fn commander(&self) -> String {
        let commander = self.incident.commander.as_deref();
        commander.map_or_else(|| self.says.nobody.to_owned(), |id| self.people.name(id, self.says))
    }

    fn commanders(&self) -> Vec<(String, String)> {
        let nobody = (String::new(), self.says.nobody.to_owned());
        std::iter::once(nobody).chain(self.people.commanders.iter().cloned()).collect()
    }

    fn commander_field(&self) -> Fields {
        Fields::default().with("commander", self.incident.commander.clone().unwrap_or_default())
    }

    fn author(&self, entry: &Entry) -> String {
        self.people.name(&entry.author, self.says)
    }

    fn kind(&self, entry: &Entry) -> &'static str {
        (self.says.kind)(&entry.kind)
    }

    /// What changed, in words.
    fn change(&self, change: &Change) -> String {
        let spoken = |value: &Option<String>| match value.as_deref() {
            None | Some("") => self.says.nothing.to_owned(),
            Some(value) if change.field == "commander" => self.people.name(value, self.says),
            Some(value) if change.field == "status" => (self.says.status)(value).to_owned(),
            Some(value) => value.to_owned(),
        };
        format!("{}: {} → {}", (self.says.field)(&change.field), spoken(&change.from), spoken(&change.to))
    }

    fn is_resolved(&self) -> bool {
        self.incident.status == "resolved"
    }
}

/// An incident
#[utoipa::path(
    operation_id = "adminIncident",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its id", example = "INC-1JN7W800000000000")),
    responses(PageShown)
)]
#[get("/admin/incidents/{id}")]
pub(super) async fn page(me: SignedIn) -> Answer {
    show(&me, StatusCode::OK, Forms::default()).await
}

/// The page, with these forms.
pub(super) async fn show(me: &SignedIn, status: StatusCode, forms: Forms) -> Answer {
    let (id, peer) = (id_in(me), &me.frontend.peers.signed_in.incidents);
    let at = |last: Option<&str>| {
        let call = peer.get("/api/v1/incidents").segment(&id);
        match last {
            Some(last) => call.segment(last),
            None => call,
        }
    };
    let read = me.read::<Incident>(at(None)).await?;
    let followed = peer.get("/api/v1/users").segment(&me.who.id).segment("incidents").query("limit", 500);
    let (entries, lacks_postmortem, people, followed) = futures_util::join!(
        me.perhaps::<Vec<Entry>>(at(Some("timeline")).query("limit", ENTRIES)),
        async { me.perhaps::<IgnoredAny>(at(Some("postmortem"))).await.is_none() },
        People::of(me),
        me.perhaps::<Vec<Incident>>(followed),
    );
    let told = {
        let known = me.frontend.memory.read();
        let public = known.incidents().iter().find(|incident| incident.id == id);
        public.map(|incident| incident.updates.clone()).unwrap_or_default()
    };
    let says = says(me.lang);
    let state = if read.value.status == "resolved" { "resolved" } else { "investigating" };
    let mut entries = entries.unwrap_or_default();
    entries.reverse();
    let title = read.value.title.clone();
    let body = ShowPage {
        me,
        t: me.t,
        says,
        follows: followed.unwrap_or_default().iter().any(|incident| incident.id == id),
        incident: read.value,
        version: read.etag,
        people,
        entries,
        told,
        announce: forms.announce.unwrap_or_else(|| Fields::default().with("state", state)),
        say: forms.say.unwrap_or_else(|| Fields::default().with("type", "update")),
        act: forms.act,
        has_postmortem: !lacks_postmortem,
    };
    Ok(me.page_with(status, Section::Incidents, &title, &body).await)
}
