//! Coupons and their types.

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::batch::{self, BatchAnswer};
use crate::macros::{batch, call, lists, nothing_required, number_codes, pages, setters, switches};
use crate::page::Page;
use crate::params::Params;
use crate::types::{
    CouponId, CouponTypeId, ReservationId, ReservationStatus, ResourceId, SiteId, SiteTime,
};
use crate::wire::{self, Entry, Identified, Record};

number_codes! {
    /// What a coupon is worth, and in which unit (documented).
    CouponKind {
        /// Money that was paid before.
        Prepaid = 1,
        /// Hours.
        Hours = 2,
        /// Entries.
        Entries = 3,
        /// Everything, for so many days.
        Days = 4,
        /// A discount, for so many days.
        Discount = 5,
    }
}

call! {
    /// `list_coupon_types`: what coupons customers can buy. There are no pages.
    ListCouponTypes: "list_coupon_types", Read -> Vec<Entry<CouponType>>, |data| wire::identified(data, "results")
}

nothing_required! {
    /// All that are published.
    ListCouponTypes
}

impl ListCouponTypes {
    setters! {
        /// Only those for this resource.
        resource_id(ResourceId) => "resource_id";
    }

    switches! {
        /// Also those that customers do not see.
        include_unpublished => "include_unpublished" = true;
    }
}

/// A type of coupons. The fields are documented; there may be more in the raw record.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct CouponType {
    /// The id, of which [`GenerateCoupon`] makes a coupon.
    pub coupon_id: CouponTypeId,
    /// The kind, which says what the amount counts.
    #[serde(default, rename = "type", deserialize_with = "wire::scalar")]
    pub kind: Option<CouponKind>,
    /// The kind in words.
    #[serde(default, deserialize_with = "wire::text")]
    pub type_pretty: Option<String>,
    /// The name.
    #[serde(default, deserialize_with = "wire::text")]
    pub label: Option<String>,
    /// ISO 4217.
    #[serde(default, deserialize_with = "wire::text")]
    pub currency: Option<String>,
    /// Money, hours, entries or days, by the kind.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub amount: Option<Decimal>,
    /// The amount in words.
    #[serde(default, deserialize_with = "wire::text")]
    pub amount_pretty: Option<String>,
    /// What it costs.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub price: Option<Decimal>,
    /// The resources for which it is.
    #[serde(default, deserialize_with = "wire::comma_list")]
    pub resource_ids: Vec<ResourceId>,
    /// Whether its holder alone can use it.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_personal: Option<bool>,
    /// The discount of the kind [`CouponKind::Discount`]; percent or money is not said.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub discount_amount: Option<Decimal>,
}

impl Identified for CouponType {
    const ID_FIELD: &'static str = "coupon_id";

    fn id(&self) -> u64 {
        self.coupon_id.get()
    }
}

call! {
    /// `add_coupon_type`: makes a type of coupons. What it answers is unknown.
    AddCouponType: "add_coupon_type", Unsafe -> Value, wire::any
}

impl AddCouponType {
    /// The kind, how much of it (money, hours, entries or days), and what that costs.
    pub fn new(kind: impl Into<CouponKind>, amount: u32, price: impl Into<Decimal>) -> Self {
        Self {
            params: Params::default()
                .with("type", kind.into())
                .with("amount", amount)
                .with("price", price.into()),
        }
    }

    setters! {
        /// The name.
        label(String) => "label";
        /// ISO 4217. Default: the site's currency.
        custom_currency(String) => "custom_currency";
    }

    lists! {
        /// Only for these resources.
        resources(ResourceId) => "resource_ids";
    }

    switches! {
        /// Its holder alone can use it.
        personal => "is_personal" = true;
        /// Each person takes an entry; of [`CouponKind::Entries`] only.
        entry_per_person => "entry_per_person" = true;
    }

    setters! {
        /// For so many days it is valid; of the first three kinds only.
        validity_limit_days(u32) => "validity_limit_days";
    }
}

