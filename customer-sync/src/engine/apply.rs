//! Applies a plan that was made before.

use std::collections::HashMap;

use super::error::SyncError;
use super::options::SyncOptions;
use super::read::{all_customers, all_parties};
use super::run_plan::{calls, complete_report, run_plan};
use super::session::StoreSession;
use super::source::CustomerSource;
use crate::core::customer::{CustomerKey, Problem};
use crate::core::fingerprint::SourceFingerprint;
use crate::core::parties::Parties;
use crate::core::party;
use crate::core::plan::{Action, Plan, Purpose, Step};
use crate::core::report::SyncReport;

/// Applies a plan as far as both sides are unchanged. All customers are read again. A step whose customer or party has
/// changed since the plan is skipped and reported, also if a customer to create has a party by now.
///
/// There is no safety limit here, since the plan can be checked before: [`SyncError::SafetyLimit`] looks at
/// [`Plan::renamed`], [`Plan::missing_from_source`], [`Plan::remapped`] and, with a store, [`Plan::overwritten_unknown`].
///
/// If the plan creates parties, all parties are listed first, so that no party is created twice and a merge is noticed.
/// Apply a plan to the Billit company it was made for.
///
/// # Errors
/// When a side cannot be read to its end, the plan has another version or was made with other rules, or it is an undo,
/// unlink or erase and there is no store. Then nothing was written.
pub async fn apply<S: CustomerSource + ?Sized>(
    plan: &Plan,
    source: &S,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<SyncReport, SyncError> {
    if plan.version != Plan::VERSION {
        return Err(SyncError::PlanVersion(plan.version));
    }
    if plan.purpose == Purpose::Sync && plan.rules != Some(options.rules.fingerprint()) {
        return Err(SyncError::OtherRules);
    }
    let run = async {
        let before = calls(source, billit);
        let plan = &match plan.purpose {
            Purpose::Sync => without_changed_records(plan, source, options).await?,
            _ => plan.clone(),
        };
        let creates = |step: &Step| matches!(step.action, Action::Create { .. });
        let parties = if plan.steps.iter().any(creates) {
            all_parties(billit, options).await?
        } else {
            Parties::default()
        };
        let session = StoreSession::of_plan(plan, options).await?;
        let mut report = run_plan(plan, parties, billit, session, options).await?;
        complete_report(&mut report, before, source, billit);
        Ok(report)
    };
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(run, tracing::info_span!("apply"));
    run.await
}

/// The plan, with a skip for each customer that has changed in the source since it was made.
async fn without_changed_records<S: CustomerSource + ?Sized>(
    plan: &Plan,
    source: &S,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let mut plan = plan.clone();
    if !plan.steps.iter().any(Step::writes) {
        return Ok(plan);
    }
    let customers = all_customers(source, options).await?.customers;
    let left_out = |problem: &Problem| matches!(problem, Problem::LeftOut(_));
    let left_out: HashMap<&CustomerKey, String> = customers
        .iter()
        .filter_map(|customer| customer.as_ref().err())
        .filter(|(_, problem)| left_out(problem))
        .map(|(key, problem)| (key, problem.to_string()))
        .collect();
    let now: HashMap<CustomerKey, SourceFingerprint> = customers
        .iter()
        .flatten()
        .map(|customer| {
            let source = party::source_values(customer, &options.rules).source_fingerprint();
            (customer.key.clone(), source)
        })
        .collect();
    for step in plan.steps.iter_mut().filter(|step| step.writes()) {
        let planned = step.preconditions.as_ref().map(|both| &both.source);
        let now = now.get(&step.key);
        if !planned
            .zip(now)
            .is_some_and(|(planned, now)| planned.is_same(now))
        {
            let changed = || "the record has changed in the source since the plan".to_owned();
            let reason = left_out.get(&step.key).cloned();
            step.action = Action::Skip {
                party: step.party(),
                reason: reason.unwrap_or_else(changed),
            };
        }
    }
    Ok(plan)
}
