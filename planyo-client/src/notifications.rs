//! Callbacks and messages that Planyo sends when something happens.
//!
//! A callback is a URL of yours to which Planyo posts each event of one kind. Planyo has no call that lists the callbacks
//! of a site: remember what you registered. Nothing is known of a signature, so put a secret into the URL, and take a
//! notification for a hint to read the object again.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::endpoint::{Endpoint, Safety};
use crate::incoming::CallbackToken;
use crate::macros::{call, lists, setters, switches, text_codes};
use crate::params::Params;
use crate::types::{Language, NotificationName, ReservationId, ResourceId};
use crate::wire::{self, Record};

/// A URL that Planyo can post notifications to: https, and never empty.
///
/// The type is there because Planyo takes an empty URL for the order to remove **all** callbacks of an event. Its own
/// query parameters come back with every notification: put a [token](Self::with_token) there, by which you know that it is
/// Planyo who calls. For that secret `Debug` shows the host alone.
///
/// ```
/// use planyo_client::incoming::CallbackToken;
/// use planyo_client::notifications::CallbackUrl;
///
/// let token = CallbackToken::new("9f86d081884c7d65")?;
/// let url = CallbackUrl::new("https://example.com/planyo")?.with_token(&token).with_json();
/// assert_eq!(url.as_str(), "https://example.com/planyo?token=9f86d081884c7d65&ppp_payload=json");
/// assert!(CallbackUrl::new("").is_err());
/// assert!(CallbackUrl::new("http://example.com/planyo").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CallbackUrl(String);

impl CallbackUrl {
    /// An https URL; http is allowed for a loopback host such as `localhost`. Spaces around it are dropped.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn new(url: &str) -> Result<Self, InvalidCallbackUrl> {
        let url = url.trim();
        let parts = Parts::of(url)?;
        if parts.is_https || is_loopback(parts.host) {
            Ok(Self(url.to_owned()))
        } else {
            Err(InvalidCallbackUrl::NotHttps)
        }
    }

    /// As [`new`](Self::new), with http allowed for any host: personal data will travel in the clear.
    ///
    /// # Errors
    /// When it is no http or https URL.
    pub fn allowing_http(url: &str) -> Result<Self, InvalidCallbackUrl> {
        let url = url.trim();
        Parts::of(url)?;
        Ok(Self(url.to_owned()))
    }

    /// With a secret in its query, by which a handler [knows](CallbackToken::verify) that it is Planyo who calls. It takes
    /// the place of another token.
    #[must_use]
    pub fn with_token(self, token: &CallbackToken) -> Self {
        self.with_parameter(CallbackToken::PARAMETER, token.expose())
    }

    /// With `ppp_payload=json` in its query, which makes Planyo post JSON instead of a form.
    #[must_use]
    pub fn with_json(self) -> Self {
        self.with_parameter("ppp_payload", "json")
    }

    /// Planyo and a token's reader require each parameter once.
    fn with_parameter(self, name: &str, value: &str) -> Self {
        let (url, query) = self.0.split_once('?').unwrap_or((&self.0, ""));
        let is_other = |pair: &&str| !pair.is_empty() && pair.split('=').next() != Some(name);
        let mut query: Vec<&str> = query.split('&').filter(is_other).collect();
        let parameter = format!("{name}={value}");
        query.push(&parameter);
        Self(format!("{url}?{}", query.join("&")))
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CallbackUrl {
    type Err = InvalidCallbackUrl;

    /// As [`CallbackUrl::new`].
    fn from_str(url: &str) -> Result<Self, InvalidCallbackUrl> {
        Self::new(url)
    }
}

impl fmt::Debug for CallbackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = Parts::of(&self.0).map(|parts| parts.host);
        write!(f, "CallbackUrl({}/…)", host.unwrap_or_default())
    }
}

