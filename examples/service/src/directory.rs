//! All customers by name, e-mail address and number, in memory: what the search looks in.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use billit_client::PartyId;
use billit_client::parties::TextField;
use customer_sync::planfy::{self, Column};
use customer_sync::store::{CustomerState, State, StateError};
use customer_sync::{CustomerKey, Field, Outcome, OutcomeKind};

/// The rows of more customers than these are read all at once.
const FEW: usize = 20;

/// The customers as they were read last. Clones share them.
#[derive(Clone, Default)]
pub struct Directory(Arc<Mutex<Arc<Known>>>);

/// All that are known.
#[derive(Clone, Default)]
pub struct Known {
    /// Those of the store in the order of their keys, then those that came later.
    pub customers: Vec<Entry>,
    by_key: HashMap<CustomerKey, usize>,
    by_party: HashMap<PartyId, usize>,
}

/// One customer.
#[derive(Clone)]
pub struct Entry {
    /// Its key.
    pub key: CustomerKey,
    /// Its name.
    pub name: String,
    /// Its e-mail address.
    pub email: String,
    /// Its number and VAT number.
    pub numbers: String,
    /// Its party.
    pub party: Option<PartyId>,
    /// The outcome of the last run.
    pub kind: Option<OutcomeKind>,
    /// All of it in lower case.
    text: String,
    /// Whether it was forgotten, or has another key now.
    is_gone: bool,
}

impl Directory {
    /// What is known now.
    #[must_use]
    pub fn now(&self) -> Arc<Known> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the store.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn refresh(&self, state: &State) -> Result<(), StateError> {
        let all = state.customers().await?;
        let mut known = self.lock();
        let known = Arc::make_mut(&mut known);
        for (key, remembered) in all {
            known.put(&key, &remembered);
        }
        Ok(())
    }

    /// What these outcomes say, and what the store remembers of their customers since.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn learn(&self, state: &State, outcomes: &[Outcome]) -> Result<(), StateError> {
        if outcomes.len() > FEW {
            self.refresh(state).await?;
        } else {
            for outcome in outcomes {
                if let Some(remembered) = state.customer(&outcome.key).await? {
                    Arc::make_mut(&mut self.lock()).put(&outcome.key, &remembered);
                }
            }
        }
        let mut known = self.lock();
        let known = Arc::make_mut(&mut known);
        for outcome in outcomes {
            known.put_outcome(outcome);
        }
        Ok(())
    }

    /// The customers of Planfy, also those that were never synced.
    pub fn learn_book(&self, entries: &BTreeMap<CustomerKey, planfy::Entry>) {
        let mut known = self.lock();
        let known = Arc::make_mut(&mut known);
        for (key, entry) in entries {
            known.put_entry(key, entry);
        }
    }

    /// Forgets one.
    pub fn forget(&self, key: &CustomerKey) {
        let mut known = self.lock();
        let known = Arc::make_mut(&mut known);
        if let Some(entry) = known.entry(key) {
            *entry = Entry::new(key.clone());
            entry.is_gone = true;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The entry of a customer, if there is one.
    fn entry(&mut self, key: &CustomerKey) -> Option<&mut Entry> {
        self.customers.get_mut(*self.by_key.get(key)?)
    }

    /// The entry of a customer, a new one if need be.
    fn entry_or_new(&mut self, key: &CustomerKey) -> &mut Entry {
        let end = self.customers.len();
        let at = *self.by_key.entry(key.clone()).or_insert(end);
        if at == end {
            self.customers.push(Entry::new(key.clone()));
        }
        #[allow(clippy::indexing_slicing)] // It was there, or was just pushed.
        let entry = &mut self.customers[at];
        entry.is_gone = false;
        entry
    }

    fn put(&mut self, key: &CustomerKey, remembered: &CustomerState) {
        let entry = self.entry_or_new(key);
        entry.set(remembered);
        let party = entry.party;
        self.note_party(party, key);
    }

    fn put_outcome(&mut self, outcome: &Outcome) {
        let entry = self.entry_or_new(&outcome.key);
        entry.kind = Some(outcome.kind);
        if outcome.kind != OutcomeKind::Conflict {
            entry.party = outcome.party.or(entry.party);
        }
        if !outcome.name.is_empty() {
            entry.name.clone_from(&outcome.name);
        }
        entry.text = entry.text_of();
        let party = entry.party;
        self.note_party(party, &outcome.key);
    }

    /// What Planfy has of a customer. What was synced counts.
    fn put_entry(&mut self, key: &CustomerKey, entry: &planfy::Entry) {
        let known = self.entry_or_new(key);
        if known.name.is_empty() {
            entry.get(Column::Name).trim().clone_into(&mut known.name);
        }
        if known.email.is_empty() {
            entry.get(Column::Email).trim().clone_into(&mut known.email);
        }
        known.text = known.text_of();
    }

    fn note_party(&mut self, party: Option<PartyId>, key: &CustomerKey) {
        if let (Some(party), Some(at)) = (party, self.by_key.get(key)) {
            self.by_party.insert(party, *at);
        }
    }

    /// One customer.
    #[must_use]
    pub fn get(&self, key: &CustomerKey) -> Option<&Entry> {
        self.customers.get(*self.by_key.get(key)?)
    }

    /// The customer of a party.
    #[must_use]
    pub fn of_party(&self, party: PartyId) -> Option<&Entry> {
        self.customers.get(*self.by_party.get(&party)?)
    }

    /// The name of a customer, or its key.
    #[must_use]
    pub fn name(&self, key: &CustomerKey) -> String {
        let name = self.get(key).map(|entry| entry.name.as_str());
        name.filter(|name| !name.is_empty())
            .unwrap_or(key.as_str())
            .to_owned()
    }

    /// Those in which each word of the text is: of the name, the e-mail address, a number, or an id of either side.
    pub fn search(&self, text: &str) -> impl Iterator<Item = &Entry> {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let found = move |entry: &&Entry| {
            !entry.is_gone && words.iter().all(|word| entry.text.contains(word.as_str()))
        };
        self.customers.iter().filter(found)
    }
}

impl Entry {
    fn new(key: CustomerKey) -> Self {
        Self {
            key,
            name: String::new(),
            email: String::new(),
            numbers: String::new(),
            party: None,
            kind: None,
            text: String::new(),
            is_gone: false,
        }
    }

    /// What the store remembers.
    fn set(&mut self, known: &CustomerState) {
        let applied = |field| {
            let last = known.applied.get(&Field::Text(field))?;
            last.value().flatten().map(str::to_owned)
        };
        if let Some(name) = applied(TextField::Name) {
            self.name = name;
        }
        if let Some(email) = applied(TextField::Email) {
            self.email = email;
        }
        let numbers = [TextField::Nr, TextField::VatNumber].into_iter();
        self.numbers = numbers.filter_map(applied).collect::<Vec<_>>().join(" ");
        self.party = known.party;
        self.kind = known.last.as_ref().map(|last| last.kind);
        self.text = self.text_of();
    }

    fn text_of(&self) -> String {
        let party = self
            .party
            .map(|party| party.to_string())
            .unwrap_or_default();
        let all = [
            self.name.as_str(),
            &self.email,
            &self.numbers,
            &party,
            self.key.as_str(),
        ];
        all.join(" ").to_lowercase()
    }
}
