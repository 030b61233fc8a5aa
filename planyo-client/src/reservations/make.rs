//! Making reservations: whether it is possible, what it costs, and doing it.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{SharingMode, form_items, units};
use crate::macros::{call, ids_alone, person, setters, switches};
use crate::params::{Params, underscored};
use crate::types::{CartId, ReservationId, ReservationStatus, ResourceId, SiteTime, UserId};
use crate::wire::{self, Record};

/// What the three calls about one booking share.
macro_rules! booking {
    ($($request:ident)*) => {
        $(impl $request {
            /// So many of a resource for a time, on the clock of the site.
            ///
            /// A resource rented by whole days ends on the next date, or on the same date at 23:59; one rented by nights
            /// ends on the date of departure.
            pub fn new(
                resource: impl Into<ResourceId>,
                start: NaiveDateTime,
                end: NaiveDateTime,
                quantity: u32,
            ) -> Self {
                Self {
                    params: Params::default()
                        .with("resource_id", resource.into())
                        .with("start_time", start)
                        .with("end_time", end)
                        .with("quantity", quantity),
                }
            }

            switches! {
                /// By the rules for administrators, which are looser.
                admin_mode => "admin_mode" = true;
            }

            setters! {
                /// How the reservation shares the resource with others.
                wants_share(SharingMode) => "wants_share";
                /// The code of a voucher.
                voucher(String) => "rental_prop_voucher";
                /// The customer. Rules and prices may depend on who it is.
                user_id(UserId) => "user_id";
            }
        })*
    };
}

booking!(MakeReservation CanMakeReservation GetRentalPrice);
form_items!(MakeReservation CanMakeReservation GetRentalPrice);
units!(MakeReservation CanMakeReservation);
person!(MakeReservation);

call! {
    /// `make_reservation`: makes a reservation.
    ///
    /// The customer is the one with [`user_id`](Self::user_id), or is found by [`email`](Self::email), or is entered anew:
    /// without an id Planyo requires a first name even in [`admin_mode`](Self::admin_mode), and whatever else the site's form
    /// requires. Planyo sends its usual messages unless [`without_notifications`](Self::without_notifications).
    ///
    /// A retry would make a second reservation, so that this is [`Safety::Unsafe`](crate::Safety::Unsafe): when the error
    /// [is unknown](crate::Error::is_outcome_unknown), look with [`ListReservations`](super::ListReservations) first.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use planyo_client::reservations::MakeReservation;
    ///
    /// let (start, end) = ("2026-06-01T09:00:00".parse()?, "2026-06-03T18:00:00".parse()?);
    /// let made = planyo
    ///     .send(
    ///         MakeReservation::new(22222, start, end, 1)
    ///             .email("ann@example.com")
    ///             .first_name("Ann")
    ///             .form_item("persons", "2")
    ///             .unit(1, "Van 1"),
    ///     )
    ///     .await?;
    /// println!("{} {:?}", made.reservation_id, made.status);
    /// # Ok(()) }
    /// ```
    MakeReservation: "make_reservation", Unsafe -> Record<NewReservation>, Record::parse
}

impl MakeReservation {
    switches! {
        /// Sends no messages.
        without_notifications => "send_notifications" = false;
        /// A request on the waiting list.
        add_to_waitlist => "add_to_waitlist" = true;
    }

    setters! {
        /// The state to begin with, whatever the site's rules would give.
        force_status(ReservationStatus) => "force_status";
        /// The price, whatever the site's rules would give (second-hand).
        custom_price(Decimal) => "custom_price";
        /// The shopping cart to put it in.
        cart_id(CartId) => "cart_id";
        /// The customer's notes.
        user_notes(String) => "user_notes";
        /// The administrators' notes.
        admin_notes(String) => "admin_notes";
        /// The customer's e-mail address, by which Planyo finds one who is there.
        email(String) => "email";
        /// First name.
        first_name(String) => "first_name";
    }

    /// The phone: country code such as `32`, and the number without it.
    pub fn phone(mut self, country_code: impl Into<String>, number: impl Into<String>) -> Self {
        self.params.set("phone_prefix", country_code.into());
        self.params.set("phone_number", number.into());
        self
    }

    /// The mobile phone, in the same two parts.
    pub fn mobile(mut self, country_code: impl Into<String>, number: impl Into<String>) -> Self {
        self.params.set("mobile_prefix", country_code.into());
        self.params.set("mobile_number", number.into());
        self
    }
}

