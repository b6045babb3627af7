//! A product is added on a page.

use serde_json::json;
use testbed::wait::until_async;

use crate::reader::{Reader, between};
use crate::system::{SOON, System, fresh};

/// Somebody fills in the form, and the list shows the product; so does the API, with the price in its one form. The form
/// that is sent twice adds one product, and a token that is none adds nothing and loses nothing that was typed.
pub async fn a_product_is_added_on_a_page_and_the_list_shows_it(system: &System) {
    let page = Reader::of(system.stranger("display-product"));
    let (name, token) = (fresh("Teapot"), (system.token)("add-product"));
    let form = page.page("/products/new").await;
    let once = between(&form, "name=\"once\" value=\"", "\"").unwrap_or_else(|| panic!("no form: {form}"));
    let fill = async |token: &str| {
        let fields = [("name", &*name), ("description", "Holds a litre."), ("price", "12,5"), ("token", token)];
        page.submit("/products/new", &[&fields[..], &[("once", once)]].concat()).await
    };

    let refused = fill("none of ours").await.expect(401);
    assert!(refused.body.contains(&name) && refused.body.contains("12,5"), "what was typed is there: {refused}");
    assert!(!refused.body.contains("none of ours"), "a token is not sent back: {refused}");

    let added = fill(&token).await.expect(303);
    let again = fill(&token).await.expect(303);
    assert_eq!(again.header("location"), added.header("location"), "the same form is the same product");
    let shown = page.page(added.header("location")).await;
    assert!(shown.contains(&name) && shown.contains("12.50"), "{shown}");
    let list = page.until("/products", "the product", |list| list.contains(&name)).await;
    assert_eq!(list.matches(name.as_str()).count(), 1, "{list}");
    let searched = page.page(&format!("/products?q={name}")).await;
    assert!(searched.contains(&name), "{searched}");

    let read = system.stranger("read-product");
    let found = async || {
        let found = read.get(&format!("/api/v1/products?q={name}")).await.expect(200).json();
        (found.as_array()?.len() == 1).then_some(found)
    };
    let found = until_async("the product in the API", SOON, found).await;
    assert_eq!((&found[0]["price"], &found[0]["description"]), (&json!("12.50"), &json!("Holds a litre.")));
}
