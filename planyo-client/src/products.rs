//! Additional products that are booked with a reservation, and product lines written for one reservation.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::macros::{call, lists, nothing_required, setters, switches, text_codes};
use crate::params::Params;
use crate::types::{
    CustomProductId, PhotoId, ProductId, ReservationId, ResourceId, SiteId, SiteTime,
};
use crate::wire::{self, Entry, FromScalar, Identified, Record, Scalar};

call! {
    /// `list_additional_products`: every product of a site.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::products::ListAdditionalProducts;
    ///
    /// for product in planyo.send(ListAdditionalProducts::new()).await?.iter().flatten() {
    ///     println!("{} {:?} {:?}", product.id, product.name, product.price);
    /// }
    /// # Ok(()) }
    /// ```
    ListAdditionalProducts: "list_additional_products", Read -> Vec<Entry<AdditionalProduct>>, |data| wire::identified(data, "products")
}

nothing_required! {
    /// Those of the key's site.
    ListAdditionalProducts
}

impl ListAdditionalProducts {
    setters! {
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
    }
}

/// A product that can be booked with a reservation. All fields are documented.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct AdditionalProduct {
    /// The id.
    pub id: ProductId,
    /// Name.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// ISO 4217.
    #[serde(default, deserialize_with = "wire::text")]
    pub currency: Option<String>,
    /// The price of one.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub price: Option<Decimal>,
    /// What customers read about it.
    #[serde(default, deserialize_with = "wire::text")]
    pub description: Option<String>,
    /// Whether it is booked for each day anew.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_recurring: Option<bool>,
    /// How many can be booked: of a reservation, or of each person (see `is_per_person`).
    #[serde(default, deserialize_with = "wire::number")]
    pub max_quantity: Option<u64>,
    /// Whether customers can choose it themselves.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_reserved_by_customer: Option<bool>,
    /// What the greatest quantity is counted by.
    #[serde(default, deserialize_with = "per_person")]
    pub is_per_person: Option<PerPerson>,
    /// Whether it is chosen unless the customer says otherwise.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_default: Option<bool>,
    /// The group in which it is shown: 0 to 20.
    #[serde(default, deserialize_with = "wire::number")]
    pub priority: Option<u64>,
    /// Percent.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub tax_rate: Option<Decimal>,
    /// What customers are asked beside the quantity.
    #[serde(default, deserialize_with = "wire::text")]
    pub extra_field: Option<String>,
    /// Resources with which it cannot be booked.
    #[serde(default, deserialize_with = "wire::comma_list")]
    pub incompatible_resources: Vec<ResourceId>,
}

impl Identified for AdditionalProduct {
    fn id(&self) -> u64 {
        self.id.get()
    }
}

text_codes! {
    /// What the greatest quantity of a product is counted by (documented).
    PerPerson {
        /// By persons. Planyo has the word `true` for it too.
        Person = "person",
        /// By adults.
        Adult = "adult",
        /// By children.
        Child = "child",
        /// By nothing: the quantity is that of the reservation.
        No = "false",
    }
}

fn per_person<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PerPerson>, D::Error> {
    let value = Scalar::deserialize(deserializer)?;
    Ok(match value.as_bool() {
        Some(true) => Some(PerPerson::Person),
        Some(false) => Some(PerPerson::No),
        None => PerPerson::from_scalar(value),
    })
}

call! {
    /// `add_additional_product`: makes a product that can be booked. What it answers is unknown.
    AddAdditionalProduct: "add_additional_product", Unsafe -> Value, wire::any
}

impl AddAdditionalProduct {
    /// With the three fields that Planyo requires. The price of one may be 0; the quantity is the greatest that can be
    /// booked, see [`per_person`](Self::per_person).
    pub fn new(name: impl Into<String>, price: impl Into<Decimal>, max_quantity: u32) -> Self {
        Self {
            params: Params::default()
                .with("name", name.into())
                .with("price", price.into())
                .with("max_quantity", max_quantity),
        }
    }

    setters! {
        /// ISO 4217. Default: the site's currency.
        currency(String) => "currency";
        /// A reference of your own, such as an article number.
        custom(String) => "custom";
        /// The site; with a metasite's key only.
        site_id(SiteId) => "site_id";
    }
}

call! {
    /// `modify_additional_product`: changes the fields that are set, and no other.
    ModifyAdditionalProduct: "modify_additional_product", Idempotent -> (), wire::nothing
}

impl ModifyAdditionalProduct {
    /// The product with this id.
    pub fn new(id: impl Into<ProductId>) -> Self {
        Self {
            params: Params::default().with("id", id.into()),
        }
    }

    setters! {
        /// Name.
        name(String) => "name";
        /// The price of one; 0 makes it free.
        price(Decimal) => "price";
        /// How many can be booked, see [`per_person`](Self::per_person).
        max_quantity(u32) => "max_quantity";
    }
}

