//! A run of the customers that have changed in the source.

use std::collections::{BTreeSet, HashMap};

use chrono::TimeDelta;
use futures_util::stream::{self, StreamExt};

use super::cursor::{Cursor, save};
use super::error::SyncError;
use super::full_pass::full_pass;
use super::options::{Progress, SyncOptions};
use super::read::{all_customers, list_parties, read_remembered, without_erased};
use super::remember::Remembering;
use super::run_plan::{calls, complete_report, run_plan};
use super::safety_limit::check_safety_limit;
use super::source::{CustomerSource, key_of};
use super::summaries::plan_with_details;
use crate::core::customer::{Customer, CustomerKey, MappedCustomer};
use crate::core::fingerprint::by_rules;
use crate::core::kind;
use crate::core::parties::Parties;
use crate::core::party;
use crate::core::report::{Outcome, OutcomeKind, SyncReport};
use crate::core::snapshot::{LastOutcome, StateSnapshot};
use crate::store::{RunKind, Table};

/// As [`sync_customers`](crate::sync_customers), but only for customers whose record, or whose rules, have changed since
/// they were settled last: Billit is asked about nobody else, and not at all if there is nobody. Needs a
/// [store](SyncOptions::store); without one it is [`sync_customers`](crate::sync_customers).
///
/// The source lists all its customers, unless it can tell which have changed
/// ([`PlanyoUsers::by_modified_since`](crate::PlanyoUsers::by_modified_since)). What somebody changes in Billit, it sees
/// only at the full pass that it makes the first time, and once a day if
/// [not set otherwise](SyncOptions::full_pass_every). Where the source tells what has changed, a customer who shares an
/// e-mail address with another whom nobody could tell apart either is compared without that one: of the two, the one that
/// changes first gets a party, and the full pass reports the other.
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
    let Some(state) = &options.state else {
        return full_pass(source, billit, options).await;
    };
    let cursor: Option<Cursor> = state.read(Table::Cursors, options.rules.source_name())?;
    let mut cursor = cursor.unwrap_or_default();
    let now = (options.clock)();
    // A full pass in the future was noted by a clock that was wrong.
    let is_recent =
        |at| (TimeDelta::zero()..options.full_pass_every).contains(&now.signed_duration_since(at));
    if !cursor.full_pass.is_some_and(is_recent) {
        return full_pass(source, billit, options).await;
    }
    let mut remembering = Remembering::of_all(RunKind::Changed, options)?;
    let memory = &remembering.memory;
    let rules = cursor.rules.replace(options.rules.fingerprint());
    let news = match &cursor.mark {
        Some(mark) if rules == cursor.rules => source.changes(Some(mark), &options.rules).await?,
        _ => None,
    };
    let is_all = news.is_none();
    let customers = match news {
        Some(changes) => {
            cursor.mark = Some(changes.mark);
            without_erased(changes.customers, options)?
        }
        None => all_customers(source, options).await?,
    };
    let keys: BTreeSet<CustomerKey> = customers.iter().map(key_of).cloned().collect();
    let (due, same) = sorted(customers, memory, options);
    let mut parties = parties_of(&due, memory, billit, options).await?;
    let mut plan = plan_with_details(&due, &mut parties, memory, billit, options).await?;
    if is_all {
        let listed = keys.iter().collect();
        plan.find_missing(&parties, memory, &options.rules, &listed);
    }
    let mut planned = plan.counts();
    planned.extend(same.iter().map(|outcome| outcome.kind));
    options.tell(Progress::Planned(planned));
    let linked = memory.iter().filter(|(key, known)| {
        known.party.is_some() && key.source() == options.rules.source_name()
    });
    check_safety_limit(&plan, linked.count(), options)?;
    for outcome in &same {
        options.tell(Progress::Settled(outcome));
    }
    if is_all {
        remembering.count_missed(&plan.missing_from_source);
    }
    let mut report = run_plan(&plan, parties, billit, remembering, options).await?;
    report.outcomes.extend(same);
    report.outcomes.sort_by(|a, b| a.key.cmp(&b.key));
    save(&cursor, &mut report, options);
    complete_report(&mut report, before, source, billit);
    Ok(report)
}

/// The customers of whom there is something new, and what became of the others.
///
/// Who has no party is planned beside the new ones: of two who share an e-mail address neither is created, and alone one
/// would be.
fn sorted(
    customers: Vec<MappedCustomer>,
    memory: &StateSnapshot,
    options: &SyncOptions,
) -> (Vec<MappedCustomer>, Vec<Outcome>) {
    let rules_print = options.rules.fingerprint();
    let as_known = |customer: &MappedCustomer| {
        let customer = customer.as_ref().ok()?;
        let known = memory.get(&customer.key)?;
        let last = known.last.as_ref()?;
        let said = party::source_values(customer, &options.rules).fingerprint();
        let is_same = last.source == by_rules(said, rules_print);
        is_same.then(|| as_before(customer, last, known.party))
    };
    let known: Vec<Option<Outcome>> = customers.iter().map(as_known).collect();
    let is_old =
        |(customer, known): (&MappedCustomer, &Option<_>)| customer.is_err() || known.is_some();
    let nothing_is_new = customers.iter().zip(&known).all(is_old);
    let (mut due, mut same) = (Vec::new(), Vec::new());
    for (customer, known) in customers.into_iter().zip(known) {
        match known.filter(|known| nothing_is_new || known.party.is_some()) {
            Some(outcome) => same.push(outcome),
            None => due.push(customer),
        }
    }
    (due, same)
}

fn as_before(
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

/// The parties that these customers may be: their own, if each has one and they are few; or else all parties.
async fn parties_of(
    customers: &[MappedCustomer],
    memory: &StateSnapshot,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<Parties, SyncError> {
    /// Items on a page of parties at most.
    const PAGE: usize = 120;
    let customers: Vec<&Customer> = customers.iter().flatten().collect();
    let party = |customer: &Customer| memory.get(&customer.key)?.party;
    let known: HashMap<_, _> = customers
        .iter()
        .filter_map(|customer| Some((party(customer)?, customer.key.to_string())))
        .collect();
    let pages = memory.len() / PAGE + 1;
    if known.len() < customers.len() || known.len() > pages {
        return list_parties(billit, None).await;
    }
    let mut parties = Parties::default();
    let reads = stream::iter(known).map(|(id, link)| async move {
        let party = read_remembered(billit, id).await?;
        Ok::<_, SyncError>(party.filter(|party| party::link(party) == Some(&link)))
    });
    let mut reads = reads.buffer_unordered(options.concurrency);
    while let Some(party) = reads.next().await {
        match party? {
            Some(party) => parties.read_whole(&party),
            // Gone, or somebody else's: then it may be any.
            None => return list_parties(billit, None).await,
        }
    }
    Ok(parties)
}
