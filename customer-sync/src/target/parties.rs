//! What is known of the parties in Billit.
//!
//! Billit leaves blanks out of its answers, and its list items may be summaries. So what a list item lacks is blank
//! only if lists carry that field at all, which has to be found out field by field.

use std::collections::{BTreeMap, BTreeSet};

use billit_client::parties::Party;
use billit_client::{InvalidRecord, PartyId, Record};

use super::billit::{Field, LINK, Values, current};

/// A listing of parties, and those of them that were read whole. `Debug` shows no personal data.
#[derive(Debug, Default)]
pub struct Parties {
    records: BTreeMap<PartyId, Record<Party>>,
    invalid: Vec<InvalidRecord>,
    /// Fields that some list item shows.
    shown: BTreeSet<String>,
    /// Fields that a whole party had and its list item had not.
    left_out: BTreeSet<String>,
    /// A party with many fields had no more of them than its list item.
    list_is_whole: bool,
    /// Billit said that no party has a link that its list item does not show.
    no_hidden_links: bool,
    whole: BTreeSet<PartyId>,
    unreadable: BTreeSet<PartyId>,
}

impl Parties {
    /// A listing whose items may be summaries.
    #[must_use]
    pub fn listed(records: Vec<Record<Party>>, invalid: Vec<InvalidRecord>) -> Self {
        let mut shown = BTreeSet::new();
        for party in &records {
            for field in party.fields() {
                if !shown.contains(field.as_ref()) {
                    shown.insert(field.into_owned());
                }
            }
        }
        let records = records.into_iter().map(|party| (party.id, party));
        Self {
            records: records.collect(),
            invalid,
            shown,
            ..Self::default()
        }
    }

    /// Says that the listing's items are whole: what one lacks is blank.
    #[must_use]
    pub fn complete(mut self) -> Self {
        self.list_is_whole = true;
        self.no_hidden_links = true;
        self
    }

    /// The parties in the order of their ids.
    pub fn records(&self) -> impl Iterator<Item = &Record<Party>> {
        self.records.values()
    }

    /// The party with this id.
    #[must_use]
    pub fn get(&self, id: PartyId) -> Option<&Record<Party>> {
        self.records.get(&id)
    }

    /// What could not be read as a party.
    #[must_use]
    pub fn invalid(&self) -> &[InvalidRecord] {
        &self.invalid
    }

    /// Takes over a party that was read whole, and what it tells of the list: a field that it has and its list item
    /// has not is one that lists leave out.
    pub fn read_whole(&mut self, party: Record<Party>) {
        const DETAILS: [&str; 6] = [
            "Street",
            "City",
            "Zipcode",
            "CountryCode",
            "Phone",
            "Mobile",
        ];
        if let Some(listed) = self.records.get(&party.id)
            && !self.whole.contains(&party.id)
        {
            let listed = listed.fields();
            let left_out: Vec<String> = party
                .fields()
                .into_iter()
                .filter(|field| !listed.contains(field) && matters(field))
                .map(std::borrow::Cow::into_owned)
                .collect();
            // A record with few fields tells nothing of the fields it has not.
            let is_rich = DETAILS.iter().any(|field| listed.contains(*field));
            self.list_is_whole = left_out.is_empty() && (self.list_is_whole || is_rich);
            self.left_out.extend(left_out);
        }
        self.whole.insert(party.id);
        self.records.insert(party.id, party);
    }

    /// Says that no party has a link which its list item does not show.
    pub fn no_hidden_links(&mut self) {
        self.no_hidden_links = true;
    }

    /// Says that there are parties with a link which their list item does not show.
    pub fn hides_links(&mut self) {
        self.left_out.insert(LINK.wire_name().to_owned());
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
        self.records.remove(&id);
        self.whole.remove(&id);
    }

    /// Adds what another listing found.
    pub fn extend(&mut self, other: Self) {
        self.records.extend(other.records);
        self.invalid.extend(other.invalid);
        self.shown.extend(other.shown);
    }

    /// The parties of which only a list item is known.
    pub fn unread(&self) -> impl Iterator<Item = &Record<Party>> {
        let unread = |party: &&Record<Party>| !self.whole.contains(&party.id);
        self.records.values().filter(unread)
    }

    /// The values of a party, as far as they are known.
    #[must_use]
    pub fn values(&self, party: &Party) -> Values {
        let whole = self.whole.contains(&party.id);
        current(party, |field| whole || self.knows(field.wire_name()))
    }

    /// Whether it is known of each party if it has this field, named as Billit names it.
    #[must_use]
    pub fn knows(&self, field: &str) -> bool {
        if self.whole.len() == self.records.len() {
            return true;
        }
        let implied = self.list_is_whole && (field != LINK.wire_name() || self.no_hidden_links);
        !self.left_out.contains(field) && (self.shown.contains(field) || implied)
    }
}

/// Whether the mapping or the matching uses a field.
fn matters(field: &str) -> bool {
    const MATCHED: [&str; 3] = ["Identifiers", "DisplayName", "PartyType"];
    MATCHED.contains(&field) || Field::all().any(|known| known.wire_name() == field)
}
