//! What people do through several services. Each journey is a function over a [`System`](crate::System); it names what it
//! makes so that another in the same system does not meet it.

mod cloud;
mod document;
mod open_page;
mod outage;
mod page_alone;
mod product;
mod rollout;
mod sign_up;

pub use cloud::a_cloud_breaks_and_is_well_again;
pub use document::a_document_changes_and_who_is_concerned_hears;
pub use open_page::an_open_page_shows_an_outage_and_moves_nothing;
pub use outage::a_server_goes_down_and_everybody_is_told;
pub use page_alone::the_page_outlives_what_is_behind_it;
pub use product::a_product_is_added_on_a_page_and_the_list_shows_it;
pub use rollout::a_share_grows_until_a_switch_ends_it;
pub use sign_up::somebody_signs_up_and_forgets_the_password;
