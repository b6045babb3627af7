//! The public API of Statuspage, version 2, field for field, so that the clients that people have read us.

mod components;
mod shapes;
mod short_id;

use values::ServiceId;

use super::View;
use super::time::millis;
use crate::model::{
    ComponentStatus, Impact, Incident, Maintenance, MaintenanceStatus, MaintenanceUpdate, PublicState, Update,
};
use crate::settings::Settings;
use components::components;
pub use shapes::{
    AffectedView, ComponentView, Components, IncidentView, Incidents, MaintenanceView, Maintenances, Overall, PageInfo,
    StatusPage, Summary, UpdateView,
};
pub use short_id::short_id;

/// Incidents, and planned works, in a list of everything at most: as many as Statuspage shows.
pub const MOST: usize = 50;

/// Makes the pages.
pub struct Statuspage<'a> {
    view: &'a View,
    settings: &'a Settings,
    page_id: String,
    components: Vec<ComponentView>,
}

impl<'a> Statuspage<'a> {
    /// Of this view.
    pub fn of(view: &'a View, settings: &'a Settings) -> Self {
        let page_id = short_id("page", &settings.public_url);
        let components = components(view, &page_id);
        Self { view, settings, page_id, components }
    }

    fn page(&self) -> PageInfo {
        PageInfo {
            id: self.page_id.clone(),
            name: self.settings.page_name.clone(),
            url: self.settings.public_url.clone(),
            time_zone: "Etc/UTC",
            updated_at: millis(self.view.updated_at()),
        }
    }

    fn overall(&self) -> Overall {
        let indicator = self.view.indicator();
        Overall { indicator, description: indicator.description() }
    }

    /// `status.json`
    pub fn status(&self) -> StatusPage {
        StatusPage { page: self.page(), status: self.overall() }
    }

    /// `components.json`
    pub fn components(&self) -> Components {
        Components { page: self.page(), components: self.components.clone() }
    }

    /// `summary.json`
    pub fn summary(&self) -> Summary {
        let mut works = self.upcoming().scheduled_maintenances;
        works.extend(self.active().scheduled_maintenances);
        Summary {
            page: self.page(),
            components: self.components.clone(),
            incidents: self.unresolved().incidents,
            scheduled_maintenances: works,
            status: self.overall(),
        }
    }

    /// `incidents.json`: the latest.
    pub fn incidents(&self) -> Incidents {
        self.list_incidents(self.view.incidents().iter().take(MOST).map(|entry| &entry.document))
    }

    /// `incidents/unresolved.json`: never cut off, since who reads it looks for what is wrong.
    pub fn unresolved(&self) -> Incidents {
        let all = self.view.incidents().iter().map(|entry| &entry.document);
        self.list_incidents(all.filter(|incident| incident.public_state() != PublicState::Resolved))
    }

