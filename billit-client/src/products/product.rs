//! A product as Billit sends it.

use std::fmt;

use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::macros::id;
use crate::wire::{self, Identified};

id! {
    /// The id of a product, which Billit gives.
    ProductId
}

/// A product.
///
/// Only `id` is certain to be there; a missing, `null`, empty or unreadable field is `None`. The names and the kinds of
/// all 20 fields are documented, what they mean is read from the names. Amounts keep every digit.
///
/// `Debug` shows the id alone.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Product {
    /// The id.
    #[serde(rename = "ProductID")]
    pub id: ProductId,
    /// The article number.
    #[serde(default, deserialize_with = "wire::text")]
    pub reference: Option<String>,
    /// What it is.
    #[serde(default, deserialize_with = "wire::text")]
    pub description: Option<String>,
    /// The price of one without VAT.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub amount_excl: Option<Decimal>,
    /// The price of one with VAT.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub amount_incl: Option<Decimal>,
    /// VAT in percent.
    #[serde(default, rename = "VAT", deserialize_with = "wire::decimal")]
    pub vat: Option<Decimal>,
    /// The unit that the price is for.
    #[serde(default, deserialize_with = "wire::text")]
    pub unit: Option<String>,
    /// The group of products.
    #[serde(default, rename = "GroupID", deserialize_with = "wire::number")]
    pub group_id: Option<i64>,
    /// Its name.
    #[serde(default, deserialize_with = "wire::text")]
    pub group_name: Option<String>,
    /// How many are in stock.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub stock_quantity: Option<Decimal>,
    /// At least so many are billed.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub minimum_billed_quantity: Option<Decimal>,
    /// The price without VAT at which you buy one.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub buy_excl: Option<Decimal>,
    /// A note that only you see.
    #[serde(default, deserialize_with = "wire::text")]
    pub internal_information: Option<String>,
    /// European article number.
    #[serde(default, rename = "EAN", deserialize_with = "wire::text")]
    pub ean: Option<String>,
    /// Global trade item number.
    #[serde(default, rename = "GTIN", deserialize_with = "wire::text")]
    pub gtin: Option<String>,
    /// Global location number.
    #[serde(default, rename = "GLN", deserialize_with = "wire::text")]
    pub gln: Option<String>,
    /// The code of the system that it came from; values undocumented.
    #[serde(
        default,
        rename = "ExternalProviderTC",
        deserialize_with = "wire::text"
    )]
    pub external_provider_tc: Option<String>,
    /// The products that it is made of. One without a readable id is left out here.
    #[serde(default, deserialize_with = "wire::list")]
    pub child_products: Vec<Product>,
    /// When the product was last changed, by Billit's clock; the zone is unknown.
    #[serde(default, deserialize_with = "wire::time")]
    pub last_modified: Option<NaiveDateTime>,
    /// When it was created; the zone is unknown.
    #[serde(default, deserialize_with = "wire::time")]
    pub created: Option<NaiveDateTime>,
}

impl Identified for Product {
    const ID_FIELD: &'static str = "ProductID";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl fmt::Debug for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Product")
            .field("id", &self.id.get())
            .finish_non_exhaustive()
    }
}
