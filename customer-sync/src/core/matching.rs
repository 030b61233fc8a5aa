//! Finds the party of a customer. It never guesses: with two candidates the match is ambiguous.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use billit_client::PartyId;
use billit_client::parties::TextField;
use serde::{Deserialize, Serialize};

use super::customer::Customer;
use super::field::{Field, FieldSet, LINK};
use super::fingerprint::Fingerprint;
use super::kind;
use super::parties::{KnownParty, Parties};
use super::party;
use super::rules::MappingRules;
use super::values::Values;
use crate::normalize::{address, email, phone, text};

/// By what a customer and a party were matched, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MatchedBy {
    /// The party's `ExternalProviderID` is the customer's key.
    Link,
    /// The VAT number, or the CBE number in it.
    TaxNumber,
    /// The customer number in the books.
    Number,
    /// E-mail address and name.
    EmailAndName,
    /// The e-mail address, but not the name: too little to be sure, too much to create a second party.
    Email,
    /// The name, and the address or a phone, if one side has no e-mail address: too little to be sure, too much to
    /// create a second party.
    NameAndPlace,
    /// The name and the address of a company, under another e-mail address: often the mailbox for invoices on one side
    /// and whoever booked on the other. Too little to be sure, too much to create a second party.
    CompanyAndAddress,
    /// A person decided that it is this party.
    Decision,
}

impl MatchedBy {
    /// All ways, in their order.
    pub const ALL: [Self; 8] = [
        Self::Link,
        Self::TaxNumber,
        Self::Number,
        Self::EmailAndName,
        Self::Email,
        Self::NameAndPlace,
        Self::CompanyAndAddress,
        Self::Decision,
    ];

    /// The text for reasons and reports.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Link => "the link",
            Self::TaxNumber => "the VAT or company number",
            Self::Number => "the customer number",
            Self::EmailAndName => "e-mail and name",
            Self::Email => "the e-mail address, under another name",
            Self::NameAndPlace => "name and address or phone, without an e-mail to be sure",
            Self::CompanyAndAddress => "the name and address of a company, under another e-mail",
            Self::Decision => "a person's decision",
        }
    }

    /// The name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::TaxNumber => "tax_number",
            Self::Number => "number",
            Self::EmailAndName => "email_and_name",
            Self::Email => "email",
            Self::NameAndPlace => "name_and_place",
            Self::CompanyAndAddress => "company_and_address",
            Self::Decision => "decision",
        }
    }

    /// Whether the customer may still be a new one: nothing was found by which Billit merges parties.
    #[must_use]
    pub fn may_be_new(self) -> bool {
        matches!(self, Self::NameAndPlace | Self::CompanyAndAddress)
    }
}

/// The result of a search for a customer's party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// This party carries the customer's link.
    Linked(PartyId),
    /// This party matches, and carries no link of this customer.
    Found(PartyId, MatchedBy),
    /// Several parties match, or one matches only in part. A person has to decide.
    Ambiguous(Vec<PartyId>, MatchedBy),
    /// No party matches.
    New,
}

/// The texts by which a customer's party is searched. Blanks are empty and match nothing. `Debug` shows none of them.
pub struct MatchKeys {
    link: String,
    tax: String,
    /// All VAT and company numbers, of which `tax` is the surest.
    taxes: Vec<String>,
    number: String,
    emails: Vec<String>,
    names: Vec<String>,
    phones: Vec<String>,
    place: String,
    /// The key of the name without the contact's; empty without a name.
    own_name: String,
    is_person: bool,
}

impl MatchKeys {
    /// The keys in the values that a customer's party should have. A customer of [unclear](kind::Kind::Unclear) kind is
    /// searched as a company.
    #[must_use]
    pub fn of(values: &Values, kind: kind::Kind) -> Self {
        let text = |field| values.text(&Field::Text(field));
        let contact = [TextField::ContactFirstName, TextField::ContactLastName];
        let phones = [text(TextField::Phone), text(TextField::Mobile)];
        let link = text(TextField::ExternalProviderId);
        Self {
            link: link.unwrap_or_default().to_owned(),
            tax: values.tax_key(),
            taxes: values.tax_keys().collect(),
            number: text(TextField::Nr).unwrap_or_default().trim().to_owned(),
            emails: emails_of(text(TextField::Email)),
            names: names_of([text(TextField::Name)], contact.map(text)),
            phones: phones.into_iter().flatten().map(str::to_owned).collect(),
            place: place_of(text),
            own_name: text(TextField::Name)
                .map(text::name_key)
                .unwrap_or_default(),
            is_person: kind == kind::Kind::Person,
        }
    }

