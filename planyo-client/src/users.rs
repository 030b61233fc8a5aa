//! Customers, which Planyo calls users.
//!
//! Facts: `list_users` and `get_user_data` are documented; the names of some fields of a listed user are
//! inferred from `get_user_data` (see [`User`]), and the answers of the writes come from third parties only.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::endpoint::{Endpoint, Params, Safety, setters};
use crate::pager::{Identified, Page, Paged};
use crate::types::{DetailLevel, Language, SiteId, SiteTime, UserId};
use crate::wire::{self, Record, Scalar};

/// A customer.
///
/// Only `id` is certain to be there; a missing, `null` or empty field is `None`. Confirmed for a listed user:
/// id, e-mail, registration time, properties, names. The other fields are used by third parties or stand in
/// `get_user_data`. Planyo sends no time of the last change.
///
/// `Debug` shows the id alone: the rest is personal data.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// The id.
    pub id: UserId,
    /// The optional Planyo login; not the e-mail address.
    #[serde(default, deserialize_with = "wire::text")]
    pub login: Option<String>,
    /// The e-mail address, by which Planyo tells customers apart.
    #[serde(default, deserialize_with = "wire::text")]
    pub email: Option<String>,
    /// When the customer was first known.
    #[serde(default, deserialize_with = "wire::time")]
    pub registration_time: Option<SiteTime>,
    /// Whether the address was verified by a mail.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_email_verified: Option<bool>,
    /// First name.
    #[serde(default, deserialize_with = "wire::text")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, deserialize_with = "wire::text")]
    pub last_name: Option<String>,
    /// Street, number and box in one line, as typed.
    #[serde(default, deserialize_with = "wire::text")]
    pub address: Option<String>,
    /// City.
    #[serde(default, deserialize_with = "wire::text")]
    pub city: Option<String>,
    /// Postcode.
    #[serde(default, deserialize_with = "wire::text")]
    pub zip: Option<String>,
    /// State or province.
    #[serde(default, deserialize_with = "wire::text")]
    pub state: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, deserialize_with = "wire::text")]
    pub country: Option<String>,
    /// Two capital letters. In `get_user_data`; unknown whether listings have it.
    #[serde(default, deserialize_with = "wire::text")]
    pub language: Option<String>,
    /// `get_user_data` includes the country code, in an unknown form; listings may not.
    #[serde(default, deserialize_with = "wire::text")]
    pub phone_number: Option<String>,
    /// The country code, such as `32`, where Planyo sends it apart (seen by one third party).
    #[serde(default, deserialize_with = "wire::text")]
    pub phone_country_code: Option<String>,
    /// As `phone_number`.
    #[serde(default, deserialize_with = "wire::text")]
    pub mobile_number: Option<String>,
    /// As `phone_country_code`.
    #[serde(default, deserialize_with = "wire::text")]
    pub mobile_country_code: Option<String>,
    /// How many reservations the customer made. Volatile.
    #[serde(default, deserialize_with = "wire::number")]
    pub reservation_count: Option<u64>,
    /// Custom properties by name (underscores for spaces), with [`DetailLevel::PROPERTIES`]. A property that
    /// was cleared is there with `None`.
    #[serde(default, deserialize_with = "wire::texts")]
    pub properties: BTreeMap<String, Option<String>>,
}

impl Identified for User {
    fn id(&self) -> u64 {
        self.id.get()
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id.get())
            .finish_non_exhaustive()
    }
}

/// Which of Planyo's two lists of customers is meant.
const BY_ADMIN: &str = "list_created_by_admin";

