//! Syncs the customers in the inbox.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Utc};
use planyo_client::reservations::GetReservation;

use super::{CustomerRef, Inbox, Trigger};
use crate::core::report::{Outcome, OutcomeKind};
use crate::engine::{PlanyoUsers, SyncError, SyncOptions, sync_customer_as, while_renewing};
use crate::store::{Actor, StateError};

/// The result of syncing a customer from the inbox. `Debug` and `Display` show no personal data.
#[derive(Debug)]
#[non_exhaustive]
pub struct Synced {
    /// The customer.
    pub customer: CustomerRef,
    /// The triggers.
    pub triggers: BTreeSet<Trigger>,
    /// The outcome, or why the sync failed. `None`: the customer or reservation does not exist any more.
    pub result: Result<Option<Outcome>, SyncError>,
    /// Whether it stays in the inbox for a retry.
    pub is_retried: bool,
}

impl fmt::Display for Synced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.customer)?;
        match &self.result {
            Ok(Some(outcome)) if outcome.kind == OutcomeKind::Skipped => {
                write!(f, "skipped: {}", outcome.reason)?;
            }
            Ok(Some(outcome)) => write!(f, "{}", outcome.kind.name())?,
            Ok(None) => f.write_str("not there any more")?,
            Err(error) => write!(f, "{error}")?,
        }
        if self.is_retried {
            f.write_str(", will be tried again")?;
        }
        f.write_str(" (")?;
        for (index, trigger) in self.triggers.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{trigger}")?;
        }
        f.write_str(")")
    }
}

/// Syncs the next customer in the inbox by [`sync_customer`](crate::sync_customer); `None` if none is ready. Do not call it concurrently: two
/// new customers who share an e-mail address or VAT number must not be created at the same time.
///
/// A transient failure is retried, and so is a customer whose lease another run has. A customer that is quarantined,
/// ambiguous or in conflict is done: see the outcome, and the store.
///
/// In the store's journal its writes have the actor [`Notification`](Actor::Notification).
///
/// `clock` is read before and after the sync: `Utc::now`, or the clock of a test.
///
/// # Errors
/// When the store cannot be used. Errors of Planyo and Billit are in [`Synced::result`].
pub async fn sync_next(
    users: &PlanyoUsers,
    billit: &billit_client::Client,
    options: &SyncOptions,
    inbox: &Inbox,
    clock: impl Fn() -> DateTime<Utc> + Send,
) -> Result<Option<Synced>, StateError> {
    let Some(lease) = inbox.lease(clock()).await? else {
        return Ok(None);
    };
    let run = Box::pin(sync(users, billit, options, lease.customer()));
    let result = while_renewing(Some(inbox.leases()), run).await;
    let is_retried = match &result {
        Ok(outcome) => outcome.as_ref().is_some_and(is_transient),
        Err(_) => true,
    };
    let synced = Synced {
        customer: lease.customer(),
        triggers: lease.triggers().clone(),
        result,
        is_retried,
    };
    if is_retried {
        lease.failed(clock()).await?;
    } else {
        lease.done(clock()).await?;
    }
    Ok(Some(synced))
}

/// Whether a retry may succeed. What Billit rejected would be rejected again.
fn is_transient(outcome: &Outcome) -> bool {
    outcome.unfinished || outcome.kind == OutcomeKind::Failed && outcome.rejection.is_none()
}

async fn sync(
    users: &PlanyoUsers,
    billit: &billit_client::Client,
    options: &SyncOptions,
    customer: CustomerRef,
) -> Result<Option<Outcome>, SyncError> {
    let user = match customer {
        CustomerRef::Customer(user) => Some(user),
        CustomerRef::CustomerOf(reservation) => {
            match users.client().send(GetReservation::new(reservation)).await {
                Err(error) if error.is_not_found() => None,
                answer => answer?.user_id,
            }
        }
    };
    let Some(user) = user else { return Ok(None) };
    match sync_customer_as(Actor::Notification, users, billit, user, options).await {
        // A forged notification, or a customer removed since.
        Err(error) if error.is_not_found() => Ok(None),
        outcome => outcome.map(Some),
    }
}