    /// The fields that a listing must show, so that this customer can be found in it.
    pub(crate) fn fields(&self) -> FieldSet {
        let mut fields = FieldSet::text(LINK);
        if !self.emails.is_empty() {
            fields = fields
                .union(FieldSet::text(TextField::Email))
                .union(FieldSet::text(TextField::Name));
        }
        if !self.tax.is_empty() {
            fields = fields
                .union(FieldSet::text(TextField::VatNumber))
                .union(FieldSet::IDENTIFIERS);
        }
        if !self.number.is_empty() {
            fields = fields.union(FieldSet::text(TextField::Nr));
        }
        if !self.is_person && self.name_and_address().is_some() {
            fields = fields.union(PLACE);
        }
        fields
    }

    /// The hash of the name, without the contact's, and the address.
    pub(crate) fn name_and_address(&self) -> Option<u64> {
        let is_known = !self.own_name.is_empty() && !self.place.is_empty();
        is_known.then(|| hash(Kind::NameAndPlace, &[&self.own_name, &self.place]))
    }

    pub(crate) fn has_email(&self) -> bool {
        !self.emails.is_empty()
    }

    /// Hashes of what two customers must not share, for a store. Two customers that a plan of both would report have one
    /// in common; the plan itself decides.
    pub(crate) fn fingerprints(&self) -> Vec<Fingerprint> {
        let one = |kind: &str, text: &String| {
            (!text.is_empty()).then(|| Fingerprint::of_texts([kind, text]))
        };
        let places = places(&self.place, self.phones.iter().map(String::as_str));
        let named = self.names.iter().flat_map(|name| {
            let place = move |(place, _): &(String, u64)| {
                Fingerprint::of_texts(["place", name.as_str(), place.as_str()])
            };
            places.iter().map(place)
        });
        let emails = self.emails.iter().filter_map(|email| one("email", email));
        let taxes = self.taxes.iter().filter_map(|tax| one("tax", tax));
        let numbers = one("number", &self.number).into_iter();
        let all = emails.chain(taxes).chain(numbers).chain(named);
        let mut all: Vec<Fingerprint> = all.collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Hashes of each name with the address and with each phone.
    pub(crate) fn place_hashes(&self) -> Vec<PlaceHash> {
        place_hashes(
            &self.names,
            &self.place,
            self.phones.iter().map(String::as_str),
        )
    }
}

impl fmt::Debug for MatchKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MatchKeys(..)")
    }
}

/// The fields that lists must show so that a company is found by its name and address.
pub(crate) const PLACE: FieldSet = FieldSet::text(TextField::Name)
    .union(FieldSet::text(TextField::Street))
    .union(FieldSet::text(TextField::Zipcode));

/// The words of street, number and postcode; empty without street or postcode.
fn place_of<'a>(text: impl Fn(TextField) -> Option<&'a str>) -> String {
    let (street, zipcode) = (text(TextField::Street), text(TextField::Zipcode));
    let (Some(street), Some(zipcode)) = (street, zipcode) else {
        return String::new();
    };
    let number = text(TextField::StreetNumber).unwrap_or_default();
    let address = address::key(street, number);
    format!("{address} {}", address::postcode_key(zipcode))
}

fn emails_of(emails: Option<&str>) -> Vec<String> {
    emails.into_iter().flat_map(email::keys).collect()
}

