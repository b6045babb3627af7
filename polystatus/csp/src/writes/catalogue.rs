//! The catalogue, brought into the store at the start.

use chassis::ApiError;
use chassis::preconditions::Precondition;
use store::Draft;

use super::forget::forget_openings;
use super::provider::{MOST, add_provider, replace_provider};
use crate::model::{NewProvider, Origin, Provider, Removed};
use crate::stamp::Stamp;

/// What the catalogue changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CatalogueChanges {
    /// Providers that are new.
    pub added: usize,
    /// Providers that are described otherwise.
    pub changed: usize,
}

/// Add what is new in the catalogue, and change what it describes otherwise; what people have added, changed or taken out
/// stays as they left it.
///
/// # Errors
/// None that is expected.
pub fn apply_catalogue(
    draft: &mut Draft,
    stamp: &Stamp,
    catalogue: &[NewProvider],
) -> Result<CatalogueChanges, ApiError> {
    forget_openings(draft, stamp.at);
    let mut changes = CatalogueChanges::default();
    for new in catalogue {
        let known = draft.get::<Provider>(new.id.as_str());
        match known {
            None if draft.get::<Removed>(new.id.as_str()).is_some() => {}
            None if draft.read().count::<Provider>() >= MOST => {}
            None => {
                add_provider(draft, stamp, new, Origin::Catalogue)?;
                changes.added += 1;
            }
            Some(known) if known.origin == Origin::Person => {}
            Some(known) => {
                let unchecked = Precondition::NONE;
                let after = replace_provider(draft, stamp, new.id.as_str(), &unchecked, new, Origin::Catalogue)?;
                changes.changed += usize::from(after.version != known.version);
            }
        }
    }
    Ok(changes)
}
