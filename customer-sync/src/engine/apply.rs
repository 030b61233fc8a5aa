//! Applies a plan that was made before.

use std::collections::{HashMap, HashSet};

use super::error::SyncError;
use super::options::{Progress, SyncOptions};
use super::read::{all_customers, all_parties, without_erased};
use super::run_plan::{calls, complete_report, run_plan};
use super::session::StoreSession;
use super::source::{CustomerSource, key_of};
use crate::core::customer::{CustomerKey, MappedCustomer, Problem};
use crate::core::fingerprint::SourceFingerprint;
use crate::core::parties::Parties;
use crate::core::party;
use crate::core::plan::{Action, FEW_WRITES, Plan, Purpose, Step};
use crate::core::report::SyncReport;

/// Applies a plan as far as both sides are unchanged. The customers are read again: up to ten that are written one by one,
/// more of them by the list of all. A step whose customer or party has changed since the plan is skipped and reported, also if
/// a customer to create has a party by now.
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
///
/// Few customers are read one by one. What such a record does not show as it was planned, the list of all decides: a source
/// may say a customer in another way there, and a record that cannot be read must not stop the others.
async fn without_changed_records<S: CustomerSource + ?Sized>(
    plan: &Plan,
    source: &S,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let mut plan = plan.clone();
    let writing: Vec<&Step> = plan.steps.iter().filter(|step| step.writes()).collect();
    if writing.is_empty() {
        return Ok(plan);
    }
    let alone = if writing.len() <= FEW_WRITES {
        read_one_by_one(&writing, source, options).await?
    } else {
        SourceFingerprints::new()
    };
    let is_as_planned = |step: &Step, now: Option<&SourceFingerprint>| {
        let planned = step.preconditions.as_ref().map(|both| &both.source);
        let both = planned.zip(now);
        both.is_some_and(|(planned, now)| planned.is_same(now))
    };
    if writing
        .iter()
        .all(|step| is_as_planned(step, alone.get(&step.key)))
    {
        options.report_progress(Progress::CustomersRead(alone.len()));
        return Ok(plan);
    }
    let listed = all_customers(source, options).await?;
    let now = fingerprints(&listed.customers, options);
    let keys: HashSet<&CustomerKey> = listed.customers.iter().map(key_of).collect();
    let left_out = |problem: &Problem| matches!(problem, Problem::LeftOut(_));
    let left_out: HashMap<&CustomerKey, String> = listed
        .customers
        .iter()
        .filter_map(|customer| customer.as_ref().err())
        .filter(|(_, problem)| left_out(problem))
        .map(|(key, problem)| (key, problem.to_string()))
        .collect();
    for step in plan.steps.iter_mut().filter(|step| step.writes()) {
        let alone = alone.get(&step.key);
        // The list may not say the language.
        let listed_now = now.get(&step.key).map(|now| match alone {
            Some(alone) => now.after(alone),
            None => *now,
        });
        if is_as_planned(step, alone) || is_as_planned(step, listed_now.as_ref()) {
            continue;
        }
        let reason = if listed.unproven_end || keys.contains(&step.key) {
            let changed = || "the record has changed in the source since the plan".to_owned();
            left_out.get(&step.key).cloned().unwrap_or_else(changed)
        } else {
            Problem::GoneFromSource.to_string()
        };
        step.action = Action::Skip {
            party: step.party(),
            reason,
        };
    }
    Ok(plan)
}

/// What the source has of each customer now.
type SourceFingerprints = HashMap<CustomerKey, SourceFingerprint>;

/// Reads the customers of these steps, without those that are gone or cannot be used.
async fn read_one_by_one<S: CustomerSource + ?Sized>(
    steps: &[&Step],
    source: &S,
    options: &SyncOptions,
) -> Result<SourceFingerprints, SyncError> {
    source.check_rules(&options.rules)?;
    let mut customers = Vec::with_capacity(steps.len());
    for step in steps {
        match source.customer(step.key.id(), &options.rules).await {
            Ok(customer) => customers.push(customer),
            Err(error) if error.is_not_found() => {}
            // If it is an outage, the list says so too.
            Err(_) => break,
        }
    }
    let customers = without_erased(customers, options).await?;
    Ok(fingerprints(&customers, options))
}

fn fingerprints(customers: &[MappedCustomer], options: &SyncOptions) -> SourceFingerprints {
    let usable = customers.iter().flatten();
    usable
        .map(|customer| {
            let source = party::source_values(customer, &options.rules).source_fingerprint();
            (customer.key.clone(), source)
        })
        .collect()
}
