//! `POST /logout`

use actix_web::http::header::{HeaderName, HeaderValue, SET_COOKIE};
use actix_web::post;
use chassis::refusals::BodyRefused;

use crate::inside::{Answer, SignedForm, instead, see_other};
use crate::session::cookie::Kind;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// Sign out
///
/// Here and at the users service. When that does not answer, the session ends here all the same.
#[utoipa::path(
    operation_id = "signOut",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "csrf=…"),
    responses(
        (status = 303, description = "Signed out"),
        (status = 401, description = "A page that says that nobody is signed in", body = String, content_type = "text/html"),
        (status = 403, description = "A page that says that the form is not ours", body = String, content_type = "text/html"),
        (status = 503, description = "The storage does not answer: the session goes on", body = String, content_type = "text/html"),
        BodyRefused,
    )
)]
#[post("/logout")]
pub(super) async fn logout(form: SignedForm) -> Answer {
    if let Err(error) = form.frontend.sessions.end(form.ticket()).await {
        tracing::warn!(%error, "a session could not be ended");
        let status = actix_web::http::StatusCode::SERVICE_UNAVAILABLE;
        return Err(instead(form.notice(status, form.t.silent, form.t.not_done)));
    }
    let mut response = see_other("/");
    let headers = response.headers_mut();
    headers.append(SET_COOKIE, Kind::Session.set(None, form.frontend.settings.behind_tls()));
    // pages that the browser still has for its "back" button (ASVS 5, 14.3.1)
    headers.insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\""));
    Ok(response)
}
