//! Registers webhooks with Planyo, which calls them callbacks, and removes them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use planyo_client::notifications::{
    AddNotificationCallback, CallbackUrl, RemoveNotificationCallback,
};
use planyo_client::{Client, NotificationName};
use serde::{Deserialize, Serialize};

use super::Trigger;
use crate::store::{State, StateError, Table};

/// A callback that was registered here, as it is stored.
#[derive(Clone, Serialize, Deserialize)]
struct Registered {
    url: String,
    /// Whether Planyo confirmed it. Not if the answer was lost.
    is_sure: bool,
}

/// The result of registering or removing callbacks, by event.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct CallbackReport {
    /// Registered now.
    pub added: Vec<NotificationName>,
    /// Already registered.
    pub kept: Vec<NotificationName>,
    /// Removed: for another URL, or for an event that is no longer wanted.
    pub removed: Vec<NotificationName>,
    /// Neither registered nor removed, with the error. Another call retries them.
    pub failed: Vec<(NotificationName, planyo_client::Error)>,
}

/// The counts, and a line for each failure.
impl fmt::Display for CallbackReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "callbacks: {} added, {} kept, {} removed, {} failed",
            self.added.len(),
            self.kept.len(),
            self.removed.len(),
            self.failed.len()
        )?;
        for (event, error) in &self.failed {
            write!(f, "\n{event}: {error}")?;
        }
        Ok(())
    }
}

/// Registers a webhook at this URL for these triggers, and removes the others that were registered here.
///
/// Planyo cannot list callbacks, so those registered are kept in the store ([`Table::Callbacks`]), with the whole URL
/// and the token in it: protect the store's file. A stored callback is not registered again. Where the answer was lost,
/// the callback is removed before it is registered again, since one that is registered twice may be called twice. A
/// stored callback for another URL or event is removed once the new one is registered. Callbacks registered elsewhere
/// are not touched.
///
/// Give the URL its [token](CallbackUrl::with_token), and [`with_json`](CallbackUrl::with_json) if you like. An event
/// that Planyo refuses is reported and does not stop the others: whether it accepts callbacks for all of them, such as
/// the times before and after an event, is not documented ([`NotificationName::is_documented`]). A
/// [`Poller`](super::Poller) beside the receiver finds the events that are refused.
///
/// ```no_run
/// # async fn run(planyo: planyo_client::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use customer_sync::store::{MemoryStore, State};
/// use customer_sync::triggers::{Trigger, ensure_callbacks};
/// use planyo_client::incoming::CallbackToken;
/// use planyo_client::notifications::CallbackUrl;
///
/// let state = State::new(MemoryStore::new());
/// let token = CallbackToken::new(std::env::var("PLANYO_CALLBACK_TOKEN")?)?;
/// let url = CallbackUrl::new("https://example.com/planyo")?.with_token(&token);
/// let report = ensure_callbacks(&planyo, &state, &url, Trigger::CUSTOMER_EVENTS).await?;
/// println!("{report}");
/// # Ok(()) }
/// ```
///
/// # Errors
/// When the store cannot be used. Errors of Planyo are in the report.
pub async fn ensure_callbacks(
    planyo: &Client,
    state: &State,
    url: &CallbackUrl,
    triggers: impl IntoIterator<Item = Trigger>,
) -> Result<CallbackReport, StateError> {
    let wanted = triggers.into_iter().map(|trigger| trigger.to_string());
    reconcile(planyo, state, Some(url), wanted.collect()).await
}

/// Removes every callback in the store, and no other.
///
/// # Errors
/// When the store cannot be used. Errors of Planyo are in the report.
pub async fn remove_callbacks(
    planyo: &Client,
    state: &State,
) -> Result<CallbackReport, StateError> {
    reconcile(planyo, state, None, BTreeSet::new()).await
}

