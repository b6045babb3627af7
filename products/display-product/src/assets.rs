//! The style sheet and the icon: in the program, under addresses that change with what is in them, so that a browser keeps
//! them for ever and never has an old one.

use ring::digest::{SHA256, digest};

/// A file.
#[derive(Debug)]
pub struct Asset {
    /// The last part of its address.
    pub name: String,
    /// What kind it is.
    pub content_type: &'static str,
    /// What is in it.
    pub content: &'static str,
}

/// Every file.
#[derive(Debug)]
pub struct Shelf {
    style: Asset,
    icon: Asset,
}

impl Asset {
    fn of(stem: &str, ending: &str, content_type: &'static str, content: &'static str) -> Self {
        let hash = digest(&SHA256, content.as_bytes());
        let hash = hash.as_ref().iter().take(8).fold(0_u64, |hash, byte| hash << 8 | u64::from(*byte));
        Self { name: format!("{stem}.{hash:016x}.{ending}"), content_type, content }
    }

    /// Where it is.
    pub fn address(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

impl Shelf {
    /// Those of this version.
    pub fn new() -> Self {
        Self {
            style: Asset::of("style", "css", "text/css; charset=utf-8", include_str!("../assets/style.css")),
            icon: Asset::of("icon", "svg", "image/svg+xml", include_str!("../assets/icon.svg")),
        }
    }

    /// The file of this name.
    pub fn find(&self, name: &str) -> Option<&Asset> {
        [&self.style, &self.icon].into_iter().find(|asset| asset.name == name)
    }

    /// Where the style sheet is.
    pub fn style(&self) -> String {
        self.style.address()
    }

    /// Where the icon is.
    pub fn icon(&self) -> String {
        self.icon.address()
    }
}

impl Default for Shelf {
    fn default() -> Self {
        Self::new()
    }
}
