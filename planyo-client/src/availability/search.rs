//! What is free, and the calendars that show it.

use chrono::NaiveDateTime;
use serde::Deserialize;
use serde_json::Value;

use super::period;
use crate::macros::{call, lists, nothing_required, setters, switches, text_codes};
use crate::reservations::SharingMode;
use crate::resources::property_param;
use crate::types::{ResourceId, SiteId, SiteTime};
use crate::wire::{self, Record};

call! {
    /// `is_resource_available`: whether so many units are free. It looks at nothing else: that a reservation would be
    /// accepted, [`CanMakeReservation`](crate::reservations::CanMakeReservation) says.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use chrono::NaiveDate;
    /// use planyo_client::availability::IsResourceAvailable;
    ///
    /// let (day, next) = ("2026-06-01".parse::<NaiveDate>()?, "2026-06-02".parse::<NaiveDate>()?);
    /// let found = planyo.send(IsResourceAvailable::new(22222, day, next, 1)).await?;
    /// println!("{:?}, {:?} units left", found.is_available, found.quantity_available);
    /// # Ok(()) }
    /// ```
    IsResourceAvailable: "is_resource_available", Read -> Record<Availability>, Record::parse
}

impl IsResourceAvailable {
    /// So many units of this resource, from start to end.
    pub fn new(
        resource: impl Into<ResourceId>,
        start: impl Into<NaiveDateTime>,
        end: impl Into<NaiveDateTime>,
        quantity: u32,
    ) -> Self {
        Self {
            params: period(start, end)
                .with("resource_id", resource.into())
                .with("quantity", quantity),
        }
    }

    setters! {
        /// Whether the customer would share it, as Planyo's number for it (data type `SharingMode`).
        wants_share(SharingMode) => "wants_share";
    }
}

/// The answer to [`IsResourceAvailable`].
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Availability {
    /// Whether it is free.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_available: Option<bool>,
    /// How many units are.
    #[serde(default, deserialize_with = "wire::number")]
    pub quantity_available: Option<u64>,
    /// When it is not.
    #[serde(default, deserialize_with = "wire::time")]
    pub problem_time: Option<SiteTime>,
    /// Why it is not, for people.
    #[serde(default, deserialize_with = "wire::text")]
    pub reason: Option<String>,
}

call! {
    /// `resource_search`: the resources that are free in a period. The answer is unknown; by analogy the resources are
    /// in `results`.
    ResourceSearch: "resource_search", Read -> Value, wire::any
}

impl ResourceSearch {
    /// Those with so many units free, from start to end.
    pub fn new(
        start: impl Into<NaiveDateTime>,
        end: impl Into<NaiveDateTime>,
        quantity: u32,
    ) -> Self {
        Self {
            params: period(start, end).with("quantity", quantity),
        }
    }

    setters! {
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
        /// The order.
        sort(SearchOrder) => "sort";
    }

    switches! {
        /// Ready HTML instead of data.
        html => "output" = "html";
    }

    /// The order of a custom property's values.
    pub fn sort_by_property(mut self, name: &str) -> Self {
        self.params.set("sort", property_param(name));
        self
    }

    /// Only resources whose custom property has this value. The value may begin with `<`, `>`, `<=`, `>=` or `<>` to be
    /// compared with, or with `[include]` to be contained. Several properties can be asked for.
    pub fn property(mut self, name: &str, value: impl Into<String>) -> Self {
        self.params.set(property_param(name), value.into());
        self
    }

    lists! {
        /// The sites, with a metasite's key.
        site_ids(SiteId) => "site_ids";
        /// Only these resources (second-hand).
        resource_ids(ResourceId) => "ppp_resfilter";
    }
}

text_codes! {
    /// The order of what [`ResourceSearch`] finds (documented).
    SearchOrder {
        /// Price.
        Price = "price",
        /// Name of the resource.
        Name = "resname",
        /// Site.
        Site = "site",
        /// Location.
        Location = "location",
    }
}

call! {
    /// `get_ical_feed_url`: the address of a calendar that other programs can read, of a metasite, a site or a resource.
    /// Where the answer has it is unknown. Anyone with the address can read the calendar.
    GetIcalFeedUrl: "get_ical_feed_url", Read -> Value, wire::any
}

nothing_required! {
    /// That of the key's site or metasite.
    GetIcalFeedUrl
}

impl GetIcalFeedUrl {
    switches! {
        /// Also the addresses of every resource.
        list_all => "list_all" = true;
        /// With vacations, but for those that Planyo imported.
        include_vacations => "include_vacations" = true;
        /// With vacations, also those that Planyo imported.
        include_all_vacations => "include_vacations" = "all";
    }

    setters! {
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
        /// Only this resource.
        resource_id(ResourceId) => "resource_id";
        /// Only this unit of the resource.
        unit_name(String) => "unit_name";
        /// The id of a template of your own, for the text of each entry.
        template(u64) => "template";
        /// How many days it goes back.
        past_days(u32) => "past_days";
        /// How many days it goes ahead.
        future_days(u32) => "future_days";
    }

    /// Only resources whose custom property has this value. How the name is spelled is unknown; it is sent as given.
    pub fn resource_property(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.params.set("resource_property_filter", name.into());
        self.params.set("resource_property_value", value.into());
        self
    }

    /// Only reservations whose form item has this value. How the name is spelled is unknown; it is sent as given.
    pub fn form_item(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.params.set("form_item_filter", name.into());
        self.params.set("form_item_value", value.into());
        self
    }
}
