//! What clients are shown of a provider, made of what is known and of the time.

use actix_web::http::header::EntityTag;
use bytes::Bytes;
use serde::Serialize;
use store::Snapshot;
use utoipa::ToSchema;
use values::{Line, ServiceId};

use crate::etag;
use crate::feeds::Format;
use crate::model::{Provider, ProviderEvent, SourceView, Standing, State};

/// How a provider is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StatusView {
    /// Who.
    #[schema(value_type = String, example = "github")]
    pub provider: ServiceId,
    /// As people know it.
    #[schema(value_type = String, example = "GitHub")]
    pub name: Line<100>,
    /// The worst of what counts; `unknown` when what is known is stale, or could not be read.
    pub state: State,
    /// In the provider's own words.
    #[schema(example = "Partial System Outage")]
    pub native: String,
    /// What the state was made of, what counts and is worst first.
    pub sources: Vec<SourceView>,
    /// Whether the last try brought a feed.
    pub reachable: bool,
    /// Whether what came could be read.
    pub parsed: bool,
    /// Whether what is known is young enough to be believed.
    pub fresh: bool,
    /// Of when what is known is, in Unix seconds; `null` before the first time.
    #[schema(example = 1_700_000_000)]
    pub as_of: Option<i64>,
    /// How old that is, in seconds.
    #[schema(example = 42)]
    pub age_seconds: Option<i64>,
    /// When it was last tried.
    #[schema(example = 1_700_000_000)]
    pub checked_at: i64,
    /// Since when the provider has said nothing new.
    pub changed_at: Option<i64>,
    /// Since when this state is shown.
    #[schema(example = 1_700_000_000)]
    pub since: i64,
    /// How the feed is written.
    pub format: Option<Format>,
    /// What is odd about it.
    pub note: Option<String>,
    /// What went wrong at the last try.
    pub error: Option<String>,
    /// Events that go on and concern what we watch.
    #[schema(example = 1)]
    pub active_events: usize,
}

impl StatusView {
    /// Of a provider that is not taken out.
    pub fn of(snapshot: &Snapshot, standing: &Standing, now: i64, stale_after: i64) -> Option<Self> {
        let provider = snapshot.get::<Provider>(standing.provider.as_str())?;
        let prefix = format!("{}/", provider.id);
        let events = snapshot.after::<ProviderEvent>(&prefix).take_while(|event| event.provider == provider.id);
        let standing = standing.clone();
        Some(Self {
            name: provider.name.clone(),
            state: standing.effective(now, stale_after),
            fresh: standing.is_fresh(now, stale_after),
            age_seconds: standing.as_of.map(|as_of| (now - as_of).max(0)),
            active_events: events.filter(|event| event.active && event.watched).count(),
            provider: standing.provider,
            native: standing.native,
            sources: standing.sources,
            reachable: standing.reachable,
            parsed: standing.parsed,
            as_of: standing.as_of,
            checked_at: standing.tried_at,
            changed_at: standing.changed_at,
            since: standing.since,
            format: standing.format,
            note: standing.note,
            error: standing.error,
        })
    }
}

/// All providers, as JSON that is ready to be sent: made once in a second at most, since ages are whole seconds.
#[derive(Debug)]
pub struct StatusList {
    /// The store's revision that it was made of.
    pub revision: u64,
    /// The second in which it was made.
    pub now: i64,
    /// A JSON array.
    pub body: Bytes,
    /// Of everything in it but the ages.
    pub etag: EntityTag,
}

impl StatusList {
    /// Of all providers, in the order of their ids.
    pub fn of(snapshot: &Snapshot, now: i64, stale_after: i64) -> Self {
        let standings = snapshot.iter::<Standing>();
        let views = standings.filter_map(|standing| StatusView::of(snapshot, standing, now, stale_after));
        let mut views: Vec<StatusView> = views.collect();
        let json = |views: &[StatusView]| Bytes::from(serde_json::to_vec(views).expect("a view is plain data"));
        let body = json(&views);
        for view in &mut views {
            view.age_seconds = None;
        }
        Self { revision: snapshot.revision(), now, body, etag: etag::of_body(&json(&views)) }
    }
}
