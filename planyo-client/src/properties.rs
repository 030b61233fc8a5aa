//! Custom properties of sites, resources, reservations and customers, and their definitions.
//!
//! Names are sent with underscores for spaces, as Planyo keeps them. Properties of a resource are read back in lower case
//! (seen by a third party). The definitions of customers' properties are in
//! [`users::ListCustomUserProperties`](crate::users::ListCustomUserProperties).

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::macros::{call, lists, setters, text_codes};
use crate::params::{Params, commas, underscored};
use crate::types::{Language, ReservationId, ResourceId, SiteId, UserId};
use crate::wire::{self, Record};

/// What a custom property belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PropertyOf {
    /// A site.
    Site(SiteId),
    /// A resource.
    Resource(ResourceId),
    /// A reservation.
    Reservation(ReservationId),
    /// A customer.
    User(UserId),
}

impl PropertyOf {
    fn params(self) -> Params {
        let (kind, id) = match self {
            Self::Site(id) => ("site", id.get()),
            Self::Resource(id) => ("resource", id.get()),
            Self::Reservation(id) => ("reservation", id.get()),
            Self::User(id) => ("user", id.get()),
        };
        Params::default().with("type", kind).with("id", id)
    }

    fn property(self, name: &str) -> Params {
        self.params().with("name", underscored(name))
    }
}

macro_rules! property_of {
    ($($id:ident => $kind:ident)*) => {
        $(impl From<$id> for PropertyOf {
            fn from(id: $id) -> Self {
                Self::$kind(id)
            }
        })*
    };
}

property_of!(SiteId => Site ResourceId => Resource ReservationId => Reservation UserId => User);

call! {
    /// `get_custom_property`: one property.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::UserId;
    /// use planyo_client::properties::GetCustomProperty;
    ///
    /// let vat = planyo.send(GetCustomProperty::new(UserId::from(838_829), "VAT number")).await?;
    /// println!("{}", vat.value.as_deref().unwrap_or("none"));
    /// # Ok(()) }
    /// ```
    GetCustomProperty: "get_custom_property", Read -> Record<PropertyValue>, Record::parse
}

impl GetCustomProperty {
    /// The property with this name.
    pub fn new(of: impl Into<PropertyOf>, name: &str) -> Self {
        Self {
            params: of.into().property(name),
        }
    }
}

call! {
    /// `set_custom_property`: sets one property, and answers with its value.
    ///
    /// A prefix of the name has a meaning: `hidden_` hides a property; a property of a reservation that is no item of its
    /// form is lost at the next edit unless it has `fixed_` or `hidden_fixed_`; `hidden_name` of a resource is its
    /// translated name.
    SetCustomProperty: "set_custom_property", Idempotent -> Record<PropertyValue>, Record::of_write
}

impl SetCustomProperty {
    /// Gives the property with this name a value.
    pub fn new(of: impl Into<PropertyOf>, name: &str, value: impl Into<String>) -> Self {
        Self {
            params: of.into().property(name).with("value", value.into()),
        }
    }

    setters! {
        /// The language of a translated property of a resource.
        language(Language) => "language";
    }
}

/// The value of a property. `Debug` does not show it.
#[derive(Clone, Default, Deserialize)]
#[non_exhaustive]
pub struct PropertyValue {
    /// The value. Planyo sends none for a property that was not found, and none for one that was cleared.
    #[serde(default, deserialize_with = "wire::text")]
    pub value: Option<String>,
}

impl fmt::Debug for PropertyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PropertyValue").finish_non_exhaustive()
    }
}

call! {
    /// `set_custom_properties`: sets up to 50 properties of one object in one call.
    ///
    /// The prefixes of [`SetCustomProperty`] hold here too.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use planyo_client::UserId;
    /// use planyo_client::properties::SetCustomProperties;
    ///
    /// let properties = [("VAT number", "BE0403170701"), ("Language of invoices", "NL")];
    /// planyo.send(SetCustomProperties::new(UserId::from(838_829), properties)?).await?;
    /// # Ok(()) }
    /// ```
    SetCustomProperties: "set_custom_properties", Idempotent -> Record<SetProperties>, Record::of_write
}

impl SetCustomProperties {
    /// The most properties that Planyo takes in one call.
    pub const MOST: usize = 50;

    /// Gives each property a value.
    ///
    /// # Errors
    /// When Planyo could not tell what is meant: see [`InvalidProperties`].
    pub fn new<'a>(
        of: impl Into<PropertyOf>,
        properties: impl IntoIterator<Item = (&'a str, impl Into<String>)>,
    ) -> Result<Self, InvalidProperties> {
        let mut names = BTreeSet::new();
        let mut values = Params::default();
        for (name, value) in properties {
            let name = underscored(name);
            if !is_sendable(&name) {
                return Err(InvalidProperties::Name(name));
            }
            if !names.insert(name.clone()) {
                return Err(InvalidProperties::Twice(name));
            }
            values.set(name, value.into());
        }
        if names.is_empty() || names.len() > Self::MOST {
            return Err(InvalidProperties::Number(names.len()));
        }
        let mut params = of.into().params().with("names", commas(names));
        params.extend(&values);
        Ok(Self { params })
    }
}

/// Whether a name survives the list of names, the parameters of the call, and PHP, which writes `_` for a dot or an opening
/// bracket in the name of a parameter.
fn is_sendable(name: &str) -> bool {
    const TAKEN: [&str; 10] = [
        "type",
        "id",
        "names",
        "method",
        "api_key",
        "hash_key",
        "hash_timestamp",
        "language",
        "site_id",
        "version",
    ];
    !name.trim().is_empty() && !name.contains([',', '.', '[']) && !TAKEN.contains(&name)
}

