//! What the users service gives for a login, and what it says of who that is.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chassis::auth::Role;
use chassis::auth::jwt::Claims;
use chassis::client::Response;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The user's id.
    pub id: String,
    /// What people call the user.
    pub name: String,
    /// What the user may do. The services decide; the page shows accordingly.
    pub role: Role,
}

/// The tokens of a session.
#[derive(Clone)]
pub struct Tokens {
    /// Opens every service, for a quarter of an hour.
    pub access: SecretString,
    /// Gives the next tokens, once.
    pub refresh: SecretString,
    /// When the access token ends, in Unix seconds.
    pub expires_at: i64,
    /// Whose they are.
    pub who: Who,
}

/// What of an answer of the users service matters here.
#[derive(Deserialize)]
struct Granted {
    token: String,
    refresh_token: String,
}

/// As it is sealed.
#[derive(Serialize, Deserialize)]
struct Plain {
    access: String,
    refresh: String,
    expires_at: i64,
    who: Who,
}

impl Tokens {
    /// Of a successful answer to a login or a refresh; none when it is not what the users service says.
    ///
    /// The access token is read, and not checked: it came from the users service itself over a connection of ours, and
    /// nothing is decided here by what it says (`OpenID` Connect Core, 3.1.3.7, has the same exception).
    pub fn of(response: &Response) -> Option<Self> {
        let Granted { token, refresh_token } = serde_json::from_slice(response.body()).ok()?;
        let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
        let claims: Claims = serde_json::from_slice(&claims).ok()?;
        let who = Who { id: claims.sub, name: claims.name.unwrap_or_default(), role: claims.role };
        Some(Self { access: token.into(), refresh: refresh_token.into(), expires_at: claims.exp, who })
    }

    /// To be sealed.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let plain = Plain {
            access: self.access.expose_secret().to_owned(),
            refresh: self.refresh.expose_secret().to_owned(),
            expires_at: self.expires_at,
            who: self.who.clone(),
        };
        serde_json::to_vec(&plain).expect("plain data")
    }

    /// Of what was sealed.
    pub(super) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let Plain { access, refresh, expires_at, who } = serde_json::from_slice(bytes).ok()?;
        Some(Self { access: access.into(), refresh: refresh.into(), expires_at, who })
    }
}
