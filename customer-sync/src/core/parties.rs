//! What is known of the parties in Billit.
//!
//! Billit leaves blanks out of its answers, and its list items may be summaries. So what a list item lacks is blank
//! only if lists carry that field at all, which has to be found out field by field.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use billit_client::parties::{Party, PartyType, TextField};
use billit_client::{InvalidRecord, PartyId, Record};

use super::field::{Field, FieldSet, LINK};
use super::party::held;
use super::values::Values;
use crate::normalize::vat;

/// Of a party what mapping and matching use, in little memory. `Debug` shows its id.
#[derive(Clone)]
pub struct KnownParty {
    id: PartyId,
    values: Values,
    /// The fields that its record has, blank or not.
    has: FieldSet,
    /// Where it is not the name.
    display_name: Option<Box<str>>,
    /// Keys of numbers that another of the same type hides among the values.
    hidden_tax: Box<[Box<str>]>,
    is_supplier: bool,
    is_whole: bool,
    changed_after: Option<i64>,
}

impl KnownParty {
    fn of(record: &Record<Party>) -> Self {
        let mut values = held(record);
        values.shrink();
        let display_name = record.display_name.as_deref();
        let display_name = display_name.filter(|name| Some(*name) != record.name.as_deref());
        let changed_after = record.last_modified.zip(record.created);
        let mut party = Self {
            id: record.id,
            values,
            has: FieldSet::among(record.fields().iter().map(AsRef::as_ref)),
            display_name: display_name.map(Into::into),
            hidden_tax: Box::default(),
            is_supplier: record.party_type == Some(PartyType::Supplier),
            is_whole: false,
            changed_after: changed_after
                .map(|(changed, created)| (changed - created).num_seconds()),
        };
        let plain: BTreeSet<String> = party.tax_keys().collect();
        let kinds = record.identifiers.iter();
        let all = kinds.filter_map(|identifier| {
            let kind = identifier.identifier_type.as_ref()?;
            let number = identifier.identifier.as_ref()?;
            is_tax(kind.as_str()).then(|| vat::tax_key(number))
        });
        let hidden = all.filter(|key| !key.is_empty() && !plain.contains(key));
        party.hidden_tax = hidden.map(Into::into).collect();
        party
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> PartyId {
        self.id
    }

    /// A text of it.
    #[must_use]
    pub fn text(&self, field: TextField) -> Option<&str> {
        self.values.text(&Field::Text(field))
    }

    /// The link it carries.
    #[must_use]
    pub fn link(&self) -> Option<&str> {
        self.text(LINK)
    }

    /// Whether it sells to you.
    #[must_use]
    pub fn is_supplier(&self) -> bool {
        self.is_supplier
    }

    /// The name that Billit shows, if it is not the name.
    #[must_use]
    pub fn display_name(&self) -> Option<&str> {
        self.display_name.as_deref()
    }

    /// The keys of its VAT number and of the company numbers among its identifiers.
    pub(crate) fn tax_keys(&self) -> impl Iterator<Item = String> {
        let registered = self.values.identifiers().filter(|(kind, _)| is_tax(kind));
        let numbers = self.text(TextField::VatNumber).into_iter();
        let keys = numbers
            .chain(registered.map(|(_, number)| number))
            .map(vat::tax_key)
            .filter(|key| !key.is_empty());
        keys.chain(self.hidden_tax.iter().map(ToString::to_string))
    }

    /// The seconds between its creation and its last change, by Billit's clock.
    #[must_use]
    pub fn changed_after(&self) -> Option<i64> {
        self.changed_after
    }
}

impl fmt::Debug for KnownParty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KnownParty({}, ..)", self.id)
    }
}

/// Whether an identifier of this type is a VAT or company number.
pub(crate) fn is_tax(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("CBE") || kind.to_ascii_uppercase().starts_with("VAT")
}

/// A listing of parties, and those of them that were read whole. `Debug` shows no personal data.
#[derive(Debug, Default)]
pub struct Parties {
    known: BTreeMap<PartyId, KnownParty>,
    invalid: Vec<InvalidRecord>,
    /// Fields that some list item shows.
    shown: FieldSet,
    /// Fields that a whole party had and its list item had not.
    left_out: FieldSet,
    /// Fields of which it was said that no party has more than its list item shows.
    told: FieldSet,
    /// A party with many fields had no more of them than its list item.
    list_is_whole: bool,
    /// How many were read whole.
    whole: usize,
    unreadable: BTreeSet<PartyId>,
}

impl Parties {
    /// A listing whose items may be summaries.
    #[must_use]
    pub fn listed(records: Vec<Record<Party>>, invalid: Vec<InvalidRecord>) -> Self {
        let mut parties = Self {
            invalid,
            ..Self::default()
        };
        for record in records {
            parties.list(&record);
        }
        parties
    }

    /// Adds an item of a listing, so that no listing need be held whole.
    pub fn list(&mut self, record: &Record<Party>) {
        let party = KnownParty::of(record);
        self.shown = self.shown.union(party.has);
        self.put(party);
    }

    /// Adds a record of a listing that could not be read as a party.
    pub fn list_invalid(&mut self, record: InvalidRecord) {
        self.invalid.push(record);
    }

    fn put(&mut self, party: KnownParty) {
        self.whole += usize::from(party.is_whole);
        if let Some(before) = self.known.insert(party.id, party) {
            self.whole -= usize::from(before.is_whole);
        }
    }

