//! A provider, as a client or the catalogue sends it.

use chassis::ApiError;
use serde::Deserialize;
use utoipa::ToSchema;
use values::{Line, Mistakes, ServiceId, present};

use super::{FeedType, FeedUrl, Rule, RuleInput, Watch, WatchInput};

/// A provider, as it is sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderInput {
    /// As people know it.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        example = "GitHub",
        min_length = 1,
        max_length = 100,
        pattern = "^[A-Za-z0-9]([ -~]*[!-~])?$"
    )]
    name: Option<String>,
    /// Where its feed is: an address on the public network.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        format = "uri",
        example = "https://www.githubstatus.com/api/v2/summary.json",
        max_length = 2000
    )]
    feed_url: Option<String>,
    /// How the feed is announced; it is recognised by its body.
    #[serde(default, rename = "type", deserialize_with = "present")]
    #[schema(nullable = false, required, value_type = FeedType, example = "json")]
    kind: Option<String>,
    /// What of it concerns us; all of it when absent.
    #[serde(default)]
    watch: Option<WatchInput>,
    /// When an event of it opens an incident; never, when absent.
    #[serde(default)]
    opens: Option<RuleInput>,
}

/// What a client decides of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProvider {
    /// The id of its name.
    pub id: ServiceId,
    /// As people know it.
    pub name: Line<100>,
    /// Where its feed is.
    pub feed_url: FeedUrl,
    /// How the feed is announced.
    pub kind: FeedType,
    /// What of it concerns us.
    pub watch: Watch,
    /// When an event of it opens an incident.
    pub opens: Option<Rule>,
}

impl std::str::FromStr for FeedType {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "rss" => Ok(Self::Rss),
            "json" => Ok(Self::Json),
            _ => Err("must be rss or json"),
        }
    }
}

impl ProviderInput {
    /// The provider that a client wants; `may_reach` says why an address may not be reached.
    ///
    /// # Errors
    /// 400 with each field that is missing or wrong.
    pub fn validate(&self, may_reach: impl Fn(&FeedUrl) -> Result<(), String>) -> Result<NewProvider, ApiError> {
        let mut mistakes = Mistakes::default();
        let name = mistakes.required::<Line<100>>("name", self.name.as_deref());
        let id = name.as_ref().and_then(|name| mistakes.parse::<ServiceId>("name", name.as_str()));
        let feed_url = mistakes.required::<FeedUrl>("feed_url", self.feed_url.as_deref());
        if let Some(Err(reason)) = feed_url.as_ref().map(may_reach) {
            mistakes.add("feed_url", reason);
        }
        let kind = mistakes.required::<FeedType>("type", self.kind.as_deref());
        let watch = self.watch.as_ref().map_or_else(|| Some(Watch::default()), |watch| watch.validate(&mut mistakes));
        let opens = match &self.opens {
            None => Some(None),
            Some(rule) => rule.validate(&mut mistakes).map(Some),
        };
        let new = (|| {
            Some(NewProvider { id: id?, name: name?, feed_url: feed_url?, kind: kind?, watch: watch?, opens: opens? })
        })();
        mistakes.none_or(new)
    }
}
