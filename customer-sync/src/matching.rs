//! Which party a customer is. Never a guess: two candidates are two candidates.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use billit_client::parties::{Party, PartyType, TextField};
use billit_client::{PartyId, Record};
use serde::{Deserialize, Serialize};

use crate::customer::Customer;
use crate::normalize::{text, vat};
use crate::target::billit::{self, Field, Parties, Values};

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

/// What somebody can be found by. Blanks are empty and match nothing. `Debug` shows none of it.
pub struct Evidence {
    link: String,
    tax: String,
    number: String,
    email: String,
    names: BTreeSet<String>,
}

impl Evidence {
    /// Of a customer.
    #[must_use]
    pub fn of(customer: &Customer) -> Self {
        let person = [&customer.first_name, &customer.last_name];
        let person: Vec<&str> = person.into_iter().flatten().map(String::as_str).collect();
        Self::new(
            &customer.key.to_string(),
            customer.vat_number.as_deref(),
            customer.number.as_deref(),
            customer.email.as_deref(),
            [customer.name().as_deref(), Some(person.join(" ").as_str())],
        )
    }

    /// Of a party that is about to be created.
    #[must_use]
    pub fn of_values(values: &Values) -> Self {
        let text = |field| values.get(Field::Text(field)).flatten();
        let contact = [TextField::ContactFirstName, TextField::ContactLastName];
        let contact: Vec<&str> = contact.into_iter().filter_map(text).collect();
        Self::new(
            text(TextField::ExternalProviderId).unwrap_or_default(),
            text(TextField::VatNumber),
            text(TextField::Nr),
            text(TextField::Email),
            [text(TextField::Name), Some(contact.join(" ").as_str())],
        )
    }

    fn new(
        link: &str,
        vat: Option<&str>,
        number: Option<&str>,
        email: Option<&str>,
        names: [Option<&str>; 2],
    ) -> Self {
        let names = names.into_iter().flatten().map(text::name_key);
        Self {
            link: link.to_owned(),
            tax: vat.map(vat::tax_key).unwrap_or_default(),
            number: number.unwrap_or_default().trim().to_owned(),
            email: email.map(text::email_key).unwrap_or_default(),
            names: names.filter(|name| !name.is_empty()).collect(),
        }
    }

    /// The fields a listing must carry for this customer to be found in it, named as Billit names them.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'static str> {
        let email = (!self.email.is_empty()).then_some(["Email", "Name"]);
        let tax = (!self.tax.is_empty()).then_some(["VATNumber", "Identifiers"]);
        let number = (!self.number.is_empty()).then_some(["Nr"]);
        ["ExternalProviderID"]
            .into_iter()
            .chain(email.into_iter().flatten())
            .chain(tax.into_iter().flatten())
            .chain(number.into_iter().flatten())
    }
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Evidence(..)")
    }
}

/// Parties by everything a customer can be found by. Blanks are not in it, so they never match. `Debug` shows none of
/// it.
#[derive(Default)]
pub struct PartyIndex<'a> {
    parties: Option<&'a Parties>,
    by_link: HashMap<&'a str, BTreeSet<PartyId>>,
    by_tax: HashMap<String, BTreeSet<PartyId>>,
    by_number: HashMap<&'a str, BTreeSet<PartyId>>,
    by_email: HashMap<String, BTreeSet<PartyId>>,
    /// The raw text of what could not be read, in lower case.
    unreadable: Vec<String>,
}

