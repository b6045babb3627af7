//! A product, and what somebody sends who wants one to be there.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::{Line, Mistakes, Prose};

use chassis::ApiError;

use crate::Price;

/// Characters that a name has at most.
pub const NAME: usize = 200;

/// Characters that a description has at most.
pub const DESCRIPTION: usize = 4000;

/// A product of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Product {
    /// Its number.
    #[schema(example = 1, minimum = 1)]
    pub id: i64,
    /// What it is called.
    #[schema(example = "Teapot", min_length = 1, max_length = 200)]
    pub name: String,
    /// What there is to say of it; may be empty.
    #[schema(example = "Holds a litre, and does not drip.", max_length = 4000)]
    pub description: String,
    /// What it costs.
    pub price: Price,
}

/// A product that is to be there, as a client sends it. Texts: [`NewProductInput::validate`] makes values of them, and
/// names everything that is wrong, not the first thing alone.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewProduct)]
pub struct NewProductInput {
    /// What it is called: one line.
    #[schema(required, nullable = false, example = "Teapot", min_length = 1, max_length = 200)]
    #[serde(default, deserialize_with = "values::present")]
    name: Option<String>,
    /// What there is to say of it.
    #[schema(nullable = false, example = "Holds a litre, and does not drip.", max_length = 4000, default = "")]
    #[serde(default, deserialize_with = "values::present")]
    description: Option<String>,
    /// What it costs, as a text: `"12.50"`.
    #[schema(required, nullable = false, value_type = Price)]
    #[serde(default, deserialize_with = "values::present")]
    price: Option<String>,
}

/// A product that is to be there. It cannot hold a wrong value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewProduct {
    /// What it is called.
    pub name: Line<NAME>,
    /// What there is to say of it.
    pub description: Prose<DESCRIPTION>,
    /// What it costs.
    pub price: Price,
}

impl NewProductInput {
    /// As values.
    ///
    /// # Errors
    /// 400 with everything that is wrong.
    pub fn validate(self) -> Result<NewProduct, ApiError> {
        let mut mistakes = Mistakes::default();
        let name = mistakes.required("name", self.name.as_deref());
        let description = mistakes.parse("description", self.description.as_deref().unwrap_or_default());
        let price = mistakes.required("price", self.price.as_deref());
        let product = name.zip(description).zip(price);
        mistakes.none_or(product.map(|((name, description), price)| NewProduct { name, description, price }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn validate(json: &str) -> Result<NewProduct, Vec<String>> {
        let input: NewProductInput = serde_json::from_str(json).unwrap();
        input.validate().map_err(|error| error.details().iter().map(|detail| detail.field.to_string()).collect())
    }

    #[test]
    fn everything_that_is_wrong_is_named() {
        assert_eq!(validate("{}").unwrap_err(), ["name", "price"]);
        assert_eq!(
            validate(r#"{"name":" ","description":"\u0000","price":"1.234"}"#).unwrap_err(),
            ["name", "description", "price"]
        );
        let long = format!(r#"{{"name":"{}","price":"1"}}"#, "é".repeat(201));
        assert_eq!(validate(&long).unwrap_err(), ["name"]);
    }

    #[test]
    fn a_product_may_do_without_a_description() {
        let product = validate(r#"{"name":" Teapot ","price":"12.5"}"#).unwrap();
        assert_eq!((product.name.as_str(), product.description.as_str()), ("Teapot", ""));
        assert_eq!(product.price.cents(), 1250);
    }
}
