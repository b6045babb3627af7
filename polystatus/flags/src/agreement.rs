//! Who must agree to a change: the rule, in one place.
//!
//! Where `REQUIRE_APPROVAL` is set, nobody changes alone what people get, now or later: not a flag, not a segment, not
//! what is planned; and nobody puts a kill switch back alone. Each of these is asked for, and somebody else agrees.
//!
//! What needs nobody's agreement is what can only make things calmer, or what changes nothing yet: pulling a kill switch,
//! asking for a change, refusing one.

use chassis::ApiError;
use chassis::auth::{Caller, Role};

use crate::Flags;
use crate::stamp::Stamp;

impl Flags {
    /// The stamp of a manager who makes a change alone, where one may.
    ///
    /// # Errors
    /// 403; 409 where somebody else must agree.
    pub(crate) fn alone(&self, caller: &Caller) -> Result<Stamp, ApiError> {
        let stamp = self.stamp(caller, Role::Manager)?;
        if !self.require_approval {
            return Ok(stamp);
        }
        let message = "Somebody else must agree to changes here: ask for this one with POST /admin/requests";
        Err(ApiError::conflict(message))
    }

    /// The stamp of somebody in this role who does what needs nobody's agreement anywhere.
    ///
    /// # Errors
    /// 403.
    pub(crate) fn stamp(&self, caller: &Caller, role: Role) -> Result<Stamp, ApiError> {
        caller.require(role)?;
        Ok(self.scribe.stamp(&caller.subject))
    }
}

/// Go on only if who agrees is another than who has asked. Whoever has the service's own token is one and the same: it
/// does not tell who holds it.
///
/// # Errors
/// 403.
pub fn check_another(author: &str, approver: &str) -> Result<(), ApiError> {
    if author == approver {
        return Err(ApiError::forbidden("Another person than its author must agree to a change"));
    }
    Ok(())
}
