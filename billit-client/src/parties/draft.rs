//! A party that is to be created.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};

use super::{Identifier, IdentifierType, PartyType, TextField};

/// A party that is to be created. What is not set is not sent.
///
/// The address is that of the flat fields, which [`PatchParty`](super::PatchParty) can change later; Billit takes it
/// for the invoice address. `Debug` shows names, never values.
///
/// ```
/// use billit_client::parties::PartyDraft;
///
/// let draft = PartyDraft::new("Jean Deboeuf").email("jean@example.be").vat_liable(false);
/// assert_eq!(
///     serde_json::to_string(&draft)?,
///     r#"{"Email":"jean@example.be","Name":"Jean Deboeuf","PartyType":"Customer","VATLiable":false}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct PartyDraft {
    fields: BTreeMap<&'static str, Value>,
}

/// Writes the setters of text fields: the method on the left sets the field on the right.
macro_rules! texts {
    ($($(#[$doc:meta])* $setter:ident => $field:literal;)*) => {
        $($(#[$doc])*
        #[must_use]
        pub fn $setter(self, value: impl Into<String>) -> Self {
            self.field($field, value.into())
        })*
    };
}

impl PartyDraft {
    /// A customer with this name: for a person, first and last name. Billit marks no field as required; a third
    /// party says that these two are.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        let draft = Self {
            fields: BTreeMap::new(),
        };
        draft
            .set(TextField::Name, name)
            .party_type(PartyType::Customer)
    }

    /// Sets one of the fields that PATCH can change later.
    #[must_use]
    pub fn set(self, field: TextField, value: impl Into<String>) -> Self {
        self.field(field.wire_name(), value.into())
    }

    /// Customer, which is the default, or supplier.
    #[must_use]
    #[allow(clippy::needless_pass_by_value)] // As every other setter.
    pub fn party_type(self, party_type: PartyType) -> Self {
        self.field("PartyType", party_type.as_str())
    }

    /// Whether the party is liable to VAT; `false` for a private person.
    #[must_use]
    pub fn vat_liable(self, liable: bool) -> Self {
        self.field("VATLiable", liable)
    }

    /// Whether it may deduct VAT; `false` for a private person.
    #[must_use]
    pub fn vat_deductable(self, deductable: bool) -> Self {
        self.field("VATDeductable", deductable)
    }

    /// Adds a number of this kind, such as `CBE` or [`IdentifierType::Gln`]. A VAT number is none: it has its own
    /// field. A public body or an association without VAT number needs one, or it may overwrite another party
    /// (documented).
    #[must_use]
    pub fn identifier(self, kind: impl Into<IdentifierType>, value: impl Into<String>) -> Self {
        self.identified_by(Identifier::new(kind, value))
    }

    /// Adds an identifier.
    #[must_use]
    #[allow(clippy::needless_pass_by_value)] // As every other setter.
    pub fn identified_by(self, identifier: Identifier) -> Self {
        let (kind, value) = (identifier.identifier_type().as_str(), identifier.value());
        let pair = json!({"IdentifierType": kind, "Identifier": value});
        self.add("Identifiers", pair)
    }

    /// Adds a field of your own.
    #[must_use]
    pub fn custom_field(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.add(
            "CustomFields",
            json!({"Key": key.into(), "Value": value.into()}),
        )
    }

    texts! {
        /// Number of the customer in your own books.
        nr => "Nr";
        /// Trade name.
        commercial_name => "CommercialName";
        /// E-mail address, or several with `;` between them.
        email => "Email";
        /// Phone, such as `+3292035699`.
        phone => "Phone";
        /// Mobile phone.
        mobile => "Mobile";
        /// Fax.
        fax => "Fax";
        /// Website. PATCH cannot change it later.
        website => "Website";
        /// Street.
        street => "Street";
        /// Number of the house.
        street_number => "StreetNumber";
        /// Box.
        box_number => "Box";
        /// Postcode.
        zipcode => "Zipcode";
        /// City.
        city => "City";
        /// ISO 3166-1 alpha-2.
        country_code => "CountryCode";
        /// VAT number with its country and without spaces or dots, such as `BE0563846944`.
        vat_number => "VATNumber";
        /// Two capital letters. Billit has templates in `NL`, `EN`, `FR` and `DE`.
        language => "Language";
        /// First name of the contact.
        contact_first_name => "ContactFirstName";
        /// Last name of the contact.
        contact_last_name => "ContactLastName";
        /// Your own key: unique, returned by Billit, never in an invoice.
        external_provider_id => "ExternalProviderID";
        /// The code of the system whose key that is; its values are undocumented.
        external_provider_tc => "ExternalProviderTC";
        /// Bank account.
        iban => "IBAN";
        /// Bank. PATCH cannot change it later.
        bic => "BIC";
    }

    /// The names of the fields that are set, as Billit spells them.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        self.fields.keys().copied()
    }

    fn add(mut self, list: &'static str, item: Value) -> Self {
        let items = self.fields.entry(list).or_insert_with(|| json!([]));
        if let Value::Array(items) = items {
            items.push(item);
        }
        self
    }

    fn field(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.fields.insert(name, value.into());
        self
    }
}

impl fmt::Debug for PartyDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartyDraft ")?;
        f.debug_set().entries(self.fields()).finish()
    }
}
