//! Sends the e-mails and SMS that are due. Each is sent once: the intent is in the store before it leaves, what became of it
//! afterwards. One without an outcome is shown to a person.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use customer_sync::recalls::{Channel, Contact, Message, Recall, RecallStore, Status, messages};
use customer_sync::{Customer, CustomerKey};
use futures_util::TryStreamExt;

use super::Refreshed;
use super::refresh;
use crate::app::{App, Failure};
use crate::messages::{EmailMessage, Outcome, SmsMessage};
use crate::random::hex;

/// Appointments that were read so long ago are read again before something is sent: who has booked since is not asked.
const FRESH: TimeDelta = TimeDelta::minutes(10);
/// Customers are asked for one by one up to so many, otherwise all are listed.
const FEW: usize = 50;
/// Sending leaves the other work of the service waiting no longer.
const ROUND: Duration = Duration::from_secs(30);

/// Messages that are due, with what is needed to send them.
pub struct ToSend {
    recalls: Vec<Recall>,
    customers: HashMap<CustomerKey, Customer>,
    opted_out: std::collections::BTreeMap<CustomerKey, Vec<Channel>>,
}

impl ToSend {
    /// The messages.
    #[must_use]
    pub fn messages(&self, app: &App, now: NaiveDateTime) -> Vec<Message<'_>> {
        messages(&self.recalls, &app.recalls.rules, now, |key| {
            Some(Contact {
                customer: self.customers.get(key)?,
                opted_out: self.opted_out.get(key).map_or(&[], Vec::as_slice),
            })
        })
    }
}

/// What is due by these channels, from appointments that are fresh and customers as their system has them now; `None` if
/// nothing can be due, for which neither is read.
///
/// # Errors
/// When a system or the store cannot be read.
pub async fn to_send(
    app: &App,
    channels: &[Channel],
    now: DateTime<Utc>,
) -> Result<Option<ToSend>, Failure> {
    let day = app.zone().await?.to_local(now);
    let stored = RecallStore::new(&app.state).all().await?;
    if !stored
        .iter()
        .any(|recall| can_be_due(app, recall, channels, day))
    {
        return Ok(None);
    }
    let last = Refreshed::last(app).await?;
    let recalls = if last.is_some_and(|last| now - last.at < FRESH) {
        stored
    } else {
        refresh(app, now).await?
    };
    let recalls: Vec<Recall> = recalls
        .into_iter()
        .filter(|recall| can_be_due(app, recall, channels, day))
        .collect();
    let customers = contacts_of(app, recalls.iter().map(|recall| &recall.customer)).await?;
    let opted_out = RecallStore::new(&app.state).opted_out().await?;
    Ok(Some(ToSend {
        recalls,
        customers,
        opted_out,
    }))
}

/// Whether a message by one of these channels may be due, whoever the customer is.
fn can_be_due(app: &App, recall: &Recall, channels: &[Channel], now: NaiveDateTime) -> bool {
    if recall.status() > Status::Sent || recall.due > now.date() || recall.sending.is_some() {
        return false;
    }
    let Some(rule) = app.recalls.rule(&recall.rule) else {
        return false;
    };
    rule.steps().iter().any(|step| {
        let failed = recall.failure(step.channel);
        let is_later = failed.is_some_and(|failed| failed.again.is_none_or(|at| at > now));
        channels.contains(&step.channel) && !recall.has_sent(step.channel) && !is_later
    })
}