/// The keys of names, and of the contact's first and last name together.
fn names_of<const N: usize>(names: [Option<&str>; N], contact: [Option<&str>; 2]) -> Vec<String> {
    let contact: Vec<&str> = contact.into_iter().flatten().collect();
    let contact = (!contact.is_empty()).then(|| contact.join(" "));
    let names = names.into_iter().flatten().chain(contact.as_deref());
    let mut keys: Vec<String> = names
        .map(text::name_key)
        .filter(|name| !name.is_empty())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn party_names(party: &KnownParty) -> Vec<String> {
    let contact = [TextField::ContactFirstName, TextField::ContactLastName];
    names_of(own_names(party), contact.map(|field| party.text(field)))
}

/// The names of the party itself, without its contact's.
fn own_names(party: &KnownParty) -> [Option<&str>; 3] {
    let [name, commercial] = [TextField::Name, TextField::CommercialName].map(|f| party.text(f));
    [name, commercial, party.display_name()]
}

/// A hash of a name with an address or a phone.
#[derive(Clone, Copy)]
pub(crate) struct PlaceHash {
    pub(crate) hash: u64,
    /// All digits of the phone, of which only the last are in the hash; 0 if the hash covers the whole text.
    digits: u64,
}

impl PlaceHash {
    /// Whether two places with the same hash are the same, with the rule of [`phone::same`].
    pub(crate) fn is_same(self, other: Self) -> bool {
        let (longer, shorter) = (self.digits.max(other.digits), self.digits.min(other.digits));
        let (Some(long), Some(short)) = (longer.checked_ilog10(), shorter.checked_ilog10()) else {
            return longer == shorter;
        };
        let ending = 10_u64
            .checked_pow(short + 1)
            .map_or(longer, |end| longer % end);
        ending == shorter && long - short <= 3
    }
}

/// The hashes of each name with the address and with each phone.
fn place_hashes<'a>(
    names: &[String],
    place: &str,
    phones: impl Iterator<Item = &'a str>,
) -> Vec<PlaceHash> {
    let places = places(place, phones);
    let each = names.iter().flat_map(|name| {
        let place = move |(place, digits): &(String, u64)| PlaceHash {
            hash: hash(Kind::NameAndPlace, &[name, place]),
            digits: *digits,
        };
        places.iter().map(place)
    });
    each.collect()
}

/// The address and each phone, as texts that are the same if they may be the same place; and all digits of a phone of
/// which the text has only the last.
fn places<'a>(place: &str, phones: impl Iterator<Item = &'a str>) -> Vec<(String, u64)> {
    let all = |digits: String| (digits.clone(), digits.parse().unwrap_or(0));
    let phones = phones.filter_map(|text| {
        let Some((digits, number)) = phone::significant(text).map(all) else {
            return (text.len() >= phone::COMPARED).then(|| (text.trim().to_owned(), 0));
        };
        let start = if number == 0 {
            0
        } else {
            digits.len() - phone::COMPARED
        };
        Some((digits.get(start..)?.to_owned(), number))
    });
    let address = Some((place.to_owned(), 0)).filter(|(place, _)| !place.is_empty());
    phones.chain(address).collect()
}

/// What was hashed.
#[derive(Clone, Copy, Hash)]
pub(crate) enum Kind {
    Link,
    Tax,
    Number,
    Email,
    NameAndPlace,
}

/// The same in every run, since a plan must depend only on its inputs.
pub(crate) fn hash(kind: Kind, texts: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (kind, texts).hash(&mut hasher);
    hasher.finish()
}

/// Hashes of the values by which Billit merges parties: e-mail addresses, VAT and company numbers, the customer number.
pub(crate) fn shared_hashes(values: &Values) -> impl Iterator<Item = u64> {
    let text = |field| values.text(&Field::Text(field));
    let emails = text(TextField::Email).into_iter().flat_map(email::keys);
    let taxes = values.tax_keys();
    let number = text(TextField::Nr).map(str::trim);
    let number = number.filter(|number| !number.is_empty());
    let number = number.map(|number| hash(Kind::Number, &[number]));
    let emails = emails.map(|key| hash(Kind::Email, &[&key]));
    emails
        .chain(taxes.map(|key| hash(Kind::Tax, &[&key])))
        .chain(number)
}

/// Hashes of what a customer must not share with another: its e-mail addresses, its numbers, and its name with its address
/// and phones. Two customers with a hash in common may be twins; a plan of both decides. For a source of your own that
/// searches for [similar](crate::CustomerSource::similar) customers.
#[must_use]
pub fn match_keys(customer: &Customer, rules: &MappingRules) -> Vec<Fingerprint> {
    MatchKeys::of(&party::desired(customer, rules), kind::of(customer).0).fingerprints()
}

/// The fields by which a customer without an e-mail address of its own is told apart.
const NAME_AND_PLACE: FieldSet = PLACE
    .union(FieldSet::text(TextField::Phone))
    .union(FieldSet::text(TextField::Mobile));

