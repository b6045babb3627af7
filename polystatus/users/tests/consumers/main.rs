//! The users service as other programs see it: schemathesis, which has read nothing but `/openapi.json`.

mod schemathesis;
