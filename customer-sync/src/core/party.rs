//! A customer as a Billit party: the values that the party should have, and what is sent for them.

use std::collections::BTreeMap;

use billit_client::parties::{ClearAs, Party, PartyDraft, PartyPatch, TextField};

use super::change::Change;
use super::customer::Customer;
use super::field::{BOX, Field, FieldSet, LANGUAGE, LINK, NAME, STREET_NUMBER, VAT_NUMBER};
use super::kind::{self, Kind};
use super::rules::MappingRules;
use super::values::Values;
use crate::normalize::language;

/// The values that a customer's party should have.
///
/// A blank of the source is not mapped, so that it blanks nothing in Billit. The only exception is a blank house number
/// or box of an address, which [`diff`](super::diff::diff) clears when the street or number changes.
///
/// Defaults are not included: [`created`] adds them for a new party, [`diff`](super::diff::diff) where Billit has a
/// blank.
#[must_use]
pub fn desired(customer: &Customer, rules: &MappingRules) -> Values {
    let mut values = Values::with_capacity();
    let mut set = |field: TextField, value: Option<&str>| {
        if value.is_some() {
            values.put(&Field::Text(field), value);
        }
    };
    // In the order of the fields.
    set(TextField::Nr, customer.number.as_deref());
    set(TextField::Email, customer.email.as_deref());
    set(TextField::ExternalProviderTc, rules.provider());
    set(TextField::ExternalProviderId, Some(customer.key.as_str()));
    set(TextField::Name, customer.name().as_deref());
    if customer.is_business() {
        set(TextField::ContactFirstName, customer.first_name.as_deref());
        set(TextField::ContactLastName, customer.last_name.as_deref());
    }
    let address = &customer.address;
    set(TextField::CountryCode, address.country_code.as_deref());
    set(TextField::City, address.city.as_deref());
    let street = address.street.as_deref();
    set(TextField::Street, street);
    set(TextField::Zipcode, address.zipcode.as_deref());
    set(TextField::Phone, customer.phone.as_deref());
    set(TextField::Mobile, customer.mobile.as_deref());
    set(TextField::VatNumber, customer.vat_number.as_deref());
    set(TextField::Language, customer.language.as_deref());
    if street.is_some() {
        values.put(&STREET_NUMBER, address.street_number.as_deref());
        values.put(&BOX, address.box_number.as_deref());
    }
    let mut notes = customer.not_understood.iter();
    let is_understood = notes.all(|note| note.field != VAT_NUMBER);
    if customer.vat_number.is_some() && is_understood {
        values.set(Field::VatLiable, Some("true".to_owned()));
    } else if kind::of(customer).0 == Kind::Person {
        // A natural person, as in Billit's documentation. For a company without a VAT number, or if the kind is
        // unclear, nothing is sent.
        values.set(Field::VatLiable, Some("false".to_owned()));
        values.set(Field::VatDeductable, Some("false".to_owned()));
    }
    // The value of a custom property wins over what other values imply.
    for (field, value) in &customer.mapped_properties {
        values.set(field.clone(), Some(value.clone()));
    }
    values
}

/// All values of the source: those that the party should have, and the fields that are blank in the source.
#[must_use]
pub fn source_values(customer: &Customer, rules: &MappingRules) -> Values {
    let mut values = desired(customer, rules);
    for field in &customer.blank {
        if values.get(field).is_none() {
            values.set(field.clone(), None);
        }
    }
    values
}

/// The values of a new party: those that it should have, and defaults where the source has none.
#[must_use]
pub fn created(desired: &Values, rules: &MappingRules) -> Values {
    let mut values = desired.clone();
    for (field, value) in defaults(desired, rules) {
        values.set(field, Some(value));
    }
    values
}

/// The values used where the source has none: the language of the country, and the defaults of the rules.
pub(crate) fn defaults(desired: &Values, rules: &MappingRules) -> BTreeMap<Field, String> {
    let mut defaults = rules.defaults().clone();
    if desired.text(&LANGUAGE).is_none() {
        let country = desired.text(&Field::Text(TextField::CountryCode));
        let spoken = language::for_customer(None, country, rules.allowed_languages());
        defaults.extend(spoken.map(|spoken| (LANGUAGE, spoken.to_owned())));
    }
    defaults.retain(|field, _| desired.text(field).is_none());
    defaults
}

/// The values of a party in the known fields. A known field without a value is blank.
#[must_use]
pub fn current(party: &Party, known: impl Fn(&Field) -> bool) -> Values {
    let fields = Field::all().map(|field| (FieldSet::of(&field), known(&field)));
    let lists = [
        (
            FieldSet::IDENTIFIERS,
            known(&Field::Identifier(String::new())),
        ),
        (
            FieldSet::CUSTOM_FIELDS,
            known(&Field::Custom(String::new())),
        ),
    ];
    let known = fields.chain(lists).filter(|(_, is_known)| *is_known);
    present_values(party).with_known(known.fold(FieldSet::EMPTY, |all, (set, _)| all.union(set)))
}

/// The values of a party, without blanks.
pub(crate) fn present_values(party: &Party) -> Values {
    let mut values = Values::with_capacity();
    for field in TextField::ALL {
        if let Some(text) = party.text(*field) {
            values.put(&Field::Text(*field), Some(text));
        }
    }
    let flags = [
        (Field::VatLiable, party.vat_liable),
        (Field::VatDeductable, party.vat_deductable),
    ];
    for (field, flag) in flags {
        if let Some(flag) = flag {
            values.put(&field, Some(if flag { "true" } else { "false" }));
        }
    }
    for identifier in &party.identifiers {
        if let Some(kind) = &identifier.identifier_type {
            let field = Field::Identifier(kind.as_str().to_owned());
            values.put(&field, identifier.identifier.as_deref());
        }
    }
    for custom in &party.custom_fields {
        if let Some(key) = &custom.key {
            values.put(&Field::Custom(key.clone()), custom.value.as_deref());
        }
    }
    values
}

/// The values of a party that was read whole.
#[must_use]
pub fn whole(party: &Party) -> Values {
    present_values(party).with_known(FieldSet::ALL)
}

/// The party to create.
#[must_use]
pub fn draft(values: &Values) -> PartyDraft {
    let mut draft = PartyDraft::new(values.text(&NAME).unwrap_or_default());
    for (field, value) in values.iter() {
        let Some(value) = value else { continue };
        draft = match field {
            Field::Text(TextField::Name) => draft,
            Field::Text(field) => draft.set(field, value),
            Field::VatLiable => draft.vat_liable(value == "true"),
            Field::VatDeductable => draft.vat_deductable(value == "true"),
            Field::Identifier(kind) => draft.identifier(kind.as_str(), value),
            Field::Custom(key) => draft.custom_field(key.as_str(), value),
        };
    }
    draft
}

/// The patch that makes these changes. Fields that cannot be patched are skipped.
#[must_use]
pub fn patch<'a>(changes: impl IntoIterator<Item = &'a Change>, clear_as: ClearAs) -> PartyPatch {
    changes.into_iter().fold(
        PartyPatch::new().clear_as(clear_as),
        |patch, change| match (&change.field, change.after.as_deref()) {
            (Field::Text(field), Some(value)) => patch.set(*field, value),
            (Field::Text(field), None) => patch.clear(*field),
            (Field::VatLiable, Some(value)) => patch.vat_liable(value == "true"),
            _ => patch,
        },
    )
}

/// The link of a party: its `ExternalProviderID`.
#[must_use]
pub fn link(party: &Party) -> Option<&str> {
    party.text(LINK)
}