/// The parties with the name of one of these new customers that may turn out to be it when their address and phones are
/// known, which list items do not show.
pub(crate) fn unread_namesakes(parties: &Parties, new: &[MatchKeys]) -> BTreeSet<PartyId> {
    if new.is_empty() || parties.likely_knows(NAME_AND_PLACE) {
        return BTreeSet::new();
    }
    let mut named: HashMap<&str, Vec<&MatchKeys>> = HashMap::new();
    for keys in new {
        for name in &keys.names {
            named.entry(name).or_default().push(keys);
        }
    }
    let may_be_one = |party: &&KnownParty| {
        let names = party_names(party);
        let mut same_name = names.iter().filter_map(|name| named.get(name.as_str()));
        same_name.any(|keys| keys.iter().any(|keys| may_be_at_one_place(party, keys)))
    };
    let unread = parties.unread().filter(may_be_one);
    unread.map(KnownParty::id).collect()
}

/// Whether a place in common would make a party with the same name ambiguous.
fn may_be_at_one_place(party: &KnownParty, keys: &MatchKeys) -> bool {
    let has_place = !keys.place.is_empty() || !keys.phones.is_empty();
    let one_without_email =
        keys.emails.is_empty() || emails_of(party.text(TextField::Email)).is_empty();
    let may_be_company = !keys.is_person || party.tax_keys().next().is_some();
    has_place && (one_without_email || may_be_company)
}

/// An index of the parties by link, numbers, e-mail addresses, and names with addresses and phones.
///
/// It is a sorted table of hashes, which is small and quick to build. A hash only finds candidates; the values of each
/// are compared before it counts.
#[derive(Default)]
pub struct PartyIndex<'a> {
    parties: Option<&'a Parties>,
    /// Sorted by hash.
    keys: Vec<(u64, PartyId)>,
    /// The position in `keys` of the first hash with these leading bits.
    starts: Vec<u32>,
    /// Records that could not be read as a party: any of them may be the customer.
    unreadable: Vec<String>,
}

impl<'a> PartyIndex<'a> {
    /// An index of all parties. Records that cannot be read are not in it; see
    /// [`may_be_unreadable`](Self::may_be_unreadable).
    #[must_use]
    pub fn new(parties: &'a Parties) -> Self {
        let unreadable = parties.invalid().iter();
        let unreadable = unreadable
            .map(|record| record.raw().get().to_lowercase())
            .collect();
        let mut keys = Vec::new();
        for party in parties.known() {
            keys.extend(hashes(party).map(|hash| (hash, party.id())));
        }
        keys.sort_unstable();
        keys.dedup();
        let mut index = Self {
            parties: Some(parties),
            unreadable,
            starts: Vec::new(),
            keys,
        };
        index.starts = index.starts();
        index
    }

    /// The number of keys rounded up to a power of two, and one more for the end.
    fn starts(&self) -> Vec<u32> {
        let count = self.keys.len().next_power_of_two();
        let mut starts = Vec::with_capacity(count + 1);
        for (position, (hash, _)) in (0..).zip(&self.keys) {
            let first = first_bits(*hash, count);
            while starts.len() <= first {
                starts.push(position);
            }
        }
        let end = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        starts.resize(count + 1, end);
        starts
    }