/// Why properties cannot be set in one call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidProperties {
    /// There is none, or there are more than [`SetCustomProperties::MOST`].
    #[error("one call sets 1 to 50 properties, not {0}")]
    Number(usize),
    /// The name is empty, has a comma, a dot or a bracket, or is that of another parameter, such as `type`. Set it by
    /// [`SetCustomProperty`], which takes any name.
    #[error(
        "the property `{0}` cannot be set together with others, since its name is taken or has a sign that none may have: set it alone"
    )]
    Name(String),
    /// The name is there twice, perhaps once with spaces and once with underscores.
    #[error("the property `{0}` is there twice")]
    Twice(String),
}

/// What [`SetCustomProperties`] has set.
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct SetProperties {
    /// The names of the properties.
    #[serde(default, deserialize_with = "wire::comma_list")]
    pub names: Vec<String>,
}

call! {
    /// `delete_custom_property`: deletes one property of one object. A retry may say that there is none.
    DeleteCustomProperty: "delete_custom_property", Idempotent -> (), wire::nothing
}

impl DeleteCustomProperty {
    /// The property with this name.
    pub fn new(of: impl Into<PropertyOf>, name: &str) -> Self {
        Self {
            params: of.into().property(name),
        }
    }
}

call! {
    /// `add_custom_property_definition`: defines a property that every resource has, or with a metasite's key every site.
    /// What it answers is unknown.
    AddCustomPropertyDefinition: "add_custom_property_definition", Unsafe -> Value, wire::any
}

impl AddCustomPropertyDefinition {
    /// A text property of resources, if nothing else is set. The name goes as it is: it is what people read.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            params: Params::default().with("name", name.into()),
        }
    }

    setters! {
        /// What values it takes.
        property_type(PropertyType) => "type";
        /// How customers can search for it; without it they cannot.
        search_condition(SearchCondition) => "search_condition";
        /// What has the property.
        scope(PropertyScope) => "scope";
        /// A remark that administrators see.
        comment(String) => "comment";
    }

    lists! {
        /// The choices, which a dropdown needs. None may have a comma.
        possible_values(String) => "possible_values";
        /// Other names. None may have a comma.
        aliases(String) => "aliases";
    }
}

call! {
    /// `get_custom_property_definition`: how a property is defined.
    GetCustomPropertyDefinition: "get_custom_property_definition", Read -> Record<PropertyDefinition>, Record::parse
}

call! {
    /// `remove_custom_property_definition`: removes a definition. Its parameters are a guess, made after
    /// [`GetCustomPropertyDefinition`]. A retry may say that there is none.
    RemoveCustomPropertyDefinition: "remove_custom_property_definition", Idempotent -> (), wire::nothing
}

macro_rules! definition {
    ($($request:ident)*) => {
        $(impl $request {
            /// The property with this name, of resources if no scope is set.
            pub fn new(name: impl Into<String>) -> Self {
                Self {
                    params: Params::default().with("name", name.into()),
                }
            }

            setters! {
                /// What has the property.
                scope(PropertyScope) => "scope";
            }
        })*
    };
}

definition!(GetCustomPropertyDefinition RemoveCustomPropertyDefinition);

/// How a property is defined. Planyo's own list of fields goes on, where it could not be read: see the raw record.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct PropertyDefinition {
    /// The name.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// The name in the language of the call.
    #[serde(default, deserialize_with = "wire::text")]
    pub translated_name: Option<String>,
    /// What values it takes.
    #[serde(default, rename = "type", deserialize_with = "wire::scalar")]
    pub property_type: Option<PropertyType>,
    /// The choices of a dropdown.
    #[serde(default, deserialize_with = "wire::comma_list")]
    pub possible_values: Vec<String>,
    /// The choices in the language of the call.
    #[serde(default, deserialize_with = "wire::comma_list")]
    pub translated_values: Vec<String>,
    /// How customers can search for it.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub search_condition: Option<SearchCondition>,
    /// The value of a customer who has none; only of customers' properties.
    #[serde(default, deserialize_with = "wire::text")]
    pub default_value: Option<String>,
    /// The item of the reservation form that fills it; only of customers' properties.
    #[serde(default, deserialize_with = "wire::text")]
    pub form_item_name: Option<String>,
}

text_codes! {
    /// What values a property takes (documented).
    PropertyType {
        /// Any text: the usual one.
        Text = "text",
        /// One of a list.
        Dropdown = "dropdown",
        /// Yes or no.
        Checkbox = "checkbox",
        /// A text of several lines.
        Textarea = "textarea",
        /// Several of a list.
        MultipleCheckboxes = "multiple_checkboxes",
        /// Coordinates.
        Gps = "gps",
        /// A number of persons.
        Persons = "persons",
        /// A web address.
        Url = "url",
        /// A tax rate in percent.
        TaxRate = "tax_rate",
    }
}

text_codes! {
    /// What has a property (documented; `user` on newer pages only).
    PropertyScope {
        /// Resources, if nothing is said.
        Resource = "resource",
        /// Customers; only for reading a definition.
        User = "user",
        /// Sites, with a metasite's key.
        Site = "site",
    }
}

text_codes! {
    /// How what a customer searches for is compared with a property. Planyo's documentation has the codes; what those after
    /// `lt` mean is inferred from their names.
    SearchCondition {
        /// Equal.
        Equal = "eq",
        /// At least.
        GreaterOrEqual = "gte",
        /// More.
        Greater = "gt",
        /// At most.
        LessOrEqual = "lte",
        /// Less.
        Less = "lt",
        /// One of several values.
        MultipleValues = "mv_",
        /// The second form of several values.
        MultipleValues2 = "m2_",
        /// Contains the text.
        Contains = "cnt",
        /// Is checked.
        Checked = "chk",
    }
}
