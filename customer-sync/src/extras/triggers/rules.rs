//! Which events lead to a sync, and of which customer.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use planyo_client::incoming::Notification;
use planyo_client::reservations::{LoggedAction, Reservation};
use planyo_client::{ReservationId, ReservationStatus, ResourceId, SiteId, UserId};
use serde::{Deserialize, Serialize};

use super::Trigger;

/// The customer to sync. Its text, such as `customer:7`, is no personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
#[non_exhaustive]
pub enum CustomerRef {
    /// This customer.
    Customer(UserId),
    /// The customer of this reservation, which has to be read to find them.
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

/// The text is not a customer or reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no customer; it should be like `customer:7` or `reservation:7`")]
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
    fn from(customer: CustomerRef) -> Self {
        customer.to_string()
    }
}

impl TryFrom<String> for CustomerRef {
    type Error = ParseCustomerRefError;

    fn try_from(text: String) -> Result<Self, ParseCustomerRefError> {
        text.parse()
    }
}

/// A customer to sync, and the trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct SyncRequest {
    /// The customer.
    pub customer: CustomerRef,
    /// The trigger.
    pub trigger: Trigger,
}

impl SyncRequest {
    /// A request to sync this customer because of this trigger.
    #[must_use]
    pub fn new(customer: CustomerRef, trigger: Trigger) -> Self {
        Self { customer, trigger }
    }
}

/// Which triggers count, and for which sites, resources and reservation states. Default:
/// [the nine customer events](Trigger::CUSTOMER_EVENTS), without filters.
///
/// A filter applies only where the event has the attribute: a changed customer has no resource, and passes a resource
/// filter. To filter *customers*, use `PlanyoUsers::only`, which sees the customer record.
///
/// ```
/// use customer_sync::triggers::{Trigger, TriggerRules, CustomerRef};
/// use planyo_client::incoming::Notification;
///
/// let rules = TriggerRules::only([Trigger::CheckedOut]).sites([21_710.into()]);
/// let body = b"notification_type=checked_out&reservation=19710795&user=838829&calendar=21710";
/// let notification = Notification::parse("application/x-www-form-urlencoded", body)?;
/// let request = rules.sync_request(&notification).unwrap();
/// assert_eq!((request.customer, request.trigger), (CustomerRef::Customer(838_829.into()), Trigger::CheckedOut));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "rules do nothing until they are used"]
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

/// What the filters look at.
struct Attributes {
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

    /// Only events of these sites. Default: all.
    pub fn sites(mut self, sites: impl IntoIterator<Item = SiteId>) -> Self {
        self.sites.extend(sites);
        self
    }

    /// Only events of these resources. Default: all.
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

    /// The sync request of a notification.
    ///
    /// # Errors
    /// When it is ignored, with the reason.
    pub fn sync_request(&self, notification: &Notification) -> Result<SyncRequest, IgnoreReason> {
        let trigger = self.wanted(Trigger::of(&notification.name))?;
        self.check(&Attributes {
            site: notification.site_id,
            resource: notification.resource_id,
            status: notification.status,
        })?;
        // PHP sends 0 for "none".
        let user = notification.user_id.filter(|id| id.get() != 0);
        let reservation = notification.reservation_id.filter(|id| id.get() != 0);
        let (user, reservation) = (
            user.map(CustomerRef::Customer),
            reservation.map(CustomerRef::CustomerOf),
        );
        let customer = user.or(reservation).ok_or(IgnoreReason::NoCustomer)?;
        Ok(SyncRequest { customer, trigger })
    }

    /// The sync request of an action in the feed, which has the reservation and not the customer. The state of the
    /// reservation is not known before it is read: see [`check_reservation`](Self::check_reservation).
    ///
    /// # Errors
    /// When it is ignored, with the reason.
    pub fn sync_request_of_action(
        &self,
        action: &LoggedAction,
    ) -> Result<SyncRequest, IgnoreReason> {
        let trigger = self.wanted(action.event_type.and_then(Trigger::of_action))?;
        self.check(&Attributes {
            site: None,
            resource: action.resource_id,
            status: None,
        })?;
        let customer = action.reservation_id.map(CustomerRef::CustomerOf);
        let customer = customer.ok_or(IgnoreReason::NoCustomer)?;
        Ok(SyncRequest { customer, trigger })
    }

    /// Whether a reservation passes the filters.
    ///
    /// # Errors
    /// When it is ignored, with the reason.
    pub fn check_reservation(&self, reservation: &Reservation) -> Result<(), IgnoreReason> {
        self.check(&Attributes {
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

    fn check(&self, attributes: &Attributes) -> Result<(), IgnoreReason> {
        let is_wanted = |sites: &BTreeSet<SiteId>, site| sites.is_empty() || sites.contains(&site);
        if attributes
            .site
            .is_some_and(|site| !is_wanted(&self.sites, site))
        {
            return Err(IgnoreReason::Site);
        }
        let resources = &self.resources;
        let is_other = |resource| !resources.is_empty() && !resources.contains(&resource);
        if attributes.resource.is_some_and(is_other) {
            return Err(IgnoreReason::Resource);
        }
        let is_excluded = |status: ReservationStatus| {
            !status.contains(self.required) || status.intersects(self.excluded)
        };
        if attributes.status.is_some_and(is_excluded) {
            return Err(IgnoreReason::Status);
        }
        Ok(())
    }
}

/// Why an event is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum IgnoreReason {
    /// It is not one of the triggers that count.
    #[error("no trigger that counts")]
    Event,
    /// It names neither a customer nor a reservation.
    #[error("names neither customer nor reservation")]
    NoCustomer,
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
