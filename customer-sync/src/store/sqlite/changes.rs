//! Commits.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::errors::{commit_error, state_error};
use super::file::Whole;
use super::rows::{select_one, with_row};
use crate::store::StateError;
use crate::store::checksum::checksum;
use crate::store::rows::{Commit, Key, RowAction, RowChange};

/// What a row was before a commit, and what it is after.
struct Changed<'a> {
    /// The version and the checksum.
    before: Option<(u64, u32)>,
    /// The last put or removal.
    action: Option<&'a RowAction>,
}

pub(super) fn commit(
    connection: &mut Connection,
    path: &Path,
    changes: &[RowChange],
) -> Result<Commit, StateError> {
    // Others that write wait from here on. A transaction that first reads and then writes would fail instead.
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|error| state_error(path, error))?;
    let mut whole = Whole::read(&transaction, path)?;
    let mut rows: BTreeMap<&Key, Changed<'_>> = BTreeMap::new();
    if let Some(key) = compare(&transaction, path, changes, &mut rows)? {
        return Ok(Commit::Conflict(key.clone()));
    }
    if rows.values().all(|row| row.action.is_none()) {
        return Ok(Commit::Done(whole.version));
    }
    whole.version += 1;
    for (key, row) in &rows {
        make(&transaction, key, row, &mut whole).map_err(|error| state_error(path, error))?;
    }
    whole
        .write(&transaction)
        .map_err(|error| state_error(path, error))?;
    // Dropped before, the transaction is rolled back.
    transaction
        .commit()
        .map_err(|error| commit_error(path, error))?;
    Ok(Commit::Done(whole.version))
}

/// Collects what happens to each row. Returns the key of one that is not as expected.
fn compare<'a>(
    transaction: &Transaction<'_>,
    path: &Path,
    changes: &'a [RowChange],
    rows: &mut BTreeMap<&'a Key, Changed<'a>>,
) -> Result<Option<&'a Key>, StateError> {
    let mut select = select_one(transaction).map_err(|error| state_error(path, error))?;
    for change in changes {
        let row = match rows.entry(&change.key) {
            std::collections::btree_map::Entry::Occupied(row) => row.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                let before = with_row(&mut select, path, &change.key, |row| {
                    (row.version, row.checksum)
                })?;
                place.insert(Changed {
                    before,
                    action: None,
                })
            }
        };
        if !change
            .expected
            .is_met_by(row.before.map(|(version, _)| version))
        {
            return Ok(Some(&change.key));
        }
        if change.action != RowAction::Check {
            row.action = Some(&change.action);
        }
    }
    Ok(None)
}

fn make(
    transaction: &Transaction<'_>,
    key: &Key,
    row: &Changed<'_>,
    whole: &mut Whole,
) -> rusqlite::Result<()> {
    let Some(action) = row.action else {
        return Ok(());
    };
    if let Some((_, checksum)) = row.before {
        whole.subtract(checksum);
    }
    if let RowAction::Put(value) = action {
        let checksum = checksum(key.as_str(), whole.version, value);
        whole.add(checksum);
        let put = "insert into rows (key, value, version, checksum) values (?1, ?2, ?3, ?4) on conflict (key) do update \
                   set value = excluded.value, version = excluded.version, checksum = excluded.checksum";
        let columns = params![key.as_str(), value, whole.version.cast_signed(), checksum];
        transaction.prepare(put)?.execute(columns)?;
    } else {
        let remove = "delete from rows where key = ?1";
        transaction.prepare(remove)?.execute([key.as_str()])?;
    }
    Ok(())
}