    /// Says that the listing's items are whole: what one lacks is blank.
    #[must_use]
    pub fn complete(mut self) -> Self {
        self.told = FieldSet::ALL;
        self
    }

    /// The parties in the order of their ids.
    pub fn known(&self) -> impl Iterator<Item = &KnownParty> {
        self.known.values()
    }

    /// The party with this id.
    #[must_use]
    pub fn get(&self, id: PartyId) -> Option<&KnownParty> {
        self.known.get(&id)
    }

    /// What could not be read as a party.
    #[must_use]
    pub fn invalid(&self) -> &[InvalidRecord] {
        &self.invalid
    }

    /// Takes over a party that was read whole, and what it tells of the list: a field that it has and its list item
    /// has not is one that lists leave out.
    pub fn read_whole(&mut self, record: &Record<Party>) {
        const DETAILS: FieldSet = FieldSet::text(TextField::Street)
            .union(FieldSet::text(TextField::City))
            .union(FieldSet::text(TextField::Zipcode))
            .union(FieldSet::text(TextField::CountryCode))
            .union(FieldSet::text(TextField::Phone))
            .union(FieldSet::text(TextField::Mobile));
        let mut party = KnownParty::of(record);
        party.is_whole = true;
        if let Some(listed) = self.known.get(&party.id).filter(|listed| !listed.is_whole) {
            let left_out = party.has.difference(listed.has);
            // A record with few fields tells nothing of the fields it has not.
            let is_rich = !listed.has.intersection(DETAILS).is_empty();
            self.list_is_whole = left_out.is_empty() && (self.list_is_whole || is_rich);
            self.left_out = self.left_out.union(left_out);
        }
        self.put(party);
    }

    /// Says that no party has a value in these fields which its list item does not show.
    pub fn hides_none(&mut self, fields: FieldSet) {
        self.told = self.told.union(fields);
    }

    /// Says that there are parties with a value in these fields which their list item does not show.
    pub fn hides(&mut self, fields: FieldSet) {
        self.left_out = self.left_out.union(fields);
    }

    /// Says that a party is there but could not be read whole.
    pub fn cannot_read(&mut self, id: PartyId) {
        self.unreadable.insert(id);
    }

    /// Whether there is a party that could not be read whole.
    #[must_use]
    pub fn has_unreadable(&self) -> bool {
        !self.unreadable.is_empty()
    }

    /// Whether a party could not be read whole.
    #[must_use]
    pub fn is_unreadable(&self, id: PartyId) -> bool {
        self.unreadable.contains(&id)
    }

    /// Forgets a party that is not there any more.
    pub fn remove(&mut self, id: PartyId) {
        if let Some(party) = self.known.remove(&id) {
            self.whole -= usize::from(party.is_whole);
        }
    }

    /// The parties of which only a list item is known.
    pub fn unread(&self) -> impl Iterator<Item = &KnownParty> {
        self.known.values().filter(|party| !party.is_whole)
    }

    /// The party whose list item has the most fields, of those that can be read: it tells most about the others.
    #[must_use]
    pub fn richest(&self) -> Option<PartyId> {
        let readable = self.unread().filter(|party| !self.is_unreadable(party.id));
        let richest = readable.max_by_key(|party| (party.has.len(), party.id));
        richest.map(|party| party.id)
    }

    /// The values of a party, as far as they are known.
    #[must_use]
    pub fn values(&self, party: &KnownParty) -> Values {
        let known = if party.is_whole {
            FieldSet::ALL
        } else {
            self.seen()
        };
        party.values.clone().knowing(known)
    }

    /// The values that a party had, as far as they are known or likely: if a party with many fields has no more of them
    /// than its list item, so will the others.
    #[must_use]
    pub fn likely_values(&self, party: &KnownParty) -> Values {
        let known = if party.is_whole {
            FieldSet::ALL
        } else {
            self.likely()
        };
        party.values.clone().knowing(known)
    }

    /// Whether it is known of each party what it has in these fields: a list item shows them, or Billit said that no
    /// party has more.
    #[must_use]
    pub fn knows(&self, fields: FieldSet) -> bool {
        self.unknown(fields).is_empty()
    }

    /// Those of these fields of which it is not known what each party has.
    #[must_use]
    pub fn unknown(&self, fields: FieldSet) -> FieldSet {
        fields.difference(self.seen())
    }

    /// Whether it is known, or likely.
    #[must_use]
    pub fn likely_knows(&self, fields: FieldSet) -> bool {
        self.whole == self.known.len() || self.likely().includes(fields)
    }

    fn seen(&self) -> FieldSet {
        if self.whole == self.known.len() {
            return FieldSet::ALL;
        }
        // No filter asks for what is in a list; here a rich party has to do.
        let lists = if self.list_is_whole {
            FieldSet::IDENTIFIERS.union(FieldSet::CUSTOM_FIELDS)
        } else {
            FieldSet::EMPTY
        };
        self.shown
            .union(self.told)
            .union(lists)
            .difference(self.left_out)
    }

    fn likely(&self) -> FieldSet {
        let link = FieldSet::text(LINK);
        if self.list_is_whole {
            let all = FieldSet::ALL.difference(self.left_out);
            return if self.seen().includes(link) {
                all
            } else {
                all.difference(link)
            };
        }
        self.seen()
    }
}
