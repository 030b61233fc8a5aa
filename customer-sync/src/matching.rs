//! Which party a customer is. Never a guess: two candidates are two candidates.

use std::collections::{BTreeSet, HashMap};

use billit_client::parties::Party;
use billit_client::{PartyId, Record};
use serde::{Deserialize, Serialize};

use crate::customer::Customer;
use crate::normalize::{text, vat};
use crate::target::billit::{self, Parties};

/// What a customer and a party have in common, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MatchedBy {
    /// The party's `ExternalProviderID` is the customer's key.
    Link,
    /// The VAT number, or the CBE number in it.
    TaxNumber,
    /// The customer's number in the books.
    Number,
    /// E-mail address and name.
    EmailAndName,
    /// The e-mail address under another name: too little to be sure, too much to create a second party.
    Email,
}

impl MatchedBy {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Link => "the link",
            Self::TaxNumber => "the VAT or company number",
            Self::Number => "the customer number",
            Self::EmailAndName => "e-mail and name",
            Self::Email => "the e-mail address, under another name",
        }
    }
}

/// The parties a customer may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// It is this one: linked by an earlier run.
    Linked(PartyId),
    /// It is this one by what they have in common.
    Found(PartyId, MatchedBy),
    /// Several parties, or one that fits only half. Someone has to look.
    Ambiguous(Vec<PartyId>, MatchedBy),
    /// None.
    New,
}

/// Parties by everything a customer can be found by. Blanks are not in it, so they never match.
#[derive(Debug, Default)]
pub struct PartyIndex<'a> {
    parties: Option<&'a Parties>,
    by_link: Found<'a>,
    by_tax: HashMap<String, BTreeSet<PartyId>>,
    by_number: Found<'a>,
    by_email: HashMap<String, BTreeSet<PartyId>>,
    unreadable: Vec<&'a str>,
}

type Found<'a> = HashMap<&'a str, BTreeSet<PartyId>>;

impl<'a> PartyIndex<'a> {
    /// An index of a listing. Of records that could not be read the raw text is kept: a customer whose link,
    /// e-mail or VAT number stands in it must not be created a second time.
    #[must_use]
    pub fn new(parties: &'a Parties) -> Self {
        let unreadable = parties
            .invalid()
            .iter()
            .map(|record| record.raw().get())
            .collect();
        let mut index = Self {
            parties: Some(parties),
            unreadable,
            ..Self::default()
        };
        for record in parties.records() {
            let party: &'a Party = record;
            let id = party.id;
            if let Some(link) = billit::link(party) {
                index.by_link.entry(link).or_default().insert(id);
            }
            for key in tax_keys(party) {
                index.by_tax.entry(key).or_default().insert(id);
            }
            if let Some(number) = party
                .nr
                .as_deref()
                .filter(|number| !number.trim().is_empty())
            {
                index.by_number.entry(number.trim()).or_default().insert(id);
            }
            for key in party
                .email
                .iter()
                .flat_map(|emails| emails.split(';'))
                .map(text::email_key)
            {
                if !key.is_empty() {
                    index.by_email.entry(key).or_default().insert(id);
                }
            }
        }
        index
    }

