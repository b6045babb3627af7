//! Puts mails together.
//!
//! They are plain text: every reader shows it, nobody is tracked by it, and there is no markup in which what people wrote
//! could mean something else.

use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};

use super::Texts;
use crate::model::{Email, Incident, Lang, Maintenance, MaintenanceUpdate, Update, UserMail};
use crate::pages::time::{spoken, system_time};
use crate::settings::Settings;

/// A mail that is ready.
#[derive(Debug, Clone)]
pub struct Letter {
    /// From whom, to whom.
    pub envelope: Envelope,
    /// The whole of it.
    pub bytes: Vec<u8>,
    /// Its id as a file can be called.
    pub name: String,
}

/// Why a mail cannot be put together.
pub type ComposeError = Box<dyn std::error::Error + Send + Sync>;

/// What a mail is made of.
struct Draft<'a> {
    to: &'a Email,
    subject: String,
    text: String,
    /// The page of what it is about, and how many messages of one thread belong together.
    thread: Option<&'a str>,
    unsubscribe: Option<String>,
}

/// What there is to say of one subject.
#[derive(Debug, Clone, Copy)]
pub enum About<'a> {
    /// Updates of an incident, the newest first.
    Incident(&'a Incident, &'a [&'a Update]),
    /// Updates of planned work, the newest first.
    Maintenance(&'a Maintenance, &'a [&'a MaintenanceUpdate]),
}

/// The address that ends a subscription.
fn unsubscribe_url(settings: &Settings, token: &str) -> String {
    format!("{}/subscribe/unsubscribe?token={token}", settings.public_url)
}

/// A mail to a subscriber. `message` is its id, the same in every attempt.
///
/// # Errors
/// When an address is none for a mail server.
pub fn compose(
    settings: &Settings,
    message: &str,
    now: i64,
    to: (&Email, Lang, &str),
    about: About<'_>,
) -> Result<Letter, ComposeError> {
    let (email, lang, token) = to;
    let texts = Texts(lang);
    let unsubscribe = unsubscribe_url(settings, token);
    let (subject, text, thread) = match about {
        About::Incident(incident, updates) => {
            let state = texts.state(updates.first().map_or_else(|| incident.public_state(), |update| update.state));
            let said =
                updates.iter().map(|update| paragraph(texts.state(update.state), update.ts, update.message.as_str()));
            let page = format!("{}/incidents/{}", settings.public_url, incident.id);
            let names = &incident.services;
            (
                format!("{state}: {}", incident.title),
                letter(texts, &incident.title, said, names, None, &page),
                &incident.id,
            )
        }
        About::Maintenance(work, updates) => {
            let status = texts.status(updates.first().map_or(work.status, |update| update.status));
            let said = updates.iter().map(|update| {
                let message = if update.automatic { texts.by_itself(update.status) } else { update.message.as_str() };
                paragraph(texts.status(update.status), update.ts, message)
            });
            let names: Vec<String> = work.services.iter().map(ToString::to_string).collect();
            let planned = format!("{} {} – {}", texts.planned(), spoken(work.from), spoken(work.until));
            let page = format!("{}/", settings.public_url);
            let text = letter(texts, work.title.as_str(), said, &names, Some(&planned), &page);
            (format!("{status}: {}", work.title), text, &work.id)
        }
    };
    let text = format!("{text}\n-- \n{}\n{unsubscribe}\n", texts.unsubscribe());
    let subject = format!("[{}] {subject}", settings.page_name);
    seal(
        settings,
        message,
        now,
        Draft { to: email, subject, text, thread: Some(thread), unsubscribe: Some(unsubscribe) },
    )
}

fn paragraph(state: &str, ts: i64, message: &str) -> String {
    format!("{state} – {}\n{}\n", spoken(ts), message.trim_end())
}

fn letter(
    texts: Texts,
    title: &str,
    said: impl Iterator<Item = String>,
    services: &[String],
    planned: Option<&str>,
    page: &str,
) -> String {
    let mut text = format!("{title}\n\n{}", said.collect::<Vec<_>>().join("\n"));
    if let Some(planned) = planned {
        text = format!("{text}\n{planned}");
    }
    if !services.is_empty() {
        text = format!("{text}\n{} {}", texts.affected(), services.join(", "));
    }
    format!("{text}\n{} {page}\n", texts.more())
}

/// The mail that asks whether somebody wants mails. It has no link that ends a subscription, since there is none.
///
/// # Errors
/// As [`compose`].
pub fn confirmation(
    settings: &Settings,
    message: &str,
    now: i64,
    to: &Email,
    lang: Lang,
    token: &str,
) -> Result<Letter, ComposeError> {
    let texts = Texts(lang);
    let link = format!("{}/subscribe/confirm?token={token}", settings.public_url);
    let (subject, text) = (texts.confirm_subject(&settings.page_name), texts.confirm(&settings.page_name, &link));
    seal(settings, message, now, Draft { to, subject, text, thread: None, unsubscribe: None })
}

/// A mail of the users service.
///
/// # Errors
/// As [`compose`].
pub fn user_mail(
    settings: &Settings,
    message: &str,
    now: i64,
    (to, name): (&Email, &str),
    mail: UserMail,
    link: Option<(&str, Option<i64>)>,
) -> Result<Letter, ComposeError> {
    let texts = Texts(settings.mail_lang);
    let mut text = format!("{}\n\n{}\n", texts.hello(name), texts.user_text(mail));
    if let Some((token, until)) = link {
        let page = if mail == UserMail::Registered { "verify-email" } else { "reset-password" };
        text = format!("{text}\n{}/account/{page}?token={token}\n", settings.public_url);
        if let Some(until) = until {
            text = format!("{text}\n{} {}.\n", texts.good_until(), spoken(until));
        }
    }
    let subject = format!("[{}] {}", settings.page_name, texts.user_subject(mail));
    seal(settings, message, now, Draft { to, subject, text, thread: None, unsubscribe: None })
}

fn seal(settings: &Settings, message: &str, now: i64, draft: Draft<'_>) -> Result<Letter, ComposeError> {
    let domain = settings.mail_from.email.domain().to_owned();
    let mut mail = Message::builder()
        .from(settings.mail_from.clone())
        .to(Mailbox::new(None, draft.to.as_str().parse()?))
        .subject(draft.subject)
        .date(system_time(now))
        .message_id(Some(format!("<{message}@{domain}>")))
        .header(ContentType::TEXT_PLAIN)
        // written by a program: out-of-office answers stay away (RFC 3834)
        .raw_header(header("Auto-Submitted", "auto-generated"));
    if let Some(thread) = draft.thread {
        // what is said of one incident is shown together; the first message of the thread need not exist (RFC 5322, 3.6.4)
        mail = mail.references(format!("<{thread}@{domain}>")).in_reply_to(format!("<{thread}@{domain}>"));
    }
    if let Some(url) = draft.unsubscribe {
        // one click in the mail program, without a page in between (RFC 8058)
        mail = mail
            .raw_header(header("List-Unsubscribe", &format!("<{url}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
            .raw_header(header("Precedence", "list"));
    }
    let mail = mail.body(draft.text)?;
    Ok(Letter { envelope: mail.envelope().clone(), bytes: mail.formatted(), name: message.replace('/', "-") })
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(mail: UserMail, lang: Lang) -> String {
        let settings = Settings { mail_lang: lang, ..Settings::default() };
        let to: Email = "zoe@example.org".parse().unwrap();
        let link = Some(("t0ken", Some(1_700_003_600)));
        let letter = user_mail(&settings, "MSG-1", 1_700_000_000, (&to, "Zoé"), mail, link).unwrap();
        String::from_utf8(letter.bytes).unwrap()
    }

    #[test]
    fn every_mail_of_the_users_service_is_there_in_both_languages() {
        for lang in [Lang::En, Lang::Fr] {
            for (_, mail) in UserMail::ALL {
                let mail = sent(mail, lang);
                assert!(mail.contains("Message-ID: <MSG-1@localhost>\r\n") && mail.contains("To: zoe@example.org\r\n"));
                assert!(mail.contains("Auto-Submitted: auto-generated\r\n"), "{mail}");
            }
        }
        assert_ne!(sent(UserMail::Invited, Lang::En), sent(UserMail::Invited, Lang::Fr));
    }

    #[test]
    fn what_people_write_starts_no_header() {
        let to: Email = "zoe@example.org".parse().unwrap();
        let mut incident = Incident::unheard_of("INC-1", 0);
        incident.title = "Down\r\nBcc: other@example.org".to_owned();
        let to = (&to, Lang::En, "token");
        let letter = compose(&Settings::default(), "MSG-1", 0, to, About::Incident(&incident, &[])).unwrap();
        let text = String::from_utf8(letter.bytes).unwrap();
        let head = text.split("\r\n\r\n").next().unwrap();
        assert!(!head.to_lowercase().lines().any(|line| line.starts_with("bcc")), "{head}");
        assert!(head.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{head}");
    }
}
