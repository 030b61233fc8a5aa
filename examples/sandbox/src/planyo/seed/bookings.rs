//! What the users of the seed rented: as many reservations, confirmed, unconfirmed and cancelled, as each of them
//! counts, laid over three months by arithmetic alone. The same month gives the same bookings.

use std::{collections::BTreeMap, iter};

use chrono::{Datelike, Months, NaiveDate, NaiveDateTime, TimeDelta};

use super::super::{
    ADMIN_ID, Action, Bookings, Invoice, Payment, Product, Reservation, Resource, status,
};

/// Days from one reservation of a resource to the next: a few more than the longest lasts.
const DAYS_APART: usize = 8;

/// The month of [`Sandbox::start`](crate::Sandbox::start): June 2026.
#[must_use]
pub fn month() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 1).unwrap_or_default()
}

/// Eight resources, and the reservations of the [`users`](super::users) in the month of that day, in the one before and
/// in the one after: 83, with the payments, invoices and log that go with them.
///
/// | when | status |
/// |---|---|
/// | the month before | checked out and paid, or the customer did not come |
/// | the month, the month after | confirmed, most with a payment on account |
/// | any | unconfirmed (1, 3), or cancelled by the administrator, by the user or automatically |
#[must_use]
pub fn bookings(day: NaiveDate) -> Bookings {
    let month = day.with_day(1).unwrap_or(day);
    let first_day = month.checked_sub_months(Months::new(1)).unwrap_or(month);
    let resources = resources();
    let kinds: Vec<_> = super::users()
        .iter()
        .flat_map(|user| {
            let times = |kind, count: u32| iter::repeat_n((user.id, kind), count as usize);
            times(Kind::Confirmed, user.reservations)
                .chain(times(Kind::Unconfirmed, user.unconfirmed_reservations))
                .chain(times(Kind::Cancelled, user.cancelled_reservations))
        })
        .collect();
    let mut drafts: Vec<_> = kinds
        .iter()
        .enumerate()
        .filter_map(|(number, (user_id, kind))| {
            // 37 is prime, so every slot is used once, and no user has two neighbouring reservations.
            let place = number * 37 % kinds.len();
            let resource = resources.get(place % resources.len())?;
            Some(draft(
                place,
                resources.len(),
                resource,
                *user_id,
                *kind,
                first_day,
                month,
            ))
        })
        .collect();
    drafts.sort_by_key(|draft| draft.reservation.created);

    let mut all = Bookings {
        resources,
        ..Bookings::default()
    };
    for (id, mut draft) in (19_710_001..).zip(drafts) {
        draft.reservation.id = id;
        for payment in &mut draft.payments {
            payment.reservation_id = id;
        }
        for action in &mut draft.actions {
            action.reservation_id = id;
        }
        all.reservations.push(draft.reservation);
        all.payments.append(&mut draft.payments);
        all.actions.append(&mut draft.actions);
    }
    all.payments.sort_by_key(|payment| payment.time);
    for (id, payment) in (5_600_001..).zip(&mut all.payments) {
        payment.id = id;
    }
    all.actions.sort_by_key(|action| action.time);
    all.invoices = invoices(&all.reservations);
    all
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Confirmed,
    Unconfirmed,
    Cancelled,
}

struct Draft {
    reservation: Reservation,
    payments: Vec<Payment>,
    actions: Vec<Action>,
}

