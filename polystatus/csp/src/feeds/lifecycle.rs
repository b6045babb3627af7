//! The words in which providers say where an incident stands.

/// Whether what stands there goes on. `None`: a word that nobody here knows.
pub fn goes_on(word: &str) -> Option<bool> {
    match plain(word).as_str() {
        "investigating" | "identified" | "monitoring" | "update" | "inprogress" | "verifying" | "active" | "open"
        | "ongoing" | "started" | "acknowledged" => Some(true),
        // what has not begun does not go on
        "resolved" | "postmortem" | "completed" | "closed" | "cancelled" | "canceled" | "scheduled"
        | "notstartedyet" | "planned" | "upcoming" => Some(false),
        _ => None,
    }
}

/// Whether it is a word for the stage of trouble, in which no planned work stands.
pub fn is_of_trouble(word: &str) -> bool {
    matches!(plain(word).as_str(), "investigating" | "identified" | "acknowledged")
}

fn plain(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// Whether a title tells of planned work. `Unscheduled maintenance` and `Emergency maintenance` are trouble.
pub fn is_planned(title: &str) -> bool {
    let words: Vec<String> = title.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    has(&["scheduled", "planned", "maintenance"]) && !has(&["unscheduled", "unplanned", "emergency", "not", "non"])
}

/// Lines that are looked at: what stands further down is no newest word.
const MOST_LINES: usize = 20;

/// A heading of Statuspage, above the updates of planned work.
const HEADING: &str = "THIS IS A SCHEDULED EVENT";

/// The newest word in a text that says where something stands, and whether that goes on (`None`: nobody here knows the
/// word). The newest update comes first in feeds, and names its stage at the beginning of a line, behind a time at most:
/// `Resolved - A fix …`. `We are still investigating`, and a `Resolved` within a line, say nothing.
///
/// Who begins with a sentence has said no stage. A `Resolved` further down is that of an older update then, and not
/// believed; `Investigating` is.
pub fn in_text(text: &str) -> Option<(&str, Option<bool>)> {
    let mut after_a_sentence = false;
    for line in text.lines().take(MOST_LINES).filter(|line| !line.starts_with(HEADING)) {
        match beginning(line) {
            Beginning::Time => {}
            Beginning::Sentence => after_a_sentence = true,
            Beginning::Word(word) => match goes_on(word) {
                stage if !after_a_sentence => return Some((word, stage)),
                Some(true) => return Some((word, Some(true))),
                Some(false) => return Some((word, None)),
                None => {}
            },
        }
    }
    None
}

/// A title without the stage that it begins with: `[Resolved] Fog` and `Investigating - Fog` are one fog.
pub fn without_stage(title: &str) -> &str {
    let (word, behind) = match title.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some(bracketed) => bracketed,
        None => split(title),
    };
    let behind =
        behind.trim_start_matches(|sign: char| sign.is_whitespace() || matches!(sign, '-' | ':' | '–' | '—' | '|'));
    if goes_on(word).is_some() && !behind.is_empty() { behind } else { title }
}

/// What a line begins with.
#[derive(Debug, PartialEq, Eq)]
enum Beginning<'t> {
    /// Nothing but times and labels.
    Time,
    /// One word or two, alone or before a `-` or `:`: where a stage stands.
    Word(&'t str),
    /// More than that.
    Sentence,
}

fn beginning(line: &str) -> Beginning<'_> {
    let mut rest = line.trim();
    // `[Resolved] Slow answers`
    if let Some((word, _)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return Beginning::Word(word.trim());
    }
    while !rest.is_empty() {
        let (part, behind) = split(rest);
        match part.split_whitespace().count() {
            _ if is_time(part) || is_label(part) => rest = behind,
            1 | 2 => return Beginning::Word(part),
            _ => return Beginning::Sentence,
        }
    }
    Beginning::Time
}

/// A line at its first `:`, `|`, dash, or hyphen beside a blank: `re-opened` is one word.
fn split(line: &str) -> (&str, &str) {
    let separates = |(place, sign): &(usize, char)| match sign {
        ':' | '|' | '–' | '—' => true,
        '-' => {
            let (before, behind) = (&line[..*place], &line[place + 1..]);
            before.ends_with(char::is_whitespace) || behind.is_empty() || behind.starts_with(char::is_whitespace)
        }
        _ => false,
    };
    match line.char_indices().find(separates) {
        Some((place, sign)) => (line[..place].trim(), &line[place + sign.len_utf8()..]),
        None => (line.trim(), ""),
    }
}

