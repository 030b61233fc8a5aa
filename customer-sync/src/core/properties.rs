//! The custom properties of a source's customers: which there are, how many have a value, and which field each may feed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use billit_client::parties::TextField;
use serde::Serialize;

use super::field::{self, Field};
use super::rules::{MappingRules, Property};
use super::warning::Warning;
use crate::normalize::{country, gln, iban, text, vat};

/// The number of sample values for each property.
const SAMPLES: usize = 3;

/// The most values of one property that are checked in the tally of a page: a sample tells what a property is for.
const CHECKED: usize = 50;

/// The most properties that are counted. No site has so many, and memory must not grow with what a server sends.
const MAX_PROPERTIES: usize = 1000;

/// With fewer customers, a property that none of them has says nothing: a source may leave out blank ones.
const FEWEST_CUSTOMERS: usize = 5;

/// A field that a property may feed: the words in its name, and the check of its values.
struct Guess {
    field: fn() -> Field,
    words: &'static [&'static str],
    check: Option<fn(&str, Option<&str>) -> bool>,
}

/// The number of guesses by value: nine digits may be anything, so only numbers with check digits are recognised.
const BY_VALUES: usize = 3;

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

/// The custom properties of some customers, counted: a few numbers for each property, however many customers there are.
/// `Debug` shows no value.
///
/// A `CustomerSource` counts those of its list, so that a plan can warn of a rule that finds nothing:
///
/// ```
/// use customer_sync::{MappingRules, PropertyTally};
///
/// let mut tally = PropertyTally::default();
/// for _ in 0..20 {
///     tally.add(Some("BE"), [("btw_nummer", Some("BE 0403.170.701"))]);
/// }
/// let rules = MappingRules::default().vat_properties(["bwt nummer"]);
/// let warnings = tally.warnings(&rules);
/// assert_eq!(
///     warnings[0].to_string(),
///     "VATNumber is fed by nothing: none of 20 customers has the property `bwt nummer`; `btw_nummer` looks right for \
///      it; there are `btw_nummer`: correct `properties` in the rules"
/// );
/// assert!(tally.warnings(&MappingRules::default()).is_empty());
/// ```
#[derive(Clone)]
pub struct PropertyTally {
    customers: usize,
    /// Whether a customer had a field of custom properties, if only an empty one.
    is_listed: bool,
    /// Whether the list had none, and the customers were read one by one.
    is_unlisted: bool,
    properties: BTreeMap<String, Tally>,
    /// Whether there were more than [`MAX_PROPERTIES`].
    is_full: bool,
    most_checked: usize,
    samples: usize,
}

/// The numbers of one property.
#[derive(Clone, Default)]
struct Tally {
    /// The field that its name says.
    by_name: Option<&'static Guess>,
    /// The number of customers with a value, with one that is not just "none", and with one that was checked.
    typed: usize,
    filled: usize,
    checked: usize,
    /// The number of values that pass the check of the field that the name says, or else of each of the first guesses.
    valid: [usize; BY_VALUES],
    samples: Vec<String>,
}

/// Without values, and with a sample of the checks.
impl Default for PropertyTally {
    fn default() -> Self {
        Self {
            customers: 0,
            is_listed: false,
            is_unlisted: false,
            properties: BTreeMap::new(),
            is_full: false,
            most_checked: CHECKED,
            samples: 0,
        }
    }
}

impl PropertyTally {
    /// Checks every value, and keeps samples.
    pub(crate) fn with_samples() -> Self {
        Self {
            most_checked: usize::MAX,
            samples: SAMPLES,
            ..Self::default()
        }
    }

