//! Tombstones: customers that were erased and must not be created again by a later sync.
//!
//! A tombstone is a hash under a secret of the store. With the store a given customer can be checked, but the erased
//! customers cannot be read from it.

#[cfg(feature = "sync")]
use std::collections::HashSet;
#[cfg(feature = "sync")]
use std::hash::{BuildHasher, Hasher, RandomState};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Row, State, StateError, Table};
#[cfg(feature = "sync")]
use crate::core::customer::Customer;
use crate::core::customer::CustomerKey;
use crate::core::field::Field;
use crate::core::fingerprint::Fingerprint;
use crate::core::run_id::RunId;
use crate::normalize::email;

/// The key of the row with the secret.
const SECRET: &str = "tombstone_secret";

/// The record of an erasure, without personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Erasure {
    /// The time of the erasure.
    pub at: DateTime<Utc>,
    /// The run that erased the customer.
    pub run: RunId,
    /// The fields that were blanked in Billit.
    #[serde(default)]
    pub blanked: Vec<Field>,
    /// The fields that stay in Billit, and why.
    #[serde(default)]
    pub kept: Vec<(Field, String)>,
}

/// The tombstones of a store, to check customers against.
#[cfg(feature = "sync")]
pub(crate) struct Tombstones {
    secret: String,
    fingerprints: HashSet<Fingerprint>,
}

#[cfg(feature = "sync")]
impl Tombstones {
    /// Whether the customer with this key was erased.
    pub(crate) fn has(&self, key: &CustomerKey) -> bool {
        let fingerprints = fingerprints(&self.secret, key, None);
        let mut fingerprints = fingerprints.iter();
        fingerprints.any(|fingerprint| self.fingerprints.contains(fingerprint))
    }

    /// Whether this customer was erased, by its key or its e-mail address. If only the address matches and the customer
    /// has its own party, it is another person with the same address, and not erased.
    pub(crate) fn matches(&self, customer: &Customer, state: &State) -> Result<bool, StateError> {
        let is_erased = |fingerprint: &Fingerprint| self.fingerprints.contains(fingerprint);
        let fingerprints = fingerprints(&self.secret, &customer.key, customer.email.as_deref());
        if fingerprints.first().is_some_and(is_erased) {
            return Ok(true);
        }
        if !fingerprints.iter().any(is_erased) {
            return Ok(false);
        }
        let known = state.customer(&customer.key)?;
        Ok(known.is_none_or(|known| known.party.is_none()))
    }
}

/// The fingerprints of a customer: of its key, and of its e-mail addresses, so that a new record of the same person is
/// recognized too.
fn fingerprints(secret: &str, key: &CustomerKey, emails: Option<&str>) -> Vec<Fingerprint> {
    let of = |kind: &str, text: &str| Fingerprint::keyed(secret.as_bytes(), [kind, text]);
    let emails = emails.into_iter().flat_map(email::keys);
    let emails = emails.map(|email| of("email", &email));
    [of("key", &key.to_string())]
        .into_iter()
        .chain(emails)
        .collect()
}

impl State {
    fn secret(&self) -> Result<Option<String>, StateError> {
        self.read(Table::Settings, SECRET)
    }

    /// All tombstones; `None` if the store never had any.
    #[cfg(feature = "sync")]
    pub(crate) fn tombstones(&self) -> Result<Option<Tombstones>, StateError> {
        let Some(secret) = self.secret()? else {
            return Ok(None);
        };
        let mut fingerprints = HashSet::new();
        self.store().scan(Table::Tombstones, "", &mut |key, _| {
            fingerprints.extend(key.parse::<Fingerprint>().ok());
            Ok(())
        })?;
        Ok(Some(Tombstones {
            secret,
            fingerprints,
        }))
    }

    /// The fingerprints for the tombstones of a customer. This adds no tombstones.
    #[cfg(feature = "sync")]
    pub(crate) fn tombstones_of(
        &self,
        key: &CustomerKey,
        emails: Option<&str>,
    ) -> Result<Vec<Fingerprint>, StateError> {
        let secret = if let Some(secret) = self.secret()? {
            secret
        } else {
            // The standard library's hashers are keyed by the system's random numbers.
            let random = || format!("{:016x}", RandomState::new().build_hasher().finish());
            let secret = [random(), random(), random(), random()].concat();
            self.write(&[Row::put(Table::Settings, SECRET, &secret)?])?;
            secret
        };
        Ok(fingerprints(&secret, key, emails))
    }

    /// Adds tombstones. Existing ones keep their record.
    #[cfg(feature = "sync")]
    pub(crate) fn add_tombstones(
        &self,
        fingerprints: impl Iterator<Item = Fingerprint>,
    ) -> Result<(), StateError> {
        let mut rows = Vec::new();
        for fingerprint in fingerprints {
            let key = fingerprint.to_string();
            if self.store().get(Table::Tombstones, &key)?.is_none() {
                rows.push(Row::put(Table::Tombstones, key, &())?);
            }
        }
        self.write(&rows)
    }

    /// Removes the tombstones of a customer. The next sync treats it as any other.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn remove_tombstone(
        &self,
        key: &CustomerKey,
        emails: Option<&str>,
    ) -> Result<(), StateError> {
        let Some(secret) = self.secret()? else {
            return Ok(());
        };
        let fingerprints = fingerprints(&secret, key, emails).into_iter();
        let rows =
            fingerprints.map(|fingerprint| Row::remove(Table::Tombstones, fingerprint.to_string()));
        self.write(&rows.collect::<Vec<_>>())
    }

    /// The record of the erasure of this customer, if it was erased.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn erasure(&self, key: &CustomerKey) -> Result<Option<Erasure>, StateError> {
        let Some(secret) = self.secret()? else {
            return Ok(None);
        };
        for fingerprint in fingerprints(&secret, key, None) {
            let erasure =
                self.read::<Option<Erasure>>(Table::Tombstones, &fingerprint.to_string())?;
            if let Some(erasure) = erasure.flatten() {
                return Ok(Some(erasure));
            }
        }
        Ok(None)
    }

    /// The row with the record of an erasure.
    #[cfg(feature = "sync")]
    pub(crate) fn erasure_row(
        &self,
        key: &CustomerKey,
        erasure: &Erasure,
    ) -> Result<Option<Row>, StateError> {
        let Some(secret) = self.secret()? else {
            return Ok(None);
        };
        let fingerprint = fingerprints(&secret, key, None).into_iter().next();
        let row = fingerprint
            .map(|fingerprint| Row::put(Table::Tombstones, fingerprint.to_string(), erasure));
        row.transpose()
    }

    /// The rows that remove a customer from the store: its state and its journal entries.
    #[cfg(feature = "sync")]
    pub(crate) fn removal_rows(&self, key: &CustomerKey) -> Result<Vec<Row>, StateError> {
        let mut rows = vec![Row::remove(Table::Customers, key.to_string())];
        for entry in self.history(key)? {
            rows.extend(entry.removal());
        }
        Ok(rows)
    }
}
