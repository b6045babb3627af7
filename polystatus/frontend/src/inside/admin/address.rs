//! What stands behind the `?` of a page's address.

use crate::inside::SignedIn;

/// Characters that are looked at.
const LONGEST: usize = 2000;

/// What is asked for under this name; nothing, when it is empty.
pub(super) fn asked(me: &SignedIn, wanted: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(me.request.query_string().as_bytes());
    let value = pairs.find(|(name, _)| name == wanted).map(|(_, value)| value)?;
    Some(value.trim().chars().take(LONGEST).collect()).filter(|value: &String| !value.is_empty())
}

/// The address of the next page.
pub(super) fn more(path: &str, asked: &[(String, String)], cursor: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(asked).append_pair("cursor", cursor);
    format!("{path}?{}", query.finish())
}
