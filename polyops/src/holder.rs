//! Who holds a port: Linux tells it under /proc, of our own processes to everybody, of others to root alone.

use std::fmt;
use std::fs;
use std::path::Path;

/// The tables of sockets: IPv4 and IPv6.
const TABLES: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];

/// The state of a socket that listens, as these tables write it (`include/net/tcp_states.h` of Linux).
const LISTENS: &str = "0A";

/// A process that listens on a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its program.
    pub program: String,
    /// Its number.
    pub id: u32,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {})", self.program, self.id)
    }
}

/// Who listens on this port, if /proc tells.
pub fn of(port: u16) -> Option<Holder> {
    let tables = TABLES.iter().filter_map(|table| fs::read_to_string(table).ok());
    let sockets: Vec<String> =
        tables.flat_map(|table| sockets(&table, port)).map(|inode| format!("socket:[{inode}]")).collect();
    if sockets.is_empty() {
        return None;
    }
    let ids = fs::read_dir("/proc").ok()?.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(|id| holds(*id, &sockets)).find_map(|id| Some(Holder { program: program(id)?, id }))
}

/// The numbers of the sockets that listen on this port.
fn sockets(table: &str, port: u16) -> Vec<u64> {
    let port = format!(":{port:04X}");
    let rows = table.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
    let listens = rows.filter(|row| matches!(row[..], [_, local, _, LISTENS, ..] if local.ends_with(&port)));
    // the tenth column; 0 is a socket that no process has any more
    listens.filter_map(|row| row.get(9)?.parse().ok()).filter(|inode| *inode != 0).collect()
}

fn holds(id: u32, sockets: &[String]) -> bool {
    let Ok(open) = fs::read_dir(format!("/proc/{id}/fd")) else { return false };
    let mut links = open.flatten().filter_map(|entry| fs::read_link(entry.path()).ok());
    links.any(|link| link.to_str().is_some_and(|link| sockets.iter().any(|socket| socket == link)))
}

/// The name of a program: of its command, since the kernel's own name for it is cut after 15 letters.
fn program(id: u32) -> Option<String> {
    let command = fs::read(format!("/proc/{id}/cmdline")).ok()?;
    let first = command.split(|byte| *byte == 0).next().unwrap_or_default();
    let name = Path::new(std::str::from_utf8(first).ok()?).file_name()?.to_str()?;
    // a terminal must not be steered by what a process calls itself
    Some(name.chars().filter(|c| !c.is_control()).take(60).collect())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn only_what_listens_on_the_port_counts() {
        let table = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 4243 1 0 20 4 30 10 -1
   2: 00000000:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4244 1 0 100 0 0 10 0
   3: cut";
        assert_eq!(sockets(table, 8080), [4242]);
        assert_eq!(sockets(table, 8081), [4244]);
        assert!(sockets(table, 80).is_empty());
    }

    #[test]
    fn we_find_ourselves() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let holder = of(listener.local_addr().unwrap().port()).unwrap();
        assert_eq!(holder.id, std::process::id());
        assert!(!holder.program.is_empty());
    }
}