/// `list_users`: one list of customers, page by page.
///
/// Planyo lists customers with a confirmed reservation; [`include_unconfirmed`](Self::include_unconfirmed) adds
/// those without one, and [`created_by_admin`](Self::created_by_admin) lists those entered by an administrator
/// instead. No single call lists everybody: [`ListEverybody`] does.
///
/// ```no_run
/// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
/// use planyo_client::{DetailLevel, users::ListUsers};
///
/// let listing = ListUsers::new().last_name("Pee*").detail_level(DetailLevel::INFO | DetailLevel::PROPERTIES);
/// let mut pages = planyo.pages(listing);
/// while let Some(page) = pages.next_page().await? {
///     for user in page.records().iter().flatten() {
///         println!("{}", user.id);
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct ListUsers {
    params: Params,
    page: u32,
}

impl Default for ListUsers {
    fn default() -> Self {
        Self::new()
    }
}

impl ListUsers {
    /// The most that Planyo gives on a page, and what this crate asks for.
    pub const MAX_PAGE_SIZE: u32 = 1000;

    /// Customers with a confirmed reservation, in pages of 1000. No detail level is sent, for which Planyo sends no
    /// custom properties: [`User::properties`] is empty unless [`detail_level`](Self::detail_level) asks for them.
    #[must_use]
    pub fn new() -> Self {
        let mut params = Params::default();
        params.set("page_size", Self::MAX_PAGE_SIZE);
        Self { params, page: 0 }
    }

    /// Also customers without a confirmed reservation (second-hand).
    #[must_use]
    pub fn include_unconfirmed(mut self) -> Self {
        self.params.set("list_unconfirmed", true);
        self
    }

    /// Customers entered by an administrator, with or without a reservation, instead of the others.
    #[must_use]
    pub fn created_by_admin(mut self) -> Self {
        self.params.set(BY_ADMIN, true);
        self
    }

    /// What to send of each customer.
    #[must_use]
    pub fn detail_level(mut self, level: DetailLevel) -> Self {
        self.params.set("detail_level", level.bits());
        self
    }

    /// Customers on a page; 1000 at most, which is the default here (Planyo's own is 100).
    #[must_use]
    pub fn page_size(mut self, size: u32) -> Self {
        self.params
            .set("page_size", size.clamp(1, Self::MAX_PAGE_SIZE));
        self
    }

    /// The site, with a metasite's key.
    #[must_use]
    pub fn site_id(mut self, site: impl Into<SiteId>) -> Self {
        self.params.set("site_id", site.into().get());
        self
    }

    /// Only customers changed since (second-hand, so probe before you trust it).
    #[must_use]
    pub fn modified_since(mut self, time: chrono::NaiveDateTime) -> Self {
        self.params.set("modified_since", time);
        self
    }

    /// Only customers whose custom property has this value.
    #[must_use]
    pub fn property_is(mut self, property: &str, value: impl Into<String>) -> Self {
        self.params.set("user_filter_name", underscored(property));
        self.params.set("user_filter_value", value.into());
        self
    }

    /// Only customers whose custom property contains this text.
    #[must_use]
    pub fn property_contains(mut self, property: &str, text: impl Into<String>) -> Self {
        self.params.set("user_filter_name", underscored(property));
        self.params.set("user_filter_value_inc", text.into());
        self
    }

    setters! {
        /// Only this first name; `*` stands for any text.
        first_name(String) => "first_name";
        /// Only this last name; `*` stands for any text.
        last_name(String) => "last_name";
        /// Only this e-mail address.
        email(String) => "email";
        /// Only this address line; `*` stands for any text (second-hand).
        address(String) => "address";
        /// Only this city (second-hand).
        city(String) => "city";
        /// Only this postcode; `*` stands for any text (second-hand).
        zip(String) => "zip";
        /// Only this country, in two letters (second-hand).
        country(String) => "country";
        /// Only this phone number, without the country code; `*` stands for any text (second-hand).
        phone_number(String) => "phone_number";
        /// Only this country code, such as `32` (second-hand).
        phone_country_code(String) => "phone_country_code";
        /// Only this mobile number, without the country code (second-hand).
        mobile_number(String) => "mobile_number";
        /// Only this country code of the mobile number (second-hand).
        mobile_country_code(String) => "mobile_country_code";
    }
}

