//! A line of an order: as Billit sends it, and as it is sent to Billit.

use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::ExternalProviderReference;
use crate::draft::Fields;
use crate::macros::setters;
use crate::products::ProductId;
use crate::wire;

/// A line of an order. `Debug` shows the product alone.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct OrderLine {
    /// What it is, up to 512 characters.
    #[serde(default, deserialize_with = "wire::text")]
    pub description: Option<String>,
    /// More about it, up to 512 characters.
    #[serde(default, deserialize_with = "wire::text")]
    pub description_extended: Option<String>,
    /// The article number.
    #[serde(default, deserialize_with = "wire::text")]
    pub reference: Option<String>,
    /// The product.
    #[serde(default, rename = "ProductID", deserialize_with = "wire::maybe_id")]
    pub product_id: Option<ProductId>,
    /// How many.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub quantity: Option<Decimal>,
    /// Of what.
    #[serde(default, deserialize_with = "wire::text")]
    pub unit: Option<String>,
    /// The price of one without VAT.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub unit_price_excl: Option<Decimal>,
    /// The price of one with VAT.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub unit_price_incl: Option<Decimal>,
    /// Whether the price with VAT is the given one, and the other computed from it.
    #[serde(default, deserialize_with = "wire::flag")]
    pub incl_leading: Option<bool>,
    /// Reduction in percent.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub reduction_percentage: Option<Decimal>,
    /// VAT in percent.
    #[serde(default, rename = "VATPercentage", deserialize_with = "wire::decimal")]
    pub vat_percentage: Option<Decimal>,
    /// The VAT code.
    #[serde(default, deserialize_with = "wire::text")]
    pub ventilation_code: Option<String>,
    /// Total without VAT, which Billit computes.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub total_excl: Option<Decimal>,
    /// The VAT, which Billit computes.
    #[serde(default, rename = "TotalVAT", deserialize_with = "wire::decimal")]
    pub total_vat: Option<Decimal>,
    /// Total with VAT, which Billit computes.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub total_incl: Option<Decimal>,
    /// Account in the books.
    #[serde(default, deserialize_with = "wire::number")]
    pub account_code: Option<i64>,
    /// What bears the cost.
    #[serde(default, deserialize_with = "wire::text")]
    pub analytic_cost_bearer: Option<String>,
    /// Where the cost arises.
    #[serde(default, deserialize_with = "wire::text")]
    pub analytic_cost_center: Option<String>,
    /// Fields of your own by their names.
    #[serde(default, deserialize_with = "wire::text_map")]
    pub custom_fields: BTreeMap<String, String>,
    /// Its keys in other systems.
    #[serde(default, deserialize_with = "wire::list")]
    pub external_provider_references: Vec<ExternalProviderReference>,
}

impl fmt::Debug for OrderLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderLine")
            .field("product_id", &self.product_id)
            .finish_non_exhaustive()
    }
}

/// A line that is to be sent. What is not set is not sent; Billit computes the totals. `Debug` shows names, never
/// values.
///
/// ```
/// use billit_client::orders::OrderLineDraft;
/// use billit_client::Decimal;
///
/// let line = OrderLineDraft::excl("Massage", 2, Decimal::new(4550, 2)).vat_percentage(21);
/// assert_eq!(
///     serde_json::to_string(&line)?,
///     r#"{"Description":"Massage","Quantity":2,"UnitPriceExcl":45.50,"VATPercentage":21}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct OrderLineDraft {
    #[serde(flatten)]
    fields: Fields,
    #[serde(rename = "CustomFields", skip_serializing_if = "BTreeMap::is_empty")]
    custom_fields: BTreeMap<String, String>,
}

impl OrderLineDraft {
    /// So many of something, at a price without VAT each.
    #[must_use]
    pub fn excl(
        description: impl Into<String>,
        quantity: impl Into<Decimal>,
        unit_price: impl Into<Decimal>,
    ) -> Self {
        Self::new(description, quantity).amount("UnitPriceExcl", unit_price)
    }

    /// So many of something, at a price with VAT each, from which Billit computes the one without (`InclLeading`).
    #[must_use]
    pub fn incl(
        description: impl Into<String>,
        quantity: impl Into<Decimal>,
        unit_price: impl Into<Decimal>,
    ) -> Self {
        let mut line = Self::new(description, quantity).amount("UnitPriceIncl", unit_price);
        line.fields.set("InclLeading", true);
        line
    }

    fn new(description: impl Into<String>, quantity: impl Into<Decimal>) -> Self {
        let mut fields = Fields::default();
        fields.set("Description", description.into());
        fields.set("Quantity", quantity.into());
        Self {
            fields,
            custom_fields: BTreeMap::new(),
        }
    }

    fn amount(mut self, name: &'static str, amount: impl Into<Decimal>) -> Self {
        self.fields.set(name, amount.into());
        self
    }

    /// Sets a field of your own.
    #[must_use]
    pub fn custom_field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.custom_fields.insert(name.into(), value.into());
        self
    }

    setters! {
        /// The product.
        product_id: ProductId => "ProductID";
        /// More about it, up to 512 characters, as the description.
        description_extended: String => "DescriptionExtended";
        /// The article number.
        reference: String => "Reference";
        /// Of what the quantity is.
        unit: String => "Unit";
        /// Reduction in percent.
        reduction_percentage: Decimal => "ReductionPercentage";
        /// VAT in percent. One that the country does not have is refused with `InvalidVAtPercentageForTaxCountry_0_`.
        vat_percentage: Decimal => "VATPercentage";
        /// The VAT code, such as `4` (21 %), `2` (6 %) or `1` (0 %).
        ventilation_code: String => "VentilationCode";
        /// Account in the books.
        account_code: i64 => "AccountCode";
        /// What bears the cost.
        analytic_cost_bearer: String => "AnalyticCostBearer";
        /// Where the cost arises.
        analytic_cost_center: String => "AnalyticCostCenter";
    }
}

impl fmt::Debug for OrderLineDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrderLineDraft {:?}", self.fields)
    }
}
