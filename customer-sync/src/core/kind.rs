//! Whether a customer is a person or a company, and by what evidence.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::customer::Customer;
use super::field::VAT_NUMBER;
use crate::normalize::text::cleaned;

/// Whether a customer is a person or a company.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A private person.
    Person,
    /// A company, an association or a self-employed person.
    Company,
    /// Not known: it may be either.
    #[default]
    Unclear,
}

impl Kind {
    #[allow(clippy::trivially_copy_pass_by_ref)] // serde gives a reference.
    pub(crate) fn is_unclear(&self) -> bool {
        *self == Self::Unclear
    }
}

/// The evidence for a [`Kind`], strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KindEvidence {
    /// There is a VAT number.
    VatNumber,
    /// There is a VAT number, and it is not understood.
    UnreadVatNumber,
    /// The source has a company name.
    CompanyName,
    /// A custom property holds a company number, such as CBE or KVK.
    Identifier,
    /// The name has this legal form.
    LegalForm(&'static str),
    /// The name has a word that may be this legal form, or a name or an ordinary word.
    MaybeLegalForm(&'static str),
    /// First and last name, and no sign of a company.
    FullName,
    /// One name only, or none.
    NoFullName,
}

impl fmt::Display for KindEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::VatNumber => f.write_str("there is a VAT number"),
            Self::UnreadVatNumber => f.write_str("there is a VAT number that is not understood"),
            Self::CompanyName => f.write_str("there is a company name"),
            Self::Identifier => f.write_str("there is a company number"),
            Self::LegalForm(form) => write!(f, "the name has the legal form {form}"),
            Self::MaybeLegalForm(form) => write!(f, "the name may have the legal form {form}"),
            Self::FullName => f.write_str("there are first and last name and no company"),
            Self::NoFullName => f.write_str("there is only part of a name"),
        }
    }
}

/// Whether a customer is a person or a company, with the evidence.
///
/// ```
/// use customer_sync::kind::{KindEvidence, Kind, of};
/// use customer_sync::{Customer, CustomerKey};
///
/// let mut customer = Customer::new(CustomerKey::new("planyo", "7"));
/// customer.first_name = Some("Ann".into());
/// customer.last_name = Some("Peeters".into());
/// assert_eq!(of(&customer), (Kind::Person, KindEvidence::FullName));
/// customer.last_name = Some("Peeters BV".into());
/// assert_eq!(of(&customer), (Kind::Company, KindEvidence::LegalForm("BV")));
/// ```
#[must_use]
pub fn of(customer: &Customer) -> (Kind, KindEvidence) {
    if customer.vat_number.is_some() {
        return (Kind::Company, KindEvidence::VatNumber);
    }
    if customer.company.is_some() {
        return (Kind::Company, KindEvidence::CompanyName);
    }
    if customer.has_company_identifier() {
        return (Kind::Company, KindEvidence::Identifier);
    }
    let names = [&customer.first_name, &customer.last_name];
    let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
    let mut notes = customer.not_understood.iter();
    match legal_form(&names.join(" ")) {
        Some(evidence @ KindEvidence::LegalForm(_)) => (Kind::Company, evidence),
        _ if notes.any(|note| note.field == VAT_NUMBER) => {
            (Kind::Unclear, KindEvidence::UnreadVatNumber)
        }
        Some(evidence) => (Kind::Unclear, evidence),
        None if names.len() == 2 => (Kind::Person, KindEvidence::FullName),
        None => (Kind::Unclear, KindEvidence::NoFullName),
    }
}

/// Forms that have no other meaning, in upper or lower case, with or without dots.
static SURE: &[&str] = &[
    // Belgium and the Netherlands
    "BV",
    "BVBA",
    "EBVBA",
    "SRL",
    "SPRL",
    "NV",
    "VZW",
    "IVZW",
    "ASBL",
    "AISBL",
    "CommV",
    "SComm",
    "GCV",
    "CVBA",
    "SCRL",
    "VOF",
    "eenmanszaak",
    "Stichting",
    // Germany, Austria, Switzerland
    "GmbH",
    "gGmbH",
    "mbH",
    "GmbH & Co. KG",
    "OHG",
    "GbR",
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
    "SCI",
    "EIRL",
    "SELARL",
    "S.r.l.s.",
    "S.a.p.a.",
    "SLU",
    "Lda",
    // The north and the east
    "ApS",
    "Oyj",
    "Sp. z o.o.",
    "s.r.o.",
    "Kft",
    "Zrt",
    "EOOD",
];