/// The setters that making and changing a product share.
macro_rules! details {
    ($($request:ident)*) => {
        $(impl $request {
            setters! {
                /// What customers read about it.
                description(String) => "description";
                /// What the greatest quantity is counted by.
                per_person(PerPerson) => "is_per_person";
                /// Whether it is booked for each day anew.
                recurring(bool) => "is_recurring";
                /// Whether customers can choose it themselves, in the second step of the form.
                reserved_by_customer(bool) => "is_reserved_by_customer";
                /// Whether it is chosen unless the customer says otherwise.
                default_choice(bool) => "is_default";
                /// Percent.
                tax_rate(Decimal) => "tax_rate";
                /// What customers are asked beside the quantity.
                extra_field(String) => "extra_field";
                /// The group in which it is shown: 0 to 20.
                priority(u32) => "priority";
            }

            lists! {
                /// The resources with which it can be booked. Default: all.
                compatible_resources(ResourceId) => "compatible_resource_ids";
            }
        })*
    };
}

details!(AddAdditionalProduct ModifyAdditionalProduct);

call! {
    /// `remove_additional_product`: deletes a product, **also from all reservations that have it**. There is no way back.
    ///
    /// Planyo requires the site and a checksum of the id too, against mistakes; this crate makes the checksum. A retry may say
    /// that there is no such product.
    RemoveAdditionalProduct: "remove_additional_product", Idempotent -> (), wire::nothing
}

impl RemoveAdditionalProduct {
    /// The product with this id, of this site.
    pub fn new(id: impl Into<ProductId>, site: impl Into<SiteId>) -> Self {
        let id = id.into();
        let checksum = format!("{:x}", md5::compute(id.to_string()));
        Self {
            params: Params::default()
                .with("id", id)
                .with("site_id", site.into())
                .with("product_id_md5", checksum),
        }
    }
}

call! {
    /// `get_reservation_products`: what was booked with a reservation.
    GetReservationProducts: "get_reservation_products", Read -> Record<ReservationProducts>, Record::parse
}

impl GetReservationProducts {
    /// The reservation with this id.
    pub fn new(reservation: impl Into<ReservationId>) -> Self {
        Self {
            params: Params::default().with("reservation_id", reservation.into()),
        }
    }
}

/// What was booked with a reservation. All fields are documented.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct ReservationProducts {
    /// The price of the additional products together.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub regular_product_price: Option<Decimal>,
    /// Additional products.
    #[serde(default, deserialize_with = "wire::items")]
    pub regular_products: Vec<ReservedProduct>,
    /// Lines that were written for this reservation.
    #[serde(default, deserialize_with = "wire::items")]
    pub custom_products: Vec<CustomProduct>,
}

/// An additional product of a reservation. All fields are documented for [`GetReservationProducts`]; as part of a
/// [`Reservation`](crate::reservations::Reservation) third parties saw the id, the name, the price and the quantity.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct ReservedProduct {
    /// The product's id.
    #[serde(default, deserialize_with = "wire::id")]
    pub id: Option<ProductId>,
    /// Name.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// The price of one.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub unit_price: Option<Decimal>,
    /// Percent.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub tax_rate: Option<Decimal>,
    /// Whether customers can choose it themselves.
    #[serde(default, deserialize_with = "wire::flag")]
    pub customer_reservable: Option<bool>,
    /// Whether it is booked for each day anew.
    #[serde(default, deserialize_with = "wire::flag")]
    pub recurring: Option<bool>,
    /// What the greatest quantity is counted by.
    #[serde(default, deserialize_with = "per_person")]
    pub per_person: Option<PerPerson>,
    /// How many were booked.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub quantity: Option<Decimal>,
    /// The day for which it was booked; of recurring products only.
    #[serde(default, deserialize_with = "wire::time")]
    pub usage_time: Option<SiteTime>,
}

/// A line with a name and a price that were written for one reservation. `Debug` shows no name, since it may be a
/// customer's.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct CustomProduct {
    /// The id.
    #[serde(default, deserialize_with = "wire::id")]
    pub id: Option<CustomProductId>,
    /// Name.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// The price.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub price: Option<Decimal>,
    /// Percent.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub tax_rate: Option<Decimal>,
}

impl fmt::Debug for CustomProduct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomProduct")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

call! {
    /// `set_product_usage_for_reservation`: how many of one product a reservation has.
    ///
    /// No message is sent, and the price of the reservation stays as it is:
    /// [`SetReservationProducts`] does more.
    SetProductUsageForReservation: "set_product_usage_for_reservation", Idempotent -> (), wire::nothing
}

impl SetProductUsageForReservation {
    /// So many of this product; 0 removes it.
    pub fn new(
        reservation: impl Into<ReservationId>,
        product: impl Into<ProductId>,
        quantity: u32,
    ) -> Self {
        Self {
            params: Params::default()
                .with("reservation_id", reservation.into())
                .with("product_id", product.into())
                .with("quantity", quantity),
        }
    }

    setters! {
        /// A remark: the customer's answer to the product's extra question.
        extra_info(String) => "extra_info";
        /// The day of a recurring product, in the site's own time.
        usage_time(NaiveDateTime) => "usage_time";
    }
}

