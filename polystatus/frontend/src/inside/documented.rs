//! What the description of every page behind the login lists.

use utoipa::IntoResponses;

/// What a page answers.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
pub(crate) enum PageShown {
    /// A page in French or in English
    #[response(status = 200, content_type = "text/html")]
    Shown(String),
    /// Nobody is signed in: to the login, and back
    #[response(status = 303)]
    SignIn,
    /// A page that says that this takes another role
    #[response(status = 403, content_type = "text/html")]
    NotAllowed(String),
    /// A page that says that there is nothing
    #[response(status = 404, content_type = "text/html")]
    NotFound(String),
    /// A page that says that a service does not answer
    #[response(status = 503, content_type = "text/html", headers(("Retry-After" = u32, description = "Try again after so many seconds")))]
    Silent(String),
}

/// What a form of somebody who is signed in answers.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
pub(crate) enum FormTaken {
    /// A page that asks or shows something before anything is done
    #[response(status = 200, content_type = "text/html")]
    Asked(String),
    /// It is done, and the next page says so
    #[response(status = 303)]
    Done,
    /// The form, with what was typed and what is wrong
    #[response(status = 400, content_type = "text/html")]
    Wrong(String),
    /// The session has ended: a page with what was typed, to be sent again
    #[response(status = 401, content_type = "text/html")]
    Ended(String),
    /// A page that says that this takes another role, or that the form is not ours
    #[response(status = 403, content_type = "text/html")]
    NotAllowed(String),
    /// A page that says that there is nothing
    #[response(status = 404, content_type = "text/html")]
    NotFound(String),
    /// The form: it does not go with how things are
    #[response(status = 409, content_type = "text/html")]
    Conflict(String),
    /// The form: somebody else was faster; what it says meanwhile stands beside what was typed
    #[response(status = 412, content_type = "text/html")]
    Stale(String),
    /// The form: this was too much
    #[response(status = 429, content_type = "text/html")]
    TooMany(String),
    /// The form: a service does not answer
    #[response(status = 503, content_type = "text/html")]
    Silent(String),
}
