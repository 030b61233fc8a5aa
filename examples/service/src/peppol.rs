//! Who can be sent an invoice over Peppol: looked up once a week, since registrations come and go.

use chrono::{DateTime, Utc};
use customer_sync::CustomerKey;
use customer_sync::peppol::{Reachability, Readiness, reachability};
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};

use crate::app::{App, Failure};
use crate::sources::Source;

/// The row `peppol/<customer>`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reach {
    /// The customer.
    pub key: CustomerKey,
    /// When it was looked up.
    pub at: DateTime<Utc>,
    /// Whether it receives invoices.
    pub reach: Reachability,
}

/// Looks up every business with a valid number, a call for each number. Persons are not on Peppol.
///
/// # Errors
/// When Planyo or the store cannot be used: what was looked up is remembered. A customer that Billit cannot look up is logged
/// and keeps what was known.
pub async fn look_up_all(app: &App) -> Result<(), Failure> {
    for source in app.sources().await? {
        look_up(app, &source).await?;
    }
    Ok(())
}

async fn look_up(app: &App, source: &Source) -> Result<(), Failure> {
    let mut pages = source.customers.customers(&source.rules);
    while let Some(page) = pages.try_next().await? {
        for customer in page.customers.iter().flatten() {
            if app.stop.is_cancelled() {
                return Ok(());
            }
            if Readiness::of(customer) != Readiness::Ready {
                continue;
            }
            let reach = match reachability(customer, &app.billit).await {
                Ok(reach) => reach,
                // One that Billit cannot look up must not hide the others.
                Err(error) => {
                    tracing::warn!(%error, "Peppol");
                    continue;
                }
            };
            let (key, at) = (customer.key.clone(), Utc::now());
            let row = format!("peppol/{key}");
            app.notes.write(&row, &Reach { key, at, reach }).await?;
        }
    }
    Ok(())
}
