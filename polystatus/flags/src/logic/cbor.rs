//! Values as deterministic CBOR (RFC 8949, 4.2.1): the same value is the same bytes, whoever writes it. Only what JSON has.
//!
//! As flagd wants it before it hashes: a float that is whole and fits 64 bits is an integer, so that `1.0` and `1` are the
//! same person.

use std::borrow::Cow;

use super::value::Val;

const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;

const FALSE: u8 = 0xf4;
const TRUE: u8 = 0xf5;
const NULL: u8 = 0xf6;

/// Append this value.
pub fn write(value: &Val<'_>, into: &mut Vec<u8>) {
    match value {
        Val::Null => into.push(NULL),
        Val::Bool(true) => into.push(TRUE),
        Val::Bool(false) => into.push(FALSE),
        Val::Int(number) => integer(*number, into),
        Val::Float(number) => float(*number, into),
        Val::Text(text) => self::text(text, into),
        Val::Json(_) | Val::List(_) if value.is_list() => array(&value.borrowed_items(), into),
        Val::Json(_) | Val::List(_) => object(value, into),
    }
}

/// A list of these texts.
pub fn write_texts(texts: &[&str], into: &mut Vec<u8>) {
    head(ARRAY, texts.len() as u64, into);
    for text in texts {
        self::text(text, into);
    }
}

fn array(items: &[Cow<'_, Val<'_>>], into: &mut Vec<u8>) {
    head(ARRAY, items.len() as u64, into);
    for item in items {
        write(item, into);
    }
}

fn object(value: &Val<'_>, into: &mut Vec<u8>) {
    let Val::Json(serde_json::Value::Object(object)) = value else { return };
    let encoded = object.iter().map(|(key, value)| {
        let mut name = Vec::with_capacity(key.len() + 9);
        text(key, &mut name);
        (name, value)
    });
    let mut members: Vec<_> = encoded.collect();
    // by the bytes of the encoded key: shorter ones come first
    members.sort_by(|(one, _), (other, _)| one.cmp(other));
    head(MAP, members.len() as u64, into);
    for (key, value) in members {
        into.extend_from_slice(&key);
        write(&Val::of(value), into);
    }
}

fn text(text: &str, into: &mut Vec<u8>) {
    head(TEXT, text.len() as u64, into);
    into.extend_from_slice(text.as_bytes());
}

fn integer(number: i128, into: &mut Vec<u8>) {
    let (kind, size) = if number < 0 { (NEGATIVE, -1 - number) } else { (UNSIGNED, number) };
    // JSON's integers fit; what a sum has made beyond that is no integer any more
    match u64::try_from(size) {
        Ok(size) => head(kind, size, into),
        #[expect(clippy::cast_precision_loss, reason = "it is beyond 64 bits")]
        Err(_) => shortest(number as f64, into),
    }
}

/// A head in its shortest form.
fn head(kind: u8, size: u64, into: &mut Vec<u8>) {
    let kind = kind << 5;
    let bytes = size.to_be_bytes();
    match size {
        0..24 => into.push(kind | bytes[7]),
        24..0x100 => into.extend_from_slice(&[kind | 0x18, bytes[7]]),
        0x100..0x1_0000 => {
            into.push(kind | 0x19);
            into.extend_from_slice(&bytes[6..]);
        }
        0x1_0000..0x1_0000_0000 => {
            into.push(kind | 0x1a);
            into.extend_from_slice(&bytes[4..]);
        }
        _ => {
            into.push(kind | 0x1b);
            into.extend_from_slice(&bytes);
        }
    }
}

fn float(number: f64, into: &mut Vec<u8>) {
    // 2^64 itself does not fit, and is what 2^64 - 1 is as a float
    let fits = (-9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0).contains(&number);
    if fits && number.fract() == 0.0 {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole, and fits")]
        return integer(number as i128, into);
    }
    shortest(number, into);
}

