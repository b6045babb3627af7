//! `GET /admin/flags/{id}`: everything about one.

use std::collections::BTreeMap;

use actix_web::get;
use actix_web::http::StatusCode;
use askama::Template;
use chassis::auth::Role;
use chassis::path::Id;
use serde_json::Value;

use super::explain::{Asked, Explained, explain};
use super::history::{Change, changes};
use super::rollout::{Slider, slider};
use super::texts::Says;
use super::{Flag, called, one, people, requests, shown};
use crate::inside::admin::says::fill;
use crate::inside::{Answer, Fields, PageShown, Refusal, Section, SignedForm, SignedIn, Words};

#[derive(Template)]
#[template(path = "inside/flag.html")]
struct FlagPage<'a> {
    me: &'a SignedIn,
    t: &'a Words,
    says: &'a Says,
    path: String,
    slider: Option<Slider>,
    parts: Vec<(String, u32)>,
    flag: Flag,
    version: String,
    people: BTreeMap<String, String>,
    changes: Vec<Change>,
    asked: Asked,
    explained: Option<Explained>,
    fields: Fields,
}

impl FlagPage<'_> {
    fn called<'b>(&'b self, id: &'b str) -> &'b str {
        called(&self.people, id)
    }

    fn share_of(&self, slider: &Slider) -> String {
        fill(self.says.share_of, &[&slider.main])
    }

    fn part_of(&self, name: &str) -> String {
        fill(self.says.part_of, &[name])
    }

    /// The number beside the slider.
    fn exact(&self, slider: &Slider) -> Fields {
        // what was typed comes first
        self.fields.clone().with("exact", slider.share.to_string())
    }
}

/// A flag
///
/// With `user`, and `attributes` if there are some, it explains what that person gets.
#[utoipa::path(
    operation_id = "adminFlag",
    tag = "Signed in",
    params(
        ("id" = String, Path, description = "Its key", example = "new-checkout"),
        ("user" = Option<String>, Query, description = "For whom to explain it", example = "nadia"),
        ("attributes" = Option<String>, Query, description = "What else is known of them, a line each", example = "role = beta"),
    ),
    responses(PageShown)
)]
#[get("/admin/flags/{id}")]
pub(super) async fn page(me: SignedIn, Id(id): Id) -> Answer {
    me.require(Role::Manager)?;
    show(&me, StatusCode::OK, &id, Fields::default()).await
}

/// The page, with what was refused above it.
pub(super) async fn show(me: &SignedIn, status: StatusCode, id: &str, fields: Fields) -> Answer {
    let read = one(me, id).await?;
    let flag = shown(me, &read.value)?;
    let asked = Asked::of(me);
    let explained = explain(me, id, &asked).await?;
    let names = flag.names();
    let slider = slider(&flag);
    let part = |name: &String| flag.fallthrough.rollout.as_ref().and_then(|parts| parts.get(name)).copied();
    let alone = |name: &String| u32::from(flag.fallthrough.variation.as_ref() == Some(name)) * 100;
    let parts = names.iter().map(|name| (name.clone(), part(name).unwrap_or_else(|| alone(name))));
    let parts = if slider.is_some() { Vec::new() } else { parts.collect() };
    let body = FlagPage {
        me,
        t: me.t,
        says: Says::of(me.lang),
        path: flag.path(),
        slider,
        parts,
        version: read.etag,
        people: people(me).await,
        changes: changes(me, id).await,
        asked,
        explained,
        fields,
        flag,
    };
    Ok(me.page_with(status, Section::Flags, id, &body).await)
}

/// What is answered to a change that was refused: that somebody else must agree, or the page with what is wrong.
pub(super) async fn refused(form: &SignedForm, id: &str, refusal: &Refusal, change: &Value, names: &[&str]) -> Answer {
    if requests::must_agree(refusal) {
        return requests::offer(form, change, &super::path_of(id)).await;
    }
    show(form, refusal.page_status(), id, Fields::of(form).refused(refusal, names, form.t)).await
}
