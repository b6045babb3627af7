//! What can be set, beside what every service has.

use chassis::StartError;
use chassis::origin::TrustedProxies;
use secrecy::SecretString;

/// Settings of the pages.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Settings {
    /// The service that lists products
    #[arg(long, env = "READ_URL", value_name = "URL", default_value = "http://localhost:7101")]
    pub read_url: String,

    /// The service that adds products
    #[arg(long, env = "ADD_URL", value_name = "URL", default_value = "http://localhost:7100")]
    pub add_url: String,

    /// A token that add-product takes: with `OPEN_FORM`, products are added with it
    #[arg(long, env = "ADD_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub add_token: Option<SecretString>,

    /// Let everybody who reaches the page add products; otherwise the form asks for a token
    #[arg(long, env = "OPEN_FORM", value_name = "BOOL", default_value_t = false, action = clap::ArgAction::Set)]
    pub open_form: bool,

    /// Forms that one network address may send in a minute
    #[arg(long, env = "FORMS_PER_MINUTE", value_name = "N", default_value_t = 30, value_parser = forms)]
    pub forms_per_minute: u32,

    /// Whether people reach the pages by https alone: cookies and browsers are then told so
    #[arg(long, env = "BEHIND_TLS", value_name = "BOOL", default_value_t = false, action = clap::ArgAction::Set)]
    pub behind_tls: bool,

    /// Networks of proxies whose `X-Forwarded-For` is believed, with commas between them [default: none]
    #[arg(long, env = "TRUSTED_PROXIES", value_name = "NETWORKS", default_value = "", hide_default_value = true)]
    pub trusted_proxies: TrustedProxies,
}

fn forms(text: &str) -> Result<u32, &'static str> {
    text.parse().ok().filter(|count| (1..=60_000).contains(count)).ok_or("must be a number from 1 to 60000")
}

/// Who may send the form.
#[derive(Debug, Clone)]
pub enum Right {
    /// Everybody: this token is shown to add-product.
    Everybody(SecretString),
    /// Who has a token of their own, and types it in.
    WhoHasAToken,
}

impl Settings {
    /// Who may send the form.
    ///
    /// # Errors
    /// When everybody may, and there is no token to do it with.
    pub fn right(&self) -> Result<Right, StartError> {
        match (&self.add_token, self.open_form) {
            (Some(token), true) => Ok(Right::Everybody(token.clone())),
            (None, true) => {
                Err("--open-form (OPEN_FORM) needs --add-token (ADD_TOKEN), with which products are added".into())
            }
            // a token that lies ready is used for nobody who was not asked for one
            (_, false) => Ok(Right::WhoHasAToken),
        }
    }
}

/// As without any flag or variable.
impl Default for Settings {
    fn default() -> Self {
        Self {
            read_url: "http://localhost:7101".to_owned(),
            add_url: "http://localhost:7100".to_owned(),
            add_token: None,
            open_form: false,
            forms_per_minute: 30,
            behind_tls: false,
            trusted_proxies: TrustedProxies::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_open_only_for_who_says_so_and_has_a_token() {
        let right = |add_token: Option<&str>, open_form| {
            let add_token = add_token.map(|token| token.to_owned().into());
            Settings { add_token, open_form, ..Settings::default() }.right()
        };
        assert!(matches!(right(Some("t"), true), Ok(Right::Everybody(_))));
        assert!(matches!(right(Some("t"), false), Ok(Right::WhoHasAToken)));
        assert!(matches!(right(None, false), Ok(Right::WhoHasAToken)));
        assert!(right(None, true).unwrap_err().to_string().contains("ADD_TOKEN"));
    }
}
