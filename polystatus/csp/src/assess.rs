//! From what a feed says to how the provider is: the worst of what indicator, open incidents and components say, each kept
//! with its source. A pure rule: a page that says `none` above an open critical incident is not believed.

use crate::feeds::{Evidence, Format, Incident, Kind, Reading, Source};
use crate::model::{SourceView, State, Watch};

const DAY: i64 = 24 * 60 * 60;

/// An entry of a feed that says nothing of its stage is taken to go on for a day after the last word about it: longer than
/// nearly every outage. For ever would be a false alarm without end, and an hour would end in the middle of an outage.
const GOES_ON_FOR: i64 = DAY;

/// What is said to go on, in a feed that does not tell what is over, is taken to be forgotten a week after the last word
/// about it. While it goes on, a provider speaks more often than that.
const FORGOTTEN_AFTER: i64 = 7 * DAY;

/// Planned work whose end is past by so much is over, whatever the list says: it is forgotten there.
const OVERTIME: i64 = 60 * 60;

/// Statements that are kept at most; those that count come first.
const MOST_SOURCES: usize = 60;

/// What is known before a reading is judged.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// What of the provider concerns us.
    pub watch: &'a Watch,
    /// Whether we know of an event that had not ended at the reading before.
    pub had_open: bool,
    /// Whether the page had components at the reading before.
    pub had_components: bool,
    /// Since when the feed has been empty after such a reading, or without its components.
    pub emptied_at: Option<i64>,
    /// For how many seconds an empty feed is doubted then.
    pub doubt: i64,
    /// In Unix seconds.
    pub now: i64,
}

/// How the provider is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// The worst of what counts.
    pub state: State,
    /// In the provider's own words.
    pub native: String,
    /// What it was made of.
    pub sources: Vec<SourceView>,
    /// Why it is unknown, or what is odd about it.
    pub note: Option<String>,
    /// See [`Context::emptied_at`].
    pub emptied_at: Option<i64>,
    /// Seconds after the last word about an event that is not in the feed any more, from which on it is over; `None` while
    /// the feed is not believed.
    pub missing_are_over_after: Option<i64>,
}

/// Whether an incident goes on, and how bad it is: an open one is never plainly green, and of one whose stage is a word
/// that nobody knows, nobody knows it.
pub fn open_state(reading: &Reading, incident: &Incident, now: i64) -> Option<State> {
    if incident.kind == Kind::Maintenance {
        let overdue = incident.ended.is_some_and(|end| end + OVERTIME < now);
        let ahead = incident.started.is_some_and(|start| start > now);
        if overdue || ahead {
            return None;
        }
    }
    if incident.last_word().is_some_and(|last| last + patience(reading.format, incident) <= now) {
        return None;
    }
    match incident.active {
        Some(true) => Some(incident.state.max(State::Notice)),
        Some(false) if is_still_to_end(reading.format, incident, now) => Some(incident.state.max(State::Notice)),
        Some(false) => None,
        None => Some(incident.state.max(State::Unknown)),
    }
}

/// The end of an incident was announced, and has not come yet.
fn is_still_to_end(format: Format, incident: &Incident, now: i64) -> bool {
    // planned work may be done early
    let bad = incident.kind == Kind::Incident && incident.state > State::Operational;
    bad && format.ends_by_time() && incident.ended.is_some_and(|end| end > now)
}

/// For how many seconds after the last word about an incident it is taken to go on.
fn patience(format: Format, incident: &Incident) -> i64 {
    match incident.active {
        None if format.is_plain() && incident.native.is_empty() => GOES_ON_FOR,
        _ if format.is_plain() => FORGOTTEN_AFTER,
        // planned work without an end stays in lists for years
        _ if incident.kind == Kind::Maintenance && incident.ended.is_none() => FORGOTTEN_AFTER,
        // a century: what is in a list of what goes on goes on, however long
        _ => 100 * 365 * DAY,
    }
}

/// When an event that a feed tells no more is over: at once, if the feed tells everything that goes on and the page is well
/// by its own words, and otherwise when nobody has said anything of it for long.
fn missing_are_over_after(reading: &Reading, emptied_at: Option<i64>) -> Option<i64> {
    let indicators = |evidence: &Evidence| evidence.source == Source::Indicator && evidence.state > State::Operational;
    match reading.lists_all_open {
        true if emptied_at.is_some() || is_empty_history(reading) => None,
        true if !reading.evidence.iter().any(indicators) => Some(0),
        _ => Some(FORGOTTEN_AFTER),
    }
}

