//! The payments and the log, found by the reservation they belong to.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Deref,
};

use super::{Action, Payment};

/// All payments of a site: read like a map by id.
#[derive(Default)]
pub(super) struct Payments {
    records: BTreeMap<u64, Payment>,
    /// Reservation and payment.
    by_reservation: BTreeSet<(u64, u64)>,
}

impl Payments {
    pub(super) fn insert(&mut self, id: u64, payment: Payment) {
        self.remove(id);
        self.by_reservation.insert((payment.reservation_id, id));
        self.records.insert(id, payment);
    }

    pub(super) fn remove(&mut self, id: u64) {
        if let Some(payment) = self.records.remove(&id) {
            self.by_reservation.remove(&(payment.reservation_id, id));
        }
    }

    /// The payments of a reservation, by id.
    pub(super) fn of(&self, reservation_id: u64) -> impl Iterator<Item = &Payment> {
        let keys = (reservation_id, 0)..=(reservation_id, u64::MAX);
        let found = self.by_reservation.range(keys);
        found.filter_map(|(_, id)| self.records.get(id))
    }

    /// The reservation is gone.
    pub(super) fn forget(&mut self, reservation_id: u64) {
        let ids: Vec<_> = self.of(reservation_id).map(|payment| payment.id).collect();
        for id in ids {
            self.remove(id);
        }
    }
}

impl Deref for Payments {
    type Target = BTreeMap<u64, Payment>;

    fn deref(&self) -> &Self::Target {
        &self.records
    }
}

/// What happened, in that order: read like a list.
#[derive(Default)]
pub(super) struct Actions {
    log: Vec<Action>,
    /// Places in the log.
    by_reservation: HashMap<u64, Vec<usize>>,
}

impl Actions {
    pub(super) fn push(&mut self, action: Action) {
        let places = self.by_reservation.entry(action.reservation_id);
        places.or_default().push(self.log.len());
        self.log.push(action);
    }

    /// What happened to a reservation, in that order.
    pub(super) fn of(&self, reservation_id: u64) -> impl Iterator<Item = &Action> {
        let places = self.by_reservation.get(&reservation_id);
        let places = places.into_iter().flatten();
        places.filter_map(|place| self.log.get(*place))
    }
}

impl Deref for Actions {
    type Target = [Action];

    fn deref(&self) -> &Self::Target {
        &self.log
    }
}
