//! A real receiver of OTLP over HTTP: reads what is sent with OpenTelemetry's own definitions.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

/// One delivery.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The path that it was sent to.
    pub path: String,
    /// The spans, by the process that they are from.
    pub request: ExportTraceServiceRequest,
}

/// A collector on 127.0.0.1, which keeps what it is sent.
#[derive(Debug)]
pub struct Collector {
    /// Where it listens.
    pub address: SocketAddr,
    deliveries: Arc<Mutex<Vec<Delivery>>>,
}

impl Collector {
    /// Start it, on a free port.
    ///
    /// # Panics
    /// When there is none.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let deliveries = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&deliveries);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let deliveries = Arc::clone(&shared);
                // it ends with an error when the client goes away
                std::thread::spawn(move || serve(&stream, &deliveries));
            }
        });
        Self { address, deliveries }
    }

    /// For `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What came so far, in the order in which it came. A service sends its last spans when it ends.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.deliveries.lock().expect("no thread panics with it").clone()
    }

    /// The spans that came so far.
    pub fn spans(&self) -> Vec<Span> {
        let resources = self.deliveries().into_iter().flat_map(|delivery| delivery.request.resource_spans);
        resources.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans).collect()
    }
}

fn serve(stream: &TcpStream, deliveries: &Mutex<Vec<Delivery>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let head = head.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let mut body = vec![0; length.and_then(|length| length.trim().parse().ok()).unwrap_or(0)];
        reader.read_exact(&mut body)?;
        assert!(head.contains("content-type: application/x-protobuf"), "{head}");
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let request = ExportTraceServiceRequest::decode(&*body).expect("the body is an OTLP request");
        deliveries.lock().expect("no thread panics with it").push(Delivery { path, request });
        let mut out = stream;
        out.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n")?;
    }
}

/// The text of an attribute.
pub fn text<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    match attributes.iter().find(|attribute| attribute.key == key)?.value.as_ref()? {
        AnyValue { value: Some(Value::StringValue(text)) } => Some(text),
        _ => None,
    }
}
