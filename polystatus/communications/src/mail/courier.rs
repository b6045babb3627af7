//! How a mail leaves: by SMTP, or into a folder where there is no mail server.

use std::path::{Path, PathBuf};

use chassis::service::StartError;
use tokio::io::AsyncWriteExt;

use super::Letter;
use super::smtp::{Smtp, SmtpError};
use crate::dispatch::Outcome;
use crate::settings::Settings;

/// One who takes mails away.
pub enum Courier {
    /// To a mail server.
    Smtp(Smtp),
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
        let smtp = Smtp::at(url, settings.mail_from.email.domain())?;
        tracing::info!(server = ?url, "mails are sent");
        Ok(Self::Smtp(smtp))
    }

    /// Take one away. It is `Sent` when the server has said that it has it (RFC 5321, 4.2.5), or when it lies on the disk.
    pub async fn take(&self, letter: &Letter) -> Outcome {
        match self {
            Self::Smtp(smtp) => match smtp.send(letter).await {
                Ok(()) => Outcome::Sent,
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
fn outcome(error: &SmtpError) -> Outcome {
    let why = in_one_line(error);
    match error {
        SmtpError::Mail(error) => of_code(error.status().map(|code| code.to_string()).as_deref(), why),
        // counted, and after a pause: it may have the mail, and would be sent it again and again
        SmtpError::Hesitates => Outcome::NotNow(why),
        SmtpError::Session(_)
        | SmtpError::Untrusted(_)
        | SmtpError::Login(_)
        | SmtpError::Unreachable(_)
        | SmtpError::TimedOut => Outcome::Away(why),
    }
}

/// What a server's word for a mail says. One mail that it does not like must not hold up all others, whatever it says.
fn of_code(code: Option<&str>, why: String) -> Outcome {
    match code {
        // it closes (RFC 5321, 3.8), or wants a login first (RFC 4954, 6)
        Some("421" | "530" | "535") => Outcome::Away(why),
        // 554 may be of this mail, and of the server as a whole, too
        Some("554") => Outcome::NotNow(why),
        // this address, or this mail: the next attempt would be told the same (RFC 5321, 4.2.1)
        Some(code) if code.starts_with('5') => Outcome::Refused(why),
        // not now; or the connection broke, and nobody knows whether it has the mail
        _ => Outcome::NotNow(why),
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
fn in_one_line(error: &SmtpError) -> String {
    let text: String = error.to_string().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mail_that_a_server_does_not_like_holds_up_no_other() {
        let outcome = |code| of_code(code, String::new());
        for code in ["500", "501", "504", "521", "541", "550", "553", "556", "571"] {
            assert_eq!(outcome(Some(code)), Outcome::Refused(String::new()), "{code}");
        }
        for code in [Some("450"), Some("451"), Some("452"), Some("454"), Some("554"), None] {
            assert_eq!(outcome(code), Outcome::NotNow(String::new()), "{code:?}");
        }
        for code in ["421", "530", "535"] {
            assert_eq!(outcome(Some(code)), Outcome::Away(String::new()), "{code}");
        }
    }
}