/// What [`MakeReservation`] made. Id, state and text are documented, the rest is from a third party's sample.
///
/// `Debug` shows ids and state alone.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct NewReservation {
    /// The id of the reservation. An answer without it is [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown).
    pub reservation_id: ReservationId,
    /// Its state.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub status: Option<ReservationStatus>,
    /// The state in words for the customer, in the language of the call.
    #[serde(default, deserialize_with = "wire::text")]
    pub user_text: Option<String>,
    /// ISO 4217.
    #[serde(default, deserialize_with = "wire::text")]
    pub currency: Option<String>,
    /// The price, after discounts.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub total_price: Option<Decimal>,
    /// The price before discounts.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub original_price: Option<Decimal>,
    /// The discount.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub discount: Option<Decimal>,
    /// What is rented.
    #[serde(default, deserialize_with = "wire::id")]
    pub resource_id: Option<ResourceId>,
    /// The items of the reservation form.
    #[serde(default, deserialize_with = "wire::texts")]
    pub properties: BTreeMap<String, Option<String>>,
}

ids_alone!(NewReservation: reservation_id resource_id status);

call! {
    /// `can_make_reservation`: whether Planyo would accept a reservation, by every rule of the site.
    ///
    /// Nothing is held for you: between the answer and [`MakeReservation`] another may be faster.
    CanMakeReservation: "can_make_reservation", Read -> Record<BookingCheck>, Record::parse
}

impl CanMakeReservation {
    switches! {
        /// With what is available; the names of the answer's fields are unknown, so read them from the raw record.
        return_availability => "return_availability" = true;
        /// With the price (second-hand).
        return_price => "return_price" = true;
    }

    setters! {
        /// The customer by e-mail address, in place of the id.
        user_email(String) => "user_email";
        /// As if this reservation were not there: the one that is to be moved.
        excluded_reservation_id(ReservationId) => "excluded_reservation_id";
    }
}

/// The answer to [`CanMakeReservation`].
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct BookingCheck {
    /// Whether it would be accepted.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_reservation_possible: Option<bool>,
    /// When the trouble begins.
    #[serde(default, deserialize_with = "wire::time")]
    pub problem_time: Option<SiteTime>,
    /// What the trouble is, in the language of the call.
    #[serde(default, deserialize_with = "wire::text")]
    pub reason: Option<String>,
    /// Whether the resource is free.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_resource_available: Option<bool>,
    /// The price (second-hand). One with a currency in it is in the raw record alone.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub price: Option<Decimal>,
}

call! {
    /// `get_rental_price`: what a reservation would cost, whether the resource is free or not.
    ///
    /// Planyo prices up to 50 periods at once: the first is the one of [`new`](Self::new), each
    /// [`period`](Self::period) one more.
    GetRentalPrice: "get_rental_price", Read -> Record<RentalPrice>, Record::parse
}

impl GetRentalPrice {
    setters! {
        /// The customer by e-mail address, in place of the id.
        user_email(String) => "user_email";
        /// The place in the shopping cart, for prices that depend on it.
        shopping_cart_position(u32) => "shopping_cart_position";
        /// How many of the resource are in the cart.
        shopping_cart_resource_quantity(u32) => "shopping_cart_resource_quantity";
        /// For how many hours the resource is in the cart.
        shopping_cart_resource_hours(Decimal) => "shopping_cart_resource_hours";
        /// What the cart costs.
        shopping_cart_total_price(Decimal) => "shopping_cart_total_price";
    }

    /// One more period, numbered from 2 in the order they are added.
    pub fn period(mut self, period: RentalPeriod) -> Self {
        let more = |(name, _): &(&str, &str)| name.starts_with("start_time_");
        let number = self.params.iter().filter(more).count() + 2;
        for (name, value) in period.params {
            self.params.set(format!("{name}_{number}"), value);
        }
        for (name, value) in period.form_items {
            self.params
                .set(format!("rental_prop_{number}_{name}"), value);
        }
        self
    }
}

/// One more period of [`GetRentalPrice`]. What it does not set is presumably that of the first.
#[derive(Clone, Debug)]
#[must_use = "a period counts when it is given to a call"]
pub struct RentalPeriod {
    params: Params,
    form_items: Params,
}

impl RentalPeriod {
    /// From one time to another, on the clock of the site.
    pub fn new(start: NaiveDateTime, end: NaiveDateTime) -> Self {
        Self {
            params: Params::default()
                .with("start_time", start)
                .with("end_time", end),
            form_items: Params::default(),
        }
    }

    setters! {
        /// How many.
        quantity(u32) => "quantity";
        /// The resource.
        resource_id(ResourceId) => "resource_id";
        /// The place in the shopping cart.
        shopping_cart_position(u32) => "shopping_cart_position";
    }

    /// An item of the reservation form by its name. Spaces become underscores.
    pub fn form_item(mut self, name: &str, value: impl Into<String>) -> Self {
        self.form_items.set(underscored(name), value.into());
        self
    }
}

/// The answer to [`GetRentalPrice`]. Its raw record has more, in forms that are not documented: `extra_times`, and the
/// `pricing_log_` fields that a third party saw.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct RentalPrice {
    /// ISO 4217.
    #[serde(default, deserialize_with = "wire::text")]
    pub currency: Option<String>,
    /// The price.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub total: Option<Decimal>,
}