/// What stands before a stage and is none: `Status: Resolved`.
fn is_label(part: &str) -> bool {
    ["", "status", "state", "stage", "current status"].iter().any(|label| part.eq_ignore_ascii_case(label))
}

const MONTHS_AND_DAYS: [&str; 19] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Such as `Jul 24, 19`, `43 UTC` or `2023-11-14`: there are digits, and nothing but months, days and zones beside them.
fn is_time(part: &str) -> bool {
    let begins_with_a_digit = |word: &str| word.starts_with(|first: char| first.is_ascii_digit());
    let fits = |word: &str| {
        let name = word.to_ascii_lowercase();
        let zone = word.len() <= 5 && word.bytes().all(|letter| letter.is_ascii_uppercase());
        let named = name.len() >= 3 && MONTHS_AND_DAYS.iter().any(|full| full.starts_with(&name));
        word.is_empty() || begins_with_a_digit(word) || named || zone || matches!(name.as_str(), "am" | "pm" | "at")
    };
    let mut words = part.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    part.split(|c: char| !c.is_alphanumeric()).any(begins_with_a_digit) && words.all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_word_counts() {
        for (text, word, active) in [
            ("Jul 24, 19:43 UTC\nResolved - A fix is there.\nInvestigating - We look.", "Resolved", Some(false)),
            ("24 Jul 2023 19:43 CEST - Resolved\nUpdate - We look.", "Resolved", Some(false)),
            ("[Investigating] - Slow", "Investigating", Some(true)),
            ("In progress: work goes on", "In progress", Some(true)),
            ("Status: Resolved\nWe are back", "Resolved", Some(false)),
            ("- Completed", "Completed", Some(false)),
            (
                "THIS IS A SCHEDULED EVENT Jul 25, 02:00 - 03:00 UTC\nJul 25, 03:01 UTC\nCompleted - Done.",
                "Completed",
                Some(false),
            ),
        ] {
            assert_eq!(in_text(text), Some((word, active)), "{text}");
        }
    }

    #[test]
    fn a_title_is_the_same_in_each_stage() {
        for title in ["[Resolved] Fog", "Investigating - Fog", "RESOLVED: Fog", "[Update] - Fog", "Fog"] {
            assert_eq!(without_stage(title), "Fog", "{title}");
        }
        for title in ["[EU] Fog", "Re-opened - Fog", "Resolved", "[Resolved]", ""] {
            assert_eq!(without_stage(title), title);
        }
    }

    #[test]
    fn a_stage_stands_at_the_beginning_of_a_line() {
        for text in [
            "It is not resolved yet, and we are investigating",
            "We thought that it was over: resolved - it was not",
            "The queue is long again\nThe cause is known",
            "",
        ] {
            assert_eq!(in_text(text), None, "{text}");
        }
    }

    #[test]
    fn a_newest_word_that_nobody_knows_hides_no_older_one_behind_it() {
        assert_eq!(in_text("Flurbled - We look.\nResolved - A fix is there."), Some(("Flurbled", None)));
        assert_eq!(in_text("Re-opened - It is back.\nResolved - It was over."), Some(("Re-opened", None)));
        assert_eq!(in_text("It is back again, sorry.\nResolved - It was over."), Some(("Resolved", None)));
        assert_eq!(in_text("It is back again, sorry.\nIdentified - A disk."), Some(("Identified", Some(true))));
    }

    #[test]
    fn an_unknown_word_says_nothing() {
        for word in ["", "flurbled", "resolvedish", "operational", "unresolved", "not resolved"] {
            assert_eq!(goes_on(word), None, "{word}");
        }
    }

    #[test]
    fn unscheduled_maintenance_is_not_planned() {
        for title in ["Scheduled maintenance", "Database Maintenance", "Planned work in Paris"] {
            assert!(is_planned(title), "{title}");
        }
        for title in ["Unscheduled maintenance of the API", "Emergency maintenance", "Unplanned work", "Slow answers"] {
            assert!(!is_planned(title), "{title}");
        }
    }
}