/// Why a text is no [`CallbackUrl`]. It never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidCallbackUrl {
    /// It is empty or blank. To Planyo that means: remove every callback. [`RemoveAllNotificationCallbacks`] does so.
    #[error("a callback needs a URL")]
    Empty,
    /// It has no `https://` with a host after it.
    #[error("a callback URL looks like https://example.com/planyo?token=…")]
    NoUrl,
    /// It has a space, a control character, a backslash or a character that is not ASCII. Percent-encode it.
    #[error(
        "a callback URL may have no spaces, backslashes, control or non-ASCII characters; percent-encode them"
    )]
    Character,
    /// It has a fragment, which is never sent.
    #[error("a callback URL may have no #fragment")]
    Fragment,
    /// It is http, and its host is not loopback.
    #[error("a callback URL must be https; CallbackUrl::allowing_http takes http too")]
    NotHttps,
}

/// What decides whether a URL may be called. The crate's core has no URL parser, and needs no more than this.
struct Parts<'a> {
    is_https: bool,
    host: &'a str,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Result<Self, InvalidCallbackUrl> {
        use InvalidCallbackUrl as Invalid;
        if url.is_empty() {
            return Err(Invalid::Empty);
        }
        if !url.bytes().all(|byte| byte.is_ascii_graphic()) || url.contains('\\') {
            return Err(Invalid::Character);
        }
        if url.contains('#') {
            return Err(Invalid::Fragment);
        }
        let (scheme, rest) = url.split_once("://").ok_or(Invalid::NoUrl)?;
        let is_https = scheme.eq_ignore_ascii_case("https");
        if !is_https && !scheme.eq_ignore_ascii_case("http") {
            return Err(Invalid::NoUrl);
        }
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let (host, port) = match host.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => (host, ""),
        };
        let is_port = port.is_empty() || port.parse::<u16>().is_ok();
        if is_port && is_host(host) {
            Ok(Self { is_https, host })
        } else {
            Err(Invalid::NoUrl)
        }
    }
}

/// A name, an IPv4 address, or an IPv6 address in brackets.
fn is_host(host: &str) -> bool {
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    bracketed(host).is_some()
        || host.bytes().all(in_name) && host.bytes().any(|byte| byte.is_ascii_alphanumeric())
}

fn bracketed(host: &str) -> Option<Ipv6Addr> {
    host.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse()
            .is_ok_and(|address: Ipv4Addr| address.is_loopback())
        || bracketed(host).is_some_and(|address| address.is_loopback())
}

/// Writes a call about the callbacks of one event. It has no `param()`: in PHP many a spelling becomes `callback_url`, and
/// a second, empty one would remove every callback.
macro_rules! callback_call {
    ($(#[$doc:meta])* $name:ident: $method:literal, $safety:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        #[must_use = "a call does nothing until it is sent"]
        pub struct $name {
            event: NotificationName,
            url: CallbackUrl,
        }

        impl $name {
            /// For this event and this URL.
            pub fn new(event: impl Into<NotificationName>, url: CallbackUrl) -> Self {
                let event = event.into();
                Self { event, url }
            }
        }

        impl Endpoint for $name {
            type Output = ();

            fn method(&self) -> &'static str {
                $method
            }

            fn safety(&self) -> Safety {
                Safety::$safety
            }

            fn params(&self, params: &mut Params) {
                params.set("notification_name", self.event.as_str());
                params.set("callback_url", self.url.as_str());
            }

            fn parse(&self, data: &RawValue) -> serde_json::Result<()> {
                wire::nothing(data)
            }
        }
    };
}

callback_call! {
    /// `add_notification_callback`: makes Planyo post every event of this kind to a URL, as the page *Notification
    /// callbacks* of the site's settings does.
    ///
    /// An event may have several callbacks. Whether the same URL twice is posted to twice is unknown, so that the call is
    /// not retried blindly. One third party left Planyo's callbacks alone "due to a bug" that it did not name: check that
    /// events arrive.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use planyo_client::NotificationName;
    /// use planyo_client::incoming::CallbackToken;
    /// use planyo_client::notifications::{AddNotificationCallback, CallbackUrl};
    ///
    /// let token = CallbackToken::new(std::env::var("PLANYO_CALLBACK_TOKEN")?)?;
    /// let url = CallbackUrl::new("https://example.com/planyo")?.with_token(&token);
    /// planyo.send(AddNotificationCallback::new(NotificationName::UserUpdated, url)).await?;
    /// # Ok(()) }
    /// ```
    AddNotificationCallback: "add_notification_callback", Unsafe
}

