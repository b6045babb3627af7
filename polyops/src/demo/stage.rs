//! The services as the story calls them: over HTTP, as anybody would.

use std::time::Duration;

use chassis::StartError;
use chassis::client::{Call, Limits, Peer, PeerError, Response};
use secrecy::SecretString;
use serde_json::Value;
use tokio::time::sleep;

use crate::wiring::Wiring;

/// How often something is tried that a service has no time for, and how long we wait in between: five seconds.
const TRIES: usize = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// The services, and the token that may do everything.
#[derive(Debug)]
pub struct Stage {
    /// The inventory.
    pub inventory: Peer,
    /// Users.
    pub users: Peer,
    /// Incidents.
    pub incidents: Peer,
    /// Communications.
    pub communications: Peer,
    /// Flags.
    pub flags: Peer,
    /// What adds products.
    pub products: Peer,
    /// May do everything.
    pub token: SecretString,
}

impl Stage {
    /// The services of this process.
    ///
    /// # Errors
    /// When an address is none.
    pub fn of(wiring: &Wiring) -> Result<Self, StartError> {
        let peer = |name: &'static str| {
            // a debug build on a busy machine hashes a password in a second
            let limits =
                Limits { attempt: Duration::from_secs(10), total: Duration::from_secs(20), ..Limits::default() };
            Peer::builder(name, wiring.url(name)).limits(limits).build()
        };
        Ok(Self {
            inventory: peer("inventory")?,
            users: peer("users")?,
            incidents: peer("incidents")?,
            communications: peer("communications")?,
            flags: peer("flags")?,
            products: peer("add-product")?,
            token: wiring.token.clone(),
        })
    }
}

/// Make a call, and read what it answers. What a service has no time for is asked again: it says 503, and that nothing was
/// changed.
///
/// # Errors
/// When it is refused, with what the service said.
pub async fn say<'p>(call: impl Fn() -> Call<'p>) -> Result<Value, StartError> {
    for _ in 1..TRIES {
        match call().send().await {
            // the second one is what too many of the first become: nothing was sent
            Err(PeerError::Failing { status, .. }) if status == 503 => sleep(PAUSE).await,
            Err(PeerError::Open { .. }) => sleep(PAUSE).await,
            answer => return read(&answer?),
        }
    }
    read(&call().send().await?)
}

fn read(answer: &Response) -> Result<Value, StartError> {
    if !answer.status().is_success() {
        let said = String::from_utf8_lossy(answer.body());
        return Err(format!("the story is refused with {}: {said}", answer.status()).into());
    }
    if answer.body().is_empty() {
        return Ok(Value::Null);
    }
    Ok(serde_json::from_slice(answer.body())?)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// A service that answers this, one connection after the other.
    fn service(answers: &'static [&'static str]) -> Peer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for answer in answers {
                let (mut connection, _) = listener.accept().unwrap();
                // a request without a body comes at once
                let _ = connection.read(&mut [0; 4096]).unwrap();
                write!(connection, "HTTP/1.1 {answer}\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{{}}").unwrap();
            }
        });
        Peer::builder("a service", url).build().unwrap()
    }

    #[tokio::test]
    async fn a_service_that_has_no_time_is_asked_again_and_one_that_refuses_is_not() {
        let busy = service(&["503 Service Unavailable", "503 Service Unavailable", "200 OK"]);
        assert_eq!(say(|| busy.post("/")).await.unwrap(), serde_json::json!({}));
        for refusal in [&["409 Conflict"], &["500 Internal Server Error"]] {
            let refusing = service(refusal);
            say(|| refusing.post("/")).await.unwrap_err();
        }
    }
}
