//! Which services there are. One more is one line in [`all`], and a function in [`wiring`](crate::wiring).

use std::net::TcpListener;

use add_product::AddProduct;
use chassis::service::{Foundation, Service, StartError};
use display_product::DisplayProduct;
use documents_api::DocumentsApi;
use documents_backup::Backup;
use documents_notifications::Notifications;
use inventory_api::InventoryApi;
use polystatus_communications::Communications;
use polystatus_csp::Csp;
use polystatus_flags::Flags;
use polystatus_frontend::Frontend;
use polystatus_incidents::Incidents;
use polystatus_users::Users;
use read_product::ReadProduct;

use crate::running::{self, Running};
use crate::wiring::{self, Wiring};

/// A service of this process.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// What people call it here.
    pub name: &'static str,
    /// The program that it is when it runs alone.
    pub program: &'static str,
    /// What it is for, in one line.
    pub about: &'static str,
    /// Where it listens, before the offset.
    pub port: u16,
    /// When it ends.
    pub turn: Turn,
    /// What it is told about the others.
    pub flags: fn(&Wiring) -> Vec<String>,
    launch: fn(&Self, Vec<String>, Foundation, TcpListener) -> Result<Running, StartError>,
}

/// When a service ends: who says something ends before those who listen, so that all that was said is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// It says things, or asks others.
    Speaks,
    /// It hears the first ones, and says things itself.
    Relays,
    /// It hears the others.
    Listens,
}

impl Turn {
    /// Every turn, in order.
    pub const ALL: [Self; 3] = [Self::Speaks, Self::Relays, Self::Listens];
}

/// Every service, in the order of the start table.
pub fn all() -> Vec<Member> {
    vec![
        Member::of::<Frontend>("frontend", Turn::Speaks, wiring::frontend),
        Member::of::<InventoryApi>("inventory", Turn::Speaks, wiring::inventory),
        Member::of::<Users>("users", Turn::Speaks, wiring::users),
        Member::of::<Incidents>("incidents", Turn::Relays, wiring::incidents),
        Member::of::<Communications>("communications", Turn::Listens, wiring::communications),
        Member::of::<Csp>("csp", Turn::Speaks, wiring::csp),
        Member::of::<Flags>("flags", Turn::Speaks, wiring::flags),
        Member::of::<DocumentsApi>("documents", Turn::Speaks, wiring::documents),
        Member::of::<Notifications>("notifications", Turn::Relays, wiring::notifications),
        Member::of::<Backup>("backup", Turn::Listens, wiring::backup),
        Member::of::<DisplayProduct>("display-product", Turn::Speaks, wiring::display_product),
        Member::of::<AddProduct>("add-product", Turn::Relays, wiring::products),
        Member::of::<ReadProduct>("read-product", Turn::Listens, wiring::products),
    ]
}

impl Member {
    fn of<S: Service>(name: &'static str, turn: Turn, flags: fn(&Wiring) -> Vec<String>) -> Self {
        let (program, about, port) = (S::NAME, S::ABOUT, S::PORT);
        Self { name, program, about, port, turn, flags, launch: running::launch::<S> }
    }

    /// What the start table calls it.
    pub fn title(&self) -> &'static str {
        if self.name == "frontend" { "status page" } else { self.name }
    }

    /// Start it on this listener.
    ///
    /// # Errors
    /// When one of its settings is wrong, or there is no thread for it. What fails later is told by [`Running::ended`].
    pub fn launch(
        &self,
        wiring: &Wiring,
        foundation: Foundation,
        listener: TcpListener,
    ) -> Result<Running, StartError> {
        (self.launch)(self, wiring.flags_of(self), foundation, listener)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_ports_are_told_apart() {
        let all = all();
        assert_eq!(all.iter().map(|member| member.name).collect::<BTreeSet<_>>().len(), all.len());
        assert_eq!(all.iter().map(|member| member.port).collect::<BTreeSet<_>>().len(), all.len());
    }
}
