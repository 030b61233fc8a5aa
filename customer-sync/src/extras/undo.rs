//! Undoing a run.

use std::collections::{BTreeMap, BTreeSet};

use billit_client::PartyId;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::party_step::{party_step, unlink_changes};
use crate::core::change::{Note, change};
use crate::core::customer::CustomerKey;
use crate::core::field::{Field, LINK};
use crate::core::party;
use crate::core::plan::{Action, Plan, Purpose, Step};
use crate::core::run_id::RunId;
use crate::core::same::same;
use crate::core::values::Values;
use crate::engine::read::{list_parties, read_remembered};
use crate::engine::{SyncError, SyncOptions};
use crate::store::{
    Actor, JournalAction, JournalChange, JournalEntry, RunRecord, State, StateError,
};

/// Plans the undo of a run: a plan for [`apply`](crate::apply), which writes nothing itself. Without a run it is the
/// last one that wrote something: not an undo, and not a run that was undone already, so that one more call goes one
/// run further back. [`Plan::purpose`] says which run it is.
///
/// Each value that the run wrote and that is unchanged since is restored; one that was changed since is kept, with a
/// note. A party that the run created is kept too, since Billit's API cannot delete parties: it is unlinked, gets the
/// field and value of `label`, and its step has a note for the accountant. The undo persists: a later sync leaves a
/// restored value alone until the source has another, and an unlinked customer until its record or the rules change, or
/// [`SyncOptions::retry_quarantined`] is set. The run that applies this plan can be undone as well.
///
/// A killed run can be undone too, since what it was about to write is in the journal. As a text, the plan and its
/// report list what is restored, and count the customers that the run had not written yet. That undo does not persist,
/// since the store does not know the source values of that run: the next sync writes them again.
///
/// # Errors
/// Without a [store](SyncOptions::store) that has the run, or any to undo, or when a side cannot be read.
pub async fn plan_undo(
    billit: &billit_client::Client,
    run: Option<&RunId>,
    label: Option<(Field, String)>,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let state = options.state.as_ref().ok_or(SyncError::NoStore)?;
    let label = label.as_ref();
    if let Some(run) = run {
        if state.run(run).await?.is_none() {
            return Err(SyncError::NoSuchRun(run.clone()));
        }
        let entries = written_entries(run, state).await?;
        return plan_of(run, entries, billit, label, state, options).await;
    }
    let mut undone = BTreeSet::new();
    for RunRecord { id, undoes, .. } in state.runs().await?.into_iter().rev() {
        if undone.contains(&id) {
            continue;
        }
        let entries = written_entries(&id, state).await?;
        if entries.is_empty() {
            continue;
        }
        let is_certain = entries.iter().any(|entry| did_write(entry.action));
        if let Some(undoes) = undoes {
            undone.extend(Some(undoes).filter(|_| is_certain));
            continue;
        }
        let plan = plan_of(&id, entries, billit, label, state, options).await?;
        // A run that was killed, or whose writes failed, may have written nothing: the parties tell.
        let has_written = |step: &Step| step.writes() || !step.notes.is_empty();
        if is_certain || plan.steps.iter().any(has_written) {
            return Ok(plan);
        }
    }
    Err(SyncError::NothingToUndo)
}

/// The journal entries of what a run wrote, without what it only observed.
async fn written_entries(run: &RunId, state: &State) -> Result<Vec<JournalEntry>, StateError> {
    let mut entries = state.entries(run).await?;
    for entry in &mut entries {
        entry
            .changes
            .retain(|change| change.by != Actor::BillitUser);
    }
    entries.retain(|entry| !entry.changes.is_empty());
    Ok(entries)
}

/// Whether the run has certainly written to Billit.
fn did_write(action: JournalAction) -> bool {
    matches!(
        action,
        JournalAction::Created | JournalAction::Linked | JournalAction::Updated
    )
}

