//! Vouchers: codes that make reservations cheaper.

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::{Value, json};

use super::{
    State,
    actions::{By, Change},
    php::map_or_list,
    protocol::{Outcome, Parameters, Refusal, cents, invalid},
    reservations::Reservation,
};

/// The form item of a reservation that holds its vouchers.
const FORM_ITEM: &str = "voucher";

/// The most codes of one series.
const LONGEST_SERIES: u32 = 1_000;

/// A voucher as Planyo stores it.
pub(super) struct Voucher {
    id: u64,
    code: String,
    title: String,
    discount: Discount,
    /// For how many reservations.
    quantity: u32,
    /// The reservations, with their users.
    used: Vec<(u64, u64)>,
    /// Of booking with it.
    first_day: NaiveDate,
    last_day: NaiveDate,
    /// The rental must lie in between.
    rental: Option<(NaiveDateTime, NaiveDateTime)>,
    /// Blank: all.
    resources: Vec<u64>,
    non_combinable: bool,
    one_per_customer: bool,
    include_products: bool,
}

/// What a voucher takes off, as it was written.
#[derive(Clone)]
struct Discount {
    text: String,
    is_percent: bool,
    /// Cents, or hundredths of a percent.
    hundredths: i64,
}

impl Discount {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (number, is_percent) = match text.strip_suffix('%') {
            Some(number) => (number, true),
            None => (text, false),
        };
        let hundredths = cents(number).filter(|hundredths| *hundredths >= 0)?;
        Some(Self {
            text: text.to_owned(),
            is_percent,
            hundredths,
        })
    }

    /// Of a price in cents, and never more than that.
    fn of(&self, price: i64) -> i64 {
        let off = if self.is_percent {
            (price * self.hundredths + 5_000) / 10_000
        } else {
            self.hundredths
        };
        off.clamp(0, price.max(0))
    }
}

fn refused(text: &str) -> Refusal {
    Refusal(4, text.to_owned())
}

impl Voucher {
    fn is_for(&self, resource_id: u64) -> bool {
        self.resources.is_empty() || self.resources.contains(&resource_id)
    }

    fn is_for_rental(&self, start: Option<NaiveDateTime>, end: Option<NaiveDateTime>) -> bool {
        self.rental.is_none_or(|(first, last)| {
            start.is_none_or(|start| first <= start) && end.is_none_or(|end| end <= last)
        })
    }

    fn is_for_booking_on(&self, day: NaiveDate) -> bool {
        (self.first_day..=self.last_day).contains(&day)
    }

    fn is_used_up(&self) -> bool {
        self.used.len() >= self.quantity as usize
    }

    fn check(&self, known: &Reservation, today: NaiveDate) -> Result<(), Refusal> {
        let before = applied(known);
        let reason = if !self.is_for_booking_on(today) {
            "The voucher is not valid today."
        } else if self.is_used_up() {
            "The voucher was used up."
        } else if !self.is_for(known.resource_id) {
            "The voucher is not valid for this resource."
        } else if !self.is_for_rental(Some(known.start), Some(known.end)) {
            "The voucher is not valid for this rental period."
        } else if self.used.iter().any(|(id, _)| *id == known.id) {
            "The voucher was used for this reservation."
        } else if self.one_per_customer && self.used.iter().any(|(_, user)| *user == known.user_id)
        {
            "The customer has used the voucher."
        } else if self.non_combinable && !before.is_empty() {
            "The voucher cannot be combined with another."
        } else {
            return Ok(());
        };
        Err(refused(reason))
    }

    /// Without products unless they are included.
    fn off(&self, known: &Reservation) -> i64 {
        let products = if self.include_products {
            0
        } else {
            known.product_price()
        };
        self.discount.of(known.total_price - products)
    }
}

/// The codes that a reservation has.
fn applied(known: &Reservation) -> &str {
    let codes = known.properties.get(FORM_ITEM);
    codes.and_then(Option::as_deref).unwrap_or_default()
}

impl State {
    /// The reference's list of fields is cut after `discount_value`; `title` is a guess.
    pub(super) fn list_vouchers(&self, parameters: &Parameters) -> Outcome {
        let resource = match parameters.sent("resource_id") {
            Some(_) => Some(self.resource(parameters)?.id),
            None => None,
        };
        let start = self.time(parameters, "rental_start_time")?;
        let end = self.time(parameters, "rental_end_time")?;
        let prefix = parameters.text("voucher_code_prefix");
        let today = self.local_now().date();
        let now_only = parameters.flag("check_reservation_time");
        let asked = self.vouchers.iter().filter(|voucher| {
            resource.is_none_or(|id| voucher.is_for(id))
                && voucher.is_for_rental(start, end)
                && voucher.code.starts_with(prefix)
                && (!now_only || voucher.is_for_booking_on(today) && !voucher.is_used_up())
        });
        let results = asked.map(|voucher| (voucher.code.clone(), self.printed_voucher(voucher)));
        Ok(json!({ "results": map_or_list(results) }))
    }

