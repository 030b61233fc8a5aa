//! Numbers by which networks know a party.

use std::fmt;

use serde::Serialize;

use crate::error::{Error, Result};
use crate::macros::codes;

codes! {
    /// What kind of number an [`Identifier`] is (documented, and so are the schemes of Peppol).
    ///
    /// What some of them are in their country is not in Billit's documentation.
    IdentifierType {
        /// Company number, Belgium: ten digits. Peppol 0208.
        Cbe = "CBE",
        /// VAT number, Belgium. Peppol 9925.
        VatBe = "VAT-BE",
        /// Global location number. Peppol 0088.
        Gln = "GLN",
        /// D-U-N-S number. Peppol 0060.
        Duns = "DUNS",
        /// Legal entity identifier. Peppol 0199.
        Lei = "LEI",
        /// VAT number, Netherlands. Peppol 9944.
        VatNl = "VAT-NL",
        /// Chamber of commerce number, Netherlands. Peppol 0106.
        Kvk = "KVK",
        /// Number of a public body, Netherlands. Peppol 0190.
        Oin = "OIN",
        /// VAT number, Germany. Peppol 9930.
        VatDe = "VAT-DE",
        /// Route of a public body, Germany. Peppol 0204.
        LeitwegId = "LEITWEGID",
        /// VAT number, France. Peppol 9957.
        VatFr = "VAT-FR",
        /// Number of an establishment, France. Peppol 0009.
        Siret = "SIRET",
        /// Company number, France. Peppol 0002.
        Sirene = "SIRENE",
        /// Address of the French reform of e-invoicing. One of Billit's examples has `CTC` instead. Peppol 0225.
        Frctc = "FRCTC",
        /// VAT number, Luxembourg. Peppol 9938.
        VatLu = "VAT-LU",
        /// Number in the register, Luxembourg.
        Rpm = "RPM",
        /// VAT number, United Kingdom. Peppol 9932.
        VatGb = "VAT-GB",
        /// VAT number, Italy. Peppol 9906.
        VatIt = "VAT-IT",
        /// Recipient code of the Italian exchange (SDI).
        SdiCodDest = "SDICODDEST",
        /// Fiscal code, Italy (SDI).
        SdiCodFis = "SDICODFIS",
        /// Certified e-mail address, Italy (SDI).
        SdiPec = "SDIPEC",
        /// Public body, Italy (SDI).
        SdiB2g = "SDIB2G",
        /// Organisation number, Sweden. Peppol 0007.
        OrgNr = "ORGNR",
        /// Organisation number, Norway. Peppol 0192.
        Org = "ORG",
        /// Company number, Denmark. Peppol 9902.
        Cvr = "CVR",
        /// Number of the agency for digital government, Denmark. Peppol 0184.
        Digst = "DIGST",
        /// Number of the business authority, Denmark. Peppol 0198.
        Erst = "ERST",
        /// Address of an e-invoice, Finland. Peppol 0216.
        Novt = "NOVT",
        /// Business number, Australia. Peppol 0151.
        Abn = "ABN",
        /// Employer number, United States. Peppol 9959.
        Ein = "EIN",
        /// Tax number, Mexico.
        Tin = "TIN",
        /// Number of a foreigner, Spain.
        Nie = "NIE",
        /// Number of a citizen, Spain.
        Dni = "DNI",
        /// Tax number, Spain.
        Nif = "NIF",
        /// Tax number of a company, Spain.
        Cif = "CIF",
        /// Personal number, Croatia.
        Oib = "OIB",
        /// Legal entity code, Lithuania.
        Lec = "LEC",
        /// Company number, Brazil.
        Cnpj = "CNPJ",
        /// Malaysia.
        Eif = "EIF",
        /// Japan.
        Sst = "SST",
        /// Company number, Serbia.
        Mbr = "MBR",
        /// European Union. Peppol 0130.
        Nal = "NAL",
    }
}

impl IdentifierType {
    /// The code that Peppol has for this kind of number, such as `0208`, where Billit documents one.
    ///
    /// ```
    /// use billit_client::parties::IdentifierType;
    ///
    /// assert_eq!(IdentifierType::Cbe.scheme(), Some("0208"));
    /// assert_eq!(IdentifierType::from_scheme("0208"), Some(IdentifierType::Cbe));
    /// ```
    #[must_use]
    pub fn scheme(&self) -> Option<&'static str> {
        Some(match self {
            Self::Cbe => "0208",
            Self::VatBe => "9925",
            Self::Gln => "0088",
            Self::Duns => "0060",
            Self::Lei => "0199",
            Self::VatNl => "9944",
            Self::Kvk => "0106",
            Self::Oin => "0190",
            Self::VatDe => "9930",
            Self::LeitwegId => "0204",
            Self::VatFr => "9957",
            Self::Siret => "0009",
            Self::Sirene => "0002",
            Self::Frctc => "0225",
            Self::VatLu => "9938",
            Self::VatGb => "9932",
            Self::VatIt => "9906",
            Self::OrgNr => "0007",
            Self::Org => "0192",
            Self::Cvr => "9902",
            Self::Digst => "0184",
            Self::Erst => "0198",
            Self::Novt => "0216",
            Self::Abn => "0151",
            Self::Ein => "9959",
            Self::Nal => "0130",
            _ => return None,
        })
    }

    /// The kind of number that has this code in Peppol.
    #[must_use]
    pub fn from_scheme(scheme: &str) -> Option<Self> {
        let mut types = Self::ALL.iter();
        types.find(|kind| kind.scheme() == Some(scheme)).cloned()
    }
}

