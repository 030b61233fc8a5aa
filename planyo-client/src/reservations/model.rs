//! One reservation, whichever method it comes from.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::macros::{ids_alone, number_codes};
use crate::products::{CustomProduct, ReservedProduct};
use crate::types::{
    CartId, EventType, Phone, ReservationId, ReservationStatus, ResourceId, SiteId, SiteTime,
    UserId,
};
use crate::wire::{self, Fields, Identified};

/// A reservation with its customer and, by level of detail, its price, products and properties.
///
/// One type for every method that gives reservations. Only the id is certain to be there; a missing, `null` or empty
/// field is `None`, and a field that this crate does not know is in the record's raw JSON. Which method gives what is
/// said below where it is known.
///
/// Planyo has several names for some fields, and they are one here: the id (`reservation_id`, `rental_id`, `id`), the
/// resource's name (`resource_name`, `name`), the time of creation (`creation_time`, `creation_date`), the phone number
/// (`phone_number`, `phone`). Where an object has
/// two of them, the first that is not blank counts. `get_reservation_data` names no id at all: a reservation that comes
/// from [`GetReservation`](super::GetReservation) has the id that was asked for.
///
/// `Debug` shows ids alone: the rest is personal data.
#[derive(Clone, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct Reservation {
    /// The id.
    pub reservation_id: ReservationId,
    /// What is rented.
    #[serde(default, deserialize_with = "wire::id")]
    pub resource_id: Option<ResourceId>,
    /// The name of what is rented.
    #[serde(default, deserialize_with = "wire::text")]
    pub resource_name: Option<String>,
    /// The site.
    #[serde(default, deserialize_with = "wire::id")]
    pub site_id: Option<SiteId>,
    /// The shopping cart that it is in, if any (second-hand).
    #[serde(default, deserialize_with = "wire::id")]
    pub cart_id: Option<CartId>,
    /// When it begins.
    #[serde(default, deserialize_with = "wire::time")]
    pub start_time: Option<SiteTime>,
    /// When it ends.
    #[serde(default, deserialize_with = "wire::time")]
    pub end_time: Option<SiteTime>,
    /// When it was made.
    #[serde(default, deserialize_with = "wire::time")]
    pub creation_time: Option<SiteTime>,
    /// The page on which it was made (`get_reservation_data`, third-party sample).
    #[serde(default, deserialize_with = "wire::text")]
    pub creation_website: Option<String>,
    /// Its state. The only sure sign of a cancellation: a cancelled reservation may stay in listings, and the log is
    /// history.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub status: Option<ReservationStatus>,
    /// How many are rented.
    #[serde(default, deserialize_with = "wire::number")]
    pub quantity: Option<u64>,
    /// How it shares the resource with others (`get_reservation_data`).
    #[serde(default, deserialize_with = "wire::scalar")]
    pub wants_share: Option<SharingMode>,
    /// Whether it is counted in nights.
    #[serde(default, deserialize_with = "wire::flag")]
    pub night_reservation: Option<bool>,
    /// The names of the units that are rented.
    #[serde(default, deserialize_with = "wire::text")]
    pub unit_assignment: Option<String>,
    /// Its colour or label.
    #[serde(default, deserialize_with = "wire::text")]
    pub custom_color: Option<String>,
    /// The state in words for the customer, in the language of the call. `get_reservation_data` alone has it.
    #[serde(default, deserialize_with = "wire::text")]
    pub user_text: Option<String>,
    /// The customer's notes.
    #[serde(default, deserialize_with = "wire::text")]
    pub user_notes: Option<String>,
    /// The administrators' notes.
    #[serde(default, deserialize_with = "wire::text")]
    pub admin_notes: Option<String>,

    /// The customer.
    #[serde(default, deserialize_with = "wire::id")]
    pub user_id: Option<UserId>,
    /// The customer's Planyo login; not the e-mail address.
    #[serde(default, deserialize_with = "wire::text")]
    pub login: Option<String>,
    /// The customer's e-mail address.
    #[serde(default, deserialize_with = "wire::text")]
    pub email: Option<String>,
    /// First name.
    #[serde(default, deserialize_with = "wire::text")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, deserialize_with = "wire::text")]
    pub last_name: Option<String>,
    /// Street, number and box in one line, as typed.
    #[serde(default, deserialize_with = "wire::text")]
    pub address: Option<String>,
    /// City.
    #[serde(default, deserialize_with = "wire::text")]
    pub city: Option<String>,
    /// Postcode.
    #[serde(default, deserialize_with = "wire::text")]
    pub zip: Option<String>,
    /// State or province.
    #[serde(default, deserialize_with = "wire::text")]
    pub state: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, deserialize_with = "wire::text")]
    pub country: Option<String>,
    /// The phone number: with its country code from `get_reservation_data`, apart from it in the listing and the searches.
    #[serde(skip)]
    pub phone: Option<Phone>,
    /// The mobile number, as [`phone`](Self::phone).
    #[serde(skip)]
    pub mobile: Option<Phone>,

    /// ISO 4217.
    #[serde(default, deserialize_with = "wire::text")]
    pub currency: Option<String>,
    /// The price, after discounts.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub total_price: Option<Decimal>,
    /// The price before discounts.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub original_price: Option<Decimal>,
    /// The discount (`get_reservation_data`).
    #[serde(default, deserialize_with = "wire::decimal")]
    pub discount: Option<Decimal>,
    /// What is paid.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub amount_paid: Option<Decimal>,

    /// The items of the reservation form by name, such as `persons`. One that was cleared is there with `None`.
    #[serde(default, deserialize_with = "wire::texts")]
    pub properties: BTreeMap<String, Option<String>>,
    /// The resource's custom properties, with [`ReservationDetail::RESOURCE`](super::ReservationDetail::RESOURCE).
    #[serde(default, deserialize_with = "wire::texts")]
    pub resource_properties: BTreeMap<String, Option<String>>,
    /// The site's custom properties, with [`ReservationDetail::SITE`](super::ReservationDetail::SITE).
    #[serde(default, deserialize_with = "wire::texts")]
    pub site_properties: BTreeMap<String, Option<String>>,
    /// The customer's custom properties, with [`ReservationDetail::USER`](super::ReservationDetail::USER).
    #[serde(default, deserialize_with = "wire::texts")]
    pub user_properties: BTreeMap<String, Option<String>>,
    /// The additional products that are booked (second-hand).
    #[serde(default, deserialize_with = "wire::items")]
    pub regular_products: Vec<ReservedProduct>,
    /// The products that were made for this reservation alone (second-hand).
    #[serde(default, deserialize_with = "wire::items")]
    pub custom_products: Vec<CustomProduct>,
    /// What happened to it (`get_reservation_data`, third-party sample). History, not state.
    #[serde(default, deserialize_with = "wire::items")]
    pub log_events: Vec<LogEvent>,
    /// The choices of a flexible package by their number, `flexible_package_assignment_1` and so on. What a value stands
    /// for is not documented.
    #[serde(skip)]
    pub flexible_package_assignments: BTreeMap<u32, u64>,
}