impl Endpoint for ListUsers {
    type Output = Page<User>;

    fn method(&self) -> &'static str {
        "list_users"
    }

    fn safety(&self) -> Safety {
        Safety::Read
    }

    fn params(&self, params: &mut Params) {
        params.extend(&self.params);
        params.set("page", self.page);
    }

    fn parse(&self, data: &RawValue) -> serde_json::Result<Page<User>> {
        Page::parse(data, "users")
    }
}

impl Paged for ListUsers {
    type Item = User;
    type Request = Self;

    fn first(&self) -> Self {
        Self {
            page: 0,
            ..self.clone()
        }
    }

    fn following(&self, request: &Self) -> Self {
        Self {
            page: request.page + 1,
            ..request.clone()
        }
    }

    fn page_size(&self, request: &Self) -> Option<u32> {
        request.params.get("page_size")?.parse().ok()
    }
}

/// Every customer of the site: those with any reservation, then those entered by an administrator, each once.
///
/// Planyo has no call for it. The two lists overlap; a customer on both is given once.
///
/// ```no_run
/// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
/// use planyo_client::users::ListEverybody;
///
/// let everybody = planyo.pages(ListEverybody::new()).all().await?;
/// println!("{} customers, {} unreadable", everybody.records.len(), everybody.invalid.len());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct ListEverybody {
    list: ListUsers,
}

impl Default for ListEverybody {
    fn default() -> Self {
        Self::new()
    }
}

/// Everybody whom these filters find, with the detail level of the list. Which of the lists it asked for does not
/// matter: it becomes both.
impl From<ListUsers> for ListEverybody {
    fn from(list: ListUsers) -> Self {
        let mut list = list.include_unconfirmed();
        list.params.remove(BY_ADMIN);
        Self { list }
    }
}

impl ListEverybody {
    /// Everybody, with custom properties.
    #[must_use]
    pub fn new() -> Self {
        let list = ListUsers::new()
            .include_unconfirmed()
            .detail_level(DetailLevel::INFO | DetailLevel::PROPERTIES);
        Self { list }
    }

    /// What to send of each customer; names, addresses and custom properties if not set.
    #[must_use]
    pub fn detail_level(mut self, level: DetailLevel) -> Self {
        self.list = self.list.detail_level(level);
        self
    }

    /// The site, with a metasite's key.
    #[must_use]
    pub fn site_id(mut self, site: impl Into<SiteId>) -> Self {
        self.list = self.list.site_id(site);
        self
    }

    /// Customers on a page; 1000 at most and by default.
    #[must_use]
    pub fn page_size(mut self, size: u32) -> Self {
        self.list = self.list.page_size(size);
        self
    }
}

impl Paged for ListEverybody {
    type Item = User;
    type Request = ListUsers;

    fn first(&self) -> ListUsers {
        self.list.first()
    }

    fn following(&self, request: &ListUsers) -> ListUsers {
        request.following(request)
    }

    fn page_size(&self, request: &ListUsers) -> Option<u32> {
        Paged::page_size(request, request)
    }

    fn after_last(&self, request: &ListUsers) -> Option<ListUsers> {
        let by_admin = request.params.get(BY_ADMIN).is_some();
        (!by_admin).then(|| self.first().created_by_admin())
    }
}

/// `get_user_data`: one customer, by id or by e-mail address.
///
/// Planyo finds customers with a reservation, entered by an administrator, or administering the site. An unknown
/// one is [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput).
#[derive(Clone, Debug)]
pub struct GetUser {
    params: Params,
}

impl GetUser {
    /// By id, with custom properties.
    #[must_use]
    pub fn by_id(id: impl Into<UserId>) -> Self {
        Self::by("user_id", id.into().to_string())
    }

    /// By e-mail address, with custom properties.
    #[must_use]
    pub fn by_email(email: impl Into<String>) -> Self {
        Self::by("email", email.into())
    }

