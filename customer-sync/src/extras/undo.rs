//! Taking a run back.

use std::collections::BTreeMap;

use billit_client::PartyId;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::party_step::{party_step, unlinked};
use crate::core::change::{Change, Note};
use crate::core::customer::CustomerKey;
use crate::core::field::{Field, LINK};
use crate::core::party;
use crate::core::plan::{Action, Plan, Purpose, Step};
use crate::core::run_id::RunId;
use crate::core::same::same;
use crate::core::values::Values;
use crate::engine::read::{list_parties, read_remembered};
use crate::engine::{SyncError, SyncOptions};
use crate::store::{Actor, JournalAction, JournalChange, JournalEntry, State, StateError};

/// What would take a run back: a plan for [`apply`](crate::apply), which writes nothing itself.
///
/// Each value that the run wrote, and that is still there, becomes what it was before; one that somebody has changed since
/// stays, and is noted. A party that the run created stays too, since Billit's API deletes none: it is unlinked, gets the
/// value that `mark` says, and its step notes it for the accountant. What was taken back stays so: a later sync leaves such
/// a value alone until the source says another, and a customer whose party was unlinked until its record or the rules
/// change, or [`SyncOptions::retry_quarantined`] is given. The run that applies this plan can be taken back in its turn.
///
/// A run that was killed can be taken back too: what it was about to write was noted before. That does not stay so, since
/// the store was not told what the source said then: the next sync does again what is still to be done.
///
/// # Errors
/// Without a [store](SyncOptions::store) that knows the run, or when a side cannot be read.
pub async fn plan_undo(
    billit: &billit_client::Client,
    run: &RunId,
    mark: Option<(Field, String)>,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let state = options.state.as_ref().ok_or(SyncError::NoStore)?;
    if state.run(run)?.is_none() {
        return Err(SyncError::NoSuchRun(run.clone()));
    }
    let mut entries = state.entries(run)?;
    for entry in &mut entries {
        entry
            .changes
            .retain(|change| change.by != Actor::BillitUser);
    }
    entries.retain(|entry| !entry.changes.is_empty());
    for entry in &mut entries {
        without_what_a_later_run_wrote(entry, state)?;
    }
    let created = created_parties(&entries, billit).await?;
    let (mark, created) = (mark.as_ref(), &created);
    let steps = stream::iter(&entries).map(|entry| async move {
        if entry.changes.is_empty() {
            return Ok(nothing(entry, entry.party, "a later run has written it"));
        }
        let party = entry
            .party
            .or_else(|| created.get(&entry.customer).copied());
        let Some(id) = party else {
            return Ok(nothing(entry, None, "the run has not written it"));
        };
        let Some(party) = read_remembered(billit, id).await? else {
            return Ok(nothing(entry, party, "its party is gone from Billit"));
        };
        if gives_the_link_back(entry) {
            let known = state.customer(&entry.customer)?;
            let known = known.and_then(|known| known.party);
            if known.is_some_and(|known| known != id) {
                let reason = "the customer has another party since";
                return Ok(nothing(entry, Some(id), reason));
            }
        }
        Ok::<_, SyncError>(taken_back(entry, id, &party::whole(&party), mark))
    });
    let steps = steps.buffer_unordered(options.concurrency);
    let mut steps: Vec<Step> = steps.try_collect().await?;
    steps.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(Plan {
        version: Plan::VERSION,
        purpose: Purpose::Undo(run.clone()),
        rules: None,
        steps,
        missing_from_source: Vec::new(),
    })
}

