//! The pages in a real browser: Chromium, with axe beside it.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

#[path = "../api/world.rs"]
#[expect(dead_code, reason = "what only the other tests do")]
mod world;

use std::time::Duration;

use testbed::process::Program;
use testbed::tools;

use crate::world::{World, start};

/// Six pages, two languages, two themes, two widths: minutes on a busy machine.
const LIMIT: Duration = Duration::from_mins(10);

/// Run a script; it fails when the script does.
async fn node(script: &str, arguments: Vec<String>) {
    let program = Program::new(tools::of_debian("node", "nodejs"))
        .env("NODE_PATH", tools::node_modules("browser"))
        .env("CHROMIUM", tools::of_debian("chromium", "chromium"))
        .arg(tools::file(script))
        .args(arguments);
    // the services run on threads of their own
    let run = tokio::task::spawn_blocking(move || {
        let mut running = program.spawn();
        let status = running.wait_within(LIMIT);
        assert!(status.success(), "{status}\n{}{}", running.stdout(), running.stderr());
    });
    run.await.unwrap();
}

async fn catalogue() -> World {
    let world = start().await;
    for (name, description, price) in [
        ("Teapot", "Holds a litre,\nand does not drip.", "12.50"),
        ("Cup", "", "3"),
        ("A product with a name that is so long that it takes more than one line on a telephone", "x", "9999999.99"),
    ] {
        world.add(name, description, price).await;
    }
    world
}

#[tokio::test]
async fn every_page_is_without_fault_in_both_languages_themes_and_widths() {
    let world = catalogue().await;
    let pictures = tools::file("target/browser/products").display().to_string();
    let paths = ["/", "/products", "/products?q=nothing", "/products/1", "/products/new", "/about", "/nowhere"];
    let arguments = [world.url(""), pictures].into_iter().chain(paths.map(str::to_owned));
    node("polystatus/frontend/tests/browser/look.cjs", arguments.collect()).await;
}

#[tokio::test]
async fn somebody_without_a_mouse_adds_a_product_and_mends_a_mistake() {
    let world = catalogue().await;
    let arguments = vec![world.url(""), testbed::service::TOKEN.to_owned()];
    node("products/display-product/tests/browser/add.cjs", arguments).await;
    assert!(world.page("/products").await.body.contains("Kettle"));
}
