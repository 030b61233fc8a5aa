//! Mapping rules suggested from the custom properties of a site's users.

use std::collections::BTreeMap;
use std::fmt;

use billit_client::parties::TextField;
use planyo_client::users::User;
use serde::Serialize;

use crate::core::field::{self, Field};
use crate::core::rules::MappingRules;
use crate::normalize::{country, gln, iban, text, vat};

/// The number of sample values for each property.
const SAMPLES: usize = 3;

/// A field that a property may feed: the words in its name, and the check of its values.
struct Guess {
    field: fn() -> Field,
    words: &'static [&'static str],
    check: Option<fn(&str, Option<&str>) -> bool>,
}

/// Strongest first: a property feeds one field.
static GUESSES: &[Guess] = &[
    Guess {
        field: || field::VAT_NUMBER,
        words: &[
            "vat", "btw", "tva", "ust", "ustid", "mwst", "uid", "iva", "moms",
        ],
        check: Some(|value, country| vat::normalized(value, country).is_ok()),
    },
    Guess {
        field: || Field::Text(TextField::Iban),
        words: &["iban", "rekeningnummer", "bankaccount"],
        check: Some(|value, _| iban::normalized(value).is_ok()),
    },
    Guess {
        field: || Field::Identifier("GLN".to_owned()),
        words: &["gln", "ean"],
        check: Some(|value, _| gln::normalized(value).is_ok()),
    },
    Guess {
        field: || Field::Identifier("CBE".to_owned()),
        words: &["cbe", "kbo", "bce", "ondernemingsnummer", "entrepriseno"],
        check: Some(|value, _| vat::vat_of_cbe(value).is_ok()),
    },
    Guess {
        field: || Field::Identifier("SIRET".to_owned()),
        words: &["siret"],
        check: None,
    },
    Guess {
        field: || Field::Identifier("KVK".to_owned()),
        words: &["kvk"],
        check: None,
    },
    Guess {
        field: || field::NAME,
        words: &[
            "company",
            "bedrijf",
            "bedrijfsnaam",
            "firma",
            "firmanaam",
            "societe",
            "entreprise",
            "firmenname",
            "organisation",
            "organisatie",
            "vereniging",
            "unternehmen",
            "azienda",
            "empresa",
        ],
        check: None,
    },
    Guess {
        field: || Field::Text(TextField::Nr),
        words: &[
            "klantnummer",
            "klantnr",
            "customernumber",
            "customerno",
            "kundennummer",
            "numeroclient",
        ],
        check: None,
    },
    Guess {
        field: || Field::Text(TextField::GlDefaultExpiryOffset),
        words: &[
            "betaaltermijn",
            "betalingstermijn",
            "paymentterms",
            "zahlungsziel",
            "delaipaiement",
        ],
        check: Some(|value, _| value.chars().all(|c| c.is_ascii_digit())),
    },
    Guess {
        field: || Field::Text(TextField::GlAccountCode),
        words: &[
            "grootboek",
            "grootboekrekening",
            "glaccount",
            "sachkonto",
            "comptegeneral",
        ],
        check: Some(|value, _| value.chars().all(|c| c.is_ascii_digit())),
    },
];

/// Suggested rules, with the findings that they rest on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Suggestion {
    /// The default rules with the best property for each field, if it has a valid value. To be reviewed before use.
    pub rules: MappingRules,
    /// Every property with a value, the most used first.
    pub findings: Vec<Finding>,
}

/// What is known of one custom property. `Debug` shows no sample.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The property's name.
    pub property: String,
    /// The field that it probably feeds.
    pub feeds: Option<Field>,
    /// Whether that comes from its name, rather than its values.
    pub by_name: bool,
    /// The number of users with a value.
    pub filled: usize,
    /// The number of users.
    pub users: usize,
    /// The number of values that pass the check of the field, if it has one.
    pub valid: Option<usize>,
    /// A few values. Personal data: show them, do not log them.
    pub samples: Vec<String>,
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finding")
            .field("property", &self.property)
            .field("feeds", &self.feeds)
            .field("filled", &self.filled)
            .field("valid", &self.valid)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            property,
            filled,
            users,
            ..
        } = self;
        write!(f, "`{property}`: filled by {filled} of {users}")?;
        if let Some(valid) = self.valid {
            write!(f, ", {valid} valid")?;
        }
        match &self.feeds {
            Some(field) => write!(f, "; feeds {field}"),
            None => f.write_str("; feeds nothing"),
        }
    }
}

/// The values of one property: each with the country of its user.
type Values<'a> = Vec<(String, Option<&'a str>)>;

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
        let mut properties: BTreeMap<&str, Values<'_>> = BTreeMap::new();
        let mut count = 0;
        for user in users {
            count += 1;
            let country = user.country.as_deref().and_then(country::code);
            for (name, value) in &user.properties {
                let values = properties.entry(name).or_default();
                let value = value.as_deref().and_then(text::clean);
                let value = value.filter(|value| !text::says_nothing(value));
                values.extend(value.map(|value| (value, country)));
            }
        }
        let filled = properties
            .into_iter()
            .filter(|(_, values)| !values.is_empty());
        let mut findings: Vec<Finding> = filled
            .map(|(name, values)| finding(name, &values, count))
            .collect();
        findings.sort_by(|a, b| {
            b.filled
                .cmp(&a.filled)
                .then_with(|| a.property.cmp(&b.property))
        });
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

fn finding(name: &str, values: &Values<'_>, users: usize) -> Finding {
    let valid = |guess: &Guess| {
        let check = guess.check?;
        Some(
            values
                .iter()
                .filter(|(value, country)| check(value, *country))
                .count(),
        )
    };
    let words = text::folded_words(name);
    let joined = words.concat();
    let by_name = GUESSES.iter().find(|guess| {
        let mut known = guess.words.iter().copied();
        known.any(|word| joined == word || words.iter().any(|own| own == word))
    });
    // Nine digits may be anything; only numbers with check digits are recognised by value.
    let by_values = || {
        GUESSES
            .iter()
            .take(3)
            .find(|guess| valid(guess).is_some_and(|valid| valid * 2 > values.len()))
    };
    let guess = by_name.or_else(by_values);
    Finding {
        property: name.to_owned(),
        feeds: guess.map(|guess| (guess.field)()),
        by_name: by_name.is_some(),
        filled: values.len(),
        users,
        valid: guess.and_then(valid),
        samples: values
            .iter()
            .take(SAMPLES)
            .map(|(value, _)| value.clone())
            .collect(),
    }
}
