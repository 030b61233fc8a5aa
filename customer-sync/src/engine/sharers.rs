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
    let mut sharers = BTreeMap::new();
    let mut waiting = BTreeSet::new();
    match known_customers(options)? {
        Some(known) => {
            let keys: BTreeSet<&Fingerprint> =
                new.iter().flat_map(|step| &step.match_keys).collect();
            for (key, state) in &known {
                let shares = state.match_keys.iter().any(|theirs| keys.contains(theirs));
                if !shares || planned.contains(key) || key.source() != options.rules.source_name() {
                    continue;
                }
                match source.customer(key.id(), &options.rules).await {
                    Ok(customer) => drop(sharers.insert(key.clone(), customer)),
                    // Gone since.
                    Err(error) if error.is_not_found() => {}
                    Err(error) => return Err(error),
                }
            }
        }
        None => {
            let keys: BTreeSet<&CustomerKey> = new.iter().map(|step| &step.key).collect();
            let of_new = |customer: &&_| keys.contains(key_of(customer));
            for customer in customers.iter().filter(of_new).flatten() {
                match source.similar(customer, &options.rules).await? {
                    Some(similar) => sharers.extend(
                        similar
                            .into_iter()
                            .map(|customer| (key_of(&customer).clone(), customer)),
                    ),
                    None => drop(waiting.insert(customer.key.clone())),
                }
            }
        }
    }
    sharers.retain(|key, _| !planned.contains(key));
    if !sharers.is_empty() {
        let sharers = without_erased(sharers.into_values().collect(), options)?;
        let mut all = customers.to_vec();
        all.extend(sharers);
        plan = plan_with_details(&all, parties, snapshot, billit, options).await?;
        plan.steps.retain(|step| planned.contains(&step.key));
    }
    for step in &mut plan.steps {
        if gets_link(step) && waiting.contains(&step.key) {
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

fn gets_link(step: &Step) -> bool {
    matches!(step.action, Action::Create { .. } | Action::Link { .. })
}

/// The customers in the store; `None` if there is no store, or no full pass has filled it.
fn known_customers(options: &SyncOptions) -> Result<Option<StateSnapshot>, SyncError> {
    let Some(state) = &options.state else {
        return Ok(None);
    };
    let cursor: Option<Cursor> = state.read(Table::Cursors, options.rules.source_name())?;
    let is_filled = cursor.is_some_and(|cursor| cursor.full_pass.is_some());
    Ok(is_filled.then(|| State::customers(state)).transpose()?)
}
