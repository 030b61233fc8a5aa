//! Checks and normalizes the value of a field.

use billit_client::parties::TextField;

use crate::core::field::Field;
use crate::normalize::{country, email, gln, iban, language, phone, text, vat};

/// The normalized value of a field; `None` if the text means nothing, and the reason if it is not valid.
pub(crate) fn in_form(
    field: &Field,
    typed: &str,
    country: Option<&str>,
    languages: &[String],
) -> Result<Option<String>, String> {
    if matches!(field, Field::VatLiable | Field::VatDeductable) {
        return yes_or_no(typed);
    }
    // "particulier", "BE", "0": not a number that could be invalid.
    let is_number = typed.contains(|c: char| c.is_ascii_digit() && c != '0');
    if text::says_nothing(typed) || has_check_digits(field) && !is_number {
        return Ok(None);
    }
    Ok(Some(match field {
        Field::Text(TextField::VatNumber) => vat::normalized(typed, country)?,
        Field::Text(TextField::Iban) => iban::normalized(typed)?,
        Field::Text(TextField::GlAccountCode | TextField::GlDefaultExpiryOffset) => {
            let is_whole = typed.chars().all(|c| c.is_ascii_digit());
            is_whole
                .then(|| typed.to_owned())
                .ok_or("it is not a whole number")?
        }
        Field::Text(TextField::Phone | TextField::Mobile | TextField::Fax) => {
            return Ok(phone::read(None, typed, country).map(|phone| phone.text));
        }
        // Without an @ it is not an address.
        Field::Text(TextField::Email) if !typed.contains('@') => return Ok(None),
        Field::Text(TextField::Email) => email::tidied(typed),
        Field::Text(TextField::CountryCode) => country::code(typed)
            .ok_or("it is not a country")?
            .to_owned(),
        Field::Text(TextField::Language) => {
            let code = language::for_customer(Some(typed), None, languages);
            return Ok(code.map(str::to_owned));
        }
        Field::Identifier(kind) if kind == "GLN" => gln::normalized(typed)?,
        Field::Identifier(kind) if kind == "CBE" => {
            let vat_number = vat::vat_of_cbe(typed)?;
            vat::cbe(&vat_number).unwrap_or(typed).to_owned()
        }
        // Numbers of other registers are typed in groups: 552 100 554 00013.
        Field::Identifier(_)
            if typed
                .chars()
                .all(|c| c.is_ascii_digit() || " .".contains(c)) =>
        {
            typed.replace([' ', '.'], "")
        }
        Field::Text(_) | Field::Identifier(_) | Field::Custom(_) => typed.to_owned(),
        Field::VatLiable | Field::VatDeductable => return yes_or_no(typed),
    }))
}

/// Whether a field is a number with check digits.
fn has_check_digits(field: &Field) -> bool {
    match field {
        Field::Text(field) => matches!(field, TextField::VatNumber | TextField::Iban),
        Field::Identifier(kind) => ["CBE", "GLN"].contains(&kind.as_str()),
        _ => false,
    }
}

/// Yes or no in the languages of Belgium and its neighbours.
fn yes_or_no(typed: &str) -> Result<Option<String>, String> {
    let answer = match text::folded(typed).as_str() {
        "" | "null" | "na" | "nvt" => return Ok(None),
        "1" | "true" | "yes" | "y" | "ja" | "j" | "oui" | "o" | "si" | "x" => true,
        "0" | "false" | "no" | "n" | "nee" | "neen" | "non" | "nein" => false,
        _ => return Err("it is neither yes nor no".to_owned()),
    };
    Ok(Some(answer.to_string()))
}
