//! One mail to a mail server.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, SinglePart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{self, Data, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Severity;
use serde::Deserialize;
use url::form_urlencoded::byte_serialize;

use super::{Outcome, TIMEOUT, is_loopback, one_line};

/// So long a server may take to say goodbye, which decides nothing.
const GOODBYE: Duration = Duration::from_secs(1);

/// How the connection to a mail server is encrypted.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// From its first byte, on port 465.
    #[default]
    Implicit,
    /// By the command STARTTLS before anything else is sent, on port 587.
    Starttls,
    /// Not at all: for a mail server on this machine only, on port 25.
    None,
}

impl MailTls {
    /// The port that such servers listen on.
    #[must_use]
    pub fn port(self) -> u16 {
        match self {
            Self::Implicit => 465,
            Self::Starttls => 587,
            Self::None => 25,
        }
    }
}

/// What the settings say of a mail server.
#[derive(Clone, Copy)]
pub(crate) struct MailServer<'a> {
    /// The table they are in.
    pub(crate) entry: &'static str,
    pub(crate) name: &'a str,
    pub(crate) port: Option<u16>,
    pub(crate) tls: MailTls,
    pub(crate) user: Option<&'a str>,
    pub(crate) from: &'a str,
}

impl MailServer<'_> {
    /// Checks that it is clear whose password `SMTP_PASSWORD` is: there is one, which no other server may see.
    ///
    /// # Errors
    /// The entry that is wrong, and what to do.
    pub(crate) fn check_password(of: &[Self], is_set: bool) -> Result<(), String> {
        let mut with_user = of.iter().filter(|server| server.user.is_some());
        let Some(first) = with_user.next() else {
            return if is_set {
                Err("SMTP_PASSWORD is set, and no user logs in with it: write `alerts.email.user` or `recalls.email.user`, or \
                     remove the secret"
                    .into())
            } else {
                Ok(())
            };
        };
        let login = |server: &Self| {
            (
                server.name.trim().to_ascii_lowercase(),
                server.user.map(str::to_owned),
            )
        };
        for other in with_user {
            if login(other) != login(first) {
                return Err(format!(
                    "`{first}.server` and `{first}.user` are not those of `{other}`, and SMTP_PASSWORD is one: write the same \
                     server and user in both",
                    first = first.entry,
                    other = other.entry,
                ));
            }
        }
        Ok(())
    }
}

/// A mail to send.
pub(crate) struct Mail<'a> {
    /// The same for a mail that is sent again, so that a mail program may show it once.
    pub(crate) id: &'a str,
    pub(crate) at: DateTime<Utc>,
    pub(crate) to: &'a [Mailbox],
    pub(crate) reply_to: Option<&'a Mailbox>,
    pub(crate) subject: &'a str,
    pub(crate) body: &'a str,
}

/// Sends mails by one server, from one address.
pub(crate) struct Smtp {
    entry: &'static str,
    /// Which addresses a person looks at when the server refuses a mail.
    addresses: &'static str,
    server: String,
    port: u16,
    tls: MailTls,
    parameters: Option<TlsParameters>,
    login: Option<Credentials>,
    from: Mailbox,
}

impl Smtp {
    /// # Errors
    /// The entry that is wrong, and what to do. No address is in it.
    pub(crate) fn new(
        settings: &MailServer<'_>,
        addresses: &'static str,
        password: Option<&str>,
    ) -> Result<Self, String> {
        let entry = settings.entry;
        let name = settings.name.trim();
        if name.is_empty() {
            return Err(format!(
                "`{entry}.server` is empty: write the name of your mail server"
            ));
        }
        let parameters = match settings.tls {
            MailTls::Implicit | MailTls::Starttls => {
                let parameters = TlsParameters::new(name.to_owned());
                Some(parameters.map_err(|_| {
                    format!(
                        "TLS cannot be set up for `{entry}`: this machine trusts no certificates"
                    )
                })?)
            }
            MailTls::None if is_loopback(name) => None,
            MailTls::None => {
                return Err(format!(
                    "`{entry}.tls` is \"none\", which is for a mail server on this machine only: write \"implicit\" or \
                     \"starttls\""
                ));
            }
        };
        let login = match (settings.user, password) {
            (Some(user), Some(password)) => {
                Some(Credentials::new(user.to_owned(), password.to_owned()))
            }
            (Some(_), None) => {
                return Err(format!(
                    "`{entry}.user` is set and the password of the mail server is missing: set SMTP_PASSWORD, or remove the \
                     user"
                ));
            }
            (None, _) => None,
        };
        Ok(Self {
            entry,
            addresses,
            server: name.to_owned(),
            port: settings.port.unwrap_or(settings.tls.port()),
            tls: settings.tls,
            parameters,
            login,
            from: address(settings.from, &format!("`{entry}.from`"))?,
        })
    }

