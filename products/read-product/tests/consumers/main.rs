//! The programs that read the service, themselves.

mod schemathesis;
