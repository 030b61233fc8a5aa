//! What is known of the parties in Billit.
//!
//! Billit leaves blanks out of its answers, and its list items may be summaries (unknown). So a field that a list item
//! does not have is blank only if lists show that field at all, which has to be found out field by field.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use billit_client::parties::{Party, PartyType, TextField};
use billit_client::{InvalidRecord, PartyId, Record};

use super::field::{Field, FieldSet, LINK};
use super::party::present_values;
use super::values::{Values, identifier_tax_key};
use crate::normalize::country;

/// The fields of a party that mapping and matching use, in little memory. `Debug` shows only the id.
#[derive(Clone)]
pub struct KnownParty {
    id: PartyId,
    values: Values,
    /// The fields that its record has, with or without a value.
    has: FieldSet,
    /// `None` if it is the same as the name.
    display_name: Option<Box<str>>,
    /// Keys of further numbers of a type, since `values` has one number for each type.
    more_tax_keys: Box<[Box<str>]>,
    is_supplier: bool,
    is_whole: bool,
    changed_after: Option<i64>,
}

impl KnownParty {
    fn of(record: &Record<Party>) -> Self {
        let mut values = present_values(record);
        values.shrink();
        let display_name = record.display_name.as_deref();
        let display_name = display_name.filter(|name| Some(*name) != record.name.as_deref());
        let changed_after = record.last_modified.zip(record.created);
        let mut party = Self {
            id: record.id,
            values,
            has: FieldSet::among(record.fields().iter().map(AsRef::as_ref)),
            display_name: display_name.map(Into::into),
            more_tax_keys: Box::default(),
            is_supplier: record.party_type == Some(PartyType::Supplier),
            is_whole: false,
            changed_after: changed_after
                .map(|(changed, created)| (changed - created).num_seconds()),
        };
        let country = record.country_code.as_deref();
        let country = country.map(|typed| country::code(typed).unwrap_or(country::UNKNOWN));
        let plain: BTreeSet<String> = party.tax_keys().collect();
        let kinds = record.identifiers.iter();
        let all = kinds.filter_map(|identifier| {
            let kind = identifier.identifier_type.as_ref()?;
            let number = identifier.identifier.as_ref()?;
            identifier_tax_key(kind.as_str(), number, country)
        });
        let more = all.filter(|key| !key.is_empty() && !plain.contains(key));
        party.more_tax_keys = more.map(Into::into).collect();
        party
    }

    /// The id of the party.
    #[must_use]
    pub fn id(&self) -> PartyId {
        self.id
    }

    /// The text of a field.
    #[must_use]
    pub fn text(&self, field: TextField) -> Option<&str> {
        self.values.text(&Field::Text(field))
    }

    /// The link it carries.
    #[must_use]
    pub fn link(&self) -> Option<&str> {
        self.text(LINK)
    }

    /// Whether it is a supplier.
    #[must_use]
    pub fn is_supplier(&self) -> bool {
        self.is_supplier
    }

    /// Billit's `DisplayName`, if it differs from the name.
    #[must_use]
    pub fn display_name(&self) -> Option<&str> {
        self.display_name.as_deref()
    }

    /// The keys of its VAT number and of the company numbers among its identifiers.
    pub(crate) fn tax_keys(&self) -> impl Iterator<Item = String> {
        let more = self.more_tax_keys.iter().map(ToString::to_string);
        self.values.tax_keys().chain(more)
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

/// The parties of a listing, and those that were read whole (one by one). `Debug` shows no personal data.
#[derive(Debug, Default)]
pub struct Parties {
    known: BTreeMap<PartyId, KnownParty>,
    invalid: Vec<InvalidRecord>,
    /// Fields that some list item shows.
    shown: FieldSet,
    /// Fields that a whole party had and its list item did not.
    omitted: FieldSet,
    /// Fields that list items are known to show whenever a party has a value.
    complete_in_list: FieldSet,
    /// A party with many fields, read whole, had no more fields than its list item.
    list_is_whole: bool,
    /// The number of parties read whole.
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
            parties.add_listed(&record);
        }
        parties
    }

    /// Adds an item of a listing, so that a listing need not be in memory at once.
    pub fn add_listed(&mut self, record: &Record<Party>) {
        let party = KnownParty::of(record);
        self.shown = self.shown.union(party.has);
        self.put(party);
    }

    /// Adds a record of a listing that could not be read as a party.
    pub fn add_invalid(&mut self, record: InvalidRecord) {
        self.invalid.push(record);
    }

    fn put(&mut self, party: KnownParty) {
        self.whole += usize::from(party.is_whole);
        if let Some(before) = self.known.insert(party.id, party) {
            self.whole -= usize::from(before.is_whole);
        }
    }

