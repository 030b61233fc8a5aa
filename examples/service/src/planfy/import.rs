//! What a CSV of Planfy's customers would change.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use customer_sync::planfy::{self, BadRow, Column, Entry, Export, ReadError, Reader, Row};
use customer_sync::{CustomerKey, MappingRules, Problem};

use crate::change_log::{By, Logged};

/// What a file changes.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// Customers that are new or changed, in the order of the file.
    pub changes: Vec<EntryChange>,
    /// So many are as they were.
    pub unchanged: usize,
    /// What is not understood, in the order of the file.
    pub faults: Vec<Fault>,
}

/// A customer that is new or changed.
#[derive(Clone, Debug)]
pub struct EntryChange {
    /// The customer.
    pub key: CustomerKey,
    /// As it was; `None` if it is new.
    pub before: Option<Entry>,
    /// As it will be.
    pub after: Entry,
    /// The key that it had before it got an id.
    pub replaces: Option<CustomerKey>,
}

/// A line or a cell that is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1, and its name, if it is of one.
    pub column: Option<(usize, String)>,
    /// What is wrong, in English.
    pub reason: String,
    /// Whether the customer is taken without it.
    pub is_taken: bool,
}

impl Fault {
    pub(super) fn of(bad: &BadRow, is_taken: bool) -> Self {
        Self {
            line: bad.line,
            column: Some((bad.column, bad.name.clone().unwrap_or_default())),
            reason: bad.reason.clone(),
            is_taken,
        }
    }

    fn of_line(line: u64, reason: String) -> Self {
        Self {
            line,
            column: None,
            reason,
            is_taken: false,
        }
    }
}

impl Import {
    /// What a file changes of these customers. Whoever is not in the file stays as they are, and so does what the file has no
    /// column for.
    ///
    /// # Errors
    /// When the file is none of customers.
    pub fn of(
        file: &[u8],
        known: &BTreeMap<CustomerKey, Entry>,
        rules: &MappingRules,
    ) -> Result<Self, ReadError> {
        let mut import = Self::default();
        let mut rows: Vec<(CustomerKey, Option<CustomerKey>, Row)> = Vec::new();
        let mut lines: BTreeMap<CustomerKey, Vec<u64>> = BTreeMap::new();
        for row in Reader::new(file)? {
            let row = match row? {
                Ok(row) => row,
                Err(bad) => {
                    import.faults.push(Fault::of(&bad, false));
                    continue;
                }
            };
            match key_of(&row, rules) {
                Ok((key, old)) => {
                    lines.entry(key.clone()).or_default().push(row.line());
                    rows.push((key, old, row));
                }
                Err(fault) => import.faults.push(fault),
            }
        }
        let mut taken: BTreeSet<CustomerKey> = BTreeSet::new();
        for (key, old, row) in rows {
            let own = lines.get(&key).map_or(&[][..], Vec::as_slice);
            if own.len() > 1 {
                let own: Vec<String> = own.iter().map(ToString::to_string).collect();
                let reason = format!(
                    "one customer is on the lines {}: which of them counts is unknown",
                    own.join(", ")
                );
                import.faults.push(Fault::of_line(row.line(), reason));
                continue;
            }
            let faults = row.faults();
            let faults = faults.iter().map(|bad| Fault::of(bad, true));
            import.faults.extend(faults);
            let is_old = |old: &CustomerKey| {
                known.contains_key(old) && !known.contains_key(&key) && taken.insert(old.clone())
            };
            let replaces = old.filter(is_old);
            let before = known.get(replaces.as_ref().unwrap_or(&key)).cloned();
            let after = merged(before.as_ref(), &row);
            let is_same = before
                .as_ref()
                .is_some_and(|before| before.diff(&after).is_empty());
            if is_same && replaces.is_none() {
                import.unchanged += 1;
            } else {
                import.changes.push(EntryChange {
                    key,
                    before,
                    after,
                    replaces,
                });
            }
        }
        import.faults.sort_by_key(|fault| fault.line);
        Ok(import)
    }

    /// The customers as they will be, as a source of the sync.
    #[must_use]
    pub fn export(&self, known: &BTreeMap<CustomerKey, Entry>) -> Export {
        let mut all = known.clone();
        for change in &self.changes {
            if let Some(old) = &change.replaces {
                all.remove(old);
            }
            all.insert(change.key.clone(), change.after.clone());
        }
        Export::entries(all.into_values())
    }

    /// Whether it changes this customer.
    #[must_use]
    pub fn changes(&self, key: &CustomerKey) -> bool {
        self.changes.iter().any(|change| change.key == *key)
    }

    /// What it changes, for the change log: the name alone of a customer that is new.
    #[must_use]
    pub fn lines(&self, by: &str, at: DateTime<Utc>) -> Vec<Logged> {
        let mut lines = Vec::new();
        for change in &self.changes {
            let mut add = |what: &str, before: &str, after: &str| {
                lines.push(Logged {
                    at,
                    by: By::Import(by.to_owned()),
                    customer: change.key.clone(),
                    what: what.to_owned(),
                    before: before.to_owned(),
                    after: after.to_owned(),
                    run: None,
                    uncertain: false,
                });
            };
            match &change.before {
                Some(before) => {
                    for (name, old, new) in before.diff(&change.after) {
                        add(name, old, new);
                    }
                }
                None => add(Column::Name.name(), "", change.after.get(Column::Name)),
            }
        }
        lines
    }

    /// Of those that are new.
    #[must_use]
    pub fn added(&self) -> usize {
        self.changes
            .iter()
            .filter(|change| change.before.is_none())
            .count()
    }
}

/// The key of a row, and the one that it would have without its id.
fn key_of(row: &Row, rules: &MappingRules) -> Result<(CustomerKey, Option<CustomerKey>), Fault> {
    match planfy::customer(&Ok(row.clone()), rules) {
        Ok(customer) => {
            let old = customer.key_without_id();
            let old = old.filter(|old| *old != customer.key);
            Ok((customer.key, old))
        }
        // The filter leaves it out of the sync, not out of the list.
        Err((key, Problem::LeftOut(_))) => Ok((key, None)),
        Err((_, problem)) => Err(match row.id() {
            Err(bad) => Fault::of(&bad, false),
            Ok(_) => Fault::of_line(row.line(), problem.to_string()),
        }),
    }
}

/// What is known of a customer, with what the file says. Nothing is known of a column that neither has.
fn merged(known: Option<&Entry>, row: &Row) -> Entry {
    let new = Entry::of_row(row);
    let Some(known) = known else { return new };
    let before = known.row(row.line());
    let mut merged = Entry::new();
    for column in Column::ALL {
        if let Some(text) = row.get(column).or_else(|| before.get(column)) {
            merged = merged.with(column, text);
        }
    }
    let named: BTreeSet<&str> = row.properties().map(|(name, _)| name).collect();
    let kept = before
        .properties()
        .filter(|(name, _)| !named.contains(name));
    for (name, text) in kept.chain(row.properties()) {
        merged = merged.property(name, text);
    }
    merged
}
