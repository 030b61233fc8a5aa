//! Registering callbacks, and taking them away again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use planyo_client::notifications::{
    AddNotificationCallback, CallbackUrl, RemoveNotificationCallback,
};
use planyo_client::{Client, NotificationName};
use serde::{Deserialize, Serialize};

use super::Trigger;
use crate::store::{Row, State, StateError, Table};

/// A callback of ours, as it is in the store.
#[derive(Clone, Serialize, Deserialize)]
struct Registered {
    url: String,
    /// Planyo said so. What was sent and not answered is not sure.
    is_sure: bool,
}

/// What became of callbacks, by the events they are for.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct CallbackReport {
    /// Registered now.
    pub added: Vec<NotificationName>,
    /// Registered before.
    pub kept: Vec<NotificationName>,
    /// Taken away: they were for another URL, or for an event that is not wanted any more.
    pub removed: Vec<NotificationName>,
    /// Neither registered nor taken away, with what Planyo said. Another call tries them again.
    pub failed: Vec<(NotificationName, planyo_client::Error)>,
}

/// What was done, and a line for each failure.
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

/// Makes Planyo post these triggers to this URL, and no others of ours.
///
/// Planyo cannot list callbacks, so what was registered is remembered in the store ([`Table::Callbacks`], with the whole URL
/// and the token in it: keep the store's file to yourself). What is remembered is not registered again; where an answer was
/// lost, the callback is taken away before it is registered again, since the same one twice may be posted to twice. What
/// the store remembers for another URL or another event is taken away when the new one is there. Callbacks that somebody
/// else registered are not touched.
///
/// Give the URL its [token](CallbackUrl::with_token), and [`with_json`](CallbackUrl::with_json) if you like. An event that
/// Planyo refuses is in the report and stops no other: whether it takes callbacks for all of them, the times before and
/// after an event among them, is not documented ([`NotificationName::is_documented`]). What it refuses, a
/// [`Poller`](super::Poller) beside the receiver finds.
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
/// When the store cannot be used. What Planyo says is in the report.
pub async fn ensure_callbacks(
    planyo: &Client,
    state: &State,
    url: &CallbackUrl,
    triggers: impl IntoIterator<Item = Trigger>,
) -> Result<CallbackReport, StateError> {
    let wanted = triggers.into_iter().map(|trigger| trigger.to_string());
    settle(planyo, state, Some(url), wanted.collect()).await
}

/// Takes every callback away that the store remembers, and no other.
///
/// # Errors
/// When the store cannot be used. What Planyo says is in the report.
pub async fn remove_callbacks(
    planyo: &Client,
    state: &State,
) -> Result<CallbackReport, StateError> {
    settle(planyo, state, None, BTreeSet::new()).await
}

async fn settle(
    planyo: &Client,
    state: &State,
    url: Option<&CallbackUrl>,
    wanted: BTreeSet<String>,
) -> Result<CallbackReport, StateError> {
    let mut events: BTreeMap<String, Vec<Registered>> = BTreeMap::new();
    state.each(Table::Callbacks, "", |event, registered| {
        events.insert(event.to_owned(), registered);
        Ok(())
    })?;
    for event in &wanted {
        events.entry(event.clone()).or_default();
    }
    let mut report = CallbackReport::default();
    for (event, registered) in events {
        let url = url.filter(|_| wanted.contains(&event));
        let mut event = Event {
            planyo,
            state,
            name: NotificationName::from(event.as_str()),
            registered,
        };
        match url {
            Some(url) => event.ensure(url, &mut report).await?,
            None => event.remove_all_but("", &mut report).await?,
        }
    }
    Ok(report)
}

/// Our callbacks for one event.
struct Event<'a> {
    planyo: &'a Client,
    state: &'a State,
    name: NotificationName,
    registered: Vec<Registered>,
}

impl Event<'_> {
    async fn ensure(
        &mut self,
        url: &CallbackUrl,
        report: &mut CallbackReport,
    ) -> Result<(), StateError> {
        let known = self
            .registered
            .iter()
            .find(|known| known.url == url.as_str());
        match known.map(|known| known.is_sure) {
            Some(true) => report.kept.push(self.name.clone()),
            unsure => {
                if unsure.is_some()
                    && let Err(error) = self.take_away(url.clone()).await
                {
                    report.failed.push((self.name.clone(), error));
                    return Ok(());
                }
                // Before it is sent: a program that ends in between would forget a callback that is there.
                self.remember(url, Some(false))?;
                let call = AddNotificationCallback::new(self.name.as_str(), url.clone());
                match self.planyo.send(call).await {
                    Ok(()) => {
                        self.remember(url, Some(true))?;
                        report.added.push(self.name.clone());
                    }
                    Err(error) => {
                        if !error.is_outcome_unknown() {
                            self.remember(url, None)?;
                        }
                        report.failed.push((self.name.clone(), error));
                        // What was there before still posts.
                        return Ok(());
                    }
                }
            }
        }
        self.remove_all_but(url.as_str(), report).await
    }

    async fn remove_all_but(
        &mut self,
        kept: &str,
        report: &mut CallbackReport,
    ) -> Result<(), StateError> {
        for known in self.registered.clone() {
            if known.url == kept {
                continue;
            }
            // It was a callback URL when it was registered.
            let Ok(url) = CallbackUrl::allowing_http(&known.url) else {
                continue;
            };
            match self.take_away(url.clone()).await {
                Ok(()) => {
                    self.remember(&url, None)?;
                    report.removed.push(self.name.clone());
                }
                Err(error) => report.failed.push((self.name.clone(), error)),
            }
        }
        Ok(())
    }

    /// One that is not there is as good as taken away.
    async fn take_away(&self, url: CallbackUrl) -> planyo_client::Result<()> {
        let call = RemoveNotificationCallback::new(self.name.as_str(), url);
        match self.planyo.send(call).await {
            Err(error) if error.is_not_found() => Ok(()),
            answer => answer,
        }
    }

    /// Writes down one callback, or that it is gone.
    fn remember(&mut self, url: &CallbackUrl, is_sure: Option<bool>) -> Result<(), StateError> {
        self.registered.retain(|known| known.url != url.as_str());
        self.registered.extend(is_sure.map(|is_sure| Registered {
            url: url.as_str().to_owned(),
            is_sure,
        }));
        let key = self.name.as_str();
        let row = if self.registered.is_empty() {
            Row::remove(Table::Callbacks, key)
        } else {
            Row::put(Table::Callbacks, key, &self.registered)?
        };
        self.state.write(&[row])
    }
}
