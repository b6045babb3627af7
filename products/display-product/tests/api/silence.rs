//! Those behind the pages are away, and come back.

use std::time::Duration;

use testbed::wait;

use crate::world::start;

const SOON: Duration = Duration::from_mins(1);

#[tokio::test]
async fn without_the_list_the_last_one_is_shown_with_its_age() {
    let world = start().await;
    world.add("Teapot", "Holds a litre.", "12.50").await;
    world.add("Cup", "", "3").await;
    world.page("/products").await.assert_status(200);
    world.read_network.cut();
    world.clock.advance(3660);
    let list = world.page("/products").await.expect(200).body;
    assert!(list.contains("as it was 1 h 1 min ago") && list.contains("Teapot") && list.contains("Cup"), "{list}");
    let found = world.page("/products?q=LITRE").await.expect(200).body;
    assert!(found.contains("Teapot") && !found.contains("Cup<"), "{found}");
    let product = world.page("/products/1").await.expect(200).body;
    assert!(product.contains("Holds a litre.") && product.contains("1 h 1 min ago"), "{product}");
    assert!(world.page("/").await.expect(200).body.contains("1 h 1 min ago"));
    let unknown = world.page("/products/7").await.expect(503);
    assert!(unknown.header("retry-after").parse::<u32>().is_ok(), "{unknown}");
    world.page("/about").await.assert_status(200);
    world.stranger().get("/readyz").await.assert_status(200);
    world.read_network.restore();
    let fresh = async || (!world.page("/products").await.body.contains("ago")).then_some(());
    wait::until_async("a fresh list", SOON, fresh).await;
}

#[tokio::test]
async fn with_nothing_known_it_says_so() {
    let world = start().await;
    world.read_network.cut();
    for path in ["/", "/products", "/products/1"] {
        let page = world.page(path).await.expect(503);
        assert!(page.body.contains("The catalogue cannot be reached."), "{page}");
    }
    world.page("/products/new").await.assert_status(200);
}

#[tokio::test]
async fn without_who_adds_the_form_keeps_what_was_typed() {
    let world = start().await;
    world.add_network.cut();
    let fields = [("name", "Teapot"), ("description", "Holds\r\na litre."), ("price", "12.50")];
    let once = "0123456789abcdef0123456789abcdef";
    let fields = [&fields[..], &[("once", once)]].concat();
    let kept = world.fill(&fields).await.expect(503);
    for typed in ["value=\"Teapot\"", "Holds\na litre.</textarea>", "value=\"12.50\"", once, "cannot be added now"] {
        assert!(kept.body.contains(typed), "{typed}: {kept}");
    }
    assert!(kept.header("retry-after").parse::<u32>().is_ok(), "{kept}");
    world.page("/products").await.assert_status(200);
    world.add_network.restore();
    let added = async || (world.fill(&fields).await.status == 303).then_some(());
    wait::until_async("that it is added", SOON, added).await;
    // however often it was tried
    world.page("/products/1").await.assert_status(200);
    world.page("/products/2").await.assert_status(404);
}
