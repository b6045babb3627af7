//! The journeys, walked in one process: the program that a user starts, on SQLite, with events that stay within it.

#![expect(clippy::unwrap_used, reason = "a test that finds what it did not expect fails")]

#[path = "../../../polyops/tests/up/house.rs"]
#[expect(dead_code, reason = "what only the tests of the program itself do with it")]
mod house;
mod one_process;

use tests::journeys;

use crate::one_process::{OneProcess, PageApart};

/// What is tried.
const PROGRAM: &str = env!("CARGO_BIN_EXE_polyops-of-the-tests");

#[tokio::test]
async fn a_server_goes_down_and_everybody_is_told() {
    journeys::a_server_goes_down_and_everybody_is_told(&OneProcess::start()).await;
}

#[tokio::test]
async fn somebody_signs_up_and_forgets_the_password() {
    journeys::somebody_signs_up_and_forgets_the_password(&OneProcess::start()).await;
}

#[tokio::test]
async fn a_cloud_breaks_and_is_well_again() {
    journeys::a_cloud_breaks_and_is_well_again(&OneProcess::start()).await;
}

#[tokio::test]
async fn the_page_outlives_what_is_behind_it() {
    let apart = PageApart::start();
    let (lose, regain) = (async || apart.lose(), async || apart.regain());
    journeys::the_page_outlives_what_is_behind_it(&apart.system, lose, regain).await;
}

#[tokio::test]
async fn a_product_is_added_on_a_page_and_the_list_shows_it() {
    journeys::a_product_is_added_on_a_page_and_the_list_shows_it(&OneProcess::start()).await;
}

mod openfeature {
    use super::*;

    #[tokio::test]
    async fn a_share_grows_until_a_switch_ends_it() {
        journeys::a_share_grows_until_a_switch_ends_it(&OneProcess::start()).await;
    }
}

mod socketio {
    use super::*;

    #[tokio::test]
    async fn a_document_changes_and_who_is_concerned_hears() {
        journeys::a_document_changes_and_who_is_concerned_hears(&OneProcess::start()).await;
    }
}

mod browser {
    use super::*;

    #[tokio::test]
    async fn an_open_page_shows_an_outage_and_moves_nothing() {
        journeys::an_open_page_shows_an_outage_and_moves_nothing(&OneProcess::start()).await;
    }
}
