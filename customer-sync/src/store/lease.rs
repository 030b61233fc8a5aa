//! Leases: one holder at a time for a name, among all programs that share a store.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::rows::{Commit, Expected, Key, Row, RowChange};
use super::table::parse;
use super::{State, StateError, Table};

/// So often a commit is tried that others got ahead of.
const ATTEMPTS: usize = 10;

/// The longest time of a lease: a year.
const LONGEST: Duration = Duration::from_secs(366 * 86_400);

/// The leases of one holder: a run, or a program. They all end at one time, which [`renew`](Self::renew) moves on, by the
/// clock of the store.
///
/// A holder that crashes or is dropped keeps its leases until that time, and then whoever wants one takes it over. A
/// holder that comes too late cannot write under a lease that was taken over: the [`check`](Lease::check) of a lease
/// refuses the commit.
///
/// That guards the store and not Billit. A holder that stops for longer than its time between this check and a request to
/// Billit, because its machine sleeps, may send the request while another holder works on the same customer. Then one
/// value overwrites another, and the next run makes them equal again; two creates have the same idempotency key, if both
/// send the same values.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), customer_sync::store::StateError> {
/// use std::time::Duration;
/// use customer_sync::store::{Leases, MemoryStore, State};
///
/// let state = State::new(MemoryStore::new());
/// let leases = Leases::new(&state, Duration::from_secs(60));
/// let Some(lease) = leases.take("nightly").await? else {
///     return Ok(()); // Another program is at it.
/// };
/// // ... the work, with `leases.renew()` every 20 seconds, then:
/// lease.release().await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Leases(Arc<Holder>);

struct Holder {
    state: State,
    id: String,
    time: Duration,
    validity: Mutex<Validity>,
    keys: Mutex<Keys>,
}

/// The keys of rows that may name this holder.
#[derive(Default)]
struct Keys {
    /// A [`Lease`] has it, or is about to. A row that names this holder and is not here is held by nobody.
    live: BTreeSet<Key>,
    /// Its lease was dropped, or the answer of the store was lost: the row is still to be removed.
    dropped: BTreeSet<Key>,
}

/// Until when this program knows that its leases hold, by its own clock.
#[derive(Default)]
struct Validity {
    until: Option<Instant>,
    /// How often the end has passed: leases taken before may be lost.
    lapses: u32,
}

/// A lease that is held. [`release`](Self::release) frees it at once. Dropped, it is free when its holder takes or renews
/// leases the next time, or else when the time of the holder is over.
#[must_use = "a lease that is dropped is not free at once"]
pub struct Lease {
    holder: Arc<Holder>,
    name: String,
    key: Key,
    version: u64,
    lapses: u32,
    /// Whether its row is removed, so that nothing is left to do when it is dropped.
    is_released: bool,
}

/// The row of a lease.
#[derive(Serialize, Deserialize)]
struct LeaseRecord {
    holder: String,
}

/// The row of a holder.
#[derive(Serialize, Deserialize)]
struct HolderRecord {
    until: DateTime<Utc>,
}

/// A lease to take, and what to write in the same commit if it is taken.
pub(crate) struct Wanted {
    pub(crate) name: String,
    pub(crate) with: Vec<RowChange>,
}

/// What became of a lease to take.
#[derive(Debug)]
pub(crate) enum Taken {
    /// It is held now, and its changes are written.
    Lease(Lease),
    /// Another holder has it.
    Held,
    /// A row of its changes was not as expected.
    Changed,
}

impl Leases {
    /// The leases of a new holder, which end after this time unless they are renewed.
    #[must_use]
    pub fn new(state: &State, time: Duration) -> Self {
        Self(Arc::new(Holder {
            state: state.clone(),
            id: format!("{}{}", random(), random()),
            time: time.min(LONGEST),
            validity: Mutex::default(),
            keys: Mutex::default(),
        }))
    }

