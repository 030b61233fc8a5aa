//! Customers, which Planyo calls users.
//!
//! Facts: `list_users` and `get_user_data` are documented; the names of some fields of a listed user are
//! inferred from `get_user_data` (see [`User`]), and the answers of the writes come from third parties only.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDateTime;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::macros::{
    call, flags, nothing_required, number_codes, person, setters, sized_pages, switches, text_codes,
};
use crate::page::Page;
use crate::page::Paged;
use crate::params::{Params, underscored};
use crate::plumbing::secret::Secret;
use crate::types::{AmountOrPercent, Language, SiteId, SiteTime, UserId};
use crate::wire::{self, Entry, Identified, Record};

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
    /// The e-mail address, by which Planyo distinguishes customers.
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
    /// ISO 3166-1 alpha-2; a site may send a name instead.
    #[serde(default, deserialize_with = "wire::text")]
    pub country: Option<String>,
    /// ISO 3166-1 alpha-2, where Planyo sends it beside a name in `country` (a guess).
    #[serde(default, deserialize_with = "wire::text")]
    pub country_code: Option<String>,
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
    /// When the last of them was (second-hand). Volatile.
    #[serde(default, deserialize_with = "wire::time")]
    pub last_reservation: Option<SiteTime>,
    /// Custom properties by name (underscores for spaces), with [`UserDetail::PROPERTIES`]. A property that
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

flags! {
    /// How much of a customer a method returns.
    ///
    /// ```
    /// use planyo_client::users::UserDetail;
    /// assert_eq!((UserDetail::INFO | UserDetail::PROPERTIES).bits(), 5);
    /// ```
    UserDetail {
        /// Names, contact data and address. What Planyo sends when no level is given.
        INFO = 1,
        /// Custom properties.
        PROPERTIES = 4,
        /// What is known of the customer's reservations (`get_user_data` only).
        RESERVATIONS = 8,
        /// Preapproval and ban (`get_user_data` only; the names of the answer's fields are unknown, read them from
        /// the raw record).
        APPROVAL = 16,
    }
}

/// Which of Planyo's two lists of customers is meant.
const BY_ADMIN: &str = "list_created_by_admin";

call! {
    /// `list_users`: one list of customers, page by page.
    ///
    /// Planyo lists customers with a confirmed reservation; [`include_unconfirmed`](Self::include_unconfirmed) adds
    /// those without one, and [`created_by_admin`](Self::created_by_admin) lists those entered by an administrator
    /// instead. No single call lists all customers: [`ListAllUsers`] makes both.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::users::{ListUsers, UserDetail};
    ///
    /// let listing = ListUsers::new().last_name("Pee*").detail_level(UserDetail::INFO | UserDetail::PROPERTIES);
    /// let mut pages = planyo.pages(listing);
    /// while let Some(page) = pages.next_page().await? {
    ///     for user in page.records().iter().flatten() {
    ///         println!("{}", user.id);
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ListUsers: "list_users", Read -> Page<User>, |data| Page::parse(data, "users")
}

sized_pages! {
    /// Customers with a confirmed reservation, in pages of 1000. No detail level is sent, for which Planyo sends no
    /// custom properties: [`User::properties`] is empty unless [`detail_level`](Self::detail_level) asks for them.
    ListUsers of User, 1000
}

impl ListUsers {
    switches! {
        /// Also customers without a confirmed reservation (second-hand).
        include_unconfirmed => "list_unconfirmed" = true;
        /// Customers entered by an administrator, with or without a reservation, instead of the others.
        created_by_admin => "list_created_by_admin" = true;
    }

    setters! {
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
    }

    /// Only customers whose custom property has this value.
    pub fn property_is(mut self, property: &str, value: impl Into<String>) -> Self {
        self.params.set("user_filter_name", underscored(property));
        self.params.set("user_filter_value", value.into());
        self
    }

    /// Only customers whose custom property contains this text.
    pub fn property_contains(mut self, property: &str, text: impl Into<String>) -> Self {
        self.params.set("user_filter_name", underscored(property));
        self.params.set("user_filter_value_inc", text.into());
        self
    }

