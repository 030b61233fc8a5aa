//! Shopping carts, which group reservations.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::endpoint::{Params, call, commas, nothing_required, pages, setters, switches};
use crate::pager::{Entry, Identified, Page};
use crate::payments::{CouponUse, Payment};
use crate::sites::Photo;
use crate::types::{CartId, ReservationId, ResourceId, SiteId, SiteTime, UserId, flags};
use crate::wire::{self, Record};

call! {
    /// `create_cart`: makes an empty cart.
    CreateCart: "create_cart", Unsafe -> Record<NewCart>, Record::parse
}

nothing_required! {
    /// On the site of the key.
    CreateCart
}

impl CreateCart {
    setters! {
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
    }
}

/// A cart that was made.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct NewCart {
    /// The id.
    pub cart_id: CartId,
}

call! {
    /// `delete_cart`: deletes an empty cart. A repeat may say that there is none.
    DeleteCart: "delete_cart", Idempotent -> (), wire::nothing
}

impl DeleteCart {
    /// The cart with this id.
    pub fn new(cart: impl Into<CartId>) -> Self {
        Self {
            params: Params::default().with("cart_id", cart.into()),
        }
    }
}

call! {
    /// `move_reservations_to_cart`: puts reservations into a cart.
    ///
    /// A repeat without a cart would make a second one, so that the call is not repeated blindly.
    MoveReservationsToCart: "move_reservations_to_cart", Unsafe -> Record<FilledCart>, Record::of_write
}

impl MoveReservationsToCart {
    /// Into a cart that there is.
    pub fn new(
        reservations: impl IntoIterator<Item = impl Into<ReservationId>>,
        cart: impl Into<CartId>,
    ) -> Self {
        let Self { params } = Self::to_new_cart(reservations);
        Self {
            params: params.with("shopping_cart_id", cart.into()),
        }
    }

    /// Into a new cart.
    pub fn to_new_cart(reservations: impl IntoIterator<Item = impl Into<ReservationId>>) -> Self {
        let reservations = commas(reservations.into_iter().map(Into::<ReservationId>::into));
        Self {
            params: Params::default().with("reservation_ids", reservations),
        }
    }
}

/// The cart into which reservations were put.
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct FilledCart {
    /// The id. If an answer lacks it, the reservations have it.
    #[serde(default, deserialize_with = "wire::id")]
    pub shopping_cart_id: Option<CartId>,
}

call! {
    /// `list_carts`: the carts of a site or metasite, page by page; those that were checked out, unless
    /// [`include_open`](Self::include_open) is set.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::cart::ListCarts;
    ///
    /// let carts = planyo.pages(ListCarts::new().include_open().newest_first()).all().await?;
    /// for cart in &carts.records {
    ///     println!("{}: {} reservations", cart.id, cart.reservation_ids.len());
    /// }
    /// # Ok(()) }
    /// ```
    ListCarts: "list_carts", Read -> Page<Cart>, |data| Page::parse(data, "results")
}

nothing_required! {
    /// Every cart that was checked out, in pages of 500.
    ListCarts
}

pages!(ListCarts of Cart, Some(500));

impl ListCarts {
    setters! {
        /// From this time on, in the site's own time. Whether it is of the making or of the check-out is unknown.
        start_time(NaiveDateTime) => "start_time";
        /// Until this time, in the site's own time.
        end_time(NaiveDateTime) => "end_time";
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
    }

    switches! {
        /// Also carts that are open, or were abandoned.
        include_open => "list_checked_out_only" = false;
        /// The newest first.
        newest_first => "sort_reverse" = true;
    }
}

/// A cart. All fields are documented.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Cart {
    /// The id.
    pub id: CartId,
    /// The reservations in it.
    #[serde(default, deserialize_with = "wire::comma_list")]
    pub reservation_ids: Vec<ReservationId>,
    /// When it was made.
    #[serde(default, deserialize_with = "wire::time")]
    pub creation_time: Option<SiteTime>,
    /// Whether it was checked out.
    #[serde(default, deserialize_with = "wire::flag")]
    pub checked_out: Option<bool>,
    /// When it was checked out.
    #[serde(default, deserialize_with = "wire::time")]
    pub checkout_time: Option<SiteTime>,
}