async fn reconcile(
    planyo: &Client,
    state: &State,
    url: Option<&CallbackUrl>,
    wanted: BTreeSet<String>,
) -> Result<CallbackReport, StateError> {
    let mut events: BTreeMap<String, Vec<Registered>> = BTreeMap::new();
    let all = state.each(Table::Callbacks, "", |event, registered| {
        events.insert(event.to_owned(), registered);
        Ok(())
    });
    all.await?;
    for event in &wanted {
        events.entry(event.clone()).or_default();
    }
    let mut report = CallbackReport::default();
    for (event, registered) in events {
        let url = url.filter(|_| wanted.contains(&event));
        let mut event = EventCallbacks {
            planyo,
            state,
            name: NotificationName::from(event.as_str()),
            registered,
        };
        match url {
            Some(url) => event.ensure(url, &mut report).await?,
            None => event.remove_others("", &mut report).await?,
        }
    }
    Ok(report)
}

/// The stored callbacks for one event.
struct EventCallbacks<'a> {
    planyo: &'a Client,
    state: &'a State,
    name: NotificationName,
    registered: Vec<Registered>,
}

impl EventCallbacks<'_> {
    async fn ensure(
        &mut self,
        url: &CallbackUrl,
        report: &mut CallbackReport,
    ) -> Result<(), StateError> {
        let stored = self
            .registered
            .iter()
            .find(|stored| stored.url == url.as_str());
        match stored.map(|stored| stored.is_sure) {
            Some(true) => report.kept.push(self.name.clone()),
            unconfirmed => {
                if unconfirmed.is_some()
                    && let Err(error) = self.unregister(url.clone()).await
                {
                    report.failed.push((self.name.clone(), error));
                    return Ok(());
                }
                // Before it is sent: a program that is killed in between would lose a registered callback.
                self.store(url, Some(false)).await?;
                let call = AddNotificationCallback::new(self.name.as_str(), url.clone());
                match self.planyo.send(call).await {
                    Ok(()) => {
                        self.store(url, Some(true)).await?;
                        report.added.push(self.name.clone());
                    }
                    Err(error) => {
                        if !error.is_outcome_unknown() {
                            self.store(url, None).await?;
                        }
                        report.failed.push((self.name.clone(), error));
                        // The callbacks of before stay registered.
                        return Ok(());
                    }
                }
            }
        }
        self.remove_others(url.as_str(), report).await
    }

    async fn remove_others(
        &mut self,
        keep: &str,
        report: &mut CallbackReport,
    ) -> Result<(), StateError> {
        for stored in self.registered.clone() {
            if stored.url == keep {
                continue;
            }
            // It was a valid callback URL when it was registered.
            let Ok(url) = CallbackUrl::allowing_http(&stored.url) else {
                continue;
            };
            match self.unregister(url.clone()).await {
                Ok(()) => {
                    self.store(&url, None).await?;
                    report.removed.push(self.name.clone());
                }
                Err(error) => report.failed.push((self.name.clone(), error)),
            }
        }
        Ok(())
    }

    /// One that is not registered counts as removed.
    async fn unregister(&self, url: CallbackUrl) -> planyo_client::Result<()> {
        let call = RemoveNotificationCallback::new(self.name.as_str(), url);
        match self.planyo.send(call).await {
            Err(error) if error.is_not_found() => Ok(()),
            answer => answer,
        }
    }

    /// Stores one callback, or removes it from the store.
    async fn store(&mut self, url: &CallbackUrl, is_sure: Option<bool>) -> Result<(), StateError> {
        self.registered.retain(|stored| stored.url != url.as_str());
        self.registered.extend(is_sure.map(|is_sure| Registered {
            url: url.as_str().to_owned(),
            is_sure,
        }));
        let key = self.name.as_str();
        let row = if self.registered.is_empty() {
            Table::Callbacks.remove(key)?
        } else {
            Table::Callbacks.put(key, &self.registered)?
        };
        self.state.write(&[row]).await
    }
}
