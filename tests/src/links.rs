//! Links in mails.

/// The first link of a mail that holds a secret.
///
/// # Panics
/// When there is none.
#[track_caller]
pub fn link(text: &str) -> &str {
    let found = text.split_whitespace().find(|word| word.contains("?token="));
    found.unwrap_or_else(|| panic!("no link: {text}"))
}

/// What of a link lies behind the address of the page: its path and its query.
///
/// # Panics
/// When it leads elsewhere.
#[track_caller]
pub fn path<'a>(link: &'a str, page: &str) -> &'a str {
    let path = link.strip_prefix(page).filter(|path| path.starts_with('/'));
    path.unwrap_or_else(|| panic!("{link} does not lead to {page}"))
}

/// The secret of a link.
///
/// # Panics
/// When it has none.
#[track_caller]
pub fn token(link: &str) -> &str {
    link.split_once("?token=").unwrap_or_else(|| panic!("no secret: {link}")).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_found_in_a_mail_and_taken_apart() {
        let mail = "Hello,\n\nfollow this link:\nhttps://status.example.org/subscribe/confirm?token=ab12\n\nBye\n";
        let found = link(mail);
        assert_eq!(path(found, "https://status.example.org"), "/subscribe/confirm?token=ab12");
        assert_eq!(token(found), "ab12");
    }

    #[test]
    #[should_panic(expected = "does not lead to https://status.example.org")]
    fn a_link_that_leads_elsewhere_is_no_link_of_ours() {
        path("https://status.example.org.evil.example/?token=ab12", "https://status.example.org");
    }
}
