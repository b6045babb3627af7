//! What peers are asked.

use super::Source;

/// A question, and under which path of which peer its answer is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// The status API: everything that matters now.
    Summary,
    /// The status API: how the page is as a whole.
    Status,
    /// The status API: what can break.
    Components,
    /// The status API: the latest incidents.
    Incidents,
    /// The status API: those that go on.
    Unresolved,
    /// The status API: planned work.
    Works,
    /// The status API: that which is to come.
    Upcoming,
    /// The status API: that which goes on.
    Active,
    /// What was told, as an Atom feed.
    Atom,
    /// The same as RSS.
    Rss,
    /// The text above every page.
    Banner,
    /// The badge of a service, by its id in the catalogue.
    Badge(String),
    /// What can be reported.
    Catalogue,
    /// What people report of a service.
    Reports(String),
    /// How the cloud providers are.
    Providers,
    /// How they were, day by day.
    ProviderDays,
    /// What they tell.
    ProviderEvents,
    /// The servers.
    Servers,
}

/// What every page needs of the communications service: asked first.
const TOLD: [Topic; 4] = [Topic::Summary, Topic::Incidents, Topic::Works, Topic::Banner];

/// What is passed on as it is.
const PASSED_ON: [Topic; 7] =
    [Topic::Status, Topic::Components, Topic::Unresolved, Topic::Upcoming, Topic::Active, Topic::Atom, Topic::Rss];

impl Topic {
    /// Who knows.
    pub const fn source(&self) -> Source {
        match self {
            Self::Catalogue | Self::Reports(_) => Source::Incidents,
            Self::Providers | Self::ProviderDays | Self::ProviderEvents => Source::Csp,
            Self::Servers => Source::Inventory,
            _ => Source::Communications,
        }
    }

    /// The path, up to the id of a service.
    pub const fn path(&self) -> &'static str {
        match self {
            Self::Summary => "/api/v2/summary.json",
            Self::Status => "/api/v2/status.json",
            Self::Components => "/api/v2/components.json",
            Self::Incidents => "/api/v2/incidents.json",
            Self::Unresolved => "/api/v2/incidents/unresolved.json",
            Self::Works => "/api/v2/scheduled-maintenances.json",
            Self::Upcoming => "/api/v2/scheduled-maintenances/upcoming.json",
            Self::Active => "/api/v2/scheduled-maintenances/active.json",
            Self::Atom => "/history.atom",
            Self::Rss => "/history.rss",
            Self::Banner => "/api/v1/banner",
            Self::Badge(_) => "/badge",
            Self::Catalogue => "/api/v1/services",
            Self::Reports(_) => "/api/v1/reports",
            Self::Providers => "/api/v1/csp/status",
            Self::ProviderDays => "/api/v1/csp/history",
            Self::ProviderEvents => "/api/v1/csp/events",
            Self::Servers => "/api/v1/servers",
        }
    }

    /// The last part of the path, where that is not fixed.
    pub fn segment(&self) -> Option<String> {
        match self {
            Self::Badge(id) => Some(format!("{id}.svg")),
            Self::Reports(id) => Some(id.clone()),
            _ => None,
        }
    }

    /// What the path is asked with.
    pub const fn query(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Catalogue | Self::Servers => &[("limit", "500")],
            Self::ProviderDays => &[("days", "90")],
            Self::ProviderEvents => &[("active", "true"), ("limit", "500")],
            _ => &[],
        }
    }

    /// Under which its answer is kept.
    pub fn key(&self) -> String {
        match self.segment() {
            Some(segment) => format!("{}/{segment}", self.path()),
            None => self.path().to_owned(),
        }
    }

    /// Of the key.
    pub fn of_key(key: &str) -> Option<Self> {
        let fixed = TOLD.into_iter().chain(PASSED_ON).chain([
            Self::Catalogue,
            Self::Providers,
            Self::ProviderDays,
            Self::ProviderEvents,
            Self::Servers,
        ]);
        let badge = || key.strip_prefix("/badge/")?.strip_suffix(".svg").map(|id| Self::Badge(id.to_owned()));
        let reports = || key.strip_prefix("/api/v1/reports/").map(|id| Self::Reports(id.to_owned()));
        fixed.into_iter().find(|topic| topic.path() == key).or_else(badge).or_else(reports)
    }

    /// What a source is asked, in the order in which it matters; `services` are the ids of the catalogue.
    pub fn of_source(source: Source, services: &[String]) -> Vec<Vec<Self>> {
        match source {
            Source::Communications => {
                vec![TOLD.to_vec(), PASSED_ON.to_vec(), services.iter().map(|id| Self::Badge(id.clone())).collect()]
            }
            // asked after the catalogue is read: it tells which services there are
            Source::Incidents => {
                vec![vec![Self::Catalogue], services.iter().map(|id| Self::Reports(id.clone())).collect()]
            }
            Source::Csp => vec![vec![Self::Providers, Self::ProviderEvents, Self::ProviderDays]],
            Source::Inventory => vec![vec![Self::Servers]],
        }
    }

    /// Whether it is one of many of its kind, and goes when its service does.
    pub const fn is_of_a_service(&self) -> bool {
        matches!(self, Self::Badge(_) | Self::Reports(_))
    }

    /// The type under which it is passed on: ours to say, and not the peer's.
    pub const fn content_type(&self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Badge(_) => "image/svg+xml",
            _ => "application/json",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_by_its_key() {
        let services = ["mail".to_owned(), "sécurité".to_owned()];
        let all = Source::ALL.into_iter().flat_map(|source| Topic::of_source(source, &services)).flatten();
        let mut number = 0;
        for topic in all {
            assert_eq!(Topic::of_key(&topic.key()), Some(topic));
            number += 1;
        }
        assert_eq!((number, Topic::of_key("/api/v1/other")), (20, None));
    }
}
