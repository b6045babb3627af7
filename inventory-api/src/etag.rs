//! The `ETag` of a server and of a list.

use actix_web::http::header::EntityTag;

use crate::model::Server;
use crate::snapshot::Snapshot;

/// A server's version.
pub fn of_server(server: &Server) -> EntityTag {
    EntityTag::new_strong(server.version.to_string())
}

/// The inventory's revision, with what tells its database from another: the same address may be asked of a database
/// that was made anew.
pub fn of_inventory(snapshot: &Snapshot) -> EntityTag {
    EntityTag::new_strong(format!("{}-{}", snapshot.epoch, snapshot.revision))
}