    fn printed_voucher(&self, voucher: &Voucher) -> Value {
        let used = u64::try_from(voucher.used.len()).unwrap_or(u64::MAX);
        json!({
            "voucher_id": self.number(voucher.id),
            "code": voucher.code,
            "title": voucher.title,
            "quantity": self.number(u64::from(voucher.quantity)),
            "quantity_used": self.number(used),
            "reservation_start_date": voucher.first_day.to_string(),
            "reservation_end_date": voucher.last_day.to_string(),
            "discount_value": voucher.discount.text,
        })
    }

    /// What it answers is not known: nothing. With `unique_codes` there are as many codes as `quantity`, each for one
    /// reservation, which is a guess.
    pub(super) fn create_voucher(&mut self, parameters: &Parameters) -> Outcome {
        let quantity = parameters.quantity()?;
        let prefix = parameters.required("voucher_code_prefix")?.trim();
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        if !prefix.chars().all(is_plain) {
            return Err(invalid("Invalid value of parameter voucher_code_prefix"));
        }
        let discount = Discount::read(parameters.required("discount_value")?)
            .ok_or_else(|| invalid("Invalid value of parameter discount_value"))?;
        let first_day = self.required_time(parameters, "reservation_start_time")?;
        let last_day = self.required_time(parameters, "reservation_end_time")?;
        let rental = (
            self.time(parameters, "rental_start_time")?,
            self.time(parameters, "rental_end_time")?,
        );
        let resources = match parameters.sent("resources") {
            Some(_) => parameters.numbers("resources")?,
            None => Vec::new(),
        };
        if resources.iter().any(|id| !self.resources.contains_key(id)) {
            return Err(invalid("Resource not found"));
        }
        let (codes, each) = if parameters.flag("unique_codes") {
            if quantity > LONGEST_SERIES {
                return Err(invalid("Invalid value of parameter quantity"));
            }
            let series = (1..=quantity).map(|number| format!("{prefix}{number:04}"));
            (series.collect(), 1)
        } else {
            (vec![prefix.to_owned()], quantity)
        };
        let is_taken = |code: &String| self.vouchers.iter().any(|known| known.code == *code);
        if codes.iter().any(is_taken) {
            return Err(invalid("The voucher code is already in use."));
        }
        for code in codes {
            let id = self.ids.voucher(0);
            self.vouchers.push(Voucher {
                id,
                code,
                title: parameters.text("voucher_title").to_owned(),
                discount: discount.clone(),
                quantity: each,
                used: Vec::new(),
                first_day: first_day.date(),
                last_day: last_day.date(),
                rental: rental.0.zip(rental.1),
                resources: resources.clone(),
                non_combinable: parameters.flag("non_combinable"),
                one_per_customer: parameters.flag("is_one_per_customer"),
                include_products: parameters.flag("include_products"),
            });
        }
        Ok(json!([]))
    }

    /// A list of codes gives each reservation its own, one code counts for all.
    pub(super) fn apply_voucher(&mut self, parameters: &Parameters) -> Outcome {
        let codes: Vec<_> = match parameters.sent("voucher_codes") {
            Some(codes) => codes
                .split(',')
                .map(|code| code.trim().to_owned())
                .collect(),
            None => vec![parameters.required("voucher_code")?.trim().to_owned()],
        };
        let mut place = 0;
        self.for_each_reservation(parameters, |state, known| {
            let code = codes.get(place).or(codes.last()).cloned();
            place += 1;
            let mut after = known;
            state.take_off(&mut after, &code.unwrap_or_default())?;
            let (price, currency) = (after.total_price, state.currency(after.resource_id));
            state.use_voucher(&after);
            state.update(after, &Change::by(By::Admin));
            Ok(json!({ "price": state.money(price), "currency": currency }))
        })
    }

    /// Makes a reservation cheaper by a voucher, and writes the code into its form item.
    pub(super) fn take_off(&self, known: &mut Reservation, code: &str) -> Result<(), Refusal> {
        let mut vouchers = self.vouchers.iter();
        let voucher = vouchers.find(|voucher| voucher.code == code);
        let voucher = voucher.ok_or_else(|| invalid("Voucher not found"))?;
        voucher.check(known, self.local_now().date())?;
        let codes: Vec<_> = applied(known).split(',').collect();
        let mut before = self.vouchers.iter();
        if before.any(|other| other.non_combinable && codes.contains(&other.code.as_str())) {
            return Err(refused("The voucher cannot be combined with another."));
        }
        known.total_price -= voucher.off(known);
        let codes = match applied(known) {
            "" => code.to_owned(),
            before => format!("{before},{code}"),
        };
        known.properties.insert(FORM_ITEM.to_owned(), Some(codes));
        Ok(())
    }

    /// Counts the vouchers of a reservation as used.
    pub(super) fn use_voucher(&mut self, known: &Reservation) {
        let codes: Vec<_> = applied(known).split(',').collect();
        let own = self.vouchers.iter_mut();
        for voucher in own.filter(|voucher| codes.contains(&voucher.code.as_str())) {
            if voucher.used.iter().all(|(id, _)| *id != known.id) {
                voucher.used.push((known.id, known.user_id));
            }
        }
    }
}
