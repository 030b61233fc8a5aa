//! One change to many reservations, in calls of up to 50.
//!
//! Five methods take many reservations: [`DoReservationActions`](crate::reservations::DoReservationActions),
//! [`ModifyReservations`](crate::reservations::ModifyReservations),
//! [`AddReservationPayments`](crate::payments::AddReservationPayments), [`ApplyVouchers`](crate::vouchers::ApplyVouchers)
//! and [`ApplyCoupons`](crate::vouchers::ApplyCoupons). `Client::send_batch` sends any number of them and gives each
//! reservation its own result.

use std::collections::{BTreeMap, HashSet};
#[cfg(feature = "client")]
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::endpoint::Endpoint;
use crate::params::{IntoParam, Params, commas};
use crate::types::ReservationId;
use crate::wire::{self, Record};

/// A call that does the same to many reservations.
pub trait Batch: Endpoint<Output = BatchAnswer<Self::Answer>> + Sized {
    /// What Planyo answers for one of them.
    type Answer: DeserializeOwned + Default + Send;

    /// The most reservations that Planyo takes in one call (documented).
    const MAX: usize = 50;

    /// The reservations in their order.
    fn ids(&self) -> Vec<ReservationId>;

    /// This call cut into ones that Planyo takes: each has [`MAX`](Self::MAX) reservations at most, and none twice, since
    /// the answer has one place for each.
    #[must_use]
    fn parts(&self) -> Vec<Self>;
}

/// The answer to a [`Batch`]: by reservation, what Planyo says of it. One that is not there may or may not be done.
pub type BatchAnswer<T> = Record<BTreeMap<ReservationId, Record<T>>>;

/// Reads the answer to a batch. It was a write, so that nothing in it is an error.
///
/// Planyo documents a map by id, and does not document what it holds for a reservation that failed: see the raw record
/// of one without a status.
pub(crate) fn answer<T: DeserializeOwned + Default>(
    data: &RawValue,
) -> serde_json::Result<BatchAnswer<T>> {
    let mut answers = BTreeMap::new();
    for (id, raw) in wire::fields_of(data) {
        if let Ok(id) = id.parse() {
            answers.insert(id, Record::of_write(raw)?);
        }
    }
    Ok(Record::new(answers, data))
}

/// The parameter that holds the reservations.
const IDS: &str = "reservation_ids";

/// The reservations of a call, as the parameter has them.
pub(crate) fn ids(params: &Params) -> Vec<ReservationId> {
    let ids = params.get(IDS).unwrap_or_default().split(',');
    ids.filter_map(|id| id.trim().parse().ok()).collect()
}

/// The parameters of each part. `lists` are those that have a value for each reservation, in their order.
pub(crate) fn parts(params: &Params, most: usize, lists: &[&'static str]) -> Vec<Params> {
    let ids = ids(params);
    let lists: Vec<(&'static str, Vec<&str>)> = lists
        .iter()
        .filter_map(|name| Some((*name, params.get(name)?.split(',').collect())))
        .collect();
    let mut parts = Vec::new();
    for range in ranges(&ids, most) {
        let text = |id: &ReservationId| id.to_string();
        let own: Vec<String> = ids
            .get(range.clone())
            .unwrap_or_default()
            .iter()
            .map(text)
            .collect();
        let mut part = params.clone().with(IDS, own.join(","));
        for (name, values) in &lists {
            part.set(
                *name,
                values.get(range.clone()).unwrap_or_default().join(","),
            );
        }
        parts.push(part);
    }
    parts
}

/// Cuts a list into stretches of at most so many, with nothing twice in any.
fn ranges(ids: &[ReservationId], most: usize) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut seen = HashSet::new();
    let mut start = 0;
    for (at, id) in ids.iter().enumerate() {
        if seen.len() == most || !seen.insert(*id) {
            ranges.push(start..at);
            start = at;
            seen.clear();
            seen.insert(*id);
        }
    }
    if start < ids.len() {
        ranges.push(start..ids.len());
    }
    ranges
}

/// The ids as a parameter has them, each once: to do the same twice to one is to do it once.
pub(crate) fn each_once(ids: impl IntoIterator<Item = impl Into<ReservationId>>) -> Params {
    let mut seen = HashSet::new();
    let ids = ids
        .into_iter()
        .map(Into::into)
        .filter(|id| seen.insert(*id));
    all(ids)
}

/// The ids as a parameter has them.
pub(crate) fn all(ids: impl IntoIterator<Item = ReservationId>) -> Params {
    Params::default().with(IDS, commas(ids))
}

/// The ids as a parameter has them, and beside them a list with a value for each.
pub(crate) fn with_each<R: Into<ReservationId>, V: IntoParam>(
    pairs: impl IntoIterator<Item = (R, V)>,
    list: &'static str,
) -> Params {
    let (ids, values): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    let values = values.into_iter().map(|value| in_list(value.into_param()));
    all(ids.into_iter().map(Into::into)).with(list, commas(values))
}

/// A text in a list. Planyo separates by commas and has no way to write one: with a comma in it, every value after it
/// would be that of another reservation.
pub(crate) fn in_list(text: impl Into<String>) -> String {
    text.into().replace(',', ";")
}

/// What became of one reservation of a batch.
#[cfg(feature = "client")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BatchItem<T> {
    /// The reservation.
    pub id: ReservationId,
    /// What Planyo answered for it, or why there is no answer.
    pub result: Result<Record<T>, BatchError>,
}