    setters! {
        /// What to send of each customer.
        detail_level(UserDetail) => "detail_level";
        /// Only customers changed since (second-hand, so check it with your site).
        modified_since(NaiveDateTime) => "modified_since";
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

/// Every customer of the site: those with any reservation, then those entered by an administrator, each once.
///
/// Planyo has no call for it. The two lists overlap; a customer on both is given once.
///
/// ```no_run
/// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
/// use planyo_client::users::ListAllUsers;
///
/// let users = planyo.pages(ListAllUsers::new()).all().await?;
/// println!("{} customers, {} unreadable", users.records.len(), users.invalid.len());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a listing does nothing until its pages are asked for"]
pub struct ListAllUsers {
    list: ListUsers,
}

impl Default for ListAllUsers {
    fn default() -> Self {
        Self::new()
    }
}

/// Every customer that these filters find, with the detail level of the list. Which of the lists it asked for does not
/// matter: it becomes both.
impl From<ListUsers> for ListAllUsers {
    fn from(list: ListUsers) -> Self {
        let mut list = list.include_unconfirmed();
        list.params.remove(BY_ADMIN);
        Self { list }
    }
}

impl ListAllUsers {
    /// Every customer, with custom properties.
    pub fn new() -> Self {
        let list = ListUsers::new()
            .include_unconfirmed()
            .detail_level(UserDetail::INFO | UserDetail::PROPERTIES);
        Self { list }
    }

    /// What to send of each customer. Default: names, addresses and custom properties.
    pub fn detail_level(mut self, level: UserDetail) -> Self {
        self.list = self.list.detail_level(level);
        self
    }

    /// The site, with a metasite's key.
    pub fn site_id(mut self, site: impl Into<SiteId>) -> Self {
        self.list = self.list.site_id(site);
        self
    }

    /// Customers on a page; 1000 at most and by default.
    pub fn page_size(mut self, size: u32) -> Self {
        self.list = self.list.page_size(size);
        self
    }
}

impl Paged for ListAllUsers {
    type Item = User;
    type Request = ListUsers;

    fn first(&self) -> ListUsers {
        self.list.first()
    }

    fn at_page(&self, request: &ListUsers, number: u32) -> ListUsers {
        Paged::at_page(request, request, number)
    }

    fn page_size(&self, request: &ListUsers) -> Option<u32> {
        Paged::page_size(request, request)
    }

    fn after_last(&self, request: &ListUsers) -> Option<ListUsers> {
        let by_admin = request.params.get(BY_ADMIN).is_some();
        (!by_admin).then(|| self.first().created_by_admin())
    }
}

call! {
    /// `get_user_data`: one customer, by id or by e-mail address.
    ///
    /// Planyo finds customers with a reservation, entered by an administrator, or administering the site. An unknown
    /// one is [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput).
    GetUser: "get_user_data", Read -> Record<User>, Record::parse
}

impl GetUser {
    /// By id, with custom properties.
    pub fn by_id(id: impl Into<UserId>) -> Self {
        Self::by("user_id", id.into().to_string())
    }

    /// By e-mail address, with custom properties.
    pub fn by_email(email: impl Into<String>) -> Self {
        Self::by("email", email.into())
    }

    fn by(name: &'static str, value: String) -> Self {
        Self {
            params: Params::default().with(name, value),
        }
        .detail_level(UserDetail::INFO | UserDetail::PROPERTIES)
    }

    setters! {
        /// What to send of the customer.
        detail_level(UserDetail) => "detail_level";
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
    }
}

call! {
    /// `add_user`: enters a customer, or **changes the one that has this e-mail address**.
    ///
    /// Planyo distinguishes customers by e-mail: if there is one already, its details and properties are overwritten;
    /// only its login is kept. That makes a retry harmless ([`Safety::Idempotent`](crate::Safety::Idempotent)).
    AddUser: "add_user", Idempotent -> SavedUser, SavedUser::parse
}

impl AddUser {
    /// With the two fields that Planyo requires.
    pub fn new(email: impl Into<String>, first_name: impl Into<String>) -> Self {
        Self {
            params: Params::default()
                .with("email", email.into())
                .with("first_name", first_name.into()),
        }
    }

    /// A login name with a password, for a customer who is not there yet.
    pub fn login(mut self, name: impl Into<String>, password: &Secret) -> Self {
        self.params.set("user_login", name.into());
        self.params.set("user_password", password.expose());
        self
    }

    /// The administrator of resources who enters the customer.
    pub fn entered_by(mut self, admin: impl Into<UserId>) -> Self {
        self.params.set("admin_user_id", admin.into().get());
        self
    }
}

call! {
    /// `modify_user`: changes the fields that are set, and no other.
    ///
    /// Planyo finds customers entered by your administrators or with a reservation on your site, unless they also
    /// booked on sites you do not administer.
    ///
    /// With [`new_email`](Self::new_email), a customer found [`by_email`](Self::by_email) is not there any more once the
    /// call is done: after a lost answer the retry may say that there is no such customer. Then the first one did it, and
    /// the error [is unknown](crate::Error::is_outcome_unknown).
    ModifyUser: "modify_user", Idempotent -> SavedUser, SavedUser::parse
}

impl ModifyUser {
    /// The customer with this id.
    pub fn by_id(id: impl Into<UserId>) -> Self {
        Self::by("user_id", id.into().to_string())
    }

    /// The customer with this e-mail address.
    pub fn by_email(email: impl Into<String>) -> Self {
        Self::by("email", email.into())
    }

    /// The customer with this login name.
    pub fn by_login(login: impl Into<String>) -> Self {
        Self::by("user_login", login.into())
    }

    fn by(name: &'static str, value: String) -> Self {
        Self {
            params: Params::default().with(name, value),
        }
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
                /// The language of messages to the customer.
                language(Language) => "user_language";
                /// The site, with a metasite's key (not in Planyo's documentation of this method).
                site_id(SiteId) => "site_id";
            }

            /// The phone: country code such as `32`, and the number without it and without a leading zero.
            pub fn phone(mut self, country_code: impl Into<String>, number: impl Into<String>) -> Self {
                self.params.set("phone_country_code", country_code.into());
                self.params.set("phone", number.into());
                self
            }

            /// The mobile phone, in the same two parts.
            pub fn mobile(mut self, country_code: impl Into<String>, number: impl Into<String>) -> Self {
                self.params.set("mobile_country_code", country_code.into());
                self.params.set("mobile", number.into());
                self
            }

            /// A custom property. Spaces in its name become underscores, as Planyo writes them.
            pub fn property(mut self, name: &str, value: impl Into<String>) -> Self {
                self.params.set(format!("prop_user_{}", underscored(name)), value.into());
                self
            }
        })*
    };
}