    /// The time after which they end.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.0.time
    }

    /// Takes the lease with this name; `None` if it is held, also by this holder. It does not wait.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn take(&self, name: &str) -> Result<Option<Lease>, StateError> {
        let wanted = Wanted {
            name: name.to_owned(),
            with: Vec::new(),
        };
        let taken = self.take_all(vec![wanted], &[]).await?;
        Ok(taken.into_iter().find_map(|taken| match taken {
            Taken::Lease(lease) => Some(lease),
            Taken::Held | Taken::Changed => None,
        }))
    }

    /// Takes as many of these leases as are free, by one commit, which also makes the changes `always`.
    pub(crate) async fn take_all(
        &self,
        wanted: Vec<Wanted>,
        always: &[RowChange],
    ) -> Result<Vec<Taken>, StateError> {
        self.free_dropped().await?;
        let names = wanted.iter().map(|wanted| Table::Leases.key(&wanted.name));
        let keys: Vec<Key> = names.collect::<Result<_, _>>()?;
        let own = Table::Holders.key(&self.0.id)?;
        let expecting = |wanted: &Wanted| {
            let with = wanted.with.iter();
            let expecting = with.filter(|change| change.expected != Expected::Anything);
            expecting
                .map(|change| change.key.clone())
                .collect::<Vec<_>>()
        };
        let mut others: Vec<Key> = wanted.iter().flat_map(expecting).collect();
        others.push(own.clone());
        for _ in 0..ATTEMPTS {
            let (asked, now) = (Instant::now(), self.0.state.now().await?);
            let rows = self.rows(keys.iter().chain(&others)).await?;
            let leases = keys.iter().filter_map(|key| rows.get(key));
            let holders = self.holders(leases).await?;
            let mut changes = always.to_vec();
            let mut expired = BTreeSet::new();
            let mut taken = Vec::with_capacity(wanted.len());
            for (wanted, key) in wanted.iter().zip(&keys) {
                let is_met = |change: &RowChange| {
                    let version = rows.get(&change.key).map(|row| row.version);
                    change.expected.is_met_by(version)
                };
                let row = rows.get(key);
                let holder = row.map(parse::<LeaseRecord>).transpose()?;
                let holder = holder.map(|lease| lease.holder);
                let ends = holder.as_ref().and_then(|holder| holders.get(holder));
                if ends.is_some_and(|(until, _)| *until > now) {
                    taken.push(Taken::Held);
                } else if !wanted.with.iter().all(is_met) {
                    taken.push(Taken::Changed);
                } else if let Some(lease) = self.claim(&wanted.name, key) {
                    expired.extend(holder.filter(|_| ends.is_some()));
                    let record = LeaseRecord {
                        holder: self.0.id.clone(),
                    };
                    let put = Table::Leases.put(&wanted.name, &record)?;
                    changes.push(put.expecting(Expected::same_as(row)));
                    changes.extend_from_slice(&wanted.with);
                    taken.push(Taken::Lease(lease));
                } else {
                    taken.push(Taken::Held);
                }
            }
            // A holder that ended and still works would renew its row: then this commit conflicts.
            for holder in &expired {
                let version = holders.get(holder).map(|(_, version)| *version);
                let expected = version.map_or(Expected::Absent, Expected::Version);
                changes.push(Table::Holders.remove(holder)?.expecting(expected));
            }
            let has_lease = taken.iter().any(|taken| matches!(taken, Taken::Lease(_)));
            if has_lease {
                changes.push(self.0.renewal(rows.get(&own), now)?);
            }
            let commit = self.0.state.commit(&changes).await?;
            if let (Commit::Done(_), true) = (&commit, has_lease) {
                self.0.renewed(asked);
            }
            let lapses = self.0.validity().lapses;
            for taken in &mut taken {
                if let Taken::Lease(lease) = taken {
                    match commit {
                        Commit::Done(version) => (lease.version, lease.lapses) = (version, lapses),
                        Commit::Conflict(_) => lease.is_released = true,
                    }
                }
            }
            if let Commit::Done(_) = commit {
                return Ok(taken);
            }
        }
        Err(StateError::busy())
    }

    /// A lease that is about to be taken, unless this holder has it.
    fn claim(&self, name: &str, key: &Key) -> Option<Lease> {
        let is_free = self.0.keys().live.insert(key.clone());
        is_free.then(|| Lease {
            holder: Arc::clone(&self.0),
            name: name.to_owned(),
            key: key.clone(),
            version: 0,
            lapses: 0,
            is_released: false,
        })
    }

    /// Frees the leases that were dropped.
    async fn free_dropped(&self) -> Result<(), StateError> {
        loop {
            let Some(key) = self.0.keys().dropped.first().cloned() else {
                return Ok(());
            };
            let row = self.0.state.row(&key).await?;
            if let Some(row) = row
                && parse::<LeaseRecord>(&row)?.holder == self.0.id
                && !self.0.keys().live.contains(&key)
            {
                let removal = RowChange::remove(key.clone());
                let removal = removal.expecting(Expected::Version(row.version));
                // A conflict: it was taken again.
                let _ = self.0.state.commit(&[removal]).await?;
            }
            self.0.keys().dropped.remove(&key);
        }
    }

    async fn rows(
        &self,
        keys: impl Iterator<Item = &Key>,
    ) -> Result<HashMap<Key, Row>, StateError> {
        let keys: Vec<Key> = keys.cloned().collect();
        let rows = self.0.state.store().get_many(&keys).await?;
        let rows = rows.into_iter().flatten();
        Ok(rows.map(|row| (row.key.clone(), row)).collect())
    }

    /// The ends of the holders of these leases, with the versions of their rows, but for this one.
    async fn holders(
        &self,
        leases: impl Iterator<Item = &Row>,
    ) -> Result<BTreeMap<String, (DateTime<Utc>, u64)>, StateError> {
        let mut keys = BTreeSet::new();
        for row in leases {
            let holder = parse::<LeaseRecord>(row)?.holder;
            if holder != self.0.id {
                keys.insert(Table::Holders.key(&holder)?);
            }
        }
        if keys.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rows = self.rows(keys.iter()).await?;
        let holders = rows.values().map(|row| {
            let holder = Table::Holders.rest(&row.key).to_owned();
            Ok((holder, (parse::<HolderRecord>(row)?.until, row.version)))
        });
        holders.collect()
    }

    /// Moves the end of all leases on. It need not be called for leases that are taken and released within the time.
    ///
    /// # Errors
    /// When the store cannot be written. The leases hold until the end that they had.
    pub async fn renew(&self) -> Result<(), StateError> {
        if !self.were_taken() {
            return Ok(());
        }
        self.free_dropped().await?;
        let own = Table::Holders.key(&self.0.id)?;
        for _ in 0..ATTEMPTS {
            let (asked, now) = (Instant::now(), self.0.state.now().await?);
            let row = self.0.state.row(&own).await?;
            let renewal = self.0.renewal(row.as_ref(), now)?;
            if let Commit::Done(_) = self.0.state.commit(&[renewal]).await? {
                self.0.renewed(asked);
                return Ok(());
            }
        }
        Err(StateError::busy())
    }

    /// Whether any was taken.
    pub(crate) fn were_taken(&self) -> bool {
        self.0.validity().until.is_some()
    }

    /// The change that removes the holder: what it holds is free.
    #[cfg(feature = "sync")]
    pub(crate) fn end(&self) -> Result<RowChange, StateError> {
        Table::Holders.remove(&self.0.id)
    }

    /// Frees all leases of the holder.
    #[cfg(feature = "sync")]
    pub(crate) async fn give_up(&self) -> Result<(), StateError> {
        self.0.state.write(&[self.end()?]).await
    }

    /// Which of the leases whose names begin so are held, and until when if nothing is heard of their holder. `None`: by this
    /// one, which renews them.
    #[cfg(feature = "triggers")]
    pub(crate) async fn held(
        &self,
        prefix: &str,
    ) -> Result<BTreeMap<String, Option<DateTime<Utc>>>, StateError> {
        self.free_dropped().await?;
        let mut rows = Vec::new();
        let all = self.0.state.each_row(Table::Leases, prefix, |row| {
            rows.push(row.clone());
            Ok(())
        });
        all.await?;
        let now = self.0.state.now().await?;
        let holders = self.holders(rows.iter()).await?;
        let mut held = BTreeMap::new();
        for row in &rows {
            let holder = parse::<LeaseRecord>(row)?.holder;
            let until = holders.get(&holder).map(|(until, _)| *until);
            let is_own = holder == self.0.id && self.0.keys().live.contains(&row.key);
            if is_own || until.is_some_and(|until| until > now) {
                held.insert(Table::Leases.rest(&row.key).to_owned(), until);
            }
        }
        Ok(held)
    }
}

