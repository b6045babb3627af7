//! RSS and Atom, as a tree of names and texts.
//!
//! A document type definition is refused: it is there to define entities, and an entity that stands for ten of another,
//! nine levels deep, is a billion laughs (CVE-2003-1564). Without definitions there is nothing to expand, and no file or
//! address from which something could be read (XXE). What is not closed is no document: a feed that was cut off in the
//! middle must not pass for one with fewer incidents.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::Unreadable;

/// Elements within one another at most: a feed has five, with markup that somebody forgot to escape perhaps twenty.
const DEEPEST: usize = 64;

/// Elements at most: fifty entries with fifty categories each have an eighth of it.
const MOST_ELEMENTS: usize = 20_000;

/// An element. Names are without their prefixes.
#[derive(Debug, Default)]
pub struct Element {
    /// Its name; of the document, that of the root.
    pub root: String,
    /// Its own text, without that of the elements in it.
    pub text: String,
    /// What it is a link to, for Atom's `link`.
    pub href: Option<String>,
    /// The category's name, for Atom's `category`.
    pub term: Option<String>,
    /// What is in it, in order.
    pub children: Vec<Self>,
}

impl Element {
    /// The elements of this name in it.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.root == name)
    }

    /// The text of the first element of this name, without blanks at its ends; empty when there is none.
    pub fn text_of(&self, name: &str) -> &str {
        self.children.iter().find(|child| child.root == name).map_or("", |child| child.text.trim())
    }
}

/// The document's root.
pub fn read(text: &str) -> Result<Element, Unreadable> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    // the first of them holds the root
    let mut open = vec![Element::default()];
    let mut elements = 0_usize;
    loop {
        let event = reader.read_event().map_err(|error| Unreadable::NotXml(error.to_string()))?;
        match event {
            Event::Start(start) => {
                elements += 1;
                if open.len() > DEEPEST || elements > MOST_ELEMENTS {
                    return wrong("it has too many elements, or too many within one another");
                }
                open.push(element(&start)?);
            }
            Event::End(_) => {
                if let (Some(closed), Some(parent)) = (open.pop(), open.last_mut()) {
                    parent.children.push(closed);
                }
            }
            Event::Text(text) => add(&mut open, &text.xml10_content()),
            Event::CData(text) => add(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => add(&mut open, &character(&reference)?),
            Event::DocType(doctype) if doctype.trim_start().to_ascii_lowercase().starts_with("html") => {
                return Err(Unreadable::Html);
            }
            Event::DocType(_) => return wrong("it has a document type definition, which no feed needs"),
            Event::Eof => break,
            _ => {}
        }
    }
    let mut roots = open.pop().map(|document| document.children).unwrap_or_default();
    match (open.is_empty(), roots.pop()) {
        (true, Some(root)) if roots.is_empty() => Ok(root),
        _ => wrong("it is not whole, or has more than one root"),
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, Unreadable> {
    let mut element = Element { root: start.local_name().into_inner().to_owned(), ..Element::default() };
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| Unreadable::NotXml(error.to_string()))?;
        let place = match attribute.key.into_inner() {
            "href" => &mut element.href,
            "term" => &mut element.term,
            _ => continue,
        };
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        *place = Some(value.map_err(|error| Unreadable::NotXml(error.to_string()))?.into_owned());
    }
    Ok(element)
}

/// `&lt;`, `&#60;`, and the one entity of HTML that people forget to escape. Any other is an error.
fn character(reference: &BytesRef<'_>) -> Result<Cow<'static, str>, Unreadable> {
    let numbered = reference.resolve_char_ref().map_err(|error| Unreadable::NotXml(error.to_string()))?;
    if let Some(character) = numbered {
        return Ok(Cow::Owned(character.to_string()));
    }
    let text = match &**reference {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => " ",
        _ => return wrong("it has an entity that is not defined"),
    };
    Ok(Cow::Borrowed(text))
}

fn wrong<T>(reason: &str) -> Result<T, Unreadable> {
    Err(Unreadable::NotXml(reason.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_links_are_found_by_name() {
        let root = read("<a:feed xmlns:a='x'><title>A &amp; &#66;</title><link href='https://example.org/?a=1&amp;b=2'/><x><![CDATA[<b>]]></x></a:feed>").unwrap();
        assert_eq!((root.root.as_str(), root.text_of("title"), root.text_of("x")), ("feed", "A & B", "<b>"));
        assert_eq!(root.all("link").next().unwrap().href.as_deref(), Some("https://example.org/?a=1&b=2"));
    }

    #[test]
    fn definitions_are_refused_before_anything_is_expanded() {
        let laughs = "<!DOCTYPE lolz [<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;&lol;'>]><rss>&lol2;</rss>";
        let file = "<!DOCTYPE rss [<!ENTITY secret SYSTEM 'file:///etc/passwd'>]><rss>&secret;</rss>";
        let remote = "<!DOCTYPE rss SYSTEM 'http://127.0.0.1/x.dtd'><rss/>";
        for document in [laughs, file, remote] {
            assert!(matches!(read(document), Err(Unreadable::NotXml(_))), "{document}");
        }
        assert!(read("<rss>&secret;</rss>").is_err());
        assert_eq!(read("<!DOCTYPE html><html></html>").unwrap_err(), Unreadable::Html);
    }

    #[test]
    fn half_a_document_is_none() {
        for document in
            ["<rss>", "<rss><channel></rss>", "<rss/><rss/>", "", "text", "<rss", "</rss>", "<rss></rss", "<!--"]
        {
            assert!(read(document).is_err(), "{document}");
        }
        assert!(read(&format!("{}{}", "<a>".repeat(100), "</a>".repeat(100))).is_err());
    }
}
