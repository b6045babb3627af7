//! placeholder

/// placeholder
#[derive(clap::Subcommand)]
pub enum Board {
    /// placeholder
    Show,
}

/// placeholder
pub fn run(_what: &Board) -> anyhow::Result<()> {
    anyhow::bail!("being built")
}
