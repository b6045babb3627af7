//! `GET /admin/maintenances/{id}`: one, with what can be done.

use actix_web::get;
use actix_web::http::StatusCode;
use askama::Template;
use chassis::auth::Role;
use chassis::path::Id;

use super::texts::Says;
use super::{Work, names, one, options};
use crate::inside::admin::moments::to_field;
use crate::inside::{Answer, Fields, PageShown, Read, Section, SignedIn, Words};
use crate::model::WorkState;

#[derive(Template)]
#[template(path = "inside/maintenance.html")]
struct WorkPage<'a> {
    me: &'a SignedIn,
    t: &'a Words,
    says: &'a Says,
    work: &'a Work,
    path: String,
    names: Vec<String>,
    fields: Fields,
    /// Of the form that says how far it is.
    progress: Fields,
    version: &'a str,
}

impl WorkPage<'_> {
    fn options(&self) -> Vec<(String, String)> {
        options(&self.names)
    }
}

/// Planned work
#[utoipa::path(operation_id = "adminMaintenance", tag = "Signed in", params(("id" = String, Path, description = "Its id", example = "MNT-1JN7W800000000000")), responses(PageShown))]
#[get("/admin/maintenances/{id}")]
pub(super) async fn page(me: SignedIn, Id(id): Id) -> Answer {
    me.require(Role::Manager)?;
    let now = one(&me, &id).await?;
    let fields = as_it_is(&now.value);
    show(&me, StatusCode::OK, &now, fields, Fields::default()).await
}

/// Its form, as it is now.
pub(super) fn as_it_is(work: &Work) -> Fields {
    let fields = Fields::default().with("title", &work.title);
    let fields = fields.with("from", to_field(Some(work.from))).with("until", to_field(Some(work.until)));
    work.services.iter().fold(fields, |fields, name| fields.with("services", name))
}

/// The page, with these in its two forms.
pub(super) async fn show(
    me: &SignedIn,
    status: StatusCode,
    now: &Read<Work>,
    fields: Fields,
    progress: Fields,
) -> Answer {
    let work = &now.value;
    let (path, names, version) = (work.path(), names(me, Some(work)).await, now.etag.as_str());
    let body = WorkPage { me, t: me.t, says: Says::of(me.lang), work, path, names, fields, progress, version };
    Ok(me.page_with(status, Section::Maintenance, &work.title, &body).await)
}
