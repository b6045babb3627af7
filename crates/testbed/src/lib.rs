//! What tests of several packages stand on: real services, real databases, and networks that fail on command.
//!
//! A development dependency: nothing of it is in a service. A test of a service starts it with
//! [`service::TestService`] or, when the whole process matters (crashes, memory), with [`process::Program`]; it speaks
//! to either by a [`client::Client`].

pub mod answer;
pub mod certificate;
pub mod chaos_proxy;
pub mod client;
pub mod collector;
pub mod containers;
pub mod exclusive;
pub mod mariadb;
pub mod postgres;
pub mod process;
pub mod rabbitmq;
pub mod raw;
pub mod redis;
pub mod roles;
pub mod schemathesis;
pub mod service;
pub mod small_disk;
pub mod smtp;
pub mod storage;
pub mod tools;
pub mod wait;
