//! Settings out of files: any setting `NAME` may be given as `NAME_FILE`, which names a file that holds its value.
//!
//! It is for secrets. A variable is shown by `docker inspect` and inherited by every child process; a file has an owner
//! and rights. A flag of the command line wins over the file, as it wins over the variable. The variable and the file
//! together are an error: whoever changes one of them would wonder why nothing changes.

use std::ffi::OsString;

use clap::{Arg, Command};

use super::refusal;

/// The command with what files say as its defaults.
///
/// # Errors
/// One sentence: a file cannot be read or holds a wrong value, or its variable is set as well.
pub fn defaults_from_files(command: Command) -> Result<Command, String> {
    defaults(command, &|name| std::env::var_os(name))
}

fn defaults(command: Command, variable: &impl Fn(&str) -> Option<OsString>) -> Result<Command, String> {
    let mut refused = None;
    let mut command = command.mut_args(|argument| match value_of(&argument, variable) {
        // not shown by `--help`: it is a secret
        Ok(Some(value)) => argument.required(false).hide_default_value(true).default_value(value),
        Ok(None) => argument,
        Err(sentence) => {
            refused.get_or_insert(sentence);
            argument
        }
    });
    let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(name, |subcommand| {
            // it is given back as it was when it is refused, and nothing is run then
            defaults(subcommand.clone(), variable).unwrap_or_else(|sentence| {
                refused.get_or_insert(sentence);
                subcommand
            })
        });
    }
    refused.map_or(Ok(command), Err)
}

/// What the file of this setting holds; `None` when no file is named.
fn value_of(argument: &Arg, variable: &impl Fn(&str) -> Option<OsString>) -> Result<Option<String>, String> {
    let Some((flag, name)) = argument.get_long().zip(argument.get_env().and_then(|name| name.to_str())) else {
        return Ok(None);
    };
    let named_by = format!("{name}_FILE");
    // empty counts as not set: so reads `NAME_FILE=${ELSEWHERE:-}` in a compose file
    let Some(path) = variable(&named_by).filter(|path| !path.is_empty()) else { return Ok(None) };
    if variable(name).is_some() {
        return Err(format!("{name} and {named_by} are both set: leave one of them out"));
    }
    let file = path.display();
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("the file {file}, which {named_by} names, cannot be read: {error}"))?;
    // an editor ends a file with a line end, which belongs to no password
    let value = text.strip_suffix('\n').map_or(&*text, |line| line.strip_suffix('\r').unwrap_or(line));
    // asked here, since clap takes a wrong default for a mistake of the program
    let mut alone = Command::new("").no_binary_name(true).arg(argument.clone());
    match alone.try_get_matches_from_mut([format!("--{flag}={value}")]) {
        Ok(_) => Ok(Some(value.to_owned())),
        Err(error) => {
            let sentence = refusal::sentence(&alone, &error).unwrap_or_else(|| format!("{name} takes no value"));
            Err(format!("in the file {file}, which {named_by} names: {sentence}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args, FromArgMatches};
    use secrecy::ExposeSecret;
    use tempfile::NamedTempFile;

    use super::*;
    use crate::settings::Settings;

    fn file(text: &str) -> NamedTempFile {
        let file = NamedTempFile::new().unwrap();
        std::fs::write(&file, text).unwrap();
        file
    }

    fn with(variables: &[(&str, &str)], flags: &[&str]) -> Result<Settings, String> {
        let set = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        let command = Settings::augment_args(Command::new("service").no_binary_name(true));
        let mut command = defaults(command.mut_arg("port", |port| port.default_value("1").required(false)), &set)?;
        assert!(!command.render_long_help().to_string().contains("s3cret"), "--help shows it");
        let matches = command.try_get_matches_from(flags).map_err(|error| error.to_string())?;
        Ok(Settings::from_arg_matches(&matches).unwrap())
    }

    fn token(settings: &Settings) -> &str {
        settings.api_token.as_ref().map_or("none", |token| token.expose_secret())
    }

    #[test]
    fn a_setting_comes_from_its_file_without_the_line_end() {
        for text in ["s3cret", "s3cret\n", "s3cret\r\n"] {
            let file = file(text);
            let settings = with(&[("API_TOKEN_FILE", file.path().to_str().unwrap())], &[]).unwrap();
            assert_eq!(token(&settings), "s3cret");
        }
    }

    #[test]
    fn every_kind_of_setting_can_come_from_a_file() {
        let (host, origins, drain) =
            (file("0.0.0.0\n"), file("https://a.example.org,https://b.example.org\n"), file("7"));
        let path = |file: &NamedTempFile| file.path().to_str().unwrap().to_owned();
        let (host, origins, drain) = (path(&host), path(&origins), path(&drain));
        let files = [("HOST_FILE", &*host), ("CORS_ORIGINS_FILE", &*origins), ("DRAIN_SECONDS_FILE", &*drain)];
        let settings = with(&files, &[]).unwrap();
        assert!(settings.listen.host.is_unspecified());
        assert_eq!(settings.cors_origins, ["https://a.example.org", "https://b.example.org"]);
        assert_eq!(settings.drain_seconds, 7);
    }

    #[test]
    fn a_flag_wins_over_a_file() {
        let file = file("from-the-file\n");
        let named = [("API_TOKEN_FILE", file.path().to_str().unwrap())];
        assert_eq!(token(&with(&named, &["--api-token=from-the-flag"]).unwrap()), "from-the-flag");
    }

    #[test]
    fn no_file_and_an_empty_name_are_the_same() {
        assert_eq!(token(&with(&[("API_TOKEN_FILE", "")], &[]).unwrap()), "none");
    }

    #[test]
    fn a_file_that_is_not_there_stops_the_start() {
        let said = with(&[("API_TOKEN_FILE", "/nowhere/token")], &[]).unwrap_err();
        assert!(
            said.starts_with("the file /nowhere/token, which API_TOKEN_FILE names, cannot be read: No such"),
            "{said}"
        );
    }

    #[test]
    fn a_variable_and_its_file_together_stop_the_start() {
        let file = file("s3cret");
        let both = [("API_TOKEN_FILE", file.path().to_str().unwrap()), ("API_TOKEN", "another")];
        assert_eq!(with(&both, &[]).unwrap_err(), "API_TOKEN and API_TOKEN_FILE are both set: leave one of them out");
    }

    #[test]
    fn a_wrong_value_in_a_file_is_told_and_a_secret_one_not_repeated() {
        let file = file("s3cret in words\n");
        let path = file.path().to_str().unwrap();
        let said = with(&[("API_TOKEN_FILE", path)], &[]).unwrap_err();
        let why = "--api-token (API_TOKEN) must be a token without blanks; leave it out to have one made";
        assert_eq!(said, format!("in the file {path}, which API_TOKEN_FILE names: {why}"));
        let said = with(&[("WORKERS_FILE", path)], &[]).unwrap_err();
        assert!(said.ends_with("--workers (WORKERS) must be a number from 1 to 1024, not `s3cret in words`"), "{said}");
    }

    #[test]
    fn a_subcommand_has_it_as_well() {
        let file = file("7\n");
        let set = |name: &str| (name == "WORKERS_FILE").then(|| file.path().into());
        let serve = Settings::augment_args(Command::new("serve"));
        let command = defaults(Command::new("service").subcommand(serve), &set).unwrap();
        let matches = command.try_get_matches_from(["service", "serve", "--port=1"]).unwrap();
        assert_eq!(matches.subcommand_matches("serve").unwrap().get_one::<u16>("workers"), Some(&7));
    }
}