/// The shortest of half, single and double precision that holds the number.
fn shortest(number: f64, into: &mut Vec<u8>) {
    if number.is_nan() {
        return into.extend_from_slice(&[0xf9, 0x7e, 0]);
    }
    #[expect(clippy::cast_possible_truncation, reason = "compared with the original in the next line")]
    let single = number as f32;
    if f64::from(single).to_bits() != number.to_bits() {
        into.push(0xfb);
        return into.extend_from_slice(&number.to_be_bytes());
    }
    if let Some(half) = half(single) {
        into.push(0xf9);
        into.extend_from_slice(&half.to_be_bytes());
    } else {
        into.push(0xfa);
        into.extend_from_slice(&single.to_be_bytes());
    }
}

/// The number in half precision (IEEE 754, binary16), if it is the same there.
fn half(number: f32) -> Option<u16> {
    let bits = number.to_bits();
    let (exponent, fraction) = ((bits >> 23 & 0xff), bits & 0x007f_ffff);
    let magnitude = match exponent {
        0 if fraction == 0 => 0,
        0xff => 0x7c00,
        // 2^-14 to 2^15: ten bits of the fraction are left
        113..=142 if fraction.trailing_zeros() >= 13 => (exponent - 112) << 10 | fraction >> 13,
        // down to 2^-24: the leading one becomes a part of the fraction
        103..=112 => {
            let (whole, lost) = (fraction | 0x0080_0000, 126 - exponent);
            if whole.trailing_zeros() < lost {
                return None;
            }
            whole >> lost
        }
        _ => return None,
    };
    u16::try_from(bits >> 16 & 0x8000 | magnitude).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn hexadecimal(value: &Value) -> String {
        let mut bytes = Vec::new();
        write(&Val::of(value), &mut bytes);
        let digit = |half: u8| char::from_digit(half.into(), 16).unwrap();
        bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }

    /// RFC 8949, appendix A, but for floats that are whole.
    #[test]
    fn the_examples_of_the_rfc_come_out() {
        for (value, expected) in [
            (json!(0), "00"),
            (json!(23), "17"),
            (json!(24), "1818"),
            (json!(1000), "1903e8"),
            (json!(1_000_000), "1a000f4240"),
            (json!(1_000_000_000_000_u64), "1b000000e8d4a51000"),
            (json!(u64::MAX), "1bffffffffffffffff"),
            (json!(-1), "20"),
            (json!(-1000), "3903e7"),
            (json!(1.1), "fb3ff199999999999a"),
            (json!(1.5), "f93e00"),
            (json!(5.960_464_477_539_063e-8), "f90001"),
            (json!(0.000_061_035_156_25), "f90400"),
            (json!(-4.1), "fbc010666666666666"),
            (json!(3.402_823_466_385_288_6e38), "fa7f7fffff"),
            (json!(1.0e300), "fb7e37e43c8800759c"),
            (json!(false), "f4"),
            (json!(null), "f6"),
            (json!("ü"), "62c3bc"),
            (json!([1, [2, 3]]), "8201820203"),
            (json!({"b": [2, 3], "a": 1}), "a26161016162820203"),
        ] {
            assert_eq!(hexadecimal(&value), expected, "{value}");
        }
    }

    #[test]
    fn a_whole_float_is_an_integer() {
        for (one, other) in
            [(json!(1.0), json!(1)), (json!(-0.0), json!(0)), (json!({"a": 65504.0}), json!({"a": 65504}))]
        {
            assert_eq!(hexadecimal(&one), hexadecimal(&other));
        }
        assert_eq!(hexadecimal(&json!(1e20)), "fb4415af1d78b58c40");
    }

    #[test]
    fn keys_are_in_the_order_of_their_encoding() {
        assert_eq!(hexadecimal(&json!({"aa": 2, "z": 1, "": 0})), "a3600061 7a0162616102".replace(' ', ""));
    }
}
