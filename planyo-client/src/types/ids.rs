//! Ids. Each is a whole number, and each a type of its own, so that none is taken for another.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::params::IntoParam;
use crate::wire::Scalar;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(u64);

        impl $name {
            /// The number itself.
            #[must_use]
            pub fn get(self) -> u64 {
                self.0
            }
        }

        impl From<u64> for $name {
            fn from(id: u64) -> Self {
                Self(id)
            }
        }

        impl IntoParam for $name {
            fn into_param(self) -> String {
                self.0.to_string()
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        /// Reads a number or the same number as text: Planyo sends either, by method.
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Scalar::deserialize(deserializer)?
                    .as_u64()
                    .map(Self)
                    .ok_or_else(|| de::Error::custom("an id must be a whole number, or one as text"))
            }
        }
    };
}

id! {
    /// The id of a customer. It seems to be the same on all sites of Planyo (inferred from several sources,
    /// stated by none).
    UserId
}
id! {
    /// The id of a site, called `calendar` in notifications.
    SiteId
}
id! {
    /// The id of a reservation, called `reservation_id`, `rental_id` or `id` by method.
    ReservationId
}
id! {
    /// The id of a resource: what is rented, or the activity that is booked.
    ResourceId
}
id! {
    /// The id of a shopping cart, which groups reservations.
    CartId
}
id! {
    /// The id of a payment.
    PaymentId
}
id! {
    /// The id of an invoice.
    InvoiceId
}
id! {
    /// The id of an additional product.
    ProductId
}
id! {
    /// The id of a product line that was written for one reservation.
    CustomProductId
}
id! {
    /// The id of a photo.
    PhotoId
}
id! {
    /// The id of a vacation: a time in which a resource cannot be booked.
    VacationId
}
id! {
    /// The id of a pricing season of a resource.
    SeasonId
}
id! {
    /// The id of a coupon that a customer holds.
    CouponId
}
id! {
    /// The id of a type of coupons, of which coupons are made. Some methods call it `coupon_id` too.
    CouponTypeId
}
id! {
    /// The id of a voucher.
    VoucherId
}
