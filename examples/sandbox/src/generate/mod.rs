//! Customers by the thousand: of many countries, with the faults that people make, and the same for the same seed.
//!
//! Names, addresses and numbers are made up. E-mail addresses end in `example.com` and the like, VAT numbers have the
//! right check digits where no fault was wanted.

mod countries;
mod party;
mod person;
mod spelling;
mod user;
mod vat;

use chrono::{Months, NaiveDate, TimeDelta};
use serde_json::{Map, Value};

use crate::planyo::{Bookings, Erasure, Reservation, Resource, User, status};
use crate::random::Random;
use person::Person;

/// How many customers, and which.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Planyo's users.
    pub users: usize,
    /// Billit's parties. Six of ten belong to a user, as long as there are users enough, most of them in another spelling.
    pub parties: usize,
    /// The same seed gives the same customers.
    pub seed: u64,
    /// Added to every id, so that those of several companies differ.
    pub first_id: u32,
}

/// Which users have erased themselves, of so many of a million for each kind.
pub fn erased(
    ids: impl Iterator<Item = u64>,
    seed: u64,
    shares: &[(Erasure, u32)],
) -> Vec<(u64, Erasure)> {
    let mut random = Random::new(seed);
    let drawn = ids.filter_map(|id| Some((id, random.share(shares)?)));
    drawn.collect()
}

/// Ids before the first user and the first party.
const BEFORE_USERS: u64 = 900_000;
const BEFORE_PARTIES: i64 = 900_000;
const BEFORE_RESERVATIONS: u64 = 20_000_000;

impl Plan {
    fn user_id(&self, number: usize) -> u64 {
        let number = u64::try_from(number).unwrap_or_default();
        BEFORE_USERS + u64::from(self.first_id) + number + 1
    }

    /// How many users there are, and the first and the last id.
    #[must_use]
    pub fn user_ids(&self) -> Option<(usize, u64, u64)> {
        let last = self.users.checked_sub(1)?;
        Some((self.users, self.user_id(0), self.user_id(last)))
    }

    /// How many parties there are, and the first and the last id.
    #[must_use]
    pub fn party_ids(&self) -> Option<(usize, i64, i64)> {
        let last = self.parties.checked_sub(1)?;
        Some((self.parties, self.party_id(0), self.party_id(last)))
    }

    fn party_id(&self, number: usize) -> i64 {
        let number = i64::try_from(number).unwrap_or_default();
        BEFORE_PARTIES + i64::from(self.first_id) + number + 1
    }

    /// How many parties belong to a user.
    fn shared(&self) -> usize {
        (self.parties * 6 / 10).min(self.users)
    }

    /// The users, by id. Most have a reservation, a few have none and were created by an administrator, and a few are
    /// the same person once more.
    #[must_use]
    pub fn users(&self) -> Vec<User> {
        (0..self.users)
            .map(|number| {
                user::user(
                    self.user_id(number),
                    &Person::of(self.seed, number),
                    self.seed,
                    number,
                )
            })
            .collect()
    }

    /// The parties, by id.
    #[must_use]
    pub fn parties(&self) -> Vec<Map<String, Value>> {
        let shared = self.shared();
        (0..self.parties)
            .map(|number| {
                let random = Random::of(self.seed ^ 0xB111, number);
                // Spread over all users; the others are people of whom Planyo knows nothing.
                let owner = (number < shared).then(|| number * self.users / shared.max(1));
                let person = Person::of(self.seed, owner.unwrap_or(self.users + number));
                party::party(
                    self.party_id(number),
                    owner.map(|owner| self.user_id(owner)),
                    &person,
                    random,
                )
            })
            .collect()
    }

