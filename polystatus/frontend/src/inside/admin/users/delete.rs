//! `/admin/users/{id}/delete`: for good, once somebody has said that they mean it.

use actix_web::http::StatusCode;
use actix_web::{get, post};
use chassis::auth::Role;
use chassis::path::Id;
use chassis::refusals::BodyRefused;

use super::texts::Says;
use super::user::show;
use super::{LIST, one, path_of};
use crate::inside::admin::says::fill;
use crate::inside::{Answer, Confirmation, Fields, FormTaken, PageShown, Section, SignedForm, SignedIn};
use crate::session::Flash;

/// Ask whether an account is to be deleted
#[utoipa::path(operation_id = "adminAskDeleteUser", tag = "Signed in", params(("id" = String, Path, description = "The account's id", example = "7d1f0a3e5b8c4d2f9e6a1b0c3d4e5f60")), responses(PageShown))]
#[get("/admin/users/{id}/delete")]
pub(super) async fn ask(me: SignedIn, Id(id): Id) -> Answer {
    me.require(Role::Admin)?;
    let (now, says) = (one(&me, &id).await?, Says::of(me.lang));
    let (title, path) = (fill(says.delete_title, &[&now.value.name]), path_of(&id));
    let body = Confirmation {
        me: &me,
        title: &title,
        text: &[says.delete_text.to_owned(), says.delete_rather.to_owned()],
        quote: None,
        action: &format!("{path}/delete"),
        fields: &[("version".to_owned(), now.etag)],
        button: says.delete,
        hurts: true,
        back: &path,
    };
    Ok(me.page_with(StatusCode::OK, Section::Users, &title, &body).await)
}

/// Delete an account
///
/// A form with `version` and `csrf`.
#[utoipa::path(
    operation_id = "adminDeleteUser",
    tag = "Signed in",
    params(("id" = String, Path, description = "The account's id", example = "7d1f0a3e5b8c4d2f9e6a1b0c3d4e5f60")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "version=…&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/users/{id}/delete")]
pub(super) async fn delete(form: SignedForm, Id(id): Id) -> Answer {
    let before = one(&form, &id).await?;
    let call = form.frontend.peers.signed_in.users.delete("/api/v1/users").segment(&id);
    match form.write(call.header("if-match", form.version().unwrap_or_default())).await? {
        Ok(_) => {
            let said = fill(Says::of(form.lang).deleted, &[&before.value.name]);
            Ok(form.done(Flash::new(said), LIST).await)
        }
        Err(refusal) => {
            let fields = Fields::default().refused(&refusal, &[], form.t);
            show(&form, refusal.page_status(), &before.value, fields).await
        }
    }
}
