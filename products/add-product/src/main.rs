//! Adds products to the catalogue: `add-product --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<add_product::AddProduct>()
}
