//! A price: cents inside, a decimal text outside.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// The highest price, in cents: 9,999,999.99. A typing error of three digits is no product for ten million.
pub const MAX_CENTS: i64 = 999_999_999;

/// Digits before the point at most, as [`MAX_CENTS`] has them.
const WHOLE_DIGITS: usize = 7;

/// What a price looks like, for the OpenAPI document.
const PATTERN: &str = r"^(0|[1-9][0-9]{0,6})(\.[0-9]{1,2})?$";

/// A price in cents, from 0 to [`MAX_CENTS`].
///
/// Not a float: 0.1 + 0.2 is no sum that belongs on a bill. In JSON it is a text such as `"12.50"`, since a JSON number
/// becomes a float in most clients on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(i64);

/// Why a text is no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a price such as 12.50: digits, at most two of them behind a point, from 0 to 9999999.99")]
pub struct WrongPrice;

impl Price {
    /// Of so many cents.
    ///
    /// # Errors
    /// When it is less than nothing, or more than [`MAX_CENTS`].
    pub const fn of_cents(cents: i64) -> Result<Self, WrongPrice> {
        if cents >= 0 && cents <= MAX_CENTS { Ok(Self(cents)) } else { Err(WrongPrice) }
    }

    /// In cents.
    pub const fn cents(self) -> i64 {
        self.0
    }
}

impl FromStr for Price {
    type Err = WrongPrice;

    fn from_str(text: &str) -> Result<Self, WrongPrice> {
        let (whole, fraction) = match text.split_once('.') {
            Some((_, "")) => return Err(WrongPrice),
            Some(parts) => parts,
            None => (text, ""),
        };
        // ASCII alone: other scripts have digits too, and `parse` takes a sign
        let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        let whole_fits = (1..=WHOLE_DIGITS).contains(&whole.len()) && (whole == "0" || !whole.starts_with('0'));
        if !whole_fits || fraction.len() > 2 || !is_number(whole) || !is_number(fraction) {
            return Err(WrongPrice);
        }
        let cents = format!("{whole}{fraction:0<2}");
        cents.parse().map_err(|_| WrongPrice).and_then(Self::of_cents)
    }
}

/// Always with two digits behind the point.
impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Serialize for Price {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl PartialSchema for Price {
    fn schema() -> utoipa::openapi::RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .description(Some("A price: at most two digits behind a point, up to 9999999.99."))
            .pattern(Some(PATTERN))
            .examples(["12.50"])
            .into()
    }
}

impl ToSchema for Price {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_price_is_read_and_written_in_cents() {
        for (text, cents, written) in [
            ("12.50", 1250, "12.50"),
            ("12.5", 1250, "12.50"),
            ("12", 1200, "12.00"),
            ("0", 0, "0.00"),
            ("0.07", 7, "0.07"),
            ("9999999.99", MAX_CENTS, "9999999.99"),
        ] {
            let price: Price = text.parse().unwrap();
            assert_eq!((price.cents(), &*price.to_string()), (cents, written), "{text}");
        }
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for wrong in [
            "",
            ".",
            "1.",
            ".5",
            "1.234",
            "-1",
            "+1",
            "-0",
            "1e3",
            "1E3",
            "0x10",
            "1,50",
            "1 000",
            " 1",
            "1 ",
            "01",
            "00",
            "NaN",
            "inf",
            "10000000",
            "99999999999999999999",
            "1.2.3",
            "١٢",
            "１２",
            "12€",
            "1_000",
            "1.-5",
            "1.+5",
            "1\0",
        ] {
            assert_eq!(wrong.parse::<Price>(), Err(WrongPrice), "{wrong:?}");
        }
        for wrong in [-1, MAX_CENTS + 1, i64::MIN, i64::MAX] {
            assert_eq!(Price::of_cents(wrong), Err(WrongPrice), "{wrong}");
        }
    }

    #[test]
    fn json_has_it_as_a_text_and_takes_no_number() {
        assert_eq!(serde_json::to_string(&Price(1250)).unwrap(), "\"12.50\"");
        assert_eq!(serde_json::from_str::<Price>("\"0.1\"").unwrap(), Price(10));
        assert!(serde_json::from_str::<Price>("12.5").is_err() && serde_json::from_str::<Price>("null").is_err());
    }

    proptest! {
        #[test]
        fn every_price_is_read_as_it_was_written(cents in 0..=MAX_CENTS) {
            prop_assert_eq!(Price(cents).to_string().parse(), Ok(Price(cents)));
        }

        #[test]
        fn no_text_makes_a_price_out_of_bounds(text in "[0-9.+eE-]{0,12}|\\PC{0,12}") {
            if let Ok(price) = text.parse::<Price>() {
                prop_assert!((0..=MAX_CENTS).contains(&price.cents()));
                prop_assert_eq!(price.to_string().parse(), Ok(price));
            }
        }
    }
}
