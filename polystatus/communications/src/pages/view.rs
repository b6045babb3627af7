//! The public's view: which components there are and how they are, which incidents and which planned work.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use store::{Entry, Snapshot};
use values::ServiceId;

use crate::model::{
    Component, ComponentStatus, Edition, Impact, Incident, KnownStatus, Maintenance, MaintenanceStatus, PublicState,
};

/// What pages and lists are made of, looked together and put in order once for each edition.
///
/// It holds documents and no snapshot: that would keep every delivery of its time in memory until the next edition.
#[derive(Debug)]
pub struct View {
    updated_at: i64,
    statuses: BTreeMap<ServiceId, ComponentStatus>,
    components: Vec<Arc<Entry<Component>>>,
    component_places: HashMap<String, usize>,
    incidents: Vec<Arc<Entry<Incident>>>,
    incident_places: HashMap<String, usize>,
    works: Vec<Arc<Entry<Maintenance>>>,
    works_by_status: BTreeMap<MaintenanceStatus, Vec<Arc<Entry<Maintenance>>>>,
}

impl View {
    /// The view of these documents.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut components: Vec<_> = snapshot.iter::<Component>().cloned().collect();
        components.sort_by(|one, other| one.place().cmp(&other.place()));
        let told_at = |incident: &Incident| incident.updates.first().map_or(0, |update| update.ts);
        let mut incidents: Vec<_> = snapshot.find::<Incident>("public", "true").cloned().collect();
        incidents.sort_by(|one, other| (told_at(other), &other.id).cmp(&(told_at(one), &one.id)));
        let works: Vec<_> = snapshot.iter::<Maintenance>().rev().cloned().collect();
        let mut works_by_status: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for work in &works {
            works_by_status.entry(work.status).or_default().push(Arc::clone(work));
        }
        Self {
            updated_at: snapshot.get::<Edition>(Edition::KEY).map_or(0, |edition| edition.at),
            statuses: statuses(snapshot),
            component_places: places(components.iter().map(|component| component.id.as_str())),
            components,
            incident_places: places(incidents.iter().map(|incident| incident.id.as_str())),
            incidents,
            works,
            works_by_status,
        }
    }

    /// When anything here last changed, in Unix seconds.
    pub fn updated_at(&self) -> i64 {
        self.updated_at
    }

    /// How a component is: the worst of what is known.
    pub fn status_of(&self, id: &ServiceId) -> ComponentStatus {
        self.statuses.get(id).copied().unwrap_or(ComponentStatus::Operational)
    }

    /// The components, in the order in which they are shown.
    pub fn components(&self) -> Vec<&Component> {
        self.components.iter().map(|entry| &entry.document).collect()
    }

    /// The component with this id.
    pub fn component(&self, id: &str) -> Option<&Component> {
        self.component_places.get(id).map(|place| &self.components[*place].document)
    }

    /// The incidents of which the public was told, the newest first: by when it was first told.
    pub fn incidents(&self) -> &[Arc<Entry<Incident>>] {
        &self.incidents
    }

    /// Those of them that come behind this one; none when it is not among them.
    pub fn incidents_behind(&self, id: &str) -> &[Arc<Entry<Incident>>] {
        self.incident_places.get(id).map_or(&[], |place| &self.incidents[place + 1..])
    }

    /// Planned work that stands there, or all of it, what was announced last first.
    pub fn works(&self, status: Option<MaintenanceStatus>) -> &[Arc<Entry<Maintenance>>] {
        let Some(status) = status else { return &self.works };
        self.works_by_status.get(&status).map_or(&[], Vec::as_slice)
    }

    /// How the page is as a whole: the worst of its components, and of the incidents that the public was told of and that
    /// still hurt. A page that is green while it tells of an incident would be believed by nobody.
    pub fn indicator(&self) -> Impact {
        let components: Vec<ComponentStatus> =
            self.components.iter().map(|component| self.status_of(&component.id)).collect();
        let all_down =
            !components.is_empty() && components.iter().all(|status| *status == ComponentStatus::MajorOutage);
        let of_components = components.iter().map(|status| status.impact()).max().unwrap_or(Impact::None);
        let hurting = self.incidents.iter().filter(|incident| {
            incident.public_state() != PublicState::Resolved && incident.known_status() == KnownStatus::Open
        });
        let of_incidents = hurting.map(|incident| incident.impact()).max().unwrap_or(Impact::None);
        let worst = of_components.max(of_incidents);
        if all_down { Impact::Critical } else { worst }
    }
}

/// How everything is that anything is known of.
fn statuses(snapshot: &Snapshot) -> BTreeMap<ServiceId, ComponentStatus> {
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
    statuses
}

fn places<'a>(ids: impl Iterator<Item = &'a str>) -> HashMap<String, usize> {
    ids.enumerate().map(|(place, id)| (id.to_owned(), place)).collect()
}
