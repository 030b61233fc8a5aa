//! A run of the customers that have changed in the source.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::TimeDelta;
use futures_util::stream::{self, StreamExt};

use super::cursor::{Cursor, save};
use super::error::SyncError;
use super::full_pass::full_pass;
use super::options::{Progress, SyncOptions};
use super::read::{all_customers, all_parties, read_remembered, without_erased};
use super::run_plan::{calls, complete_report, run_plan};
use super::safety_limit::check_limit;
use super::seen_properties::SeenProperties;
use super::session::StoreSession;
use super::sharers::plan_with_sharers;
use super::source::{CustomerSource, keep_who_got_an_id, key_of, keys_before_id};
use crate::core::customer::{Customer, CustomerKey, MappedCustomer};
use crate::core::kind;
use crate::core::parties::Parties;
use crate::core::party;
use crate::core::report::{Outcome, OutcomeKind, SyncReport};
use crate::core::snapshot::{LastOutcome, StateSnapshot};
use crate::store::{RunKind, Table};

/// As [`sync_customers`](crate::sync_customers), but only for customers whose record, or whose rules, have changed
/// since their last outcome. It sends no requests to Billit for other customers, and none at all if nothing has
/// changed. It needs a [store](SyncOptions::store); without one it does the same as
/// [`sync_customers`](crate::sync_customers).
///
/// The source lists all its customers, unless it can list only those that have changed
/// ([`PlanyoUsers::by_modified_since`](crate::PlanyoUsers::by_modified_since)). A change in Billit is seen only by a
/// full pass, which is the first run and then one a day ([`SyncOptions::full_pass_every`]).
///
/// A customer that would get a party is compared with the others that share its e-mail address, a number, or its name and
/// address, as in a full pass; these are read from the source one by one.
///
/// # Errors
/// As [`sync_customers`](crate::sync_customers).
pub async fn sync_changed<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<SyncReport, SyncError> {
    let run = changed(source, billit, options);
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(run, tracing::info_span!("sync_changed"));
    run.await
}

async fn changed<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<SyncReport, SyncError> {
    let before = calls(source, billit);
    source.check_rules(&options.rules)?;
    let Some(state) = &options.state else {
        return full_pass(source, billit, options).await;
    };
    let cursor: Option<Cursor> = state
        .read(Table::Cursors, options.rules.source_name())
        .await?;
    let mut cursor = cursor.unwrap_or_default();
    let now = (options.clock)();
    // A full pass in the future was stored by a clock that was wrong.
    let is_recent =
        |at| (TimeDelta::zero()..options.full_pass_every).contains(&now.signed_duration_since(at));
    if !cursor.full_pass.is_some_and(is_recent) {
        return full_pass(source, billit, options).await;
    }
    let mut session = StoreSession::of_all(RunKind::Changed, options).await?;
    let snapshot = &session.snapshot;
    let rules = cursor.rules.replace(options.rules.fingerprint());
    let changes = match &cursor.watermark {
        Some(watermark) if rules == cursor.rules => {
            source.changes(Some(watermark), &options.rules).await?
        }
        _ => None,
    };
    let (customers, properties, unproven_end) = if let Some(changes) = changes {
        cursor.watermark = Some(changes.watermark);
        options.report_progress(Progress::CustomersRead(changes.customers.len()));
        (
            without_erased(changes.customers, options).await?,
            None,
            false,
        )
    } else {
        let all = all_customers(source, options).await?;
        (all.customers, Some(all.properties), all.unproven_end)
    };
    let keys: BTreeSet<CustomerKey> = customers.iter().map(key_of).cloned().collect();
    let before_id = if snapshot.keys().any(CustomerKey::is_without_id) {
        keys_before_id(&customers)
    } else {
        BTreeMap::new()
    };
    let (due, same) = split_unchanged(customers, snapshot, options);
    let mut parties = parties_of(&due, snapshot, billit, options).await?;
    let mut plan = plan_with_sharers(source, &due, &mut parties, snapshot, billit, options).await?;
    plan.unproven_end = unproven_end;
    // Whether a customer that is not listed is missing.
    let is_all = properties.is_some() && !unproven_end;
    if is_all {
        let listed = keys.iter().collect();
        plan.find_missing(&parties, snapshot, &options.rules, &listed);
        keep_who_got_an_id(&mut plan, &before_id, snapshot);
    }
    let mut seen = None;
    if let Some(properties) = &properties {
        plan.warnings = properties.warnings(&options.rules);
        let listed = SeenProperties::of(properties, options).await?;
        plan.warnings.extend(listed.warning(options));
        seen = Some(listed);
    }
    let mut planned = plan.counts();
    planned.extend(same.iter().map(|outcome| outcome.kind));
    options.report_progress(Progress::Planned(planned));
    let linked = snapshot.iter().filter(|(key, known)| {
        known.party.is_some() && key.source() == options.rules.source_name()
    });
    check_limit(&plan, linked.count(), snapshot, options)?;
    for outcome in &same {
        options.report_progress(Progress::Settled(outcome));
    }
    if is_all {
        session.count_missed(&plan.missing_from_source).await;
    }
    let mut report = run_plan(&plan, parties, billit, session, options).await?;
    report.outcomes.extend(same);
    report.outcomes.sort_by(|a, b| a.key.cmp(&b.key));
    save(&cursor, &mut report, options).await;
    if let Some(seen) = seen {
        seen.remember(&mut report, options).await;
    }
    complete_report(&mut report, before, source, billit);
    Ok(report)
}

