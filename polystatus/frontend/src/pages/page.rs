//! A page that is ready to be sent.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::sync::{Arc, OnceLock};

use actix_web::http::header::EntityTag;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::frame::{Frame, Theme};

/// A part of a page that changes as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Part {
    /// The `id` of its element.
    pub id: &'static str,
    /// What is in it.
    pub html: String,
}

/// What is sent.
#[derive(Debug)]
pub struct Body {
    /// As it is.
    pub plain: Bytes,
    /// Changes with it.
    pub etag: EntityTag,
    gzip: OnceLock<Bytes>,
}

impl Body {
    /// Of these bytes.
    pub fn of(plain: Bytes) -> Self {
        let mut hasher = DefaultHasher::new();
        plain.hash(&mut hasher);
        // weak: the same tag for what is compressed and what is not
        let etag = EntityTag::new_weak(format!("{:016x}", hasher.finish()));
        Self { plain, etag, gzip: OnceLock::new() }
    }

    /// Compressed, once.
    pub fn gzip(&self) -> &Bytes {
        self.gzip.get_or_init(|| {
            let mut encoder = GzEncoder::new(Vec::with_capacity(self.plain.len() / 4), Compression::default());
            // into memory: it does not fail
            let written = encoder.write_all(&self.plain).and_then(|()| encoder.finish());
            written.map(Bytes::from).unwrap_or_default()
        })
    }
}

/// A page in one language.
#[derive(Debug)]
pub struct Page {
    /// What is around its parts.
    pub frame: Frame,
    /// What is in it.
    pub parts: Vec<Part>,
    /// Changes with it.
    pub version: String,
    /// The version before, and an event that makes this of it.
    change: Option<(String, Bytes)>,
    /// An event that makes this of any other version.
    whole: OnceLock<Bytes>,
    bodies: [OnceLock<Body>; 3],
}

impl Page {
    /// Of these parts; the `before` one itself, if nothing has changed.
    pub fn after(before: Option<&Arc<Self>>, frame: Frame, parts: Vec<Part>) -> Arc<Self> {
        let mut hasher = DefaultHasher::new();
        (&frame, &parts).hash(&mut hasher);
        let version = format!("{:016x}", hasher.finish());
        if let Some(before) = before
            && before.version == version
        {
            return Arc::clone(before);
        }
        let change = before.map(|before| {
            let changed = parts.iter().filter(|part| !before.parts.contains(part));
            (before.version.clone(), event(&version, &frame.title, changed))
        });
        Arc::new(Self { frame, parts, version, change, whole: OnceLock::new(), bodies: Default::default() })
    }

    /// As it is sent to who wants these colours.
    pub fn body(&self, theme: Theme) -> &Body {
        self.bodies[theme as usize].get_or_init(|| Body::of(self.frame.html(&self.parts, theme, &self.version).into()))
    }

    /// What makes this of the version that a browser has.
    pub fn event_for(&self, version: &str) -> Bytes {
        match &self.change {
            Some((before, change)) if before == version => change.clone(),
            _ => self.whole.get_or_init(|| event(&self.version, &self.frame.title, self.parts.iter())).clone(),
        }
    }
}

/// An event of a stream (HTML standard, 9.2.6). JSON as serde writes it has no line ends.
fn event<'a>(version: &str, title: &str, parts: impl Iterator<Item = &'a Part>) -> Bytes {
    let parts: serde_json::Map<_, _> = parts.map(|part| (part.id.to_owned(), part.html.as_str().into())).collect();
    let data = serde_json::json!({"title": title, "parts": parts});
    format!("id: {version}\nevent: parts\ndata: {data}\n\n").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Lang;

    fn page(before: Option<&Arc<Page>>, texts: [&str; 2]) -> Arc<Page> {
        let part = |id, html: &str| Part { id, html: html.to_owned() };
        Page::after(before, Frame::for_test(Lang::En), vec![part("a", texts[0]), part("b", texts[1])])
    }

    #[test]
    fn a_change_tells_what_changed_and_nothing_else() {
        let first = page(None, ["one", "two"]);
        let second = page(Some(&first), ["one", "2\n<b>"]);
        let text = |bytes: Bytes| String::from_utf8(bytes.to_vec()).unwrap();
        let change = text(second.event_for(&first.version));
        assert!(change.contains(r#""parts":{"b":"2\n<b>"}"#) && change.lines().count() == 4, "{change}");
        let whole = text(second.event_for("of yesterday"));
        assert!(whole.contains(r#""a":"one""#) && whole.contains(r#""b":"2"#), "{whole}");
    }

    #[test]
    fn what_has_not_changed_is_the_same_page() {
        let first = page(None, ["one", "two"]);
        assert!(Arc::ptr_eq(&first, &page(Some(&first), ["one", "two"])));
    }
}
