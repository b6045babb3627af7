//! What is behind the login: a page of ours for each thing that somebody who is signed in may see and do.
//!
//! ```text
//!   GET ───> SignedIn ──────> services, with the reader's own rights ──> a template ──> the frame ──> the reader
//!   POST ──> SignedForm ────> services ──> done: 303 and a sentence on the next page, with an undo where it can be
//!             └ the form is ours └──────> refused: the same form, what was typed, what is wrong beside each field
//! ```
//!
//! A handler that takes a [`SignedIn`] is behind the login; one that takes a [`SignedForm`] is sent a form that a page of ours has
//! made for this very session: nobody can forget to look. A page is a template, a handler and its words in two languages, in
//! one file or one folder. Whether somebody may do something is decided by the service that does it; a page hides what would
//! be refused.

mod account;
mod admin;
mod call;
mod documented;
mod entrance;
mod fields;
mod form;
mod frame;
mod notice;
mod page;
mod signed_in;
mod stranger;
mod texts;

pub(crate) use call::{Read, Refusal};
pub(crate) use documented::{FormTaken, PageShown};
pub(crate) use fields::Fields;
pub(crate) use form::SignedForm;
pub(crate) use frame::Section;
pub(crate) use notice::{Confirmation, Notice};
pub(crate) use page::Page;
pub(crate) use signed_in::SignedIn;
pub(crate) use texts::Words;

use utoipa_actix_web::service_config::ServiceConfig;

/// What a handler gives: an answer, or one that was made where something could not go on.
pub(crate) type Answer = Result<actix_web::HttpResponse, actix_web::Error>;

/// Every endpoint.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    entrance::configure(config);
    account::configure(config);
    admin::configure(config);
}

/// Where somebody goes on after a form was sent: a GET, which can be repeated (RFC 9110, 15.4.4).
pub(crate) fn see_other(location: &str) -> actix_web::HttpResponse {
    let mut response = actix_web::HttpResponse::SeeOther();
    response.insert_header(("location", location)).insert_header(("cache-control", "no-store")).finish()
}

/// An answer in the place of the one that cannot be given.
pub(crate) fn instead(response: actix_web::HttpResponse) -> actix_web::Error {
    actix_web::error::InternalError::from_response("another answer", response).into()
}
