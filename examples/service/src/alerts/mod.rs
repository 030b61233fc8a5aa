//! Tells somebody when a condition begins and when it ends: one message each, not one per run.
//!
//! The store has a row per condition that says since when it holds and which channels know of it. What a channel should
//! know and does not is due, and what could not be delivered stays due until the next [`update`](Alerts::update). A
//! program that is killed while it sends repeats that message, and loses none. Programs that share a store send under a
//! lease, one at a time.

mod channel;
mod condition;
mod email;
mod message;
mod post;
mod record;
mod settings;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use customer_sync::store::{Commit, Lease, Leases, RowChange, State, StateError, StateErrorKind};

pub use self::channel::Channel;
use self::channel::Sender;
pub use self::condition::Condition;
use self::email::Email;
use self::message::{Message, Site};
use self::post::Post;
use self::record::{Entry, Record, Told};
pub use self::settings::{AlertSecrets, AlertSettings, MailSettings};

/// So long nobody else sends after a program was killed while it did: several times what one message may take.
const LEASE_TIME: Duration = Duration::from_secs(120);

/// So often a commit is tried that other programs got ahead of.
const ATTEMPTS: usize = 20;

/// Tells somebody what they should know.
pub struct Alerts {
    state: State,
    leases: Leases,
    senders: BTreeMap<Channel, Sender>,
    site: Site,
}

/// A condition that holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenAlert {
    /// What it is.
    pub condition: Condition,
    /// The first run after which it held.
    pub since: DateTime<Utc>,
    /// One line of text, as of the last run.
    pub text: String,
}

/// A message that could not be delivered. The next update sends it again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undelivered {
    /// What it is about.
    pub condition: Condition,
    /// Where it was to go.
    pub channel: Channel,
    /// Why not, and what to do: one line without secrets and addresses.
    pub what: String,
}

impl fmt::Display for Undelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (condition, channel, what) = (self.condition.name(), self.channel, &self.what);
        write!(f, "alert `{condition}` not delivered by {channel}: {what}")
    }
}

impl Alerts {
    /// Alerts of the company or site with this name, which is in the subject of each message, as is in its text the link
    /// of the page where somebody can do something about it.
    ///
    /// # Errors
    /// One line that names the entry that is wrong, and what to do.
    pub fn new(
        state: State,
        settings: &AlertSettings,
        secrets: &AlertSecrets,
        page: Option<String>,
        name: String,
    ) -> Result<Self, String> {
        if name.trim().is_empty() || name.contains(char::is_control) {
            return Err(
                "the name for alerts is empty or has a control character: write the name of your company or site".into(),
            );
        }
        let mut senders = BTreeMap::new();
        if let Some(settings) = &settings.email {
            let email = Email::new(settings, secrets.smtp_password.as_deref())?;
            senders.insert(Channel::Email, Sender::Email(Box::new(email)));
        }
        if let Some(url) = &secrets.post_url {
            senders.insert(Channel::Post, Sender::Post(Post::new(url)?));
        }
        Ok(Self {
            leases: Leases::new(&state, LEASE_TIME),
            state,
            senders,
            site: Site { name, page },
        })
    }

