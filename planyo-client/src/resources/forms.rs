//! The form that a customer fills to reserve.

use serde::Deserialize;
use serde_json::Value;

use crate::macros::{call, nothing_required, number_codes, setters, switches};
use crate::params::Params;
use crate::types::{ResourceId, SiteId};
use crate::wire::{self, Entry};

call! {
    /// `get_form_items`: the items of the reservation form, without those that every form has.
    GetFormItems: "get_form_items", Read -> Vec<Entry<FormItem>>, |data| wire::entries(data, "items")
}

impl GetFormItems {
    /// Those of the form that resources without one of their own have.
    pub fn global() -> Self {
        Self {
            params: Params::default(),
        }
    }

    /// Those of a resource.
    pub fn of_resource(resource: impl Into<ResourceId>) -> Self {
        Self {
            params: Params::default().with("resource_id", resource.into()),
        }
    }

    /// Those of all forms.
    pub fn all() -> Self {
        Self {
            params: Params::default().with("resource_id", -1_i64),
        }
    }

    switches! {
        /// Also the items that every form has, such as the name.
        include_standard_fields => "include_standard_fields" = true;
    }

    setters! {
        /// The site, with a metasite's key and no resource.
        site_id(SiteId) => "site_id";
    }
}

/// An item of a form.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct FormItem {
    /// The name, by which a reservation's properties have it.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// What the customer reads.
    #[serde(default, deserialize_with = "wire::text")]
    pub label: Option<String>,
    /// What it is.
    #[serde(default, rename = "type", deserialize_with = "wire::scalar")]
    pub kind: Option<FormItemType>,
    /// The choices of a dropdown, separated as Planyo has them.
    #[serde(default, deserialize_with = "wire::text")]
    pub dropdown_values: Option<String>,
    /// What it has before the customer changes it.
    #[serde(default, deserialize_with = "wire::text")]
    pub default_value: Option<String>,
    /// Whether the customer must fill it.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_required: Option<bool>,
    /// An explanation.
    #[serde(default, deserialize_with = "wire::text")]
    pub description: Option<String>,
    /// The resource whose form it is in.
    #[serde(default, deserialize_with = "wire::id")]
    pub resource_id: Option<ResourceId>,
    /// Whether the site added it: not one of those that every form has.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_custom_field: Option<bool>,
}

number_codes! {
    /// What an item of a form is (documented). Numbers from 9 on are special items, which this crate does not name.
    FormItemType {
        /// One of a list.
        Dropdown = 1,
        /// A line of text.
        Text = 2,
        /// Yes or no.
        Checkbox = 3,
        /// A checkbox that must be ticked.
        Agreement = 4,
        /// Several lines of text.
        TextArea = 5,
        /// One that the customer does not see.
        Hidden = 6,
        /// The title of a section.
        Section = 7,
        /// HTML.
        Html = 8,
    }
}

call! {
    /// `get_form_items` with `format=csv`: the form of a resource as a table, for [`SetFormItemsFromCsv`]. Where the
    /// answer has the table is unknown.
    GetFormItemsCsv: "get_form_items", Read -> Value, wire::any
}

impl GetFormItemsCsv {
    /// Of this resource.
    pub fn new(resource: impl Into<ResourceId>) -> Self {
        Self {
            params: Params::default()
                .with("resource_id", resource.into())
                .with("format", "csv"),
        }
    }

    switches! {
        /// Also the items that every form has, such as the name.
        include_standard_fields => "include_standard_fields" = true;
    }
}

call! {
    /// `set_form_items_from_csv`: replaces or extends a form with a table. Nothing but the name is known, so every
    /// parameter goes by [`param`](Self::param).
    SetFormItemsFromCsv: "set_form_items_from_csv", Unsafe -> Value, wire::any
}

nothing_required! {
    /// Without parameters yet.
    SetFormItemsFromCsv
}
