//! The button beside what was done a moment ago.

use testbed::answer::Answer;

use crate::browser::Browser;

/// The values of an attribute, in the order in which they stand, as text.
fn values(html: &str, before: &str) -> Vec<String> {
    let pieces = html.split(before).skip(1);
    let text = |piece: &str| piece.split('"').next().unwrap().to_owned();
    let plain = |value: String| {
        ["&#34;\"", "&#38;&", "&#39;'", "&#60;<", "&#62;>"]
            .iter()
            .fold(value, |value, entity| value.replace(&entity[..5], &entity[5..]))
    };
    pieces.map(|piece| plain(text(piece))).collect()
}

/// Press it, and look at the page that it leads to.
pub async fn undo(browser: &Browser, page: &Answer) -> Answer {
    let flash = page.body.split_once("<div class=\"flash\"").unwrap_or_else(|| panic!("nothing was said: {page}")).1;
    let form =
        flash.split_once("<form").unwrap_or_else(|| panic!("no undo: {page}")).1.split("</form>").next().unwrap();
    let action = values(form, "action=\"").remove(0);
    let (names, texts) = (values(form, "name=\""), values(form, "value=\""));
    let fields: Vec<(&str, &str)> =
        names.iter().zip(&texts).map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let fields: Vec<(&str, &str)> = fields.into_iter().filter(|(name, _)| *name != "csrf").collect();
    follow(browser, browser.post(&action, &fields).await).await
}

/// The page on which somebody goes on.
pub async fn follow(browser: &Browser, answer: Answer) -> Answer {
    let answer = answer.expect(303);
    browser.get(answer.header("location")).await.expect(200)
}
