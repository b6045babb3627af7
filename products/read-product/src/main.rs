//! Lists the products of the catalogue: `read-product --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<read_product::ReadProduct>()
}
