//! Vouchers and coupons.
//!
//! A *voucher* is a code that makes reservations cheaper; a *coupon* is bought by one customer, who pays with it, and is
//! made of a *coupon type*.

mod coupons;

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

use crate::batch::{self, BatchAnswer};
use crate::macros::{batch, call, lists, nothing_required, setters, switches};
use crate::params::Params;
use crate::types::{AmountOrPercent, ReservationId, ResourceId, SiteId, SiteTime, VoucherId};
use crate::wire::{self, Entry, Identified, Record};

pub use coupons::{
    AddCouponType, AppliedCoupon, ApplyCoupon, ApplyCoupons, Coupon, CouponKind, CouponType,
    GenerateCoupon, GenerateCouponPaymentRequest, GeneratedCoupon, ListCouponTypes, ListCoupons,
};

call! {
    /// `list_vouchers`: the vouchers of a site. There are no pages.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::vouchers::ListVouchers;
    ///
    /// for voucher in planyo.send(ListVouchers::new().usable_now()).await?.iter().flatten() {
    ///     println!("{:?}: {:?}", voucher.code, voucher.discount_value);
    /// }
    /// # Ok(()) }
    /// ```
    ListVouchers: "list_vouchers", Read -> Vec<Entry<Voucher>>, |data| wire::identified(data, "results")
}

nothing_required! {
    /// All of them.
    ListVouchers
}

impl ListVouchers {
    setters! {
        /// Only those for a rental that starts at this time, in the site's own time.
        rental_start_time(NaiveDateTime) => "rental_start_time";
        /// Only those for a rental that ends at this time, in the site's own time.
        rental_end_time(NaiveDateTime) => "rental_end_time";
        /// Only those for this resource.
        resource_id(ResourceId) => "resource_id";
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
        /// Only those whose code starts so.
        voucher_code_prefix(String) => "voucher_code_prefix";
    }

    switches! {
        /// Only those with which one could book now.
        usable_now => "check_reservation_time" = true;
    }
}

/// A voucher. The fields are documented; Planyo's list of them goes on, where it could not be read: see the raw record.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Voucher {
    /// The id.
    pub voucher_id: VoucherId,
    /// What the customer types.
    #[serde(default, deserialize_with = "wire::text")]
    pub code: Option<String>,
    /// For how many reservations it is.
    #[serde(default, deserialize_with = "wire::number")]
    pub quantity: Option<u64>,
    /// For how many it was used.
    #[serde(default, deserialize_with = "wire::number")]
    pub quantity_used: Option<u64>,
    /// The first day of booking with it.
    #[serde(default, deserialize_with = "wire::time")]
    pub reservation_start_date: Option<SiteTime>,
    /// The last day of booking with it.
    #[serde(default, deserialize_with = "wire::time")]
    pub reservation_end_date: Option<SiteTime>,
    /// What it takes off the price.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub discount_value: Option<AmountOrPercent>,
}

impl Identified for Voucher {
    const ID_FIELD: &'static str = "voucher_id";

    fn id(&self) -> u64 {
        self.voucher_id.get()
    }
}

call! {
    /// `create_voucher`: makes a voucher. What it answers is unknown; [`ListVouchers`] finds it by its code.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use planyo_client::AmountOrPercent;
    /// use planyo_client::vouchers::{CreateVoucher, VoucherDraft};
    ///
    /// let voucher = VoucherDraft {
    ///     code: "JUNE-10".to_owned(),
    ///     discount: AmountOrPercent::Percent(10.into()),
    ///     quantity: 100,
    ///     first_day: "2026-06-01".parse()?,
    ///     last_day: "2026-06-30".parse()?,
    /// };
    /// planyo.send(CreateVoucher::new(voucher).voucher_title("June")).await?;
    /// # Ok(()) }
    /// ```
    CreateVoucher: "create_voucher", Unsafe -> Value, wire::any
}

/// What Planyo needs to know of a voucher: see [`CreateVoucher::new`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoucherDraft {
    /// Letters, digits, `-` and `_`.
    pub code: String,
    /// What it takes off the price.
    pub discount: AmountOrPercent,
    /// For how many reservations it is.
    pub quantity: u32,
    /// The first day of booking with it.
    pub first_day: NaiveDate,
    /// The last day of booking with it.
    pub last_day: NaiveDate,
}

impl CreateVoucher {
    /// This voucher.
    pub fn new(voucher: VoucherDraft) -> Self {
        Self {
            params: Params::default()
                .with("voucher_code_prefix", voucher.code)
                .with("discount_value", voucher.discount)
                .with("quantity", voucher.quantity)
                .with("reservation_start_time", voucher.first_day)
                .with("reservation_end_time", voucher.last_day),
        }
    }

    setters! {
        /// A title.
        voucher_title(String) => "voucher_title";
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
    }

    lists! {
        /// Only for these resources.
        resources(ResourceId) => "resources";
    }

    /// Only for rentals between these times, in the site's own time.
    pub fn rental_between(
        self,
        start: impl Into<NaiveDateTime>,
        end: impl Into<NaiveDateTime>,
    ) -> Self {
        self.param("rental_start_time", start.into())
            .param("rental_end_time", end.into())
    }

    switches! {
        /// It cannot be used with another.
        non_combinable => "non_combinable" = true;
        /// A customer can use it once.
        one_per_customer => "is_one_per_customer" = true;
        /// A share of the price is taken off additional products too.
        include_products => "include_products" = true;
        /// Makes a series of codes: the code with digits after it. The name of this parameter is known from the text of
        /// another only.
        unique_codes => "unique_codes" = true;
    }
}

call! {
    /// `apply_voucher`: uses a voucher for a reservation that there is.
    ApplyVoucher: "apply_voucher", Unsafe -> Record<AppliedVoucher>, Record::of_write
}

impl ApplyVoucher {
    /// The voucher with this code.
    pub fn new(reservation: impl Into<ReservationId>, code: impl Into<String>) -> Self {
        Self {
            params: Params::default()
                .with("reservation_id", reservation.into())
                .with("voucher_code", code.into()),
        }
    }

    /// The same voucher for many reservations.
    pub fn for_all(
        reservations: impl IntoIterator<Item = impl Into<ReservationId>>,
        code: impl Into<String>,
    ) -> ApplyVouchers {
        ApplyVouchers {
            params: batch::each_once(reservations).with("voucher_code", code.into()),
        }
    }

    /// To each reservation a voucher of its own. Planyo's documentation requires the code of one voucher too, which would
    /// make no sense here, and is not sent. A comma, which no code has, is sent as a semicolon.
    pub fn for_each<R: Into<ReservationId>, C: Into<String>>(
        vouchers: impl IntoIterator<Item = (R, C)>,
    ) -> ApplyVouchers {
        let codes = vouchers.into_iter().map(|(id, code)| (id, code.into()));
        ApplyVouchers {
            params: batch::with_each(codes, "voucher_codes"),
        }
    }
}

call! {
    /// `apply_voucher` for many reservations: see [`ApplyVoucher::for_all`].
    ///
    /// Planyo takes 50 in one call: `Client::send_batch` sends any number. The answer is by reservation.
    ApplyVouchers: "apply_voucher", Unsafe -> BatchAnswer<AppliedVoucher>, batch::answer
}

batch!(ApplyVouchers of AppliedVoucher, "voucher_codes");

/// What a reservation costs with a voucher.
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct AppliedVoucher {
    /// The price.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub price: Option<Decimal>,
    /// ISO 4217.
    #[serde(default, deserialize_with = "wire::text")]
    pub currency: Option<String>,
}