    fn by(name: &'static str, value: String) -> Self {
        let mut params = Params::default();
        params.set(name, value);
        Self { params }.detail_level(DetailLevel::INFO | DetailLevel::PROPERTIES)
    }

    /// What to send of the customer.
    #[must_use]
    pub fn detail_level(mut self, level: DetailLevel) -> Self {
        self.params.set("detail_level", level.bits());
        self
    }

    /// The site, with a metasite's key.
    #[must_use]
    pub fn site_id(mut self, site: impl Into<SiteId>) -> Self {
        self.params.set("site_id", site.into().get());
        self
    }
}

impl Endpoint for GetUser {
    type Output = Record<User>;

    fn method(&self) -> &'static str {
        "get_user_data"
    }

    fn safety(&self) -> Safety {
        Safety::Read
    }

    fn params(&self, params: &mut Params) {
        params.extend(&self.params);
    }

    fn parse(&self, data: &RawValue) -> serde_json::Result<Record<User>> {
        Record::parse(data)
    }
}

/// `add_user`: enters a customer, or **changes the one that has this e-mail address**.
///
/// Planyo tells customers apart by e-mail: if there is one already, its details and properties are overwritten;
/// only its login is kept. That makes a repeat harmless ([`Safety::Idempotent`]).
#[derive(Clone, Debug)]
pub struct AddUser {
    params: Params,
}

impl AddUser {
    /// With the two fields that Planyo requires.
    #[must_use]
    pub fn new(email: impl Into<String>, first_name: impl Into<String>) -> Self {
        let mut params = Params::default();
        params.set("email", email.into());
        params.set("first_name", first_name.into());
        Self { params }
    }

    /// A login name with a password, for a customer who is not there yet.
    #[must_use]
    pub fn login(mut self, name: impl Into<String>, password: &SecretString) -> Self {
        self.params.set("user_login", name.into());
        self.params.set("user_password", password.expose_secret());
        self
    }

    /// The administrator of resources who enters the customer.
    #[must_use]
    pub fn entered_by(mut self, admin: impl Into<UserId>) -> Self {
        self.params.set("admin_user_id", admin.into().get());
        self
    }
}

/// `modify_user`: changes the fields that are set, and no other.
///
/// Planyo finds customers entered by your administrators or with a reservation on your site, unless they also
/// booked on sites you do not administer.
///
/// With [`new_email`](Self::new_email), a customer found [`by_email`](Self::by_email) is not there any more once the
/// call is done: after a lost answer the repeat may say that there is no such customer. Then the first one did it, and
/// the error [is unknown](crate::Error::is_outcome_unknown).
#[derive(Clone, Debug)]
pub struct ModifyUser {
    params: Params,
}

impl ModifyUser {
    /// The customer with this id.
    #[must_use]
    pub fn by_id(id: impl Into<UserId>) -> Self {
        Self::by("user_id", id.into().to_string())
    }

    /// The customer with this e-mail address.
    #[must_use]
    pub fn by_email(email: impl Into<String>) -> Self {
        Self::by("email", email.into())
    }

    /// The customer with this login name.
    #[must_use]
    pub fn by_login(login: impl Into<String>) -> Self {
        Self::by("user_login", login.into())
    }

    fn by(name: &'static str, value: String) -> Self {
        let mut params = Params::default();
        params.set(name, value);
        Self { params }
    }

    setters! {
        /// First name.
        first_name(String) => "first_name";
        /// Another e-mail address. See the note on the type.
        new_email(String) => "new_email";
        /// Whether the address counts as verified.
        email_verified(bool) => "email_verified";
        /// Whether reservations need no approval (second-hand).
        preapproved(bool) => "is_preapproved";
        /// Whether reservations are refused (second-hand).
        banned(bool) => "is_banned";
    }
}

