//! The form for a new product.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, get, post, web};
use bytes::Bytes;
use chassis::ApiError;
use chassis::error::ErrorBody;
use chassis::extract::{media_type, read_body};
use futures_util::future::LocalBoxFuture;
use secrecy::SecretString;

use super::answer::{Making, again_in, making};
use super::read::made;
use crate::DisplayProduct;
use crate::pages::Form;
use crate::peers::{Refused, Typed};
use crate::reader::is_foreign;
use crate::settings::Right;
use crate::texts::Texts;

/// Bytes of a form at most: 4000 characters that take twelve bytes each in it, and the rest.
const LARGEST: usize = 64 * 1024;

/// What a form is known by: hexadecimal digits of 128 random bits.
const ONCE: usize = 32;

/// What is wrong: a field, and the sentence; a field of no name is none.
type Wrong = Vec<(&'static str, &'static str)>;

/// The fields of a form, as they came.
pub(crate) struct Fields(Bytes);

impl Fields {
    fn get(&self, wanted: &str) -> String {
        let mut pairs = form_urlencoded::parse(&self.0);
        pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }
}

impl FromRequest for Fields {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let given = media_type(request);
        let body = read_body(request, payload, LARGEST);
        Box::pin(async move {
            if given != "application/x-www-form-urlencoded" {
                return Err(ApiError::unsupported_media_type("application/x-www-form-urlencoded"));
            }
            body.await.map(Self)
        })
    }
}

/// As the OpenAPI description lists it.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "a description: the form is read by Fields")]
struct NewProductForm {
    /// What it is called.
    #[schema(example = "Teapot")]
    name: String,
    /// What there is to say of it.
    #[schema(example = "Holds a litre, and does not drip.")]
    description: String,
    /// What it costs; a comma does as well as a point.
    #[schema(example = "12.50")]
    price: String,
    /// A token that add-product takes; not asked for where the form is open to all.
    token: Option<String>,
    /// What the page has put in: the same form adds one product, however often it is sent.
    once: Option<String>,
}

/// The form
#[utoipa::path(
    operation_id = "pageNewProduct",
    tag = "Pages",
    responses((status = 200, description = "A page in French or in English", body = String, content_type = "text/html"))
)]
#[get("/products/new")]
pub(crate) async fn form(request: HttpRequest, service: web::Data<DisplayProduct>) -> HttpResponse {
    let making = made!(&request, &service);
    show(&making, &service, StatusCode::OK, &Typed::default(), &service.once(), &Wrong::new())
}

