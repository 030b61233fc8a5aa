//! Which events make which customer due.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use planyo_client::incoming::{CallbackToken, Notification, NotificationError};
use planyo_client::reservations::{LoggedAction, Reservation};
use planyo_client::{ReservationId, ReservationStatus, ResourceId, SiteId, UserId};
use serde::{Deserialize, Serialize};

use super::Trigger;

/// Whose customer is due. Its text, such as `customer:7`, is no personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
#[non_exhaustive]
pub enum CustomerRef {
    /// This customer.
    Customer(UserId),
    /// The customer of this reservation, which must be read to know who that is.
    CustomerOf(ReservationId),
}

impl fmt::Display for CustomerRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer(user) => write!(f, "customer:{user}"),
            Self::CustomerOf(reservation) => write!(f, "reservation:{reservation}"),
        }
    }
}

/// A text that names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this names nobody; it should be like `customer:7` or `reservation:7`")]
#[non_exhaustive]
pub struct ParseCustomerRefError;

impl FromStr for CustomerRef {
    type Err = ParseCustomerRefError;

    fn from_str(text: &str) -> Result<Self, ParseCustomerRefError> {
        let (kind, id) = text.split_once(':').ok_or(ParseCustomerRefError)?;
        let id: u64 = id.parse().map_err(|_| ParseCustomerRefError)?;
        match kind {
            "customer" => Ok(Self::Customer(id.into())),
            "reservation" => Ok(Self::CustomerOf(id.into())),
            _ => Err(ParseCustomerRefError),
        }
    }
}

impl From<CustomerRef> for String {
    fn from(whom: CustomerRef) -> Self {
        whom.to_string()
    }
}

impl TryFrom<String> for CustomerRef {
    type Error = ParseCustomerRefError;

    fn try_from(text: String) -> Result<Self, ParseCustomerRefError> {
        text.parse()
    }
}

/// A customer who is due, and because of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct SyncRequest {
    /// Whose customer.
    pub whom: CustomerRef,
    /// Because of what.
    pub trigger: Trigger,
}

impl SyncRequest {
    /// This one, because of this.
    #[must_use]
    pub fn new(whom: CustomerRef, trigger: Trigger) -> Self {
        Self { whom, trigger }
    }
}

/// Which triggers count, and for which sites, resources and states of a reservation. The default is
/// [the nine](Trigger::CUSTOMER_EVENTS) of everything.
///
/// A filter looks at what an event says of itself, and lets pass what says nothing: a changed customer has no resource, and
/// is not held back by a filter of resources. Which *customers* are synced is for `PlanyoUsers::only` to say, which
/// sees the customer himself.
///
/// ```
/// use customer_sync::triggers::{Trigger, TriggerRules, CustomerRef};
/// use planyo_client::incoming::Notification;
///
/// let rules = TriggerRules::only([Trigger::CheckedOut]).sites([21_710.into()]);
/// let body = b"notification_type=checked_out&reservation=19710795&user=838829&calendar=21710";
/// let notification = Notification::parse("application/x-www-form-urlencoded", body)?;
/// let due = rules.due(&notification).unwrap();
/// assert_eq!((due.whom, due.trigger), (CustomerRef::Customer(838_829.into()), Trigger::CheckedOut));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "rules decide nothing until they are asked"]
pub struct TriggerRules {
    triggers: BTreeSet<Trigger>,
    sites: BTreeSet<SiteId>,
    resources: BTreeSet<ResourceId>,
    required: ReservationStatus,
    excluded: ReservationStatus,
}

impl Default for TriggerRules {
    fn default() -> Self {
        Self::only(Trigger::CUSTOMER_EVENTS)
    }
}

/// What an event says of itself.
struct About {
    site: Option<SiteId>,
    resource: Option<ResourceId>,
    status: Option<ReservationStatus>,
}

impl TriggerRules {
    /// These triggers and no others.
    pub fn only(triggers: impl IntoIterator<Item = Trigger>) -> Self {
        Self {
            triggers: triggers.into_iter().collect(),
            sites: BTreeSet::new(),
            resources: BTreeSet::new(),
            required: ReservationStatus::from_bits(0),
            excluded: ReservationStatus::from_bits(0),
        }
    }

    /// Only what happens at these sites; all of them if not set.
    pub fn sites(mut self, sites: impl IntoIterator<Item = SiteId>) -> Self {
        self.sites.extend(sites);
        self
    }

    /// Only what concerns these resources; all of them if not set.
    pub fn resources(mut self, resources: impl IntoIterator<Item = ResourceId>) -> Self {
        self.resources.extend(resources);
        self
    }

    /// Only reservations whose state has all of these flags.
    pub fn required_status(mut self, flags: ReservationStatus) -> Self {
        self.required = flags;
        self
    }

    /// No reservation whose state has any of these flags.
    pub fn excluded_status(mut self, flags: ReservationStatus) -> Self {
        self.excluded = flags;
        self
    }

