//! A plan that was made before, applied.

use std::collections::HashMap;

use super::error::SyncError;
use super::options::SyncOptions;
use super::read::{all_customers, list_parties};
use super::remember::Remembering;
use super::run_plan::{calls, complete_report, run_plan};
use super::source::CustomerSource;
use crate::core::customer::CustomerKey;
use crate::core::fingerprint::Fingerprint;
use crate::core::parties::Parties;
use crate::core::party;
use crate::core::plan::{Action, Plan, Purpose, Step};
use crate::core::report::SyncReport;

/// Does what a plan says, where both sides still are as it saw them: all customers are read again, and a step whose
/// customer or party has changed since is skipped, and said; a customer whose party has been made since is not created.
///
/// It does not stop at [`SyncError::SafetyLimit`]: whoever applies a plan has seen it, and [`Plan::renamed`] and
/// [`Plan::missing_from_source`] are what the brake looks at.
///
/// Parties are listed first if the plan creates any, so that nobody is created twice and a merge is seen. Apply a
/// plan to the company it was made for.
///
/// # Errors
/// When a side cannot be read to its end, the plan is of another version, or it takes something back or forgets somebody
/// and there is no store. Then nothing was written.
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
            list_parties(billit, None).await?
        } else {
            Parties::default()
        };
        let remembering = Remembering::of_plan(plan, options)?;
        let mut report = run_plan(plan, parties, billit, remembering, options).await?;
        complete_report(&mut report, before, source, billit);
        Ok(report)
    };
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(run, tracing::info_span!("apply"));
    run.await
}

/// The plan without the steps whose customer has changed in the source since it was made.
async fn without_changed_records<S: CustomerSource + ?Sized>(
    plan: &Plan,
    source: &S,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let mut plan = plan.clone();
    if !plan.steps.iter().any(Step::writes) {
        return Ok(plan);
    }
    let customers = all_customers(source, options).await?;
    let now: HashMap<CustomerKey, Fingerprint> = customers
        .iter()
        .flatten()
        .map(|customer| {
            let said = party::source_values(customer, &options.rules).fingerprint();
            (customer.key.clone(), said)
        })
        .collect();
    for step in plan.steps.iter_mut().filter(|step| step.writes()) {
        let seen = step.preconditions.as_ref().map(|seen| seen.source);
        if now.get(&step.key).copied() != seen {
            let reason = "the record has changed in the source since the plan";
            step.action = Action::Skip {
                party: step.party(),
                reason: reason.to_owned(),
            };
        }
    }
    Ok(plan)
}
