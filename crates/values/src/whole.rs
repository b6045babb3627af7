//! Whole numbers, as JSON has them.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A whole number. `2.0` is one too: JSON has one kind of numbers, and JSON Schema calls that an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole(pub i64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Digits)
    }
}

struct Digits;

impl Visitor<'_> for Digits {
    type Value = Whole;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Whole, E> {
        Ok(Whole(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Whole, E> {
        i64::try_from(number).map(Whole).map_err(|_| E::custom("is too large"))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Whole, E> {
        // up to 2^53 every whole number has a float of its own
        if number.fract() != 0.0 || number.abs() > 9_007_199_254_740_992.0 {
            return Err(E::custom("must be a whole number"));
        }
        #[expect(clippy::cast_possible_truncation, reason = "it is whole, and fits")]
        let whole = number as i64;
        Ok(Whole(whole))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_may_be_written_with_a_point() {
        let read = |json| serde_json::from_str::<Whole>(json).ok().map(|whole| whole.0);
        assert_eq!([read("2"), read("2.0"), read("-1e3")], [Some(2), Some(2), Some(-1000)]);
        assert_eq!([read("2.5"), read("\"2\""), read("1e300"), read("18446744073709551615")], [None; 4]);
    }
}
