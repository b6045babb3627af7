//! The outermost shape of JSON: by which fields a format is recognised. What lies deeper is counted, and not kept.
//!
//! A body of eight megabytes may hold three million empty objects, and each of them would become a component or an incident
//! of a few hundred bytes: a gigabyte. So the document is counted before a reader sees it. The alternative, a bound on each
//! list, does not hold where lists lie in lists.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Unreadable;

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

/// Objects, lists, and what is in lists, in a document at most: Cloudflare's page with its 400 places has a twelfth of it.
pub const MOST_ITEMS: usize = 20_000;

/// The shape of a document.
///
/// # Errors
/// When it is no JSON, or holds more than [`MOST_ITEMS`].
pub fn of(text: &str) -> Result<Shape<'_>, Unreadable> {
    let items = Cell::new(0);
    let mut json = serde_json::Deserializer::from_str(text);
    let shape = Look(&items).deserialize(&mut json).and_then(|shape| json.end().map(|()| shape));
    if items.get() > MOST_ITEMS {
        return Err(Unreadable::TooMuch(MOST_ITEMS));
    }
    shape.map_err(|error| Unreadable::NotJson(error.to_string()))
}

fn one_more<E: de::Error>(items: &Cell<usize>) -> Result<(), E> {
    items.set(items.get() + 1);
    if items.get() > MOST_ITEMS { Err(E::custom("too many items")) } else { Ok(()) }
}

/// Remembers the fields of the root.
struct Look<'c>(&'c Cell<usize>);

/// Remembers of what sort a value is, and counts what is in it.
struct Count<'c>(&'c Cell<usize>);

impl<'a> DeserializeSeed<'a> for Look<'_> {
    type Value = Shape<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Shape<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> DeserializeSeed<'a> for Count<'_> {
    type Value = Sort;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Sort, D::Error> {
        deserializer.deserialize_any(self)
    }
}

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

impl<'a> Visitor<'a> for Look<'_> {
    type Value = Shape<'a>;

    scalars!(Shape { root: Root::Other, fields: Vec::new() }, Shape { root: Root::Other, fields: Vec::new() });

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Shape<'a>, A::Error> {
        let mut fields = Vec::new();
        while let Some(name) = map.next_key::<Name<'a>>()? {
            let sort = map.next_value_seed(Count(self.0))?;
            if fields.len() < MOST_FIELDS {
                fields.push((name.0, sort));
            }
        }
        Ok(Shape { root: Root::Object, fields })
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<Shape<'a>, A::Error> {
        let Some(first) = list.next_element_seed(Look(self.0))? else {
            return Ok(Shape { root: Root::EmptyList, fields: Vec::new() });
        };
        while list.next_element_seed(Count(self.0))?.is_some() {
            one_more(self.0)?;
        }
        let root = if first.root == Root::Object { Root::List } else { Root::Other };
        Ok(Shape { root, ..first })
    }
}

impl<'a> Visitor<'a> for Count<'_> {
    type Value = Sort;

    scalars!(Sort::Other, Sort::Text);

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Sort, A::Error> {
        one_more(self.0)?;
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(Count(self.0))?;
        }
        Ok(Sort::Object)
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<Sort, A::Error> {
        one_more(self.0)?;
        while list.next_element_seed(Count(self.0))?.is_some() {
            one_more(self.0)?;
        }
        Ok(Sort::List)
    }
}

/// A name that is not copied where it need not be.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_and_its_fields_are_seen() {
        let shape = of("[{\"arn\": \"a\", \"log\": [1], \"x\": {}}, {\"other\": 1}]").unwrap();
        assert_eq!(shape.root, Root::List);
        assert!(shape.has("arn", Sort::Text) && shape.has("log", Sort::List) && shape.has("x", Sort::Object));
        assert!(!shape.knows("other"));
        assert!(of("[{}").is_err() && of("{} {}").is_err());
    }

    #[test]
    fn whatever_lies_in_lists_is_counted_wherever_it_lies() {
        let many = |item: &str, number: usize| vec![item; number].join(",");
        for (open, item, close) in [
            ("[", "{}", "]"),
            ("{\"page\":{},\"incidents\":[", "{}", "]}"),
            ("{\"page\":{\"name\":[[", "0", "]]}}"),
            ("{\"a\":{", "\"b\":{}", "}}"),
        ] {
            assert!(of(&format!("{open}{}{close}", many(item, 5_000))).is_ok(), "{open}");
            let more = format!("{open}{}{close}", many(item, MOST_ITEMS + 1));
            assert_eq!(of(&more).unwrap_err(), Unreadable::TooMuch(MOST_ITEMS), "{open}");
        }
    }
}