/// The setters that entering and changing a customer share.
macro_rules! details {
    ($($request:ident)*) => {
        $(impl $request {
            setters! {
                /// Last name.
                last_name(String) => "last_name";
                /// Street, number and box in one line.
                address(String) => "address";
                /// City.
                city(String) => "city";
                /// Postcode.
                zip(String) => "zip";
                /// State or province.
                state(String) => "state";
                /// ISO 3166-1 alpha-2.
                country(String) => "country";
            }

            /// The phone: country code such as `32`, and the number without it and without a leading zero.
            #[must_use]
            pub fn phone(mut self, country_code: impl Into<String>, number: impl Into<String>) -> Self {
                self.params.set("phone_country_code", country_code.into());
                self.params.set("phone", number.into());
                self
            }

            /// The mobile phone, in the same two parts.
            #[must_use]
            pub fn mobile(mut self, country_code: impl Into<String>, number: impl Into<String>) -> Self {
                self.params.set("mobile_country_code", country_code.into());
                self.params.set("mobile", number.into());
                self
            }

            /// The language of messages to the customer.
            #[must_use]
            #[allow(clippy::needless_pass_by_value)] // As every other setter.
            pub fn language(mut self, language: Language) -> Self {
                self.params.set("user_language", language.as_str());
                self
            }

            /// A custom property. Spaces in its name become underscores, as Planyo writes them.
            #[must_use]
            pub fn property(mut self, name: &str, value: impl Into<String>) -> Self {
                self.params.set(format!("prop_user_{}", underscored(name)), value.into());
                self
            }

            /// The site, with a metasite's key (not in Planyo's documentation of this method).
            #[must_use]
            pub fn site_id(mut self, site: impl Into<SiteId>) -> Self {
                self.params.set("site_id", site.into().get());
                self
            }
        }

        impl Endpoint for $request {
            type Output = SavedUser;

            fn method(&self) -> &'static str {
                $request::METHOD
            }

            fn safety(&self) -> Safety {
                Safety::Idempotent
            }

            fn params(&self, params: &mut Params) {
                params.extend(&self.params);
            }

            fn parse(&self, data: &RawValue) -> serde_json::Result<SavedUser> {
                // Whatever the answer looks like, the write was accepted.
                Ok(SavedUser::read(data))
            }
        })*
    };
}

details!(AddUser ModifyUser);

impl AddUser {
    const METHOD: &'static str = "add_user";
}

impl ModifyUser {
    const METHOD: &'static str = "modify_user";
}

/// The answer to [`AddUser`] and [`ModifyUser`]. Its shape is known from a third party only, so that every part
/// may be missing; ask [`GetUser::by_email`] for the id then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SavedUser {
    /// The customer's id.
    pub user_id: Option<UserId>,
    /// Whether the customer was entered now, and not there before.
    pub is_new: Option<bool>,
}

impl SavedUser {
    /// An id alone, or an object that has it under one of three names, or under several.
    fn read(data: &RawValue) -> Self {
        if let Ok(id) = serde_json::from_str(data.get()) {
            return Self {
                user_id: Some(id),
                is_new: None,
            };
        }
        let fields: BTreeMap<String, Scalar<'_>> =
            serde_json::from_str(data.get()).unwrap_or_default();
        let id = ["user_id", "id", "new_user_id"]
            .iter()
            .find_map(|name| fields.get(*name)?.as_u64());
        Self {
            user_id: id.map(UserId::from),
            is_new: fields.get("is_new").and_then(Scalar::as_bool),
        }
    }
}

/// `remove_user`: deletes a customer without reservations, or with cancelled ones only.
///
/// A customer with a reservation is [`ErrorKind::Refused`](crate::ErrorKind::Refused) or another code. After a
/// lost answer the repeat may say that there is no such customer. Then the first one did it, and the error
/// [is unknown](crate::Error::is_outcome_unknown).
#[derive(Clone, Debug)]
pub struct RemoveUser {
    params: Params,
}

impl RemoveUser {
    /// The customer with this id.
    #[must_use]
    pub fn new(id: impl Into<UserId>) -> Self {
        let mut params = Params::default();
        params.set("user_id", id.into().get());
        Self { params }
    }

