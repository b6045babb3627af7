//! The catalogue as pages: `display-product --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<display_product::DisplayProduct>()
}
