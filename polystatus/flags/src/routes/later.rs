//! What waits, for its time or for somebody: it is listed and read in the same way, whatever it is.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::paging::Paging;
use serde::Serialize;
use store::{Document, Entry};

use crate::Flags;
use crate::model::{ChangeRequest, Schedule};
use crate::writes::{no_such_request, no_such_schedule};

/// Something that waits, and is kept for a while when it is settled.
pub(super) trait Later: Document + Serialize {
    /// Where the list is.
    const LIST: &'static str;

    /// What answers for an id that none has.
    fn missing() -> ApiError;
}

impl Later for Schedule {
    const LIST: &'static str = "/admin/schedules";

    fn missing() -> ApiError {
        no_such_schedule()
    }
}

impl Later for ChangeRequest {
    const LIST: &'static str = "/admin/requests";

    fn missing() -> ApiError {
        no_such_request()
    }
}

/// A page of the list.
pub(super) fn list<T: Later>(
    caller: &Caller,
    paging: &Paging,
    request: &HttpRequest,
    flags: &Flags,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let snapshot = flags.store.read();
    let found = snapshot.after::<T>(paging.after()).map(|entry| &entry.document);
    Ok(paging.answer(request, found, |found| found.key()))
}

/// One of them.
pub(super) fn read<T: Later>(caller: &Caller, id: &str, flags: &Flags) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let snapshot = flags.store.read();
    Ok(shown(snapshot.get::<T>(id).ok_or_else(T::missing)?))
}

/// One that is new.
pub(super) fn created<T: Later>(entry: &Entry<T>) -> HttpResponse {
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("{}/{}", T::LIST, entry.key())));
    response.json(&entry.document)
}

/// One as it is now.
pub(super) fn shown<T: Later>(entry: &Entry<T>) -> HttpResponse {
    HttpResponse::Ok().json(&entry.document)
}
