//! How one message leaves: an e-mail, an SMS, a letter. Who gets which message and when is decided elsewhere.
//!
//! What is sent twice is seen by a customer, so each way says honestly what became of a message: see [`Outcome`].

mod email;
mod http;
mod letters;
mod segments;
mod sms;
mod smtp;
mod template;

use std::net::IpAddr;
use std::time::Duration;

use crate::recalls::RecallSettings;

pub use self::email::{Email, EmailMessage, EmailSettings};
pub(crate) use self::http::client;
pub use self::letters::{Letter, LetterSettings, Letters, Window, pdf};
pub use self::segments::{Segments, segments};
pub use self::sms::{Sms, SmsMessage, SmsMethod, SmsSettings};
pub use self::smtp::MailTls;
pub(crate) use self::smtp::{Mail, MailServer, Smtp, address};

/// So long one message may take.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// What became of a message that was to be sent. A reason is one line for a person, without address, number, text and secret.
///
/// Whoever drops the future that sends a message knows as little as of one that is [`Unclear`](Self::Unclear).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The other side has taken it.
    Sent,
    /// The other side has not taken it, and will not take it as it is.
    Refused(String),
    /// The other side has not taken it. The same message may go later.
    NotNow(String),
    /// The other side may have taken it: whoever sends it again may send it twice.
    Unclear(String),
}

impl Outcome {
    /// The name in logs and metrics.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Refused(_) => "refused",
            Self::NotNow(_) => "not_now",
            Self::Unclear(_) => "unclear",
        }
    }
}

/// The ways in which customers can be reached here.
#[derive(Debug)]
pub struct Senders {
    /// With `[recalls.email]`.
    pub email: Option<Email>,
    /// With `[recalls.sms]`.
    pub sms: Option<Sms>,
    /// With `[recalls.letter]`.
    pub letters: Option<Letters>,
}

impl Senders {
    /// With the secrets `SMTP_PASSWORD` and `SMS_KEY`.
    ///
    /// # Errors
    /// The entry that is wrong, and what to do, in one line without what the entry says.
    pub fn new(
        settings: &RecallSettings,
        password: Option<&str>,
        sms_key: Option<&str>,
    ) -> Result<Self, String> {
        let RecallSettings {
            email, sms, letter, ..
        } = settings;
        if sms.is_none() && sms_key.is_some() {
            return Err(
                "SMS_KEY is set and `[recalls.sms]` is missing: write it, or remove the secret"
                    .into(),
            );
        }
        let email = email.as_ref().map(|email| Email::new(email, password));
        let sms = sms.as_ref().map(|sms| Sms::new(sms, sms_key));
        Ok(Self {
            email: email.transpose()?,
            sms: sms.transpose()?,
            letters: letter.as_ref().map(Letters::new).transpose()?,
        })
    }
}

/// Whether a server of this name runs on this machine, so that nothing needs to be encrypted.
fn is_loopback(name: &str) -> bool {
    let ip = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || ip.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A text without control characters, which could begin a line in a header.
fn one_line(text: &str) -> String {
    let parts = text.split(char::is_control);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for name in ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"] {
            assert!(is_loopback(name), "{name}");
        }
        for name in [
            "",
            "localhost.example.org",
            "127.0.0.1.example.org",
            "10.0.0.1",
            "[::2]",
        ] {
            assert!(!is_loopback(name), "{name}");
        }
    }

    #[test]
    fn a_line_has_no_control_characters() {
        for (text, expected) in [
            ("", ""),
            ("Café", "Café"),
            ("a\r\nBcc: b", "a Bcc: b"),
            ("\na\t\u{7f}b\u{85}", "a b"),
        ] {
            assert_eq!(one_line(text), expected);
        }
    }
}