/// Judge a reading.
pub fn assess(reading: &Reading, context: &Context<'_>) -> Assessment {
    let mut sources = statements(reading, context);
    // of several that are as bad the first: the page's own words come before those of its parts
    let worst = sources.iter().rev().filter(|source| source.counts).max_by_key(|source| source.state);
    let nothing_open = || "nothing is open".to_owned();
    let (mut state, native) = match worst {
        Some(source) if source.source == Source::Indicator && !reading.description.is_empty() => {
            (source.state, reading.description.clone())
        }
        Some(source) if source.native.is_empty() => (source.state, source.name.clone()),
        Some(source) => (source.state, source.native.clone()),
        // what is said is not about what we watch
        None => (elsewhere(&sources), nothing_open()),
    };
    let (doubt, emptied_at) = doubt(reading, context);
    let note = doubt.or_else(|| unmatched(reading, context.watch));
    if note.is_some() {
        state = state.max(State::Unknown);
    }
    sources.sort_by_key(|source| (std::cmp::Reverse((source.counts, source.state)), source.source));
    sources.truncate(MOST_SOURCES);
    let missing_are_over_after = missing_are_over_after(reading, emptied_at);
    Assessment { state, native, sources, note, emptied_at, missing_are_over_after }
}

/// Nothing that is said is about what we watch: then we are well if the page as a whole is, or if the trouble is known to
/// be elsewhere.
fn elsewhere(sources: &[SourceView]) -> State {
    let indicator = sources.iter().find(|source| source.source == Source::Indicator);
    let explained = sources.iter().any(|source| source.source != Source::Indicator);
    match indicator {
        Some(indicator) if indicator.state != State::Operational && !explained => State::Unknown,
        _ => State::Operational,
    }
}

fn statements(reading: &Reading, context: &Context<'_>) -> Vec<SourceView> {
    let watch = context.watch;
    let counts = |evidence: &Evidence| match evidence.source {
        // the page speaks of itself as a whole: who watches a part asks the part
        Source::Indicator => watch.is_all(),
        _ => watch.component(&evidence.name),
    };
    let mut sources = Vec::new();
    let mut well = [0, 0];
    for evidence in &reading.evidence {
        let counts = counts(evidence);
        if evidence.source == Source::Component && evidence.state == State::Operational {
            well[usize::from(counts)] += 1;
        } else {
            let Evidence { source, name, native, state } = evidence.clone();
            sources.push(SourceView { source, name, native, state, counts, number: 1 });
        }
    }
    for (counts, number) in [(true, well[1]), (false, well[0])] {
        if number > 0 {
            let (name, native) = (String::new(), State::Operational.to_string());
            sources.push(SourceView {
                source: Source::Component,
                name,
                native,
                state: State::Operational,
                counts,
                number,
            });
        }
    }
    let open = reading.incidents.iter().filter_map(|incident| {
        let state = open_state(reading, incident, context.now)?;
        let source = if incident.kind == Kind::Maintenance { Source::Maintenance } else { Source::Incident };
        let (name, native) = (incident.title.clone(), incident.native.clone());
        let counts = watch.incident(incident, reading.format);
        Some(SourceView { source, name, native, state, counts, number: 1 })
    });
    sources.extend(open);
    sources
}

fn is_empty_history(reading: &Reading) -> bool {
    reading.format.keeps_history() && reading.incidents.is_empty()
}

/// Why a feed that says that all is well is not believed, and since when it has been empty.
fn doubt(reading: &Reading, context: &Context<'_>) -> (Option<String>, Option<i64>) {
    if is_empty_history(reading) {
        return (Some("A feed that keeps its history is empty".to_owned()), context.emptied_at);
    }
    if reading.format.is_plain() && reading.incidents.iter().all(|item| item.active.is_none()) {
        return (Some("No entry of the feed says whether it is over".to_owned()), None);
    }
    // a page with an indicator says by it that all is well; a bare list says it by being empty, and so does a broken one
    let is_bare = reading.evidence.is_empty() && reading.incidents.is_empty();
    let emptied = is_bare && (context.had_open || context.emptied_at.is_some());
    let stripped = context.had_components && reading.components() == 0;
    if !emptied && !stripped {
        return (None, None);
    }
    let since = context.emptied_at.unwrap_or(context.now);
    if context.now - since >= context.doubt {
        return (None, None);
    }
    let note = if stripped {
        "The page has no components, and had some before"
    } else {
        "The feed is empty, and told of an event before that it never ended"
    };
    (Some(note.to_owned()), Some(since))
}

/// A filter that fits nothing on the page is a spelling mistake, or a component that was renamed.
fn unmatched(reading: &Reading, watch: &Watch) -> Option<String> {
    let mut components = reading.evidence.iter().filter(|evidence| evidence.source == Source::Component).peekable();
    let fits = components.peek().is_none() || components.any(|component| watch.component(&component.name));
    (!fits).then(|| "No component of the page is one that is watched".to_owned())
}
