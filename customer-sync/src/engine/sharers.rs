//! Other customers that share an e-mail address, a number, or the name and address with one that would get a party.
//!
//! A run of all customers compares them with each other. A run of one or a few has to look for the others, so that it
//! does the same: it plans them together.

use std::collections::{BTreeMap, BTreeSet};

use super::cursor::Cursor;
use super::error::SyncError;
use super::options::SyncOptions;
use super::read::without_erased;
use super::source::{CustomerSource, key_of};
use super::summaries::plan_with_details;
use crate::core::customer::{CustomerKey, MappedCustomer};
use crate::core::fingerprint::Fingerprint;
use crate::core::parties::Parties;
use crate::core::plan::{Action, Plan, Step};
use crate::core::snapshot::StateSnapshot;
use crate::store::{State, Table};

/// Plans these customers together with those that share a match key with one that would get a party, and returns the
/// plan of these alone.
///
/// With a store, the others are those that the last full pass and the runs since then knew; without one, those for which
/// the source can search. If neither can tell, the customer waits for the full pass.
pub(super) async fn plan_with_sharers<S: CustomerSource + ?Sized>(
    source: &S,
    customers: &[MappedCustomer],
    parties: &mut Parties,
    snapshot: &StateSnapshot,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let mut plan = plan_with_details(customers, parties, snapshot, billit, options).await?;
    let new: Vec<&Step> = plan.steps.iter().filter(|step| gets_link(step)).collect();
    if new.is_empty() {
        return Ok(plan);
    }
    let planned: BTreeSet<&CustomerKey> = customers.iter().map(key_of).collect();
    let mut found = if let Some(known) = known_customers(options).await? {
        of_store(source, &new, &planned, &known, options).await?
    } else {
        of_source(source, &new, customers, options).await?
    };
    found.others.retain(|key, _| !planned.contains(key));
    let mut others = without_erased(found.others.into_values().collect(), options).await?;
    if !others.is_empty() {
        others.extend_from_slice(customers);
        plan = plan_with_details(&others, parties, snapshot, billit, options).await?;
        plan.steps.retain(|step| planned.contains(&step.key));
    }
    for step in &mut plan.steps {
        if gets_link(step) && found.untold.contains(&step.key) {
            let reason = "waits for the next full pass: whether another customer shares its e-mail address or a number \
                 cannot be found out for one customer alone";
            step.action = Action::Skip {
                party: None,
                reason: reason.to_owned(),
            };
        }
    }
    Ok(plan)
}

/// What was found for customers that would get a party.
#[derive(Default)]
struct Found {
    /// Customers that may share something with one of them; they may be among them.
    others: BTreeMap<CustomerKey, MappedCustomer>,
    /// Those for which nobody can tell.
    untold: BTreeSet<CustomerKey>,
}

/// Those in the store with the same match keys, read again, but for those that are planned anyway.
async fn of_store<S: CustomerSource + ?Sized>(
    source: &S,
    new: &[&Step],
    planned: &BTreeSet<&CustomerKey>,
    known: &StateSnapshot,
    options: &SyncOptions,
) -> Result<Found, SyncError> {
    let mut found = Found::default();
    let keys: BTreeSet<&Fingerprint> = new.iter().flat_map(|step| &step.match_keys).collect();
    let of_source = known
        .iter()
        .filter(|(key, _)| key.source() == options.rules.source_name());
    for (key, state) in of_source {
        if !state.match_keys.iter().any(|theirs| keys.contains(theirs)) || planned.contains(key) {
            continue;
        }
        match source.customer(key.id(), &options.rules).await {
            Ok(customer) => drop(found.others.insert(key.clone(), customer)),
            // Gone since.
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Those that the source finds.
async fn of_source<S: CustomerSource + ?Sized>(
    source: &S,
    new: &[&Step],
    customers: &[MappedCustomer],
    options: &SyncOptions,
) -> Result<Found, SyncError> {
    let mut found = Found::default();
    let is_new = |key: &CustomerKey| new.iter().any(|step| step.key == *key);
    for customer in customers.iter().flatten() {
        if !is_new(&customer.key) {
            continue;
        }
        match source.similar(customer, &options.rules).await? {
            Some(similar) => {
                let similar = similar.into_iter();
                let similar = similar.map(|other| (key_of(&other).clone(), other));
                found.others.extend(similar);
            }
            None => drop(found.untold.insert(customer.key.clone())),
        }
    }
    Ok(found)
}

fn gets_link(step: &Step) -> bool {
    matches!(step.action, Action::Create { .. } | Action::Link { .. })
}

/// The customers in the store; `None` if there is no store, or no full pass has filled it.
async fn known_customers(options: &SyncOptions) -> Result<Option<StateSnapshot>, SyncError> {
    match &options.state {
        Some(state) if is_filled(state, options).await? => Ok(Some(state.customers().await?)),
        _ => Ok(None),
    }
}

/// Whether a full pass has filled the store.
pub(super) async fn is_filled(state: &State, options: &SyncOptions) -> Result<bool, SyncError> {
    let cursor: Option<Cursor> = state
        .read(Table::Cursors, options.rules.source_name())
        .await?;
    Ok(cursor.is_some_and(|cursor| cursor.full_pass.is_some()))
}