/// These customers, as their systems have them now. One that is gone, left out by the filter or faulty is missing.
///
/// # Errors
/// When a system or the store cannot be read.
pub async fn contacts_of(
    app: &App,
    keys: impl IntoIterator<Item = &CustomerKey>,
) -> Result<HashMap<CustomerKey, Customer>, Failure> {
    let mut of_source: HashMap<&str, BTreeSet<&CustomerKey>> = HashMap::new();
    for key in keys {
        of_source.entry(key.source()).or_default().insert(key);
    }
    let mut customers = HashMap::new();
    for wanted in of_source.into_values() {
        let Some(first) = wanted.first().copied() else {
            continue;
        };
        let Some(source) = app.source_of(first).await? else {
            continue;
        };
        if wanted.len() > FEW {
            let mut pages = source.customers.customers(&source.rules);
            while let Some(page) = pages.try_next().await? {
                let page = page.customers.into_iter().flatten();
                customers.extend(page.map(|customer| (customer.key.clone(), customer)));
            }
            continue;
        }
        for key in wanted {
            match source.customers.customer(key.id(), &source.rules).await {
                Ok(Ok(customer)) => drop(customers.insert(key.clone(), customer)),
                Ok(Err(_)) => {}
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(customers)
}

/// Sends what is due by e-mail and SMS, outside quiet hours, and says how many were sent.
///
/// # Errors
/// When a system or the store cannot be used. What is sent already stays so.
pub async fn send_due(app: &App, now: DateTime<Utc>) -> Result<usize, Failure> {
    let channels = channels(app);
    let local = app.zone().await?.to_local(now);
    let is_quiet = app
        .recalls
        .quiet
        .is_some_and(|quiet| quiet.contains(local.time()));
    if channels.is_empty() || is_quiet {
        return Ok(0);
    }
    let Some(due) = to_send(app, &channels, now).await? else {
        return Ok(0);
    };
    let began = Instant::now();
    let mut sent = 0;
    for message in due.messages(app, local) {
        if app.stop.is_cancelled() || began.elapsed() > ROUND {
            break;
        }
        if channels.contains(&message.channel) {
            sent += usize::from(send(app, &message, local, now).await?);
        }
    }
    Ok(sent)
}

/// The channels that send by themselves.
fn channels(app: &App) -> Vec<Channel> {
    let senders = &app.recalls.senders;
    let mut channels = Vec::new();
    channels.extend(senders.email.as_ref().map(|_| Channel::Email));
    channels.extend(senders.sms.as_ref().map(|_| Channel::Sms));
    channels
}

/// Sends one message.
async fn send(
    app: &App,
    message: &Message<'_>,
    local: NaiveDateTime,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let store = RecallStore::new(&app.state);
    let (id, channel) = (&message.recall.id, message.channel);
    let begun = store
        .change(id, |recall| recall.start(channel, local))
        .await;
    match begun {
        Ok(_) => {}
        // Changed meanwhile: another process sends it, or it is not wanted any more.
        Err(customer_sync::recalls::ChangeError::Store(error)) => return Err(error.into()),
        Err(_) => return Ok(false),
    }
    let outcome = leave(app, message, now).await;
    tracing::info!(channel = %channel, outcome = outcome.name(), "message");
    app.metrics.message(channel, &outcome);
    let again = local + app.recalls.retry;
    let kept = store.change(id, |recall| match &outcome {
        Outcome::Sent => recall.sent(channel, local),
        Outcome::Refused(reason) => recall.not_sent(channel, local, reason, None),
        Outcome::NotNow(reason) => recall.not_sent(channel, local, reason, Some(again)),
        Outcome::Unclear(reason) => recall.unclear(channel, reason),
    });
    // Without this the intent stays, and a person is asked.
    kept.await?;
    Ok(outcome == Outcome::Sent)
}

/// What leaves.
async fn leave(app: &App, message: &Message<'_>, now: DateTime<Utc>) -> Outcome {
    let written = app.recalls.texts.of(message);
    let id = message_id(message.recall, message.channel);
    let to = message.to.first().map(String::as_str).unwrap_or_default();
    let senders = &app.recalls.senders;
    let missing = || Outcome::Refused("the settings have no such channel any more".to_owned());
    match message.channel {
        Channel::Email => match &senders.email {
            Some(email) => {
                let mail = EmailMessage {
                    id: &id,
                    at: now,
                    name: &message.name,
                    address: to,
                    subject: &written.subject,
                    body: &written.text,
                };
                email.send(&mail).await
            }
            None => missing(),
        },
        Channel::Sms => match &senders.sms {
            Some(sms) => {
                let text = &written.text;
                sms.send(&SmsMessage { id: &id, to, text }).await
            }
            None => missing(),
        },
        _ => missing(),
    }
}

/// The id of a message on its way, without the customer in it.
fn message_id(recall: &Recall, channel: Channel) -> String {
    let text = format!("{}/{channel}", recall.id);
    let hash = hmac_sha256::Hash::hash(text.as_bytes());
    hex(hash.get(..16).unwrap_or_default())
}
