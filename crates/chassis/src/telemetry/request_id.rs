//! The id of the request that is being answered, known to everything that runs on its behalf.

use std::sync::Arc;

use tokio::task::futures::TaskLocalFuture;

tokio::task_local! {
    // Not a field of a span: spans are made only when they are exported, the id is there always. Not an argument: it
    // would have to pass through every function between the handler and the client.
    static REQUEST_ID: Arc<str>;
}

/// Run `work` as part of the request `id`: its log lines carry the id, and calls to other services pass it on.
///
/// It ends with the task: what `work` spawns is on its own.
pub fn with_request_id<F: Future>(id: impl Into<Arc<str>>, work: F) -> WithRequestId<F> {
    REQUEST_ID.scope(id.into(), work)
}

/// Work that is part of a request.
pub type WithRequestId<F> = TaskLocalFuture<Arc<str>, F>;

/// The id of the request that this task is part of.
pub fn request_id() -> Option<Arc<str>> {
    REQUEST_ID.try_with(Arc::clone).ok()
}
