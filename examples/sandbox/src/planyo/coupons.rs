//! Coupons: a customer holds one, and pays with it.

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::{Value, json};

use super::{
    PlanyoServer, State,
    actions::{By, Change, Confirmation},
    protocol::{Outcome, Parameters, Refusal, euros, invalid},
    reservations::{Reservation, status},
    resources::object,
};

/// How many are on a page is not known.
const PAGE_SIZE: usize = 100;

/// What a coupon is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CouponKind {
    /// So many cents.
    #[default]
    Prepaid,
    /// So many hundredths of an hour.
    Hours,
    /// So many hundredths of an entry, of which each unit takes a whole one.
    Entries,
    /// Everything.
    Days,
    /// So many hundredths of a percent off.
    Discount,
}

impl CouponKind {
    fn number(self) -> u64 {
        match self {
            Self::Prepaid => 1,
            Self::Hours => 2,
            Self::Entries => 3,
            Self::Days => 4,
            Self::Discount => 5,
        }
    }
}

/// A coupon as Planyo stores it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coupon {
    /// 0 when added: the server gives the next id.
    pub id: u64,
    /// What the amount counts.
    pub kind: CouponKind,
    /// Its name.
    pub label: String,
    /// By its kind; all are in hundredths.
    pub amount: i64,
    /// The code, for customers without that e-mail address.
    pub code: String,
    /// Who holds it.
    pub holder_email: String,
    /// `None`: at any time.
    pub first_day: Option<NaiveDate>,
    /// `None`: for ever.
    pub last_day: Option<NaiveDate>,
    /// Empty: all.
    pub resources: Vec<u64>,
    /// For what it was used.
    pub uses: Vec<CouponUse>,
}

/// One use of a coupon.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CouponUse {
    /// What was paid.
    pub reservation_id: u64,
    /// Of the coupon, in its own unit.
    pub amount: i64,
    /// What it paid, in cents.
    pub paid: i64,
    /// When, local time of the site.
    pub time: NaiveDateTime,
}

impl Coupon {
    fn left(&self) -> i64 {
        self.amount - self.uses.iter().map(|one| one.amount).sum::<i64>()
    }

    fn is_valid_at(&self, time: NaiveDateTime) -> bool {
        let day = time.date();
        self.first_day.is_none_or(|first| first <= day)
            && self.last_day.is_none_or(|last| day <= last)
    }

    fn is_usable_at(&self, time: NaiveDateTime) -> bool {
        let can_be_used_up = matches!(
            self.kind,
            CouponKind::Prepaid | CouponKind::Hours | CouponKind::Entries
        );
        self.is_valid_at(time) && (!can_be_used_up || self.left() > 0)
    }

    fn is_for(&self, resource_id: u64) -> bool {
        self.resources.is_empty() || self.resources.contains(&resource_id)
    }

    /// What a reservation takes of the coupon, and what that pays.
    fn worth(&self, known: &Reservation, outstanding: i64) -> Option<(i64, i64)> {
        let needed = match self.kind {
            CouponKind::Prepaid => {
                let paid = outstanding.min(self.left());
                return (paid > 0).then_some((paid, paid));
            }
            CouponKind::Hours => {
                (known.end - known.start).num_minutes() * 100 / 60 * i64::from(known.quantity)
            }
            CouponKind::Entries => i64::from(known.quantity) * 100,
            CouponKind::Days => return Some((0, outstanding)),
            CouponKind::Discount => return Some((0, 0)),
        };
        (needed <= self.left()).then_some((needed, outstanding))
    }
}

fn refused(text: &str) -> Refusal {
    Refusal(4, text.to_owned())
}

impl PlanyoServer {
    /// Adds a coupon, or replaces the one with its id; returns the id.
    #[allow(clippy::must_use_candidate)] // Many a test gives the id itself.
    pub fn add_coupon(&self, coupon: Coupon) -> u64 {
        self.state().store_coupon(coupon)
    }

    /// All coupons, by id.
    #[must_use]
    pub fn coupons(&self) -> Vec<Coupon> {
        self.state().coupons.values().cloned().collect()
    }
}

impl State {
    pub(super) fn store_coupon(&mut self, mut coupon: Coupon) -> u64 {
        coupon.id = self.ids.coupon(coupon.id);
        let id = coupon.id;
        self.coupons.insert(id, coupon);
        id
    }

    /// The output is not in the reference: the names are those of `list_coupon_types` and of `generate_coupon`.
    pub(super) fn list_coupons(&self, parameters: &Parameters) -> Outcome {
        let resource = match parameters.sent("resource_id") {
            Some(_) => Some(self.resource(parameters)?.id),
            None => None,
        };
        let code = parameters.sent("coupon_code");
        let email = parameters.sent("email");
        let kind = parameters.number("type")?;
        let time = self.time(parameters, "rental_time")?;
        let usable = parameters.flag("check_if_valid");
        let time = time.unwrap_or_else(|| self.local_now());
        let asked = self.coupons.values().filter(|coupon| {
            resource.is_none_or(|id| coupon.is_for(id))
                && code.is_none_or(|code| coupon.code == code)
                && email.is_none_or(|email| coupon.holder_email.eq_ignore_ascii_case(email))
                && kind.is_none_or(|kind| coupon.kind.number() == kind)
                && (!usable || coupon.is_usable_at(time))
        });
        let page = parameters.page(asked, PAGE_SIZE)?;
        let results = page
            .into_iter()
            .map(|coupon| self.printed_coupon(coupon, parameters));
        Ok(json!({ "results": results.collect::<Vec<_>>() }))
    }

