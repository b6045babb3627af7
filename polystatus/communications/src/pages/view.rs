//! The public's view: which components there are and how they are, which incidents and which planned work.

use std::collections::BTreeMap;

use store::Snapshot;
use values::ServiceId;

use crate::model::{Component, ComponentStatus, Edition, Impact, Incident, KnownStatus, Maintenance, PublicState};

/// What pages are made of.
pub struct View<'a> {
    snapshot: &'a Snapshot,
    statuses: BTreeMap<ServiceId, ComponentStatus>,
}

impl<'a> View<'a> {
    /// The view of these documents.
    pub fn of(snapshot: &'a Snapshot) -> Self {
        let mut statuses: BTreeMap<ServiceId, ComponentStatus> = BTreeMap::new();
        let mut worsen = |id: ServiceId, to: ComponentStatus| {
            let status = statuses.entry(id).or_insert(ComponentStatus::Operational);
            *status = to.max(*status);
        };
        for incident in snapshot.iter::<Incident>().filter(|incident| incident.status != Some(KnownStatus::Resolved)) {
            for id in incident.service_ids() {
                worsen(id, incident.effect());
            }
        }
        for work in snapshot.find::<Maintenance>("over", "false").filter(|work| work.status.is_active()) {
            for id in work.service_ids() {
                worsen(id, ComponentStatus::UnderMaintenance);
            }
        }
        Self { snapshot, statuses }
    }

    /// When anything here last changed, in Unix seconds.
    pub fn updated_at(&self) -> i64 {
        self.snapshot.get::<Edition>(Edition::KEY).map_or(0, |edition| edition.at)
    }

    /// How a component is: the worst of what is known.
    pub fn status_of(&self, id: &ServiceId) -> ComponentStatus {
        self.statuses.get(id).copied().unwrap_or(ComponentStatus::Operational)
    }

    /// The components, in the order in which they are shown.
    pub fn components(&self) -> Vec<&'a Component> {
        let mut components: Vec<&Component> = self.snapshot.iter::<Component>().map(|entry| &entry.document).collect();
        components.sort_by_key(|component| component.place());
        components
    }

    /// The component with this id.
    pub fn component(&self, id: &str) -> Option<&'a Component> {
        self.snapshot.get::<Component>(id).map(|entry| &entry.document)
    }

    /// The incidents of which the public was told, the newest first: by when it was first told.
    pub fn incidents(&self) -> Vec<&'a Incident> {
        let public = self.snapshot.find::<Incident>("public", "true").map(|entry| &entry.document);
        let mut incidents: Vec<&Incident> = public.collect();
        let told_at = |incident: &Incident| incident.updates.first().map_or(0, |update| update.ts);
        incidents.sort_by(|one, other| (told_at(other), &other.id).cmp(&(told_at(one), &one.id)));
        incidents
    }

    /// Planned work, the latest first.
    pub fn maintenances(&self) -> Vec<&'a Maintenance> {
        let mut all: Vec<&Maintenance> = self.snapshot.iter::<Maintenance>().map(|entry| &entry.document).collect();
        all.sort_by(|one, other| (other.from, &other.id).cmp(&(one.from, &one.id)));
        all
    }

    /// How the page is as a whole: the worst of its components, and of the incidents that the public was told of and that
    /// still hurt. A page that is green while it tells of an incident would be believed by nobody.
    pub fn indicator(&self) -> Impact {
        let components: Vec<ComponentStatus> =
            self.snapshot.iter::<Component>().map(|component| self.status_of(&component.id)).collect();
        let all_down =
            !components.is_empty() && components.iter().all(|status| *status == ComponentStatus::MajorOutage);
        let of_components = components.iter().map(|status| status.impact()).max().unwrap_or(Impact::None);
        let told = self.snapshot.find::<Incident>("public", "true");
        let hurting = told.filter(|incident| {
            incident.public_state() != PublicState::Resolved && incident.known_status() == KnownStatus::Open
        });
        let of_incidents = hurting.map(|incident| incident.impact()).max().unwrap_or(Impact::None);
        let worst = of_components.max(of_incidents);
        if all_down { Impact::Critical } else { worst }
    }
}