    /// Counts a customer with the names and values of its custom properties, blank ones too. `country` as its record
    /// has it: VAT numbers are checked by it.
    pub fn add<'a>(
        &mut self,
        country: Option<&str>,
        properties: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    ) {
        self.customers += 1;
        self.is_listed = true;
        let (most_checked, samples) = (self.most_checked, self.samples);
        for (name, value) in properties {
            let Some(tally) = self.of(name) else { continue };
            let Some(value) = value.and_then(text::cleaned) else {
                continue;
            };
            tally.typed += 1;
            if text::says_nothing(&value) {
                continue;
            }
            tally.filled += 1;
            if tally.checked < most_checked {
                tally.check(&value, country);
            }
            if tally.samples.len() < samples {
                tally.samples.push(value.into_owned());
            }
        }
    }

    /// Counts a customer whose record has no field of custom properties, not even an empty one.
    pub fn add_without_properties(&mut self) {
        self.customers += 1;
    }

    /// Says that the list has no custom properties, and that the customers were read one by one for them.
    pub fn set_unlisted(&mut self) {
        self.is_unlisted = true;
    }

    /// Adds the numbers of another tally.
    pub fn extend(&mut self, other: Self) {
        self.customers += other.customers;
        self.is_listed |= other.is_listed;
        self.is_unlisted |= other.is_unlisted;
        self.is_full |= other.is_full;
        let samples = self.samples;
        for (name, more) in other.properties {
            let Some(tally) = self.of(&name) else {
                continue;
            };
            tally.typed += more.typed;
            tally.filled += more.filled;
            tally.checked += more.checked;
            for (valid, more) in tally.valid.iter_mut().zip(more.valid) {
                *valid += more;
            }
            let room = samples.saturating_sub(tally.samples.len());
            tally.samples.extend(more.samples.into_iter().take(room));
        }
    }

    /// Whether a customer had a field of custom properties, if only an empty one.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.is_listed
    }

    fn of(&mut self, name: &str) -> Option<&mut Tally> {
        if !self.properties.contains_key(name) {
            if self.properties.len() >= MAX_PROPERTIES {
                self.is_full = true;
                return None;
            }
            let tally = Tally {
                by_name: by_name(name),
                ..Tally::default()
            };
            self.properties.insert(name.to_owned(), tally);
        }
        self.properties.get_mut(name)
    }

    /// Every property with a value, the most used first.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let filled = self.properties.iter().filter(|(_, tally)| tally.filled > 0);
        let mut findings: Vec<Finding> = filled
            .map(|(name, tally)| tally.finding(name, self.customers))
            .collect();
        findings.sort_by(|a, b| {
            b.filled
                .cmp(&a.filled)
                .then_with(|| a.property.cmp(&b.property))
        });
        findings
    }

    /// Which of these rules find nothing. The default properties, of which most sites have none, are named only if
    /// another property looks right for their field. Nothing is said of fewer than 5 customers.
    #[must_use]
    pub fn warnings(&self, rules: &MappingRules) -> Vec<Warning> {
        let customers = self.customers;
        if customers < FEWEST_CUSTOMERS || self.is_full {
            return Vec::new();
        }
        // A field with a template is fed, whatever its default properties are.
        let is_computed = |field: &Field| {
            rules.templates().contains_key(field) && rules.has_default_properties(field)
        };
        let fed = || {
            let fed = rules.mapped_properties();
            fed.filter(|(field, names)| !names.is_empty() && !is_computed(field))
        };
        let is_own = |(field, _): &(&Field, &[Property])| !rules.has_default_properties(field);
        let unlisted = Warning::NotListed { customers };
        let mut warnings: Vec<Warning> = self.is_unlisted.then_some(unlisted).into_iter().collect();
        if self.properties.is_empty() {
            // A list with empty properties is that of a site without any: then only a rule of one's own misses them.
            let missed = fed().filter(|rule| is_own(rule) || !self.is_listed);
            let fields: Vec<Field> = missed.map(|(field, _)| field.clone()).collect();
            if !fields.is_empty() {
                warnings.push(Warning::NoProperties { fields, customers });
            }
            warnings.extend(self.missed_by_rules(rules, &BTreeSet::new()));
            return warnings;
        }
        let mapped = keys_named(rules);
        let findings = self.findings();
        let mut keys: BTreeMap<String, (&str, usize)> = BTreeMap::new();
        for (name, tally) in &self.properties {
            let of_key = keys.entry(text::folded(name)).or_insert((name, 0));
            of_key.1 += tally.typed;
        }
        let similar = |field: &Field| -> Vec<String> {
            let right = findings.iter().filter(|found| {
                found.feeds.as_ref() == Some(field)
                    && found.valid != Some(0)
                    && !mapped.contains(&text::folded(&found.property))
            });
            right.map(|found| found.property.clone()).collect()
        };
        let warning = |rule: (&Field, &[Property])| {
            let (field, names) = rule;
            let there: Vec<&(&str, usize)> = names
                .iter()
                .filter_map(|property| keys.get(&property.key))
                .collect();
            if there.iter().any(|(_, typed)| *typed > 0) {
                return None;
            }
            let (field, properties) = (field.clone(), similar(field));
            match (is_own(&rule), there.is_empty()) {
                (false, _) if properties.is_empty() => None,
                (false, _) => Some(Warning::UnusedProperty {
                    field,
                    properties,
                    customers,
                }),
                (true, true) => Some(Warning::NoSuchProperty {
                    field,
                    properties: names.iter().map(|property| property.name.clone()).collect(),
                    customers,
                    similar: properties,
                    existing: self.names(),
                }),
                (true, false) => Some(Warning::BlankProperty {
                    field,
                    properties: there.iter().map(|(name, _)| (*name).to_owned()).collect(),
                    customers,
                }),
            }
        };
        warnings.extend(fed().filter_map(warning));
        let there: BTreeSet<&str> = keys.keys().map(String::as_str).collect();
        warnings.extend(self.missed_by_rules(rules, &there));
        warnings
    }

    /// The properties that the filter and the templates read, and that are not there.
    fn missed_by_rules(&self, rules: &MappingRules, there: &BTreeSet<&str>) -> Vec<Warning> {
        let missed = properties_in_rules(rules)
            .filter(|(_, property)| !there.contains(text::folded(property).as_str()));
        let warning = |(rule, property): (String, &str)| Warning::NoSuchPropertyInRule {
            rule,
            property: property.to_owned(),
            customers: self.customers,
            existing: self.names(),
        };
        missed.map(warning).collect()
    }

    /// The names of all properties, or none if there are too many to count.
    #[must_use]
    pub fn names_seen(&self) -> BTreeSet<String> {
        if self.is_full {
            return BTreeSet::new();
        }
        self.properties.keys().cloned().collect()
    }

    /// All names, the most used first.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<(&String, usize)> = self
            .properties
            .iter()
            .map(|(name, tally)| (name, tally.filled))
            .collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        names.into_iter().map(|(name, _)| name.clone()).collect()
    }
}

