//! Messages by e-mail.

use lettre::message::Mailbox;

use super::channel::Failure;
use super::message::Message;
use super::settings::MailSettings;
use crate::messages::{Mail, Outcome, Smtp, address};

/// Sends mails by one server, from one address, to all others.
pub(super) struct Email {
    smtp: Smtp,
    to: Vec<Mailbox>,
}

impl Email {
    /// # Errors
    /// The entry that is wrong, and what to do. No address is in it.
    pub(super) fn new(settings: &MailSettings, password: Option<&str>) -> Result<Self, String> {
        if settings.to.is_empty() {
            return Err("`alerts.email.to` is empty: write who receives the messages".into());
        }
        let to = settings.to.iter().zip(1..);
        let to =
            to.map(|(text, nth)| address(text, &format!("address {nth} of `alerts.email.to`")));
        Ok(Self {
            smtp: Smtp::new(
                &settings.server(),
                "the addresses of `alerts.email`",
                password,
            )?,
            to: to.collect::<Result<_, _>>()?,
        })
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), Failure> {
        let mail = Mail {
            id: &message.id,
            at: message.at,
            to: &self.to,
            reply_to: None,
            subject: &message.subject,
            body: &message.body,
        };
        let (what, is_silence) = match self.smtp.send(&mail).await {
            Outcome::Sent => return Ok(()),
            Outcome::Refused(what) => (what, false),
            Outcome::NotNow(what) | Outcome::Unclear(what) => (what, true),
        };
        Err(Failure { what, is_silence })
    }
}