impl Identified for Cart {
    fn id(&self) -> u64 {
        self.id.get()
    }
}

call! {
    /// `get_cart_items`: the reservations in a cart, page by page.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::cart::{CartDetail, GetCartItems};
    ///
    /// let items = GetCartItems::new(4711).detail_level(CartDetail::INFO | CartDetail::PRICING);
    /// for item in &planyo.pages(items).all().await?.records {
    ///     println!("{} {:?}", item.reservation_id, item.total_price);
    /// }
    /// # Ok(()) }
    /// ```
    GetCartItems: "get_cart_items", Read -> Page<CartItem>, |data| Page::parse(data, "results")
}

pages!(GetCartItems of CartItem, Some(500));

impl GetCartItems {
    /// The cart with this id, in pages of 500.
    pub fn new(cart: impl Into<CartId>) -> Self {
        Self {
            params: Params::default().with("shopping_cart_id", cart.into()),
        }
    }

    setters! {
        /// What to send of each reservation.
        detail_level(CartDetail) => "detail_level";
    }
}

flags! {
    /// How much of a reservation [`GetCartItems`] gives (documented).
    CartDetail {
        /// Times, resource and customer. What Planyo sends when no level is given.
        INFO = 1,
        /// The items of the reservation form.
        FORM_ITEMS = 2,
        /// Prices, and what was chosen of a flexible package.
        PRICING = 4,
        /// Custom properties of the resource.
        RESOURCE_PROPERTIES = 8,
        /// Custom properties of the site.
        SITE_PROPERTIES = 16,
        /// Photos of the resource.
        PHOTOS = 32,
    }
}