    fn list_incidents<'b>(&self, incidents: impl Iterator<Item = &'b Incident>) -> Incidents {
        Incidents { page: self.page(), incidents: incidents.map(|incident| self.incident(incident)).collect() }
    }

    /// `scheduled-maintenances.json`: what begins, or began, the latest.
    pub fn maintenances(&self) -> Maintenances {
        let mut works = self.works(|_| true);
        works.sort_by(|one, other| (other.from, &other.id).cmp(&(one.from, &one.id)));
        works.truncate(MOST);
        self.list_maintenances(&works)
    }

    /// `scheduled-maintenances/upcoming.json`: what comes next, first. Never cut off, as the next: what is left out of it
    /// is a surprise to somebody.
    pub fn upcoming(&self) -> Maintenances {
        let mut works = self.works(|status| status == MaintenanceStatus::Scheduled);
        works.sort_by(|one, other| (one.from, &one.id).cmp(&(other.from, &other.id)));
        self.list_maintenances(&works)
    }

    /// `scheduled-maintenances/active.json`: what began last, first.
    pub fn active(&self) -> Maintenances {
        let mut works = self.works(MaintenanceStatus::is_active);
        works.sort_by(|one, other| (other.from, &other.id).cmp(&(one.from, &one.id)));
        self.list_maintenances(&works)
    }

    fn works(&self, wanted: impl Fn(MaintenanceStatus) -> bool) -> Vec<&'a Maintenance> {
        let all = self.view.works(None).iter().map(|entry| &entry.document);
        all.filter(|work| wanted(work.status)).collect()
    }

    fn list_maintenances(&self, works: &[&Maintenance]) -> Maintenances {
        let works = works.iter().map(|work| self.maintenance(work)).collect();
        Maintenances { page: self.page(), scheduled_maintenances: works }
    }

    fn named(&self, ids: &[ServiceId]) -> Vec<ComponentView> {
        let ids: Vec<String> = ids.iter().map(|id| short_id("component", id.as_str())).collect();
        self.components.iter().filter(|component| ids.contains(&component.id)).cloned().collect()
    }

    fn incident(&self, incident: &Incident) -> IncidentView {
        let id = short_id("incident", &incident.id);
        let first = incident.updates.first().map_or(incident.started_at, |update| update.ts);
        let last = incident.last().map_or(first, |update| update.ts);
        IncidentView {
            name: incident.title.clone(),
            status: incident.public_state(),
            created_at: millis(first),
            updated_at: millis(last.max(incident.over_at().unwrap_or(last))),
            monitoring_at: incident.first_in(PublicState::Monitoring).map(millis),
            resolved_at: incident.over_at().map(millis),
            impact: incident.impact(),
            shortlink: format!("{}/incidents/{}", self.settings.public_url, incident.id),
            started_at: millis(incident.started_at),
            page_id: self.page_id.clone(),
            incident_updates: incident.updates.iter().rev().map(|update| self.update(&id, update)).collect(),
            components: self.named(&incident.service_ids()),
            reminder_intervals: None,
            id,
        }
    }

    fn update(&self, incident: &str, update: &Update) -> UpdateView {
        let affected = update.affected.iter();
        let affected = affected.map(|it| self.affected(&it.service, &it.name, (it.old, it.new))).collect();
        said(incident, (&update.id, update.ts), update.state.as_str(), update.message.as_str(), affected)
    }

    fn maintenance(&self, work: &Maintenance) -> MaintenanceView {
        let id = short_id("maintenance", &work.id);
        let mut before = ComponentStatus::Operational;
        let mut updates: Vec<UpdateView> = Vec::with_capacity(work.updates.len());
        for update in &work.updates {
            let after = update.status.effect();
            updates.push(self.maintenance_update(&id, work, update, (before, after)));
            before = after;
        }
        updates.reverse();
        MaintenanceView {
            name: work.title.to_string(),
            status: work.status,
            created_at: millis(work.created_at),
            updated_at: millis(work.updated_at),
            monitoring_at: None,
            resolved_at: work.completed_at.map(millis),
            impact: Impact::Maintenance,
            shortlink: format!("{}/", self.settings.public_url),
            started_at: millis(work.created_at),
            page_id: self.page_id.clone(),
            incident_updates: updates,
            components: self.named(&work.service_ids()),
            scheduled_for: millis(work.from),
            scheduled_until: millis(work.until),
            id,
        }
    }

    /// What people say of planned work names what it affects. What is said by itself names nothing, as at Statuspage.
    fn maintenance_update(
        &self,
        id: &str,
        work: &Maintenance,
        update: &MaintenanceUpdate,
        change: (ComponentStatus, ComponentStatus),
    ) -> UpdateView {
        let named = if update.automatic { Vec::new() } else { work.service_ids() };
        let named = named.iter().filter_map(|id| self.view.component(id.as_str()));
        let affected = named.map(|component| self.affected(&component.id, &component.name, change)).collect();
        said(id, (&update.id, update.ts), update.status.as_str(), update.message.as_str(), affected)
    }

    fn affected(&self, id: &ServiceId, name: &str, (old, new): (ComponentStatus, ComponentStatus)) -> AffectedView {
        let group = self.view.component(id.as_str()).and_then(|component| component.group.as_ref());
        AffectedView {
            code: short_id("component", id.as_str()),
            name: group.map_or_else(|| name.to_owned(), |group| format!("{group} - {name}")),
            old_status: old,
            new_status: new,
        }
    }
}

fn said(of: &str, (id, ts): (&str, i64), status: &'static str, body: &str, affected: Vec<AffectedView>) -> UpdateView {
    UpdateView {
        id: short_id("update", id),
        status,
        body: body.to_owned(),
        incident_id: of.to_owned(),
        created_at: millis(ts),
        updated_at: millis(ts),
        display_at: millis(ts),
        affected_components: (!affected.is_empty()).then_some(affected),
        deliver_notifications: true,
        custom_tweet: None,
        tweet_id: None,
    }
}
