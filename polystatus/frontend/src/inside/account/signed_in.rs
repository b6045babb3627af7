//! `GET /account/signed-in`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get};

use crate::inside::{PageShown, SignedIn};

/// You are signed in
///
/// Where somebody is led who signs in in a second tab, since a form waits in the first.
#[utoipa::path(operation_id = "signedInPage", tag = "Signed in", responses(PageShown))]
#[get("/account/signed-in")]
pub(super) async fn page(me: SignedIn) -> HttpResponse {
    let says = me.says();
    me.notice(StatusCode::OK, says.signed_in, says.signed_in_text)
}
