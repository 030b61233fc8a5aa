//! Reads the month and sums it up.
//!
//! It reads one resource at a time, ordered by time, so that no grouping is needed: in memory are one page of
//! resources, one page of reservations, the few reservations whose payments are being read, and the sums. The client
//! also keeps the ids of the reservations of that resource, to return none twice.

use std::collections::BTreeMap;
use std::future::ready;
use std::io::Write;

use chrono::NaiveDateTime;
use examples::Failure;
use futures_util::{StreamExt, TryStreamExt};
use planyo_client::payments::{
    GetReservationPaymentAmount, ListReservationPayments, ReservationPayments,
};
use planyo_client::reservations::{
    ListReservations, Reservation, ReservationDetail, ReservationSort,
};
use planyo_client::resources::{ListResources, Resource};
use planyo_client::sites::GetSiteInfo;
use planyo_client::{
    Client as Planyo, Entry, InvalidRecord, Record, ReservationStatus, SiteTime, SiteZone,
};
use rust_decimal::Decimal;

use crate::month::Month;
use crate::print::Printer;

/// For how many reservations the payments are read concurrently. The client runs four calls at a time, so more would
/// wait there.
const AT_ONCE: usize = 4;

/// Prints the report. False if something could not be read.
pub(crate) async fn run(
    planyo: &Planyo,
    month: Option<Month>,
    printer: &mut Printer<impl Write>,
) -> Result<bool, Failure> {
    let site = planyo.send(GetSiteInfo::new()).await?;
    let zone = site.zone();
    let month = match (month, &zone) {
        (Some(month), _) => month,
        (None, Ok(zone)) => Month::of(zone.to_local(crate::now()).date())
            .ok_or("the clock of this machine is beyond any calendar")?,
        (None, Err(error)) => return Err(format!("{error}; say which month by --month").into()),
    };
    let clock = Clock(zone.ok());
    printer.site(&site, month)?;

    let mut all = Sums::default();
    let mut resources = planyo
        .pages(ListResources::new().all_resource_types())
        .records();
    while let Some(resource) = resources.try_next().await? {
        match resource {
            Ok(resource) => all.add(&of_resource(planyo, &resource, month, clock, printer).await?),
            Err(invalid) => all.problem(&unreadable("resource", &invalid)),
        }
    }
    printer.all(&all)?;
    Ok(all.problems == 0)
}

/// One resource: its heading, its reservations, its sums.
async fn of_resource(
    planyo: &Planyo,
    resource: &Resource,
    month: Month,
    clock: Clock,
    printer: &mut Printer<impl Write>,
) -> Result<Sums, Failure> {
    printer.resource(resource)?;
    let listing = ListReservations::new(month.start(), month.end())
        .resource_id(resource.id)
        .sort(ReservationSort::StartTime)
        .detail_level(ReservationDetail::INFO | ReservationDetail::PRICING);
    let mut bookings = planyo
        .pages(listing)
        .records()
        // Planyo may include the end in the period.
        .try_filter(|entry| ready(!begins_outside(month, clock, entry)))
        .map(|entry| read_booking(planyo, entry))
        // In the order of the listing, whichever payments are read first.
        .buffered(AT_ONCE);

    let mut sums = Sums::default();
    while let Some(booking) = bookings.try_next().await? {
        match booking {
            Ok(booking) => {
                sums.count(&booking);
                printer.booking(resource, &booking, clock)?;
            }
            Err(problem) => sums.problem(&problem),
        }
    }
    printer.resource_sums(resource, &sums)?;
    Ok(sums)
}

fn begins_outside(month: Month, clock: Clock, entry: &Entry<Reservation>) -> bool {
    let start = entry.as_ref().ok().and_then(|known| known.start_time);
    let start = start.and_then(|start| clock.local(start));
    start.is_some_and(|start| !month.contains(start))
}

/// The payments of a reservation. The inner error is one line about this reservation alone, the outer one ends the
/// report.
async fn read_booking(
    planyo: &Planyo,
    entry: planyo_client::Result<Entry<Reservation>>,
) -> planyo_client::Result<Result<Booking, String>> {
    let reservation = match entry? {
        Ok(reservation) => reservation,
        Err(invalid) => return Ok(Err(unreadable("reservation", &invalid))),
    };
    match payments_of(planyo, &reservation).await {
        Ok((payments, paid)) => Ok(Ok(Booking {
            reservation,
            payments,
            paid,
        })),
        // Deleted since it was listed.
        Err(error) if error.is_not_found() => {
            let id = reservation.reservation_id;
            Ok(Err(format!("reservation {id}: {error}")))
        }
        Err(error) => Err(error),
    }
}

