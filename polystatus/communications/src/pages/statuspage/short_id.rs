//! Ids as Statuspage has them.

use ring::digest;

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// An id as Statuspage has them, twelve letters and digits: made of ours, so that it is the same on every instance and
/// after every start. Sixty-two bits, from SHA-256: two of them are the same once in billions of pages.
pub fn short_id(kind: &str, id: &str) -> String {
    let hash = digest::digest(&digest::SHA256, format!("{kind}/{id}").as_bytes());
    let mut number = hash.as_ref()[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let digits = (0..12).map(|_| {
        let digit = DIGITS[usize::try_from(number % 36).unwrap_or_default()];
        number /= 36;
        char::from(digit)
    });
    digits.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_twelve_letters_and_digits_and_is_always_the_same() {
        assert_eq!(short_id("incident", "INC-1"), short_id("incident", "INC-1"));
        assert_ne!(short_id("incident", "INC-1"), short_id("update", "INC-1"));
        let id = short_id("component", "checkout");
        assert!(id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{id}");
    }
}
