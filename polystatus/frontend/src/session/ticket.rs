//! What a browser shows: 256 random bits, from which everything else is made.

use std::fmt;

use chassis::ids::Ids;
use chassis::sealing::Seal;
use ring::{digest, hmac};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

/// What the browser shows. It says nothing of who that is.
#[derive(Clone)]
pub struct Ticket(SecretString);

/// Hexadecimal digits: 256 bits, twice of what a session id needs (ASVS 5, 7.2.3).
const LENGTH: usize = 64;

impl Ticket {
    /// A new one.
    pub fn new(ids: &dyn Ids) -> Self {
        Self(ids.secret().into())
    }

    /// Of a cookie; none when it cannot be one of ours.
    pub fn of(text: &str) -> Option<Self> {
        let fits = text.len() == LENGTH && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Self(text.to_owned().into()))
    }

    /// As the cookie has it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What its session is kept under. Enough for 256 random bits: nobody can guess them back.
    pub fn key(&self) -> String {
        hex(digest::digest(&digest::SHA256, self.expose().as_bytes()).as_ref())
    }

    /// What its session is sealed with.
    pub fn seal(&self) -> Seal {
        Seal::of(&self.0, "polystatus-frontend session")
    }

    /// What stands in every form that this browser is given, so that a form which another site has made is none of ours.
    /// It is made of the ticket, so it ends with the session, and it leads back to nothing.
    pub fn form_token(&self) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.expose().as_bytes());
        hex(hmac::sign(&key, b"polystatus-frontend form").as_ref())
    }

    /// Whether a form has it; in constant time.
    pub fn made(&self, token: &str) -> bool {
        self.form_token().as_bytes().ct_eq(token.as_bytes()).into()
    }
}

/// Not what it is.
impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ticket(…)")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // writing to a string does not fail
        let _ = fmt::Write::write_fmt(&mut text, format_args!("{byte:02x}"));
        text
    })
}

#[cfg(test)]
mod tests {
    use chassis::ids::CountingIds;

    use super::*;

    #[test]
    fn what_is_made_of_a_ticket_does_not_hold_it_and_differs_from_ticket_to_ticket() {
        let ids = CountingIds::default();
        let (one, other) = (Ticket::new(&ids), Ticket::new(&ids));
        for made in [one.key(), one.form_token(), format!("{one:?}")] {
            assert!(!made.contains(one.expose()), "{made}");
        }
        assert!(one.key() != other.key() && one.form_token() != other.form_token() && one.key() != one.form_token());
        assert!(
            one.made(&one.form_token()) && !one.made(&other.form_token()) && !one.made("") && !one.made(&one.key())
        );
    }

    #[test]
    fn a_cookie_that_is_none_of_ours_is_none() {
        let good = Ticket::new(&CountingIds::default());
        assert_eq!(Ticket::of(good.expose()).map(|ticket| ticket.key()), Some(good.key()));
        for bad in ["", "0", &"0".repeat(63), &"0".repeat(65), &"G".repeat(64), &"A".repeat(64), &"é".repeat(32)] {
            assert!(Ticket::of(bad).is_none(), "{bad}");
        }
    }
}