impl Holder {
    fn validity(&self) -> MutexGuard<'_, Validity> {
        self.validity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the end on. If another holder has removed the row, because it had ended, the leases of before may be lost.
    fn renewal(&self, row: Option<&Row>, now: DateTime<Utc>) -> Result<RowChange, StateError> {
        if row.is_none() {
            let mut validity = self.validity();
            validity.lapses += u32::from(validity.until.take().is_some());
        }
        let time = TimeDelta::from_std(self.time).unwrap_or(TimeDelta::MAX);
        let until = now.checked_add_signed(time);
        let until = until.unwrap_or(DateTime::<Utc>::MAX_UTC);
        let put = Table::Holders.put(&self.id, &HolderRecord { until })?;
        Ok(put.expecting(Expected::same_as(row)))
    }

    fn renewed(&self, asked: Instant) {
        let mut validity = self.validity();
        if validity.until.is_some_and(|until| until < Instant::now()) {
            validity.lapses += 1;
        }
        validity.until = asked.checked_add(self.time).max(validity.until);
    }
}

impl Lease {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is held, as far as this program knows: it was renewed in time. Only [`check`](Self::check) is certain.
    #[must_use]
    pub fn is_held(&self) -> bool {
        let validity = self.holder.validity();
        let is_over = validity.until.is_none_or(|until| until < Instant::now());
        !is_over && validity.lapses == self.lapses
    }

