//! Possible duplicates. They are reported, never merged.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::hash::Hash;

use billit_client::parties::TextField;
use serde::{Deserialize, Serialize};

use crate::core::field::Field;
use crate::core::values::Values;
use crate::normalize::{email, text};

/// What several records share, strongest evidence first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Shared {
    /// The VAT or company number.
    TaxNumber,
    /// An e-mail address, ignoring case and a tag: `Ann+camping@example.com` is `ann@example.com`.
    Email,
    /// A phone number, with or without its country code.
    Phone,
    /// The name, ignoring case, accents and word order, and the postcode.
    NameAndPostcode,
}

impl Shared {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::TaxNumber => "same VAT or company number",
            Self::Email => "same e-mail, but for case or tag",
            Self::Phone => "same phone",
            Self::NameAndPostcode => "same name and postcode",
        }
    }
}

/// Records that may be duplicates. `Display` and `Debug` show ids and reasons, no personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Duplicates<Id> {
    /// Their ids, sorted; at least two.
    pub ids: Vec<Id>,
    /// What all of them share.
    pub shared: Vec<Shared>,
}

impl<Id: fmt::Display> fmt::Display for Duplicates<Id> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<String> = self.ids.iter().map(ToString::to_string).collect();
        let shared: Vec<&str> = self.shared.iter().map(|shared| shared.words()).collect();
        write!(f, "{}: {}", ids.join(", "), shared.join("; "))
    }
}

/// The groups of records that share something, strongest evidence first. They are candidates: two persons may share a
/// phone, and a record may be in several groups. Takes linear time.
///
/// ```
/// # fn run(customers: &[customer_sync::Customer], parties: &customer_sync::Parties) {
/// use customer_sync::{MappingRules, duplicates::duplicates, party};
///
/// let rules = MappingRules::default();
/// let values = |customer: &customer_sync::Customer| (customer.key.clone(), party::desired(customer, &rules));
/// for group in duplicates(customers.iter().map(values)) {
///     println!("in Planyo {group}");
/// }
/// for group in duplicates(parties.known().map(|party| (party.id(), parties.values(party)))) {
///     println!("in Billit {group}");
/// }
/// # }
/// ```
#[must_use]
pub fn duplicates<Id: Clone + Ord + Hash>(
    records: impl IntoIterator<Item = (Id, impl Borrow<Values>)>,
) -> Vec<Duplicates<Id>> {
    let mut by_key: HashMap<(Shared, String), BTreeSet<Id>> = HashMap::new();
    let mut phones: HashMap<String, BTreeSet<Id>> = HashMap::new();
    for (id, values) in records {
        for key in keys(values.borrow()) {
            by_key.entry(key).or_default().insert(id.clone());
        }
        for digits in phone_digits(values.borrow()) {
            phones.entry(digits).or_default().insert(id.clone());
        }
    }
    let mut groups: HashMap<BTreeSet<Id>, BTreeSet<Shared>> = HashMap::new();
    let keys = by_key.into_iter().map(|((shared, _), ids)| (ids, shared));
    let phones = same_phones(&phones)
        .into_iter()
        .map(|ids| (ids, Shared::Phone));
    for (ids, shared) in keys.chain(phones).filter(|(ids, _)| ids.len() > 1) {
        groups.entry(ids).or_default().insert(shared);
    }
    let group = |(ids, shared): (BTreeSet<Id>, BTreeSet<Shared>)| Duplicates {
        ids: ids.into_iter().collect(),
        shared: shared.into_iter().collect(),
    };
    let mut groups: Vec<Duplicates<Id>> = groups.into_iter().map(group).collect();
    groups.sort_by(|a, b| (&a.shared, &a.ids).cmp(&(&b.shared, &b.ids)));
    groups
}

/// The keys to group a record by, except phones.
fn keys(values: &Values) -> impl Iterator<Item = (Shared, String)> {
    let text = |field| {
        values
            .get(&Field::Text(field))
            .flatten()
            .unwrap_or_default()
    };
    let emails = email::keys(text(TextField::Email));
    let emails = emails.map(|email| (Shared::Email, without_tag(&email)));
    let zipcode = text::folded(text(TextField::Zipcode));
    let contact = [
        text(TextField::ContactFirstName),
        text(TextField::ContactLastName),
    ]
    .join(" ");
    let names = [
        text(TextField::Name),
        text(TextField::CommercialName),
        &contact,
    ];
    let names: BTreeSet<String> = names.map(text::name_key).into();
    let names = names
        .into_iter()
        .filter(|name| !name.is_empty() && !zipcode.is_empty());
    let names = names.map(|name| (Shared::NameAndPostcode, format!("{zipcode} {name}")));
    let tax = Some(values.tax_key()).filter(|tax| !tax.is_empty());
    let tax = tax.map(|tax| (Shared::TaxNumber, tax));
    tax.into_iter()
        .chain(emails)
        .chain(names.collect::<Vec<_>>())
}

fn without_tag(email: &str) -> String {
    match email.split_once('@') {
        Some((local, domain)) => {
            let plain = local.split('+').next().filter(|plain| !plain.is_empty());
            format!("{}@{domain}", plain.unwrap_or(local))
        }
        None => email.to_owned(),
    }
}

/// Shorter ones are not a full number.
const MIN_DIGITS: usize = 8;
/// The maximum length of a country code.
const MAX_COUNTRY_CODE: usize = 3;

/// The digits of its phones, without leading zeros.
fn phone_digits(values: &Values) -> impl Iterator<Item = String> {
    let phones = [TextField::Phone, TextField::Mobile].into_iter();
    let phones = phones.filter_map(|field| values.get(&Field::Text(field)).flatten());
    let digits = phones.map(|phone| {
        let digits = phone.replace("(0)", "");
        let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
        digits.trim_start_matches('0').to_owned()
    });
    digits.filter(|digits| digits.len() >= MIN_DIGITS)
}

/// Groups by the same digits, with or without a country code.
fn same_phones<Id: Clone + Ord>(phones: &HashMap<String, BTreeSet<Id>>) -> Vec<BTreeSet<Id>> {
    let mut groups: BTreeMap<&str, BTreeSet<Id>> = BTreeMap::new();
    for (digits, ids) in phones {
        let national = (1..=MAX_COUNTRY_CODE).filter_map(|code| digits.get(code..));
        let national = national.map(|rest| rest.trim_start_matches('0'));
        let national = national.filter(|rest| rest.len() >= MIN_DIGITS);
        let mut known = national
            .filter(|rest| phones.contains_key(*rest))
            .peekable();
        if known.peek().is_none() {
            groups
                .entry(digits)
                .or_default()
                .extend(ids.iter().cloned());
        }
        for rest in known {
            groups.entry(rest).or_default().extend(ids.iter().cloned());
        }
    }
    groups.into_values().collect()
}
