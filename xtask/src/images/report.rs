//! What became of the build: a table.

use std::fmt::Write;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::command::CommandExt;
use crate::docker::Engine;

/// An image that was built: a line of the table.
#[derive(Debug)]
pub(super) struct Image {
    /// `polyops/inventory-api:dev`
    pub(super) name: String,
    /// Unpacked, in bytes.
    size: u64,
    layers: usize,
    /// As whom it runs.
    user: String,
}

impl Image {
    /// Ask the engine about the image `name`.
    pub(super) fn inspect(engine: &Engine, name: &str) -> Result<Self> {
        let said = engine.command().args(["image", "inspect", name]).read()?;
        Self::read(name, &said).with_context(|| format!("cannot read what Docker says of {name}"))
    }

    fn read(name: &str, said: &str) -> Result<Self> {
        let [image]: [Inspected; 1] = serde_json::from_str(said)?;
        Ok(Self {
            name: name.to_owned(),
            size: image.size,
            layers: image.file_system.layers.len(),
            user: image.config.user,
        })
    }

    pub(super) fn is_over(&self, limit_mb: u32) -> bool {
        self.size > u64::from(limit_mb) * 1_000_000
    }
}

/// The table, with a line for each image.
pub(super) fn table(images: &[Image], limit_mb: u32) -> String {
    let width = images.iter().map(|image| image.name.len()).max().unwrap_or(0).max("image".len());
    let mut table = format!("\n{:width$}  {:>8}  {:>8}  {:>6}  user\n", "image", "size", "limit", "layers");
    for image in images {
        // tenths of a megabyte, rounded up: an image over the limit must not look as if it kept it
        let tenths = image.size.div_ceil(100_000);
        let size = format!("{}.{} MB", tenths / 10, tenths % 10);
        let verdict = if image.is_over(limit_mb) { "  too large" } else { "" };
        let Image { name, layers, user, .. } = image;
        let limit = format!("{limit_mb} MB");
        writeln!(table, "{name:width$}  {size:>8}  {limit:>8}  {layers:>6}  {user}{verdict}")
            .expect("a String takes whatever is written to it");
    }
    table
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Inspected {
    size: u64,
    #[serde(rename = "RootFS")]
    file_system: FileSystem,
    config: Config,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FileSystem {
    layers: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    user: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(size: u64) -> Image {
        let said = format!(
            r#"[{{"Size":{size},"RootFS":{{"Type":"layers","Layers":["a","b"]}},"Config":{{"User":"65532:65532"}}}}]"#
        );
        Image::read("polyops/inventory-api:dev", &said).unwrap()
    }

    #[test]
    fn an_image_may_weigh_the_limit_and_not_a_byte_more() {
        assert!(!image(20_000_000).is_over(20));
        assert!(image(20_000_001).is_over(20));
    }

    #[test]
    fn the_table_says_size_layers_and_user() {
        let table = table(&[image(17_650_001), image(20_000_001)], 20);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[1], "image                          size     limit  layers  user");
        assert_eq!(lines[2], "polyops/inventory-api:dev   17.7 MB     20 MB       2  65532:65532");
        assert_eq!(lines[3], "polyops/inventory-api:dev   20.1 MB     20 MB       2  65532:65532  too large");
    }
}