/// The payments, and the total paid. A listing has it, but not certainly always.
async fn payments_of(
    planyo: &Planyo,
    reservation: &Reservation,
) -> planyo_client::Result<(ReservationPayments, Option<Decimal>)> {
    let id = reservation.reservation_id;
    let payments = planyo.send(ListReservationPayments::new(id)).await?;
    let paid = match reservation.amount_paid {
        None => {
            let request = GetReservationPaymentAmount::new(id);
            planyo.send(request).await?.amount
        }
        paid => paid,
    };
    Ok((payments, paid))
}

fn unreadable(what: &str, invalid: &InvalidRecord) -> String {
    let id = invalid.id().unwrap_or("without an id");
    format!("{what} {id} cannot be read: {}", invalid.error())
}

/// A reservation with its payments.
pub(crate) struct Booking {
    pub(crate) reservation: Record<Reservation>,
    pub(crate) payments: ReservationPayments,
    paid: Option<Decimal>,
}

impl Booking {
    /// Whether the reservation counts. One in an unknown state does.
    pub(crate) fn is_counted(&self) -> bool {
        let never = ReservationStatus::QUOTATION | ReservationStatus::WAITING_LIST;
        self.reservation.status.is_none_or(|status| {
            !status.is_cancelled() && !status.intersects(never) && status.bits() != 0
        })
    }

    /// `None` if Planyo did not send it.
    pub(crate) fn money(&self) -> Option<(&str, Money)> {
        let (price, paid) = (self.reservation.total_price?, self.paid?);
        let money = Money {
            price,
            paid,
            outstanding: price.saturating_sub(paid),
        };
        Some((self.reservation.currency.as_deref()?, money))
    }
}

/// Amounts in one currency.
#[derive(Clone, Copy, Default)]
pub(crate) struct Money {
    pub(crate) price: Decimal,
    pub(crate) paid: Decimal,
    /// Negative if overpaid.
    pub(crate) outstanding: Decimal,
}

/// The sums over reservations.
#[derive(Default)]
pub(crate) struct Sums {
    pub(crate) counted: u64,
    pub(crate) not_counted: u64,
    /// Reservations that could not be read, or have no price.
    pub(crate) problems: u64,
    pub(crate) money: BTreeMap<String, Money>,
}

impl Sums {
    fn count(&mut self, booking: &Booking) {
        let id = booking.reservation.reservation_id;
        for payment in &booking.payments.payments {
            if let Err(invalid) = payment {
                let payment = unreadable("payment", invalid);
                self.problem(&format!("reservation {id}: {payment}"));
            }
        }
        if !booking.is_counted() {
            self.not_counted += 1;
            return;
        }
        self.counted += 1;
        match booking.money() {
            Some((currency, money)) => self.add_money(currency, money),
            None => self.problem(&format!(
                "reservation {id} has no price, currency or amount paid, and is in no total"
            )),
        }
    }

    /// Prints what is missing in the report.
    fn problem(&mut self, line: &str) {
        eprintln!("{line}");
        self.problems += 1;
    }

    fn add(&mut self, other: &Self) {
        self.counted += other.counted;
        self.not_counted += other.not_counted;
        self.problems += other.problems;
        for (currency, money) in &other.money {
            self.add_money(currency, *money);
        }
    }

    fn add_money(&mut self, currency: &str, more: Money) {
        let sum = self.money.entry(currency.to_owned()).or_default();
        *sum = Money {
            price: sum.price.saturating_add(more.price),
            paid: sum.paid.saturating_add(more.paid),
            outstanding: sum.outstanding.saturating_add(more.outstanding),
        };
    }
}

/// The clock of the site, if its zone is known.
#[derive(Clone, Copy)]
pub(crate) struct Clock(Option<SiteZone>);

impl Clock {
    /// The local time. Planyo sends local times; a time in Unix seconds, which third parties have seen, needs the zone.
    pub(crate) fn local(self, time: SiteTime) -> Option<NaiveDateTime> {
        match time {
            SiteTime::Local(time) => Some(time),
            time => {
                let zone = self.0?;
                Some(zone.to_local(zone.to_utc(time).single()?))
            }
        }
    }
}
