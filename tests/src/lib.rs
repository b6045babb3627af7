//! Tests of what no package can test alone. They are under `tests/`, one folder for each binary; what several of them
//! stand on is here.

pub mod compose;
