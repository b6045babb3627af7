//! A service of the size of a page, for images that are good or bad in a chosen way. Compiled by the tests, statically,
//! so that its image needs nothing else: `MODE` is set in the image, `PORT` in the compose file.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::exit;

fn main() {
    let mode = std::env::var("MODE").unwrap_or_default();
    let port: u16 = std::env::var("PORT").expect("PORT is set").parse().expect("PORT is a number");
    if std::env::args().nth(1).as_deref() == Some("healthcheck") {
        let healthy = mode != "unhealthy" && TcpStream::connect(("127.0.0.1", port)).is_ok();
        exit(i32::from(!healthy));
    }
    for stream in TcpListener::bind(("0.0.0.0", port)).expect("the port is free").incoming().flatten() {
        answer(stream, &mode);
    }
}

fn answer(mut stream: TcpStream, mode: &str) {
    let mut request = [0; 4096];
    let length = stream.read(&mut request).unwrap_or(0);
    let request = String::from_utf8_lossy(&request[..length]);
    let path = request.split(' ').nth(1).unwrap_or("/");
    let (status, body) = match path {
        "/readyz" => (200, r#"{"status":"ready"}"#),
        "/api/v1/health" => (200, r#"{"status":"OK","version":"1.0"}"#),
        "/api/v1/servers" if mode == "wrong contract" => (200, r#"{"servers":[]}"#),
        "/api/v1/servers" => (200, r#"{"servers":[{"id":1,"hostname":"web-prod-01","ip":"10.0.0.1","status":"up"}],"count":1}"#),
        _ => (404, r#"{"error":"Server not found"}"#),
    };
    let head = format!("HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    let _ = write!(stream, "{head}Connection: close\r\n\r\n{body}");
}
