//! What stands in the paths.

use utoipa::IntoParams;

/// The flag in a path, as the OpenAPI description of a route lists it.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description: the id is read by chassis::path::Id")]
pub(crate) struct FlagInPath {
    /// The flag's key.
    #[param(example = "new-checkout")]
    id: String,
}

/// The segment in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description: the id is read by chassis::path::Id")]
pub(crate) struct SegmentInPath {
    /// The segment's key.
    #[param(example = "beta")]
    id: String,
}

/// What is planned, or asked for, in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description: the id is read by chassis::path::Id")]
pub(crate) struct IdInPath {
    /// Its id.
    #[param(example = "SCH-0000000000000001")]
    id: String,
}
