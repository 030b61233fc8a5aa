//! The report as text, or as JSON lines.

use std::io::{self, Write};

use planyo_client::Record;
use planyo_client::payments::{CouponUse, Payment};
use planyo_client::reservations::Reservation;
use planyo_client::resources::Resource;
use planyo_client::sites::SiteInfo;
use planyo_client::{Identified, SiteTime};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use crate::month::Month;
use crate::report::{Booking, Clock, Money, Sums};
use crate::words;

/// Writes each part of the report as soon as it is available.
pub(crate) struct Printer<W> {
    out: W,
    json: bool,
    is_sandbox: bool,
}

impl<W: Write> Printer<W> {
    pub(crate) fn new(out: W, json: bool, is_sandbox: bool) -> Self {
        Self {
            out,
            json,
            is_sandbox,
        }
    }

    pub(crate) fn site(&mut self, site: &SiteInfo, month: Month) -> io::Result<()> {
        if self.json {
            let line = json!({
                "kind": "site",
                "sandbox": self.is_sandbox,
                "site": site.name,
                "timezone": site.timezone,
                "month": month.first_day().format("%Y-%m").to_string(),
            });
            return writeln!(self.out, "{line}");
        }
        let name = site.name.as_deref().unwrap_or("A site without a name");
        let zone = site.timezone.as_deref().unwrap_or("an unknown time zone");
        writeln!(self.out, "{name}, {month}; times are those of {zone}")
    }

    pub(crate) fn resource(&mut self, resource: &Resource) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        writeln!(self.out, "\n{} ({})", name_of(resource), resource.id)
    }

    pub(crate) fn booking(
        &mut self,
        resource: &Resource,
        booking: &Booking,
        clock: Clock,
    ) -> io::Result<()> {
        if self.json {
            let line = json_of(resource, booking, clock);
            return writeln!(self.out, "{line}");
        }
        let reservation = &booking.reservation;
        let counted = if booking.is_counted() {
            ""
        } else {
            " (not counted)"
        };
        writeln!(
            self.out,
            "  {} to {}  {}, {}: {}{counted}",
            time(reservation.start_time, clock),
            time(reservation.end_time, clock),
            reservation.reservation_id,
            customer(reservation)
                .as_deref()
                .unwrap_or("customer without a name"),
            words::state(reservation.status),
        )?;
        match booking.money() {
            Some((currency, money)) if booking.is_counted() => {
                writeln!(self.out, "    {}", amounts(currency, money))?;
            }
            // Planyo does not know what a cancelled reservation still owes.
            Some((currency, Money { price, paid, .. })) => {
                let (price, paid) = (digits(price), digits(paid));
                writeln!(self.out, "    {price} {currency}, paid {paid}")?;
            }
            None => writeln!(self.out, "    price unknown")?,
        }
        for payment in booking.payments.payments.iter().flatten() {
            writeln!(
                self.out,
                "      {}  {} {}, {}, {}",
                time(payment.payment_time, clock),
                payment.amount.map_or_else(|| "?".to_owned(), digits),
                payment.currency.as_deref().unwrap_or_default(),
                words::payment_mode(payment.payment_mode),
                words::payment_status(payment.payment_status),
            )?;
        }
        for coupon in booking.payments.coupons_used.iter().flatten() {
            let id = coupon.coupon_id.map(|id| format!(" {id}"));
            writeln!(
                self.out,
                "      coupon{}: {} {}",
                id.unwrap_or_default(),
                coupon.amount.map_or_else(|| "?".to_owned(), digits),
                words::coupon_unit(coupon.kind),
            )?;
        }
        Ok(())
    }

    pub(crate) fn resource_sums(&mut self, resource: &Resource, sums: &Sums) -> io::Result<()> {
        if self.json {
            let mut line = json_of_sums("resource", sums);
            line.insert("resource_id".to_owned(), resource.id.get().into());
            line.insert("resource".to_owned(), json!(resource.name));
            return writeln!(self.out, "{}", Value::Object(line));
        }
        self.sums("  total", "    ", sums)
    }

    pub(crate) fn all(&mut self, sums: &Sums) -> io::Result<()> {
        if self.json {
            return writeln!(self.out, "{}", Value::Object(json_of_sums("all", sums)));
        }
        self.sums("\nAll resources", "  ", sums)
    }

    fn sums(&mut self, title: &str, indent: &str, sums: &Sums) -> io::Result<()> {
        let counted = match sums.counted {
            1 => "1 reservation".to_owned(),
            counted => format!("{counted} reservations"),
        };
        write!(self.out, "{title}: {counted}")?;
        if sums.not_counted > 0 {
            write!(self.out, ", {} not counted", sums.not_counted)?;
        }
        if sums.problems > 0 {
            write!(self.out, ", {} not read or without a price", sums.problems)?;
        }
        writeln!(self.out)?;
        for (currency, money) in &sums.money {
            writeln!(self.out, "{indent}{}", amounts(currency, *money))?;
        }
        Ok(())
    }
}