    pub(crate) async fn send(&self, mail: &Mail<'_>) -> Outcome {
        let Ok(message) = self.message(mail) else {
            let addresses = self.addresses;
            return Outcome::Refused(format!("the mail cannot be built: check {addresses}"));
        };
        let mut has_begun = false;
        let conversation = self.converse(&message, &mut has_begun);
        match tokio::time::timeout(TIMEOUT, conversation).await {
            Ok(Ok(())) => Outcome::Sent,
            Ok(Err(Problem::Answer(code))) => self.answered(code),
            Ok(Err(Problem::Letters)) => Outcome::Refused(format!(
                "the mail server takes no address with letters such as \u{e9}: check {}",
                self.addresses
            )),
            Ok(Err(Problem::NotOffered)) if !has_begun => Outcome::NotNow(format!(
                "the mail server does not offer what is needed: check `tls`, `user` and the addresses of `{}`",
                self.entry
            )),
            Ok(Err(_)) | Err(_) if has_begun => Outcome::Unclear(
                "the mail server did not say whether it took the mail, which may have arrived"
                    .into(),
            ),
            Ok(Err(_)) | Err(_) => Outcome::NotNow(format!(
                "there is no conversation with the mail server {}:{}: check `server`, `port` and `tls` of `{}`",
                self.server, self.port, self.entry
            )),
        }
    }

    /// The server has said no. Its text is not shown: it may quote an address.
    fn answered(&self, code: u16) -> Outcome {
        let (entry, addresses) = (self.entry, self.addresses);
        match code {
            530..=538 => Outcome::Refused(format!(
                "the mail server refuses the login ({code}): check `{entry}.user` and the password"
            )),
            500.. => Outcome::Refused(format!(
                "the mail server refuses the mail ({code}): check {addresses}"
            )),
            _ => Outcome::NotNow(format!(
                "the mail server does not take the mail now ({code})"
            )),
        }
    }

    fn message(&self, mail: &Mail<'_>) -> Result<Message, lettre::error::Error> {
        // An id cannot end the header, and is legal in it.
        let id: String = byte_serialize(mail.id.as_bytes()).collect();
        // A date before 1970 is none to the crate that writes it.
        let date = SystemTime::from(mail.at.max(DateTime::UNIX_EPOCH));
        // So that nobody's absence is answered to it.
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let mut message = Message::builder()
            .from(self.from.clone())
            .date(date)
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .subject(one_line(mail.subject));
        for to in mail.to {
            message = message.to(to.clone());
        }
        if let Some(reply_to) = mail.reply_to {
            message = message.reply_to(reply_to.clone());
        }
        message.singlepart(SinglePart::plain(mail.body.to_owned()))
    }

    /// Step by step, because what a broken connection means depends on the step: `has_begun` is set before the text leaves.
    async fn converse(&self, message: &Message, has_begun: &mut bool) -> Result<(), Problem> {
        let hello = ClientId::default();
        let at_once = (self.tls == MailTls::Implicit).then(|| self.parameters.clone());
        let server = (self.server.as_str(), self.port);
        let connected = AsyncSmtpConnection::connect_tokio1(
            server,
            Some(TIMEOUT),
            &hello,
            at_once.flatten(),
            None,
        );
        let mut connection = connected.await?;
        let result = self
            .deliver(&mut connection, &hello, message, has_begun)
            .await;
        let _ = tokio::time::timeout(GOODBYE, connection.abort()).await;
        result
    }

    async fn deliver(
        &self,
        connection: &mut AsyncSmtpConnection,
        hello: &ClientId,
        message: &Message,
        has_begun: &mut bool,
    ) -> Result<(), Problem> {
        if let (MailTls::Starttls, Some(parameters)) = (self.tls, &self.parameters) {
            connection.starttls(parameters.clone(), hello).await?;
        }
        if let Some(login) = &self.login {
            connection.auth(DEFAULT_MECHANISMS, login).await?;
        }
        let envelope = message.envelope();
        let text = message.formatted();
        let mut addresses = envelope.from().into_iter().chain(envelope.to());
        let mut parameters = Vec::new();
        for (is_needed, extension, parameter) in [
            (
                addresses.any(|address| !AsRef::<str>::as_ref(address).is_ascii()),
                Extension::SmtpUtfEight,
                MailParameter::SmtpUtfEight,
            ),
            (
                !text.is_ascii(),
                Extension::EightBitMime,
                MailParameter::Body(MailBodyParameter::EightBitMime),
            ),
        ] {
            if is_needed && !connection.server_info().supports_feature(extension) {
                return Err(Problem::Letters);
            }
            if is_needed {
                parameters.push(parameter);
            }
        }
        let from = envelope.from().cloned();
        connection
            .command(commands::Mail::new(from, parameters))
            .await?;
        for to in envelope.to() {
            connection
                .command(Rcpt::new(to.clone(), Vec::new()))
                .await?;
        }
        connection.command(Data).await?;
        *has_begun = true;
        let answer = connection.message(&text).await?;
        match answer.code().severity {
            Severity::PositiveCompletion => Ok(()),
            _ => Err(Problem::Silence),
        }
    }
}

/// Why a conversation ended without an accepted mail.
enum Problem {
    /// The server said no, with this code.
    Answer(u16),
    /// The server has no encryption or login that we can use, as it says when it greets.
    NotOffered,
    /// The server takes no addresses with letters beyond ASCII.
    Letters,
    /// No connection, a broken one, or what is no answer.
    Silence,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error.status() {
            Some(code) => Self::Answer(code.into()),
            None if error.is_client() => Self::NotOffered,
            None => Self::Silence,
        }
    }
}

/// # Errors
/// That the entry is none, without the text.
pub(crate) fn address(text: &str, entry: &str) -> Result<Mailbox, String> {
    text.parse().map_err(|_| {
        format!(
            "{entry} is no e-mail address: write it as `ann@example.org` or `Ann <ann@example.org>`"
        )
    })
}
