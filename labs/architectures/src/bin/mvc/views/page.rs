//! For people.

use askama::Template;

use crate::models::File;

#[derive(Template)]
#[template(path = "files.html")]
struct Page<'a> {
    files: &'a [File],
}

/// The list of files.
pub fn page(files: &[File]) -> Result<String, askama::Error> {
    Page { files }.render()
}
