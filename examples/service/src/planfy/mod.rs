//! Planfy's customers. Planfy has no API, so they are kept here: an import of its CSV adds and updates them, and the sync takes
//! them from here.

mod import;

use std::collections::BTreeMap;

use customer_sync::planfy::{self, Entry, Export};
use customer_sync::recalls::Appointment;
use customer_sync::store::{Leases, RowChange, State, StateError, Table};
use customer_sync::{CustomerKey, MappingRules};
use serde::Deserialize;

pub use self::import::{EntryChange, Fault, Import};

use crate::app::App;

/// The rows of customers begin so.
const ROWS: &str = "planfy/";
/// The row with all appointments.
const APPOINTMENTS: &str = "planfy_appointments";
/// One import at a time.
const LEASE: &str = "service planfy";
/// So many rows are written at once.
const BATCH: usize = 500;

/// The table `planfy` of the settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanfySettings {
    /// A name of your own for the account, of letters, digits, `-` and `_`: a part of the link in Billit, so never change it.
    pub account: String,
}

/// The customers of a Planfy account.
#[derive(Clone, Debug)]
pub struct Book {
    state: State,
    rules: MappingRules,
}

impl App {
    /// Planfy's customers, if the settings have an account of Planfy.
    #[must_use]
    pub fn book(&self) -> Option<Book> {
        let rules = self.settings.planfy_rules.clone()?;
        let state = self.state.clone();
        Some(Book { state, rules })
    }
}

impl Book {
    /// The rules of the account.
    #[must_use]
    pub fn rules(&self) -> &MappingRules {
        &self.rules
    }

    /// All customers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn entries(&self) -> Result<BTreeMap<CustomerKey, Entry>, StateError> {
        let mut entries = BTreeMap::new();
        let read = self.state.each(Table::Program, ROWS, |row, entry| {
            let id = row.strip_prefix(ROWS).unwrap_or(row);
            entries.insert(CustomerKey::new(self.rules.source_name(), id), entry);
            Ok(())
        });
        read.await?;
        Ok(entries)
    }

    /// One customer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn entry(&self, key: &CustomerKey) -> Result<Option<Entry>, StateError> {
        if key.source() != self.rules.source_name() {
            return Ok(None);
        }
        self.state.read(Table::Program, &row_of(key)).await
    }

    /// All customers as a source of the sync, with their appointments, if some were imported.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn export(&self, today: chrono::NaiveDate) -> Result<Export, StateError> {
        let export = Export::entries(self.entries().await?.into_values());
        let appointments = self.appointments().await?;
        Ok(match appointments {
            Some(appointments) => export.appointments(appointments, today),
            None => export,
        })
    }

    /// The appointments that were imported last; `None` if none ever were.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn appointments(&self) -> Result<Option<Vec<Appointment>>, StateError> {
        self.state.read(Table::Program, APPOINTMENTS).await
    }

    /// Replaces the appointments by those of a file. Nothing is replaced if a line of it is not understood, since that may be
    /// somebody's next appointment; the lines are returned.
    ///
    /// # Errors
    /// When the file is none of appointments, or the store cannot be written.
    pub async fn import_appointments(
        &self,
        file: &[u8],
    ) -> Result<Result<usize, Vec<Fault>>, crate::app::Failure> {
        let columns = planfy::AppointmentColumns::default();
        let read = planfy::appointments(file, &columns, &self.rules)?;
        let mut appointments = Vec::new();
        let mut faults = Vec::new();
        for one in read {
            match one {
                Ok(appointment) => appointments.push(appointment),
                Err(bad) => faults.push(Fault::of(&bad, false)),
            }
        }
        if !faults.is_empty() {
            return Ok(Err(faults));
        }
        let row = Table::Program.put(APPOINTMENTS, &appointments)?;
        self.state.write(&[row]).await?;
        Ok(Ok(appointments.len()))
    }

    /// Writes what an import changes, unless one of these customers is not as the import was shown any more.
    ///
    /// # Errors
    /// When another import is going on, a customer has changed, or the store cannot be written.
    pub async fn carry_out(&self, import: &Import) -> Result<(), crate::app::Failure> {
        let leases = Leases::new(&self.state, std::time::Duration::from_secs(60));
        let Some(lease) = leases.take(LEASE).await? else {
            return Err("another import is going on: try again when it is done".into());
        };
        let now = self.entries().await?;
        let is_same = |change: &EntryChange| {
            let known = change.replaces.as_ref().unwrap_or(&change.key);
            now.get(known) == change.before.as_ref()
        };
        let result = if import.changes.iter().all(is_same) {
            self.write(&import.changes).await
        } else {
            Err("the customers have changed since this was shown: import the file again".into())
        };
        lease.release().await?;
        result
    }

    async fn write(&self, changes: &[EntryChange]) -> Result<(), crate::app::Failure> {
        for changes in changes.chunks(BATCH) {
            let mut rows: Vec<RowChange> = Vec::new();
            for change in changes {
                rows.push(Table::Program.put(&row_of(&change.key), &change.after)?);
                if let Some(old) = &change.replaces {
                    rows.push(Table::Program.remove(&row_of(old))?);
                }
            }
            self.state.write(&rows).await?;
        }
        Ok(())
    }

    /// Removes a customer, and their appointments.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn forget(&self, key: &CustomerKey) -> Result<(), StateError> {
        let mut rows = vec![Table::Program.remove(&row_of(key))?];
        if let Some(mut appointments) = self.appointments().await? {
            appointments.retain(|one| one.customer != *key);
            rows.push(Table::Program.put(APPOINTMENTS, &appointments)?);
        }
        self.state.write(&rows).await
    }
}

fn row_of(key: &CustomerKey) -> String {
    format!("{ROWS}{}", key.id())
}
