//! The users service as other programs see it: schemathesis, which has read nothing but `/openapi.json`.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod schemathesis;