fn draft(
    place: usize,
    resources: usize,
    resource: &Resource,
    user_id: u64,
    kind: Kind,
    first_day: NaiveDate,
    month: NaiveDate,
) -> Draft {
    let slot = place / resources;
    let day = first_day + days(slot * DAYS_APART + place % 3);
    let (from, to) = if resource.is_overnight_stay {
        (14, 10)
    } else {
        (9, 18)
    };
    let start = at(day, from);
    let end = at(day + days(2 + place % 4), to);
    let created = at(day - days(10 + place % 40), 8) + minutes(place % 60);
    let products: Vec<_> = match place % 4 {
        0 => vec![product(1, "Beddengoed", 1_500, 2)],
        2 => vec![product(2, "Eindschoonmaak", 4_500, 1)],
        _ => Vec::new(),
    };
    let extra: i64 = products
        .iter()
        .map(|product| product.unit_price * i64::from(product.quantity))
        .sum();
    let original_price = resource.price(start, end, 1) + extra;
    let total_price = if place % 7 == 3 {
        original_price - original_price / 10
    } else {
        original_price
    };
    let is_over = day < month;
    let mut draft = Draft {
        reservation: Reservation {
            resource_id: resource.id,
            user_id,
            start,
            end,
            created,
            status: status_of(kind, place, is_over),
            quantity: 1,
            total_price,
            original_price,
            products,
            unit_assignment: unit(resource, slot),
            user_notes: note(place),
            properties: form_items(place),
            ..Reservation::default()
        },
        payments: Vec::new(),
        actions: Vec::new(),
    };
    draft.pay(kind, place, is_over);
    draft.write_log(place);
    draft
}

fn status_of(kind: Kind, place: usize, is_over: bool) -> u32 {
    let confirmed = status::RESERVED | status::VERIFIED | status::CONFIRMED;
    match (kind, place) {
        (Kind::Confirmed, place) if is_over && place % 9 == 4 => confirmed | status::NO_SHOW,
        (Kind::Confirmed, _) if is_over => confirmed | status::CHECKED_IN | status::CHECKED_OUT,
        (Kind::Confirmed, _) => confirmed,
        (Kind::Unconfirmed, place) if place % 2 == 0 => status::RESERVED,
        (Kind::Unconfirmed, _) => status::RESERVED | status::VERIFIED,
        (Kind::Cancelled, place) => {
            let how = match place % 3 {
                0 => status::CANCELLED_BY_ADMIN,
                1 => status::CANCELLED_BY_USER,
                _ => status::CANCELLED_AUTOMATICALLY,
            };
            confirmed | how
        }
    }
}

impl Draft {
    fn pay(&mut self, kind: Kind, place: usize, is_over: bool) {
        let price = self.reservation.total_price;
        let on_account = price * 3 / 10;
        let (created, start) = (self.reservation.created, self.reservation.start);
        let mode = match place / 3 % 3 {
            0 => 4,
            1 => 1,
            _ => 2,
        };
        let rest = match kind {
            Kind::Unconfirmed => return,
            // A customer who still owes everything.
            Kind::Confirmed if place % 11 == 5 => return,
            Kind::Confirmed if is_over => Some((start, price - on_account, 1)),
            Kind::Confirmed if place.is_multiple_of(3) => return,
            Kind::Confirmed if place % 13 == 6 => Some((start - days(5), price - on_account, 2)),
            Kind::Confirmed => None,
            // What was paid on account is given back.
            Kind::Cancelled => Some((created + days(3), on_account, 4)),
        };
        let first = (created + days(1), on_account, 1);
        for (number, (time, amount, status)) in iter::once(first).chain(rest).enumerate() {
            self.payments.push(Payment {
                amount,
                currency: String::from("EUR"),
                status,
                mode,
                time,
                transaction_id: format!("TR-{place:03}-{}", number + 1),
                ..Payment::default()
            });
        }
    }

    fn write_log(&mut self, place: usize) {
        let own = self.reservation.clone();
        let created = own.created;
        let by_admin = place.is_multiple_of(5);
        let entered = if by_admin { 9 } else { 19 };
        let mut log = vec![(entered, created)];
        let bits = [
            (status::VERIFIED, 12, created + minutes(4)),
            (status::CONFIRMED, 1, created + days(1)),
            (status::CANCELLED_BY_ADMIN, 2, created + days(3)),
            (status::CANCELLED_BY_USER, 5, created + days(3)),
            (status::CANCELLED_AUTOMATICALLY, 14, created + days(3)),
            (status::CHECKED_IN, 8, own.start),
            (status::CHECKED_OUT, 21, own.end),
            (status::NO_SHOW, 100, own.start + days(1)),
        ];
        let happened = bits.into_iter().filter(|(bit, ..)| own.is(*bit));
        log.extend(happened.map(|(_, event_type, time)| (event_type, time)));
        log.extend(self.payments.iter().map(|payment| (16, payment.time)));
        log.sort_by_key(|(_, time)| *time);
        self.reservation.modified = log.last().map_or(created, |(_, time)| *time);
        self.actions = log
            .into_iter()
            .map(|(event_type, time)| Action {
                resource_id: own.resource_id,
                user_id: own.user_id,
                event_type,
                time,
                moderator_id: Some(ADMIN_ID).filter(|_| matches!(event_type, 2 | 8 | 9 | 21 | 100)),
                ..Action::default()
            })
            .collect();
    }
}

