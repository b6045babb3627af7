//! The outermost shape of JSON: by which fields a format is recognised. What lies deeper is skipped unread.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What stands at the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// An object.
    Object,
    /// A list of objects; the fields are those of the first.
    List,
    /// A list of nothing.
    EmptyList,
    /// Anything else.
    Other,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A string.
    Text,
    /// An object.
    Object,
    /// A list.
    List,
    /// A number, a truth value, or null.
    Other,
}

/// The root and its fields.
#[derive(Debug)]
pub struct Shape<'a> {
    /// What stands at the root.
    pub root: Root,
    fields: Vec<(Cow<'a, str>, Sort)>,
}

/// Fields that are remembered at most: no format needs more to be recognised.
const MOST_FIELDS: usize = 64;

impl Shape<'_> {
    /// Whether there is such a field, whatever it holds.
    pub fn knows(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name)
    }

    /// Whether there is a field that holds such a thing.
    pub fn has(&self, name: &str, sort: Sort) -> bool {
        self.fields.iter().any(|(field, found)| field == name && *found == sort)
    }
}

impl<'a> Deserialize<'a> for Shape<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor)
    }
}

impl<'a> Deserialize<'a> for Sort {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SortVisitor)
    }
}

struct ShapeVisitor;
struct SortVisitor;

/// The scalars, which are all the same here.
macro_rules! scalars {
    ($value:expr, $text:expr) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("JSON")
        }
        fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
            Ok($text)
        }
    };
}

impl<'a> Visitor<'a> for ShapeVisitor {
    type Value = Shape<'a>;

    scalars!(Shape { root: Root::Other, fields: Vec::new() }, Shape { root: Root::Other, fields: Vec::new() });

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Shape<'a>, A::Error> {
        let mut fields = Vec::new();
        while let Some((name, sort)) = map.next_entry::<Name<'a>, Sort>()? {
            if fields.len() < MOST_FIELDS {
                fields.push((name.0, sort));
            }
        }
        Ok(Shape { root: Root::Object, fields })
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<Shape<'a>, A::Error> {
        let Some(first) = list.next_element::<Shape<'a>>()? else {
            return Ok(Shape { root: Root::EmptyList, fields: Vec::new() });
        };
        while list.next_element::<IgnoredAny>()?.is_some() {}
        let root = if first.root == Root::Object { Root::List } else { Root::Other };
        Ok(Shape { root, ..first })
    }
}

impl<'a> Visitor<'a> for SortVisitor {
    type Value = Sort;

    scalars!(Sort::Other, Sort::Text);

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Sort, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Sort::Object)
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<Sort, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Sort::List)
    }
}

/// A name that is not copied where it need not be.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);
