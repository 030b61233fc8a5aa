//! Resources: what is rented, or the activities that are booked.
//!
//! Facts: what a resource is and what it costs is documented ([`Resource`], [`GetResourcePricing`]); how photos are
//! added and removed is a guess. Lengths of time are in hours, prices without a currency.

mod contents;
mod edit;
mod forms;
mod list;
mod pricing;
mod seasons;

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::macros::{flags, number_codes};
use crate::params::{Params, underscored};
use crate::reservations::SharingMode;
use crate::sites::Photo;
use crate::types::{ResourceId, SiteId, UserId};
use crate::wire::{self, Identified};

pub use contents::{
    BundleContents, BundleResource, GetBundleContents, GetPackageContents, PackageContents,
    PackagePriority, PackageResource, PackageType, SetPackageContents,
};
pub use edit::{
    AddResource, AddResourceImage, AddedResource, AdminStatus, AssignedAdmin, ModifyResource,
    RemoveResource, RemoveResourceImage, SavedUnitProperty, SetResourceAdmin, SetUnitNames,
    SetUnitProperty,
};
pub use forms::{FormItem, FormItemType, GetFormItems, GetFormItemsCsv, SetFormItemsFromCsv};
pub use list::{GetResourceInfo, ListResources, ResourceType};
pub use pricing::{
    DailyPrice, DailyPricing, DefaultPrice, GetResourcePricing, GetSimplifiedDailyPricing,
    GetSimplifiedDailyRestrictions, PriceType, Pricing, PricingRule, SetResourcePricing,
};
pub use seasons::{
    AddResourceSeason, GetResourceSeasons, ModifyResourceSeason, MonthDay, Season, Weekdays,
};

/// A resource, of [`ListResources`] or [`GetResourceInfo`].
///
/// Only `id` is certain to be there; a missing, `null` or empty field is `None`. A listing has what its detail level
/// asks for; where a field is in the answer of one of the two methods only, it says so. Fields "seen by a third party"
/// are not in Planyo's documentation.
///
/// `Debug` shows the id alone: the administrator is a person.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct Resource {
    /// The id.
    pub id: ResourceId,
    /// The name.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// The name in the language of the call (`get_resource_info` only).
    #[serde(default, deserialize_with = "wire::text")]
    pub translated_name: Option<String>,
    /// The site it belongs to.
    #[serde(default, deserialize_with = "wire::id")]
    pub site_id: Option<SiteId>,
    /// How many units there are.
    #[serde(default, deserialize_with = "wire::number")]
    pub quantity: Option<u64>,
    /// The names of the units, separated by commas.
    #[serde(default, deserialize_with = "wire::text")]
    pub unit_names: Option<String>,
    /// The most units of one reservation (`get_resource_info` only).
    #[serde(default, deserialize_with = "wire::number")]
    pub max_quantity_per_rental: Option<u64>,
    /// The number of the category.
    #[serde(default, deserialize_with = "wire::number")]
    pub category: Option<u64>,
    /// How a reservation is confirmed. That the numbers are those of [`ModifyResource`] is inferred.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub confirmation_type: Option<ConfirmationMethod>,
    /// Whether customers may share it (`get_resource_info` only).
    #[serde(default, deserialize_with = "wire::scalar")]
    pub sharing_mode: Option<SharingMode>,

    /// The unit of time that the price is for, as Planyo's number for it (`get_resource_info` only).
    #[serde(default, deserialize_with = "wire::number")]
    pub time_unit: Option<u64>,
    /// The default price. A text that is no number is in the raw JSON only.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub unit_price: Option<Decimal>,
    /// What the default price is for (seen by a third party; the numbers are inferred from [`SetResourcePricing`]).
    #[serde(default, deserialize_with = "wire::scalar")]
    pub price_type: Option<PriceType>,
    /// ISO 4217.
    #[serde(default, deserialize_with = "wire::text")]
    pub currency: Option<String>,
    /// How much is paid in advance, as Planyo writes it, maybe with a `%` (seen by a third party).
    #[serde(default, deserialize_with = "wire::text")]
    pub prepayment_amount: Option<String>,
    /// Until when that holds, as Planyo's number for it, of unknown unit (seen by a third party).
    #[serde(default, deserialize_with = "wire::number")]
    pub prepayment_amount_valid_until: Option<u64>,

    /// The shortest rental, in hours.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub min_rental_time: Option<Decimal>,
    /// The longest rental, in hours.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub max_rental_time: Option<Decimal>,
    /// The pause between two rentals, in hours.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub min_time_between_rentals: Option<Decimal>,
    /// How long ahead it must be reserved, in hours.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub min_hours_to_rental: Option<Decimal>,
    /// How long ahead it can be reserved, in days.
    #[serde(default, deserialize_with = "wire::number")]
    pub max_days_to_rental: Option<u64>,
    /// The first hour of the day (`get_resource_info` only).
    #[serde(default, deserialize_with = "wire::number")]
    pub start_hour: Option<u64>,
    /// The last hour of the day (`get_resource_info` only).
    #[serde(default, deserialize_with = "wire::number")]
    pub end_hour: Option<u64>,
    /// At which quarters of an hour a rental may start, as Planyo's number for it (`get_resource_info` only).
    #[serde(default, deserialize_with = "wire::number")]
    pub start_quarters: Option<u64>,
    /// The times at which a rental may start, in an unknown form (`get_resource_info` only, seen by a third party).
    #[serde(default)]
    pub start_times: Value,
    /// The lengths that a customer chooses from: hours by label (`get_resource_info` only).
    #[serde(default, deserialize_with = "hours")]
    pub predefined_durations: BTreeMap<String, Decimal>,
    /// The dates of an event, in an unknown form (`get_resource_info` only, seen by a third party).
    #[serde(default)]
    pub event_dates: Value,
    /// Whether it is rented by the night.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_overnight_stay: Option<bool>,

    /// Whether customers see it.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_published: Option<bool>,
    /// Whether it is among those that Planyo shows on its own pages.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_listed: Option<bool>,
    /// Its administrator.
    #[serde(default, deserialize_with = "wire::id")]
    pub resource_admin_id: Option<UserId>,
    /// The administrator's name.
    #[serde(default, deserialize_with = "wire::text")]
    pub resource_admin_name: Option<String>,
    /// The administrator's e-mail address.
    #[serde(default, deserialize_with = "wire::text")]
    pub resource_admin_email: Option<String>,

    /// Custom properties by name. Planyo writes these names in lower case here, whatever they were set as. In a listing
    /// with [`ResourceDetail::PROPERTIES`] only. A property that was cleared is there with `None`.
    #[serde(default, deserialize_with = "wire::texts")]
    pub properties: BTreeMap<String, Option<String>>,
    /// Its photos. In a listing with [`ResourceDetail::PHOTOS`] only.
    #[serde(default, deserialize_with = "wire::items")]
    pub photos: Vec<Photo>,
}

