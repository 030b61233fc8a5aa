//! Properties of a party for `$filter` and `$orderby`.
//!
//! Billit publishes no list of those it allows for parties. `PartyType` and `LastModified` are in its example,
//! `DisplayName` in an older one, `ExternalProviderID` in its text; `Name` and `VATNumber` are used by third
//! parties; the others are a guess.

use chrono::NaiveDateTime;

use super::{Party, PartyId, PartyType};
use crate::odata::Property;

/// The id (a guess).
pub const PARTY_ID: Property<Party, PartyId> = Property::new("PartyID");
/// Customer or supplier (documented).
pub const PARTY_TYPE: Property<Party, PartyType> = Property::new("PartyType");
/// Time of the last change, without a zone (documented).
pub const LAST_MODIFIED: Property<Party, NaiveDateTime> = Property::new("LastModified");
/// Time of the creation, without a zone (a guess).
pub const CREATED: Property<Party, NaiveDateTime> = Property::new("Created");
/// Your own key (documented).
pub const EXTERNAL_PROVIDER_ID: Property<Party, String> = Property::new("ExternalProviderID");
/// The code of the system of your own key (a guess).
pub const EXTERNAL_PROVIDER_TC: Property<Party, String> = Property::new("ExternalProviderTC");
/// Name as shown (older documentation).
pub const DISPLAY_NAME: Property<Party, String> = Property::new("DisplayName");
/// Name (third parties).
pub const NAME: Property<Party, String> = Property::new("Name");
/// Trade name (a guess).
pub const COMMERCIAL_NAME: Property<Party, String> = Property::new("CommercialName");
/// Number in your own books (a guess).
pub const NR: Property<Party, String> = Property::new("Nr");
/// E-mail address (a guess).
pub const EMAIL: Property<Party, String> = Property::new("Email");
/// VAT number (third parties).
pub const VAT_NUMBER: Property<Party, String> = Property::new("VATNumber");
/// Postcode (a guess).
pub const ZIPCODE: Property<Party, String> = Property::new("Zipcode");
/// City (a guess).
pub const CITY: Property<Party, String> = Property::new("City");
/// Country in two letters (a guess).
pub const COUNTRY_CODE: Property<Party, String> = Property::new("CountryCode");
/// Whether liable to VAT (a guess).
pub const VAT_LIABLE: Property<Party, bool> = Property::new("VATLiable");