callback_call! {
    /// `remove_notification_callback`: ends one callback, of the very URL that was added. Known from third parties. A
    /// retry may say that there is none.
    RemoveNotificationCallback: "remove_notification_callback", Idempotent
}

/// **Removes every callback of an event**, also those that others registered, on all URLs.
///
/// That is `add_notification_callback` with an empty URL (documented). It is a call of its own so that an empty
/// variable does not do it by accident; [`RemoveNotificationCallback`] removes one.
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct RemoveAllNotificationCallbacks {
    event: NotificationName,
}

impl RemoveAllNotificationCallbacks {
    /// All of this event.
    pub fn of(event: impl Into<NotificationName>) -> Self {
        let event = event.into();
        Self { event }
    }
}

impl Endpoint for RemoveAllNotificationCallbacks {
    type Output = ();

    fn method(&self) -> &'static str {
        "add_notification_callback"
    }

    fn safety(&self) -> Safety {
        Safety::Idempotent
    }

    fn params(&self, params: &mut Params) {
        params.set("notification_name", self.event.as_str());
        params.set("callback_url", "");
    }

    fn parse(&self, data: &RawValue) -> serde_json::Result<()> {
        wire::nothing(data)
    }
}

call! {
    /// `add_notification_message`: adds the text of an e-mail that Planyo sends at every event of a kind. What it answers
    /// is unknown.
    ///
    /// Events are those of the callbacks, without [`Hourly`](NotificationName::Hourly),
    /// [`UserUpdated`](NotificationName::UserUpdated) and
    /// [`ReservationPriceUpdated`](NotificationName::ReservationPriceUpdated), and the six times before or after an event.
    AddNotificationMessage: "add_notification_message", Unsafe -> Value, wire::any
}

impl AddNotificationMessage {
    /// A text for one kind of event and one kind of reader. Subject and body may have Planyo's template tags.
    pub fn new(
        event: impl Into<NotificationName>,
        recipient: impl Into<MessageRecipient>,
        subject: impl Into<String>,
        body: impl Into<String>,
    ) -> Self {
        Self {
            params: Params::default()
                .with("notification_type", event.into())
                .with("recipient", recipient.into())
                .with("subject", subject.into())
                .with("body", body.into()),
        }
    }

    setters! {
        /// Only for reservations of this resource.
        resource_id(ResourceId) => "resource_id";
        /// Only for readers of this language; for all without it.
        message_language(Language) => "message-language";
        /// The invoice to attach; none without it. Which values Planyo takes is unknown.
        invoice_attachment(String) => "invoice_attachment";
    }

    switches! {
        /// Sent from the site's sender address.
        sender_email => "from" = "sender_email";
    }

    lists! {
        /// Addresses that get a blind copy.
        bcc(String) => "bcc";
    }
}

text_codes! {
    /// Who reads a message (documented).
    MessageRecipient {
        /// The administrator.
        Admin = "admin",
        /// A moderator of the site.
        SiteModerator = "site_moder",
        /// A moderator of the resource.
        Moderator = "moder",
        /// The customer.
        Customer = "user",
    }
}

call! {
    /// `send_email_to_customer`: sends the customer of a reservation an e-mail, through an SMTP server that the site must
    /// have.
    ///
    /// **A mail that was not sent is no error**: the answer says so, see [`SentEmail::is_success`]. The call is never
    /// retried blindly, since the customer would have the mail twice.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::notifications::SendEmailToCustomer;
    ///
    /// let sent = planyo.send(SendEmailToCustomer::new(19_710_795, "Your van", "It is ready.")).await?;
    /// if !sent.is_success() {
    ///     eprintln!("the mail was not sent");
    /// }
    /// # Ok(()) }
    /// ```
    SendEmailToCustomer: "send_email_to_customer", Unsafe -> Record<SentEmail>, Record::of_write
}

impl SendEmailToCustomer {
    /// A mail about this reservation. The content may have Planyo's template tags.
    pub fn new(
        reservation: impl Into<ReservationId>,
        title: impl Into<String>,
        content: impl Into<String>,
    ) -> Self {
        Self {
            params: Params::default()
                .with("reservation_id", reservation.into())
                .with("message_title", title.into())
                .with("message_content", content.into()),
        }
    }
}

