//! English.

use super::{Lang, Texts};

fn duration(seconds: i64) -> String {
    let minutes = seconds / 60;
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, 0) => "less than a minute".to_owned(),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

pub(super) const TEXTS: Texts = Texts {
    lang: Lang::En,
    site: "Catalogue",
    describe: "The products of the catalogue: what they are, and what they cost.",
    skip: "Skip to the content",
    pages: "Pages",
    nav_home: "Home",
    nav_products: "Products",
    nav_new: "Add",
    nav_about: "About",
    language: "Language",
    theme: "Colours",
    theme_auto: "As the system",
    theme_light: "Light",
    theme_dark: "Dark",
    stale: |age| format!("The list cannot be compared with the database now. What you see is as it was {age} ago."),
    duration,
    price: str::to_owned,
    welcome: "The catalogue",
    welcome_text: "Every product is read from one service, added by another, and shown by this one.",
    see_all: "See all products",
    first_products: "First products",
    products: "Products",
    search: "Search in names and descriptions",
    search_button: "Search",
    found_none: |text| format!("No product has “{text}” in its name or description."),
    no_products: "There is no product yet.",
    next: "More products",
    back_to_list: "Back to the list",
    no_description: "Nothing has been said of it.",
    number: |id| format!("Product {id}"),
    new: "Add a product",
    name: "Name",
    name_hint: "One line of at most 200 characters.",
    description: "Description",
    description_hint: "At most 4000 characters; may be left empty.",
    price_label: "Price",
    price_hint: "As in 12.50, up to 9999999.99.",
    token: "Access token",
    token_hint: "Of somebody who may add products: the API_TOKEN of add-product, or a token from the users service. It is passed on once and not kept.",
    add: "Add",
    wrong: "The product was not added:",
    wrong_name: "Give a name: one line of 1 to 200 characters.",
    wrong_description: "Give at most 4000 characters, without control characters.",
    wrong_price: "Give a price such as 12.50: digits, at most two of them behind a point.",
    wrong_token: "This token is not known, or it has expired.",
    not_allowed: "Who has this token may not add products.",
    open_refused: "Products cannot be added from this page now: its own token is not taken. Tell who runs it.",
    silent: "Products cannot be added now. What you have typed is still here: send it again in a moment. It is added once.",
    sent_before: "This form was sent before with something else in it. Look whether the product is in the list; if not, send it again.",
    too_many: "Too many forms came from your network. Wait a minute, then send it again.",
    foreign: "This form was not sent from here",
    foreign_text: "Another site has made your browser send it. Nothing was added.",
    nothing_here: "There is nothing here.",
    nothing_here_text: "This address leads to no page, or to a product that does not exist.",
    nothing_known: "The catalogue cannot be reached.",
    nothing_known_text: "The service that lists products does not answer, and nothing is known from before. Try again in a moment.",
    about: "About",
    about_paragraphs: &[
        "This page is one of three services that work on one catalogue. One adds products, one lists them, and this one shows them.",
        "It has no database. What you read comes from the service that lists products; what you send goes to the one that adds them. When the first is away, you see the last list, with its age; when the second is away, the form keeps what you have typed.",
        "A product that is added is told to the others as an event, and so the list knows it at once.",
        "Two cookies may be set, when you choose a language or colours: they hold that choice and nothing else.",
    ],
};

#[cfg(test)]
mod tests {
    use super::TEXTS;

    #[test]
    fn every_paragraph_is_in_both_languages() {
        assert_eq!(TEXTS.about_paragraphs.len(), super::super::of(super::Lang::Fr).about_paragraphs.len());
    }
}
