//! The inventory's list of servers.

use serde::Deserialize;

use super::ReadError;
use super::lenient::{line, list, or_default, text};
use crate::model::{Host, HostState};

/// Servers that are shown, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Servers {
    /// In the order of their states, the worst first, and of their names.
    pub hosts: Vec<Host>,
    /// How many there are in all.
    pub count: usize,
}

#[derive(Deserialize)]
struct ListJson {
    #[serde(deserialize_with = "list")]
    servers: Vec<ServerJson>,
    #[serde(default, deserialize_with = "or_default")]
    count: usize,
}

// the address is not read: it is nobody's business who looks at a status page
#[derive(Deserialize)]
struct ServerJson {
    #[serde(default, deserialize_with = "or_default")]
    hostname: String,
    #[serde(default, deserialize_with = "or_default")]
    status: String,
    #[serde(default, deserialize_with = "list")]
    tags: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    description: String,
}

/// `/api/v1/servers`
///
/// # Errors
/// When it is none.
pub fn servers(body: &[u8]) -> Result<Servers, ReadError> {
    let json: ListJson = serde_json::from_slice(body)?;
    let hosts = json.servers.iter().map(|one| Host {
        name: line(&one.hostname),
        state: match one.status.as_str() {
            "up" => HostState::Up,
            "down" => HostState::Down,
            "maintenance" => HostState::Maintenance,
            _ => HostState::Unknown,
        },
        tags: one.tags.iter().take(20).map(|tag| line(tag)).collect(),
        description: text(&one.description),
    });
    let mut hosts: Vec<Host> = hosts.collect();
    hosts.sort_by(|one, other| (one.state, &one.name).cmp(&(other.state, &other.name)));
    Ok(Servers { count: json.count.max(hosts.len()), hosts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_down_comes_first_and_addresses_are_not_kept() {
        let body = br#"{"servers":[{"hostname":"a","ip":"10.0.0.1","status":"up"},{"hostname":"b","status":"down"},
            {"hostname":"c","status":"?"}],"count":7}"#;
        let servers = servers(body).unwrap();
        let shown: Vec<_> = servers.hosts.iter().map(|host| (host.name.as_str(), host.state)).collect();
        assert_eq!(shown, [("b", HostState::Down), ("c", HostState::Unknown), ("a", HostState::Up)]);
        assert_eq!(servers.count, 7);
        assert!(!format!("{servers:?}").contains("10.0.0.1"));
    }
}
