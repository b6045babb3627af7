//! placeholder

/// placeholder
#[derive(clap::Subcommand)]
pub enum Bench {
    /// placeholder
    Inventory,
}

/// placeholder
pub fn run(_what: &Bench) -> anyhow::Result<()> {
    anyhow::bail!("being built")
}
