//! Resources made of others: packages and bundles.

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::macros::{call, number_codes, text_codes};
use crate::params::{Params, commas};
use crate::types::{CouponId, ResourceId};
use crate::wire::{self, Record};

call! {
    /// `get_bundle_contents`: what is sold together as a bundle.
    GetBundleContents: "get_bundle_contents", Read -> Record<BundleContents>, Record::parse
}

impl GetBundleContents {
    /// The bundle with this id.
    pub fn new(bundle: impl Into<ResourceId>) -> Self {
        Self {
            params: Params::default().with("resource_id", bundle.into()),
        }
    }
}

/// What a bundle has.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct BundleContents {
    /// Its resources.
    #[serde(default, deserialize_with = "wire::items")]
    pub bundle_resources: Vec<BundleResource>,
    /// The ids of its coupons.
    #[serde(default, deserialize_with = "wire::values")]
    pub bundle_coupons: Vec<CouponId>,
}

/// A resource in a bundle.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct BundleResource {
    /// The resource.
    #[serde(default, deserialize_with = "wire::id")]
    pub resource_id: Option<ResourceId>,
    /// Its name.
    #[serde(default, deserialize_with = "wire::text")]
    pub resource_name: Option<String>,
    /// How many of its units a bundle takes.
    #[serde(default, deserialize_with = "wire::number")]
    pub quantity_used: Option<u64>,
    /// How long after the bundle it begins, in hours.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub time_offset: Option<Decimal>,
    /// How long it is taken, in hours.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub duration: Option<Decimal>,
    /// Its part of the price.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub internal_price: Option<Decimal>,
}

call! {
    /// `get_package_contents`: what is reserved together as a package.
    GetPackageContents: "get_package_contents", Read -> Record<PackageContents>, Record::parse
}

impl GetPackageContents {
    /// The package with this id.
    pub fn new(package: impl Into<ResourceId>) -> Self {
        Self {
            params: Params::default().with("resource_id", package.into()),
        }
    }
}

/// What a package has.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct PackageContents {
    /// Which kind of package it is.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub package_type: Option<PackageType>,
    /// Its resources.
    #[serde(default, deserialize_with = "wire::items")]
    pub package_contents: Vec<PackageResource>,
    /// How a flexible package chooses of its resources.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub priority: Option<PackagePriority>,
    /// The categories of which the customer chooses, separated by commas.
    #[serde(default, deserialize_with = "wire::text")]
    pub customer_chosen_categories: Option<String>,
}

/// A resource in a package.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct PackageResource {
    /// The resource.
    #[serde(default, deserialize_with = "wire::id")]
    pub resource_id: Option<ResourceId>,
    /// Its name.
    #[serde(default, deserialize_with = "wire::text")]
    pub resource_name: Option<String>,
    /// How many of its units a package takes.
    #[serde(default, deserialize_with = "wire::number")]
    pub quantity_used: Option<u64>,
    /// How many of its units are blocked.
    #[serde(default, deserialize_with = "wire::number")]
    pub quantity_blocked: Option<u64>,
    /// Its category in a flexible package, 1 to 5.
    #[serde(default, deserialize_with = "wire::number")]
    pub category: Option<u64>,
}

text_codes! {
    /// The kind of a package.
    PackageType {
        /// No package.
        None = "none",
        /// One resource of each category.
        Flexible = "flexible",
        /// All its resources.
        Simple = "simple",
    }
}

number_codes! {
    /// How a flexible package chooses of its resources (documented).
    PackagePriority {
        /// By chance, the same all day.
        RandomDaily = 0,
        /// By chance, each time.
        RandomEachTime = 2,
        /// In the order of the alphabet.
        Alphabetical = 3,
    }
}

call! {
    /// `set_package_contents`: makes a resource a package with these contents, or an ordinary resource again.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::resources::SetPackageContents;
    ///
    /// let contents = SetPackageContents::simple(100).quantity_used(101, 1).quantity_used(102, 2);
    /// planyo.send(contents).await?;
    /// # Ok(()) }
    /// ```
    SetPackageContents: "set_package_contents", Idempotent -> (), wire::nothing
}

impl SetPackageContents {
    /// A package of all its resources.
    pub fn simple(resource: impl Into<ResourceId>) -> Self {
        Self::of(resource.into(), PackageType::Simple)
    }

    /// A package of one resource of each category, chosen by this rule where the customer does not choose.
    pub fn flexible(resource: impl Into<ResourceId>, priority: PackagePriority) -> Self {
        let mut package = Self::of(resource.into(), PackageType::Flexible);
        package.params.set("priority", priority);
        package
    }

    /// No package any more.
    pub fn none(resource: impl Into<ResourceId>) -> Self {
        Self::of(resource.into(), PackageType::None)
    }

    fn of(resource: ResourceId, kind: PackageType) -> Self {
        Self {
            params: Params::default()
                .with("resource_id", resource)
                .with("package_type", kind),
        }
    }

    /// How many units of a resource a package takes.
    pub fn quantity_used(self, resource: impl Into<ResourceId>, units: u32) -> Self {
        self.of_content("quantity_used", resource.into(), units)
    }

    /// How many units of a resource a package blocks.
    pub fn quantity_blocked(self, resource: impl Into<ResourceId>, units: u32) -> Self {
        self.of_content("quantity_blocked", resource.into(), units)
    }

    /// The category of a resource, 1 to 5; flexible packages only.
    pub fn category(self, resource: impl Into<ResourceId>, category: u32) -> Self {
        self.of_content("category", resource.into(), category)
    }

    fn of_content(mut self, name: &str, resource: ResourceId, value: u32) -> Self {
        self.params.set(format!("{name}_{resource}"), value);
        self
    }

    /// The categories of which the customer chooses; flexible packages only.
    pub fn customer_chosen_categories(mut self, categories: impl IntoIterator<Item = u32>) -> Self {
        self.params
            .set("customer_chosen_categories", commas(categories));
        self
    }
}
