//! Messages by e-mail.

use std::fmt;

use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::message::Mailbox;
use serde::Deserialize;

use super::{Mail, MailServer, MailTls, Outcome, Smtp, address, one_line};

/// The entries of `[recalls.email]`. `Debug` shows no address.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailSettings {
    /// The name of the mail server.
    pub server: String,
    /// Its port. Default: 465, 587 or 25, by `tls`.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the connection is encrypted.
    #[serde(default)]
    pub tls: MailTls,
    /// The user to log in as; the password is `SMTP_PASSWORD`. Without one there is no login.
    #[serde(default)]
    pub user: Option<String>,
    /// The address of the sender.
    pub from: String,
    /// Where answers go. Default: to the sender.
    #[serde(default)]
    pub reply_to: Option<String>,
}

impl EmailSettings {
    pub(crate) fn server(&self) -> MailServer<'_> {
        MailServer {
            entry: "recalls.email",
            name: &self.server,
            port: self.port,
            tls: self.tls,
            user: self.user.as_deref(),
            from: &self.from,
        }
    }
}

impl fmt::Debug for EmailSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmailSettings")
            .field("server", &self.server)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

/// An e-mail to a customer.
#[derive(Clone, Copy)]
pub struct EmailMessage<'a> {
    /// Becomes its Message-ID: the same for a message that is sent again, so that a mail program may show it once.
    pub id: &'a str,
    /// Its date.
    pub at: DateTime<Utc>,
    /// The name of the customer; it may be empty.
    pub name: &'a str,
    /// The address of the customer.
    pub address: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// The text, plain.
    pub body: &'a str,
}

/// Sends e-mails to customers.
pub struct Email {
    smtp: Smtp,
    reply_to: Option<Mailbox>,
}

impl Email {
    /// # Errors
    /// The entry that is wrong, and what to do. No address is in it.
    pub fn new(settings: &EmailSettings, password: Option<&str>) -> Result<Self, String> {
        let reply_to = settings.reply_to.as_deref();
        let reply_to = reply_to.map(|text| address(text, "`recalls.email.reply_to`"));
        let addresses = "the address of the customer and `recalls.email.from`";
        Ok(Self {
            smtp: Smtp::new(&settings.server(), addresses, password)?,
            reply_to: reply_to.transpose()?,
        })
    }

    /// Sends one message.
    pub async fn send(&self, message: &EmailMessage<'_>) -> Outcome {
        let Ok(address) = message.address.trim().parse::<Address>() else {
            return Outcome::Refused("the e-mail address of the customer is none".into());
        };
        let name = one_line(message.name.trim());
        let to = Mailbox::new((!name.is_empty()).then_some(name), address);
        let mail = Mail {
            id: message.id,
            at: message.at,
            to: &[to],
            reply_to: self.reply_to.as_ref(),
            subject: message.subject,
            body: message.body,
        };
        self.smtp.send(&mail).await
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(..)")
    }
}
