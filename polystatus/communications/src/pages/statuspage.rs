//! The public API of Statuspage, version 2, field for field, so that the clients that people have read us.
//!
//! What each field holds was compared with what real pages answer. Lists are never null, absent times are.

use ring::digest;
use serde::Serialize;
use utoipa::ToSchema;
use values::ServiceId;

use super::View;
use super::time::millis;
use crate::model::{
    Component, ComponentStatus, Impact, Incident, Maintenance, MaintenanceStatus, MaintenanceUpdate, PublicState,
    Update,
};
use crate::settings::Settings;

/// Incidents, and planned works, in a list at most: as many as Statuspage shows.
pub const MOST: usize = 50;

/// Whose page it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PageInfo {
    /// Twelve letters and digits.
    #[schema(example = "0c5k2v9x7q1m")]
    pub id: String,
    /// What it is called.
    #[schema(example = "PolyStatus")]
    pub name: String,
    /// Where it is.
    #[schema(example = "https://status.example.org")]
    pub url: String,
    /// In which zone its times are.
    #[schema(example = "Etc/UTC")]
    pub time_zone: &'static str,
    /// When anything on it last changed.
    #[schema(example = "2023-11-14T22:13:20.000Z")]
    pub updated_at: String,
}

/// How the page is as a whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Overall {
    /// In one word.
    pub indicator: Impact,
    /// In three.
    #[schema(example = "All Systems Operational")]
    pub description: &'static str,
}

/// Something that can break, or a group of such.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ComponentView {
    /// Twelve letters and digits.
    #[schema(example = "8l4ygp009s5s")]
    pub id: String,
    /// As people know it.
    #[schema(example = "Checkout")]
    pub name: String,
    /// How it is.
    pub status: ComponentStatus,
    /// Since when it is here.
    #[schema(example = "2023-11-14T22:13:20.000Z")]
    pub created_at: String,
    /// When it last changed.
    #[schema(example = "2023-11-14T22:13:20.000Z")]
    pub updated_at: String,
    /// Where it stands, from 1.
    #[schema(example = 1)]
    pub position: usize,
    /// What it does.
    #[schema(example = "Takes orders and payments")]
    pub description: Option<String>,
    /// Whether it is shown.
    pub showcase: bool,
    /// Since when its uptime is shown.
    pub start_date: Option<String>,
    /// The group that it is in.
    pub group_id: Option<String>,
    /// The page.
    #[schema(example = "0c5k2v9x7q1m")]
    pub page_id: String,
    /// Whether it is a group.
    pub group: bool,
    /// Whether it is shown only when it does not work.
    pub only_show_if_degraded: bool,
    /// What is in the group; only groups have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub components: Option<Vec<String>>,
}

/// What an update changed of a component.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AffectedView {
    /// The component's id.
    #[schema(example = "8l4ygp009s5s")]
    pub code: String,
    /// Its name, with its group's before it.
    #[schema(example = "Shop - Checkout")]
    pub name: String,
    /// How it was before.
    pub old_status: ComponentStatus,
    /// How it is since.
    pub new_status: ComponentStatus,
}

/// What was told once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UpdateView {
    /// Twelve letters and digits.
    #[schema(example = "2zmhwpgd2kyc")]
    pub id: String,
    /// How far the work was: a state of an incident, or of planned work.
    #[schema(example = "investigating")]
    pub status: &'static str,
    /// What was told.
    #[schema(example = "Payments fail for some of you; we look for the cause")]
    pub body: String,
    /// Of which incident, or planned work.
    #[schema(example = "jxd617hfwfq8")]
    pub incident_id: String,
    /// When.
    #[schema(example = "2023-11-14T22:13:20.000Z")]
    pub created_at: String,
    /// When it last changed.
    #[schema(example = "2023-11-14T22:13:20.000Z")]
    pub updated_at: String,
    /// Under which time it is shown.
    #[schema(example = "2023-11-14T22:13:20.000Z")]
    pub display_at: String,
    /// What it changed; null where nothing is named.
    pub affected_components: Option<Vec<AffectedView>>,
    /// Whether subscribers were told.
    pub deliver_notifications: bool,
    /// Always null here.
    pub custom_tweet: Option<String>,
    /// Always null here.
    pub tweet_id: Option<String>,
}

/// An incident.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentView {
    /// Twelve letters and digits.
    #[schema(example = "jxd617hfwfq8")]
    pub id: String,
    /// What is wrong, in one line.
    #[schema(example = "Checkout answers with errors")]
    pub name: String,
    /// How far the work is.
    pub status: PublicState,
    /// When the public was first told.
    #[schema(example = "2023-11-14T22:13:20.000Z")]
    pub created_at: String,
    /// When it was last told.
    #[schema(example = "2023-11-14T22:13:20.000Z")]
    pub updated_at: String,
    /// When it was first under observation.
    pub monitoring_at: Option<String>,
    /// When it was over.
    pub resolved_at: Option<String>,
    /// How much it hurts.
    pub impact: Impact,
    /// Its page.
    #[schema(example = "https://status.example.org/incidents/INC-1JN7W800000000000")]
    pub shortlink: String,
    /// When it began.
    #[schema(example = "2023-11-14T22:13:20.000Z")]
    pub started_at: String,
    /// The page.
    #[schema(example = "0c5k2v9x7q1m")]
    pub page_id: String,
    /// What was told, the newest first.
    pub incident_updates: Vec<UpdateView>,
    /// What is affected.
    pub components: Vec<ComponentView>,
    /// Always null here.
    pub reminder_intervals: Option<String>,
}

