//! What browsers are told to keep, and show again.
//!
//! Behind TLS the names begin with `__Host-`: browsers then take such a cookie over TLS alone, for this host alone, so that no
//! neighbour under the same domain can set one (RFC 6265bis, 4.1.3.2). On `http://localhost` they would not take it at all,
//! so there the names are plain.

use actix_web::HttpRequest;
use actix_web::http::header::HeaderValue;

use super::Ticket;
use crate::reader;

/// Which ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Of who is signed in.
    Session,
    /// Of who is given a form before that: it makes the form theirs, so that nobody is signed in by another site's form.
    Form,
}

impl Kind {
    const fn name(self, behind_tls: bool) -> &'static str {
        match (self, behind_tls) {
            (Self::Session, true) => "__Host-session",
            (Self::Session, false) => "session",
            (Self::Form, true) => "__Host-form",
            (Self::Form, false) => "form",
        }
    }

    /// The ticket that a browser shows.
    pub fn of(self, request: &HttpRequest, behind_tls: bool) -> Option<Ticket> {
        Ticket::of(reader::cookie(request, self.name(behind_tls))?)
    }

    /// Tell a browser to keep it, until it is closed; or, without one, to keep none any more. How long it is worth
    /// something is decided here and not there.
    pub fn set(self, ticket: Option<&Ticket>, behind_tls: bool) -> HeaderValue {
        let secure = if behind_tls { "; Secure" } else { "" };
        let (value, end) = ticket.map_or(("", "; Max-Age=0"), |ticket| (ticket.expose(), ""));
        // Lax, not Strict: with Strict, whoever follows a link from a mail or a chat would seem to be signed out
        let cookie = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{end}", self.name(behind_tls));
        let mut cookie = HeaderValue::from_str(&cookie).expect("hexadecimal digits and words of ours fit a header");
        cookie.set_sensitive(true);
        cookie
    }
}

#[cfg(test)]
mod tests {
    use chassis::ids::CountingIds;

    use super::*;

    #[test]
    fn a_cookie_is_for_this_host_over_tls_and_for_no_script() {
        let ticket = Ticket::new(&CountingIds::default());
        let set = Kind::Session.set(Some(&ticket), true);
        let said = format!("__Host-session={}; Path=/; HttpOnly; SameSite=Lax; Secure", ticket.expose());
        assert_eq!(set.to_str().unwrap(), said);
        assert_eq!(Kind::Form.set(None, false), "form=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }
}