    /// The triggers that count.
    pub fn triggers(&self) -> impl Iterator<Item = Trigger> {
        self.triggers.iter().copied()
    }

    /// Who is due because of a notification.
    ///
    /// # Errors
    /// When nobody is, with the reason.
    pub fn due(&self, notification: &Notification) -> Result<SyncRequest, IgnoreReason> {
        let trigger = self.wanted(Trigger::of(&notification.name))?;
        self.admit(&About {
            site: notification.site_id,
            resource: notification.resource_id,
            status: notification.status,
        })?;
        // Nobody has the id 0, with which PHP says that there is none.
        let user = notification.user_id.filter(|id| id.get() != 0);
        let reservation = notification.reservation_id.filter(|id| id.get() != 0);
        let (user, reservation) = (
            user.map(CustomerRef::Customer),
            reservation.map(CustomerRef::CustomerOf),
        );
        let whom = user.or(reservation).ok_or(IgnoreReason::Nobody)?;
        Ok(SyncRequest { whom, trigger })
    }

    /// Who is due because of an action of the feed, which names the reservation and not the customer. Its state is not
    /// known before the reservation is read: see [`admits`](Self::admits).
    ///
    /// # Errors
    /// When nobody is, with the reason.
    pub fn due_of_action(&self, action: &LoggedAction) -> Result<SyncRequest, IgnoreReason> {
        let trigger = self.wanted(action.event_type.and_then(Trigger::of_action))?;
        self.admit(&About {
            site: None,
            resource: action.resource_id,
            status: None,
        })?;
        let whom = action.reservation_id.map(CustomerRef::CustomerOf);
        let whom = whom.ok_or(IgnoreReason::Nobody)?;
        Ok(SyncRequest { whom, trigger })
    }

    /// Whether the filters let a reservation pass.
    ///
    /// # Errors
    /// When they do not, with the reason.
    pub fn admits(&self, reservation: &Reservation) -> Result<(), IgnoreReason> {
        self.admit(&About {
            site: reservation.site_id,
            resource: reservation.resource_id,
            status: reservation.status,
        })
    }

    fn wanted(&self, trigger: Option<Trigger>) -> Result<Trigger, IgnoreReason> {
        let trigger = trigger.ok_or(IgnoreReason::Event)?;
        let is_wanted = self.triggers.contains(&trigger);
        is_wanted.then_some(trigger).ok_or(IgnoreReason::Event)
    }

    fn admit(&self, about: &About) -> Result<(), IgnoreReason> {
        let is_of = |sites: &BTreeSet<SiteId>, site| sites.is_empty() || sites.contains(&site);
        if about.site.is_some_and(|site| !is_of(&self.sites, site)) {
            return Err(IgnoreReason::Site);
        }
        let resources = &self.resources;
        let is_other = |resource| !resources.is_empty() && !resources.contains(&resource);
        if about.resource.is_some_and(is_other) {
            return Err(IgnoreReason::Resource);
        }
        let is_unfit = |status: ReservationStatus| {
            !status.contains(self.required) || status.intersects(self.excluded)
        };
        if about.status.is_some_and(is_unfit) {
            return Err(IgnoreReason::Status);
        }
        Ok(())
    }
}

/// Why an event makes nobody due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum IgnoreReason {
    /// It is none of the triggers that count.
    #[error("no trigger that counts")]
    Event,
    /// It names neither a customer nor a reservation.
    #[error("names neither customer nor reservation")]
    Nobody,
    /// It is of another site.
    #[error("of another site")]
    Site,
    /// It is of another resource.
    #[error("of another resource")]
    Resource,
    /// The reservation is in another state.
    #[error("of a reservation in another state")]
    Status,
}

/// Handles the webhooks that Planyo posts: checks the token, then reads the notification.
///
/// Two steps, so that a receiver answers 404 before it reads the body of an unauthorised request. The body can be read only
/// through [`Admitted`], so the check cannot be left out. Neither step does I/O: put the result into the
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
/// let due = admitted.read("application/json", json)?;
/// assert_eq!(due.whom, CustomerRef::Customer(838_829.into()));
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
    /// When no customer is to be synced because of it, with the reason and the [status](WebhookError::status) to answer with.
    pub fn read(self, content_type: &str, body: &[u8]) -> Result<SyncRequest, WebhookError> {
        let notification = Notification::parse(content_type, body)?;
        Ok(self.rules.due(&notification)?)
    }
}

/// Why a webhook request was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The token is missing or wrong: it did not come from Planyo.
    #[error("the token is missing or wrong")]
    Token,
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] NotificationError),
    /// It was read, and makes nobody due.
    #[error(transparent)]
    IgnoreReason(#[from] IgnoreReason),
}

impl WebhookError {
    /// The HTTP status to answer with: 404 where the token is missing or wrong, else 200, since posting it again would not help.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Token => 404,
            Self::Unreadable(_) | Self::IgnoreReason(_) => 200,
        }
    }
}
