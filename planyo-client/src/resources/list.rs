//! Finding resources.

use serde_json::value::RawValue;

use super::{Resource, ResourceDetail, property_param};
use crate::macros::{call, setters, sized_pages, switches, text_codes};
use crate::page::Page;
use crate::params::{Params, commas};
use crate::types::{ResourceId, SiteId, UserId};
use crate::wire::{Identified, Record};

call! {
    /// `list_resources`: the resources of a site, or of a metasite, page by page.
    ///
    /// Planyo sends names alone unless [`detail_level`](Self::detail_level) asks for more.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::resources::{ListResources, ResourceDetail};
    ///
    /// let listing = ListResources::new().detail_level(ResourceDetail::NAME | ResourceDetail::SETTINGS);
    /// for resource in planyo.pages(listing).all().await?.records {
    ///     println!("{}: {:?} units at {:?}", resource.id, resource.quantity, resource.unit_price);
    /// }
    /// # Ok(()) }
    /// ```
    ListResources: "list_resources", Read -> Page<Resource>, |data| Page::parse_by_id(data, "resources")
}

sized_pages! {
    /// Every resource, by name, in pages of 300.
    ListResources of Resource, 300
}

impl ListResources {
    switches! {
        /// Only resources that customers see.
        published_only => "list_published_only" = true;
        /// Only resources that can be reserved.
        reservable_only => "list_reservable_only" = true;
        /// Resources of every type, also those that are no plain resource.
        all_resource_types => "list_resource_types" = "all";
    }

    setters! {
        /// What to send of each resource.
        detail_level(ResourceDetail) => "detail_level";
        /// Only resources of this administrator.
        admin_id(UserId) => "admin_id";
        /// The order, by Planyo's name for it. The names are not known to this crate.
        sort(String) => "sort";
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
    }

    /// Only resources of these types.
    pub fn resource_types(mut self, types: impl IntoIterator<Item = ResourceType>) -> Self {
        self.params.set("list_resource_types", commas(types));
        self
    }

    /// Only resources whose custom property has this value. Several properties can be asked for.
    pub fn property(mut self, name: &str, value: impl Into<String>) -> Self {
        self.params.set(property_param(name), value.into());
        self
    }

    /// As [`property`](Self::property) in an older form, for one property only.
    pub fn property_is(mut self, name: &str, value: impl Into<String>) -> Self {
        self.params.set("res_filter_name", property_param(name));
        self.params.set("res_filter_value", value.into());
        self
    }

    /// Only resources whose custom property contains this text; for one property only.
    pub fn property_contains(mut self, name: &str, text: impl Into<String>) -> Self {
        self.params.set("res_filter_name", property_param(name));
        self.params.set("res_filter_value_inc", text.into());
        self
    }
}

text_codes! {
    /// What kind of resource it is.
    ResourceType {
        /// An ordinary one.
        Resource = "resource",
        /// Resources and coupons sold together: see [`GetBundleContents`](super::GetBundleContents).
        Bundle = "bundle",
        /// Resources reserved together: see [`GetPackageContents`](super::GetPackageContents).
        Package = "package",
    }
}

call! {
    /// `get_resource_info`: one resource with its settings, properties and photos.
    ///
    /// The answer has no id: [`Resource::id`] is the one that was asked for.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::resources::GetResourceInfo;
    ///
    /// let van = planyo.send(GetResourceInfo::new(22222)).await?;
    /// println!("{:?}, at least {:?} hours", van.name, van.min_rental_time);
    /// # Ok(()) }
    /// ```
    GetResourceInfo: "get_resource_info", Read -> Record<Resource>, reader(info)
}

impl GetResourceInfo {
    /// The resource with this id.
    pub fn new(resource: impl Into<ResourceId>) -> Self {
        Self {
            params: Params::default().with("resource_id", resource.into()),
        }
    }
}

fn info(data: &RawValue, params: &Params) -> serde_json::Result<Record<Resource>> {
    let id = params.get("resource_id").unwrap_or_default();
    Record::with_id(data, Resource::ID_FIELD, id)
}
