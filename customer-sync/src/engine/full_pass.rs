//! A run of all customers against all parties.

use std::collections::BTreeSet;

use futures_util::future::try_join;

use super::cursor::StartOfRun;
use super::error::SyncError;
use super::options::{Progress, SyncOptions};
use super::read::{all_customers, all_parties};
use super::run_plan::{calls, complete_report, run_plan};
use super::safety_limit::{check_limit, linked_by};
use super::seen_properties::SeenProperties;
use super::session::StoreSession;
use super::source::{CustomerSource, keep_who_got_an_id, key_of, keys_before_id};
use super::summaries::plan_with_details;
use crate::core::customer::CustomerKey;
use crate::core::parties::Parties;
use crate::core::plan::Plan;
use crate::core::report::SyncReport;
use crate::store::{RunKind, StateError};

/// Makes Billit's customers equal to the source's: [`plan_customers`], then [`apply`](crate::apply) without reading
/// both sides again.
///
/// A customer that fails does not stop the others; the report has the outcome of each.
///
/// # Errors
/// When a side cannot be read to its end, or at the [safety limit](SyncError::SafetyLimit). Then nothing was written:
/// an incomplete listing is never used.
pub async fn sync_customers<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<SyncReport, SyncError> {
    // In a box, so that the future of the caller stays small.
    let run = Box::pin(full_pass(source, billit, options));
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(run, tracing::info_span!("sync_customers"));
    run.await
}

pub(super) async fn full_pass<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<SyncReport, SyncError> {
    let before = calls(source, billit);
    let start = StartOfRun::of(source, options).await?;
    let mut session = StoreSession::of_all(RunKind::Full, options).await?;
    let (plan, parties, seen) = read_and_plan(source, billit, &session, options).await?;
    options.report_progress(Progress::Planned(plan.counts()));
    check_limit(&plan, linked_by(&plan), &session.snapshot, options)?;
    if !plan.unproven_end {
        session.count_missed(&plan.missing_from_source).await;
    }
    let mut report = run_plan(&plan, parties, billit, session, options).await?;
    start.record_full_pass(&mut report, options).await;
    seen.remember(&mut report, options).await;
    clean_up(&mut report, options).await;
    complete_report(&mut report, before, source, billit);
    Ok(report)
}

/// Reads both sides and makes a plan. It writes nothing.
///
/// # Errors
/// When a side cannot be read to its end.
pub async fn plan_customers<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let run = async {
        let session = StoreSession::of_all(RunKind::Plan, options).await?;
        read_and_plan(source, billit, &session, options).await
    };
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(run, tracing::info_span!("plan_customers"));
    let (plan, ..) = run.await?;
    options.report_progress(Progress::Planned(plan.counts()));
    Ok(plan)
}

async fn read_and_plan<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    session: &StoreSession,
    options: &SyncOptions,
) -> Result<(Plan, Parties, SeenProperties), SyncError> {
    let listed = all_customers(source, options);
    let (listed, mut parties) = try_join(listed, all_parties(billit, options)).await?;
    let customers = listed.customers;
    let snapshot = &session.snapshot;
    let mut plan = plan_with_details(&customers, &mut parties, snapshot, billit, options).await?;
    plan.unproven_end = listed.unproven_end;
    if !plan.unproven_end {
        let keys: BTreeSet<&CustomerKey> = customers.iter().map(key_of).collect();
        plan.find_missing(&parties, snapshot, &options.rules, &keys);
        let mut missing = plan.missing_from_source.iter();
        if missing.any(|missing| missing.key.is_without_id()) {
            keep_who_got_an_id(&mut plan, &keys_before_id(&customers), snapshot);
        }
    }
    plan.warnings = listed.properties.warnings(&options.rules);
    let seen = SeenProperties::of(&listed.properties, options).await?;
    plan.warnings.extend(seen.warning(options));
    Ok((plan, parties, seen))
}

/// Removes what the store need not keep: runs that are older than the journal is kept, and leases of programs that are gone.
async fn clean_up(report: &mut SyncReport, options: &SyncOptions) {
    let Some(state) = &options.state else { return };
    let clean = async {
        state.remove_ended_leases().await?;
        let before = options.keep_journal;
        let before = before.and_then(|time| (options.clock)().checked_sub_signed(time));
        if let Some(before) = before {
            state.forget_runs(before).await?;
        }
        Ok::<_, StateError>(())
    };
    if let Err(error) = clean.await {
        report.store_error.get_or_insert(error.to_string());
    }
}