/// What became of an e-mail.
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct SentEmail {
    /// Whether Planyo sent it.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub result: Option<EmailResult>,
}

impl SentEmail {
    /// Whether Planyo says that it was sent.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.result == Some(EmailResult::Success)
    }
}

text_codes! {
    /// Whether an e-mail was sent (documented).
    EmailResult {
        /// It was.
        Success = "success",
        /// It was not.
        Failure = "failure",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_url_is_https_and_never_empty() {
        use InvalidCallbackUrl as Invalid;
        let cases = [
            ("https://example.com", Ok("https://example.com")),
            (
                " https://example.com/a?b=c \n",
                Ok("https://example.com/a?b=c"),
            ),
            (
                "HTTPS://u:p@example.com:8443/a",
                Ok("HTTPS://u:p@example.com:8443/a"),
            ),
            (
                "https://[2001:db8::1]:8443/a",
                Ok("https://[2001:db8::1]:8443/a"),
            ),
            ("http://localhost:8080/a", Ok("http://localhost:8080/a")),
            ("http://127.0.0.1", Ok("http://127.0.0.1")),
            ("http://[::1]/a", Ok("http://[::1]/a")),
            ("", Err(Invalid::Empty)),
            (" \t\n\u{a0}", Err(Invalid::Empty)),
            ("example.com", Err(Invalid::NoUrl)),
            ("ftp://example.com", Err(Invalid::NoUrl)),
            ("https://", Err(Invalid::NoUrl)),
            ("https:///a", Err(Invalid::NoUrl)),
            ("https://?a=b", Err(Invalid::NoUrl)),
            ("https://user@", Err(Invalid::NoUrl)),
            ("https://:443/", Err(Invalid::NoUrl)),
            ("https://.../", Err(Invalid::NoUrl)),
            ("https://example.com:port/", Err(Invalid::NoUrl)),
            ("https://[::1/", Err(Invalid::NoUrl)),
            ("https://exa mple.com", Err(Invalid::Character)),
            ("https://example.com/a\0", Err(Invalid::Character)),
            ("https://example.com\\a", Err(Invalid::Character)),
            ("https://example.com/\u{200b}", Err(Invalid::Character)),
            ("https://example.com/#a", Err(Invalid::Fragment)),
            ("http://example.com", Err(Invalid::NotHttps)),
            ("http://localhost@example.com", Err(Invalid::NotHttps)),
            ("http://localhost.example.com", Err(Invalid::NotHttps)),
        ];
        for (text, expected) in cases {
            let url = CallbackUrl::new(text);
            assert_eq!(
                url.as_ref().map(CallbackUrl::as_str),
                expected.as_ref().copied(),
                "{text}"
            );
        }
        assert!(CallbackUrl::allowing_http("http://example.com").is_ok());
        assert_eq!(CallbackUrl::allowing_http(" "), Err(Invalid::Empty));
    }

    #[test]
    fn json_is_asked_for_once() {
        let cases = [
            ("https://a.be", "https://a.be?ppp_payload=json"),
            ("https://a.be/?", "https://a.be/?ppp_payload=json"),
            ("https://a.be/b?c=d", "https://a.be/b?c=d&ppp_payload=json"),
            (
                "https://a.be/?ppp_payload=json&c=d",
                "https://a.be/?c=d&ppp_payload=json",
            ),
        ];
        for (url, expected) in cases {
            let url = CallbackUrl::new(url).unwrap().with_json();
            assert_eq!(url.as_str(), expected);
            assert_eq!(url.clone().with_json(), url);
        }
    }

    #[test]
    fn the_secret_of_a_url_shows_nowhere() {
        let url = CallbackUrl::new("https://u:5ECRET@example.com/5ECRET?token=5ECRET").unwrap();
        assert_eq!(format!("{url:?}"), "CallbackUrl(example.com/…)");
        let call = AddNotificationCallback::new("hourly", url);
        assert!(!format!("{call:?}").contains("5ECRET"));
    }
}
