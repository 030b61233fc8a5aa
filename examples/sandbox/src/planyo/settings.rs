//! What can be set: where Planyo leaves a choice, and where its reference is silent.

use chrono::NaiveDate;

use super::{SITE_ID, seed};

/// How a telephone number is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneStyle {
    /// The number as typed, and `*_country_code` beside it.
    Separate,
    /// Country code and number in one, without `+`.
    Joined,
    /// `+`, country code and number in one.
    JoinedWithPlus,
    /// `00`, country code and number in one.
    JoinedWithZeros,
    /// The country code twice, then the number: seen in the field.
    Doubled,
    /// The country code in the number, and `*_country_code` beside it.
    Both,
}

/// What is left of a customer who erased themselves. Their reservations keep their ids and the user's id, and lose all
/// that the customer typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// The user is still listed, with nothing but the id and the times.
    Blank,
    /// There is no such user any more.
    Gone,
}

/// How the server handles `modified_since`, which only third parties mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModifiedSince {
    /// It filters by the time of the last change, and of the registration.
    Honoured,
    /// It is ignored, as an unknown parameter is.
    Ignored,
    /// It is refused with code 3.
    Refused,
}

/// The definition of a custom user property.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PropertyDefinition {
    /// With underscores for spaces.
    pub name: String,
    /// 1 dropdown, 2 text, 3 yes/no.
    pub kind: u8,
    /// Separated by commas.
    pub dropdown_values: String,
    /// Default value.
    pub default_value: String,
}

/// Behaviour that is optional in Planyo, or that its reference leaves open.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is a question of its own.
pub struct Settings {
    /// The key every call but `api_test` must carry.
    pub api_key: String,
    /// The secret of the hash key; `None`: calls need no hash.
    pub hash_key: Option<String>,
    /// How far `hash_timestamp` may be from the server's clock (not documented; default: 300).
    pub clock_tolerance_seconds: u32,
    /// The server's clock minus the true time.
    pub clock_offset_seconds: i64,
    /// A call that names another site is refused with code 1.
    pub site_id: u64,
    /// The time zone of the site. The server computes central European time for any zone but `UTC`.
    pub timezone: String,
    /// Page size when none is asked for (100).
    pub default_page_size: usize,
    /// Larger pages are cut to this (1000).
    pub max_page_size: usize,
    /// `users` as a map by id instead of a list: both are arrays to PHP.
    pub users_as_map: bool,
    /// The HTTP status of an answer with an error code (200).
    pub error_status: u16,
    /// Numbers and booleans as strings, as PHP prints what it got from a database.
    pub numbers_as_strings: bool,
    /// `list_created_by_admin=true` lists users created by admins *instead of* users with reservations; `false`:
    /// besides them.
    pub admin_list_instead: bool,
    /// An empty page of any list is refused with code 4, as the reference leaves open; `false`: it is an empty list.
    pub empty_page_is_refused: bool,
    /// `list_users` and `list_reservations` print the properties of users where `detail_level` asks for them.
    pub list_properties: bool,
    /// `list_users` prints `language`; the reference does not know whether it does.
    pub list_language: bool,
    /// Telephone numbers in `list_users`.
    pub list_phones: PhoneStyle,
    /// Telephone numbers in `get_user_data`, where the reference says they include the country code.
    pub user_data_phones: PhoneStyle,
    /// The parameter `modified_since` of `list_users` and of `list_reservations`.
    pub modified_since: ModifiedSince,
    /// What `list_custom_user_properties` lists.
    pub property_definitions: Vec<PropertyDefinition>,
    /// The date of the site, for the times of what is made and changed from now on; `None`: that of the clock. Hash
    /// timestamps are always compared with the clock.
    pub today: Option<NaiveDate>,
    /// Items on a page of `list_reservations` (500).
    pub reservations_page_size: usize,
    /// `list_reservations` shows cancelled reservations too; the real service was seen to do both.
    pub list_cancelled: bool,
    /// A payment in full confirms a reservation that is not confirmed yet.
    pub payment_confirms: bool,
    /// `add_reservation_payment` answers `payment_id` beside `status`; the one real answer on record has `status`
    /// alone.
    pub payment_id_in_answer: bool,
    /// `results` of `list_invoices` has a key `all` when there are several: then it is a map, not a list.
    pub all_among_invoices: bool,
    /// `add_notification_callback` takes the names that are only known as a `notification_type`, such as
    /// `before_or_after_event_1`.
    pub accept_further_callbacks: bool,
    /// Every callback is called twice.
    pub duplicate_callbacks: bool,
    /// Of two notifications close together the later is delivered first.
    pub reorder_callbacks: bool,
    /// `is_quiet` and `send_notifications=false` silence the callbacks too, not only the e-mails.
    pub quiet_silences_callbacks: bool,
    /// What `data` is where the reference says "Output: none".
    pub none: NoneStyle,
}

/// The `data` of a method without output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoneStyle {
    /// `[]`
    EmptyList,
    /// `null`
    Null,
    /// No `data` at all.
    Absent,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            api_key: super::API_KEY.to_owned(),
            hash_key: None,
            clock_tolerance_seconds: 300,
            clock_offset_seconds: 0,
            site_id: SITE_ID,
            timezone: String::from("Europe/Brussels"),
            default_page_size: 100,
            max_page_size: 1000,
            users_as_map: false,
            error_status: 200,
            numbers_as_strings: true,
            admin_list_instead: true,
            empty_page_is_refused: false,
            list_properties: true,
            list_language: false,
            list_phones: PhoneStyle::Separate,
            user_data_phones: PhoneStyle::Joined,
            modified_since: ModifiedSince::Honoured,
            property_definitions: seed::property_definitions(),
            today: None,
            reservations_page_size: 500,
            list_cancelled: true,
            payment_confirms: true,
            payment_id_in_answer: true,
            all_among_invoices: true,
            accept_further_callbacks: true,
            duplicate_callbacks: false,
            reorder_callbacks: false,
            quiet_silences_callbacks: false,
            none: NoneStyle::EmptyList,
        }
    }
}
