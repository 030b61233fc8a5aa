//! Mapping rules suggested from the custom properties of a site's users.

use planyo_client::users::User;
use serde::Serialize;

use crate::core::field::Field;
use crate::core::properties::{Finding, PropertyTally};
use crate::core::rules::MappingRules;

/// Suggested rules, with the findings that they rest on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Suggestion {
    /// The default rules with the best property for each field, if it has a valid value. To be reviewed before use.
    pub rules: MappingRules,
    /// Every property with a value, the most used first.
    pub findings: Vec<Finding>,
}

impl MappingRules {
    /// Suggests rules from the names and the values of the custom properties.
    ///
    /// A property feeds a field if its name says so (VAT, BTW, TVA, company, firma, IBAN, GLN ...), or if more than
    /// half of its values are a VAT number, an IBAN or a GLN with the right check digits. Of several properties for one
    /// field, the one with the most valid values is taken.
    ///
    /// ```
    /// use customer_sync::MappingRules;
    /// use planyo_client::users::User;
    ///
    /// let user: User = serde_json::from_str(
    ///     r#"{"id": 7, "country": "BE", "properties": {"nr_onderneming": "BE 0403.170.701", "Bedrijf": "Acme"}}"#)?;
    /// let suggestion = MappingRules::suggest([&user]);
    /// let feeds = |name: &str| suggestion.findings.iter().find(|found| found.property == name)?.feeds.clone();
    /// assert_eq!(feeds("nr_onderneming").unwrap().to_string(), "VATNumber");
    /// assert_eq!(feeds("Bedrijf").unwrap().to_string(), "Name");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn suggest<'a>(users: impl IntoIterator<Item = &'a User>) -> Suggestion {
        let mut tally = PropertyTally::with_samples();
        for user in users {
            let properties = user.properties.iter();
            let properties = properties.map(|(name, value)| (name.as_str(), value.as_deref()));
            tally.add(user.country.as_deref(), properties);
        }
        let findings = tally.findings();
        let rules = findings.iter().fold(Self::default(), |rules, finding| {
            let best = |field: &Field| {
                let rank = |found: &Finding| (found.valid.unwrap_or(found.filled), found.by_name);
                let rivals = findings
                    .iter()
                    .filter(|other| other.feeds.as_ref() == Some(field));
                rivals.map(rank).max() == Some(rank(finding))
            };
            match &finding.feeds {
                // "VAT included?" is no VAT number.
                Some(field) if finding.valid != Some(0) && best(field) => {
                    rules.properties(field.clone(), [&finding.property])
                }
                _ => rules,
            }
        });
        Suggestion { rules, findings }
    }
}
