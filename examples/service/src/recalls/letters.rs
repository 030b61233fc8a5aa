//! Letters: those that are due become one file, once each. The file can be had again, since what is in it is in the store.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Timelike, Utc};
use customer_sync::recalls::{ChangeError, Channel, Message, Recall, RecallStore, written_day};

use super::send::{contacts_of, to_send};
use crate::app::{App, Failure};
use crate::messages::{Letter, pdf};

/// The letters that were made together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// When, by the clock of the site. No two have the same time.
    pub at: NaiveDateTime,
    /// How many.
    pub letters: usize,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// HTML to print.
    Html,
    /// PDF, by Chromium.
    Pdf,
}

/// Marks all letters that are due as made, at one time, which is the name of their file: see [`file_of`]. `None` if none is due.
///
/// # Errors
/// When a system or the store cannot be used. Letters that are marked already are in the batch of this time.
pub async fn make_due(app: &App, now: DateTime<Utc>) -> Result<Option<Batch>, Failure> {
    let local = app.zone().await?.to_local(now);
    let local = local.with_nanosecond(0).unwrap_or(local);
    let Some(due) = to_send(app, &[Channel::Letter], now).await? else {
        return Ok(None);
    };
    let store = RecallStore::new(&app.state);
    let mut at = local;
    let taken: Vec<NaiveDateTime> = batches(&store.all().await?)
        .iter()
        .map(|one| one.at)
        .collect();
    while taken.contains(&at) {
        at += chrono::TimeDelta::seconds(1);
    }
    let mut letters = 0;
    for message in due.messages(app, local) {
        if message.channel != Channel::Letter {
            continue;
        }
        // Nothing leaves between intent and outcome: the file is made from what is stored.
        let made = store.change(&message.recall.id, |recall| {
            recall.start(Channel::Letter, at)?;
            recall.sent(Channel::Letter, at)
        });
        match made.await {
            Ok(_) => letters += 1,
            Err(ChangeError::Store(error)) => return Err(error.into()),
            // Changed meanwhile: another person makes it, or it is not wanted any more.
            Err(_) => {}
        }
    }
    Ok((letters > 0).then_some(Batch { at, letters }))
}

/// The letters that were made, by when, the last first.
#[must_use]
pub fn batches(recalls: &[Recall]) -> Vec<Batch> {
    let mut batches: BTreeMap<NaiveDateTime, usize> = BTreeMap::new();
    for recall in recalls {
        if let Some(at) = made_at(recall) {
            *batches.entry(at).or_default() += 1;
        }
    }
    let batches = batches.into_iter().rev();
    batches.map(|(at, letters)| Batch { at, letters }).collect()
}

fn made_at(recall: &Recall) -> Option<NaiveDateTime> {
    let mut sent = recall.messages_sent.iter();
    let letter = sent.find(|sent| sent.channel == Channel::Letter)?;
    Some(letter.at)
}

/// A file with a letter for each customer, and how many customers are left out since they are gone or have no address any more;
/// `None` if there is no such batch.
///
/// # Errors
/// When a system or the store cannot be read, or there is no PDF, with the reason.
pub async fn file_of(
    app: &App,
    at: NaiveDateTime,
    format: Format,
) -> Result<Option<(Vec<u8>, usize)>, Failure> {
    let Some(letters) = &app.recalls.senders.letters else {
        return Err("`[recalls.letter]` is missing in the settings".into());
    };
    let recalls = RecallStore::new(&app.state).all().await?.into_iter();
    let recalls: Vec<Recall> = recalls
        .filter(|recall| made_at(recall) == Some(at))
        .collect();
    if recalls.is_empty() {
        return Ok(None);
    }
    let customers = contacts_of(app, recalls.iter().map(|recall| &recall.customer)).await?;
    let messages: Vec<Message<'_>> = recalls
        .iter()
        .filter_map(|recall| {
            let customer = customers.get(&recall.customer)?;
            Message::of(recall, Channel::Letter, customer)
        })
        .collect();
    let written: Vec<_> = messages
        .iter()
        .map(|message| {
            let written = app.recalls.texts.of(message);
            let day = written_day(at.date(), written.language);
            (written, day)
        })
        .collect();
    let pages: Vec<Letter<'_>> = messages
        .iter()
        .zip(&written)
        .map(|(message, (written, day))| Letter {
            language: written.language,
            address: &message.to,
            date: day,
            text: &written.text,
        })
        .collect();
    let html = letters.html(&pages);
    let left_out = recalls.len() - messages.len();
    let bytes = match (format, letters.chromium()) {
        (Format::Html, _) => html.into_bytes(),
        (Format::Pdf, Some(chromium)) => pdf(&html, chromium).await?,
        (Format::Pdf, None) => {
            return Err("there is no Chromium here: print the HTML instead".into());
        }
    };
    Ok(Some((bytes, left_out)))
}
