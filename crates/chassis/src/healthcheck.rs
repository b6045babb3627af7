//! The health check that the image runs: an image made `FROM scratch` has no curl, so the program asks itself.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::service::StartError;
use crate::settings::Listen;

/// Shorter than the image's own time-out, so that the answer is ours.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Ask `/livez` of the service that listens there.
///
/// # Errors
/// When it does not answer 200 within two seconds.
pub fn ask(listen: Listen) -> Result<(), StartError> {
    // who listens on every address is asked on the loopback
    let host = match listen.host {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        host => host,
    };
    let address = SocketAddr::new(host, listen.port);
    let status = status_line(address).map_err(|error| format!("no answer from {address}: {error}"))?;
    if status.starts_with("HTTP/1.1 200") {
        return Ok(());
    }
    Err(format!("{address} answered: {status}").into())
}

// a whole HTTP client for one status line would double the time that this takes
fn status_line(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    write!(stream, "GET /livez HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut head = [0_u8; 64];
    let length = stream.read(&mut head)?;
    let text = String::from_utf8_lossy(&head[..length]);
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
