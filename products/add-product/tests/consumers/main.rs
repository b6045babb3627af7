//! The programs that read the service, themselves.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod schemathesis;