    fn printed_coupon(&self, coupon: &Coupon, parameters: &Parameters) -> Value {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        let ids = |ids: &mut dyn Iterator<Item = u64>| {
            ids.map(|id| id.to_string()).collect::<Vec<_>>().join(",")
        };
        let mut item = object(json!({
            "coupon_id": self.number(coupon.id),
            "type": self.number(coupon.kind.number()),
            "label": coupon.label,
            "currency": "EUR",
            "amount": self.money(coupon.amount),
            "coupon_code": coupon.code,
            "holder_email": coupon.holder_email,
            "first_day_of_validity": day(coupon.first_day),
            "last_day_of_validity": day(coupon.last_day),
            "resource_ids": ids(&mut coupon.resources.iter().copied()),
        }));
        if parameters.flag("include_reservations") {
            let used_for = ids(&mut coupon.uses.iter().map(|one| one.reservation_id));
            item.insert(String::from("reservation_ids"), json!(used_for));
        }
        if parameters.flag("include_usage_data") {
            let latest = coupon.uses.iter().map(|one| one.time).max();
            item.extend(object(json!({
                "amount_used": self.money(coupon.amount - coupon.left()),
                "latest_usage_time": latest.map(|time| self.printed(time)),
            })));
        }
        Value::Object(item)
    }

    /// An id goes before a code; without either the customer's e-mail address finds one.
    pub(super) fn apply_coupon(&mut self, parameters: &Parameters) -> Outcome {
        let ids = match parameters.sent("coupon_ids") {
            Some(_) => parameters.numbers("coupon_ids")?,
            None => parameters.number("coupon_id")?.into_iter().collect(),
        };
        let codes = parameters.sent("coupon_codes");
        let codes = codes.or(parameters.sent("coupon_code")).unwrap_or_default();
        let codes: Vec<_> = codes
            .split(',')
            .map(|code| code.trim().to_owned())
            .collect();
        let mut place = 0;
        self.for_each_reservation(parameters, |state, known| {
            let id = ids.get(place).or(ids.last()).copied();
            let code = codes.get(place).or(codes.last()).cloned();
            place += 1;
            let coupon = state.coupon_for(&known, id, &code.unwrap_or_default())?;
            state.pay_with(known, coupon)
        })
    }

    fn coupon_for(
        &self,
        known: &Reservation,
        id: Option<u64>,
        code: &str,
    ) -> Result<Coupon, Refusal> {
        let mut coupons = self.coupons.values();
        let email = self.user_of(known.user_id).email;
        let found = match id {
            Some(id) => self.coupons.get(&id),
            None if !code.is_empty() => coupons.find(|coupon| coupon.code == code),
            None => coupons.find(|coupon| {
                coupon.holder_email.eq_ignore_ascii_case(&email)
                    && coupon.is_for(known.resource_id)
                    && coupon.is_usable_at(known.start)
            }),
        };
        found.cloned().ok_or_else(|| invalid("Coupon not found"))
    }

    fn pay_with(&mut self, known: Reservation, mut coupon: Coupon) -> Outcome {
        if known.is(status::CONFIRMED | status::CANCELLED) {
            return Err(refused("The reservation is confirmed or cancelled."));
        }
        if !coupon.is_for(known.resource_id) || !coupon.is_valid_at(known.start) {
            return Err(refused("The coupon is not valid for this reservation."));
        }
        let id = known.id;
        let mut after = known;
        if coupon.kind == CouponKind::Discount {
            after.total_price -= after.total_price * coupon.amount / 10_000;
        }
        let outstanding = after.total_price - self.amount_paid(id);
        let (amount, paid) = coupon
            .worth(&after, outstanding)
            .ok_or_else(|| refused("The coupon is used up."))?;
        coupon.uses.push(CouponUse {
            reservation_id: id,
            amount,
            paid,
            time: self.local_now(),
        });
        let balance = coupon.left();
        self.coupons.insert(coupon.id, coupon.clone());
        let confirms = self.settings.payment_confirms
            && after.is(status::RESERVED)
            && self.amount_paid(id) >= after.total_price;
        if confirms {
            after.status |= status::CONFIRMED;
        }
        let change = Change {
            confirmation: Confirmation::Coupon,
            ..Change::by(By::System)
        };
        self.update(after.clone(), &change);
        let more = [
            ("coupon_code", coupon.code.clone()),
            ("coupon_balance", euros(balance)),
        ];
        self.tell_about(&after, "coupon_payment_received", &change, &more);
        Ok(json!({
            "coupon_id": self.number(coupon.id),
            "coupon_type": self.number(coupon.kind.number()),
            "user_text": after.user_text(),
            "status": self.number(u64::from(after.status)),
        }))
    }

    /// What coupons paid of a reservation, in cents.
    pub(super) fn paid_with_coupons(&self, reservation_id: u64) -> i64 {
        let uses = self.coupons.values().flat_map(|coupon| &coupon.uses);
        uses.filter(|one| one.reservation_id == reservation_id)
            .map(|one| one.paid)
            .sum()
    }

    /// `coupons_used` of the payments of reservations.
    pub(super) fn coupons_used(&self, reservation_ids: &[u64]) -> Value {
        let used = self.coupons.values().flat_map(|coupon| {
            let uses = coupon.uses.iter();
            uses.filter(|one| reservation_ids.contains(&one.reservation_id))
                .map(|one| {
                    json!({
                        "amount": self.money(one.amount),
                        "coupon_id": self.number(coupon.id),
                        "type": self.number(coupon.kind.number()),
                    })
                })
        });
        used.collect()
    }
}
