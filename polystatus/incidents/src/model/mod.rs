//! Types that cannot hold a wrong value. What a client sends is in the `…Input` types; their `validate` names every
//! mistake, and what comes out of it is not checked again.

mod alerts;
mod catalogue;
mod entry;
mod following;
mod incident;
mod input;
mod postmortem;
mod rendered;
mod severity;
mod status;

pub use alerts::{Alert, AlertGroup, AlertInput, Alerts, AlertsInput, MOST_ALERTS, told};
pub use catalogue::{CatalogueInput, CatalogueService, NewCatalogueService};
pub use entry::{Change, EntryInput, EntryType, TimelineEntry, WrittenType};
pub use following::{Followed, Following, MOST_FOLLOWED};
pub use incident::Incident;
pub use input::{IncidentInput, IncidentPatch, MOST_SERVERS, MOST_SERVICES, NewIncident};
pub use postmortem::{ActionItem, ActionItemInput, Postmortem, PostmortemInput};
pub use rendered::{Rendered, Searchable};
pub use severity::Severity;
pub use status::{ImpossibleTransition, Status};
pub use values::{Line, Mistakes, Prose, ServiceId, TimeOrderedIds, Whole, present};
