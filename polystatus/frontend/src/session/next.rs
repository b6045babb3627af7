//! Where somebody is led after a login.

/// A page of ours that is behind the login: never another site, whatever a link says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next(String);

/// Everything that is behind the login begins with one of these. A list of what is allowed: what an address may hold that
/// leads elsewhere (`//host`, `/\host`, tabs in between) is found anew every year.
const OURS: [&str; 2] = ["/admin", "/account"];

/// Characters at most.
const LONGEST: usize = 500;

impl Next {
    /// The address, if it is one; else the first page that is behind the login.
    pub fn of(text: &str) -> Self {
        let rest = OURS.iter().find_map(|begin| text.strip_prefix(begin));
        let is_whole = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
        let fits = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
        if is_whole && text.len() <= LONGEST && text.bytes().all(fits) {
            Self(text.to_owned())
        } else {
            Self("/admin".to_owned())
        }
    }

    /// As an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of the login that leads here.
    pub fn login(&self) -> String {
        let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("next", &self.0).finish();
        format!("/login?{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_behind_the_login_is_nowhere_to_go() {
        for ours in ["/admin", "/account", "/admin/incidents/INC-1?lang=fr", "/account?x=1&y=%2F%2F"] {
            assert_eq!(Next::of(ours).as_str(), ours);
        }
        for not in [
            "",
            "/",
            "//evil.example.org",
            "/\\evil.example.org",
            "https://evil.example.org",
            "\\\\evil",
            "admin",
            "/adminx",
            "/admin@evil.example.org",
            "/admin/\\evil",
            "/admin/\r\nset-cookie: x",
            "/admin/\t/x",
            "/admin.evil.example.org",
            "/login?next=/admin",
            "javascript:alert(1)",
            " /admin",
            "/admin/é",
            "/admin/<b>",
        ] {
            assert_eq!(Next::of(not).as_str(), "/admin", "{not}");
        }
        assert_eq!(Next::of(&format!("/admin/{}", "x".repeat(LONGEST))).as_str(), "/admin");
        assert_eq!(Next::of("/admin/x?a=1&b=2").login(), "/login?next=%2Fadmin%2Fx%3Fa%3D1%26b%3D2");
    }
}
