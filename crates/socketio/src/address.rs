//! Where a server listens.

use crate::error::Error;

/// Where every server has it, unless it was told otherwise.
const PATH: &str = "socket.io/?EIO=4&transport=websocket";

/// The websocket's address for `http://HOST[:PORT][/FOLDER]`, and likewise for `https`, `ws` and `wss`.
pub(crate) fn websocket(url: &str) -> Result<String, Error> {
    let wrong = || Error::Address(url.to_owned());
    let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
    let scheme = match scheme {
        "http" | "ws" => "ws",
        "https" | "wss" => "wss",
        _ => return Err(wrong()),
    };
    let is_plain = !rest.is_empty() && !rest.starts_with('/') && !rest.contains(['?', '#', '@']);
    if is_plain { Ok(format!("{scheme}://{}/{PATH}", rest.trim_end_matches('/'))) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_service_is_enough() {
        for (url, expected) in [
            ("http://127.0.0.1:7001", "ws://127.0.0.1:7001/socket.io/?EIO=4&transport=websocket"),
            ("https://example.org/", "wss://example.org/socket.io/?EIO=4&transport=websocket"),
            ("ws://h/below", "ws://h/below/socket.io/?EIO=4&transport=websocket"),
        ] {
            assert_eq!(websocket(url).as_deref().ok(), Some(expected));
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for url in ["", "127.0.0.1:7001", "ftp://h", "http://", "http:///x", "http://h/?x", "http://a:b@h/"] {
            assert!(matches!(websocket(url), Err(Error::Address(_))), "{url}");
        }
    }
}
