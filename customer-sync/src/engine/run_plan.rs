//! Applies a plan: the last part of every kind of run.

use super::error::SyncError;
use super::options::SyncOptions;
use super::session::{StoreSession, while_renewing};
use super::source::CustomerSource;
use super::summaries::read_before_create;
use super::write::Run;
use crate::core::parties::Parties;
use crate::core::plan::Plan;
use crate::core::report::{Calls, SyncReport};

/// The requests that both clients have made so far.
pub(super) fn calls<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
) -> Calls {
    Calls {
        source: source.requests(),
        billit: billit.requests(),
    }
}

/// Adds the number of requests to the report, and its counters to the trace.
pub(super) fn complete_report<S: CustomerSource + ?Sized>(
    report: &mut SyncReport,
    before: Calls,
    source: &S,
    billit: &billit_client::Client,
) {
    let now = calls(source, billit);
    report.calls = Calls {
        source: now.source.saturating_sub(before.source),
        billit: now.billit.saturating_sub(before.billit),
    };
    #[cfg(feature = "tracing")]
    for (counter, value) in report.counters() {
        tracing::info!(counter, value, "run is over");
    }
}

/// Applies the plan and stores the result.
pub(super) async fn run_plan(
    plan: &Plan,
    mut parties: Parties,
    billit: &billit_client::Client,
    session: StoreSession,
    options: &SyncOptions,
) -> Result<SyncReport, SyncError> {
    read_before_create(plan, &mut parties, billit, options).await?;
    let run = Run::new(billit, options, &parties, &session);
    let mut report = while_renewing(session.leases(), Box::pin(run.apply(plan))).await;
    drop(run);
    report.run = session.run().cloned();
    report
        .missing_from_source
        .clone_from(&plan.missing_from_source);
    report.warnings.clone_from(&plan.warnings);
    report.unproven_end = plan.unproven_end;
    let failure = session.finish(&report).await;
    report.store_error = failure.map(|error| error.to_string());
    Ok(report)
}