    /// A change for a commit that is to be done only if the lease is still held.
    #[must_use]
    pub fn check(&self) -> RowChange {
        RowChange::check(self.key.clone()).expecting(Expected::Version(self.version))
    }

    /// A change that releases it, for a commit that is to be done only if it is still held. After the commit, call
    /// [`released`](Self::released).
    #[must_use]
    pub fn removal(&self) -> RowChange {
        RowChange::remove(self.key.clone()).expecting(Expected::Version(self.version))
    }

    /// Releases it. One that was lost stays with its new holder.
    ///
    /// # Errors
    /// When the store cannot be written. Then it is held until its time is over.
    pub async fn release(self) -> Result<(), StateError> {
        // A conflict: it is not held any more.
        let _ = self.holder.state.commit(&[self.removal()]).await?;
        self.released();
        Ok(())
    }

    /// Its [`removal`](Self::removal) was committed.
    pub fn released(mut self) {
        self.is_released = true;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut keys = self.holder.keys();
        keys.live.remove(&self.key);
        if !self.is_released {
            keys.dropped.insert(self.key.clone());
        }
    }
}

impl fmt::Debug for Leases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Leases")
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lease({})", self.name)
    }
}

impl State {
    /// Removes leases whose holders are gone, and holders that have ended.
    #[cfg(feature = "sync")]
    pub(crate) async fn remove_ended_leases(&self) -> Result<(), StateError> {
        let now = self.now().await?;
        // Leases first: a holder that takes one writes both rows at once.
        let mut leases = Vec::new();
        let all = self.each_row(Table::Leases, "", |row| {
            leases.push((parse::<LeaseRecord>(row)?.holder, removal(row)));
            Ok(())
        });
        all.await?;
        let mut holders = BTreeSet::new();
        let mut changes = Vec::new();
        let all = self.each_row(Table::Holders, "", |row| {
            holders.insert(Table::Holders.rest(&row.key).to_owned());
            if parse::<HolderRecord>(row)?.until <= now {
                changes.push(removal(row));
            }
            Ok(())
        });
        all.await?;
        let gone = leases
            .into_iter()
            .filter(|(holder, _)| !holders.contains(holder));
        changes.extend(gone.map(|(_, removal)| removal));
        for change in changes {
            // A conflict: somebody uses it.
            let _ = self.commit(&[change]).await?;
        }
        Ok(())
    }
}

/// Removes a row, unless it is written meanwhile.
#[cfg(feature = "sync")]
fn removal(row: &Row) -> RowChange {
    RowChange::remove(row.key.clone()).expecting(Expected::Version(row.version))
}

/// Sixteen random hex digits.
pub(super) fn random() -> String {
    // The standard library's hashers are keyed by the system's random numbers.
    format!("{:016x}", RandomState::new().build_hasher().finish())
}