impl<'a> PartyIndex<'a> {
    /// An index of a listing. Of records that could not be read the raw text is kept: a customer whose link,
    /// number, e-mail or VAT number stands in it must not be created a second time.
    #[must_use]
    pub fn new(parties: &'a Parties) -> Self {
        let unreadable = parties.invalid().iter();
        let unreadable = unreadable
            .map(|record| record.raw().get().to_lowercase())
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
            for key in email_keys(party) {
                index.by_email.entry(key).or_default().insert(id);
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
    ///
    /// A supplier is never found, and yet in the way: Billit could merge the customer into it.
    #[must_use]
    pub fn find(&self, evidence: &Evidence) -> Match {
        let (same_name, other_name): (BTreeSet<_>, BTreeSet<_>) =
            of(&self.by_email, &evidence.email).partition(|id| self.is_called(*id, evidence));
        let steps = [
            (self.linked(&evidence.link).collect(), MatchedBy::Link),
            (
                of(&self.by_tax, &evidence.tax).collect(),
                MatchedBy::TaxNumber,
            ),
            (
                of(&self.by_number, &evidence.number).collect(),
                MatchedBy::Number,
            ),
            (same_name, MatchedBy::EmailAndName),
        ];
        for (candidates, by) in steps {
            let candidates: BTreeSet<PartyId> = candidates;
            let customers = candidates.iter().filter(|id| !self.is_supplier(**id));
            let customers: Vec<PartyId> = customers.copied().collect();
            match (customers.as_slice(), candidates.len()) {
                (_, 0) => {}
                ([id], _) if by == MatchedBy::Link => return Match::Linked(*id),
                ([id], _) if self.agrees(*id, by, evidence) => return Match::Found(*id, by),
                _ => return Match::Ambiguous(candidates.into_iter().collect(), by),
            }
        }
        if other_name.is_empty() {
            Match::New
        } else {
            Match::Ambiguous(other_name.into_iter().collect(), MatchedBy::Email)
        }
    }

    /// Whether a record that could not be read holds the customer's link, VAT number, number or e-mail address.
    #[must_use]
    pub fn may_be_unreadable(&self, evidence: &Evidence) -> bool {
        let quoted = |text: &str| format!("\"{}\"", text.to_lowercase());
        let number = Some(quoted(&evidence.number)).filter(|_| !evidence.number.is_empty());
        let texts = [
            Some(quoted(&evidence.link)),
            number,
            Some(evidence.email.clone()),
        ];
        let texts: Vec<String> = texts
            .into_iter()
            .flatten()
            .filter(|text| !text.is_empty())
            .collect();
        self.unreadable.iter().any(|raw| {
            let plain = || {
                raw.chars()
                    .filter(char::is_ascii_alphanumeric)
                    .collect::<String>()
            };
            let tax = evidence.tax.to_lowercase();
            texts.iter().any(|text| raw.contains(text))
                || (!tax.is_empty() && plain().contains(&tax))
        })
    }

    fn is_supplier(&self, id: PartyId) -> bool {
        let party_type = self.party(id).and_then(|party| party.party_type.as_ref());
        party_type == Some(&PartyType::Supplier)
    }

    fn is_called(&self, id: PartyId, evidence: &Evidence) -> bool {
        let Some(party) = self.party(id) else {
            return false;
        };
        let theirs = [&party.name, &party.commercial_name, &party.display_name];
        theirs
            .into_iter()
            .flatten()
            .any(|name| evidence.names.contains(&text::name_key(name)))
    }

    /// Whether nothing speaks against a party that was found. Two tax numbers are two legal persons, whatever else
    /// agrees; a customer number alone is none, since the accountant may have given it to somebody else.
    fn agrees(&self, id: PartyId, by: MatchedBy, evidence: &Evidence) -> bool {
        let Some(party) = self.party(id) else {
            return false;
        };
        let theirs = tax_keys(party);
        let other_tax =
            !evidence.tax.is_empty() && !theirs.is_empty() && !theirs.contains(&evidence.tax);
        let number_alone = by == MatchedBy::Number
            && !self.is_called(id, evidence)
            && !email_keys(party).any(|key| key == evidence.email);
        !other_tax && !number_alone
    }
}

impl fmt::Debug for PartyIndex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartyIndex")
            .field("links", &self.by_link.len())
            .field("unreadable", &self.unreadable.len())
            .finish_non_exhaustive()
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

fn email_keys(party: &Party) -> impl Iterator<Item = String> {
    let emails = party.email.iter().flat_map(|emails| emails.split(';'));
    emails.map(text::email_key).filter(|key| !key.is_empty())
}

fn tax_keys(party: &Party) -> BTreeSet<String> {
    let registered = party.identifiers.iter().filter(|identifier| {
        let kind = identifier.identifier_type.as_deref().unwrap_or_default();
        kind.eq_ignore_ascii_case("CBE") || kind.to_ascii_uppercase().starts_with("VAT")
    });
    let registered = registered.filter_map(|identifier| identifier.identifier.as_ref());
    let numbers = party.vat_number.iter().chain(registered);
    numbers
        .map(|number| vat::tax_key(number))
        .filter(|key| !key.is_empty())
        .collect()
}