/// A finished and paid rental is invoiced when it ends.
fn invoices(reservations: &[Reservation]) -> Vec<Invoice> {
    let mut over: Vec<_> = reservations
        .iter()
        .filter(|known| known.is(status::CHECKED_OUT))
        .collect();
    over.sort_by_key(|known| known.end);
    let numbered = (1..).zip(over);
    numbered
        .map(|(number, known)| Invoice {
            id: 740_000 + number,
            reservation_id: known.id,
            number: format!("{}-{number:04}", known.end.year()),
            created: known.end,
            amount: known.total_price,
            is_parent: true,
        })
        .collect()
}

#[rustfmt::skip] // One resource, one line.
fn resources() -> Vec<Resource> {
    vec![
        resource(22_301, "Camper Kust", 14_500, true, &["Kust 1", "Kust 2"], &[("Berths", "4"), ("Licence", "B")]),
        resource(22_302, "Camper Ardennen", 16_500, true, &["Ardennen 1"], &[("Berths", "6"), ("Licence", "C1")]),
        resource(22_303, "Busje 9 plaatsen", 9_900, false, &["Busje A", "Busje B", "Busje C"], &[("Licence", "B")]),
        resource(22_304, "Vouwwagen Polder", 4_500, true, &[], &[("Berths", "4")]),
        resource(22_305, "Caravan Kempen", 6_250, true, &["Kempen 1"], &[("Berths", "5"), ("Licence", "BE")]),
        resource(22_306, "Daktent", 2_500, true, &[], &[("Berths", "2")]),
        resource(22_307, "Fietsendrager (4 fietsen)", 1_250, false, &[], &[]),
        Resource { is_published: false, ..resource(22_308, "Oldtimer T2 «Élise»", 21_000, true, &["Élise"], &[("Berths", "2")]) },
    ]
}

fn resource(
    id: u64,
    name: &str,
    unit_price: i64,
    is_overnight_stay: bool,
    units: &[&str],
    properties: &[(&str, &str)],
) -> Resource {
    Resource {
        id,
        name: name.to_owned(),
        quantity: u32::try_from(units.len().max(1)).unwrap_or(1),
        unit_names: units.iter().map(|unit| (*unit).to_owned()).collect(),
        unit_price,
        is_overnight_stay,
        properties: properties
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..Resource::default()
    }
}

fn unit(resource: &Resource, slot: usize) -> String {
    let mut names = resource.unit_names.iter().cycle();
    names.nth(slot).cloned().unwrap_or_default()
}

fn product(id: u64, name: &str, unit_price: i64, quantity: u32) -> Product {
    Product {
        id,
        name: name.to_owned(),
        unit_price,
        quantity,
    }
}

fn note(place: usize) -> String {
    let note = match place % 10 {
        1 => "Graag een kinderstoel",
        6 => "Arrivée tardive, après 18h",
        _ => "",
    };
    note.to_owned()
}

fn form_items(place: usize) -> BTreeMap<String, Option<String>> {
    let mut items = BTreeMap::new();
    if !place.is_multiple_of(6) {
        items.insert(String::from("persons"), Some((2 + place % 4).to_string()));
    }
    if place % 6 == 2 {
        items.insert(String::from("pets"), None);
    }
    items
}

fn at(day: NaiveDate, hour: u32) -> NaiveDateTime {
    day.and_hms_opt(hour, 0, 0).unwrap_or_default()
}

fn days(days: usize) -> TimeDelta {
    TimeDelta::days(i64::try_from(days).unwrap_or_default())
}

fn minutes(minutes: usize) -> TimeDelta {
    TimeDelta::minutes(i64::try_from(minutes).unwrap_or_default())
}
