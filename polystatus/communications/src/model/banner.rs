//! The banner on every page.

use chassis::ApiError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::{Line, Mistakes, Whole, present};

use super::Level;

/// A text above every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Banner {
    /// What it says.
    #[schema(value_type = String, example = "Payments are off on Sunday from 2 to 4", min_length = 1, max_length = 500)]
    pub text: Line<500>,
    /// How loud.
    pub level: Level,
    /// Shown from then on, in Unix seconds; at once when null.
    #[schema(example = json!(null))]
    pub from: Option<i64>,
    /// Shown until then; until it is taken away when null.
    #[schema(example = json!(null))]
    pub until: Option<i64>,
    /// When it was put up.
    pub updated_at: i64,
}

/// A banner, as it is sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BannerInput {
    /// What it says.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        example = "Payments are off on Sunday from 2 to 4",
        min_length = 1,
        max_length = 500,
        pattern = "^[!-~]([ -~]*[!-~])?$"
    )]
    text: Option<String>,
    /// How loud; `info` when absent.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = Level)]
    level: Option<String>,
    /// Show it from then on, in Unix seconds.
    #[serde(default)]
    #[schema(value_type = Option<i64>, example = 1_700_000_000, minimum = 0, maximum = 1_800_000_000)]
    from: Option<Whole>,
    /// Show it until then; later than `from`.
    #[serde(default)]
    #[schema(value_type = Option<i64>, example = 1_900_000_000, minimum = 1_800_000_001, maximum = 253_402_300_799_i64)]
    until: Option<Whole>,
}

/// The last second of the year 9999: what comes later, RFC 3339 cannot write.
const LAST_SECOND: i64 = 253_402_300_799;

/// A time that a client sends, if it does; what is none is noted.
pub(super) fn moment(mistakes: &mut Mistakes, field: &'static str, time: Option<Whole>) -> Option<i64> {
    let Whole(seconds) = time?;
    let fits = (0..=LAST_SECOND).contains(&seconds);
    let found = if fits { Ok(seconds) } else { Err("must be a time in Unix seconds, before the year 10000") };
    mistakes.note(field, found)
}

impl BannerInput {
    /// The banner that a client wants.
    ///
    /// # Errors
    /// 400 with each field that is missing or wrong.
    pub fn validate(&self, now: i64) -> Result<Banner, ApiError> {
        let mut mistakes = Mistakes::default();
        let text = mistakes.required("text", self.text.as_deref());
        let level = mistakes.parse("level", self.level.as_deref().unwrap_or("info"));
        let from = moment(&mut mistakes, "from", self.from);
        let until = moment(&mut mistakes, "until", self.until);
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            mistakes.add("until", "must be later than from");
        }
        let banner = (|| Some(Banner { text: text?, level: level?, from, until, updated_at: now }))();
        mistakes.none_or(banner)
    }
}

impl Banner {
    /// Its only key.
    pub const KEY: &'static str = "banner";

    /// Whether it is shown at this time.
    pub fn is_shown_at(&self, now: i64) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }
}
