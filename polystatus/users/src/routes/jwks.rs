//! `GET /.well-known/jwks.json`

use actix_web::{HttpResponse, get, web};
use chassis::auth::jwks::Jwks;

use crate::Users;
use crate::tokens::published;

/// How many seconds others may use the keys before they ask again. Far less than a key is published before it signs.
const MAX_AGE: u32 = 300;

/// The public keys that access tokens are checked with
///
/// The next key is here a day before it signs, the last one until all that it signed has ended.
#[utoipa::path(
    tag = "Operations",
    responses((status = 200, description = "The keys (RFC 7517)", body = Jwks,
        headers(("Cache-Control" = String, description = "How long they may be kept"))))
)]
#[get("/.well-known/jwks.json")]
pub(crate) async fn jwks(users: web::Data<Users>) -> HttpResponse {
    let keys = published(&users.store.read());
    HttpResponse::Ok().insert_header(("Cache-Control", format!("public, max-age={MAX_AGE}"))).json(keys)
}