    /// Declares that the list items are whole: a field that an item does not have is blank.
    #[must_use]
    pub fn complete(mut self) -> Self {
        self.complete_in_list = FieldSet::ALL;
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

    /// The records that could not be read as a party.
    #[must_use]
    pub fn invalid(&self) -> &[InvalidRecord] {
        &self.invalid
    }

    /// Adds a party that was read whole. It also shows what lists omit: a field that the party has and its list item
    /// does not.
    pub fn add_whole(&mut self, record: &Record<Party>) {
        const DETAILS: FieldSet = FieldSet::text(TextField::Street)
            .union(FieldSet::text(TextField::City))
            .union(FieldSet::text(TextField::Zipcode))
            .union(FieldSet::text(TextField::CountryCode))
            .union(FieldSet::text(TextField::Phone))
            .union(FieldSet::text(TextField::Mobile));
        let mut party = KnownParty::of(record);
        party.is_whole = true;
        if let Some(listed) = self.known.get(&party.id).filter(|listed| !listed.is_whole) {
            let omitted = party.has.difference(listed.has);
            // A record with few fields says nothing about the fields that it does not have.
            let has_details = !listed.has.intersection(DETAILS).is_empty();
            self.list_is_whole = omitted.is_empty() && (self.list_is_whole || has_details);
            self.omitted = self.omitted.union(omitted);
        }
        self.put(party);
    }

    /// Declares that list items show these fields for every party that has a value in them.
    pub fn list_has_all(&mut self, fields: FieldSet) {
        self.complete_in_list = self.complete_in_list.union(fields);
    }

    /// Declares that list items omit these fields: there are parties with a value that their list item does not show.
    pub fn list_omits(&mut self, fields: FieldSet) {
        self.omitted = self.omitted.union(fields);
    }

    /// Declares that a party exists but could not be read whole.
    pub fn add_unreadable(&mut self, id: PartyId) {
        self.unreadable.insert(id);
    }

    /// Whether any party could not be read whole.
    #[must_use]
    pub fn has_unreadable(&self) -> bool {
        !self.unreadable.is_empty()
    }

    /// Whether this party could not be read whole.
    #[must_use]
    pub fn is_unreadable(&self, id: PartyId) -> bool {
        self.unreadable.contains(&id)
    }

    /// Removes a party that does not exist any more.
    pub fn remove(&mut self, id: PartyId) {
        if let Some(party) = self.known.remove(&id) {
            self.whole -= usize::from(party.is_whole);
        }
    }

    /// The parties of which only a list item is known.
    pub fn unread(&self) -> impl Iterator<Item = &KnownParty> {
        self.known.values().filter(|party| !party.is_whole)
    }

    /// The readable party whose list item has the most fields, of those not read whole yet. To read it whole shows most
    /// about what lists omit.
    #[must_use]
    pub fn with_most_fields(&self) -> Option<PartyId> {
        let readable = self.unread().filter(|party| !self.is_unreadable(party.id));
        let richest = readable.max_by_key(|party| (party.has.len(), party.id));
        richest.map(|party| party.id)
    }

    /// The values of a party in the fields that are known.
    #[must_use]
    pub fn values(&self, party: &KnownParty) -> Values {
        let fields = if party.is_whole {
            FieldSet::ALL
        } else {
            self.known_fields()
        };
        party.values.clone().with_known(fields)
    }

    /// The values of a party in the fields that are known or likely: if a party with many fields has no more fields
    /// than its list item, the same is likely for the others.
    #[must_use]
    pub fn likely_values(&self, party: &KnownParty) -> Values {
        let fields = if party.is_whole {
            FieldSet::ALL
        } else {
            self.likely_fields()
        };
        party.values.clone().with_known(fields)
    }

    /// Whether the values of all parties are known in these fields.
    #[must_use]
    pub fn knows(&self, fields: FieldSet) -> bool {
        self.unknown(fields).is_empty()
    }

    /// Those of these fields in which the value of some party is not known.
    #[must_use]
    pub fn unknown(&self, fields: FieldSet) -> FieldSet {
        fields.difference(self.known_fields())
    }

    /// Whether the values of all parties are known or likely in these fields, as in
    /// [`likely_values`](Self::likely_values).
    #[must_use]
    pub fn likely_knows(&self, fields: FieldSet) -> bool {
        self.whole == self.known.len() || self.likely_fields().includes(fields)
    }

    fn known_fields(&self) -> FieldSet {
        if self.whole == self.known.len() {
            return FieldSet::ALL;
        }
        // Billit has no filter for these two lists, so one party with many fields has to be evidence enough.
        let lists = if self.list_is_whole {
            FieldSet::IDENTIFIERS.union(FieldSet::CUSTOM_FIELDS)
        } else {
            FieldSet::EMPTY
        };
        self.shown
            .union(self.complete_in_list)
            .union(lists)
            .difference(self.omitted)
    }

    fn likely_fields(&self) -> FieldSet {
        let link = FieldSet::text(LINK);
        if self.list_is_whole {
            let all = FieldSet::ALL.difference(self.omitted);
            return if self.known_fields().includes(link) {
                all
            } else {
                all.difference(link)
            };
        }
        self.known_fields()
    }
}
