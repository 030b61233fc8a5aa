//! What is remembered from run to run, so that a correction made by hand in Billit is told from a change in the source.
//!
//! A store is a help, not a need: the link between a customer and its party lives in Billit. A store that is lost is
//! empty, and then the first run decides as one without a store does, writes nothing that is equal, and fills it again.

mod memory;
#[cfg(feature = "redb")]
mod redb;

use std::collections::BTreeMap;
use std::io::{BufRead, Write};

use billit_client::PartyId;
use serde::{Deserialize, Serialize};

pub use self::memory::MemoryStore;
#[cfg(feature = "redb")]
pub use self::redb::RedbStore;
use crate::customer::CustomerKey;
use crate::fingerprint::Fingerprint;
use crate::merge::Applied;

/// What is remembered of all customers.
pub type Memory = BTreeMap<CustomerKey, Remembered>;

/// What is remembered of one customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Remembered {
    /// Its party.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    /// What the source said when it was applied last.
    pub applied: Applied,
    /// Why it is left alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<Quarantine>,
}

/// A customer who is left alone until its record changes, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Quarantine {
    /// The story, without personal data.
    pub reason: String,
    /// What the source said then: when it says something else, the customer is tried again.
    pub fingerprint: Fingerprint,
}

/// A place where customers are remembered. All of a call is done, or nothing of it; a program that is killed between two
/// calls loses what the second would have told, and no more.
pub trait StateStore: Send + Sync {
    /// Everything.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn load(&self) -> Result<Memory, StateError>;

    /// One customer.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn get(&self, key: &CustomerKey) -> Result<Option<Remembered>, StateError>;

    /// Remembers these customers, in the place of what was remembered of them.
    ///
    /// # Errors
    /// When the store cannot be written. Then it is as it was.
    fn put(&self, customers: &[(CustomerKey, Remembered)]) -> Result<(), StateError>;

    /// Forgets a customer.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn remove(&self, key: &CustomerKey) -> Result<(), StateError>;
}

/// A store that cannot be used, and why.
#[derive(Debug, thiserror::Error)]
#[error("the state store {what}")]
pub struct StateError {
    what: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl StateError {
    /// What is wrong, in words that follow "the state store".
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            source: None,
        }
    }

    /// With what went wrong beneath.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }
}

/// The first line of an export.
#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
}

const FORMAT: &str = "customer-sync state";
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Line {
    key: CustomerKey,
    #[serde(flatten)]
    remembered: Remembered,
}

/// Writes all of a store as JSON lines: one that says what it is, and one for each customer.
///
/// # Errors
/// When the store cannot be read, or the text not be written.
pub fn export(store: &dyn StateStore, mut to: impl Write) -> Result<(), StateError> {
    let header = Header {
        format: FORMAT.to_owned(),
        version: VERSION,
    };
    write_line(&mut to, &header)?;
    for (key, remembered) in store.load()? {
        write_line(&mut to, &Line { key, remembered })?;
    }
    Ok(())
}

fn write_line(mut to: impl Write, value: &impl Serialize) -> Result<(), StateError> {
    let written = serde_json::to_writer(&mut to, value)
        .map_err(std::io::Error::from)
        .and_then(|()| to.write_all(b"\n"));
    written.map_err(|error| StateError::new("cannot be exported").with_source(error))
}

/// Reads an export into a store, over what it has. A text with a wrong line changes nothing.
///
/// # Errors
/// When it is no export, or a line is wrong, which is named by its number; when the store cannot be written.
pub fn import(store: &dyn StateStore, from: impl BufRead) -> Result<usize, StateError> {
    let mut customers = Vec::new();
    for (number, line) in (1..).zip(from.lines()) {
        let wrong = |error: Box<dyn std::error::Error + Send + Sync>| {
            StateError::new(format!("cannot be imported: line {number} is wrong"))
                .with_source(error)
        };
        let line = line.map_err(|error| wrong(error.into()))?;
        if number == 1 {
            let header: Header =
                serde_json::from_str(&line).map_err(|error| wrong(error.into()))?;
            if header.format != FORMAT || header.version != VERSION {
                return Err(StateError::new(format!(
                    "cannot be imported: the text is no export of version {VERSION}"
                )));
            }
            continue;
        }
        if !line.trim().is_empty() {
            let line: Line = serde_json::from_str(&line).map_err(|error| wrong(error.into()))?;
            customers.push((line.key, line.remembered));
        }
    }
    store.put(&customers)?;
    Ok(customers.len())
}

impl<S: StateStore + ?Sized> StateStore for std::sync::Arc<S> {
    fn load(&self) -> Result<Memory, StateError> {
        (**self).load()
    }

    fn get(&self, key: &CustomerKey) -> Result<Option<Remembered>, StateError> {
        (**self).get(key)
    }

    fn put(&self, customers: &[(CustomerKey, Remembered)]) -> Result<(), StateError> {
        (**self).put(customers)
    }

    fn remove(&self, key: &CustomerKey) -> Result<(), StateError> {
        (**self).remove(key)
    }
}
