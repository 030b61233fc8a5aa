//! The lease of a customer, and how a run keeps its leases.

use std::borrow::Cow;
use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::time::{Instant, sleep};

use super::super::error::SyncError;
use super::super::options::SyncOptions;
use crate::core::customer::CustomerKey;
use crate::store::{Lease, Leases, Taken};

/// Why a customer is skipped whose lease another run has.
pub(in crate::engine) const HELD: &str = "another run has the lease of this customer";

/// Whether a customer may be written now.
pub(in crate::engine) enum LeaseResult {
    /// Yes, while this lease is held. Without a store there is none.
    Acquired(Option<Lease>),
    /// No: another run has the lease, or has changed the state since the plan, or the store cannot be used.
    Unavailable(Cow<'static, str>),
}

impl From<Taken> for LeaseResult {
    fn from(taken: Taken) -> Self {
        match taken {
            Taken::Lease(lease) => Self::Acquired(Some(lease)),
            Taken::Held => Self::Unavailable(HELD.into()),
            Taken::Changed => {
                Self::Unavailable("another run has changed this customer since the plan".into())
            }
        }
    }
}

pub(super) fn lease_name(key: &CustomerKey) -> String {
    format!("customer {key}")
}

/// Does work while the leases are renewed.
pub(crate) async fn while_renewing<T>(leases: Option<&Leases>, work: impl Future<Output = T>) -> T {
    let Some(leases) = leases else {
        return work.await;
    };
    let renewing = async {
        loop {
            sleep(leases.time() / 3).await;
            // If it fails, it is tried again, and until then `Lease::is_held` tells when they end.
            let _ = leases.renew().await;
        }
    };
    match select(pin!(work), pin!(renewing)).await {
        Either::Left((done, _)) => done,
        Either::Right((never, _)) => {
            let never: Infallible = never;
            match never {}
        }
    }
}

/// Takes the lease of a customer, and waits for it; `None` after [`SyncOptions::lease_wait`].
pub(in crate::engine) async fn take_lease(
    leases: &Leases,
    key: &CustomerKey,
    options: &SyncOptions,
) -> Result<Option<Lease>, SyncError> {
    const FIRST: Duration = Duration::from_millis(10);
    const LONGEST: Duration = Duration::from_secs(1);
    let end = Instant::now() + options.lease_wait;
    let mut pause = FIRST;
    loop {
        let lease = leases.take(&lease_name(key)).await?;
        let left = end.saturating_duration_since(Instant::now());
        if lease.is_some() || left.is_zero() || options.cancellation.is_cancelled() {
            return Ok(lease);
        }
        // Several that wait for one customer do not all ask at once.
        sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0).min(left)).await;
        pause = (2 * pause).min(LONGEST);
    }
}
