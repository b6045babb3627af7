//! The checksum that content is known by, and lies under.

use std::fmt::{self, Write};
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ring::digest::{self, Context, SHA256};

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        digest::digest(&SHA256, bytes).into()
    }

    /// Begin one, to be fed piece by piece.
    pub fn begin() -> Context {
        Context::new(&SHA256)
    }

    /// As `Repr-Digest` and `Content-Digest` write it (RFC 9530): `sha-256=:…:`.
    pub fn to_digest_field(self) -> String {
        format!("sha-256=:{}:", BASE64_STANDARD.encode(self.0))
    }

    /// What a digest field says; `None` when it names other algorithms alone, which we cannot check.
    ///
    /// # Errors
    /// When it names this algorithm, and what stands there is none.
    pub fn from_digest_field(field: &str) -> Result<Option<Self>, &'static str> {
        const WRONG: &str = "must be sha-256=:…: with 32 bytes in base64 between the colons (RFC 9530)";
        let mut members = field.split(',').map(|member| member.trim().split_once('=').unwrap_or((member.trim(), "")));
        // of a key that comes twice the last one counts (RFC 9651, 4.2.2)
        let Some((_, value)) = members.rfind(|(name, _)| *name == "sha-256") else { return Ok(None) };
        let base64 = value.strip_prefix(':').and_then(|rest| rest.split_once(':')).map(|(base64, _)| base64);
        let bytes = base64.and_then(|base64| BASE64_STANDARD.decode(base64).ok());
        bytes.and_then(|bytes| bytes.try_into().ok()).map(|bytes| Some(Self(bytes))).ok_or(WRONG)
    }
}

impl From<digest::Digest> for Sha256 {
    fn from(digest: digest::Digest) -> Self {
        Self(digest.as_ref().try_into().expect("SHA-256 has 32 bytes"))
    }
}

/// In hexadecimal, upper or lower case.
impl FromStr for Sha256 {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "must be a SHA-256: 64 hexadecimal digits";
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(WRONG);
        }
        let mut bytes = [0; 32];
        for (byte, place) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[place..place + 2], 16).map_err(|_| WRONG)?;
        }
        Ok(Self(bytes))
    }
}

/// In hexadecimal, in lower case.
impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        fmt::Display::fmt(self, f)?;
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9530, appendix B.1: of `{"hello": "world"}` and a line feed.
    const OF_HELLO: &str = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";

    #[test]
    fn a_digest_field_is_written_as_the_rfc_does() {
        assert_eq!(Sha256::of(b"{\"hello\": \"world\"}\n").to_digest_field(), OF_HELLO);
    }

    #[test]
    fn a_digest_field_is_read_and_other_algorithms_are_passed_over() {
        let hello = Sha256::of(b"{\"hello\": \"world\"}\n");
        assert_eq!(Sha256::from_digest_field(OF_HELLO), Ok(Some(hello)));
        assert_eq!(Sha256::from_digest_field(&format!("md5=:AAAA:, {OF_HELLO};x=1")), Ok(Some(hello)));
        assert_eq!(Sha256::from_digest_field("sha-512=:AAAA:"), Ok(None));
        for wrong in ["sha-256", "sha-256=AAAA", "sha-256=:AAAA:", "sha-256=:%:", "sha-256=\"x\""] {
            assert!(Sha256::from_digest_field(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn hexadecimal_comes_back_as_it_went() {
        let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(text.parse(), Ok(Sha256::of(b"")));
        assert_eq!(Sha256::of(b"").to_string(), text);
        for wrong in ["", &text[1..], &format!("{text}0"), &text.replace('e', "g"), &"é".repeat(32)] {
            assert!(wrong.parse::<Sha256>().is_err(), "{wrong}");
        }
    }
}