/// A reservation in a cart. All fields are documented; what was chosen of a flexible package,
/// `flexible_package_assignment_` and a number, is in the raw record. `Debug` shows ids alone: the rest is personal data.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct CartItem {
    /// The reservation's id.
    pub reservation_id: ReservationId,
    /// Its start, in the site's own time.
    #[serde(default, deserialize_with = "wire::time")]
    pub start_time: Option<SiteTime>,
    /// Its end, in the site's own time.
    #[serde(default, deserialize_with = "wire::time")]
    pub end_time: Option<SiteTime>,
    /// When it was made.
    #[serde(default, deserialize_with = "wire::time")]
    pub creation_time: Option<SiteTime>,
    /// How many units.
    #[serde(default, deserialize_with = "wire::number")]
    pub quantity: Option<u64>,
    /// The customer's notes.
    #[serde(default, deserialize_with = "wire::text")]
    pub user_notes: Option<String>,
    /// The administrators' notes.
    #[serde(default, deserialize_with = "wire::text")]
    pub admin_notes: Option<String>,
    /// The units that were assigned.
    #[serde(default, deserialize_with = "wire::text")]
    pub unit_assignment: Option<String>,
    /// The colour in the calendar.
    #[serde(default, deserialize_with = "wire::text")]
    pub custom_color: Option<String>,
    /// Whether it is counted by nights.
    #[serde(default, deserialize_with = "wire::flag")]
    pub night_reservation: Option<bool>,
    /// First name.
    #[serde(default, deserialize_with = "wire::text")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, deserialize_with = "wire::text")]
    pub last_name: Option<String>,
    /// The customer's Planyo login.
    #[serde(default, deserialize_with = "wire::text")]
    pub login: Option<String>,
    /// The customer.
    #[serde(default, deserialize_with = "wire::id")]
    pub user_id: Option<UserId>,
    /// E-mail address.
    #[serde(default, deserialize_with = "wire::text")]
    pub email: Option<String>,
    /// Phone number.
    #[serde(default, deserialize_with = "wire::text")]
    pub phone: Option<String>,
    /// Its country code, such as `32`.
    #[serde(default, deserialize_with = "wire::text")]
    pub phone_country_code: Option<String>,
    /// Mobile number.
    #[serde(default, deserialize_with = "wire::text")]
    pub mobile_number: Option<String>,
    /// Its country code.
    #[serde(default, deserialize_with = "wire::text")]
    pub mobile_country_code: Option<String>,
    /// Street, number and box in one line.
    #[serde(default, deserialize_with = "wire::text")]
    pub address: Option<String>,
    /// City.
    #[serde(default, deserialize_with = "wire::text")]
    pub city: Option<String>,
    /// Postcode.
    #[serde(default, deserialize_with = "wire::text")]
    pub zip: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, deserialize_with = "wire::text")]
    pub country: Option<String>,
    /// What is reserved.
    #[serde(default, deserialize_with = "wire::id")]
    pub resource_id: Option<ResourceId>,
    /// The name of what is reserved.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// Whether it was checked out: the `status` that this method has, which is not that of reservations elsewhere.
    #[serde(default, rename = "status", deserialize_with = "wire::flag")]
    pub checked_out: Option<bool>,
    /// The items of the reservation form, with [`CartDetail::FORM_ITEMS`].
    #[serde(default, deserialize_with = "wire::texts")]
    pub properties: BTreeMap<String, Option<String>>,
    /// The price, with [`CartDetail::PRICING`].
    #[serde(default, deserialize_with = "wire::decimal")]
    pub total_price: Option<Decimal>,
    /// The price before any discount, with [`CartDetail::PRICING`].
    #[serde(default, deserialize_with = "wire::decimal")]
    pub original_price: Option<Decimal>,
    /// The price of the whole cart, with [`CartDetail::PRICING`].
    #[serde(default, deserialize_with = "wire::decimal")]
    pub cart_total_price: Option<Decimal>,
    /// ISO 4217, with [`CartDetail::PRICING`].
    #[serde(default, deserialize_with = "wire::text")]
    pub cart_currency: Option<String>,
    /// Photos of the resource, with [`CartDetail::PHOTOS`]. That they have the fields of a site's photo is inferred.
    #[serde(default, deserialize_with = "wire::items")]
    pub photos: Vec<Photo>,
    /// Custom properties of the resource, with [`CartDetail::RESOURCE_PROPERTIES`].
    #[serde(default, deserialize_with = "wire::texts")]
    pub resource_properties: BTreeMap<String, Option<String>>,
    /// Custom properties of the site, with [`CartDetail::SITE_PROPERTIES`].
    #[serde(default, deserialize_with = "wire::texts")]
    pub site_properties: BTreeMap<String, Option<String>>,
}

impl Identified for CartItem {
    const ID_FIELD: &'static str = "reservation_id";

    fn id(&self) -> u64 {
        self.reservation_id.get()
    }
}

impl fmt::Debug for CartItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CartItem")
            .field("reservation_id", &self.reservation_id)
            .field("user_id", &self.user_id)
            .field("resource_id", &self.resource_id)
            .finish_non_exhaustive()
    }
}

call! {
    /// `list_cart_payments`: the payments of all reservations in a cart, and the coupons that were used for them.
    ListCartPayments: "list_cart_payments", Read -> CartPayments, CartPayments::parse
}

impl ListCartPayments {
    /// Of the cart with this id.
    pub fn new(cart: impl Into<CartId>) -> Self {
        Self {
            params: Params::default().with("cart_id", cart.into()),
        }
    }
}

/// What was paid for a cart.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CartPayments {
    /// Payments.
    pub payments: Vec<Entry<Payment>>,
    /// Coupons that were used; none where Planyo does not speak of them.
    pub coupons_used: Vec<Entry<CouponUse>>,
}

impl CartPayments {
    fn parse(data: &RawValue) -> serde_json::Result<Self> {
        const COUPONS: &str = "coupons_used";
        Ok(Self {
            payments: wire::identified(data, "results")?,
            coupons_used: if wire::has(data, COUPONS) {
                wire::entries(data, COUPONS)?
            } else {
                Vec::new()
            },
        })
    }
}
