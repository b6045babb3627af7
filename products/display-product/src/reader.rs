//! What a request says of who reads: the language, the colours; and whether a form was sent from a page of ours.

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT_LANGUAGE, COOKIE, HOST, HeaderName, ORIGIN};

use crate::pages::Theme;
use crate::texts::Lang;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a page depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reader {
    pub lang: Lang,
    pub theme: Theme,
    /// A choice that was made with this very request, to be remembered: the name of a cookie, and the word in it.
    pub chosen: Option<(&'static str, &'static str)>,
}

impl Reader {
    /// Of this request: what it asks for, else what was chosen before, else what the browser wants.
    pub fn of(request: &HttpRequest) -> Self {
        let chosen_lang = parameter(request, "lang").and_then(|tag| Lang::of_tag(&tag));
        let chosen_theme = parameter(request, "theme").and_then(|word| Theme::of_word(&word));
        let wanted = || header(request, &ACCEPT_LANGUAGE).map_or(Lang::En, Lang::wanted);
        let lang = chosen_lang.or_else(|| Lang::of_tag(cookie(request, "lang")?)).unwrap_or_else(wanted);
        let theme = chosen_theme.or_else(|| Theme::of_word(cookie(request, "theme")?)).unwrap_or_default();
        let chosen = chosen_theme
            .map(|theme| ("theme", theme.as_str()))
            .or_else(|| chosen_lang.map(|lang| ("lang", lang.as_str())));
        Self { lang, theme, chosen }
    }
}

/// The first parameter of this name.
pub(crate) fn parameter(request: &HttpRequest, wanted: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(request.query_string().as_bytes());
    pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

fn header<'a>(request: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

fn cookie<'a>(request: &'a HttpRequest, wanted: &str) -> Option<&'a str> {
    let mut pairs = header(request, &COOKIE)?.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// Whether a page of another site made the browser send this form.
///
/// Every browser of today says where a form comes from, and no page can make it lie; what says nothing is a program, and acts
/// for itself. There is no session that another site could borrow; but where the form is open to all, another site could
/// have its visitors add products here, from inside a network that it does not reach itself.
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

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn request(uri: &str, headers: &[(&'static str, &'static str)]) -> HttpRequest {
        let request = headers.iter().fold(TestRequest::with_uri(uri), |request, header| request.append_header(*header));
        request.to_http_request()
    }

    #[test]
    fn the_nearest_choice_counts() {
        let reader = |uri, headers: &[_]| Reader::of(&request(uri, headers));
        let french = ("accept-language", "fr");
        assert_eq!(reader("/", &[french]).lang, Lang::Fr);
        assert_eq!(reader("/", &[french, ("cookie", "a=b; lang=en; theme=dark")]).lang, Lang::En);
        let chosen = reader("/?lang=fr&x=1", &[("cookie", "lang=en")]);
        assert_eq!((chosen.lang, chosen.chosen), (Lang::Fr, Some(("lang", "fr"))));
        assert_eq!(reader("/?theme=dark", &[]).chosen, Some(("theme", "dark")));
        assert_eq!(reader("/?lang=xx&theme=xx", &[("cookie", "theme=light")]).theme, Theme::Light);
    }

    #[test]
    fn a_form_of_another_site_is_foreign() {
        for (headers, foreign) in [
            (&[("sec-fetch-site", "same-origin")][..], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("sec-fetch-site", "same-site")], true),
            (&[("sec-fetch-site", "cross-site"), ("origin", "http://localhost"), ("host", "localhost")], true),
            (&[("origin", "http://localhost:7102"), ("host", "localhost:7102")], false),
            (&[("origin", "http://evil.example.org"), ("host", "localhost:7102")], true),
            (&[("origin", "null"), ("host", "localhost:7102")], true),
            (&[], false),
        ] {
            assert_eq!(is_foreign(&request("/", headers)), foreign, "{headers:?}");
        }
    }
}
