//! Planyo's notifications as HTTP requests to a URL of yours.

use planyo_client::incoming::{CallbackToken, Notification, NotificationError};

use super::rules::{IgnoreReason, SyncRequest, TriggerRules};

/// Handles the webhooks that Planyo posts: checks the token, then reads the notification.
///
/// Two steps, so that a receiver answers 404 before it reads the body of an unauthorised request. This handler reads the
/// body only through [`Admitted`], so the check cannot be left out by accident. Neither step does I/O: put the result into the
/// [`Inbox`](super::Inbox), and answer.
///
/// ```
/// use customer_sync::triggers::{WebhookHandler, TriggerRules, CustomerRef};
/// use planyo_client::incoming::CallbackToken;
///
/// let token = CallbackToken::new("9f86d081884c7d659a2feaa0c55ad015")?;
/// let handler = WebhookHandler::new(token, TriggerRules::default());
///
/// let json = br#"{"notification_type":"user_updated","user":"838829","is_new_user":"1"}"#;
/// let query = "token=9f86d081884c7d659a2feaa0c55ad015&ppp_payload=json";
/// let admitted = handler.admits(query)?;
/// // Only now read the body, with a limit and a timeout.
/// let request = admitted.read("application/json", json)?;
/// assert_eq!(request.customer, CustomerRef::Customer(838_829.into()));
///
/// let refused = handler.admits("token=guess").unwrap_err();
/// assert_eq!(refused.status(), 404);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct WebhookHandler {
    token: CallbackToken,
    rules: TriggerRules,
}

impl WebhookHandler {
    /// A handler with this token and these rules.
    #[must_use]
    pub fn new(token: CallbackToken, rules: TriggerRules) -> Self {
        Self { token, rules }
    }

    /// Checks the token in the query of the URL that was called, in constant time. Needs no body.
    ///
    /// # Errors
    /// [`WebhookError::Token`] when the token is missing or wrong: answer 404 without reading the body.
    pub fn admits(&self, query: &str) -> Result<Admitted<'_>, WebhookError> {
        if self.token.verify(query) {
            Ok(Admitted { rules: &self.rules })
        } else {
            Err(WebhookError::Token)
        }
    }
}

/// A request whose token is right, from [`WebhookHandler::admits`]. Its body may be read.
#[derive(Debug)]
#[must_use = "the notification is in the body, which is still to be read"]
pub struct Admitted<'a> {
    rules: &'a TriggerRules,
}

impl Admitted<'_> {
    /// Reads the notification in the body, which has [`Notification::MOST_BYTES`] at most.
    ///
    /// # Errors
    /// When it is unreadable or ignored, with the reason and the [status](WebhookError::status) to answer with.
    pub fn read(self, content_type: &str, body: &[u8]) -> Result<SyncRequest, WebhookError> {
        let notification = Notification::parse(content_type, body)?;
        Ok(self.rules.sync_request(&notification)?)
    }
}

/// Why a webhook request was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The token is missing or wrong: the request is not from Planyo.
    #[error("the token is missing or wrong")]
    Token,
    /// The body cannot be read.
    #[error(transparent)]
    Unreadable(#[from] NotificationError),
    /// The event is ignored.
    #[error(transparent)]
    Ignored(#[from] IgnoreReason),
}

impl WebhookError {
    /// The HTTP status to answer with: 404 where the token is missing or wrong, else 200, since posting it again would
    /// not help.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Token => 404,
            Self::Unreadable(_) | Self::Ignored(_) => 200,
        }
    }
}
