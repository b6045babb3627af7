//! Documents that are read from memory.
