//! Tests of what no package can test alone. They are under `tests/`, one folder for each binary.
