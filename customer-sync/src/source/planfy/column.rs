//! The columns of a Planfy file.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A column that Planfy documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Column {
    /// The id that Planfy gave the customer. Missing in an import that adds customers.
    PlanfyId,
    /// First and last name, or the name of a company.
    Name,
    /// The address except town, city, postcode and country.
    Address,
    /// Town.
    Town,
    /// City.
    City,
    /// Country, as a name or a code (not documented which).
    Country,
    /// Postcode.
    Postcode,
    /// E-mail address.
    Email,
    /// Mobile phone.
    MobileNumber,
    /// Date of birth, `YYYY-MM-DD`.
    Dob,
    /// `male` or `female`.
    Gender,
    /// Occupation.
    Occupation,
}

impl Column {
    /// All, in the order of an update file.
    pub const ALL: [Self; 12] = [
        Self::PlanfyId,
        Self::Name,
        Self::Address,
        Self::Town,
        Self::City,
        Self::Country,
        Self::Postcode,
        Self::Email,
        Self::MobileNumber,
        Self::Dob,
        Self::Gender,
        Self::Occupation,
    ];

    /// The name in the file's first line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PlanfyId => "planfy_id",
            Self::Name => "name",
            Self::Address => "address",
            Self::Town => "town",
            Self::City => "city",
            Self::Country => "country",
            Self::Postcode => "postcode",
            Self::Email => "email",
            Self::MobileNumber => "mobile_number",
            Self::Dob => "dob",
            Self::Gender => "gender",
            Self::Occupation => "occupation",
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
