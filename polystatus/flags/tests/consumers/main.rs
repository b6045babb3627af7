//! The programs that read the service, themselves.

mod openfeature;
mod schemathesis;