/// The properties that the filter and the templates of the rules read, each with the entry that names it.
fn properties_in_rules(rules: &MappingRules) -> impl Iterator<Item = (String, &str)> {
    let of_filter = rules.filter_of().property_names();
    let of_filter = of_filter.map(|name| ("filter".to_owned(), name));
    let of_templates = rules.templates().iter().flat_map(|(field, template)| {
        let names = template.properties().iter();
        names.map(move |name| (format!("templates.{field}"), name.as_str()))
    });
    of_filter.chain(of_templates)
}

/// The keys of all properties that the rules name.
pub(crate) fn keys_named(rules: &MappingRules) -> BTreeSet<String> {
    let of_fields = rules.mapped_properties().flat_map(|(_, names)| names);
    let of_fields = of_fields.map(|property| property.key.clone());
    let others = properties_in_rules(rules).map(|(_, name)| text::folded(name));
    of_fields.chain(others).collect()
}

impl fmt::Debug for PropertyTally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PropertyTally")
            .field("customers", &self.customers)
            .field("properties", &self.names())
            .finish_non_exhaustive()
    }
}

impl Tally {
    fn check(&mut self, value: &str, country: Option<&str>) {
        /// No number with check digits that is recognised by its value has fewer.
        const FEWEST_DIGITS: usize = 7;
        self.checked += 1;
        let guesses = match self.by_name {
            Some(guess) => std::slice::from_ref(guess),
            None if value.chars().filter(|c| c.is_numeric()).count() < FEWEST_DIGITS => return,
            None => GUESSES.get(..BY_VALUES).unwrap_or_default(),
        };
        let country = country.and_then(country::code);
        for (valid, guess) in self.valid.iter_mut().zip(guesses) {
            if guess.check.is_some_and(|check| check(value, country)) {
                *valid += 1;
            }
        }
    }

    fn finding(&self, name: &str, customers: usize) -> Finding {
        let by_values = || {
            let mut valid = GUESSES.iter().zip(&self.valid);
            valid.find(|(_, valid)| **valid * 2 > self.checked)
        };
        let guess = match self.by_name {
            Some(guess) => Some((guess, self.valid.first())),
            None => by_values().map(|(guess, valid)| (guess, Some(valid))),
        };
        let valid = guess.and_then(|(guess, valid)| guess.check.and(valid.copied()));
        Finding {
            property: name.to_owned(),
            feeds: guess.map(|(guess, _)| (guess.field)()),
            by_name: self.by_name.is_some(),
            filled: self.filled,
            users: customers,
            valid,
            samples: self.samples.clone(),
        }
    }
}

/// The field that the name of a property says.
fn by_name(name: &str) -> Option<&'static Guess> {
    let words = text::folded_words(name);
    let joined = words.concat();
    GUESSES.iter().find(|guess| {
        let mut known = guess.words.iter().copied();
        known.any(|word| joined == word || words.iter().any(|own| own == word))
    })
}
