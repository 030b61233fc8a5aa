//! Which party a customer is. Never a guess: two candidates are two candidates.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use billit_client::parties::{Party, PartyType, TextField};
use billit_client::{PartyId, Record};
use serde::{Deserialize, Serialize};

use crate::normalize::{phone, text, vat};
use crate::target::billit::{self, Field, Values};
use crate::target::parties::Parties;

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
    /// The name, and the address or a phone, where one side has no e-mail address: again too little and too much.
    NameAndPlace,
    /// Nothing that a program sees: somebody decided that it is this party.
    Decision,
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
            Self::NameAndPlace => "name and address or phone, without an e-mail to be sure",
            Self::Decision => "somebody's decision",
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
    emails: BTreeSet<String>,
    names: BTreeSet<String>,
    phones: Vec<String>,
    address: Vec<String>,
}

impl Evidence {
    /// Of the values that a customer's party should have.
    #[must_use]
    pub fn of(values: &Values) -> Self {
        let text = |field| values.get(&Field::Text(field)).flatten();
        let contact = [TextField::ContactFirstName, TextField::ContactLastName];
        let contact: Vec<&str> = contact.into_iter().filter_map(text).collect();
        let names = [text(TextField::Name), Some(contact.join(" ").as_str())]
            .map(|name| name.map(text::name_key));
        let phones = [text(TextField::Phone), text(TextField::Mobile)];
        let address = [
            TextField::Street,
            TextField::StreetNumber,
            TextField::Zipcode,
        ]
        .map(text);
        Self {
            link: text(TextField::ExternalProviderId)
                .unwrap_or_default()
                .to_owned(),
            tax: values.tax_key(),
            number: text(TextField::Nr).unwrap_or_default().trim().to_owned(),
            emails: text(TextField::Email)
                .into_iter()
                .flat_map(text::email_keys)
                .collect(),
            names: names
                .into_iter()
                .flatten()
                .filter(|name| !name.is_empty())
                .collect(),
            phones: phones.into_iter().flatten().map(str::to_owned).collect(),
            address: place(address),
        }
    }

    /// The fields a listing must carry for this customer to be found in it, named as Billit names them.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'static str> {
        let email: &[_] = if self.emails.is_empty() {
            &[]
        } else {
            &["Email", "Name"]
        };
        let tax: &[_] = if self.tax.is_empty() {
            &[]
        } else {
            &["VATNumber", "Identifiers"]
        };
        let number: &[_] = if self.number.is_empty() { &[] } else { &["Nr"] };
        [billit::LINK.wire_name()]
            .into_iter()
            .chain([email, tax, number].concat())
    }
}

/// The words of street, number and postcode, if all are there.
fn place(parts: [Option<&str>; 3]) -> Vec<String> {
    match parts {
        [Some(street), number, Some(zipcode)] => [street, number.unwrap_or_default(), zipcode]
            .into_iter()
            .flat_map(text::folded_words)
            .collect(),
        _ => Vec::new(),
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
    by_name: HashMap<String, BTreeSet<PartyId>>,
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
            for key in names(party) {
                index.by_name.entry(key).or_default().insert(id);
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
        let same_email = evidence
            .emails
            .iter()
            .flat_map(|email| of(&self.by_email, email));
        let (same_name, other_name): (BTreeSet<_>, BTreeSet<_>) =
            same_email.partition(|id| self.is_called(*id, evidence));
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
        let namesakes = evidence
            .names
            .iter()
            .flat_map(|name| of(&self.by_name, name));
        let neighbours: BTreeSet<_> = namesakes
            .filter(|id| self.is_at_home(*id, evidence))
            .collect();
        let half = [
            (other_name, MatchedBy::Email),
            (neighbours, MatchedBy::NameAndPlace),
        ];
        let half = half
            .into_iter()
            .find(|(candidates, _)| !candidates.is_empty());
        half.map_or(Match::New, |(candidates, by)| {
            Match::Ambiguous(candidates.into_iter().collect(), by)
        })
    }

    /// Whether a record that could not be read holds the customer's link, VAT number, number or e-mail address.
    #[must_use]
    pub fn may_be_unreadable(&self, evidence: &Evidence) -> bool {
        let quoted = |text: &str| format!("\"{}\"", text.to_lowercase());
        let number = Some(quoted(&evidence.number)).filter(|_| !evidence.number.is_empty());
        let texts: Vec<String> = [quoted(&evidence.link)]
            .into_iter()
            .chain(number)
            .chain(evidence.emails.iter().cloned())
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
        let party = self.party(id);
        party.is_some_and(|party| names(party).any(|name| evidence.names.contains(&name)))
    }

    /// Whether a party of the same name lives or answers at the same place, and no two e-mail addresses tell them
    /// apart.
    fn is_at_home(&self, id: PartyId, evidence: &Evidence) -> bool {
        let Some(party) = self.party(id) else {
            return false;
        };
        let text = |field| party.text(field);
        let address = [
            TextField::Street,
            TextField::StreetNumber,
            TextField::Zipcode,
        ]
        .map(text);
        let same_address = !evidence.address.is_empty() && place(address) == evidence.address;
        let theirs = [text(TextField::Phone), text(TextField::Mobile)];
        let same_phone = theirs.into_iter().flatten().any(|theirs| {
            let same = |ours: &String| theirs.len() >= 8 && phone::same(theirs, ours);
            evidence.phones.iter().any(same)
        });
        let one_without_email = evidence.emails.is_empty() || email_keys(party).next().is_none();
        one_without_email && (same_address || same_phone)
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
            && !email_keys(party).any(|key| evidence.emails.contains(&key));
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
    party
        .email
        .iter()
        .flat_map(|emails| text::email_keys(emails))
}

/// The keys of every name a party goes by, its contact's among them.
fn names(party: &Party) -> impl Iterator<Item = String> {
    let contact = [&party.contact_first_name, &party.contact_last_name];
    let contact: Vec<&str> = contact.into_iter().flatten().map(String::as_str).collect();
    let names = [&party.name, &party.commercial_name, &party.display_name];
    let names = names.into_iter().flatten().map(|name| text::name_key(name));
    names
        .chain([text::name_key(&contact.join(" "))])
        .filter(|name| !name.is_empty())
}

fn tax_keys(party: &Party) -> BTreeSet<String> {
    let registered = party.identifiers.iter().filter(|identifier| {
        let kind = identifier.identifier_type.as_ref();
        let kind = kind.map_or("", |kind| kind.as_str());
        kind.eq_ignore_ascii_case("CBE") || kind.to_ascii_uppercase().starts_with("VAT")
    });
    let registered = registered.filter_map(|identifier| identifier.identifier.as_ref());
    let numbers = party.vat_number.iter().chain(registered);
    numbers
        .map(|number| vat::tax_key(number))
        .filter(|key| !key.is_empty())
        .collect()
}
