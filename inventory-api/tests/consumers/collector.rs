//! An OpenTelemetry collector hears of a request, as a part of its caller's trace.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use crate::inventory::Inventory;

/// Receives OTLP over HTTP, and hands over the body of each delivery.
fn collector() -> (String, Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("127.0.0.1 has a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound socket has an address"));
    let (deliveries, received) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let deliveries = deliveries.clone();
            // it ends with an error when the service hangs up
            std::thread::spawn(move || receive(&stream, &deliveries));
        }
    });
    (url, received)
}

fn receive(mut stream: &TcpStream, deliveries: &Sender<Vec<u8>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let head = head.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body)?;
        if head.starts_with("post /v1/traces ") {
            // the test may have heard enough
            let _ = deliveries.send(body);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?;
    }
}

#[test]
fn a_request_becomes_a_span_of_its_callers_trace() {
    let (url, received) = collector();
    let mut inventory = Inventory::start_with(|program| program.env("OTEL_EXPORTER_OTLP_ENDPOINT", url));
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    ureq::get(inventory.service.url("/api/v1/servers/1")).header("traceparent", traceparent).call().unwrap();
    // the last spans are sent when it ends
    assert!(inventory.service.terminate().success(), "{}", inventory.service.stderr());

    let mut spans = Vec::new();
    while let Ok(delivery) = received.recv_timeout(Duration::from_millis(10)) {
        spans.extend(delivery);
    }
    let holds = |bytes: &[u8]| spans.windows(bytes.len()).any(|window| window == bytes);
    // ids are bytes in OTLP, texts are texts
    let trace = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes();
    let parent = 0xb7ad_6b71_6920_3331_u64.to_be_bytes();
    assert!(holds(&trace) && holds(&parent), "{}", String::from_utf8_lossy(&spans));
    for text in ["inventory-api", "/api/v1/servers/1", "http.request.method"] {
        assert!(holds(text.as_bytes()), "{text} in {}", String::from_utf8_lossy(&spans));
    }
}
