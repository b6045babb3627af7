//! The style sheet, the script and the icon: in the program, under addresses that change with what is in them, so that a
//! browser keeps them for ever and never has an old one.

use bytes::Bytes;

use crate::pages::Body;

/// The addresses.
#[derive(Debug, Default, Clone, PartialEq, Eq, Hash)]
pub struct Assets {
    /// Of the style sheet.
    pub style: String,
    /// Of the script.
    pub script: String,
    /// Of the icon.
    pub icon: String,
}

/// A file, ready to be sent.
#[derive(Debug)]
pub struct Asset {
    /// The last part of its address.
    pub name: String,
    /// What kind it is.
    pub content_type: &'static str,
    /// What is in it.
    pub body: Body,
}

/// Every file, and the addresses that pages name.
#[derive(Debug)]
pub struct Shelf {
    files: Vec<Asset>,
}

impl Shelf {
    /// Those of this version.
    pub fn new() -> Self {
        let file = |stem: &str, ending: &str, content_type, content: &'static str| {
            let hash = ring::digest::digest(&ring::digest::SHA256, content.as_bytes());
            let hash = hash.as_ref().iter().take(8).fold(0_u64, |hash, byte| hash << 8 | u64::from(*byte));
            let body = Body::of(Bytes::from_static(content.as_bytes()));
            Asset { name: format!("{stem}.{hash:016x}.{ending}"), content_type, body }
        };
        Self {
            files: vec![
                file("style", "css", "text/css; charset=utf-8", include_str!("../assets/style.css")),
                file("live", "js", "text/javascript; charset=utf-8", include_str!("../assets/live.js")),
                file("icon", "svg", "image/svg+xml", include_str!("../assets/icon.svg")),
            ],
        }
    }

    /// The addresses.
    pub fn addresses(&self) -> Assets {
        let address =
            |place: usize| self.files.get(place).map(|file| format!("/assets/{}", file.name)).unwrap_or_default();
        Assets { style: address(0), script: address(1), icon: address(2) }
    }

    /// The file at this address.
    pub fn find(&self, name: &str) -> Option<&Asset> {
        self.files.iter().find(|file| file.name == name)
    }
}

impl Default for Shelf {
    fn default() -> Self {
        Self::new()
    }
}
