//! The service, as its users start it.

use serde_json::Value;
use tempfile::TempDir;
use testbed::process::{Program, Running};

pub const TOKEN: &str = "the-token-of-this-test";

pub struct Inventory {
    pub service: Running,
    /// Taken away with the database in it when the test ends.
    _folder: TempDir,
}

impl Inventory {
    pub fn start() -> Self {
        Self::start_with(|program| program)
    }

    pub fn start_with(settings: impl FnOnce(Program) -> Program) -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let database = format!("sqlite:{}", folder.path().join("inventory.db").display());
        let program = Program::new(env!("CARGO_BIN_EXE_inventory-api"));
        let program = settings(program.env("DATABASE_URL", database).env("API_TOKEN", TOKEN));
        Self { service: program.start(), _folder: folder }
    }

    /// Where it listens, as `127.0.0.1:40000`.
    pub fn authority(&self) -> String {
        self.service.address().to_string()
    }

    pub fn get(&self, path: &str) -> Value {
        let mut response = ureq::get(self.service.url(path)).call().expect("a read is answered with 200");
        response.body_mut().read_json().expect("a read is answered with JSON")
    }

    pub fn post(&self, server: &Value) -> Value {
        let request = ureq::post(self.service.url("/api/v1/servers"));
        let mut response = request.header("Authorization", format!("Bearer {TOKEN}")).send_json(server).expect("201");
        response.body_mut().read_json().expect("a write is answered with JSON")
    }

    pub fn patch(&self, id: u32, fields: &Value) {
        let request = ureq::patch(self.service.url(&format!("/api/v1/servers/{id}")));
        request.header("Authorization", format!("Bearer {TOKEN}")).send_json(fields).expect("200");
    }
}
