//! What a request says of who reads: the language, the colours; and whether a form was sent from a page of ours.

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT_ENCODING, ACCEPT_LANGUAGE, COOKIE, HOST, HeaderName, ORIGIN};

use crate::pages::Theme;
use crate::texts::Lang;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a page depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reader {
    pub lang: Lang,
    pub theme: Theme,
    /// A choice that was made with this very request, to be remembered.
    pub chosen_lang: Option<Lang>,
    pub chosen_theme: Option<Theme>,
}

impl Reader {
    /// Of this request: what it asks for, else what was chosen before, else what the browser wants.
    pub fn of(request: &HttpRequest) -> Self {
        let query = request.query_string();
        let (chosen_lang, chosen_theme) = if query.is_empty() {
            (None, None)
        } else {
            let asked = |name: &str| {
                let mut pairs = form_urlencoded::parse(query.as_bytes());
                pairs.find(|(given, _)| given == name).map(|(_, value)| value.into_owned())
            };
            let lang = asked("lang").and_then(|tag| Lang::of_tag(&tag));
            (lang, asked("theme").and_then(|word| Theme::of_word(&word)))
        };
        let wanted = || header(request, &ACCEPT_LANGUAGE).map_or(Lang::En, Lang::wanted);
        let lang = chosen_lang.or_else(|| Lang::of_tag(cookie(request, "lang")?)).unwrap_or_else(wanted);
        let theme = chosen_theme.or_else(|| Theme::of_word(cookie(request, "theme")?)).unwrap_or_default();
        Self { lang, theme, chosen_lang, chosen_theme }
    }
}

fn header<'a>(request: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

/// The first cookie of this name.
pub(crate) fn cookie<'a>(request: &'a HttpRequest, wanted: &str) -> Option<&'a str> {
    let pairs = header(request, &COOKIE)?.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// Whether the answer may be compressed with gzip (RFC 9110, 12.5.3).
pub(crate) fn takes_gzip(request: &HttpRequest) -> bool {
    let entries = header(request, &ACCEPT_ENCODING).unwrap_or_default().split(',').take(20);
    let mut weights = entries.filter_map(|entry| {
        let mut parts = entry.split(';');
        let coding = parts.next()?.trim();
        let refused = parts.any(|part| part.trim().strip_prefix("q=").is_some_and(|q| q.parse::<f32>() == Ok(0.0)));
        (coding.eq_ignore_ascii_case("gzip") || coding == "*").then_some(!refused)
    });
    weights.next().unwrap_or(false)
}

/// Whether a page of another site made the browser send this form.
///
/// Every browser of today says where a form comes from, and no page can make it lie; what says nothing is a program, and acts
/// for itself. For the forms that everybody may send that is enough: there is no session that another site could borrow, only
/// the address under which reports are counted. Forms of who is signed in have a token besides, see
/// [`Ticket`](crate::session::Ticket).
pub(crate) fn is_foreign(request: &HttpRequest) -> bool {
    if let Some(site) = header(request, &SEC_FETCH_SITE) {
        return !matches!(site, "same-origin" | "none");
    }
    match request.headers().get(ORIGIN) {
        None => false,
        Some(origin) => {
            let origin = origin.to_str().ok().and_then(|origin| Some(origin.split_once("://")?.1));
            origin.is_none() || origin != header(request, &HOST)
        }
    }
}

/// Whether the browser itself says that a page of ours has sent this form. A program, which says nothing, is not told apart from
/// an old browser here.
pub(crate) fn is_ours(request: &HttpRequest) -> bool {
    let says = request.headers().contains_key(SEC_FETCH_SITE) || request.headers().contains_key(ORIGIN);
    says && !is_foreign(request) && header(request, &SEC_FETCH_SITE) != Some("none")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn reader(uri: &str, headers: &[(&'static str, &'static str)]) -> Reader {
        let request = headers.iter().fold(TestRequest::with_uri(uri), |request, header| request.append_header(*header));
        Reader::of(&request.to_http_request())
    }

    fn request(headers: &[(&'static str, &'static str)]) -> HttpRequest {
        let request = headers.iter().fold(TestRequest::default(), |request, header| request.append_header(*header));
        request.to_http_request()
    }

    #[test]
    fn the_nearest_choice_counts() {
        let french = ("accept-language", "fr");
        assert_eq!(reader("/", &[french]).lang, Lang::Fr);
        assert_eq!(reader("/", &[french, ("cookie", "a=b; lang=en; theme=dark")]).lang, Lang::En);
        let chosen = reader("/?lang=fr&x=1", &[("cookie", "lang=en")]);
        assert_eq!((chosen.lang, chosen.chosen_lang), (Lang::Fr, Some(Lang::Fr)));
        assert_eq!(reader("/?theme=dark", &[]).chosen_theme, Some(Theme::Dark));
        assert_eq!(reader("/?lang=xx&theme=xx", &[("cookie", "theme=light")]).theme, Theme::Light);
    }

    #[test]
    fn a_form_of_another_site_is_foreign() {
        for (headers, foreign) in [
            (&[("sec-fetch-site", "same-origin")][..], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("sec-fetch-site", "same-site")], true),
            (&[("sec-fetch-site", "cross-site"), ("origin", "http://localhost"), ("host", "localhost")], true),
            (&[("origin", "http://localhost:3000"), ("host", "localhost:3000")], false),
            (&[("origin", "http://evil.example.org"), ("host", "localhost:3000")], true),
            (&[("origin", "null"), ("host", "localhost:3000")], true),
            (&[], false),
        ] {
            assert_eq!(is_foreign(&request(headers)), foreign, "{headers:?}");
        }
    }

    #[test]
    fn gzip_is_for_who_takes_it() {
        for (value, takes) in
            [("gzip, br", true), ("br;q=1, GZIP;q=0.5", true), ("gzip;q=0", false), ("*", true), ("br", false)]
        {
            assert_eq!(takes_gzip(&request(&[("accept-encoding", value)])), takes, "{value}");
        }
        assert!(!takes_gzip(&request(&[])));
    }
}
