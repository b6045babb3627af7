//! The ports: all of them are taken before anything is started, so that a start fails as a whole or not at all.

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, TcpListener};

use crate::holder::{self, Holder};
use crate::members::Member;

/// How far apart the offsets lie that are proposed.
const STEP: u16 = 1000;

/// Ports that could not be had.
#[derive(Debug, thiserror::Error)]
pub struct Refused {
    ports: Vec<RefusedPort>,
    /// With which all ports are free now, if one was found.
    free_offset: Option<u16>,
}

/// A port that could not be had.
#[derive(Debug)]
pub struct RefusedPort {
    /// The service that wanted it.
    pub name: &'static str,
    /// Which one.
    pub port: u16,
    /// Why not.
    pub reason: Reason,
}

/// Why a port could not be had.
#[derive(Debug)]
pub enum Reason {
    /// Somebody listens on it; who, if that can be told.
    Taken(Option<Holder>),
    /// Something else.
    Other(io::Error),
}

/// Take the port of each of these services, in their order.
///
/// # Errors
/// [`Refused`], which names every port that could not be had.
pub fn take(host: IpAddr, offset: u16, members: &[Member]) -> Result<Vec<TcpListener>, Refused> {
    let mut ports = Vec::new();
    let mut listeners = Vec::new();
    for member in members {
        let port = member.port + offset;
        match TcpListener::bind((host, port)) {
            Ok(listener) => listeners.push(listener),
            Err(error) => ports.push(RefusedPort { name: member.name, port, reason: Reason::of(error, port) }),
        }
    }
    if ports.is_empty() {
        return Ok(listeners);
    }
    drop(listeners);
    let offsets = (0..=u16::MAX / STEP).map(|step| step * STEP);
    Err(Refused { ports, free_offset: offsets.into_iter().find(|offset| all_free(host, *offset, members)) })
}

fn all_free(host: IpAddr, offset: u16, members: &[Member]) -> bool {
    members.iter().all(|member| {
        let port = member.port.checked_add(offset);
        port.is_some_and(|port| TcpListener::bind((host, port)).is_ok())
    })
}

impl Reason {
    fn of(error: io::Error, port: u16) -> Self {
        if error.kind() == ErrorKind::AddrInUse { Self::Taken(holder::of(port)) } else { Self::Other(error) }
    }
}

impl Refused {
    /// Which they are.
    pub fn ports(&self) -> &[RefusedPort] {
        &self.ports
    }

    /// How to go on.
    pub fn remedy(&self) -> String {
        let elsewhere = match self.free_offset {
            Some(offset) => format!("choose other ports with --port-offset {offset}"),
            None => "choose other ports with --port-offset".to_owned(),
        };
        if self.ports.iter().any(|port| matches!(port.reason, Reason::Taken(_))) {
            format!("end what holds it, or {elsewhere}")
        } else {
            format!("look at --host, or {elsewhere}")
        }
    }
}

impl fmt::Display for RefusedPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, port, reason } = self;
        match reason {
            Reason::Taken(Some(holder)) => write!(f, "port {port} ({name}) is taken by {holder}"),
            Reason::Taken(None) => write!(f, "port {port} ({name}) is taken by a process that cannot be named"),
            Reason::Other(error) => write!(f, "port {port} ({name}) cannot be had: {error}"),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ports: Vec<String> = self.ports.iter().map(RefusedPort::to_string).collect();
        write!(f, "{}; {}", ports.join(", "), self.remedy())
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::members;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn a_port_that_is_taken_is_named_with_its_holder_and_a_way_out() {
        let taken = TcpListener::bind((HERE, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let mut member = members::all().into_iter().find(|member| member.name == "inventory").unwrap();
        member.port = port;
        let refused = take(HERE, 0, &[member]).unwrap_err();
        let said = refused.to_string();
        let expected = format!("port {port} (inventory) is taken by ");
        assert!(said.starts_with(&expected) && said.contains(&format!("(process {})", std::process::id())), "{said}");
        let offset = refused.free_offset.unwrap();
        assert!(said.ends_with(&format!("or choose other ports with --port-offset {offset}")), "{said}");
        assert_eq!(take(HERE, offset, &[member]).unwrap().len(), 1);
    }

    #[test]
    fn an_address_of_another_machine_is_not_called_taken() {
        // of a network that nobody has (RFC 5737)
        let elsewhere = IpAddr::from([192, 0, 2, 1]);
        let said = take(elsewhere, 0, &members::all()[..1]).unwrap_err().to_string();
        assert!(said.contains("cannot be had") && said.contains("look at --host"), "{said}");
    }
}
