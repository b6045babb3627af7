//! Who is signed in.
//!
//! ```text
//!   browser ── cookie: 256 random bits, and nothing else ──> page ── access token, 15 minutes ──> every service
//!                                                             │ └──── refresh token, once ──────> users
//!                                                             └── kept: under the hash of the cookie, sealed with the cookie
//! ```
//!
//! The page is a backend for the browser (RFC 9700 and the draft on browser-based apps call it so): tokens stay here, and no
//! script can read, lose or send one. What is kept of a session lies in the [`Store`](store::Store) under the SHA-256 of
//! what the browser shows, and is sealed with a key that is made of it: who has the storage has no session, and who has a
//! cookie of yesterday has nothing once the session has ended.
//!
//! [`Ticket`] is what the browser shows, [`Sessions`] begins, finds, refreshes and ends, [`cookie`] says how a browser is told,
//! and [`Next`] where somebody may be led after a login. Why it is like this: `docs/decisions/0018-sessions.md`.

pub mod cookie;
mod flash;
mod kept;
mod next;
mod sessions;
mod ticket;
mod tokens;

pub use flash::{Flash, Undo};
pub use kept::Session;
pub use next::Next;
pub use sessions::{Lost, Open, Sessions, prune};
pub use ticket::Ticket;
pub use tokens::{Tokens, Who};
