//! The programs that read the service, themselves.
