//! A shape for each condition: colour is never the only thing that tells one from another.

use crate::model::{BannerLevel, Condition, HostState, ReportState};

/// The shape, as an element that takes its colour from the text around it. The word stands beside it, so it says nothing to
/// who cannot see it.
pub(crate) const fn of(condition: Condition) -> &'static str {
    match condition {
        Condition::Operational => {
            r#"<svg class="shape" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7" fill="currentColor"/><path d="M4.7 8.3l2.3 2.3 4.4-4.9" class="cut"/></svg>"#
        }
        Condition::Notice => {
            r#"<svg class="shape" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7" fill="currentColor"/><path d="M8 7.2v4M8 4.4v.6" class="cut"/></svg>"#
        }
        Condition::Maintenance => {
            r#"<svg class="shape" viewBox="0 0 16 16" aria-hidden="true"><path d="M8 .8L15.2 8 8 15.2.8 8z" fill="currentColor"/><path d="M5.2 8h5.6" class="cut"/></svg>"#
        }
        Condition::Unknown => {
            r#"<svg class="shape" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6.2" class="dashes"/><path d="M6.2 6.4a1.9 1.9 0 1 1 2.6 1.8c-.6.2-.8.6-.8 1.2M8 11.4v.4" class="line"/></svg>"#
        }
        Condition::Degraded => {
            r#"<svg class="shape" viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1.2L15.4 14.4H.6z" fill="currentColor"/><path d="M8 6v4M8 12v.4" class="cut"/></svg>"#
        }
        Condition::Partial => {
            r#"<svg class="shape" viewBox="0 0 16 16" aria-hidden="true"><rect x="1.6" y="1.6" width="12.8" height="12.8" rx="1.6" class="line"/><path d="M1.6 14.4V9.2h12.8v5.2z" fill="currentColor"/></svg>"#
        }
        Condition::Major => {
            r#"<svg class="shape" viewBox="0 0 16 16" aria-hidden="true"><rect x="1" y="1" width="14" height="14" rx="1.6" fill="currentColor"/><path d="M5 5l6 6M11 5l-6 6" class="cut"/></svg>"#
        }
    }
}

/// The condition whose shape and colour a server has.
pub(super) const fn of_host(state: HostState) -> Condition {
    match state {
        HostState::Up => Condition::Operational,
        HostState::Down => Condition::Major,
        HostState::Maintenance => Condition::Maintenance,
        HostState::Unknown => Condition::Unknown,
    }
}

/// The condition whose shape and colour a state of reports has.
pub(super) const fn of_reports(state: ReportState) -> Condition {
    match state {
        ReportState::None => Condition::Operational,
        ReportState::Possible => Condition::Degraded,
        ReportState::Problems => Condition::Partial,
    }
}

/// The condition whose shape and colour the text above every page has.
pub(crate) const fn of_banner(level: BannerLevel) -> Condition {
    match level {
        BannerLevel::Info => Condition::Notice,
        BannerLevel::Warning => Condition::Degraded,
        BannerLevel::Critical => Condition::Major,
    }
}