/// Of what a run was about to write, and may have written or not, leaves out what a later run wrote over the same value
/// from before: then this one had not.
fn without_what_a_later_run_wrote(
    entry: &mut JournalEntry,
    state: &State,
) -> Result<(), StateError> {
    if !matches!(
        entry.action,
        JournalAction::Intended | JournalAction::Failed
    ) {
        return Ok(());
    }
    let mut later = state.history(&entry.customer)?;
    let did_write = |action| {
        matches!(
            action,
            JournalAction::Created | JournalAction::Linked | JournalAction::Updated
        )
    };
    later.retain(|other| other.run > entry.run && did_write(other.action));
    let is_of_later = |change: &JournalChange| {
        let mut later = later.iter().flat_map(|other| &other.changes);
        later.any(|other| {
            other.field == change.field
                && other.before == change.before
                && other.by != Actor::BillitUser
        })
    };
    let link = Field::Text(LINK);
    let is_link = |change: &JournalChange| change.field == link && is_of_later(change);
    if entry.party.is_none() && entry.changes.iter().any(is_link) {
        // Its party is the later run's altogether.
        entry.changes.clear();
    }
    entry.changes.retain(|change| !is_of_later(change));
    Ok(())
}

/// Whether to take a run back would link its customer again.
fn gives_the_link_back(entry: &JournalEntry) -> bool {
    let (link, key) = (Field::Text(LINK), entry.customer.to_string());
    let mut changes = entry.changes.iter();
    changes.any(|change| change.field == link && change.before.is(&link, Some(&key)))
}

/// The parties that a killed run may have created without a word about it: those that carry the links.
async fn created_parties(
    entries: &[JournalEntry],
    billit: &billit_client::Client,
) -> Result<BTreeMap<CustomerKey, PartyId>, SyncError> {
    if entries.iter().all(|entry| entry.party.is_some()) {
        return Ok(BTreeMap::new());
    }
    let parties = list_parties(billit, None).await?;
    let linked = parties.known().filter_map(|party| {
        let key: CustomerKey = party.link()?.parse().ok()?;
        Some((key, party.id()))
    });
    Ok(linked.collect())
}

fn nothing(entry: &JournalEntry, party: Option<PartyId>, reason: &str) -> Step {
    let reason = format!("nothing to take back: {reason}");
    let action = Action::Skip { party, reason };
    party_step(
        entry.customer.clone(),
        &Values::default(),
        action,
        Vec::new(),
    )
}

fn taken_back(
    entry: &JournalEntry,
    party: PartyId,
    now: &Values,
    mark: Option<&(Field, String)>,
) -> Step {
    let key = entry.customer.to_string();
    let link = Field::Text(LINK);
    let is_linked = now.text(&link) == Some(&key);
    let made_by_the_run =
        |change: &JournalChange| change.field == link && !change.before.is(&link, Some(&key));
    let was_linked_before = !entry.changes.iter().any(made_by_the_run);
    if entry.action == JournalAction::Created || (entry.party.is_none() && !was_linked_before) {
        if !is_linked {
            return nothing(entry, Some(party), "its party is not linked to it any more");
        }
        let (changes, notes) = unlinked(now, mark, "created by this run");
        let action = Action::Update { party, changes };
        return party_step(entry.customer.clone(), now, action, notes);
    }
    let (mut changes, mut notes) = (Vec::new(), Vec::new());
    for recorded in &entry.changes {
        let field = &recorded.field;
        let values = recorded.before.value().zip(recorded.after.value());
        let current = now.get(field).flatten();
        match values {
            None if recorded.after.is(field, current) => {
                let reason = "cannot be taken back: the store keeps hashes, not values";
                notes.push(Note::new(field.clone(), reason));
            }
            Some((before, after))
                if same(field, current, after) && !same(field, current, before) =>
            {
                changes.push(Change {
                    field: field.clone(),
                    before: current.map(str::to_owned),
                    after: before.map(str::to_owned),
                });
            }
            Some((before, _)) if same(field, current, before) => {}
            _ => notes.push(Note::new(field.clone(), "kept: changed since that run")),
        }
    }
    let action = if changes.is_empty() {
        let reason = "nothing to take back: no value is as the run left it".to_owned();
        Action::Skip {
            party: Some(party),
            reason,
        }
    } else {
        Action::Update { party, changes }
    };
    party_step(entry.customer.clone(), now, action, notes)
}
