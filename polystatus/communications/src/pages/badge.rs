//! A picture with two words, to be put on a page or into a README: the service's name and how it is.

use super::xml::escape;
use crate::model::ComponentStatus;

/// Characters of a name that are shown.
const LONGEST: usize = 40;

/// What a badge says, and on which ground. White text on each of them has a contrast of at least 4.5 (WCAG 2.2, 1.4.3).
const fn word(status: ComponentStatus) -> (&'static str, &'static str) {
    match status {
        ComponentStatus::Operational => ("operational", "#1a7f37"),
        ComponentStatus::UnderMaintenance => ("maintenance", "#0b5fa5"),
        ComponentStatus::DegradedPerformance => ("degraded", "#8a6100"),
        ComponentStatus::PartialOutage => ("partial outage", "#b24a00"),
        ComponentStatus::MajorOutage => ("major outage", "#b3261e"),
    }
}

/// Pixels that a text takes, on the safe side: `textLength` makes it exactly that in every font.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 7 } else { 12 }).sum()
}

/// The badge, as SVG.
pub fn badge(name: &str, status: ComponentStatus) -> String {
    let mut shown: String = name.chars().take(LONGEST).collect();
    if shown.chars().count() < name.chars().count() {
        shown.push('…');
    }
    let (word, colour) = word(status);
    let (left, right) = (width(&shown), width(word));
    let (name_box, word_box) = (left + 12, right + 12);
    let (total, name_at, word_at) = (name_box + word_box, 6, name_box + 6);
    let name = escape(&shown);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{total}\" height=\"20\" role=\"img\" aria-label=\"{name}: {word}\">\
         <title>{name}: {word}</title>\
         <rect width=\"{name_box}\" height=\"20\" fill=\"#3d444d\"/>\
         <rect x=\"{name_box}\" width=\"{word_box}\" height=\"20\" fill=\"{colour}\"/>\
         <g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">\
         <text x=\"{name_at}\" y=\"14\" textLength=\"{left}\">{name}</text>\
         <text x=\"{word_at}\" y=\"14\" textLength=\"{right}\">{word}</text></g></svg>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badge_says_both_words_also_to_who_cannot_see_it() {
        let svg = badge("Shop & <Co>", ComponentStatus::PartialOutage);
        assert!(
            svg.contains("aria-label=\"Shop &amp; &lt;Co&gt;: partial outage\"") && svg.contains("<title>"),
            "{svg}"
        );
        assert!(badge(&"x".repeat(100), ComponentStatus::Operational).len() < 1200);
    }
}