    /// The parties with this hash, in the order of their ids.
    fn with_hash(&self, hash: u64) -> impl Iterator<Item = &'a KnownParty> + use<'a, '_> {
        let first = first_bits(hash, self.starts.len().saturating_sub(1));
        let bound = |position: usize| self.starts.get(position).map_or(0, |start| *start as usize);
        let keys = self.keys.get(bound(first)..bound(first + 1));
        let same = keys.unwrap_or_default().iter();
        let same = same.filter(move |(other, _)| *other == hash);
        same.filter_map(|(_, id)| self.party(*id))
    }

    /// The party with this id.
    #[must_use]
    pub fn party(&self, id: PartyId) -> Option<&'a KnownParty> {
        self.parties?.get(id)
    }

    /// The parties that carry a link.
    pub fn linked(&self, link: &str) -> impl Iterator<Item = PartyId> {
        let found = self.with_hash(hash(Kind::Link, &[link]));
        let carriers = found.filter(move |party| !link.is_empty() && party.link() == Some(link));
        carriers.map(KnownParty::id)
    }

    /// Finds a customer: by link, then VAT or CBE number, then customer number, then e-mail and name. The name with the
    /// address is never enough, but makes the result ambiguous: always if one side is a company, and for a person if one
    /// side has no e-mail address.
    ///
    /// A supplier is never a match, but makes the result ambiguous, since Billit could merge the customer into it.
    #[must_use]
    pub fn find(&self, keys: &MatchKeys) -> Match {
        let linked = self.find_linked(&keys.link);
        linked.unwrap_or_else(|| self.find_unlinked(keys))
    }

    /// Finds a customer by its link alone.
    pub(crate) fn find_linked(&self, link: &str) -> Option<Match> {
        let carriers: Vec<PartyId> = self.linked(link).collect();
        self.decide(carriers, MatchedBy::Link, |_| true)
    }

    /// Finds a customer without a linked party.
    pub(crate) fn find_unlinked(&self, keys: &MatchKeys) -> Match {
        let agrees = |by| move |party: &KnownParty| agrees(party, by, keys);
        let by_tax = self.parties_with(Kind::Tax, [&keys.tax], |party| {
            party.tax_keys().any(|key| key == keys.tax)
        });
        let by_tax = self.decide(by_tax, MatchedBy::TaxNumber, agrees(MatchedBy::TaxNumber));
        let by_number = || {
            let number = |party: &KnownParty| number_of(party) == Some(&keys.number);
            let found = self.parties_with(Kind::Number, [&keys.number], number);
            self.decide(found, MatchedBy::Number, agrees(MatchedBy::Number))
        };
        if let Some(found) = by_tax.or_else(by_number) {
            return found;
        }
        let same_email =
            self.parties_with(Kind::Email, &keys.emails, |party| has_email(party, keys));
        let has_same_name = |id: &PartyId| {
            self.party(*id)
                .is_some_and(|party| has_same_name(party, keys))
        };
        let (same_name, other_name): (Vec<_>, Vec<_>) =
            same_email.into_iter().partition(has_same_name);
        let by = MatchedBy::EmailAndName;
        if let Some(found) = self.decide(same_name, by, agrees(by)) {
            return found;
        }
        if !other_name.is_empty() {
            return Match::Ambiguous(other_name, MatchedBy::Email);
        }
        let places = keys.place_hashes();
        let same_place = places.iter().flat_map(|place| self.with_hash(place.hash));
        let same_place = same_place.filter(|party| has_same_name_and_place(party, keys));
        let candidates = in_order(same_place.map(KnownParty::id));
        if !candidates.is_empty() {
            return Match::Ambiguous(candidates, MatchedBy::NameAndPlace);
        }
        let company = keys.name_and_address().into_iter();
        let company = company.flat_map(|hash| self.with_hash(hash));
        let company = company.filter(|party| is_same_company(party, keys));
        let candidates = in_order(company.map(KnownParty::id));
        if candidates.is_empty() {
            return Match::New;
        }
        Match::Ambiguous(candidates, MatchedBy::CompanyAndAddress)
    }

    /// The parties that have one of these texts, in the order of their ids. A blank never matches, not even another
    /// blank.
    fn parties_with<'t>(
        &self,
        kind: Kind,
        texts: impl IntoIterator<Item = &'t String>,
        has: impl Fn(&KnownParty) -> bool,
    ) -> Vec<PartyId> {
        let texts = texts.into_iter().filter(|text| !text.is_empty());
        let found = texts.flat_map(|text| self.with_hash(hash(kind, &[text])));
        in_order(found.filter(|party| has(party)).map(KnownParty::id))
    }

    /// One candidate that agrees is a match. Several, or one that does not agree, are ambiguous.
    fn decide(
        &self,
        candidates: Vec<PartyId>,
        by: MatchedBy,
        agrees: impl Fn(&KnownParty) -> bool,
    ) -> Option<Match> {
        let parties = candidates.iter().filter_map(|id| self.party(*id));
        let mut customers = parties.filter(|party| !party.is_supplier());
        match (customers.next(), customers.next()) {
            _ if candidates.is_empty() => None,
            (Some(party), None) if by == MatchedBy::Link => Some(Match::Linked(party.id())),
            (Some(party), None) if agrees(party) => Some(Match::Found(party.id(), by)),
            _ => Some(Match::Ambiguous(candidates, by)),
        }
    }

    /// Whether a record that could not be read contains the customer's link, VAT number, customer number or e-mail
    /// address.
    #[must_use]
    pub fn may_be_unreadable(&self, keys: &MatchKeys) -> bool {
        if self.unreadable.is_empty() {
            return false;
        }
        let quoted = |text: &str| format!("\"{}\"", text.to_lowercase());
        let number = Some(quoted(&keys.number)).filter(|_| !keys.number.is_empty());
        let texts: Vec<String> = [quoted(&keys.link)]
            .into_iter()
            .chain(number)
            .chain(keys.emails.iter().cloned())
            .collect();
        self.unreadable.iter().any(|raw| {
            let plain = || {
                raw.chars()
                    .filter(char::is_ascii_alphanumeric)
                    .collect::<String>()
            };
            let tax = keys.tax.to_lowercase();
            texts.iter().any(|text| raw.contains(text))
                || (!tax.is_empty() && plain().contains(&tax))
        })
    }
}