    /// The party with this id.
    #[must_use]
    pub fn party(&self, id: PartyId) -> Option<&'a Record<Party>> {
        self.parties?.get(id)
    }

    /// The parties that carry a link.
    pub fn linked(&self, link: &str) -> impl Iterator<Item = PartyId> {
        of(&self.by_link, link)
    }

    /// Finds a customer: by link, then VAT or CBE number, then customer number, then e-mail and name.
    #[must_use]
    pub fn find(&self, customer: &Customer) -> Match {
        let link = customer.key.to_string();
        let tax = customer
            .vat_number
            .as_deref()
            .map(vat::tax_key)
            .unwrap_or_default();
        let number = customer
            .number
            .as_deref()
            .map(str::trim)
            .unwrap_or_default();
        let email = customer
            .email
            .as_deref()
            .map(text::email_key)
            .unwrap_or_default();
        let (same_name, other_name): (BTreeSet<_>, BTreeSet<_>) =
            of(&self.by_email, &email).partition(|id| self.is_called(*id, customer));
        let steps = [
            (self.linked(&link).collect(), MatchedBy::Link),
            (of(&self.by_tax, &tax).collect(), MatchedBy::TaxNumber),
            (of(&self.by_number, number).collect(), MatchedBy::Number),
            (same_name, MatchedBy::EmailAndName),
        ];
        for (candidates, by) in steps {
            let candidates: BTreeSet<PartyId> = candidates;
            let mut ids = candidates.iter().copied();
            match (ids.next(), ids.next()) {
                (None, _) => {}
                (Some(id), None) if by == MatchedBy::Link => return Match::Linked(id),
                (Some(id), None) if !self.has_other_tax_number(id, &tax) => {
                    return Match::Found(id, by);
                }
                _ => return Match::Ambiguous(candidates.into_iter().collect(), by),
            }
        }
        if other_name.is_empty() {
            Match::New
        } else {
            Match::Ambiguous(other_name.into_iter().collect(), MatchedBy::Email)
        }
    }

    /// Whether a record that could not be read holds the customer's link, VAT number or e-mail address.
    #[must_use]
    pub fn may_be_unreadable(&self, customer: &Customer) -> bool {
        let link = customer.key.to_string();
        let texts = [
            Some(link.as_str()),
            customer.vat_number.as_deref(),
            customer.email.as_deref(),
        ];
        let texts: Vec<String> = texts.into_iter().flatten().map(str::to_lowercase).collect();
        self.unreadable.iter().any(|raw| {
            let raw = raw.to_lowercase();
            texts.iter().any(|text| raw.contains(text))
        })
    }

    fn is_called(&self, id: PartyId, customer: &Customer) -> bool {
        let Some(party) = self.party(id) else {
            return false;
        };
        let person = [&customer.first_name, &customer.last_name]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ");
        let ours: BTreeSet<String> = [customer.name().unwrap_or_default(), person]
            .iter()
            .map(|name| text::name_key(name))
            .collect();
        let theirs = [&party.name, &party.commercial_name, &party.display_name];
        theirs
            .into_iter()
            .flatten()
            .map(|name| text::name_key(name))
            .any(|name| !name.is_empty() && ours.contains(&name))
    }

    /// Two numbers are two legal persons, whatever else agrees.
    fn has_other_tax_number(&self, id: PartyId, ours: &str) -> bool {
        let theirs: Vec<String> = self
            .party(id)
            .map(|party| tax_keys(party))
            .unwrap_or_default();
        !ours.is_empty() && !theirs.is_empty() && !theirs.iter().any(|key| key == ours)
    }
}

fn of<'m, K: std::hash::Hash + Eq + std::borrow::Borrow<str>>(
    map: &'m HashMap<K, BTreeSet<PartyId>>,
    key: &str,
) -> impl Iterator<Item = PartyId> + use<'m, K> {
    // A blank never matches, not even a blank.
    let found = if key.is_empty() { None } else { map.get(key) };
    found.into_iter().flatten().copied()
}

fn tax_keys(party: &Party) -> Vec<String> {
    let registered = party.identifiers.iter().filter(|identifier| {
        let kind = identifier.identifier_type.as_deref().unwrap_or_default();
        kind.eq_ignore_ascii_case("CBE") || kind.to_ascii_uppercase().starts_with("VAT")
    });
    let numbers = party
        .vat_number
        .iter()
        .chain(registered.filter_map(|identifier| identifier.identifier.as_ref()));
    let keys: BTreeSet<String> = numbers
        .map(|number| vat::tax_key(number))
        .filter(|key| !key.is_empty())
        .collect();
    keys.into_iter().collect()
}
