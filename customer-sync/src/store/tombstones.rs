//! People who were forgotten, and must not come back by a later sync.
//!
//! A tombstone is a hash under a secret of the store: with the store one can ask whether a given person lies there, and
//! nobody can read from it who does.

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
use crate::normalize::text;

/// The row of the secret.
const SECRET: &str = "tombstone_secret";

/// That somebody was forgotten: the evidence, without the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Erasure {
    /// When.
    pub at: DateTime<Utc>,
    /// By which run.
    pub run: RunId,
    /// The fields that were blanked in Billit.
    #[serde(default)]
    pub blanked: Vec<Field>,
    /// The fields that stay in Billit, and why.
    #[serde(default)]
    pub kept: Vec<(Field, String)>,
}

/// Who was forgotten, as far as one can ask.
#[cfg(feature = "sync")]
pub(crate) struct Tombstones {
    secret: String,
    prints: HashSet<Fingerprint>,
}

#[cfg(feature = "sync")]
impl Tombstones {
    /// Whether this person was forgotten, under this key or by this e-mail address. Who has a party under a key of its own
    /// is another of a family that shares its address: a customer before, and still.
    pub(crate) fn cover(&self, customer: &Customer, state: &State) -> Result<bool, StateError> {
        let is_here = |print: &Fingerprint| self.prints.contains(print);
        let prints = prints(&self.secret, &customer.key, customer.email.as_deref());
        if prints.first().is_some_and(is_here) {
            return Ok(true);
        }
        if !prints.iter().any(is_here) {
            return Ok(false);
        }
        let known = state.customer(&customer.key)?;
        Ok(known.is_none_or(|known| known.party.is_none()))
    }
}

/// A person is known by the key of its record, and by its e-mail addresses, so that a record made anew is known too.
fn prints(secret: &str, key: &CustomerKey, emails: Option<&str>) -> Vec<Fingerprint> {
    let of = |kind: &str, text: &str| Fingerprint::keyed(secret.as_bytes(), [kind, text]);
    let emails = emails.into_iter().flat_map(text::email_keys);
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

    /// Everybody who was forgotten; nobody if there is no tombstone.
    #[cfg(feature = "sync")]
    pub(crate) fn tombstones(&self) -> Result<Option<Tombstones>, StateError> {
        let Some(secret) = self.secret()? else {
            return Ok(None);
        };
        let mut prints = HashSet::new();
        self.store().scan(Table::Tombstones, "", &mut |key, _| {
            prints.extend(key.parse::<Fingerprint>().ok());
            Ok(())
        })?;
        Ok(Some(Tombstones { secret, prints }))
    }

    /// The tombstones of a person, which are not set by this.
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
            let chance = || format!("{:016x}", RandomState::new().build_hasher().finish());
            let secret = [chance(), chance(), chance(), chance()].concat();
            self.write(&[Row::put(Table::Settings, SECRET, &secret)?])?;
            secret
        };
        Ok(prints(&secret, key, emails))
    }

    /// Sets tombstones. What one that is there tells stays.
    #[cfg(feature = "sync")]
    pub(crate) fn bury(&self, prints: impl Iterator<Item = Fingerprint>) -> Result<(), StateError> {
        let mut rows = Vec::new();
        for print in prints {
            let key = print.to_string();
            if self.store().get(Table::Tombstones, &key)?.is_none() {
                rows.push(Row::put(Table::Tombstones, key, &())?);
            }
        }
        self.write(&rows)
    }

    /// Takes the tombstones of a person away: it is a customer again, and the next sync treats it as anybody.
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
        let prints = prints(&secret, key, emails).into_iter();
        let rows = prints.map(|print| Row::remove(Table::Tombstones, print.to_string()));
        self.write(&rows.collect::<Vec<_>>())
    }

    /// What was done when this person was forgotten, if it was.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn erasure(&self, key: &CustomerKey) -> Result<Option<Erasure>, StateError> {
        let Some(secret) = self.secret()? else {
            return Ok(None);
        };
        for print in prints(&secret, key, None) {
            let erasure = self.read::<Option<Erasure>>(Table::Tombstones, &print.to_string())?;
            if let Some(erasure) = erasure.flatten() {
                return Ok(Some(erasure));
            }
        }
        Ok(None)
    }

    /// The row that tells what was done.
    #[cfg(feature = "sync")]
    pub(crate) fn row_of_erasure(
        &self,
        key: &CustomerKey,
        erasure: &Erasure,
    ) -> Result<Option<Row>, StateError> {
        let Some(secret) = self.secret()? else {
            return Ok(None);
        };
        let print = prints(&secret, key, None).into_iter().next();
        let row = print.map(|print| Row::put(Table::Tombstones, print.to_string(), erasure));
        row.transpose()
    }

    /// The rows that forget a customer: what is remembered of it, and all that the journal has of it.
    #[cfg(feature = "sync")]
    pub(crate) fn rows_that_forget(&self, key: &CustomerKey) -> Result<Vec<Row>, StateError> {
        let mut rows = vec![Row::remove(Table::Customers, key.to_string())];
        for entry in self.history(key)? {
            rows.extend(entry.removal());
        }
        Ok(rows)
    }
}
