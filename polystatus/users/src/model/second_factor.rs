//! The second factor: codes that change every thirty seconds (TOTP, RFC 6238), and recovery codes for the day on which
//! the telephone is gone.

use serde::{Deserialize, Serialize};
use totp_rs::{Builder, Totp, TotpError};

use super::Email;
use crate::secrets::{fingerprint, same};

/// Recovery codes that are given out, each good for one login.
pub const RECOVERY_CODES: usize = 10;

/// What the app shows beside the code.
const ISSUER: &str = "PolyStatus";

/// The second factor of an account, as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// The secret that the app shares with us, sealed: see [`crate::sealing`].
    pub secret: String,
    /// When its owner has shown that the app has it, in Unix seconds; before, it is not asked for.
    pub confirmed_at: Option<i64>,
    /// The last step of thirty seconds whose code was taken. A code is taken once (RFC 6238, section 5.2).
    pub last_step: u64,
    /// The fingerprints of the recovery codes that are left.
    pub recovery: Vec<String>,
}

/// Without secrets: accounts are printed when something goes wrong.
impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecondFactor").field("confirmed_at", &self.confirmed_at).finish_non_exhaustive()
    }
}

/// What somebody has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The code of this step.
    Code(u64),
    /// The recovery code with this fingerprint. Not its place: that is another's when it is taken.
    Recovery(String),
}

impl SecondFactor {
    /// Whether it is asked for.
    pub const fn is_confirmed(&self) -> bool {
        self.confirmed_at.is_some()
    }

    /// Whether `given` is a code of now that was not taken before, or a recovery code that is left. `secret` is the
    /// secret, unsealed.
    pub fn check(&self, secret: &[u8], given: &str, now: i64) -> Option<Answer> {
        let given = given.trim().replace([' ', '-'], "");
        if given.len() == 6 {
            let step = generator(secret, "").ok()?.check(&given, now.try_into().ok()?)?;
            return (step > self.last_step).then_some(Answer::Code(step));
        }
        let print = fingerprint(&given.to_ascii_lowercase());
        self.recovery.iter().any(|code| same(code, &print)).then_some(Answer::Recovery(print))
    }

    /// Take the answer, so that it is not taken again. `false`: it was taken meanwhile, by another request.
    pub fn use_up(&mut self, answer: &Answer) -> bool {
        match answer {
            Answer::Code(step) => {
                let is_new = *step > self.last_step;
                self.last_step = self.last_step.max(*step);
                is_new
            }
            Answer::Recovery(print) => {
                let before = self.recovery.len();
                self.recovery.retain(|code| code != print);
                self.recovery.len() < before
            }
        }
    }
}

/// What an app needs to know, as the link that a QR code holds.
///
/// # Errors
/// When the secret is too short.
pub fn provisioning_url(secret: &[u8], email: &Email) -> Result<String, TotpError> {
    generator(secret, email.as_str())?.to_url()
}

/// Six digits, SHA-1, thirty seconds, one step of leeway: what every app can do.
fn generator(secret: &[u8], account: &str) -> Result<Totp, TotpError> {
    let builder = Builder::new().with_secret(secret.to_vec()).with_skew(1).with_issuer(Some(ISSUER));
    builder.with_account_name(account).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret and the times of RFC 6238, appendix B; its codes have eight digits, of which ours are the last six.
    const SECRET: &[u8] = b"12345678901234567890";

    fn factor() -> SecondFactor {
        let recovery = ["0123456789", "abcdefghij"].map(fingerprint).to_vec();
        SecondFactor { secret: String::new(), confirmed_at: Some(1), last_step: 0, recovery }
    }

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        for (now, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(factor().check(SECRET, code, now), Some(Answer::Code(now.cast_unsigned() / 30)), "{now}");
        }
    }

    #[test]
    fn a_code_is_good_for_a_step_before_and_after_and_then_no_more() {
        let now = 1_111_111_109;
        for (late, good) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            assert_eq!(factor().check(SECRET, "081804", now + late).is_some(), good, "{late}");
        }
    }

    #[test]
    fn a_code_is_taken_once_and_none_before_it_afterwards() {
        let (mut factor, now) = (factor(), 1_111_111_109);
        let answer = factor.check(SECRET, "081 804", now).unwrap();
        assert!(factor.use_up(&answer) && !factor.use_up(&answer));
        assert_eq!(factor.check(SECRET, "081804", now + 1), None);
        // the code of the step before, which the leeway would take otherwise
        let before = generator(SECRET, "").unwrap().generate(1_111_111_079).to_string();
        assert_eq!(factor.check(SECRET, &before, now), None);
    }

    #[test]
    fn a_recovery_code_is_taken_once() {
        let mut factor = factor();
        let answer = factor.check(SECRET, "ABCDE-fghij", 1).unwrap();
        assert_eq!(answer, Answer::Recovery(fingerprint("abcdefghij")));
        assert!(factor.use_up(&answer) && !factor.use_up(&answer));
        assert_eq!(factor.check(SECRET, "abcde-fghij", 1), None);
    }

    #[test]
    fn anything_else_is_wrong() {
        for wrong in ["", "000000", "12345", "1234567", "é", "٠٨١٨٠٤", &"9".repeat(1000)] {
            assert_eq!(factor().check(SECRET, wrong, 1_111_111_109), None, "{wrong}");
        }
    }

    #[test]
    fn the_link_names_whom_it_is_for() {
        let url = provisioning_url(SECRET, &"zoe@example.org".parse().unwrap()).unwrap();
        assert_eq!(
            url,
            "otpauth://totp/PolyStatus:zoe%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=PolyStatus"
        );
    }
}
