//! The form.

use testbed::service::TOKEN;

use crate::world::{start, start_with};

const PRODUCT: [(&str, &str); 3] = [("name", "Teapot"), ("description", "One\r\ntwo"), ("price", "12,5")];

#[tokio::test]
async fn what_is_typed_is_added_once_and_shown() {
    let world = start().await;
    let form = world.page("/products/new").await.expect(200).body;
    let once = form.split("name=\"once\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [&PRODUCT[..], &[("once", &once)]].concat();
    let added = world.fill(&fields).await.expect(303);
    assert_eq!((added.header("location"), added.header("cache-control")), ("/products/1", "no-store"));
    assert_eq!(world.fill(&fields).await.expect(303).header("location"), "/products/1");
    let page = world.page("/products/1").await.expect(200).body;
    assert!(page.contains("Teapot") && page.contains("12.50") && page.contains("One\ntwo"), "{page}");
    // the same form with something else in it is asked for again
    let other = world.fill(&[("name", "Cup"), ("price", "1"), ("once", &once)]).await.expect(409);
    assert!(other.body.contains("was sent before") && other.body.contains("value=\"Cup\""), "{other}");
    assert!(!other.body.contains(&once), "under another name");
    assert_eq!(world.page("/products").await.body.matches("href=\"/products/").count(), 3, "one, and the form twice");
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_what_was_typed_stays() {
    let world = start().await;
    let wrong = world.fill(&[("name", "<Teapot>"), ("description", "x"), ("price", "twelve")]).await.expect(400);
    assert!(wrong.body.contains("href=\"#price\"") && wrong.body.contains("aria-invalid"), "{wrong}");
    assert!(!wrong.body.contains("href=\"#name\""), "{wrong}");
    for typed in ["value=\"&#60;Teapot&#62;\"", "value=\"twelve\"", "\nx</textarea>"] {
        assert!(wrong.body.contains(typed), "{typed}: {wrong}");
    }
    assert!(!wrong.body.contains(TOKEN), "a token is not sent back: {wrong}");
    assert_eq!(wrong.header("cache-control"), "no-store");
    let all = world.fill(&[]).await.expect(400);
    assert!(all.body.contains("href=\"#name\"") && all.body.contains("href=\"#price\""), "{all}");
}

#[tokio::test]
async fn without_a_token_nothing_is_added_and_what_was_typed_stays() {
    let world = start().await;
    for token in ["", "wrong", "with\nbreaks", "é"] {
        let refused = world.send_form(&[&PRODUCT[..], &[("token", token)]].concat()).await.expect(401);
        assert!(refused.body.contains("This token is not known") && refused.body.contains("Teapot"), "{refused}");
        assert_eq!(refused.header("www-authenticate"), "Bearer");
    }
    assert!(world.page("/products").await.body.contains("There is no product yet."));
}

#[tokio::test]
async fn an_open_form_asks_for_no_token() {
    let world = start_with(|settings| {
        settings.open_form = true;
        settings.add_token = Some(TOKEN.to_owned().into());
    })
    .await;
    assert!(!world.page("/products/new").await.body.contains("name=\"token\""));
    assert_eq!(world.send_form(&PRODUCT).await.expect(303).header("location"), "/products/1");
    // nobody has typed a token: a wrong one is the fault of who runs this
    let world = start_with(|settings| {
        settings.open_form = true;
        settings.add_token = Some("old".to_owned().into());
    })
    .await;
    let refused = world.send_form(&PRODUCT).await.expect(503);
    assert!(refused.body.contains("Tell who runs it") && refused.body.contains("Teapot"), "{refused}");
}

#[tokio::test]
async fn a_token_that_lies_ready_is_used_for_nobody_while_the_form_is_closed() {
    let world = start_with(|settings| settings.add_token = Some(TOKEN.to_owned().into())).await;
    world.send_form(&PRODUCT).await.assert_status(401);
    assert!(world.page("/products").await.body.contains("There is no product yet."));
}

#[tokio::test]
async fn too_many_forms_of_one_network_are_told_to_wait() {
    let world = start_with(|settings| settings.forms_per_minute = 2).await;
    for _ in 0..2 {
        world.send_form(&PRODUCT).await.assert_status(401);
    }
    let refused = world.fill(&PRODUCT).await.expect(429);
    assert!(refused.body.contains("Too many forms") && refused.body.contains("Teapot"), "{refused}");
    assert!(refused.header("retry-after").parse::<u32>().is_ok(), "{refused}");
    world.clock.advance(60);
    world.fill(&PRODUCT).await.assert_status(303);
}