    /// Resources with room for all, and the reservations of the users in the month of that day, in the one before and
    /// in the one after.
    #[must_use]
    pub fn bookings(&self, day: NaiveDate) -> Bookings {
        let first_day = day.checked_sub_months(Months::new(1)).unwrap_or(day);
        let resources: Vec<_> = [
            "Camper 2p",
            "Camper 4p",
            "Camper XL",
            "Roof tent",
            "Caravan",
        ]
        .into_iter()
        .zip(23_001..)
        .map(|(name, id)| Resource {
            id,
            name: name.to_owned(),
            quantity: u32::try_from(self.users).unwrap_or(u32::MAX).max(1),
            unit_price: 9_500,
            is_overnight_stay: true,
            ..Resource::default()
        })
        .collect();
        let mut reservations = Vec::with_capacity(self.users);
        for number in 0..self.users {
            let mut random = Random::of(self.seed ^ 0xB00C, number);
            let resource = resources.get(random.below(resources.len()));
            let Some((resource, standing)) = resource.zip(user::standing(self.seed, number)) else {
                continue;
            };
            let days = |count: usize| TimeDelta::days(i64::try_from(count).unwrap_or_default());
            let hours = |count: i64| TimeDelta::hours(count);
            let start =
                (first_day + days(random.below(85))).and_time(chrono::NaiveTime::MIN) + hours(14);
            let nights = 1 + random.below(14);
            let end = start + days(nights) - hours(4);
            let created = start - days(1 + random.below(120)) - hours(3);
            let status = match standing {
                user::Standing::Confirmed => {
                    status::RESERVED | status::VERIFIED | status::CONFIRMED
                }
                user::Standing::Unconfirmed => status::RESERVED | status::VERIFIED,
                user::Standing::Cancelled => status::RESERVED | status::CANCELLED_BY_USER,
            };
            let price = 9_500 * i64::try_from(nights).unwrap_or_default();
            reservations.push(Reservation {
                id: BEFORE_RESERVATIONS
                    + u64::from(self.first_id)
                    + u64::try_from(number).unwrap_or_default()
                    + 1,
                resource_id: resource.id,
                user_id: self.user_id(number),
                start,
                end,
                created,
                modified: created,
                status,
                quantity: 1,
                total_price: price,
                original_price: price,
                ..Reservation::default()
            });
        }
        Bookings {
            resources,
            reservations,
            ..Bookings::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const PLAN: Plan = Plan {
        users: 2_000,
        parties: 2_000,
        seed: 7,
        first_id: 0,
    };

    #[test]
    fn the_same_seed_gives_the_same_customers() {
        let day = NaiveDate::default();
        assert_eq!(PLAN.users(), PLAN.users());
        assert_eq!(PLAN.parties(), PLAN.parties());
        assert_eq!(PLAN.bookings(day), PLAN.bookings(day));
        let other = Plan { seed: 8, ..PLAN };
        assert_ne!(PLAN.users(), other.users());
        assert_ne!(PLAN.parties(), other.parties());
    }

    #[test]
    fn they_are_of_many_countries_and_have_many_faults() {
        let users = PLAN.users();
        let set = |of: fn(&User) -> String| users.iter().map(of).collect::<BTreeSet<_>>();
        assert_eq!(set(|user| user.country.clone()).len(), 18);
        assert!(set(|user| user.email.clone()).len() == 2_000);
        assert!(set(|user| user.last_name.clone()).len() > 80);
        let share = |is: fn(&User) -> bool| users.iter().filter(|user| is(user)).count();
        assert!((300..900).contains(&share(|user| !user.properties.is_empty())));
        assert!((5..200).contains(&share(|user| user.address.is_empty())));
        assert!(share(|user| user.mobile_number.starts_with("00")) > 20);
        assert!(share(|user| user.mobile_number.starts_with('+')) > 40);
    }

    #[test]
    fn many_parties_belong_to_users_most_in_another_spelling() {
        let (users, parties) = (PLAN.users(), PLAN.parties());
        let text = |party: &Map<String, Value>, name: &str| {
            let value = party.get(name).and_then(Value::as_str);
            value.unwrap_or_default().to_lowercase()
        };
        let emails: BTreeSet<_> = users.iter().map(|user| user.email.to_lowercase()).collect();
        let known = |party: &&Map<String, Value>| emails.contains(&text(party, "Email"));
        let shared: Vec<_> = parties.iter().filter(known).collect();
        assert!((900..1_200).contains(&shared.len()), "{}", shared.len());
        let streets: BTreeSet<_> = users
            .iter()
            .map(|user| user.address.to_lowercase())
            .collect();
        let as_typed = |party: &&&Map<String, Value>| {
            let line = format!("{} {}", text(party, "Street"), text(party, "StreetNumber"));
            streets.contains(&line)
        };
        assert!(shared.iter().filter(as_typed).count() < shared.len() * 9 / 10);
        let linked = parties
            .iter()
            .filter(|party| text(party, "ExternalProviderID").starts_with("planyo:"));
        assert!((60..200).contains(&linked.count()));
    }

    #[test]
    fn the_users_count_the_reservations_that_are_there() {
        let bookings = PLAN.bookings(NaiveDate::default());
        let counted: u32 = PLAN
            .users()
            .iter()
            .map(|user| {
                user.reservations + user.unconfirmed_reservations + user.cancelled_reservations
            })
            .sum();
        assert_eq!(bookings.reservations.len(), counted as usize);
    }
}