/// Writes a call that gives a customer a coupon of a type.
macro_rules! coupon_for {
    ($($(#[$doc:meta])* $name:ident: $method:literal of $id:literal -> $output:ty, $parse:expr;)*) => {
        $(call! {
            $(#[$doc])*
            $name: $method, Unsafe -> $output, $parse
        }

        impl $name {
            /// A coupon that is used by the holder's e-mail address.
            pub fn new(coupon_type: impl Into<CouponTypeId>, holder_email: impl Into<String>) -> Self {
                Self {
                    params: Params::default()
                        .with($id, coupon_type.into())
                        .with("holder_email", holder_email.into())
                        .with("valid_with_email", true),
                }
            }

            /// A coupon that is used by a code instead: eight characters or more, with a letter and a digit.
            pub fn with_access_code(
                coupon_type: impl Into<CouponTypeId>,
                holder_email: impl Into<String>,
                access_code: impl Into<String>,
            ) -> Self {
                Self::new(coupon_type, holder_email)
                    .param("valid_with_email", false)
                    .param("access_code", access_code.into())
            }

            setters! {
                /// The holder's name.
                holder_name(String) => "holder_name";
                /// Who bought it.
                buyer_info(String) => "buyer_info";
                /// The first day on which it is valid. Default: today.
                first_day_of_validity(NaiveDate) => "first_day_of_validity";
            }
        })*
    };
}

coupon_for! {
    /// `generate_coupon`: gives a customer a coupon, as if it had been bought.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::vouchers::GenerateCoupon;
    ///
    /// let coupon = GenerateCoupon::new(12, "ann@example.com").holder_name("Ann Peeters");
    /// println!("worth {:?}", planyo.send(coupon).await?.new_amount);
    /// # Ok(()) }
    /// ```
    GenerateCoupon: "generate_coupon" of "coupon_id" -> Record<GeneratedCoupon>, Record::of_write;
    /// `generate_coupon_payment_request`: makes a coupon that is valid once its holder has paid, and a link to pay by. What
    /// it answers is unknown.
    GenerateCouponPaymentRequest: "generate_coupon_payment_request" of "coupon_type_id" -> Value, wire::any;
}

impl GenerateCoupon {
    setters! {
        /// Another amount than that of the type: money, hours, entries or days.
        custom_amount(Decimal) => "custom_amount";
    }
}

impl GenerateCouponPaymentRequest {
    setters! {
        /// The page of yours with Planyo's module in it, on which the link is built.
        feedback_url(String) => "feedback_url";
    }
}

/// A coupon that was given to a customer. Planyo sends neither its id nor its code: [`ListCoupons`] has them.
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct GeneratedCoupon {
    /// What it is worth: money, hours, entries or days.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub new_amount: Option<Decimal>,
}

call! {
    /// `list_coupons`: the coupons that customers hold, page by page.
    ///
    /// Planyo's page of the answer could not be read: that the list is called `results` or `coupons`, and that a coupon has
    /// its id as `coupon_id` or `id`, are guesses. A record without an id is an
    /// [`InvalidRecord`](crate::InvalidRecord) with its JSON. How many are on a page is unknown, so that the listing ends at
    /// an empty one.
    ListCoupons: "list_coupons", Read -> Page<Coupon>, |data| Page::parse(data, "results").or_else(|_| Page::parse(data, "coupons"))
}

nothing_required! {
    /// All of them.
    ListCoupons
}

pages!(ListCoupons of Coupon, None);

impl ListCoupons {
    setters! {
        /// Only those for this resource.
        resource_id(ResourceId) => "resource_id";
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
        /// Only the one with this code.
        coupon_code(String) => "coupon_code";
        /// Only those of this holder.
        email(String) => "email";
        /// Only this kind.
        kind(CouponKind) => "type";
    }

    switches! {
        /// Those of every site, with a metasite's key.
        all_sites => "site_id" = "all";
        /// Only those that can still be used.
        usable => "check_if_valid" = true;
        /// Also for which reservations they were used.
        include_reservations => "include_reservations" = true;
        /// Also how much of them was used, and when.
        include_usage_data => "include_usage_data" = true;
    }

    /// Only those that can be used for a rental at this time, in the site's own time.
    pub fn usable_at(self, rental_time: impl Into<NaiveDateTime>) -> Self {
        self.usable().param("rental_time", rental_time.into())
    }
}

/// A coupon that a customer holds. Of its fields only these are known, and the kind is a guess: the raw record has the
/// others.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Coupon {
    /// The id.
    pub coupon_id: CouponId,
    /// The kind.
    pub kind: Option<CouponKind>,
    /// How much was used, with [`ListCoupons::include_usage_data`].
    pub amount_used: Option<Decimal>,
    /// When it was last used, with [`ListCoupons::include_usage_data`].
    pub latest_usage_time: Option<SiteTime>,
}

impl Identified for Coupon {
    const ID_FIELD: &'static str = "coupon_id";

    fn id(&self) -> u64 {
        self.coupon_id.get()
    }
}

impl<'de> Deserialize<'de> for Coupon {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Fields {
            #[serde(default, rename = "type", deserialize_with = "wire::scalar")]
            kind: Option<CouponKind>,
            #[serde(default, deserialize_with = "wire::decimal")]
            amount_used: Option<Decimal>,
            #[serde(default, deserialize_with = "wire::time")]
            latest_usage_time: Option<SiteTime>,
        }

        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let id = wire::first_id(&raw, &["coupon_id", "id"])
            .ok_or_else(|| de::Error::custom("a coupon without an id"))?;
        let fields: Fields = serde_json::from_str(raw.get()).map_err(de::Error::custom)?;
        Ok(Self {
            coupon_id: id.into(),
            kind: fields.kind,
            amount_used: fields.amount_used,
            latest_usage_time: fields.latest_usage_time,
        })
    }
}

call! {
    /// `apply_coupon`: pays for a reservation that is not confirmed with a coupon.
    ///
    /// Without a code or id Planyo takes the coupon that the customer's e-mail address has.
    ApplyCoupon: "apply_coupon", Unsafe -> Record<AppliedCoupon>, Record::of_write
}

impl ApplyCoupon {
    /// To this reservation.
    pub fn new(reservation: impl Into<ReservationId>) -> Self {
        Self {
            params: Params::default().with("reservation_id", reservation.into()),
        }
    }

    /// To many reservations; without a code or id, the coupons that the customers' e-mail addresses have.
    pub fn for_all(
        reservations: impl IntoIterator<Item = impl Into<ReservationId>>,
    ) -> ApplyCoupons {
        ApplyCoupons {
            params: batch::each_once(reservations),
        }
    }

    /// To each reservation the coupon with this code. A comma, which no code has, is sent as a semicolon.
    pub fn for_each_by_code<R: Into<ReservationId>, C: Into<String>>(
        coupons: impl IntoIterator<Item = (R, C)>,
    ) -> ApplyCoupons {
        let codes = coupons.into_iter().map(|(id, code)| (id, code.into()));
        ApplyCoupons {
            params: batch::with_each(codes, "coupon_codes"),
        }
    }

    /// To each reservation the coupon with this id.
    pub fn for_each_by_id<R: Into<ReservationId>, C: Into<CouponId>>(
        coupons: impl IntoIterator<Item = (R, C)>,
    ) -> ApplyCoupons {
        let ids = coupons.into_iter().map(|(id, coupon)| (id, coupon.into()));
        ApplyCoupons {
            params: batch::with_each(ids, "coupon_ids"),
        }
    }
}

call! {
    /// `apply_coupon` for many reservations: see [`ApplyCoupon::for_all`].
    ///
    /// Planyo takes 50 in one call: `Client::send_batch` sends any number. The answer is by reservation.
    ApplyCoupons: "apply_coupon", Unsafe -> BatchAnswer<AppliedCoupon>, batch::answer
}

batch!(ApplyCoupons of AppliedCoupon, "coupon_codes", "coupon_ids");

/// The setters of a coupon for one reservation and for many.
macro_rules! one_coupon {
    ($($request:ident)*) => {
        $(impl $request {
            setters! {
                /// The coupon with this code.
                coupon_code(String) => "coupon_code";
                /// The coupon with this id, which goes before a code.
                coupon_id(CouponId) => "coupon_id";
            }
        })*
    };
}

one_coupon!(ApplyCoupon ApplyCoupons);

/// How a reservation was paid with a coupon. Planyo's list of fields goes on, where it could not be read; the last two
/// fields are from an older copy of it. `Debug` does not show the words.
#[derive(Clone, Default, Deserialize)]
#[non_exhaustive]
pub struct AppliedCoupon {
    /// The coupon.
    #[serde(default, deserialize_with = "wire::id")]
    pub coupon_id: Option<CouponId>,
    /// Its kind.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub coupon_type: Option<CouponKind>,
    /// The state of the reservation in words for the customer.
    #[serde(default, deserialize_with = "wire::text")]
    pub user_text: Option<String>,
    /// The state of the reservation.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub status: Option<ReservationStatus>,
}

impl fmt::Debug for AppliedCoupon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppliedCoupon")
            .field("coupon_id", &self.coupon_id)
            .field("coupon_type", &self.coupon_type)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
