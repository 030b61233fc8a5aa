//! Reservations, which Planyo also calls rentals.
//!
//! Facts: the parameters are documented; the answers of some methods were seen in part only or in third parties' code,
//! which the docs of the item say. Every time is on the clock of the site (see [`SiteTime`](crate::SiteTime)).

mod actions;
mod list;
mod make;
mod model;

pub use actions::{
    DeleteReservation, DoReservationAction, DoReservationActions, GetReservationActions,
    LoggedAction, ModifyReservation, ModifyReservations, PriceChange, RecalculatePrice,
    RecalculatedPrice, ReservationAction, ReservationState, SetReservationColor,
    SetReservationNotes, SetReservationPrice,
};
pub use list::{
    GetPromotableReservations, GetReservation, ListReservations, ReservationDetail,
    ReservationSearch, ReservationSort, SearchReservationsByFormItem,
};
pub use make::{
    BookingCheck, CanMakeReservation, GetRentalPrice, MakeReservation, NewReservation,
    RentalPeriod, RentalPrice,
};
pub use model::{LogEvent, Reservation, SharingMode};

use crate::params::underscored;

/// The parameter of an item of the reservation form. Spaces in its name become underscores, as Planyo writes them.
fn form_item(name: &str) -> String {
    format!("rental_prop_{}", underscored(name))
}

/// The setter of form items.
macro_rules! form_items {
    ($($request:ident)*) => {
        $(impl $request {
            /// An item of the reservation form by its name, such as `persons`. Spaces become underscores.
            pub fn form_item(mut self, name: &str, value: impl Into<String>) -> Self {
                self.params.set($crate::reservations::form_item(name), value.into());
                self
            }
        })*
    };
}
use form_items;

/// The setter of units.
macro_rules! units {
    ($($request:ident)*) => {
        $(impl $request {
            /// The name of the unit that is rented as the first, second and so on; the first is 1.
            pub fn unit(mut self, number: u32, name: impl Into<String>) -> Self {
                self.params.set(format!("assignment{number}"), name.into());
                self
            }
        })*
    };
}
use units;
