//! The store that the setting `SYNC_STATE` names.

use customer_sync::store::{SqliteStore, State};

/// Opens the store in this file, and says so if others may read it.
pub(crate) fn open_store(file: &str) -> Result<State, String> {
    let store = SqliteStore::open(file).map_err(|error| format!("SYNC_STATE: {error}"))?;
    if let Some(warning) = store.warning() {
        eprintln!("SYNC_STATE: {warning}");
    }
    Ok(State::new(store))
}
