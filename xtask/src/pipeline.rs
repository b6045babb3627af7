//! placeholder

/// placeholder
#[derive(clap::Subcommand)]
pub enum Pipeline {
    /// placeholder
    Deploy,
}

/// placeholder
pub fn run(_what: &Pipeline) -> anyhow::Result<()> {
    anyhow::bail!("being built")
}