/// Add a product
#[utoipa::path(
    operation_id = "addFromPage",
    tag = "Pages",
    request_body(content = NewProductForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "It was added, and is at the address in `Location`"),
        (status = 400, description = "The form again, with what is wrong", body = String, content_type = "text/html"),
        (status = 401, description = "The form again: the token is none", body = String, content_type = "text/html"),
        (status = 403, description = "The form again: the token is not enough; or a page: another site has sent it", body = String, content_type = "text/html"),
        (status = 408, description = "The body took too long to arrive", body = ErrorBody),
        (status = 409, description = "The form again: it was sent before with something else in it", body = String, content_type = "text/html"),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 415, description = "The body is no form", body = ErrorBody),
        (status = 429, description = "The form again: too many came from this network", body = String, content_type = "text/html"),
        (status = 503, description = "The form again, with what was typed: products cannot be added now", body = String, content_type = "text/html"),
    )
)]
#[post("/products/new")]
pub(crate) async fn add(request: HttpRequest, fields: Fields, service: web::Data<DisplayProduct>) -> HttpResponse {
    let making = made!(&request, &service);
    let t = making.t;
    if is_foreign(&request) {
        return making.notice(StatusCode::FORBIDDEN, t.foreign, t.foreign_text);
    }
    // browsers end lines with CR LF
    let description = fields.get("description").replace("\r\n", "\n");
    let typed = Typed { name: fields.get("name"), description, price: fields.get("price").trim().to_owned() };
    let once = Some(fields.get("once")).filter(|once| is_once(once)).unwrap_or_else(|| service.once());
    let again = |status, wrong: &Wrong| show(&making, &service, status, &typed, &once, wrong);
    let client = service.settings.trusted_proxies.client_of(&request);
    if let Err(seconds) = service.throttle.admit(client.address(), service.clock.unix_seconds()) {
        let mut response = again(StatusCode::TOO_MANY_REQUESTS, &vec![("", t.too_many)]);
        again_in(&mut response, seconds);
        return response;
    }
    let token: SecretString = match &service.right {
        Right::Everybody(token) => token.clone(),
        Right::WhoHasAToken => fields.get("token").trim().to_owned().into(),
    };
    // as the French write it
    let sent = Typed { price: typed.price.replace(',', "."), ..typed.clone() };
    match service.adding.add(&sent, &token, &once).await {
        Ok(id) => {
            let mut response = HttpResponse::SeeOther();
            response
                .insert_header(("location", format!("/products/{id}")))
                .insert_header(("cache-control", "no-store"));
            response.finish()
        }
        Err(Refused::SentBefore) => {
            // under a new name, so that it can be sent again
            show(&making, &service, StatusCode::CONFLICT, &typed, &service.once(), &vec![("", t.sent_before)])
        }
        Err(refused) => {
            let (status, wrong) = said(refused, &service.right, t);
            let mut response = again(status, &wrong);
            if status == StatusCode::SERVICE_UNAVAILABLE {
                again_in(&mut response, 5);
            }
            response
        }
    }
}

/// How it is said that nothing was added.
fn said(refused: Refused, right: &Right, t: &Texts) -> (StatusCode, Wrong) {
    let is_open = matches!(right, Right::Everybody(_));
    match refused {
        // nobody has typed that token
        Refused::Stranger | Refused::NotAllowed if is_open => {
            (StatusCode::SERVICE_UNAVAILABLE, vec![("", t.open_refused)])
        }
        Refused::Stranger => (StatusCode::UNAUTHORIZED, vec![("token", t.wrong_token)]),
        Refused::NotAllowed => (StatusCode::FORBIDDEN, vec![("token", t.not_allowed)]),
        Refused::SentBefore => (StatusCode::CONFLICT, vec![("", t.sent_before)]),
        Refused::Silent => (StatusCode::SERVICE_UNAVAILABLE, vec![("", t.silent)]),
        Refused::Wrong(details) => {
            // in our words: those of add-product are in English
            let fields = [("name", t.wrong_name), ("description", t.wrong_description), ("price", t.wrong_price)];
            let named: Wrong = fields.into_iter().filter(|(field, _)| details.contains_key(*field)).collect();
            (StatusCode::BAD_REQUEST, if named.is_empty() { fields.to_vec() } else { named })
        }
    }
}

fn is_once(once: &str) -> bool {
    once.len() == ONCE && once.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl DisplayProduct {
    /// What a form is known by.
    fn once(&self) -> String {
        format!("{:016x}{:016x}", self.ids.next(), self.ids.next())
    }
}

fn show(
    making: &Making<'_>,
    service: &DisplayProduct,
    status: StatusCode,
    typed: &Typed,
    once: &str,
    wrong: &Wrong,
) -> HttpResponse {
    let asks_for_token = matches!(service.right, Right::WhoHasAToken);
    let body = Form { t: making.t, typed, asks_for_token, once, wrong };
    let mut response = making.page(status, ("/products/new", making.t.new), None, &body);
    if status == StatusCode::UNAUTHORIZED {
        let name = actix_web::http::header::WWW_AUTHENTICATE;
        response.headers_mut().insert(name, actix_web::http::header::HeaderValue::from_static("Bearer"));
    }
    response
}
