//! What a service says of itself, as log collectors and trace collectors read it.

mod logs;
mod settings;
mod spans;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use chassis::telemetry::{self, Telemetry, TelemetrySettings};
use tracing::subscriber::DefaultGuard;

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no thread panics with it").clone()).expect("logs are UTF-8")
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no thread panics with it").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Logs and traces of this thread, until the guards are dropped.
fn begin(settings: &TelemetrySettings, colour: bool) -> (Log, Telemetry, DefaultGuard) {
    let log = Log::default();
    let writer = log.clone();
    let (dispatch, telemetry) =
        telemetry::build(settings, "inventory-api", "1.2.3", move || writer.clone(), colour).expect("they are right");
    (log, telemetry, tracing::dispatcher::set_default(&dispatch))
}