/// A number by which a network knows a party: for [`PartyDraft::identified_by`](super::PartyDraft::identified_by).
///
/// A VAT number has a field of its own, and need not be repeated here (documented). `Debug` shows the type alone.
///
/// ```
/// use billit_client::parties::{Identifier, PartyDraft};
///
/// let police = PartyDraft::new("Politie XYZ").identified_by(Identifier::cbe("0793.249.999")?);
/// # Ok::<(), billit_client::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Identifier {
    identifier_type: IdentifierType,
    #[serde(rename = "Identifier")]
    value: String,
}

impl Identifier {
    /// A number of this kind, sent as it is.
    #[must_use]
    pub fn new(kind: impl Into<IdentifierType>, value: impl Into<String>) -> Self {
        Self {
            identifier_type: kind.into(),
            value: value.into(),
        }
    }

    /// A Belgian company number: ten digits without `BE` (documented). Spaces, dots and a `BE` before it are dropped.
    ///
    /// # Errors
    /// When it has not ten digits.
    pub fn cbe(number: &str) -> Result<Self> {
        let number: String = number.chars().filter(|c| !matches!(c, ' ' | '.')).collect();
        let digits = number
            .strip_prefix("BE")
            .or_else(|| number.strip_prefix("be"))
            .unwrap_or(&number);
        if digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self::new(IdentifierType::Cbe, digits));
        }
        Err(Error::configuration(
            "a Belgian company number has ten digits",
        ))
    }

    /// A global location number. Of two customers with the same VAT number, the GLN says which one is meant, if no
    /// other has it (documented).
    #[must_use]
    pub fn gln(number: impl Into<String>) -> Self {
        Self::new(IdentifierType::Gln, number)
    }

    /// A number of the Dutch chamber of commerce.
    #[must_use]
    pub fn kvk(number: impl Into<String>) -> Self {
        Self::new(IdentifierType::Kvk, number)
    }

    /// A number of a French establishment.
    #[must_use]
    pub fn siret(number: impl Into<String>) -> Self {
        Self::new(IdentifierType::Siret, number)
    }

    pub(super) fn into_parts(self) -> (IdentifierType, String) {
        (self.identifier_type, self.value)
    }

    /// What kind of number it is.
    #[must_use]
    pub fn identifier_type(&self) -> &IdentifierType {
        &self.identifier_type
    }

    /// The number itself.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The address in Peppol, such as `0208:0563846944`, where Billit documents the scheme.
    #[must_use]
    pub fn peppol_id(&self) -> Option<String> {
        let scheme = self.identifier_type.scheme()?;
        Some(format!("{scheme}:{}", self.value))
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identifier")
            .field("identifier_type", &self.identifier_type)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scheme_is_of_one_type() {
        for kind in IdentifierType::ALL {
            assert_eq!(&IdentifierType::from(kind.as_str()), kind);
            if let Some(scheme) = kind.scheme() {
                assert_eq!(IdentifierType::from_scheme(scheme).as_ref(), Some(kind));
            }
        }
        assert_eq!(IdentifierType::from_scheme(""), None);
        assert_eq!(IdentifierType::from("CTC").scheme(), None);
    }

    #[test]
    fn a_draft_takes_identifiers_and_fields_of_your_own() {
        let draft = crate::parties::PartyDraft::new("x")
            .identified_by(Identifier::gln("5430003732007"))
            .identifier("CBE", "0563846944")
            .custom_field("colour", "red");
        assert_eq!(
            serde_json::to_string(&draft).unwrap(),
            r#"{"CustomFields":[{"Key":"colour","Value":"red"}],"Identifiers":[{"Identifier":"5430003732007","IdentifierType":"GLN"},{"Identifier":"0563846944","IdentifierType":"CBE"}],"Name":"x","PartyType":"Customer"}"#
        );
    }

    #[test]
    fn a_company_number_has_ten_digits() {
        for number in [
            "0563846944",
            "0563.846.944",
            "BE 0563 846 944",
            "be0563846944",
        ] {
            let identifier = Identifier::cbe(number).unwrap();
            assert_eq!(identifier.value(), "0563846944", "{number}");
            assert_eq!(identifier.peppol_id().as_deref(), Some("0208:0563846944"));
        }
        for number in [
            "",
            "BE",
            "563846944",
            "00563846944",
            "056384694x",
            "NL0563846944",
            "٠٥٦٣٨",
        ] {
            assert!(Identifier::cbe(number).is_err(), "{number}");
        }
    }
}
