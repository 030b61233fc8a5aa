//! Whether two values of a field mean the same, even if they are written differently.

use std::collections::BTreeSet;

use billit_client::parties::TextField;

use super::field::Field;
use super::values::Values;
use crate::normalize::{address, email, phone, text, vat};

/// Whether two values of a field mean the same. The first is Billit's, the second the source's.
#[must_use]
pub(crate) fn same(field: &Field, theirs: Option<&str>, ours: Option<&str>) -> bool {
    let (a, b) = match (theirs, ours) {
        (Some(a), Some(b)) if a == b => return true,
        (Some(a), Some(b)) => (a, b),
        // Billit's answers leave out blanks. A flag that is not there need not be corrected.
        (None, Some(_)) => return matches!(field, Field::VatLiable | Field::VatDeductable),
        (a, b) => return a == b,
    };
    match field {
        Field::Text(TextField::Phone | TextField::Mobile | TextField::Fax) => phone::same(a, b),
        // Billit may have several addresses; it is enough if the customer's are among them.
        Field::Text(TextField::Email) => {
            let theirs: BTreeSet<String> = email::keys(a).collect();
            let has_ours = email::keys(b).all(|email| theirs.contains(&email));
            // One that is not an address as it stands is written as it should be.
            has_ours && (theirs.len() > 1 || email::is_plain(a) || !email::is_plain(b))
        }
        Field::Identifier(_) => text::folded_words(a).concat() == text::folded_words(b).concat(),
        Field::Text(TextField::VatNumber) => vat::same(a, b),
        Field::Text(TextField::Zipcode) => address::same_postcode(a, b),
        Field::Text(
            TextField::Name
            | TextField::ContactFirstName
            | TextField::ContactLastName
            | TextField::City
            | TextField::CountryCode
            | TextField::Language,
        ) => text::spelling(a) == text::spelling(b),
        _ => text::clean(a) == text::clean(b),
    }
}

/// Whether these parts of an address are known and mean the same on both sides.
pub(crate) fn same_parts(parts: &[Field], desired: &Values, current: &Values) -> bool {
    let known = |part: &Field| current.get(part).is_some() || desired.text(part).is_none();
    let equal = |part: &Field| desired.text(part) == current.text(part);
    if parts.iter().all(equal) {
        return parts.iter().all(known);
    }
    let line = |values: &Values| {
        let texts: Vec<&str> = parts.iter().filter_map(|part| values.text(part)).collect();
        texts.join(" ")
    };
    let (ours, theirs) = (line(desired), line(current));
    parts.iter().all(known) && address::same([ours.as_str()], [theirs.as_str()])
}