call! {
    /// `set_reservation_products`: replaces all products of a reservation. **A product that is not set here is removed.**
    ///
    /// Planyo sends messages and callbacks for it, so that the call is not retried blindly.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::products::SetReservationProducts;
    ///
    /// let set = SetReservationProducts::new(19_710_795).product(17, 2).recalculate_price();
    /// println!("the reservation costs {:?} now", planyo.send(set).await?.new_price);
    /// # Ok(()) }
    /// ```
    SetReservationProducts: "set_reservation_products", Unsafe -> Record<NewPrice>, Record::of_write
}

impl SetReservationProducts {
    /// No products, until some are set.
    pub fn new(reservation: impl Into<ReservationId>) -> Self {
        Self {
            params: Params::default().with("reservation_id", reservation.into()),
        }
    }

    /// So many of this product.
    pub fn product(self, product: impl Into<ProductId>, quantity: u32) -> Self {
        let name = format!("product_{}", product.into());
        self.param(name, quantity)
    }

    /// So many of this recurring product on the day in which this moment falls.
    pub fn product_on(
        self,
        product: impl Into<ProductId>,
        day: DateTime<Utc>,
        quantity: u32,
    ) -> Self {
        let name = format!("product_{}_{}", product.into(), day.timestamp());
        self.param(name, quantity)
    }

    /// The customer's answer to the product's extra question. Planyo's documentation calls it required; it seems to be so
    /// for products that ask one.
    pub fn extra_field(self, product: impl Into<ProductId>, answer: impl Into<String>) -> Self {
        let name = format!("product_{}_extra_field", product.into());
        self.param(name, answer.into())
    }

    switches! {
        /// The price of the reservation is made anew.
        recalculate_price => "recalculate_price" = true;
        /// Planyo sends its messages. What it does if nothing is said is unknown.
        with_notifications => "send_notifications" = true;
        /// Planyo sends no messages.
        without_notifications => "send_notifications" = false;
    }
}

/// What a reservation costs with its new products.
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct NewPrice {
    /// The price of all.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub new_price: Option<Decimal>,
    /// The part of the products.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub new_product_price: Option<Decimal>,
}

call! {
    /// `add_custom_product`: writes a line with a name and a price of its own for a reservation. It is on the invoice.
    AddCustomProduct: "add_custom_product", Unsafe -> Record<AddedCustomProduct>, Record::parse
}

impl AddCustomProduct {
    /// The line, with its tax in percent. The price of the reservation is made anew unless
    /// [`keep_price`](Self::keep_price) is set.
    pub fn new(
        reservation: impl Into<ReservationId>,
        name: impl Into<String>,
        price: impl Into<Decimal>,
        tax_rate: impl Into<Decimal>,
    ) -> Self {
        Self {
            params: Params::default()
                .with("reservation_id", reservation.into())
                .with("name", name.into())
                .with("price", price.into())
                .with("tax_rate", tax_rate.into()),
        }
    }

    setters! {
        /// When it was added, in the site's own time.
        time_added(NaiveDateTime) => "time_added";
    }

    switches! {
        /// The price of the reservation stays as it is.
        keep_price => "recalculate_price" = false;
    }
}

/// A line that was written for a reservation.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct AddedCustomProduct {
    /// The line's id.
    pub custom_product_id: CustomProductId,
}

call! {
    /// `remove_custom_product`: deletes a line that was written for a reservation. A retry may say that there is none.
    RemoveCustomProduct: "remove_custom_product", Idempotent -> (), wire::nothing
}

impl RemoveCustomProduct {
    /// The line with this id. The price of the reservation is made anew unless [`keep_price`](Self::keep_price) is set.
    pub fn new(id: impl Into<CustomProductId>, reservation: impl Into<ReservationId>) -> Self {
        Self {
            params: Params::default()
                .with("id", id.into())
                .with("reservation_id", reservation.into()),
        }
    }

    switches! {
        /// The price of the reservation stays as it is.
        keep_price => "recalculate_price" = false;
    }
}

call! {
    /// `add_product_image`: adds a photo to a product. Its parameters are a guess: set what Planyo really requires by
    /// [`param`](Self::param).
    AddProductImage: "add_product_image", Unsafe -> Value, wire::any
}

impl AddProductImage {
    /// The photo at this address.
    pub fn new(product: impl Into<ProductId>, image_url: impl Into<String>) -> Self {
        Self {
            params: Params::default()
                .with("product_id", product.into())
                .with("image_url", image_url.into()),
        }
    }

    setters! {
        /// What is written beside it.
        title(String) => "title";
    }
}

call! {
    /// `remove_product_image`: removes a photo of a product. Its parameters are a guess: set what Planyo really requires by
    /// [`param`](Self::param). A retry may say that there is none.
    RemoveProductImage: "remove_product_image", Idempotent -> (), wire::nothing
}

impl RemoveProductImage {
    /// The photo with this id.
    pub fn new(photo: impl Into<PhotoId>) -> Self {
        Self {
            params: Params::default().with("image_id", photo.into()),
        }
    }

    setters! {
        /// The product.
        product_id(ProductId) => "product_id";
    }
}
