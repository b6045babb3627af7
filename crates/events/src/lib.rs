//! What happened, told to whoever needs it.
