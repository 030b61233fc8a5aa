//! Checks and normalizes the value of a field.

use billit_client::parties::TextField;

use crate::core::field::Field;
use crate::normalize::phone::{Check, Phone};
use crate::normalize::{
    address, country, email, gln, iban, language, names, phone, signs, text, vat,
};

/// What was read of a typed text.
#[derive(Default)]
pub(crate) struct Reading {
    /// The value for the field: normalized, or as typed if it was not understood and the field takes text. `None` if
    /// the text means nothing, or was not understood.
    pub(crate) value: Option<String>,
    /// Why it was not understood.
    pub(crate) not_understood: Option<String>,
}

impl Reading {
    pub(crate) fn understood(value: impl Into<String>) -> Self {
        Self {
            value: Some(value.into()),
            not_understood: None,
        }
    }

    pub(crate) fn left_out(why: impl Into<String>) -> Self {
        Self {
            value: None,
            not_understood: Some(why.into()),
        }
    }

    /// A phone, kept as typed if it is not understood.
    pub(crate) fn of_phone(phone: Option<Phone>) -> Self {
        match phone {
            Some(Phone {
                text,
                check: Check::AsTyped(why),
            }) => Self::as_typed(&text, why),
            Some(phone) => Self::understood(phone.text),
            None => Self::default(),
        }
    }

    pub(crate) fn as_typed(typed: &str, why: impl Into<String>) -> Self {
        Self {
            value: Some(typed.to_owned()),
            not_understood: Some(why.into()),
        }
    }
}

impl From<Result<String, String>> for Reading {
    fn from(read: Result<String, String>) -> Self {
        match read {
            Ok(value) => Self::understood(value),
            Err(why) => Self::left_out(why),
        }
    }
}

/// Reads a text as the value of a field.
pub(crate) fn in_form(
    field: &Field,
    typed: &str,
    country: Option<&str>,
    languages: &[String],
) -> Reading {
    match field {
        Field::VatLiable | Field::VatDeductable => return yes_or_no(typed),
        // `NO` is a country and a language.
        Field::Text(TextField::CountryCode) => match country::code(typed) {
            Some(code) => return Reading::understood(code),
            None if text::says_nothing(typed) => return Reading::default(),
            None => return Reading::left_out("it is not a country"),
        },
        // A language for which the rules allow none is understood.
        Field::Text(TextField::Language) => {
            let code = language::for_customer(Some(typed), None, languages);
            return Reading {
                value: code.map(str::to_owned),
                not_understood: None,
            };
        }
        _ => {}
    }
    if text::says_nothing(typed) {
        return Reading::default();
    }
    let ascii = signs::ascii(typed);
    let typed = if is_number_field(field) {
        ascii.as_ref()
    } else {
        typed
    };
    let is_number = |typed: &str| typed.contains(|c: char| c.is_ascii_digit() && c != '0');
    if has_check_digits(field) && !is_number(typed) {
        // "BE", "0", "particulier".
        return if country::code(typed).is_some() || names::says_no_company(typed) {
            Reading::default()
        } else {
            Reading::left_out("it has no number")
        };
    }
    match field {
        Field::Text(TextField::VatNumber) => match vat::normalized(typed, country) {
            Err(why) if vat::other_country(typed, country).is_some() => {
                Reading::as_typed(typed, why)
            }
            read => read.into(),
        },
        Field::Text(TextField::Iban) => iban::normalized(typed).into(),
        Field::Text(TextField::GlAccountCode | TextField::GlDefaultExpiryOffset) => {
            let is_whole = typed.chars().all(|c| c.is_ascii_digit());
            if is_whole {
                Reading::understood(typed)
            } else {
                Reading::left_out("it is not a whole number")
            }
        }
        Field::Text(TextField::Phone | TextField::Mobile | TextField::Fax) => {
            Reading::of_phone(phone::read(None, typed, country))
        }
        Field::Text(TextField::Zipcode) => Reading::understood(address::bare_postcode(typed)),
        Field::Text(TextField::Email) => match email::tidied(typed) {
            Ok(tidied) => Reading::understood(tidied),
            Err(why) if typed.contains('@') => Reading::as_typed(typed, why),
            Err(why) => Reading::left_out(why),
        },
        Field::Text(TextField::Name) if names::says_no_company(typed) => Reading::default(),
        Field::Text(TextField::Name | TextField::ContactFirstName | TextField::ContactLastName)
            if names::is_filler(typed) =>
        {
            Reading::left_out("it is a filler, not a name")
        }
        Field::Identifier(kind) if kind == "GLN" => gln::normalized(typed).into(),
        Field::Identifier(kind) if kind == "CBE" => {
            let cbe = |number: String| vat::cbe(&number).unwrap_or(typed).to_owned();
            vat::vat_of_cbe(typed).map(cbe).into()
        }
        // Numbers of other registers are typed in groups: 552 100 554 00013.
        Field::Identifier(_)
            if typed
                .chars()
                .all(|c| c.is_ascii_digit() || " .".contains(c)) =>
        {
            Reading::understood(typed.replace([' ', '.'], ""))
        }
        Field::Text(_) | Field::Identifier(_) | Field::Custom(_) => Reading::understood(typed),
        Field::VatLiable | Field::VatDeductable => yes_or_no(typed),
    }
}

/// Whether a field holds a number, in digits that Billit must be able to read. Phones keep their own.
fn is_number_field(field: &Field) -> bool {
    matches!(
        field,
        Field::Identifier(_)
            | Field::Text(
                TextField::Zipcode
                    | TextField::VatNumber
                    | TextField::Iban
                    | TextField::GlAccountCode
                    | TextField::GlDefaultExpiryOffset
            )
    )
}

/// Whether a field is a number with check digits.
fn has_check_digits(field: &Field) -> bool {
    match field {
        Field::Text(field) => matches!(field, TextField::VatNumber | TextField::Iban),
        Field::Identifier(kind) => ["CBE", "GLN"].contains(&kind.as_str()),
        _ => false,
    }
}

/// Whether a text is a word for yes (`true`) or for no (`false`), in the languages of Belgium and its neighbours.
pub(crate) fn says_yes(typed: &str) -> Option<bool> {
    let value = yes_or_no(typed).value?;
    Some(value == "true")
}

/// Yes or no in the languages of Belgium and its neighbours.
fn yes_or_no(typed: &str) -> Reading {
    match text::folded(typed).as_str() {
        "" | "null" | "na" | "nvt" => Reading::default(),
        "1" | "true" | "yes" | "y" | "ja" | "j" | "oui" | "o" | "si" | "x" => {
            Reading::understood("true")
        }
        "0" | "false" | "no" | "n" | "nee" | "neen" | "non" | "nein" => {
            Reading::understood("false")
        }
        _ => Reading::left_out("it is neither yes nor no"),
    }
}