/// The customers that have changed, and the outcomes of the others.
///
/// Customers without a party are planned together with the changed ones: if two share an e-mail address, neither is
/// created, but one of them alone would be.
fn split_unchanged(
    customers: Vec<MappedCustomer>,
    snapshot: &StateSnapshot,
    options: &SyncOptions,
) -> (Vec<MappedCustomer>, Vec<Outcome>) {
    let rules_fingerprint = options.rules.fingerprint();
    let unchanged = |customer: &MappedCustomer| {
        let customer = customer.as_ref().ok()?;
        let known = snapshot.get(&customer.key)?;
        let last = known.last.as_ref()?;
        let source = party::source_values(customer, &options.rules).source_fingerprint();
        let is_same = last.is_of(&source, rules_fingerprint);
        is_same.then(|| unchanged_outcome(customer, last, known.party))
    };
    let known: Vec<Option<Outcome>> = customers.iter().map(unchanged).collect();
    let is_known =
        |(customer, known): (&MappedCustomer, &Option<_>)| customer.is_err() || known.is_some();
    let nothing_is_new = customers.iter().zip(&known).all(is_known);
    let (mut due, mut same) = (Vec::new(), Vec::new());
    for (customer, known) in customers.into_iter().zip(known) {
        match known.filter(|known| nothing_is_new || known.party.is_some()) {
            Some(outcome) => same.push(outcome),
            None => due.push(customer),
        }
    }
    (due, same)
}

fn unchanged_outcome(
    customer: &Customer,
    last: &LastOutcome,
    party: Option<billit_client::PartyId>,
) -> Outcome {
    let (outcome_kind, reason) = match last.kind {
        OutcomeKind::Ambiguous | OutcomeKind::Conflict | OutcomeKind::Quarantined => {
            (last.kind, &*last.reason)
        }
        OutcomeKind::Failed => (OutcomeKind::Quarantined, &*last.reason),
        _ => (OutcomeKind::Unchanged, ""),
    };
    let reason = match reason {
        "" => "nothing has changed in the source".to_owned(),
        reason => format!("{reason} (nothing has changed since)"),
    };
    Outcome {
        name: customer.name().unwrap_or_default(),
        customer_kind: kind::of(customer).0,
        party,
        ..Outcome::new(&customer.key, outcome_kind, reason)
    }
}

/// The parties that these customers may be: their own if each has one and they are few, or else all parties.
async fn parties_of(
    customers: &[MappedCustomer],
    snapshot: &StateSnapshot,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<Parties, SyncError> {
    /// The most items on a page of parties.
    const PAGE: usize = 120;
    let customers: Vec<&Customer> = customers.iter().flatten().collect();
    let party = |customer: &Customer| snapshot.get(&customer.key)?.party;
    let known: HashMap<_, _> = customers
        .iter()
        .filter_map(|customer| Some((party(customer)?, customer.key.to_string())))
        .collect();
    let pages = snapshot.len() / PAGE + 1;
    if known.len() < customers.len() || known.len() > pages {
        return all_parties(billit, options).await;
    }
    let mut parties = Parties::default();
    let reads = stream::iter(known).map(|(id, link)| async move {
        let party = read_remembered(billit, id).await?;
        Ok::<_, SyncError>(party.filter(|party| party::link(party) == Some(&link)))
    });
    let mut reads = reads.buffer_unordered(options.concurrency);
    let mut read = 0;
    while let Some(party) = reads.next().await {
        read += 1;
        options.report_progress(Progress::PartiesRead(read));
        match party? {
            Some(party) => parties.add_whole(&party),
            // Deleted, or linked to another customer: any party may be this customer.
            None => return all_parties(billit, options).await,
        }
    }
    Ok(parties)
}
