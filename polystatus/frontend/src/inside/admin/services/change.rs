//! `/admin/services/{id}`: what is told of one.

use actix_web::http::StatusCode;
use actix_web::{get, post};
use askama::Template;
use chassis::auth::Role;
use chassis::path::Id;
use chassis::refusals::BodyRefused;

use super::texts::Says;
use super::{FIELDS, LIST, Listed, Told, one, path_of};
use crate::inside::admin::says::fill;
use crate::inside::{Answer, Fields, FormTaken, PageShown, Section, SignedForm, SignedIn, Words};
use crate::session::Flash;

#[derive(Template)]
#[template(path = "inside/service.html")]
struct ServicePage<'a> {
    me: &'a SignedIn,
    t: &'a Words,
    says: &'a Says,
    service: &'a Listed,
    path: String,
    fields: Fields,
    version: &'a str,
}

/// A service
#[utoipa::path(operation_id = "adminService", tag = "Signed in", params(("id" = String, Path, description = "Its id", example = "checkout")), responses(PageShown))]
#[get("/admin/services/{id}")]
pub(super) async fn page(me: SignedIn, Id(id): Id) -> Answer {
    me.require(Role::Manager)?;
    let now = one(&me, &id).await?;
    let told = &now.value.told;
    let fields = Fields::default().with("name", &told.name).with("group", told.group.clone().unwrap_or_default());
    let fields = fields.with("description", &told.description);
    show(&me, StatusCode::OK, &now.value, fields, &now.etag).await
}

async fn show(me: &SignedIn, status: StatusCode, service: &Listed, fields: Fields, version: &str) -> Answer {
    let path = path_of(&service.id);
    let body = ServicePage { me, t: me.t, says: Says::of(me.lang), service, path, fields, version };
    Ok(me.page_with(status, Section::Services, &service.told.name, &body).await)
}

/// Change a service
///
/// A form with `name`, `group`, `description`, `version` and `csrf`.
#[utoipa::path(
    operation_id = "adminChangeService",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its id", example = "checkout")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "name=Checkout&group=Shop&version=…&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/services/{id}")]
pub(super) async fn change(form: SignedForm, Id(id): Id) -> Answer {
    let before = one(&form, &id).await?;
    let told = Told::of(&form, before.value.told.position);
    let version = form.version().unwrap_or_default();
    let call = form.frontend.peers.signed_in.incidents.put("/api/v1/services").segment(&id).json(&told);
    match form.write(call.header("if-match", &version)).await? {
        Ok(response) => {
            let (etag, old) = (response.header("etag").unwrap_or_default(), &before.value.told);
            let group = old.group.clone().unwrap_or_default();
            let fields =
                [("name", old.name.as_str()), ("group", &group), ("description", &old.description), ("version", etag)];
            let flash = Flash::new(fill(Says::of(form.lang).changed, &[&told.name])).undo(path_of(&id), &fields);
            Ok(form.done(flash, LIST).await)
        }
        Err(refusal) => {
            let mut fields = Fields::of(&form).refused(&refusal, &FIELDS, form.t);
            let mut seen = version;
            if refusal.is_stale() {
                let now = &before.value.told;
                fields = fields.meanwhile("name", &now.name).meanwhile("description", &now.description);
                fields = fields.meanwhile("group", now.group.clone().unwrap_or_default());
                seen.clone_from(&before.etag);
            }
            show(&form, refusal.page_status(), &before.value, fields, &seen).await
        }
    }
}
