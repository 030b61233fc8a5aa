//! A product that is to be created or changed.

use std::fmt;

use rust_decimal::Decimal;
use serde::Serialize;

use super::ProductId;
use crate::draft::Fields;
use crate::macros::setters;

/// A product that is to be created, or what to change of one. What is not set is not sent; what Billit does then to a
/// field that the product has is undocumented. `Debug` shows names, never values.
///
/// ```
/// use billit_client::products::ProductDraft;
/// use billit_client::Decimal;
///
/// let draft = ProductDraft::new("Massage").reference("M-60").amount_excl(Decimal::new(4550, 2)).vat(21);
/// assert_eq!(
///     serde_json::to_string(&draft)?,
///     r#"{"AmountExcl":45.50,"Description":"Massage","Reference":"M-60","VAT":21}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ProductDraft {
    fields: Fields,
}

impl ProductDraft {
    /// A product with this description. Billit marks no field as required.
    #[must_use]
    pub fn new(description: impl Into<String>) -> Self {
        let mut fields = Fields::default();
        fields.set("Description", description.into());
        Self { fields }
    }

    setters! {
        /// The article number.
        reference: String => "Reference";
        /// The price of one without VAT.
        amount_excl: Decimal => "AmountExcl";
        /// The price of one with VAT.
        amount_incl: Decimal => "AmountIncl";
        /// VAT in percent.
        vat: Decimal => "VAT";
        /// The unit that the price is for.
        unit: String => "Unit";
        /// The group of products, by its id.
        group_id: i64 => "GroupID";
        /// The group of products, by its name.
        group_name: String => "GroupName";
        /// How many are in stock.
        stock_quantity: Decimal => "StockQuantity";
        /// At least so many are billed.
        minimum_billed_quantity: Decimal => "MinimumBilledQuantity";
        /// The price without VAT at which you buy one.
        buy_excl: Decimal => "BuyExcl";
        /// A note that only you see.
        internal_information: String => "InternalInformation";
        /// European article number.
        ean: String => "EAN";
        /// Global trade item number.
        gtin: String => "GTIN";
        /// Global location number.
        gln: String => "GLN";
        /// The code of the system that it comes from; values undocumented.
        external_provider_tc: String => "ExternalProviderTC";
    }

    pub(super) fn with_id(mut self, id: ProductId) -> Self {
        self.fields.set("ProductID", id);
        self
    }
}

impl fmt::Debug for ProductDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProductDraft {:?}", self.fields)
    }
}
