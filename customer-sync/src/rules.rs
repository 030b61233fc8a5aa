//! How a source's record becomes a party: which property feeds what, and who owns a field.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::target::billit::Field;
use billit_client::parties::TextField;

/// The rules of the mapping. The default works without any setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MappingRules {
    source: String,
    vat_properties: Vec<String>,
    company_properties: Vec<String>,
    number: CustomerNumber,
    provider_code: Option<String>,
    languages: Vec<String>,
    owners: BTreeMap<Field, Owner>,
}

/// What goes into Billit's `Nr`, the customer's number in the books.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CustomerNumber {
    /// Nothing: the numbering is the accountant's.
    #[default]
    None,
    /// The id in the source.
    SourceId,
    /// The value of this custom property.
    Property(String),
}

/// Whose value counts where both sides have one and they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Owner {
    /// The source's.
    Source,
    /// Billit's; a blank there is filled.
    Target,
}

impl Default for MappingRules {
    fn default() -> Self {
        let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            source: "planyo".to_owned(),
            vat_properties: texts(&[
                "vat_number",
                "vat",
                "vat_nr",
                "btw_nummer",
                "btw",
                "btw_nr",
                "numero_tva",
                "tva",
                "ust_id",
                "ust_idnr",
            ]),
            company_properties: texts(&[
                "company",
                "company_name",
                "bedrijf",
                "bedrijfsnaam",
                "firma",
                "firmanaam",
                "societe",
                "entreprise",
                "firmenname",
            ]),
            number: CustomerNumber::None,
            provider_code: None,
            languages: texts(&["NL", "FR", "EN", "DE"]),
            // What an accountant corrects: an invoice with the customer's typing error would be refused.
            owners: BTreeMap::from([
                (Field::Text(TextField::VatNumber), Owner::Target),
                (Field::Text(TextField::Language), Owner::Target),
                (Field::VatLiable, Owner::Target),
            ]),
        }
    }
}

impl MappingRules {
    /// The first part of each link, `planyo` in `planyo:838829`. Change it if user ids of several Planyo accounts
    /// meet in one Billit company: that they are unique over all of Planyo is inferred, not documented.
    ///
    /// Letters, digits, `-` and `_` count; the rest is dropped. A blank name changes nothing.
    #[must_use]
    pub fn source(mut self, name: &str) -> Self {
        let plain = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let name: String = name.chars().filter(plain).collect();
        if !name.is_empty() {
            self.source = name;
        }
        self
    }

    /// The custom properties that hold a VAT number, instead of the usual names; the first that is not blank counts.
    /// Case, accents, spaces and underscores do not matter.
    #[must_use]
    pub fn vat_properties<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.vat_properties = names.into_iter().map(Into::into).collect();
        self
    }

    /// The custom properties that hold a company's name, instead of the usual names; the first that is not blank
    /// counts.
    #[must_use]
    pub fn company_properties<S: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = S>,
    ) -> Self {
        self.company_properties = names.into_iter().map(Into::into).collect();
        self
    }

    /// What goes into `Nr`. By default nothing.
    #[must_use]
    pub fn customer_number(mut self, number: CustomerNumber) -> Self {
        self.number = number;
        self
    }

    /// A value for `ExternalProviderTC`. By default none is sent: which values Billit allows is unknown.
    #[must_use]
    pub fn provider_code(mut self, code: impl Into<String>) -> Self {
        self.provider_code = Some(code.into());
        self
    }

    /// The languages that are sent. By default the four Billit has templates in: NL, FR, EN, DE.
    #[must_use]
    pub fn languages<S: Into<String>>(mut self, codes: impl IntoIterator<Item = S>) -> Self {
        self.languages = codes
            .into_iter()
            .map(|code| code.into().to_uppercase())
            .collect();
        self
    }

    /// Who owns a field. By default Billit owns the VAT number, whether the customer is liable to VAT, and the
    /// language; the source owns the rest.
    #[must_use]
    pub fn owner(mut self, field: Field, owner: Owner) -> Self {
        self.owners.insert(field, owner);
        self
    }

    pub(crate) fn source_name(&self) -> &str {
        &self.source
    }

    pub(crate) fn vat_names(&self) -> &[String] {
        &self.vat_properties
    }

    pub(crate) fn company_names(&self) -> &[String] {
        &self.company_properties
    }

    pub(crate) fn number_rule(&self) -> &CustomerNumber {
        &self.number
    }

    pub(crate) fn provider(&self) -> Option<&str> {
        self.provider_code.as_deref()
    }

    pub(crate) fn sends_language(&self, code: &str) -> bool {
        self.languages.iter().any(|known| known == code)
    }

    pub(crate) fn owner_of(&self, field: Field) -> Owner {
        self.owners.get(&field).copied().unwrap_or(Owner::Source)
    }
}