/// What Planyo calls a field, and what else it calls it.
const NAMES: [(&str, &str); 5] = [
    ("reservation_id", "rental_id"),
    ("reservation_id", "id"),
    ("resource_name", "name"),
    ("creation_time", "creation_date"),
    ("phone_number", "phone"),
];

impl Reservation {
    /// From the fields of an object, which may have any of the names.
    pub(crate) fn of(mut fields: Fields) -> serde_json::Result<Self> {
        wire::rename(&mut fields, &NAMES);
        // The derived reader, which knows one name for each.
        let mut reservation = Self::deserialize(wire::reader(&fields))?;
        let choices = fields.iter().filter_map(|(name, value)| {
            let number = name.strip_prefix("flexible_package_assignment_")?;
            let value: wire::Scalar<'_> = serde_json::from_str(value.get()).ok()?;
            Some((number.parse().ok()?, value.as_u64()?))
        });
        reservation.flexible_package_assignments = choices.collect();
        let text = |name: &str| wire::text(&**fields.get(name)?).ok()?;
        let phone = |code: &str, number: &str| {
            Phone::from_parts(text(code).as_deref(), text(number).as_deref())
        };
        reservation.phone = phone("phone_country_code", "phone_number");
        reservation.mobile = phone("mobile_country_code", "mobile_number");
        Ok(reservation)
    }

    /// Of a method whose numbers include the country code by its documentation.
    pub(super) fn with_whole_numbers(mut self) -> Self {
        self.phone = self.phone.map(Phone::whole);
        self.mobile = self.mobile.map(Phone::whole);
        self
    }
}

impl<'de> Deserialize<'de> for Reservation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of(Fields::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Identified for Reservation {
    const ID_FIELD: &'static str = "reservation_id";

    fn id(&self) -> u64 {
        self.reservation_id.get()
    }
}

ids_alone!(Reservation: reservation_id resource_id user_id);

number_codes! {
    /// How a reservation shares its resource with others (data type `SharingMode`). Planyo's page of its values was not
    /// to be had, so that none has a name here: send the number that the site's own reservations have.
    SharingMode {}
}

/// Something that happened to a reservation, in the reservation's own log. `Debug` leaves out the comment.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct LogEvent {
    /// What happened.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub event: Option<EventType>,
    /// When.
    #[serde(default, deserialize_with = "wire::time")]
    pub event_time: Option<SiteTime>,
    /// The administrator who did it.
    #[serde(default, deserialize_with = "wire::id")]
    pub admin_id: Option<UserId>,
    /// A remark.
    #[serde(default, deserialize_with = "wire::text")]
    pub comment: Option<String>,
}

ids_alone!(LogEvent: event event_time admin_id);
