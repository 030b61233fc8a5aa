//! Tombstones: customers that were erased and must not be created again by a later sync.
//!
//! A tombstone is a hash under a secret of the store. With the store a given customer can be checked, but the erased
//! customers cannot be read from it.

#[cfg(feature = "sync")]
use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[cfg(feature = "sync")]
use super::lease::random;
#[cfg(feature = "sync")]
use super::rows::{Expected, RowChange};
use super::{State, StateError, Table};
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

    /// Whether this customer was erased, by its key, the key that it had before it got an id, or its e-mail address. If its
    /// key does not match and it has its own party, it is another person with the same address, and not erased.
    pub(crate) async fn matches(
        &self,
        customer: &Customer,
        state: &State,
    ) -> Result<bool, StateError> {
        let is_erased = |fingerprint: &Fingerprint| self.fingerprints.contains(fingerprint);
        let fingerprints = fingerprints(&self.secret, &customer.key, customer.email.as_deref());
        if fingerprints.first().is_some_and(is_erased) {
            return Ok(true);
        }
        // It may have been erased before it had an id.
        let before_id = || customer.key_without_id().is_some_and(|key| self.has(&key));
        if !fingerprints.iter().any(is_erased) && !before_id() {
            return Ok(false);
        }
        let known = state.customer(&customer.key).await?;
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
    async fn secret(&self) -> Result<Option<String>, StateError> {
        self.read(Table::Settings, SECRET).await
    }

    /// All tombstones; `None` if the store never had any.
    #[cfg(feature = "sync")]
    pub(crate) async fn tombstones(&self) -> Result<Option<Tombstones>, StateError> {
        let Some(secret) = self.secret().await? else {
            return Ok(None);
        };
        let mut fingerprints = HashSet::new();
        let all = self.each_row(Table::Tombstones, "", |row| {
            let key = Table::Tombstones.rest(&row.key);
            fingerprints.extend(key.parse::<Fingerprint>().ok());
            Ok(())
        });
        all.await?;
        Ok(Some(Tombstones {
            secret,
            fingerprints,
        }))
    }

    /// The fingerprints for the tombstones of a customer. This adds no tombstones.
    #[cfg(feature = "sync")]
    pub(crate) async fn tombstones_of(
        &self,
        key: &CustomerKey,
        emails: Option<&str>,
    ) -> Result<Vec<Fingerprint>, StateError> {
        let secret = loop {
            if let Some(secret) = self.secret().await? {
                break secret;
            }
            let secret = [random(), random(), random(), random()].concat();
            let row = Table::Settings.put(SECRET, &secret)?;
            // If another program was first, its secret counts.
            let _ = self.commit(&[row.expecting(Expected::Absent)]).await?;
        };
        Ok(fingerprints(&secret, key, emails))
    }

    /// Adds tombstones. Existing ones keep their record.
    #[cfg(feature = "sync")]
    pub(crate) async fn add_tombstones(
        &self,
        fingerprints: impl Iterator<Item = Fingerprint>,
    ) -> Result<(), StateError> {
        for fingerprint in fingerprints {
            let row = Table::Tombstones.put(&fingerprint.to_string(), &())?;
            // A conflict: it is there.
            let _ = self.commit(&[row.expecting(Expected::Absent)]).await?;
        }
        Ok(())
    }

    /// Removes the tombstones of a customer. The next sync treats it as any other.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn remove_tombstone(
        &self,
        key: &CustomerKey,
        emails: Option<&str>,
    ) -> Result<(), StateError> {
        let Some(secret) = self.secret().await? else {
            return Ok(());
        };
        let fingerprints = fingerprints(&secret, key, emails).into_iter();
        let rows =
            fingerprints.map(|fingerprint| Table::Tombstones.remove(&fingerprint.to_string()));
        self.write(&rows.collect::<Result<Vec<_>, _>>()?).await
    }

    /// The record of the erasure of this customer, if it was erased.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn erasure(&self, key: &CustomerKey) -> Result<Option<Erasure>, StateError> {
        let Some(secret) = self.secret().await? else {
            return Ok(None);
        };
        for fingerprint in fingerprints(&secret, key, None) {
            let key = fingerprint.to_string();
            let erasure = self.read::<Option<Erasure>>(Table::Tombstones, &key);
            let erasure = erasure.await?;
            if let Some(erasure) = erasure.flatten() {
                return Ok(Some(erasure));
            }
        }
        Ok(None)
    }

    /// The row with the record of an erasure.
    #[cfg(feature = "sync")]
    pub(crate) async fn erasure_row(
        &self,
        key: &CustomerKey,
        erasure: &Erasure,
    ) -> Result<Option<RowChange>, StateError> {
        let Some(secret) = self.secret().await? else {
            return Ok(None);
        };
        let fingerprint = fingerprints(&secret, key, None).into_iter().next();
        let row =
            fingerprint.map(|fingerprint| Table::Tombstones.put(&fingerprint.to_string(), erasure));
        row.transpose()
    }

    /// The rows that remove a customer from the store: its state, its journal entries and its recalls.
    #[cfg(feature = "sync")]
    pub(crate) async fn removal_rows(
        &self,
        key: &CustomerKey,
    ) -> Result<Vec<RowChange>, StateError> {
        let mut rows = vec![Table::Customers.remove(key.as_str())?];
        for entry in self.history(key).await? {
            rows.extend(entry.removal()?);
        }
        rows.push(Table::OptOuts.remove(key.as_str())?);
        let theirs = format!("{key}/");
        let recalls = self.each_row(Table::Recalls, &theirs, |row| {
            rows.push(RowChange::remove(row.key.clone()));
            Ok(())
        });
        recalls.await?;
        Ok(rows)
    }
}
