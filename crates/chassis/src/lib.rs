//! What every service stands on, so that a service holds nothing but its own subject.
//!
//! A service implements [`Service`] and its `main` calls [`run`]. From that it has: settings from flags and the
//! environment, a server that drains before it stops, one shape for every error, probes, metrics, an OpenAPI document
//! with its pages, request ids, logs, and callers that are known. No part of this crate knows a service.
//!
//! Read the modules in this order: [`service`], [`settings`], [`server`], [`error`], [`extract`], [`auth`],
//! [`observe`]; the others stand alone.

pub mod auth;
pub mod backoff;
pub mod client;
pub mod clock;
mod cors;
pub mod cursor;
pub mod descriptors;
pub mod error;
pub mod extract;
pub mod healthcheck;
pub mod ids;
pub mod metrics;
pub mod observe;
pub mod openapi;
pub mod origin;
pub mod paging;
pub mod path;
pub mod preconditions;
pub mod probes;
pub mod refusals;
pub mod routes;
pub mod sealing;
pub mod server;
pub mod service;
pub mod settings;
pub mod streams;
pub mod tasks;
pub mod telemetry;

pub use error::ApiError;
pub use service::{Service, StartError, run, run_with};
