//! How a mail leaves: by SMTP, or into a folder where there is no mail server.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chassis::service::StartError;
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use tokio::io::AsyncWriteExt;

use super::Letter;
use crate::dispatch::Outcome;
use crate::settings::Settings;

/// How long the server may take for one step. RFC 5321 (4.5.3.2) gives minutes, for servers of other decades; a mail that
/// was given up is sent again, under the same id.
const PATIENCE: Duration = Duration::from_secs(30);

/// One who takes mails away.
pub enum Courier {
    /// To a mail server.
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    /// Into a folder, as `.eml` files.
    Folder(PathBuf),
}

impl Courier {
    /// As the settings say.
    ///
    /// # Errors
    /// When the address of the mail server is none.
    pub fn of(settings: &Settings) -> Result<Self, StartError> {
        let Some(url) = &settings.smtp_url else {
            let folder = settings.mail_folder.clone();
            tracing::info!(folder = %folder.display(), "no SMTP_URL is set: mails are written into this folder");
            return Ok(Self::Folder(folder));
        };
        // said by the part behind the @ of our own address: the name of the machine is nobody's business
        let own = settings.mail_from.email.domain().to_owned();
        let connections = u32::try_from(settings.smtp_connections).unwrap_or(1);
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose())
            .map_err(|error| format!("SMTP_URL cannot be used: {error}"))?
            .hello_name(ClientId::Domain(own))
            .timeout(Some(PATIENCE))
            .pool_config(PoolConfig::new().max_size(connections).idle_timeout(Duration::from_secs(20)))
            .build();
        tracing::info!(server = ?url, "mails are sent");
        Ok(Self::Smtp(transport))
    }

    /// Take one away. It is `Sent` when the server has said that it has it (RFC 5321, 4.2.5), or when it lies on the disk.
    pub async fn take(&self, letter: &Letter) -> Outcome {
        match self {
            Self::Smtp(transport) => match transport.send_raw(&letter.envelope, &letter.bytes).await {
                Ok(_) => Outcome::Sent,
                Err(error) => outcome(&error),
            },
            Self::Folder(folder) => match write(folder, letter).await {
                Ok(()) => Outcome::Sent,
                Err(error) => Outcome::Away(format!("cannot write into {}: {error}", folder.display())),
            },
        }
    }
}

/// What an error says of this mail, and of all others.
fn outcome(error: &Error) -> Outcome {
    let why = in_one_line(error);
    let code = error.status().map(|code| code.to_string()).unwrap_or_default();
    match code.as_str() {
        // this address, or this mail: the next attempt would be told the same (RFC 5321, 4.2.3)
        "550" | "551" | "552" | "553" | "555" | "556" => Outcome::Refused(why),
        // this mail not now; 554 may be that, and the server as a whole, too
        "450" | "451" | "452" | "455" | "554" => Outcome::NotNow(why),
        // no connection, no login, no service: not this mail's fault
        _ => Outcome::Away(why),
    }
}

/// Written aside and renamed: who looks sees whole mails. The name is made of the message's id, so the second attempt
/// after a crash replaces the first.
async fn write(folder: &Path, letter: &Letter) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let aside = folder.join(format!(".{}.part", letter.name));
    let mut file = tokio::fs::File::create(&aside).await?;
    file.write_all(&letter.bytes).await?;
    file.sync_all().await?;
    tokio::fs::rename(&aside, folder.join(format!("{}.eml", letter.name))).await
}

/// Errors of mail servers have several lines, and what others send is not to reach a terminal as it is.
fn in_one_line(error: &Error) -> String {
    let text: String = error.to_string().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.chars().take(300).collect()
}