/// Planned work.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MaintenanceView {
    /// Twelve letters and digits.
    #[schema(example = "gg374l1rfnrm")]
    pub id: String,
    /// What is done, in one line.
    #[schema(example = "New disks for the database")]
    pub name: String,
    /// Where it stands.
    pub status: MaintenanceStatus,
    /// When it was announced.
    #[schema(example = "2023-11-14T22:13:20.000Z")]
    pub created_at: String,
    /// When it was last told of.
    #[schema(example = "2023-11-14T22:13:20.000Z")]
    pub updated_at: String,
    /// Always null here.
    pub monitoring_at: Option<String>,
    /// When it was completed.
    pub resolved_at: Option<String>,
    /// Always `maintenance`.
    pub impact: Impact,
    /// The status page.
    #[schema(example = "https://status.example.org/")]
    pub shortlink: String,
    /// When it was announced.
    #[schema(example = "2023-11-14T22:13:20.000Z")]
    pub started_at: String,
    /// The page.
    #[schema(example = "0c5k2v9x7q1m")]
    pub page_id: String,
    /// What was told, the newest first.
    pub incident_updates: Vec<UpdateView>,
    /// What is affected.
    pub components: Vec<ComponentView>,
    /// When it is to begin.
    #[schema(example = "2023-11-14T23:13:20.000Z")]
    pub scheduled_for: String,
    /// When it is to end.
    #[schema(example = "2023-11-15T00:13:20.000Z")]
    pub scheduled_until: String,
}

/// `summary.json`
#[derive(Debug, Serialize, ToSchema)]
pub struct Summary {
    /// Whose page it is.
    pub page: PageInfo,
    /// Every component.
    pub components: Vec<ComponentView>,
    /// Incidents that are not over.
    pub incidents: Vec<IncidentView>,
    /// Planned work that is not over.
    pub scheduled_maintenances: Vec<MaintenanceView>,
    /// How the page is as a whole.
    pub status: Overall,
}

/// `status.json`
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusPage {
    /// Whose page it is.
    pub page: PageInfo,
    /// How it is as a whole.
    pub status: Overall,
}

/// `components.json`
#[derive(Debug, Serialize, ToSchema)]
pub struct Components {
    /// Whose page it is.
    pub page: PageInfo,
    /// Every component.
    pub components: Vec<ComponentView>,
}

/// `incidents.json`, `incidents/unresolved.json`
#[derive(Debug, Serialize, ToSchema)]
pub struct Incidents {
    /// Whose page it is.
    pub page: PageInfo,
    /// The incidents, the newest first.
    pub incidents: Vec<IncidentView>,
}

/// `scheduled-maintenances.json`, `…/upcoming.json`, `…/active.json`
#[derive(Debug, Serialize, ToSchema)]
pub struct Maintenances {
    /// Whose page it is.
    pub page: PageInfo,
    /// Planned work, the latest first.
    pub scheduled_maintenances: Vec<MaintenanceView>,
}

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// An id as Statuspage has them, twelve letters and digits: made of ours, so that it is the same on every instance and
/// after every start. Sixty-two bits, from SHA-256: two of them are the same once in billions of pages.
pub fn short_id(kind: &str, id: &str) -> String {
    let hash = digest::digest(&digest::SHA256, format!("{kind}/{id}").as_bytes());
    let mut number = hash.as_ref()[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let digits = (0..12).map(|_| {
        let digit = DIGITS[usize::try_from(number % 36).unwrap_or_default()];
        number /= 36;
        char::from(digit)
    });
    digits.collect()
}

/// Makes the views.
pub struct Statuspage<'a> {
    view: View<'a>,
    settings: &'a Settings,
    page_id: String,
    components: Vec<ComponentView>,
}

impl<'a> Statuspage<'a> {
    /// Of this view.
    pub fn of(view: View<'a>, settings: &'a Settings) -> Self {
        let page_id = short_id("page", &settings.public_url);
        let components = components(&view, &page_id);
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
        Summary {
            page: self.page(),
            components: self.components.clone(),
            incidents: self.incidents(true).incidents,
            scheduled_maintenances: self
                .maintenances(|status| status != MaintenanceStatus::Completed)
                .scheduled_maintenances,
            status: self.overall(),
        }
    }

