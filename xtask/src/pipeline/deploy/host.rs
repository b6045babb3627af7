//! The server's name, as people write it.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Error, Result, ensure};

/// Who logs in where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// The user on the server.
    pub user: String,
    /// The server's name or IPv4 address.
    pub name: String,
    /// The port of its SSH server.
    pub port: u16,
}

impl FromStr for Host {
    type Err = Error;

    /// `user@host` or `user@host:port`. Nothing passes that `ssh` could take for an option.
    fn from_str(text: &str) -> Result<Self> {
        let form = || format!("`{text}` is no server: write user@host or user@host:port");
        let (user, place) = text.trim().split_once('@').with_context(form)?;
        let (name, port) = place.split_once(':').unwrap_or((place, "22"));
        let port = port.parse().with_context(form)?;
        ensure!(is_word(user) && is_word(name), form());
        Ok(Self { user: user.to_owned(), name: name.to_owned(), port })
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.user, self.name)
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_read_with_and_without_a_port() {
        let host: Host = "deployer@status.example.org".parse().unwrap();
        assert_eq!(host, Host { user: "deployer".into(), name: "status.example.org".into(), port: 22 });
        assert_eq!("root@127.0.0.1:2222".parse::<Host>().unwrap().port, 2222);
    }

    #[test]
    fn what_ssh_could_take_for_an_option_is_refused() {
        for text in ["example.org", "-oProxyCommand=reboot@example.org", "root@-v", "root@a b", "root@a:x", "@a", "a@"]
        {
            assert!(text.parse::<Host>().is_err(), "{text}");
        }
    }
}