impl fmt::Debug for PartyIndex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartyIndex")
            .field("keys", &self.keys.len())
            .field("unreadable", &self.unreadable.len())
            .finish_non_exhaustive()
    }
}

/// The index in `starts` for a hash: its leading bits. `count` is a power of two.
fn first_bits(hash: u64, count: usize) -> usize {
    let bits = count.checked_ilog2().unwrap_or(0);
    hash.checked_shr(u64::BITS - bits)
        .map_or(0, |first| usize::try_from(first).unwrap_or(0))
}

fn in_order(ids: impl Iterator<Item = PartyId>) -> Vec<PartyId> {
    let mut ids: Vec<PartyId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The hashes of all keys by which a party can be found.
fn hashes(party: &KnownParty) -> impl Iterator<Item = u64> {
    let link = party.link().map(|link| hash(Kind::Link, &[link]));
    let number = number_of(party).map(|number| hash(Kind::Number, &[number]));
    let taxes = party.tax_keys().map(|key| hash(Kind::Tax, &[&key]));
    let emails = emails_of(party.text(TextField::Email));
    let emails = emails.into_iter().map(|key| hash(Kind::Email, &[&key]));
    let phones = phones_of(party);
    let places = place_hashes(
        &party_names(party),
        &place_of(|field| party.text(field)),
        phones,
    );
    let places = places.into_iter().map(|place| place.hash);
    let plain = link.into_iter().chain(number);
    plain.chain(taxes).chain(emails).chain(places)
}

fn number_of(party: &KnownParty) -> Option<&str> {
    let number = party.text(TextField::Nr).map(str::trim);
    number.filter(|number| !number.is_empty())
}

fn phones_of(party: &KnownParty) -> impl Iterator<Item = &str> {
    let phones = [TextField::Phone, TextField::Mobile].map(|field| party.text(field));
    phones.into_iter().flatten()
}

fn has_email(party: &KnownParty, keys: &MatchKeys) -> bool {
    let theirs = emails_of(party.text(TextField::Email));
    theirs.iter().any(|key| keys.emails.contains(key))
}

fn has_same_name(party: &KnownParty, keys: &MatchKeys) -> bool {
    let theirs = party_names(party);
    theirs.iter().any(|name| keys.names.contains(name))
}

/// Whether a party has the same name and the same address or phone, and one side has no e-mail address that would tell
/// them apart.
fn has_same_name_and_place(party: &KnownParty, keys: &MatchKeys) -> bool {
    let theirs = place_of(|field| party.text(field));
    let same_address = !theirs.is_empty() && theirs == keys.place;
    let same_phone = phones_of(party).any(|theirs| {
        let same = |ours: &String| theirs.len() >= phone::COMPARED && phone::same(theirs, ours);
        keys.phones.iter().any(same)
    });
    let emails = emails_of(party.text(TextField::Email));
    let one_without_email = keys.emails.is_empty() || emails.is_empty();
    one_without_email && (same_address || same_phone) && has_same_name(party, keys)
}

/// Whether a party has the name and the address of the customer, whatever its e-mail address and its contact, and one of
/// both may be a company. A party of which nothing is known but a name may be one.
fn is_same_company(party: &KnownParty, keys: &MatchKeys) -> bool {
    (!keys.is_person || party.tax_keys().next().is_some())
        && place_of(|field| party.text(field)) == keys.place
        && names_of(own_names(party), [None; 2]).contains(&keys.own_name)
}

/// Whether nothing contradicts a match. Two tax numbers are two legal persons, even if everything else agrees. A
/// customer number alone is not enough, since the accountant may have given it to another customer.
fn agrees(party: &KnownParty, by: MatchedBy, keys: &MatchKeys) -> bool {
    let mut theirs = party.tax_keys().peekable();
    let other_tax =
        !keys.tax.is_empty() && theirs.peek().is_some() && theirs.all(|key| key != keys.tax);
    let number_alone =
        by == MatchedBy::Number && !has_same_name(party, keys) && !has_email(party, keys);
    !other_tax && !number_alone
}
