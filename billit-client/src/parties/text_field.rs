//! The text fields that Billit's PATCH takes.

use std::fmt;
use std::str::FromStr;

use super::Party;

macro_rules! text_fields {
    ($($(#[$doc:meta])* $variant:ident, $name:literal, $field:ident;)*) => {
        /// A text field of a party that PATCH can change (documented). The only other one is the boolean
        /// `VATLiable`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum TextField {
            $($(#[$doc])* $variant,)*
        }

        impl TextField {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name as Billit spells it.
            #[must_use]
            pub const fn wire_name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }

        impl Party {
            /// The value of a field that PATCH can change.
            #[must_use]
            pub fn text(&self, field: TextField) -> Option<&str> {
                match field {
                    $(TextField::$variant => self.$field.as_deref(),)*
                }
            }
        }
    };
}

text_fields! {
    /// Account of the general ledger: a number in the model, a text in the list of patchable fields.
    GlAccountCode, "GLAccountCode", gl_account_code;
    /// As the account: a number in the model, a text here.
    GlDefaultExpiryOffset, "GLDefaultExpiryOffset", gl_default_expiry_offset;
    /// Number of the customer or supplier in your own books.
    Nr, "Nr", nr;
    /// E-mail address, or several with `;` between them.
    Email, "Email", email;
    /// The code of the system whose key `ExternalProviderID` is; its values are undocumented.
    ExternalProviderTc, "ExternalProviderTC", external_provider_tc;
    /// Your own key.
    ExternalProviderId, "ExternalProviderID", external_provider_id;
    /// Name.
    Name, "Name", name;
    /// Trade name.
    CommercialName, "CommercialName", commercial_name;
    /// First name of the contact.
    ContactFirstName, "ContactFirstName", contact_first_name;
    /// Last name of the contact.
    ContactLastName, "ContactLastName", contact_last_name;
    /// ISO 3166-1 alpha-2.
    CountryCode, "CountryCode", country_code;
    /// City.
    City, "City", city;
    /// Street.
    Street, "Street", street;
    /// Number of the house.
    StreetNumber, "StreetNumber", street_number;
    /// Postcode.
    Zipcode, "Zipcode", zipcode;
    /// Box.
    Box, "Box", box_number;
    /// Phone.
    Phone, "Phone", phone;
    /// Mobile phone.
    Mobile, "Mobile", mobile;
    /// Fax.
    Fax, "Fax", fax;
    /// VAT number with its country, such as `BE0563846944`.
    VatNumber, "VATNumber", vat_number;
    /// Bank account.
    Iban, "IBAN", iban;
    /// Two capital letters.
    Language, "Language", language;
}

impl fmt::Display for TextField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wire_name())
    }
}

/// The name is of no text field that PATCH can change.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("no text field that Billit lets be changed has this name")]
pub struct UnknownTextField;

impl FromStr for TextField {
    type Err = UnknownTextField;

    /// Reads Billit's name; case does not count.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let mut fields = Self::ALL.iter().copied();
        let field = fields.find(|field| field.wire_name().eq_ignore_ascii_case(name));
        field.ok_or(UnknownTextField)
    }
}
