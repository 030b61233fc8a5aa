//! Syncing who is due.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Utc};
use planyo_client::reservations::GetReservation;

use super::{CustomerRef, Inbox, Trigger};
use crate::core::report::{Outcome, OutcomeKind};
use crate::engine::{PlanyoUsers, SyncError, SyncOptions, sync_customer};
use crate::store::{Actor, StateError};

/// A customer who was due, and what became of it. `Debug` and `Display` show no personal data.
#[derive(Debug)]
#[non_exhaustive]
pub struct Synced {
    /// Whose customer.
    pub whom: CustomerRef,
    /// Because of what.
    pub triggers: BTreeSet<Trigger>,
    /// Where it ended up, or why it could not be synced. `None`: nobody is there any more who could be.
    pub result: Result<Option<Outcome>, SyncError>,
    /// Whether it waits in the inbox for another try.
    pub is_retried: bool,
}

impl fmt::Display for Synced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.whom)?;
        match &self.result {
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

/// Syncs the customer who has been due the longest, by [`sync_customer`]; `None` when nobody is due now. One at a time, since
/// two new customers who share an e-mail address or VAT number must not be created side by side.
///
/// What fails for a reason that may pass waits in the inbox for another try; so does a customer whom another run is at. What
/// is quarantined, ambiguous or in conflict is done: it is in the outcome, and in the store.
///
/// In the store's journal what it writes is [by a notification](Actor::Notification).
///
/// `clock` says what time it is, once before and once after: `Utc::now`, or that of a test.
///
/// # Errors
/// When the store cannot be used. What both services say is in [`Synced::result`].
pub async fn sync_next(
    users: &PlanyoUsers,
    billit: &billit_client::Client,
    options: &SyncOptions,
    inbox: &Inbox,
    clock: impl Fn() -> DateTime<Utc> + Send,
) -> Result<Option<Synced>, StateError> {
    let Some(due) = inbox.take(clock()) else {
        return Ok(None);
    };
    let options = options.clone().actor(Actor::Notification);
    let result = sync(users, billit, &options, due.whom()).await;
    let is_retried = match &result {
        Ok(outcome) => outcome.as_ref().is_some_and(may_pass),
        Err(_) => true,
    };
    let synced = Synced {
        whom: due.whom(),
        triggers: due.triggers().clone(),
        result,
        is_retried,
    };
    if is_retried {
        due.failed(clock())?;
    } else {
        due.done(clock())?;
    }
    Ok(Some(synced))
}

/// What Billit rejected would be rejected again.
fn may_pass(outcome: &Outcome) -> bool {
    outcome.unfinished || outcome.kind == OutcomeKind::Failed && outcome.rejection.is_none()
}

async fn sync(
    users: &PlanyoUsers,
    billit: &billit_client::Client,
    options: &SyncOptions,
    whom: CustomerRef,
) -> Result<Option<Outcome>, SyncError> {
    let user = match whom {
        CustomerRef::Customer(user) => Some(user),
        CustomerRef::CustomerOf(reservation) => {
            match users.client().send(GetReservation::new(reservation)).await {
                Err(error) if error.is_not_found() => None,
                answer => answer?.user_id,
            }
        }
    };
    let Some(user) = user else { return Ok(None) };
    match sync_customer(users, billit, user, options).await {
        // Forged, or removed since.
        Err(SyncError::Planyo(error)) if error.is_not_found() => Ok(None),
        outcome => outcome.map(Some),
    }
}
