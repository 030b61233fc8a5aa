//! Company search and type codes (documented).

use std::fmt;

use chrono::NaiveDateTime;
use serde::Deserialize;

use crate::endpoint::{Endpoint, Method, Request};
use crate::macros::{call, codes, path_call};
use crate::wire::{self, Record};

/// `GET /v1/misc/companysearch/{Keywords}`: companies in public registers by name or number.
///
/// How many it gives at most, and what it makes of several words, is undocumented.
///
/// ```no_run
/// # async fn run(billit: billit_client::Client) -> billit_client::Result<()> {
/// use billit_client::misc::{CompanySource, SearchCompanies};
///
/// for company in billit.send(SearchCompanies::new("BE0563846944")).await? {
///     if company.source == Some(CompanySource::Kbo) {
///         println!("{:?} in {:?}", company.name, company.city);
///     }
/// }
/// # Ok(()) }
/// ```
///
/// `Debug` hides the words.
#[derive(Clone)]
pub struct SearchCompanies {
    keywords: String,
}

impl SearchCompanies {
    /// Companies with these words.
    #[must_use]
    pub fn new(keywords: impl Into<String>) -> Self {
        Self {
            keywords: keywords.into(),
        }
    }
}

impl Endpoint for SearchCompanies {
    call!("search_companies", Read -> Vec<Record<FoundCompany>>, wire::items);

    fn request(&self) -> serde_json::Result<Request> {
        let path = ["v1", "misc", "companysearch", &self.keywords];
        Ok(Request::new(Method::Get, path))
    }
}

impl fmt::Debug for SearchCompanies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchCompanies").finish_non_exhaustive()
    }
}

codes! {
    /// The register that a company was found in (documented).
    CompanySource {
        /// The Belgian register, Kruispuntbank van Ondernemingen.
        Kbo = "KBO",
        /// The VAT register of the European Union.
        Vies = "VIES",
    }
}

/// A company of a public register; every field may be missing. `Debug` shows the register alone.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct FoundCompany {
    /// The register.
    #[serde(default, deserialize_with = "wire::code")]
    pub source: Option<CompanySource>,
    /// Its number there; whether with or without its country is undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub company_identification: Option<String>,
    /// Name.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// Trade name.
    #[serde(default, deserialize_with = "wire::text")]
    pub commercial_name: Option<String>,
    /// Street.
    #[serde(default, deserialize_with = "wire::text")]
    pub street: Option<String>,
    /// Number of the house.
    #[serde(default, deserialize_with = "wire::text")]
    pub number: Option<String>,
    /// Box.
    #[serde(default, rename = "Box", deserialize_with = "wire::text")]
    pub box_number: Option<String>,
    /// Postcode.
    #[serde(default, deserialize_with = "wire::text")]
    pub zipcode: Option<String>,
    /// City.
    #[serde(default, deserialize_with = "wire::text")]
    pub city: Option<String>,
    /// Country; whether as a code or a name is undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub country: Option<String>,
    /// When it began.
    #[serde(default, deserialize_with = "wire::time")]
    pub start_date: Option<NaiveDateTime>,
}

impl fmt::Debug for FoundCompany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoundCompany")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

path_call! {
    /// `GET /v1/misc/typecodes/{TypeCodeType}`: the values of a type of codes, such as those of fields whose names end
    /// in `TC`. The names of the types are undocumented.
    ListTypeCodes { code_type: String }
    /// The values of this type.
    ;
    "list_type_codes", Read -> Vec<Record<TypeCode>>, wire::items;
    Get ["v1", "misc", "typecodes", code_type]
}

path_call! {
    /// `GET /v1/misc/typecodes/{TypeCodeType}/{key}/{language}`: one value in words. The answer is a list by the
    /// documentation.
    TranslateTypeCode { code_type: String, key: String, language: String }
    /// This key of this type in a language, such as `NL`.
    ;
    "translate_type_code", Read -> Vec<Record<TypeCode>>, wire::items;
    Get ["v1", "misc", "typecodes", code_type, key, language]
}

/// A code and what it means.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct TypeCode {
    /// The code.
    #[serde(default, deserialize_with = "wire::text")]
    pub key: Option<String>,
    /// Its words.
    #[serde(default, deserialize_with = "wire::text")]
    pub value: Option<String>,
}
