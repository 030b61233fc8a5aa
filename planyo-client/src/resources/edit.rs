//! Adding, changing and removing resources.

use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

use super::{ConfirmationMethod, property_param};
use crate::macros::{call, setters, text_codes};
use crate::params::{Params, commas};
use crate::types::{PhotoId, ResourceId, SiteId, UserId};
use crate::wire::{self, Record};

call! {
    /// `add_resource`: a new resource, as a copy of another one without its images.
    ///
    /// A name that is taken is [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) (seen live). So a retry adds
    /// no second one, but its answer has no id either: find the resource by its name then.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::resources::AddResource;
    ///
    /// let van = planyo.send(AddResource::new(22222, "Van 2", 3).min_rental_time(24)).await?;
    /// println!("{}", van.new_resource_id);
    /// # Ok(()) }
    /// ```
    AddResource: "add_resource", Unsafe -> Record<AddedResource>, Record::parse
}

impl AddResource {
    /// A copy of the base resource under a new name, with so many units.
    pub fn new(base: impl Into<ResourceId>, name: impl Into<String>, quantity: u32) -> Self {
        Self {
            params: Params::default()
                .with("base_resource_id", base.into())
                .with("name", name.into())
                .with("quantity", quantity),
        }
    }

    /// One of the lengths that a customer chooses from. Whether Planyo numbers them from 0 or from 1 is unknown. Their
    /// count is sent too.
    pub fn predefined_duration(
        mut self,
        number: u32,
        label: impl Into<String>,
        hours: impl Into<Decimal>,
    ) -> Self {
        const LABEL: &str = "predefined_duration_text_";
        const HOURS: &str = "predefined_duration_hours_";
        self.params.set(format!("{LABEL}{number}"), label.into());
        self.params.set(format!("{HOURS}{number}"), hours.into());
        let labels = self.params.iter();
        let count = labels.filter(|(name, _)| name.starts_with(LABEL)).count();
        self.params
            .set("predefined_duration_count", count.to_string());
        self
    }

    setters! {
        /// The administrator (second-hand).
        resource_admin_id(UserId) => "resource_admin_id";
        /// The dates of an event, in the form that Planyo's own settings have (second-hand).
        event_dates(String) => "event_dates";
        /// Whether customers see it (second-hand).
        is_published(bool) => "is_published";
        /// Images, in an unknown form (second-hand).
        images(String) => "images";
    }

    /// A custom property (second-hand). Spaces in its name become underscores.
    pub fn property(mut self, name: &str, value: impl Into<String>) -> Self {
        self.params.set(property_param(name), value.into());
        self
    }
}

/// The answer to [`AddResource`] (seen live by a third party).
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct AddedResource {
    /// The new resource's id.
    pub new_resource_id: ResourceId,
}

call! {
    /// `modify_resource`: changes the settings that are set, and no other. The answer is unknown.
    ModifyResource: "modify_resource", Idempotent -> Value, wire::any
}

impl ModifyResource {
    /// The resource with this id.
    pub fn new(resource: impl Into<ResourceId>) -> Self {
        Self {
            params: Params::default().with("resource_id", resource.into()),
        }
    }

    setters! {
        /// The name.
        name(String) => "name";
        /// The description.
        description(String) => "description";
        /// How many units there are.
        quantity(u32) => "quantity";
        /// How a reservation is confirmed.
        confirmation_method(ConfirmationMethod) => "confirmation_method";
        /// The pause between two rentals, in hours.
        min_time_between_rentals(Decimal) => "min_time_between_rentals";
        /// At which quarters of an hour a rental may start, as Planyo's number for it (data type `Quarters`); for
        /// resources rented by the hour.
        start_quarters(u32) => "start_quarters";
        /// ISO 4217.
        currency(String) => "currency";
    }
}

/// The settings that adding and changing a resource share.
macro_rules! settings {
    ($($request:ident)*) => {
        $(impl $request {
            setters! {
                /// The shortest rental, in hours.
                min_rental_time(Decimal) => "min_rental_time";
                /// The longest rental, in hours.
                max_rental_time(Decimal) => "max_rental_time";
                /// The first hour of the day, 0 to 24; for resources rented by the hour.
                available_from(u32) => "available_from";
                /// The last hour of the day, 0 to 24; for resources rented by the hour.
                available_until(u32) => "available_until";
                /// The only times at which a rental may start, separated by commas.
                start_times(String) => "start_times";
                /// How long ahead it must be reserved, in hours.
                min_hours_to_rental(Decimal) => "min_hours_to_rental";
                /// How long ahead it can be reserved, in days.
                max_days_to_rental(u32) => "max_days_to_rental";
                /// The price when no rule gives another: the first row of the pricing manager.
                default_price(Decimal) => "default_price";
            }
        })*
    };
}