person!(AddUser ModifyUser);
details!(AddUser ModifyUser);

/// The answer to [`AddUser`] and [`ModifyUser`]. Its shape is known from a third party only, so that every part
/// may be missing; ask [`GetUser::by_email`] for the id then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SavedUser {
    /// The customer's id.
    pub user_id: Option<UserId>,
    /// Whether the customer was entered now, and not there before. After a retry it says no of one whom the first
    /// attempt entered.
    pub is_new: Option<bool>,
}

impl SavedUser {
    /// An id alone, or an object that has it under one of three names, or under several.
    ///
    /// Whatever the answer looks like, the write was accepted.
    #[allow(clippy::unnecessary_wraps)] // One of the readers of an answer.
    fn parse(data: &RawValue) -> serde_json::Result<Self> {
        if let Ok(id) = serde_json::from_str(data.get()) {
            return Ok(Self {
                user_id: Some(id),
                is_new: None,
            });
        }
        let id = wire::first_id(data, &["user_id", "id", "new_user_id"]);
        let is_new = wire::fields_of(data).get("is_new").copied();
        Ok(Self {
            user_id: id.map(UserId::from),
            is_new: is_new.and_then(|raw| wire::flag(raw).ok()?),
        })
    }
}

call! {
    /// `remove_user`: deletes a customer without reservations, or with cancelled ones only.
    ///
    /// A customer with a reservation is [`ErrorKind::Refused`](crate::ErrorKind::Refused) or another code. After a
    /// lost answer the retry may say that there is no such customer. Then the first one did it, and the error
    /// [is unknown](crate::Error::is_outcome_unknown).
    RemoveUser: "remove_user", Idempotent -> (), wire::nothing
}

impl RemoveUser {
    /// The customer with this id.
    pub fn new(id: impl Into<UserId>) -> Self {
        Self {
            params: Params::default().with("user_id", id.into()),
        }
    }

    setters! {
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
    }
}

call! {
    /// `add_agent`: makes a customer an agent of the site, who books for others.
    ///
    /// It may become so only later: then the answer is [`RoleStatus::Pending`].
    AddAgent: "add_agent", Unsafe -> Record<GivenRole>, Record::of_write
}

impl AddAgent {
    /// The agent's commission, and the discount of those who book through the agent. Planyo requires both;
    /// [`AmountOrPercent::ZERO`] is none.
    pub fn new(
        user: impl Into<UserId>,
        commission: AmountOrPercent,
        discount: AmountOrPercent,
    ) -> Self {
        Self {
            params: Params::default()
                .with("user_id", user.into())
                .with("commission", commission)
                .with("discount", discount),
        }
    }

    setters! {
        /// The agent's organization. Agents of the same one see each other's reservations.
        organization(String) => "organization";
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
    }
}

/// Whether a user has the role that was given: agent or moderator. `Debug` does not show Planyo's words.
#[derive(Clone, Default, Deserialize)]
#[non_exhaustive]
pub struct GivenRole {
    /// Whether it is so already.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub status: Option<RoleStatus>,
    /// What Planyo warns of (agents only).
    #[serde(default, deserialize_with = "wire::text")]
    pub warning: Option<String>,
}

impl fmt::Debug for GivenRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GivenRole")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

text_codes! {
    /// Whether a user has the role that was given (documented).
    RoleStatus {
        /// The user has it.
        Given = "ok",
        /// Not yet.
        Pending = "pending",
    }
}

call! {
    /// `list_custom_user_properties`: the properties a site keeps of its customers beyond the usual ones.
    ListCustomUserProperties: "list_custom_user_properties", Read -> Vec<Entry<CustomUserProperty>>, |data| wire::entries(data, "custom_user_properties")
}

nothing_required! {
    /// All of them.
    ListCustomUserProperties
}

impl ListCustomUserProperties {
    setters! {
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
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
    #[serde(default, rename = "type", deserialize_with = "wire::scalar")]
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

number_codes! {
    /// What values a custom property of customers takes (documented).
    PropertyKind {
        /// One of a list.
        Dropdown = 1,
        /// Any text.
        Text = 2,
        /// Yes or no.
        YesNo = 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Endpoint;

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
