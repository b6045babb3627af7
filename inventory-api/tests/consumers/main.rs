//! The programs that read the inventory, themselves: whether Prometheus, Ansible and an OpenTelemetry collector take
//! what we give them, and whether a client that knows nothing but our OpenAPI document finds it true.
//!
//! Each test starts the real program on a database of its own. What must be installed for it, `cargo xtask test`
//! installs.

mod ansible;
mod collector;
mod inventory;
mod prometheus;
mod schemathesis;
