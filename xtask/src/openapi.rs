//! placeholder

/// placeholder
#[derive(clap::Args)]
pub struct Args {}

/// placeholder
pub fn run(_args: &Args) -> anyhow::Result<()> {
    anyhow::bail!("being built")
}