impl Identified for Resource {
    fn id(&self) -> u64 {
        self.id.get()
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resource")
            .field("id", &self.id.get())
            .finish_non_exhaustive()
    }
}

fn hours<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Decimal>, D::Error> {
    #[derive(Deserialize)]
    struct Hours(#[serde(deserialize_with = "wire::decimal")] Option<Decimal>);

    let durations: BTreeMap<String, Hours> = wire::map(deserializer)?;
    let hours = durations
        .into_iter()
        .map(|(label, hours)| Some((label, hours.0?)));
    Ok(hours.flatten().collect())
}

flags! {
    /// How much of a resource [`ListResources`] returns (documented).
    ///
    /// ```
    /// use planyo_client::resources::ResourceDetail;
    /// assert_eq!((ResourceDetail::NAME | ResourceDetail::SETTINGS).bits(), 3);
    /// ```
    ResourceDetail {
        /// The name. What Planyo sends when no level is given.
        NAME = 1,
        /// Quantity, price, times and the other settings.
        SETTINGS = 2,
        /// Custom properties.
        PROPERTIES = 4,
        /// Photos.
        PHOTOS = 8,
    }
}

number_codes! {
    /// How a reservation of a resource is confirmed (documented for [`ModifyResource::confirmation_method`]).
    ConfirmationMethod {
        /// By a moderator.
        Moderator = 1,
        /// With a password.
        Password = 2,
        /// By hand.
        Manual = 3,
        /// At once.
        Automatic = 4,
        /// At once or by a payment, as the customer likes.
        OptionalPayment = 5,
        /// By a payment.
        ObligatoryPayment = 6,
    }
}

/// The parameter that a custom property of resources goes by: with underscores for spaces.
pub(crate) fn property_param(name: &str) -> String {
    format!("prop_res_{}", underscored(name))
}

/// What the methods take that answer for a resource, or for all with the word `null`, over some days.
pub(crate) fn days(resource: Option<ResourceId>, start: NaiveDate, end: NaiveDate) -> Params {
    of_resource_or_all(resource)
        .with("start_date", start)
        .with("end_date", end)
}

pub(crate) fn of_resource_or_all(resource: Option<ResourceId>) -> Params {
    let resource = resource.map_or_else(|| "null".to_owned(), |resource| resource.to_string());
    Params::default().with("resource_id", resource)
}
