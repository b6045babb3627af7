//! Contents that are not well, fetched anew.

use super::{Copier, Stopped};
use crate::model::ContentState;

impl Copier {
    /// Try to fetch what is in this state.
    pub(super) async fn mend(&self, state: ContentState) -> Result<(), Stopped> {
        let Some(known) = self.catalogue.known().await? else { return Ok(()) };
        for versions in self.catalogue.to_mend(state, known.history.id).await? {
            for file in &versions {
                if self.fetch(file).await? {
                    self.catalogue.mark(file.sha256, ContentState::Here).await?;
                    tracing::warn!(%file, sha256 = %file.sha256, was = state.as_str(), "a content was mended");
                    break;
                }
            }
        }
        Ok(())
    }
}
