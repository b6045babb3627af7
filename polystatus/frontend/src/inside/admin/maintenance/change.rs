//! `POST /admin/maintenances/{id}`: its title, its times, what it affects.

use actix_web::http::StatusCode;
use actix_web::post;
use chassis::path::Id;
use chassis::refusals::BodyRefused;

use super::texts::Says;
use super::work::show;
use super::{FIELDS, one, told};
use crate::inside::admin::moments::to_field;
use crate::inside::admin::says::fill;
use crate::inside::{Answer, Fields, FormTaken, SignedForm};
use crate::session::Flash;

/// Change planned work
///
/// A form with `title`, any number of `services`, `from`, `until`, `version` and `csrf`.
#[utoipa::path(
    operation_id = "adminChangeMaintenance",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its id", example = "MNT-1JN7W800000000000")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "title=New+disks&from=2026-11-29T02%3A00&until=2026-11-29T04%3A00&version=…&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/maintenances/{id}")]
pub(super) async fn change(form: SignedForm, Id(id): Id) -> Answer {
    let before = one(&form, &id).await?;
    let told = match told(&form) {
        Ok(told) => told,
        Err(fields) => return show(&form, StatusCode::BAD_REQUEST, &before, fields, Fields::default()).await,
    };
    let version = form.version().unwrap_or_default();
    let call = form.frontend.peers.signed_in.communications.put("/api/v1/maintenances").segment(&id).json(&told);
    let old = &before.value;
    match form.write(call.header("if-match", &version)).await? {
        Ok(response) => {
            let etag = response.header("etag").unwrap_or_default();
            let (from, until) = (to_field(Some(old.from)), to_field(Some(old.until)));
            let mut fields = vec![("title", old.title.as_str()), ("from", &from), ("until", &until), ("version", etag)];
            fields.extend(old.services.iter().map(|name| ("services", name.as_str())));
            let path = old.path();
            let flash = Flash::new(fill(Says::of(form.lang).changed, &[&form.field("title")])).undo(&path, &fields);
            Ok(form.done(flash, &path).await)
        }
        Err(refusal) => {
            let mut fields = Fields::of(&form).refused(&refusal, &FIELDS, form.t);
            if refusal.is_stale() {
                fields = fields.meanwhile("title", &old.title).meanwhile("from", to_field(Some(old.from)));
                fields = fields.meanwhile("until", to_field(Some(old.until)));
            }
            show(&form, refusal.page_status(), &before, fields, Fields::default()).await
        }
    }
}
