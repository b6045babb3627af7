//! A wrong setting, as one sentence for the person who started the program.
//!
//! clap's own sentence names the flag alone, and whoever set a variable in a compose file has never seen that flag. It
//! also repeats the value, which may be a password.

use std::error::Error;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The sentence for a value that was refused; `None` for what clap says well itself, such as an unknown flag.
pub(crate) fn sentence(command: &clap::Command, error: &clap::Error) -> Option<String> {
    if !matches!(error.kind(), ErrorKind::ValueValidation | ErrorKind::InvalidValue) {
        return None;
    }
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    // as in `--port <PORT>`
    let flag = context(ContextKind::InvalidArg)?.strip_prefix("--")?.split([' ', '=']).next()?;
    let value = context(ContextKind::InvalidValue)?;
    let mut arguments = command.get_arguments().chain(command.get_subcommands().flat_map(clap::Command::get_arguments));
    let argument = arguments.find(|argument| argument.get_long() == Some(flag))?;
    let variable = argument.get_env().map(|name| format!(" ({})", name.display())).unwrap_or_default();
    let reason = match (error.source(), error.get(ContextKind::ValidValue)) {
        (Some(cause), _) => cause.to_string(),
        (None, Some(ContextValue::Strings(words))) if !words.is_empty() => {
            format!("must be one of {}", words.join(", "))
        }
        (None, _) => return None,
    };
    let given = if argument.is_hide_env_values_set() { String::new() } else { format!(", not `{value}`") };
    Some(if reason.starts_with("must ") {
        format!("--{flag}{variable} {reason}{given}")
    } else {
        format!("--{flag}{variable}: {reason}")
    })
}

#[cfg(test)]
mod tests {
    use clap::{Args, Command};

    use super::*;
    use crate::settings::Settings;

    fn refused(flag: &str, value: &str) -> String {
        let command = || Settings::augment_args(Command::new("service"));
        let error = command().try_get_matches_from(["service", "--port=1", &format!("--{flag}={value}")]).unwrap_err();
        sentence(&command(), &error).unwrap_or_else(|| panic!("clap says itself: {error}"))
    }

    #[test]
    fn a_wrong_value_is_told_with_its_flag_and_its_variable() {
        for (flag, value, sentence) in [
            ("host", "localhost", "--host (HOST) must be an IP address such as 127.0.0.1 or 0.0.0.0, not `localhost`"),
            ("workers", "0", "--workers (WORKERS) must be a number from 1 to 1024, not `0`"),
            ("drain-seconds", "1m", "--drain-seconds (DRAIN_SECONDS) must be a number of seconds, not `1m`"),
            ("log-format", "xml", "--log-format (LOG_FORMAT) must be one of text, json, not `xml`"),
            (
                "cors-origins",
                "example.org",
                "--cors-origins (CORS_ORIGINS) must be origins such as https://status.example.org, not `example.org`",
            ),
        ] {
            assert_eq!(refused(flag, value), sentence);
        }
    }

    #[test]
    fn a_secret_is_not_repeated() {
        let sentence = refused("api-token", "hidden in here");
        assert_eq!(sentence, "--api-token (API_TOKEN) must be a token without blanks; leave it out to have one made");
    }

    #[test]
    fn what_is_wrong_in_a_longer_value_is_named() {
        let sentence = refused("log-level", "info,sqlx=loud");
        assert!(sentence.starts_with("--log-level (LOG_LEVEL): `sqlx=loud` is no log level: give off,"), "{sentence}");
    }

    #[test]
    fn a_subcommand_is_told_as_well() {
        let command = || {
            let serve = Settings::augment_args(Command::new("serve"));
            Command::new("service").subcommand(serve)
        };
        let error = command().try_get_matches_from(["service", "serve", "--port", "abc"]).unwrap_err();
        let told = "--port (PORT) must be a number from 0 to 65535, not `abc`";
        assert_eq!(sentence(&command(), &error).as_deref(), Some(told));
    }

    #[test]
    fn an_unknown_flag_and_a_missing_value_are_left_to_clap() {
        let command = Settings::augment_args(Command::new("service"));
        for given in ["--hots=1", "--workers"] {
            let error = command.clone().try_get_matches_from(["service", given]).unwrap_err();
            assert_eq!(sentence(&command, &error), None, "{given}");
        }
    }
}
