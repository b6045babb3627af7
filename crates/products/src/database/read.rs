//! Reading the catalogue.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Database, StorageError, in_time};
use crate::{Price, Product};

/// Rows that are read at once: a statement that ends soon, whatever the size of the catalogue.
const AT_ONCE: i64 = 1000;

impl Database {
    /// Every product behind this id, in the order of their ids; behind 0 are all.
    ///
    /// # Errors
    /// When the database cannot be reached, or holds what is no product.
    pub async fn products_after(&self, id: i64) -> Result<Vec<Product>, StorageError> {
        let mut products: Vec<Product> = Vec::new();
        loop {
            let after = products.last().map_or(id, |last| last.id);
            let page = in_time(self.page(after)).await?;
            let is_last = i64::try_from(page.len()).is_ok_and(|length| length < AT_ONCE);
            products.extend(page);
            if is_last {
                return Ok(products);
            }
        }
    }

    async fn page(&self, after: i64) -> Result<Vec<Product>, StorageError> {
        let select = "SELECT id, name, description, price FROM product WHERE id > ? ORDER BY id LIMIT ?";
        let rows = sqlx::query(select).bind(after).bind(AT_ONCE).fetch_all(&self.pool).await?;
        rows.iter().map(product).collect()
    }
}

fn product(row: &AnyRow) -> Result<Product, StorageError> {
    let (id, cents): (i64, i64) = (row.try_get("id")?, row.try_get("price")?);
    let price = Price::of_cents(cents).map_err(|wrong| StorageError::Foreign(format!("product {id}: {wrong}")))?;
    Ok(Product { id, name: row.try_get("name")?, description: row.try_get("description")?, price })
}
