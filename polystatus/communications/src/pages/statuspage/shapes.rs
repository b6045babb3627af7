//! What is answered, field for field. What each field holds was compared with what real pages answer: lists are never
//! null, absent times are.

use serde::Serialize;
use utoipa::ToSchema;

use crate::model::{ComponentStatus, Impact, MaintenanceStatus, PublicState};

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
    /// Where it stands within its group, or among what is in none and the groups; from 1.
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
    /// Planned work that is not over: what is still to come, the next first, and then what goes on.
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
    /// Planned work: the latest first, but in `upcoming.json` the next first.
    pub scheduled_maintenances: Vec<MaintenanceView>,
}