    /// `incidents.json`, or only those that are not over. These are never cut off: who reads them looks for what is wrong.
    pub fn incidents(&self, unresolved: bool) -> Incidents {
        let all = self.view.incidents();
        let wanted = all.into_iter().filter(|incident| !unresolved || incident.public_state() != PublicState::Resolved);
        let most = if unresolved { usize::MAX } else { MOST };
        Incidents { page: self.page(), incidents: wanted.take(most).map(|incident| self.incident(incident)).collect() }
    }

    /// Planned work whose status is wanted.
    pub fn maintenances(&self, wanted: impl Fn(MaintenanceStatus) -> bool) -> Maintenances {
        let all = self.view.maintenances().into_iter().filter(|work| wanted(work.status));
        Maintenances {
            page: self.page(),
            scheduled_maintenances: all.take(MOST).map(|work| self.maintenance(work)).collect(),
        }
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
        let affected = update.affected.iter().map(|affected| {
            let component = self.view.component(affected.service.as_str());
            let group = component.and_then(|component| component.group.clone());
            AffectedView {
                code: short_id("component", affected.service.as_str()),
                name: group.map_or_else(|| affected.name.clone(), |group| format!("{group} - {}", affected.name)),
                old_status: affected.old,
                new_status: affected.new,
            }
        });
        let affected: Vec<_> = affected.collect();
        let affected = (!affected.is_empty()).then_some(affected);
        self.said(incident, &update.id, update.state.as_str(), update.message.as_str(), update.ts, affected)
    }

    fn maintenance_update(&self, work: &str, update: &MaintenanceUpdate) -> UpdateView {
        self.said(work, &update.id, update.status.as_str(), update.message.as_str(), update.ts, None)
    }

    #[expect(clippy::unused_self, reason = "it is one of the views that this makes")]
    fn said(
        &self,
        incident: &str,
        id: &str,
        status: &'static str,
        body: &str,
        ts: i64,
        affected_components: Option<Vec<AffectedView>>,
    ) -> UpdateView {
        UpdateView {
            id: short_id("update", id),
            status,
            body: body.to_owned(),
            incident_id: incident.to_owned(),
            created_at: millis(ts),
            updated_at: millis(ts),
            display_at: millis(ts),
            affected_components,
            deliver_notifications: true,
            custom_tweet: None,
            tweet_id: None,
        }
    }

    fn maintenance(&self, work: &Maintenance) -> MaintenanceView {
        let id = short_id("maintenance", &work.id);
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
            incident_updates: work.updates.iter().rev().map(|update| self.maintenance_update(&id, update)).collect(),
            components: self.named(&work.service_ids()),
            scheduled_for: millis(work.from),
            scheduled_until: millis(work.until),
            id,
        }
    }
}

/// The components and, each before what is in it, their groups.
fn components(view: &View<'_>, page_id: &str) -> Vec<ComponentView> {
    let all = view.components();
    let mut shown = Vec::with_capacity(all.len());
    let mut groups: Vec<&str> = Vec::new();
    for component in &all {
        let Some(group) = component.group.as_deref() else {
            shown.push(component_view(view, component, page_id, None, shown.len() + 1));
            continue;
        };
        if groups.contains(&group) {
            continue;
        }
        groups.push(group);
        let members: Vec<&&Component> = all.iter().filter(|other| other.group.as_deref() == Some(group)).collect();
        let id = short_id("group", group);
        shown.push(ComponentView {
            id: id.clone(),
            name: group.to_owned(),
            status: members
                .iter()
                .map(|member| view.status_of(&member.id))
                .max()
                .unwrap_or(ComponentStatus::Operational),
            created_at: millis(members.iter().map(|member| member.created_at).min().unwrap_or_default()),
            updated_at: millis(members.iter().map(|member| member.updated_at).max().unwrap_or_default()),
            position: shown.len() + 1,
            description: None,
            showcase: false,
            start_date: None,
            group_id: None,
            page_id: page_id.to_owned(),
            group: true,
            only_show_if_degraded: false,
            components: Some(members.iter().map(|member| short_id("component", member.id.as_str())).collect()),
        });
        for (place, member) in members.into_iter().enumerate() {
            shown.push(component_view(view, member, page_id, Some(id.clone()), place + 1));
        }
    }
    shown
}

fn component_view(
    view: &View<'_>,
    component: &Component,
    page_id: &str,
    group_id: Option<String>,
    position: usize,
) -> ComponentView {
    ComponentView {
        id: short_id("component", component.id.as_str()),
        name: component.name.clone(),
        status: view.status_of(&component.id),
        created_at: millis(component.created_at),
        updated_at: millis(component.updated_at),
        position,
        description: Some(component.description.clone()).filter(|text| !text.is_empty()),
        showcase: true,
        start_date: None,
        group_id,
        page_id: page_id.to_owned(),
        group: false,
        only_show_if_degraded: false,
        components: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_twelve_letters_and_digits_and_is_always_the_same() {
        assert_eq!(short_id("incident", "INC-1"), short_id("incident", "INC-1"));
        assert_ne!(short_id("incident", "INC-1"), short_id("update", "INC-1"));
        let id = short_id("component", "checkout");
        assert!(id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{id}");
    }
}
