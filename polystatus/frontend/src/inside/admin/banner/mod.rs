//! The text above every page: `/admin/banner`.

mod texts;
mod write;

use actix_web::get;
use actix_web::http::StatusCode;
use askama::Template;
use chassis::auth::Role;
use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

use self::texts::Says;
use super::moments::to_field;
use crate::inside::{Answer, Fields, PageShown, Read, Section, SignedIn, Words};
use crate::model::BannerLevel;
use crate::pages::shapes;

/// Every endpoint.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(page).service(write::put).service(write::clear);
}

/// Its page.
const PATH: &str = "/admin/banner";

/// The banner, as the communications service tells.
#[derive(Debug, Clone, Deserialize)]
struct Told {
    text: String,
    level: String,
    #[serde(default)]
    from: Option<i64>,
    #[serde(default)]
    until: Option<i64>,
    active: bool,
}

impl Told {
    /// How loud it is; the calmest of a word that is no level.
    fn level(&self) -> BannerLevel {
        level_of(&self.level)
    }

    /// As a form has it.
    fn pairs(&self) -> [(&'static str, String); 4] {
        let (from, until) = (to_field(self.from), to_field(self.until));
        [("text", self.text.clone()), ("level", self.level.clone()), ("from", from), ("until", until)]
    }
}

/// As it will look.
struct Preview {
    text: String,
    level: BannerLevel,
}

#[derive(Template)]
#[template(path = "inside/banner.html")]
struct BannerPage<'a> {
    me: &'a SignedIn,
    t: &'a Words,
    says: &'a Says,
    banner: Option<Told>,
    preview: Option<Preview>,
    fields: Fields,
    version: String,
}

impl BannerPage<'_> {
    const fn levels(&self) -> [(&'static str, &'static str); 3] {
        [("info", self.says.info), ("warning", self.says.warning), ("critical", self.says.critical)]
    }
}

/// The text above every page
#[utoipa::path(operation_id = "adminBanner", tag = "Signed in", responses(PageShown))]
#[get("/admin/banner")]
async fn page(me: SignedIn) -> Answer {
    me.require(Role::Manager)?;
    let now = now(&me).await?;
    let pairs = now.as_ref().map(|now| now.value.pairs()).unwrap_or_default();
    let fields = pairs.into_iter().fold(Fields::default(), |fields, (name, value)| fields.with(name, value));
    let fields = if now.is_some() { fields } else { fields.with("level", "info") };
    show(&me, StatusCode::OK, now, fields, None).await
}

async fn now(me: &SignedIn) -> Result<Option<Read<Told>>, actix_web::Error> {
    me.find(me.frontend.peers.signed_in.communications.get("/api/v1/banner")).await
}

async fn show(
    me: &SignedIn,
    status: StatusCode,
    now: Option<Read<Told>>,
    fields: Fields,
    preview: Option<Preview>,
) -> Answer {
    let (banner, version) = now.map_or((None, String::new()), |now| (Some(now.value), now.etag));
    let body = BannerPage { me, t: me.t, says: Says::of(me.lang), banner, preview, fields, version };
    Ok(me.page_with(status, Section::Banner, me.t.section(Section::Banner), &body).await)
}

/// The level of a word; the calmest for what is none.
fn level_of(word: &str) -> BannerLevel {
    match word {
        "critical" => BannerLevel::Critical,
        "warning" => BannerLevel::Warning,
        _ => BannerLevel::Info,
    }
}