/// The plan that undoes these entries of a run.
async fn plan_of(
    run: &RunId,
    mut entries: Vec<JournalEntry>,
    billit: &billit_client::Client,
    label: Option<&(Field, String)>,
    state: &State,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    for entry in &mut entries {
        remove_changes_of_later_runs(entry, state).await?;
    }
    let created = created_parties(&entries, billit).await?;
    let created = &created;
    // Each entry is moved, so that the future can be spawned.
    let steps = stream::iter(entries).map(|entry| async move {
        let entry = &entry;
        if entry.changes.is_empty() {
            return Ok(nothing_to_undo(
                entry,
                entry.party,
                "a later run has written it",
            ));
        }
        let party = entry
            .party
            .or_else(|| created.get(&entry.customer).copied());
        let Some(id) = party else {
            return Ok(nothing_to_undo(entry, None, "the run has not written it"));
        };
        let Some(party) = read_remembered(billit, id).await? else {
            return Ok(nothing_to_undo(
                entry,
                party,
                "its party is gone from Billit",
            ));
        };
        if restores_link(entry) {
            let known = state.customer(&entry.customer).await?;
            let known = known.and_then(|known| known.party);
            if known.is_some_and(|known| known != id) {
                let reason = "the customer has another party since";
                return Ok(nothing_to_undo(entry, Some(id), reason));
            }
        }
        Ok::<_, SyncError>(undo_step(entry, id, &party::whole(&party), label))
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
        warnings: Vec::new(),
        unproven_end: false,
    })
}

/// Of the changes that a run intended and may not have written, removes those that a later run wrote over the same
/// earlier value: then this run had not written them.
async fn remove_changes_of_later_runs(
    entry: &mut JournalEntry,
    state: &State,
) -> Result<(), StateError> {
    if !matches!(
        entry.action,
        JournalAction::Intended | JournalAction::Failed
    ) {
        return Ok(());
    }
    let mut later = state.history(&entry.customer).await?;
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
        // The later run created its party.
        entry.changes.clear();
    }
    entry.changes.retain(|change| !is_of_later(change));
    Ok(())
}

/// Whether undoing the run would link its customer again.
fn restores_link(entry: &JournalEntry) -> bool {
    let (link, key) = (Field::Text(LINK), entry.customer.to_string());
    let mut changes = entry.changes.iter();
    changes.any(|change| change.field == link && change.before.is(&link, Some(&key)))
}

/// The parties that a killed run may have created without a journal entry: found by their links.
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

fn nothing_to_undo(entry: &JournalEntry, party: Option<PartyId>, reason: &str) -> Step {
    let reason = format!("nothing to undo: {reason}");
    let action = Action::Skip { party, reason };
    party_step(
        entry.customer.clone(),
        &Values::default(),
        action,
        Vec::new(),
    )
}

fn undo_step(
    entry: &JournalEntry,
    party: PartyId,
    now: &Values,
    label: Option<&(Field, String)>,
) -> Step {
    let key = entry.customer.to_string();
    let link = Field::Text(LINK);
    let is_linked = now.text(&link) == Some(&key);
    let is_link_of_the_run =
        |change: &JournalChange| change.field == link && !change.before.is(&link, Some(&key));
    let was_linked_before = !entry.changes.iter().any(is_link_of_the_run);
    if entry.action == JournalAction::Created || (entry.party.is_none() && !was_linked_before) {
        if !is_linked {
            return nothing_to_undo(entry, Some(party), "its party is not linked to it any more");
        }
        let (changes, notes) = unlink_changes(now, label, "created by this run");
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
                let reason = "cannot be undone: the store keeps hashes, not values";
                notes.push(Note::new(field.clone(), reason));
            }
            Some((before, after))
                if same(field, current, after) && !same(field, current, before) =>
            {
                changes.push(change(field, current, before));
            }
            Some((before, _)) if same(field, current, before) => {}
            _ => notes.push(Note::new(field.clone(), "kept: changed since that run")),
        }
    }
    let action = if changes.is_empty() {
        let reason = "nothing to undo: no value is as the run left it".to_owned();
        Action::Skip {
            party: Some(party),
            reason,
        }
    } else {
        Action::Update { party, changes }
    };
    party_step(entry.customer.clone(), now, action, notes)
}
