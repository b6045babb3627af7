//! `/admin/services/{id}/delete`: off the page, once somebody has said that they mean it.

use actix_web::http::StatusCode;
use actix_web::{get, post};
use chassis::auth::Role;
use chassis::path::Id;
use chassis::refusals::BodyRefused;

use super::texts::Says;
use super::{LIST, one, path_of};
use crate::inside::admin::says::fill;
use crate::inside::{Answer, Confirmation, FormTaken, PageShown, Section, SignedForm, SignedIn};
use crate::session::Flash;

/// Ask whether a service is to go
#[utoipa::path(operation_id = "adminAskDeleteService", tag = "Signed in", params(("id" = String, Path, description = "Its id", example = "checkout")), responses(PageShown))]
#[get("/admin/services/{id}/delete")]
pub(super) async fn ask(me: SignedIn, Id(id): Id) -> Answer {
    me.require(Role::Manager)?;
    let (now, says) = (one(&me, &id).await?, Says::of(me.lang));
    let title = fill(says.delete_title, &[&now.value.told.name]);
    let path = path_of(&id);
    let body = Confirmation {
        me: &me,
        title: &title,
        text: &[says.delete_text.to_owned(), says.delete_undo.to_owned()],
        quote: None,
        action: &format!("{path}/delete"),
        fields: &[("version".to_owned(), now.etag)],
        button: says.delete,
        hurts: true,
        back: &path,
    };
    Ok(me.page_with(StatusCode::OK, Section::Services, &title, &body).await)
}

/// Take a service off the page
///
/// A form with `csrf`, and `version` if it is to be what somebody has seen.
#[utoipa::path(
    operation_id = "adminDeleteService",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its id", example = "checkout")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/services/{id}/delete")]
pub(super) async fn delete(form: SignedForm, Id(id): Id) -> Answer {
    let before = one(&form, &id).await?;
    let version = form.version().unwrap_or_else(|| before.etag.clone());
    let call = form.frontend.peers.signed_in.incidents.delete("/api/v1/services").segment(&id);
    match form.write(call.header("if-match", &version)).await? {
        Ok(_) => {
            let told = before.value.told;
            let (group, position) = (told.group.unwrap_or_default(), told.position.to_string());
            let fields = [
                ("name", told.name.as_str()),
                ("group", &group),
                ("description", &told.description),
                ("position", &position),
            ];
            let flash = Flash::new(fill(Says::of(form.lang).deleted, &[&told.name])).undo(LIST, &fields);
            Ok(form.done(flash, LIST).await)
        }
        Err(refusal) => {
            let text = if refusal.is_stale() { form.t.stale.to_owned() } else { form.t.of_service(&refusal.error) };
            Ok(form.notice(
                refusal.page_status(),
                &fill(Says::of(form.lang).delete_title, &[&before.value.told.name]),
                &text,
            ))
        }
    }
}