/// Forms that may also be a name, initials or a word. They are certain only at the end of a name and as written here; a
/// form without dots only in a name that is not all capitals.
static LIKE_A_WORD: &[&str] = &[
    "SA", "S.A.", "SAS", "S.A.S.", "SC", "SCS", "SCA", "CV", "C.V.", "SE", "AG", "KG", "UG", "OG",
    "eG", "e.G.", "e.K.", "eK", "e.U.", "eU", "e.V.", "eV", "SL", "S.L.", "SpA", "S.p.A.", "A/S",
    "AS", "a.s.", "AB", "Oy", "OÜ", "UAB", "SIA", "d.o.o.", "Inc",
];

/// The legal form at the end of a name, or at its start. The name must have another word.
///
/// ```
/// use customer_sync::kind::{KindEvidence, legal_form};
///
/// assert_eq!(legal_form("Bakkerij Jansen b.v."), Some(KindEvidence::LegalForm("BV")));
/// assert_eq!(legal_form("Kowalski Sp. z o. o."), Some(KindEvidence::LegalForm("Sp. z o.o.")));
/// assert_eq!(legal_form("VZW De Zon"), Some(KindEvidence::LegalForm("VZW")));
/// assert_eq!(legal_form("Nestlé SA"), Some(KindEvidence::LegalForm("SA")));
/// assert_eq!(legal_form("Ana Sa"), Some(KindEvidence::MaybeLegalForm("SA")));
/// assert_eq!(legal_form("Ann Peeters"), None);
/// ```
#[must_use]
pub fn legal_form(name: &str) -> Option<KindEvidence> {
    let name = cleaned(name)?;
    let words: Vec<&str> = name
        .split(' ')
        .filter(|word| word.contains(char::is_alphanumeric))
        .collect();
    let all_capitals = !name.contains(char::is_lowercase);
    // A form may be written in several words, but the name needs another word.
    for count in (1..words.len().min(5)).rev() {
        let last = words.get(words.len() - count..)?;
        let Some(forms) = forms_spelled(last) else {
            continue;
        };
        let typed = last.concat();
        if let Some(form) = forms.sure {
            return Some(KindEvidence::LegalForm(form));
        }
        let like_a_word = &forms.like_a_word;
        if let Some(form) = like_a_word.iter().find(|form| bare(form) == bare(&typed)) {
            let dotted = bare(form).contains(['.', '/']);
            return Some(if dotted || !all_capitals {
                KindEvidence::LegalForm(form)
            } else {
                KindEvidence::MaybeLegalForm(form)
            });
        }
        if let Some(form) = like_a_word.first() {
            return Some(KindEvidence::MaybeLegalForm(form));
        }
    }
    let (first, _) = words.split_first().filter(|(_, rest)| !rest.is_empty())?;
    let forms = forms_spelled(std::slice::from_ref(first))?;
    let maybe = || {
        forms
            .like_a_word
            .iter()
            .find(|form| bare(form) == bare(first))
    };
    forms
        .sure
        .map(KindEvidence::LegalForm)
        .or_else(|| Some(KindEvidence::MaybeLegalForm(maybe()?)))
}

/// The forms with the same letters.
#[derive(Default)]
struct Forms {
    sure: Option<&'static str>,
    like_a_word: Vec<&'static str>,
}

/// The forms with the letters of these words.
fn forms_spelled(words: &[&str]) -> Option<&'static Forms> {
    // The length of `eenmanszaak`, the longest form.
    const MOST_LETTERS: usize = 11;
    let key = || words.iter().flat_map(|word| letters(word));
    if key().nth(MOST_LETTERS).is_some() {
        return None;
    }
    BY_LETTERS.get(key().collect::<String>().as_str())
}

/// An index, since every name is looked up several times.
static BY_LETTERS: LazyLock<HashMap<String, Forms>> = LazyLock::new(|| {
    let mut forms: HashMap<String, Forms> = HashMap::new();
    for form in SURE {
        forms.entry(letters(form).collect()).or_default().sure = Some(form);
    }
    for form in LIKE_A_WORD {
        let forms = forms.entry(letters(form).collect()).or_default();
        forms.like_a_word.push(form);
    }
    forms
});

/// Letters and digits in lower case.
fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
}

/// The text without brackets, commas and dots at its ends.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| "(),;.".contains(c))
}
