//! Which paths there are, as the OpenAPI document lists them: so that a request that matches none is told why.

use std::collections::BTreeMap;

use actix_web::dev::ResourceDef;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use utoipa::openapi::{OpenApi, PathItem};

use crate::error::ApiError;

/// Each path with the methods that it has.
pub struct Routes(Vec<(ResourceDef, String)>);

impl Routes {
    /// What the document lists.
    pub fn of(document: &OpenApi) -> Self {
        let allow = document.paths.paths.iter().map(|(path, item)| (path.as_str(), allow(item)));
        // the fixed paths first: `/servers/sd` is not the server `sd`
        let sorted: BTreeMap<(bool, &str), String> =
            allow.map(|(path, allow)| ((path.contains('{'), path), allow)).collect();
        Self(sorted.into_iter().map(|((_, path), allow)| (ResourceDef::new(path), allow)).collect())
    }

    /// The methods of the resource at this path, as an `Allow` header has them.
    fn allowed_at(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(resource, _)| resource.is_match(path)).map(|(_, allow)| allow.as_str())
    }
}

fn allow(item: &PathItem) -> String {
    // every GET answers a HEAD too, see `observe`
    let methods = [
        ("GET, HEAD", item.get.is_some()),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ];
    methods.iter().filter(|(_, there)| *there).map(|(method, _)| *method).collect::<Vec<_>>().join(", ")
}

/// What answers when no route does: 405 where the path is known with another method, 404 elsewhere.
///
/// A service mounts it itself at a fixed path that a later `{id}` would match too.
pub async fn unmatched(request: HttpRequest, routes: web::Data<Routes>) -> HttpResponse {
    let error = match routes.allowed_at(request.path()) {
        Some(allow) => ApiError::method_not_allowed(allow),
        None => ApiError::not_found("There is nothing at this address"),
    };
    error.error_response()
}
