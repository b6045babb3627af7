//! What the services of the product catalogue share.
//!
//! Three services work on one catalogue: one adds products, one lists them, one shows them to people. The two that have
//! to do with data stand on one table, and so on this crate: what a [`Price`] and a [`Product`] are, and how the table is
//! made, written and read ([`database`]). The one with the pages does not: it knows what the other two answer over HTTP,
//! and nothing else. Why it is cut this way, and what that costs: `docs/decisions/0025-products.md`.

pub mod database;
mod price;
mod product;
mod settings;

pub use price::{MAX_CENTS, Price, WrongPrice};
pub use product::{DESCRIPTION, NAME, NewProduct, NewProductInput, Product};
pub use settings::{DatabaseUrl, Kind, StorageSettings};

/// Where the events of the catalogue come from.
pub const SOURCE: &str = "/products";

/// A product was added. Its data is the product, as the API shows it.
pub const ADDED: &str = "product.added";
