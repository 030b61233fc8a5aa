//! Person or company, and by what evidence.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::customer::Customer;
use crate::normalize::text::clean;

/// What a customer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A private person.
    Person,
    /// A company, an association or a person in business.
    Company,
    /// It cannot be told.
    Unclear,
}

/// Why a customer is taken for what it is, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Evidence {
    /// There is a VAT number.
    VatNumber,
    /// The source has a name of a company.
    CompanyName,
    /// This legal form stands in the name.
    LegalForm(&'static str),
    /// What may be this legal form, or a name or a word.
    MaybeLegalForm(&'static str),
    /// First and last name, and nothing of a company.
    FullName,
    /// One name only, or none.
    NoFullName,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::VatNumber => f.write_str("there is a VAT number"),
            Self::CompanyName => f.write_str("there is a company's name"),
            Self::LegalForm(form) => write!(f, "the name has the legal form {form}"),
            Self::MaybeLegalForm(form) => write!(f, "the name may have the legal form {form}"),
            Self::FullName => f.write_str("there are first and last name and no company"),
            Self::NoFullName => f.write_str("there is only a part of a name"),
        }
    }
}

/// What a customer is, with the evidence.
///
/// ```
/// use customer_sync::normalize::kind::{Evidence, Kind, of};
/// use customer_sync::{Customer, CustomerKey};
///
/// let mut customer = Customer::new(CustomerKey::new("planyo", "7"));
/// customer.first_name = Some("Ann".into());
/// customer.last_name = Some("Peeters".into());
/// assert_eq!(of(&customer), (Kind::Person, Evidence::FullName));
/// customer.last_name = Some("Peeters BV".into());
/// assert_eq!(of(&customer), (Kind::Company, Evidence::LegalForm("BV")));
/// ```
#[must_use]
pub fn of(customer: &Customer) -> (Kind, Evidence) {
    if customer.vat_number.is_some() {
        return (Kind::Company, Evidence::VatNumber);
    }
    if customer.company.is_some() {
        return (Kind::Company, Evidence::CompanyName);
    }
    let names = [&customer.first_name, &customer.last_name];
    let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
    match legal_form(&names.join(" ")) {
        Some(evidence @ Evidence::LegalForm(_)) => (Kind::Company, evidence),
        Some(evidence) => (Kind::Unclear, evidence),
        None if names.len() == 2 => (Kind::Person, Evidence::FullName),
        None => (Kind::Unclear, Evidence::NoFullName),
    }
}

/// Forms that are nothing else, in any case and with or without dots.
static SURE: [&str; 44] = [
    // Belgium and the Netherlands
    "BV",
    "BVBA",
    "SRL",
    "SPRL",
    "NV",
    "VZW",
    "ASBL",
    "IVZW",
    "AISBL",
    "CommV",
    "GCV",
    "CVBA",
    "SCRL",
    "VOF",
    "EBVBA",
    "eenmanszaak",
    "SComm",
    "LV",
    // Germany, Austria, Switzerland
    "GmbH",
    "gGmbH",
    "mbH",
    "OHG",
    "GmbH & Co. KG",
    "GesbR",
    "KGaA",
    // Great Britain and Ireland
    "Ltd",
    "Limited",
    "LLP",
    "PLC",
    "LLC",
    // France, Italy, Spain, Portugal
    "SARL",
    "EURL",
    "SASU",
    "SNC",
    "SELARL",
    "S.r.l.s.",
    "Lda",
    "SLU",
    "S.a.p.a.",
    // The north and the east
    "ApS",
    "Oyj",
    "Sp. z o.o.",
    "s.r.o.",
    "d.o.o.",
];

/// Forms that are names or words too: sure only as written here, and without dots only in a name that is not all
/// capitals.
static LIKE_A_WORD: [&str; 30] = [
    "SA", "S.A.", "SAS", "S.A.S.", "SC", "CV", "C.V.", "SE", "AG", "KG", "UG", "OG", "eG", "e.G.",
    "e.K.", "eK", "e.U.", "eU", "e.V.", "eV", "SL", "S.L.", "SpA", "S.p.A.", "A/S", "AS", "a.s.",
    "AB", "Oy", "Inc",
];

/// The legal form at the end of a name of two words or more, or one that is nothing else at its start.
///
/// ```
/// use customer_sync::normalize::kind::{Evidence, legal_form};
///
/// assert_eq!(legal_form("Bakkerij Jansen b.v."), Some(Evidence::LegalForm("BV")));
/// assert_eq!(legal_form("Kowalski Sp. z o. o."), Some(Evidence::LegalForm("Sp. z o.o.")));
/// assert_eq!(legal_form("VZW De Zon"), Some(Evidence::LegalForm("VZW")));
/// assert_eq!(legal_form("Nestlé SA"), Some(Evidence::LegalForm("SA")));
/// assert_eq!(legal_form("Ana Sa"), Some(Evidence::MaybeLegalForm("SA")));
/// assert_eq!(legal_form("Ann Peeters"), None);
/// ```
#[must_use]
pub fn legal_form(name: &str) -> Option<Evidence> {
    let name = clean(name)?;
    let words: Vec<&str> = name
        .split(' ')
        .filter(|word| word.contains(char::is_alphanumeric))
        .collect();
    let shouted = !name.contains(char::is_lowercase);
    // A form may be written in several words, but some word must be left.
    let ends = (1..words.len().min(5))
        .rev()
        .filter_map(|count| words.get(words.len() - count..));
    let maybe = |sure: bool, form| {
        if sure {
            Evidence::LegalForm(form)
        } else {
            Evidence::MaybeLegalForm(form)
        }
    };
    for end in ends {
        let typed = end.join(" ");
        if let Some(form) = SURE.iter().find(|form| letters(form) == letters(&typed)) {
            return Some(Evidence::LegalForm(form));
        }
        let same = |form: &&&str| letters(form) == letters(&typed);
        let written = bare(&typed).replace(' ', "");
        let exact = LIKE_A_WORD.iter().find(|form| bare(form) == written);
        if let Some(form) = exact.or_else(|| LIKE_A_WORD.iter().find(same)) {
            let dotted = written.contains(['.', '/']);
            return Some(maybe(exact.is_some() && (dotted || !shouted), form));
        }
    }
    let first = words.first().filter(|_| words.len() > 1)?;
    SURE.iter()
        .find(|form| letters(form) == letters(first))
        .map(|form| Evidence::LegalForm(form))
}

/// Letters and digits in lower case.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Without brackets, commas and the last dot.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| "(),;.".contains(c))
}