settings!(AddResource ModifyResource);

call! {
    /// `remove_resource`: deletes a resource **and all its reservations**, for ever.
    ///
    /// Planyo requires name and site beside the id, as a proof that the right one is meant, and the MD5 of the id, which
    /// is made here. After a lost answer the retry may say that there is no such resource.
    RemoveResource: "remove_resource", Idempotent -> (), wire::nothing
}

impl RemoveResource {
    /// The resource with this id, exactly this name, and this site.
    pub fn new(
        resource: impl Into<ResourceId>,
        name: impl Into<String>,
        site: impl Into<SiteId>,
    ) -> Self {
        let resource = resource.into();
        Self {
            params: Params::default()
                .with("resource_id", resource)
                .with("resource_name", name.into())
                .with("parent_site_id", site.into())
                .with(
                    "resource_id_md5",
                    format!("{:x}", md5::compute(resource.to_string())),
                ),
        }
    }
}

call! {
    /// `add_resource_image`: a photo for a resource. The method exists; its parameters are a guess, and the answer is
    /// unknown.
    AddResourceImage: "add_resource_image", Unsafe -> Value, wire::any
}

impl AddResourceImage {
    /// The image at this address.
    pub fn new(resource: impl Into<ResourceId>, image_url: impl Into<String>) -> Self {
        Self {
            params: Params::default()
                .with("resource_id", resource.into())
                .with("image_url", image_url.into()),
        }
    }

    setters! {
        /// Its title.
        title(String) => "title";
    }
}

call! {
    /// `remove_resource_image`: removes a photo. The method exists; its parameters are a guess, and the answer is
    /// unknown. After a lost answer the retry may say that there is no such photo.
    RemoveResourceImage: "remove_resource_image", Idempotent -> Value, wire::any
}

impl RemoveResourceImage {
    /// The photo with this id, of [`Resource::photos`](super::Resource::photos).
    pub fn new(image: impl Into<PhotoId>) -> Self {
        Self {
            params: Params::default().with("image_id", image.into()),
        }
    }

    setters! {
        /// The resource it belongs to.
        resource_id(ResourceId) => "resource_id";
    }
}

call! {
    /// `set_resource_admin`: gives a resource an administrator. Planyo may ask the person by e-mail first, so a retry
    /// may send a second one.
    SetResourceAdmin: "set_resource_admin", Unsafe -> Record<AssignedAdmin>, Record::of_write
}

impl SetResourceAdmin {
    /// This person for this resource.
    pub fn new(resource: impl Into<ResourceId>, user: impl Into<UserId>) -> Self {
        Self {
            params: Params::default()
                .with("user_id", user.into())
                .with("resource_id", resource.into()),
        }
    }
}

/// The answer to [`SetResourceAdmin`].
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct AssignedAdmin {
    /// Whether it is done.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub status: Option<AdminStatus>,
}

text_codes! {
    /// Whether a resource has its new administrator.
    AdminStatus {
        /// It has.
        Done = "ok",
        /// When the person confirms by e-mail.
        Pending = "pending",
    }
}

call! {
    /// `set_unit_names`: names the units of a resource, all at once.
    SetUnitNames: "set_unit_names", Idempotent -> (), wire::nothing
}

impl SetUnitNames {
    /// As many names as there are units. Planyo separates them by commas, so that none can have one.
    pub fn new(
        resource: impl Into<ResourceId>,
        names: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let names = names.into_iter().map(Into::<String>::into);
        Self {
            params: Params::default()
                .with("resource_id", resource.into())
                .with("unit_names", commas(names)),
        }
    }
}

call! {
    /// `set_unit_property`: a custom property of a unit, from some time on: now, unless [`time`](Self::time) says
    /// otherwise.
    SetUnitProperty: "set_unit_property", Idempotent -> Record<SavedUnitProperty>, Record::of_write
}

impl SetUnitProperty {
    /// For all units of the resource, unless [`unit`](Self::unit) names one.
    pub fn new(
        resource: impl Into<ResourceId>,
        property: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        Self {
            params: Params::default()
                .with("resource_id", resource.into())
                .with("property", property.into())
                .with("value", value.into()),
        }
    }

    setters! {
        /// The unit, by its name.
        unit(String) => "unit";
        /// Since when it holds.
        time(NaiveDateTime) => "time";
    }
}

/// The answer to [`SetUnitProperty`].
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct SavedUnitProperty {
    /// The value as it is now.
    #[serde(default, deserialize_with = "wire::text")]
    pub value: Option<String>,
}
