//! The server inventory: `inventory-api --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<inventory_api::InventoryApi>()
}
