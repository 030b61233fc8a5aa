//! The users and the reservations, found by id and by what a create and a look-up ask for.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Deref,
};

use chrono::{NaiveDateTime, TimeDelta};

use super::{Reservation, User};

/// All users of a site: read like a map by id.
#[derive(Default)]
pub(super) struct Users {
    records: BTreeMap<u64, User>,
    /// Ids by the e-mail address in lower case, in ascending order.
    by_email: HashMap<String, BTreeSet<u64>>,
    /// Ids by the login, in ascending order.
    by_login: HashMap<String, BTreeSet<u64>>,
    version: u64,
}

impl Users {
    /// Changes with each write.
    pub(super) fn version(&self) -> u64 {
        self.version
    }

    pub(super) fn insert(&mut self, id: u64, user: User) {
        self.remove(id);
        let email = self.by_email.entry(user.email.to_lowercase());
        email.or_default().insert(id);
        if !user.login.is_empty() {
            let login = self.by_login.entry(user.login.clone());
            login.or_default().insert(id);
        }
        self.records.insert(id, user);
        self.version += 1;
    }

    pub(super) fn remove(&mut self, id: u64) -> Option<User> {
        let user = self.records.remove(&id)?;
        self.version += 1;
        unlist(&mut self.by_email, &user.email.to_lowercase(), id);
        unlist(&mut self.by_login, &user.login, id);
        Some(user)
    }

    /// Changes a user; `None`: there is no such user.
    pub(super) fn change(&mut self, id: u64, change: impl FnOnce(&mut User)) -> Option<&User> {
        let mut user = self.remove(id)?;
        change(&mut user);
        self.insert(id, user);
        self.records.get(&id)
    }

    /// The users with this address in any case, by id.
    pub(super) fn with_email(&self, email: &str) -> impl Iterator<Item = &User> {
        let ids = self.by_email.get(&email.to_lowercase());
        let ids = ids.into_iter().flatten();
        ids.filter_map(|id| self.records.get(id))
    }

    /// The first user with this login.
    pub(super) fn with_login(&self, login: &str) -> Option<&User> {
        let ids = self.by_login.get(login)?;
        self.records.get(ids.first()?)
    }
}

fn unlist(index: &mut HashMap<String, BTreeSet<u64>>, key: &str, id: u64) {
    if let Some(ids) = index.get_mut(key) {
        ids.remove(&id);
        if ids.is_empty() {
            index.remove(key);
        }
    }
}

impl Deref for Users {
    type Target = BTreeMap<u64, User>;

    fn deref(&self) -> &Self::Target {
        &self.records
    }
}

/// All reservations of a site: read like a map by id.
#[derive(Default)]
pub(super) struct Reservations {
    records: BTreeMap<u64, Reservation>,
    /// User and reservation.
    by_user: BTreeSet<(u64, u64)>,
    /// Resource, start and reservation.
    by_start: BTreeSet<(u64, NaiveDateTime, u64)>,
    /// No reservation lasts longer.
    longest: TimeDelta,
    version: u64,
}

impl Reservations {
    /// Changes with each write.
    pub(super) fn version(&self) -> u64 {
        self.version
    }

    pub(super) fn insert(&mut self, id: u64, reservation: Reservation) -> Option<Reservation> {
        let before = self.remove(id);
        self.by_user.insert((reservation.user_id, id));
        let start = (reservation.resource_id, reservation.start, id);
        self.by_start.insert(start);
        self.longest = self.longest.max(reservation.end - reservation.start);
        self.records.insert(id, reservation);
        self.version += 1;
        before
    }

    pub(super) fn remove(&mut self, id: u64) -> Option<Reservation> {
        let known = self.records.remove(&id)?;
        self.version += 1;
        self.by_user.remove(&(known.user_id, id));
        let start = (known.resource_id, known.start, id);
        self.by_start.remove(&start);
        Some(known)
    }

    /// Changes a reservation, if there is one.
    pub(super) fn change(&mut self, id: u64, change: impl FnOnce(&mut Reservation)) {
        if let Some(mut known) = self.remove(id) {
            change(&mut known);
            self.insert(id, known);
        }
    }

    /// The reservations of a user, by id.
    pub(super) fn of_user(&self, user_id: u64) -> impl Iterator<Item = &Reservation> {
        let ids = self.by_user.range((user_id, 0)..=(user_id, u64::MAX));
        ids.filter_map(|(_, id)| self.records.get(id))
    }

    /// The reservations of a resource that take up some of this time.
    pub(super) fn overlapping(
        &self,
        resource_id: u64,
        start: NaiveDateTime,
        end: NaiveDateTime,
    ) -> impl Iterator<Item = &Reservation> {
        let first = start.checked_sub_signed(self.longest);
        let first = first.unwrap_or(NaiveDateTime::MIN).min(end);
        let keys = (resource_id, first, 0)..(resource_id, end, 0);
        let found = self.by_start.range(keys);
        let found = found.filter_map(|(.., id)| self.records.get(id));
        found.filter(move |known| known.start < end && start < known.end)
    }
}

impl Deref for Reservations {
    type Target = BTreeMap<u64, Reservation>;

    fn deref(&self) -> &Self::Target {
        &self.records
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_what_it_has_now() {
        let mut users = Users::default();
        for (id, email) in [(5, "Ann@x.be"), (3, "ann@X.be")] {
            let user = User {
                id,
                email: email.to_owned(),
                login: format!("u{id}"),
                ..User::default()
            };
            users.insert(id, user);
        }
        let ids = |users: &Users, email: &str| -> Vec<u64> {
            users.with_email(email).map(|user| user.id).collect()
        };
        assert_eq!(ids(&users, "ANN@x.be"), [3, 5]);
        users.change(5, |user| user.email = String::from("bo@x.be"));
        assert_eq!(ids(&users, "ann@x.be"), [3]);
        assert_eq!(ids(&users, "bo@x.be"), [5]);
        assert_eq!(users.with_login("u5").map(|user| user.id), Some(5));
        users.remove(5);
        assert!(users.with_login("u5").is_none());
        assert!(ids(&users, "bo@x.be").is_empty());
    }

    #[test]
    fn what_overlaps_is_found_however_long_it_lasts() {
        let day = |day| {
            let date = chrono::NaiveDate::from_ymd_opt(2026, 6, day).unwrap_or_default();
            date.and_time(chrono::NaiveTime::MIN)
        };
        let mut reservations = Reservations::default();
        for (id, from, to) in [(1, 1, 25), (2, 3, 5), (3, 5, 9), (4, 9, 10)] {
            let known = Reservation {
                id,
                resource_id: 7,
                user_id: id % 2,
                start: day(from),
                end: day(to),
                ..Reservation::default()
            };
            reservations.insert(id, known);
        }
        let ids = |resource, from, to| -> Vec<u64> {
            let found = reservations.overlapping(resource, day(from), day(to));
            found.map(|known| known.id).collect()
        };
        assert_eq!(ids(7, 5, 9), [1, 3]);
        assert_eq!(ids(7, 10, 11), [1]);
        // A period that ends before it begins.
        assert_eq!(ids(7, 9, 4), [1]);
        assert_eq!(ids(8, 1, 30), [0; 0]);
        let own: Vec<_> = reservations.of_user(1).map(|known| known.id).collect();
        assert_eq!(own, [1, 3]);
    }
}
