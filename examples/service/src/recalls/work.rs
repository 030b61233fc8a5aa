//! What goes on by itself: the recalls of each day, and the messages that are due.

use std::sync::atomic::Ordering;

use chrono::{DateTime, Utc};
use customer_sync::recalls::RecallStore;

use super::{Refreshed, has_failed, is_unclear, refresh, send_due};
use crate::app::{App, Failure};

/// Makes the recalls of the day, unless that is done, and sends what is due.
///
/// # Errors
/// When a system or the store cannot be used.
pub async fn work(app: &App, now: DateTime<Utc>) -> Result<(), Failure> {
    if app.recalls.rules.is_empty() {
        return Ok(());
    }
    let zone = app.zone().await?;
    let today = zone.to_local(now).date();
    let last = Refreshed::last(app).await?;
    if last.is_none_or(|last| zone.to_local(last.at).date() != today) {
        refresh(app, now).await?;
    }
    send_due(app, now).await?;
    let (recalls, local) = (
        RecallStore::new(&app.state).all().await?,
        zone.to_local(now),
    );
    let waiting = recalls.iter();
    let waiting = waiting.filter(|recall| is_unclear(recall, local) || has_failed(recall));
    let recalls = &app.recalls.wait_for_a_person;
    recalls.store(waiting.count(), Ordering::Relaxed);
    Ok(())
}
