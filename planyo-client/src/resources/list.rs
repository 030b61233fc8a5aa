//! Finding resources.

use serde_json::value::RawValue;

use super::{Resource, ResourceDetail, property_param};
use crate::endpoint::{
    Endpoint, IntoParam, Params, Safety, call, commas, pages, setters, switches,
};
use crate::pager::{Identified, Page};
use crate::types::{ResourceId, SiteId, UserId, text_codes};
use crate::wire::Record;

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

impl Default for ListResources {
    fn default() -> Self {
        Self::new()
    }
}

pages!(ListResources of Resource, None);

impl ListResources {
    /// The most that Planyo gives on a page, and what this crate asks for.
    pub const MAX_PAGE_SIZE: u32 = 300;

    /// Every resource, by name, in pages of 300.
    pub fn new() -> Self {
        Self {
            params: Params::default().with("page_size", Self::MAX_PAGE_SIZE),
        }
    }

    /// Resources on a page; 300 at most, which is the default here (Planyo's own is 100).
    pub fn page_size(mut self, size: u32) -> Self {
        self.params
            .set("page_size", size.clamp(1, Self::MAX_PAGE_SIZE));
        self
    }

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

/// `get_resource_info`: one resource with its settings, properties and photos.
///
/// ```no_run
/// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
/// use planyo_client::resources::GetResourceInfo;
///
/// let van = planyo.send(GetResourceInfo::new(22222)).await?;
/// println!("{:?}, at least {:?} hours", van.name, van.min_rental_time);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct GetResourceInfo {
    resource: ResourceId,
    params: Params,
}

impl GetResourceInfo {
    /// The resource with this id.
    pub fn new(resource: impl Into<ResourceId>) -> Self {
        let resource = resource.into();
        Self {
            resource,
            params: Params::default().with("resource_id", resource),
        }
    }

    /// Any other parameter, by the name that Planyo has for it.
    pub fn param(mut self, name: impl Into<String>, value: impl IntoParam) -> Self {
        self.params.set(name.into(), value);
        self
    }
}

impl Endpoint for GetResourceInfo {
    type Output = Record<Resource>;

    fn method(&self) -> &'static str {
        "get_resource_info"
    }

    fn safety(&self) -> Safety {
        Safety::Read
    }

    fn params(&self, params: &mut Params) {
        params.extend(&self.params);
    }

    /// The answer has no id: it is of the resource that was asked for.
    fn parse(&self, data: &RawValue) -> serde_json::Result<Self::Output> {
        Record::with_id(data, Resource::ID_FIELD, &self.resource.to_string())
    }
}
