//! What happens when something breaks.

mod keeper;
mod redis;
mod sqlite;