fn name_of(resource: &Resource) -> String {
    resource.name.as_deref().map(one_line).unwrap_or_default()
}

fn customer(reservation: &Reservation) -> Option<String> {
    let names = [&reservation.first_name, &reservation.last_name];
    let names: Vec<_> = names
        .into_iter()
        .flatten()
        .map(|name| one_line(name))
        .collect();
    Some(names.join(" ")).filter(|name| !name.is_empty())
}

/// A typed text with single spaces and without line breaks.
fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ")
}

fn time(time: Option<SiteTime>, clock: Clock) -> String {
    let local = time.and_then(|time| clock.local(time));
    local.map_or_else(
        || "(unknown time)".to_owned(),
        |local| local.format("%Y-%m-%d %H:%M").to_string(),
    )
}

fn amounts(currency: &str, money: Money) -> String {
    format!(
        "{} {currency}, paid {}, outstanding {}",
        digits(money.price),
        digits(money.paid),
        digits(money.outstanding)
    )
}

/// All digits, and at least two decimals.
fn digits(mut amount: Decimal) -> String {
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    amount.to_string()
}

fn json_of(resource: &Resource, booking: &Booking, clock: Clock) -> Value {
    let reservation = &booking.reservation;
    let time = |time: Option<SiteTime>| time.and_then(|time| clock.local(time));
    let payment = |payment: &Payment| {
        json!({
            "payment_id": payment.id(),
            "time": time(payment.payment_time),
            "amount": payment.amount.map(digits),
            "currency": payment.currency,
            "mode": words::payment_mode(payment.payment_mode),
            "status": words::payment_status(payment.payment_status),
            "transaction_id": payment.transaction_id,
        })
    };
    let coupon = |coupon: &Record<CouponUse>| {
        json!({
            "coupon_id": coupon.coupon_id,
            "amount": coupon.amount.map(digits),
            "unit": words::coupon_unit(coupon.kind),
        })
    };
    let payments = booking.payments.payments.iter().flatten();
    let coupons = booking.payments.coupons_used.iter().flatten();
    let mut line = json!({
        "kind": "reservation",
        "resource_id": resource.id,
        "resource": resource.name,
        "reservation_id": reservation.reservation_id,
        "start": time(reservation.start_time),
        "end": time(reservation.end_time),
        "status": words::state(reservation.status),
        "counted": booking.is_counted(),
        "user_id": reservation.user_id,
        "customer": customer(reservation),
        "email": reservation.email,
        "payments": payments.map(|known| payment(known)).collect::<Vec<_>>(),
        "coupons": coupons.map(coupon).collect::<Vec<_>>(),
    });
    if let (Some((currency, money)), Some(line)) = (booking.money(), line.as_object_mut()) {
        line.insert("currency".to_owned(), currency.into());
        line.append(&mut json_of_money(money));
        if !booking.is_counted() {
            line.remove("outstanding");
        }
    }
    line
}

fn json_of_sums(kind: &str, sums: &Sums) -> Map<String, Value> {
    let totals = sums.money.iter();
    let totals = totals.map(|(currency, money)| (currency.clone(), json_of_money(*money).into()));
    [
        ("kind", kind.into()),
        ("counted", sums.counted.into()),
        ("not_counted", sums.not_counted.into()),
        ("problems", sums.problems.into()),
        ("totals", totals.collect::<Map<_, _>>().into()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect()
}

fn json_of_money(money: Money) -> Map<String, Value> {
    [
        ("price", money.price),
        ("paid", money.paid),
        ("outstanding", money.outstanding),
    ]
    .map(|(name, amount)| (name.to_owned(), digits(amount).into()))
    .into_iter()
    .collect()
}
