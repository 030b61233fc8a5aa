//! Whom to tell, as the file of settings says it.

use std::fmt;

use serde::Deserialize;

use crate::messages::{MailServer, MailTls};

/// The entries of `[alerts]`. Without any nobody is told, unless there is a secret URL to post to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AlertSettings {
    /// Send e-mail.
    pub email: Option<MailSettings>,
}

/// The entries of `[alerts.email]`. `Debug` shows no address.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
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
    /// The addresses that receive each message.
    pub to: Vec<String>,
}

impl MailSettings {
    pub(crate) fn server(&self) -> MailServer<'_> {
        MailServer {
            entry: "alerts.email",
            name: &self.server,
            port: self.port,
            tls: self.tls,
            user: self.user.as_deref(),
            from: &self.from,
        }
    }
}

impl fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailSettings")
            .field("server", &self.server)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

/// The secrets of alerts. `Debug` shows none.
#[derive(Clone, Default)]
pub struct AlertSecrets {
    /// The password of the user of the mail server, if there is one.
    pub smtp_password: Option<String>,
    /// Where to post each message as JSON: a webhook, whose URL is a secret itself.
    pub post_url: Option<String>,
}

impl fmt::Debug for AlertSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AlertSecrets(..)")
    }
}
