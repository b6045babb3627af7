//! Ctrl-C, once for the whole process: the first time everything is drained, the second time it ends at once.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// The exit code of what Ctrl-C has ended, as shells have it: 128 and the number of SIGINT.
const INTERRUPTED: i32 = 130;

/// Tells when somebody asks us to stop.
#[derive(Debug, Clone)]
pub struct StopSignal(watch::Receiver<bool>);

impl StopSignal {
    /// Listen to Ctrl-C (SIGINT) and SIGTERM from now on.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub fn listen() -> std::io::Result<Self> {
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let (tell, told) = watch::channel(false);
        tokio::spawn(watch(interrupt, terminate, tell));
        Ok(Self(told))
    }

    /// Returns when somebody has asked, at once if that was before.
    pub async fn wait(&mut self) {
        // an error: the task is gone, and so is the runtime
        let _ = self.0.wait_for(|asked| *asked).await;
    }
}

async fn watch(mut interrupt: Signal, mut terminate: Signal, tell: watch::Sender<bool>) {
    loop {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        if tell.send_replace(true) {
            eprintln!("polyops: ended at once; what was under way is given up");
            std::process::exit(INTERRUPTED);
        }
        tracing::info!("asked to stop: draining; once more ends at once");
    }
}