    /// Notes which conditions hold after a run, each with one line of text without personal data, and sends what is due.
    /// If another program with this store is sending, it sends this too.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn update(
        &self,
        now: DateTime<Utc>,
        held: &BTreeMap<Condition, String>,
    ) -> Result<Vec<Undelivered>, StateError> {
        self.note(now, held).await?;
        // The lease costs two writes.
        if self
            .due(&BTreeSet::new(), &BTreeSet::new())
            .await?
            .is_none()
        {
            return Ok(Vec::new());
        }
        let Some(lease) = self.leases.take("alerts").await? else {
            return Ok(Vec::new());
        };
        let undelivered = self.send_due(now, &lease).await?;
        lease.release().await?;
        Ok(undelivered)
    }

    /// Sends a test message to each channel that is set up.
    pub async fn test(&self, now: DateTime<Utc>) -> Vec<(Channel, Result<(), String>)> {
        let message = Message::test(&self.site, now);
        let mut results = Vec::new();
        for (channel, sender) in &self.senders {
            let sent = sender.send(&message).await;
            results.push((*channel, sent.map_err(|failure| failure.what)));
        }
        results
    }

    /// The conditions that hold, as of the last update.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(&self) -> Result<Vec<OpenAlert>, StateError> {
        let entries = Entry::all(&self.state).await?.into_iter();
        let open = entries.filter_map(|entry| {
            let record = entry.record.filter(|record| record.until.is_none())?;
            Some(OpenAlert {
                condition: entry.condition,
                since: record.since,
                text: record.text,
            })
        });
        Ok(open.collect())
    }

    async fn note(
        &self,
        now: DateTime<Utc>,
        held: &BTreeMap<Condition, String>,
    ) -> Result<(), StateError> {
        for _ in 0..ATTEMPTS {
            let mut changes = Vec::new();
            for entry in Entry::all(&self.state).await? {
                let text = held.get(&entry.condition);
                let record = match (entry.record.clone(), text) {
                    (Some(record), text) => record.after(now, text),
                    (None, Some(text)) => Record::new(now, text),
                    (None, None) => continue,
                };
                let is_done = record.is_done(self.senders.keys());
                if is_done || entry.record.as_ref() != Some(&record) {
                    changes.push(entry.change(&record, self.senders.keys())?);
                }
            }
            if let Commit::Done(_) = self.state.commit(&changes).await? {
                return Ok(());
            }
        }
        Err(busy())
    }

    async fn send_due(
        &self,
        now: DateTime<Utc>,
        lease: &Lease,
    ) -> Result<Vec<Undelivered>, StateError> {
        let mut undelivered = Vec::new();
        let mut tried = BTreeSet::new();
        let mut silent = BTreeSet::new();
        // Read anew after each message: other programs note what holds meanwhile.
        while let Some((entry, record, channel, sender)) = self.due(&tried, &silent).await? {
            let condition = entry.condition;
            self.leases.renew().await?;
            let told = record.told.get(&channel).copied();
            let (message, otherwise) = match record.until {
                None => {
                    let mut trying = record.clone();
                    trying.told.insert(channel, Told::Perhaps);
                    let change = entry.change(&trying, self.senders.keys())?;
                    if !self.commit(lease, change).await? {
                        continue;
                    }
                    let Record { since, text, .. } = &record;
                    let message = Message::began(&self.site, now, condition, *since, text);
                    (message, Some(Told::Began))
                }
                Some(until) => {
                    let message = Message::ended(&self.site, now, condition, record.since, until);
                    (message, None)
                }
            };
            tried.insert((condition, channel, record.until.is_some()));
            let sent = sender.send(&message).await;
            let knows = if sent.is_ok() { otherwise } else { told };
            self.remember(lease, condition, channel, knows).await?;
            if let Err(failure) = sent {
                if failure.is_silence {
                    silent.insert(channel);
                }
                undelivered.push(Undelivered {
                    condition,
                    channel,
                    what: failure.what,
                });
            }
        }
        Ok(undelivered)
    }

    /// A message that is due and was not tried, on a channel that answers.
    async fn due(
        &self,
        tried: &BTreeSet<(Condition, Channel, bool)>,
        silent: &BTreeSet<Channel>,
    ) -> Result<Option<(Entry, Record, Channel, &Sender)>, StateError> {
        for entry in Entry::all(&self.state).await? {
            let Some(record) = entry.record.clone() else {
                continue;
            };
            let is_end = record.until.is_some();
            let mut senders = self.senders.iter().filter(|(channel, _)| {
                record.is_due(**channel)
                    && !silent.contains(channel)
                    && !tried.contains(&(entry.condition, **channel, is_end))
            });
            if let Some((channel, sender)) = senders.next() {
                return Ok(Some((entry, record, *channel, sender)));
            }
        }
        Ok(None)
    }

    /// Stores what a channel knows now.
    async fn remember(
        &self,
        lease: &Lease,
        condition: Condition,
        channel: Channel,
        knows: Option<Told>,
    ) -> Result<(), StateError> {
        for _ in 0..ATTEMPTS {
            let entry = Entry::one(&self.state, condition).await?;
            let Some(mut record) = entry.record.clone() else {
                return Ok(());
            };
            match knows {
                Some(told) => record.told.insert(channel, told),
                None => record.told.remove(&channel),
            };
            let change = entry.change(&record, self.senders.keys())?;
            if self.commit(lease, change).await? {
                return Ok(());
            }
        }
        Err(busy())
    }

    /// Makes a change under the lease. Returns false if another program has changed the row.
    async fn commit(&self, lease: &Lease, change: RowChange) -> Result<bool, StateError> {
        let check = lease.check();
        let lease_key = check.key.clone();
        match self.state.commit(&[check, change]).await? {
            Commit::Done(_) => Ok(true),
            Commit::Conflict(key) if key == lease_key => {
                let what = "gave the sending of alerts to another program, because this one was too slow: it sends them";
                Err(StateError::new(StateErrorKind::LeaseLost, what))
            }
            Commit::Conflict(_) => Ok(false),
        }
    }
}

impl fmt::Debug for Alerts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Alerts(..)")
    }
}

fn busy() -> StateError {
    let what = "is busy: other programs write the same rows all the time; try again";
    StateError::new(StateErrorKind::Unavailable, what)
}