/// Why a reservation of a batch has no answer of its own.
#[cfg(feature = "client")]
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// Planyo accepted the call and says nothing of this reservation. Whether it was done is unknown.
    #[error(
        "Planyo accepted the call but says nothing of this reservation; read the object before retrying it"
    )]
    Missing,
    /// The call with this reservation failed; all that were in it share the error.
    #[error(transparent)]
    Call(Arc<crate::Error>),
    /// Not sent: a call before it was refused for its key, as this one would have been. It has that error.
    #[error("not sent, since an earlier call was refused: {0}")]
    NotSent(Arc<crate::Error>),
}

#[cfg(feature = "client")]
impl BatchError {
    /// Whether it may have been done anyway: read the reservation before retrying it.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        match self {
            Self::Missing => true,
            Self::Call(error) => error.is_outcome_unknown(),
            Self::NotSent(_) => false,
        }
    }
}

#[cfg(feature = "client")]
impl crate::Client {
    /// Does one thing to any number of reservations, in calls of 50 one after the other, and gives each reservation its
    /// own result in the order they were named. A call that fails takes nothing from the others: those before it keep
    /// their answers, those after it are sent. Only when the key is refused the rest is not sent. Whether one wrong
    /// reservation makes Planyo refuse all that are in its call is unknown; if so, they share the error.
    ///
    /// Dropping the future gives up the results with it. To keep them as they come, send [`Batch::parts`] one by one.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client, overdue: Vec<planyo_client::ReservationId>) {
    /// use planyo_client::reservations::{DoReservationAction, ReservationAction};
    ///
    /// let cancel = DoReservationAction::for_all(overdue, ReservationAction::Cancel).quiet();
    /// for done in planyo.send_batch(cancel).await {
    ///     match done.result {
    ///         Ok(state) => println!("{}: {:?}", done.id, state.status),
    ///         Err(error) => println!("{}: {error}", done.id),
    ///     }
    /// }
    /// # }
    /// ```
    pub async fn send_batch<B: Batch>(&self, batch: B) -> Vec<BatchItem<B::Answer>> {
        let mut items = Vec::new();
        let mut refusal = None;
        for part in batch.parts() {
            let ids = part.ids();
            if let Some(error) = &refusal {
                let not_sent = |id| failed(id, BatchError::NotSent(Arc::clone(error)));
                items.extend(ids.into_iter().map(not_sent));
                continue;
            }
            match self.send(&part).await {
                Ok(answer) => items.extend(by_reservation(ids, answer)),
                Err(error) => {
                    let error = Arc::new(error);
                    let call = |id| failed(id, BatchError::Call(Arc::clone(&error)));
                    items.extend(ids.into_iter().map(call));
                    refusal = error.is_auth().then_some(error);
                }
            }
        }
        items
    }
}

#[cfg(feature = "client")]
fn failed<T>(id: ReservationId, error: BatchError) -> BatchItem<T> {
    let result = Err(error);
    BatchItem { id, result }
}

/// Each reservation of a call with its own part of the answer.
#[cfg(feature = "client")]
fn by_reservation<T: DeserializeOwned + Default>(
    ids: Vec<ReservationId>,
    answer: BatchAnswer<T>,
) -> Vec<BatchItem<T>> {
    let raw = answer.raw().to_owned();
    let mut answers = answer.into_value();
    // It is not known whether one reservation in a list is answered as a list: as itself it is its own answer.
    if let ([only], true) = (ids.as_slice(), answers.is_empty())
        && let Ok(own) = Record::<T>::parse(&raw)
        && !own.fields().is_empty()
    {
        answers.insert(*only, own);
    }
    let item = |id| BatchItem {
        id,
        result: answers.remove(&id).ok_or(BatchError::Missing),
    };
    ids.into_iter().map(item).collect()
}
