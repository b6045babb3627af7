//! What is around the pages behind the login: where one is, where one may go, who one is.

use askama::Template;
use chassis::auth::Role;

use super::{SignedIn, Words};
use crate::assets::Assets;
use crate::pages::{MARK, Theme};
use crate::session::Flash;
use crate::texts::Lang;

/// A part of the pages behind the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// What goes on, and what waits.
    Overview,
    /// Incidents.
    Incidents,
    /// The text above every page.
    Banner,
    /// Planned work.
    Maintenance,
    /// What can break.
    Services,
    /// Who works here.
    Users,
    /// Flags.
    Flags,
    /// What became of mails and calls.
    Deliveries,
    /// One's own account.
    Account,
}

impl Section {
    /// Those of the navigation, in its order. The account is beside it.
    const NAVIGATION: [Self; 8] = [
        Self::Overview,
        Self::Incidents,
        Self::Banner,
        Self::Maintenance,
        Self::Services,
        Self::Users,
        Self::Flags,
        Self::Deliveries,
    ];

    /// Its first page.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => "/admin",
            Self::Incidents => "/admin/incidents",
            Self::Banner => "/admin/banner",
            Self::Maintenance => "/admin/maintenances",
            Self::Services => "/admin/services",
            Self::Users => "/admin/users",
            Self::Flags => "/admin/flags",
            Self::Deliveries => "/admin/deliveries",
            Self::Account => "/account",
        }
    }

    /// Who finds something to do there.
    pub const fn role(self) -> Role {
        match self {
            Self::Overview | Self::Incidents | Self::Account => Role::Viewer,
            Self::Banner | Self::Maintenance | Self::Services | Self::Users | Self::Flags | Self::Deliveries => {
                Role::Manager
            }
        }
    }
}

/// A whole page.
#[derive(Template)]
#[template(path = "inside/frame.html")]
pub(super) struct FrameTemplate<'a> {
    pub t: &'a Words,
    pub lang: Lang,
    pub theme: Theme,
    pub title: String,
    pub site: String,
    pub assets: &'a Assets,
    pub signed_in: Option<&'a SignedIn>,
    pub section: Option<Section>,
    pub flash: Option<&'a Flash>,
    pub has_switches: bool,
    pub body: String,
}

impl FrameTemplate<'_> {
    fn navigation(&self, me: &SignedIn) -> Vec<(&'static str, &'static str, bool)> {
        let shown = Section::NAVIGATION.into_iter().filter(|section| me.may(section.role()));
        shown.map(|section| (section.path(), self.t.section(section), self.section == Some(section))).collect()
    }

    fn is_in_account(&self) -> bool {
        self.section == Some(Section::Account)
    }

    fn is_auto(&self) -> bool {
        self.theme == Theme::Auto
    }
}
