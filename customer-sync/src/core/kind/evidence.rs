//! Person or company, and the evidence for it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whether a customer is a person or a company.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// The name has a word that names of persons do not have, such as this one: a public body, a school, a family, `& Co`.
    NotOnePerson(&'static str),
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
            Self::NotOnePerson(word) => {
                write!(f, "the name has {word}, as no name of one person has")
            }
            Self::FullName => f.write_str("there are first and last name and no company"),
            Self::NoFullName => f.write_str("there is only part of a name"),
        }
    }
}
