//! Recalls in a store.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Appointment, Channel, InvalidTransition, Recall, Rule, recalls};
use crate::core::customer::CustomerKey;
use crate::store::{Commit, Expected, RowChange, State, StateError, StateErrorKind, Table};

/// So many rows are written at a time.
const PAGE: usize = 500;
/// So often a change is tried when other programs write the same recalls.
const TRIES: usize = 10;

/// The recalls in a [store](State), and who wants no messages. Programs may share it: each change is made on what is in
/// the store at that moment.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use chrono::NaiveDate;
/// use customer_sync::CustomerKey;
/// use customer_sync::recalls::{Appointment, Channel, RecallStore, Rule, Span, Status};
/// use customer_sync::store::{MemoryStore, State};
///
/// let recalls = RecallStore::new(&State::new(MemoryStore::new()));
/// let rule = Rule::new("check-up", Span::Months(6)).then(Channel::Email, Span::Days(0));
/// let day = |text: &str| text.parse::<NaiveDate>().unwrap();
/// let visit = Appointment::finished("900", CustomerKey::new("planyo", "7"), "dentist", day("2026-05-31"));
///
/// // Each day:
/// let known = recalls.update(&[visit], &[rule], day("2026-11-30")).await?;
/// assert_eq!(known[0].status(), Status::Due);
///
/// // Each message: first the intent, then the message, then what became of it.
/// let now = day("2026-11-30").and_hms_opt(10, 0, 0).unwrap();
/// recalls.change(&known[0].id, |recall| recall.start(Channel::Email, now)).await?;
/// let sent = recalls.change(&known[0].id, |recall| recall.sent(Channel::Email, now)).await?;
/// assert_eq!(sent.status(), Status::Sent);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct RecallStore {
    state: State,
}

/// Why a recall was not changed. It is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// There is none with this id.
    #[error("there is no such recall, or its customer was forgotten")]
    NotFound,
    /// In its state it does not take this change.
    #[error(transparent)]
    Invalid(#[from] InvalidTransition),
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StateError),
}

impl RecallStore {
    /// The recalls in this store.
    #[must_use]
    pub fn new(state: &State) -> Self {
        Self {
            state: state.clone(),
        }
    }

    /// All of them, by the day they fall due.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn all(&self) -> Result<Vec<Recall>, StateError> {
        let rows = self.versioned("").await?;
        Ok(by_day(rows.into_values().map(|(recall, _)| recall)))
    }

    /// Those of a customer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn of_customer(&self, key: &CustomerKey) -> Result<Vec<Recall>, StateError> {
        let rows = self.versioned(&format!("{key}/")).await?;
        Ok(by_day(rows.into_values().map(|(recall, _)| recall)))
    }

    /// One, by its id.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn get(&self, id: &str) -> Result<Option<Recall>, StateError> {
        self.state.read(Table::Recalls, id).await
    }

    /// Adds one, such as [by hand](Recall::by_hand). `false` if there is one with its id, which stays as it is.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn add(&self, recall: &Recall) -> Result<bool, StateError> {
        let row = Table::Recalls.put(&recall.id, recall)?;
        let commit = self.state.commit(&[row.expecting(Expected::Absent)]).await;
        Ok(matches!(commit?, Commit::Done(_)))
    }

    /// Makes the [recalls of a day](recalls()) from those in the store, stores what has changed, and gives all of them.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn update(
        &self,
        appointments: &[Appointment],
        rules: &[Rule],
        day: NaiveDate,
    ) -> Result<Vec<Recall>, StateError> {
        'again: for _ in 0..TRIES {
            let stored = self.versioned("").await?;
            let known: Vec<Recall> = stored.values().map(|(recall, _)| recall.clone()).collect();
            let recalls = recalls(appointments, rules, &known, day);
            let mut changes = Vec::new();
            for recall in &recalls {
                let expected = match stored.get(&recall.id) {
                    Some((known, _)) if known == recall => continue,
                    Some((_, version)) => Expected::Version(*version),
                    None => Expected::Absent,
                };
                let row = Table::Recalls.put(&recall.id, recall)?;
                changes.push(row.expecting(expected));
            }
            for changes in changes.chunks(PAGE) {
                if let Commit::Conflict(_) = self.state.commit(changes).await? {
                    continue 'again;
                }
            }
            return Ok(recalls);
        }
        Err(busy())
    }

    /// Changes one, and gives it as it is then.
    ///
    /// # Errors
    /// When there is none, it does not take the change, or the store cannot be read or written.
    pub async fn change(
        &self,
        id: &str,
        change: impl Fn(&mut Recall) -> Result<(), InvalidTransition>,
    ) -> Result<Recall, ChangeError> {
        for _ in 0..TRIES {
            let stored = self.state.read_many(&[Table::Recalls.key(id)?]).await?;
            let stored = stored.into_iter().next().flatten();
            let (mut recall, version): (Recall, u64) = stored.ok_or(ChangeError::NotFound)?;
            change(&mut recall)?;
            if self.replace(&recall, version).await? {
                return Ok(recall);
            }
        }
        Err(busy().into())
    }

    async fn replace(&self, recall: &Recall, version: u64) -> Result<bool, StateError> {
        let row: RowChange = Table::Recalls.put(&recall.id, recall)?;
        let row = row.expecting(Expected::Version(version));
        Ok(matches!(self.state.commit(&[row]).await?, Commit::Done(_)))
    }

    /// The customers that want no messages, and by which channels.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn opted_out(&self) -> Result<BTreeMap<CustomerKey, Vec<Channel>>, StateError> {
        let mut all = BTreeMap::new();
        let read = self.state.each(Table::OptOuts, "", |key, channels| {
            all.insert(Table::OptOuts.named(key)?, channels);
            Ok(())
        });
        read.await?;
        Ok(all)
    }

    /// The channels by which a customer wants no messages.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn opted_out_of(&self, key: &CustomerKey) -> Result<Vec<Channel>, StateError> {
        let channels = self.state.read(Table::OptOuts, key.as_str()).await?;
        Ok(channels.unwrap_or_default())
    }

    /// Sets the channels by which a customer wants no messages.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn set_opted_out(
        &self,
        key: &CustomerKey,
        channels: &[Channel],
    ) -> Result<(), StateError> {
        let row = if channels.is_empty() {
            Table::OptOuts.remove(key.as_str())?
        } else {
            Table::OptOuts.put(key.as_str(), &channels)?
        };
        self.state.write(&[row]).await
    }

    /// Those whose ids begin so, with the versions of their rows.
    async fn versioned(&self, prefix: &str) -> Result<BTreeMap<String, (Recall, u64)>, StateError> {
        let mut all = BTreeMap::new();
        let read = self
            .state
            .each_version(Table::Recalls, prefix, |id, recall, version| {
                all.insert(id.to_owned(), (recall, version));
            });
        read.await?;
        Ok(all)
    }
}

fn by_day(recalls: impl Iterator<Item = Recall>) -> Vec<Recall> {
    let mut recalls: Vec<Recall> = recalls.collect();
    recalls.sort_by(|a, b| (a.due, &a.id).cmp(&(b.due, &b.id)));
    recalls
}

fn busy() -> StateError {
    let what = "has recalls that other programs write all the time: try again later";
    StateError::new(StateErrorKind::Conflict, what)
}
