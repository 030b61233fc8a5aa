//! Shopping carts, which group reservations.

use std::ops::Deref;

use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::macros::{call, flags, ids_alone, nothing_required, pages, setters, switches};
use crate::page::Page;
use crate::params::{Params, commas};
use crate::payments::ReservationPayments;
use crate::reservations::Reservation;
use crate::sites::Photo;
use crate::types::{CartId, ReservationId, SiteId, SiteTime};
use crate::wire::{self, Fields, Identified, Record};

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
    /// `delete_cart`: deletes an empty cart. A retry may say that there is none.
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
    /// A retry without a cart would make a second one, so that the call is not retried blindly.
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

/// A reservation in a cart. It dereferences to the [`Reservation`], of which it has what the detail level asks for and no
/// `status`: that word means something else here. All fields are documented. `Debug` shows ids alone.
#[derive(Clone)]
#[non_exhaustive]
pub struct CartItem {
    /// The reservation.
    pub reservation: Reservation,
    /// Whether the cart was checked out, which Planyo calls `status` here.
    pub checked_out: Option<bool>,
    /// The price of the whole cart, with [`CartDetail::PRICING`].
    pub cart_total_price: Option<Decimal>,
    /// ISO 4217, with [`CartDetail::PRICING`].
    pub cart_currency: Option<String>,
    /// Photos of the resource, with [`CartDetail::PHOTOS`]. That they have the fields of a site's photo is inferred.
    pub photos: Vec<Photo>,
}

impl<'de> Deserialize<'de> for CartItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Fields::deserialize(deserializer)?;
        let status = fields.remove("status");
        let field = |name: &str| fields.get(name).map(|raw| &**raw);
        Ok(Self {
            checked_out: status.and_then(|raw| wire::flag(&*raw).ok()?),
            cart_total_price: field("cart_total_price").and_then(|raw| wire::decimal(raw).ok()?),
            cart_currency: field("cart_currency").and_then(|raw| wire::text(raw).ok()?),
            photos: field("photos").map(wire::items_of).unwrap_or_default(),
            reservation: Reservation::of(fields).map_err(D::Error::custom)?,
        })
    }
}

impl Deref for CartItem {
    type Target = Reservation;

    fn deref(&self) -> &Reservation {
        &self.reservation
    }
}

impl Identified for CartItem {
    const ID_FIELD: &'static str = Reservation::ID_FIELD;

    fn id(&self) -> u64 {
        self.reservation.id()
    }
}

ids_alone!(CartItem: reservation checked_out);

call! {
    /// `list_cart_payments`: the payments of all reservations in a cart, and the coupons that were used for them.
    ListCartPayments: "list_cart_payments", Read -> ReservationPayments, ReservationPayments::parse
}

impl ListCartPayments {
    /// Of the cart with this id.
    pub fn new(cart: impl Into<CartId>) -> Self {
        Self {
            params: Params::default().with("cart_id", cart.into()),
        }
    }
}