    /// The site, with a metasite's key.
    #[must_use]
    pub fn site_id(mut self, site: impl Into<SiteId>) -> Self {
        self.params.set("site_id", site.into().get());
        self
    }
}

impl Endpoint for RemoveUser {
    type Output = ();

    fn method(&self) -> &'static str {
        "remove_user"
    }

    fn safety(&self) -> Safety {
        Safety::Idempotent
    }

    fn params(&self, params: &mut Params) {
        params.extend(&self.params);
    }

    fn parse(&self, _: &RawValue) -> serde_json::Result<()> {
        Ok(())
    }
}

/// `list_custom_user_properties`: the properties a site keeps of its customers beyond the usual ones.
#[derive(Clone, Debug, Default)]
pub struct ListCustomUserProperties {
    params: Params,
}

impl ListCustomUserProperties {
    /// All of them.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The site, with a metasite's key.
    #[must_use]
    pub fn site_id(mut self, site: impl Into<SiteId>) -> Self {
        self.params.set("site_id", site.into().get());
        self
    }
}

impl Endpoint for ListCustomUserProperties {
    type Output = Vec<CustomUserProperty>;

    fn method(&self) -> &'static str {
        "list_custom_user_properties"
    }

    fn safety(&self) -> Safety {
        Safety::Read
    }

    fn params(&self, params: &mut Params) {
        params.extend(&self.params);
    }

    fn parse(&self, data: &RawValue) -> serde_json::Result<Vec<CustomUserProperty>> {
        wire::list(data, "custom_user_properties")
    }
}

/// A custom property's definition.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct CustomUserProperty {
    /// The name with underscores for spaces, by which [`User::properties`] has it.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// What values it takes.
    #[serde(default, rename = "type", deserialize_with = "kind")]
    pub kind: Option<PropertyKind>,
    /// The choices of a dropdown, separated by commas.
    #[serde(default, deserialize_with = "wire::text")]
    pub dropdown_values: Option<String>,
    /// The value of a customer who has none.
    #[serde(default, deserialize_with = "wire::text")]
    pub default_value: Option<String>,
    /// The item of the reservation form that fills it.
    #[serde(default, deserialize_with = "wire::text")]
    pub form_item_name: Option<String>,
}

/// What values a custom property takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PropertyKind {
    /// One of a list (1).
    Dropdown,
    /// Any text (2).
    Text,
    /// Yes or no (3).
    YesNo,
    /// A number this crate does not know.
    Other(u64),
}

fn kind<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<PropertyKind>, D::Error> {
    Ok(wire::number(deserializer)?.map(|kind| match kind {
        1 => PropertyKind::Dropdown,
        2 => PropertyKind::Text,
        3 => PropertyKind::YesNo,
        other => PropertyKind::Other(other),
    }))
}

fn underscored(property: &str) -> String {
    property.replace(' ', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_saved_user_comes_in_many_forms() {
        let saved = |json: &str| {
            let data = RawValue::from_string(json.to_owned()).unwrap();
            AddUser::new("", "").parse(&data).unwrap()
        };
        for json in [
            r#"{"user_id":5,"id":5}"#,
            r#"{"new_user_id":"5","is_new":1}"#,
            r#"{"id":"5","new_user_id":6}"#,
            r#"{"user_id":null,"id":5}"#,
            r#"{"user_id":5,"groups":[{"a":1}]}"#,
            "5",
            "\"5\"",
            " 5 ",
        ] {
            assert_eq!(saved(json).user_id, Some(UserId::from(5)), "{json}");
        }
        assert_eq!(saved(r#"{"user_id":5,"is_new":"1"}"#).is_new, Some(true));
        for json in ["[]", "[5]", "{}", "null", "true", "\"ok\"", "-5"] {
            assert_eq!(saved(json), SavedUser::default(), "{json}");
        }
    }
}
