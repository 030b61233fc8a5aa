//! Makes a plan.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::sync::Arc;

use billit_client::PartyId;
use billit_client::parties::TextField;

use super::change::{Change, Note, REFUSED_BEFORE};
use super::customer::{Customer, CustomerKey, MappedCustomer, Problem};
use super::diff::{self, Difference};
use super::field::{self, Field, FieldSet, LINK, VAT_NUMBER};
use super::fingerprint::Fingerprint;
use super::kind::{self, Kind};
use super::matching::{Match, MatchKeys, MatchedBy, PartyIndex, PlaceHash, shared_hashes};
use super::merge::{Applied, ONLY_LINKED};
use super::parties::{KnownParty, Parties};
use super::party;
use super::plan::{Action, Plan, Preconditions, Purpose, Step};
use super::policy::{FieldPolicy, WriteMode};
use super::report::OutcomeKind;
use super::rules::{MAPPING, MappingRules};
use super::snapshot::{CustomerState, StateSnapshot};
use super::stored_values::StoredValues;
use super::values::Values;

/// Makes a plan from customers that are added one at a time, so that a source need not be in memory at once.
///
/// ```
/// use customer_sync::{Customer, CustomerKey, MappingRules, Planner, Parties};
///
/// let (parties, rules) = (Parties::default().complete(), MappingRules::default());
/// let mut planner = Planner::new(&parties, &rules);
/// for id in ["7", "8"] {
///     let mut customer = Customer::new(CustomerKey::new("planyo", id));
///     customer.last_name = Some(format!("Number {id}"));
///     planner.add(&Ok(customer));
/// }
/// assert_eq!(planner.finish().counts().created, 2);
/// ```
#[must_use = "`finish` returns the plan"]
pub struct Planner<'a> {
    parties: &'a Parties,
    index: PartyIndex<'a>,
    rules: &'a MappingRules,
    rules_fingerprint: Fingerprint,
    /// The rules for a business of which the source has only a person's name: Billit's name stays, since it may be the
    /// legal name.
    legal_name: MappingRules,
    snapshot: Option<(&'a StateSnapshot, StoredValues)>,
    /// Whether the store knows a customer by a key without an id.
    knows_keys_without_id: bool,
    steps: Vec<Step>,
    /// Matched parties, each with the position of the step that matched it.
    claims: Vec<(PartyId, u32)>,
    /// Hashes of e-mail addresses, VAT numbers and customer numbers, each with the position of its step.
    shared: Vec<(u64, u32)>,
    /// Names with addresses and phones, of the steps that write.
    places: Vec<(PlaceHash, NamedStep)>,
    /// Hashes of names with addresses, each with the position of its step and whether it may be a company, of the steps
    /// that write.
    addresses: Vec<(u64, u32, bool)>,
    /// The sets of fields used so far, to share them: most customers have the same fields.
    fields: HashSet<Arc<[Field]>>,
}

/// A step by its position, for the comparison of names.
#[derive(Clone, Copy)]
struct NamedStep {
    step: u32,
    has_email: bool,
}

impl<'a> Planner<'a> {
    /// A planner that compares customers with these parties by these rules, without a store.
    pub fn new(parties: &'a Parties, rules: &'a MappingRules) -> Self {
        let name = Field::Text(TextField::Name);
        Self {
            parties,
            index: PartyIndex::new(parties),
            rules,
            rules_fingerprint: rules.fingerprint(),
            legal_name: rules
                .clone()
                .company_policy(name, FieldPolicy::PreferBillit),
            snapshot: None,
            knows_keys_without_id: false,
            steps: Vec::new(),
            claims: Vec::new(),
            shared: Vec::new(),
            places: Vec::new(),
            addresses: Vec::new(),
            fields: HashSet::new(),
        }
    }

    /// Uses the state of the customers from a [store](crate::store::State::customers): a value changed by hand in
    /// Billit stays while the source has not changed, a value cleared in the source is cleared, and a customer that
    /// Billit merged into another is not created again until its record changes. The plan then carries the source's
    /// values for the store ([`Step::source_values`]), in the form that `stored` says.
    pub fn with_state(mut self, snapshot: &'a StateSnapshot, stored: StoredValues) -> Self {
        self.snapshot = Some((snapshot, stored));
        self.knows_keys_without_id = snapshot.keys().any(CustomerKey::is_without_id);
        self
    }

    /// Adds these customers and finishes.
    #[must_use]
    pub fn plan<'c>(mut self, customers: impl IntoIterator<Item = &'c MappedCustomer>) -> Plan {
        for customer in customers {
            self.add(customer);
        }
        self.finish()
    }

    /// Adds a customer.
    pub fn add(&mut self, customer: &MappedCustomer) {
        let step = match customer {
            Ok(customer) => self.step(customer),
            Err((key, problem)) => self.unusable(key, problem),
        };
        self.steps.push(step);
    }

    /// The plan of all customers that were added.
    #[must_use]
    pub fn finish(mut self) -> Plan {
        self.mark_duplicates_ambiguous();
        self.mark_shared_parties_ambiguous();
        let mut steps = std::mem::take(&mut self.steps);
        steps.sort_unstable_by(|a, b| a.key.cmp(&b.key).then_with(|| a.reason().cmp(&b.reason())));
        Plan {
            version: Plan::VERSION,
            purpose: Purpose::Sync,
            rules: Some(self.rules_fingerprint),
            steps,
            missing_from_source: Vec::new(),
            warnings: Vec::new(),
            unproven_end: false,
        }
    }

    /// Decides by the match, asks the vetoes, and adds what `apply` has to know.
    fn step(&mut self, customer: &Customer) -> Step {
        let position = u32::try_from(self.steps.len()).unwrap_or(u32::MAX);
        let desired = party::desired(customer, self.rules);
        let shared = shared_hashes(&desired).map(|hash| (hash, position));
        self.shared.extend(shared);
        let linked = self.index.find_linked(customer.key.as_str());
        // Most customers are linked and need no other keys.
        let is_linked = matches!(linked, Some(Match::Linked(_)));
        let kind = kind::of(customer).0;
        let mut subject = Subject {
            customer,
            kind,
            keys: (!is_linked).then(|| MatchKeys::of(&desired, kind)),
            desired,
        };
        let unlinked = || Some(self.index.find_unlinked(subject.keys.as_ref()?));
        let found = linked.or_else(unlinked).unwrap_or(Match::New);
        let mut decision = self.decide(&mut subject, found, position);
        decision
            .notes
            .extend(customer.not_understood.iter().cloned());
        if decision.is_refused {
            let mut notes = decision.notes.iter_mut();
            if let Some(note) = notes.find(|note| note.not_understood && note.field == VAT_NUMBER) {
                note.say_left_out(REFUSED_BEFORE);
            }
        }
        for veto in VETOES {
            if let Some(action) = veto(self, &subject, &decision) {
                decision.action = action;
            }
        }
        let unsearchable_fields = if self.parties.has_unreadable() {
            // Reading them whole has failed already: that is a veto.
            FieldSet::EMPTY
        } else {
            self.unsearchable(&subject, &decision.action)
        };
        let step = Step {
            key: customer.key.clone(),
            name: customer.name().unwrap_or_default(),
            customer_kind: subject.kind,
            notes: decision.notes,
            unread_fields: decision.unread,
            unsearchable_fields,
            source_values: Applied::default(),
            key_before_id: decision.key_before_id,
            match_keys: Vec::new(),
            is_remapped: self.is_remapped(&customer.key),
            preconditions: decision.preconditions,
            action: decision.action,
        };
        let needs_keys = self.snapshot.is_some() || step.writes();
        let keys = needs_keys.then(|| {
            let keys = subject.keys.take();
            keys.unwrap_or_else(|| MatchKeys::of(&subject.desired, kind))
        });
        if let Some(keys) = keys.as_ref().filter(|_| step.writes()) {
            let named = NamedStep {
                step: position,
                has_email: keys.has_email(),
            };
            let places = keys.place_hashes().into_iter();
            self.places.extend(places.map(|place| (place, named)));
            let address = keys.name_and_address().into_iter();
            let may_be_company = kind != Kind::Person;
            self.addresses
                .extend(address.map(|hash| (hash, position, may_be_company)));
        }
        let preconditions = match step.action {
            _ if step.writes() => step.preconditions,
            Action::Unchanged { .. } => None,
            // A person may decide which party this customer is.
            _ => Some(Box::new(self.preconditions(
                &subject.desired,
                &Values::default(),
                BTreeSet::new(),
            ))),
        };
        let match_keys = keys.filter(|_| self.snapshot.is_some());
        let match_keys = match_keys.map(|keys| keys.fingerprints());
        let match_keys = match_keys.unwrap_or_default();
        Step {
            source_values: self.source_values(&subject, &step.action, &match_keys),
            match_keys,
            preconditions,
            ..step
        }
    }

    /// The step for a record that cannot be used. A customer that was erased in the source keeps its party, which is named.
    fn unusable(&self, key: &CustomerKey, problem: &Problem) -> Step {
        let is_erased = problem.is_erasure_in_source();
        let party = if is_erased {
            self.party_of_erased(key)
        } else {
            None
        };
        let reason = problem.to_string();
        let action = match problem {
            Problem::Filtered | Problem::LeftOut(_) | Problem::Erased => {
                Action::Skip { party, reason }
            }
            _ if is_erased => Action::Skip { party, reason },
            _ => Action::Quarantine { reason },
        };
        let known = party.and_then(|party| self.index.party(party));
        let name = match problem {
            Problem::Malformed { name, .. } => Some(name.as_str()),
            _ => known.and_then(|party| party.text(TextField::Name)),
        };
        let is_searched = is_erased && party.is_none() && !self.parties.has_unreadable();
        Step {
            key: key.clone(),
            name: name.unwrap_or_default().to_owned(),
            customer_kind: Kind::Unclear,
            action,
            notes: Vec::new(),
            unread_fields: FieldSet::EMPTY,
            unsearchable_fields: if is_searched {
                self.parties.unknown(FieldSet::text(LINK))
            } else {
                FieldSet::EMPTY
            },
            source_values: Applied::default(),
            key_before_id: None,
            match_keys: Vec::new(),
            is_remapped: false,
            preconditions: None,
        }
    }

    /// The party by its link, or the one in the store if it was not listed.
    fn party_of_erased(&self, key: &CustomerKey) -> Option<PartyId> {
        if let Some(Match::Linked(party)) = self.index.find_linked(key.as_str()) {
            return Some(party);
        }
        let party = self.remembered(key)?.party?;
        self.index.party(party).is_none().then_some(party)
    }

    /// The action for a match, before the vetoes.
    fn decide(&mut self, subject: &mut Subject<'_>, found: Match, position: u32) -> Decision {
        match found {
            Match::Linked(party) => self.change(subject, party, MatchedBy::Link),
            Match::Found(party, by) => {
                self.claims.push((party, position));
                match self.linked_to_another(subject.customer, party, by) {
                    Some(conflict) => conflict.into(),
                    None => self.change(subject, party, by),
                }
            }
            Match::Ambiguous(candidates, by) => {
                let mut reason = format!("matches {} by {}", in_words(&candidates), by.words());
                if let [party] = candidates.as_slice()
                    && let Some(owner) = self.owner(*party)
                {
                    reason = format!("{reason}; it is linked to {owner}");
                }
                let may_be_new = by.may_be_new() && self.rules.mode().creates();
                let values = may_be_new.then(|| self.created_values(&subject.desired));
                let by = Some(by);
                Action::Ambiguous {
                    candidates,
                    reason,
                    by,
                    values,
                }
                .into()
            }
            Match::New => self.creation(subject),
        }
    }

    fn remembered(&self, key: &CustomerKey) -> Option<&'a CustomerState> {
        self.snapshot.and_then(|(snapshot, _)| snapshot.get(key))
    }

    /// The key by which the store knows a customer, as the one of this party, from the time before it had an id. A run that
    /// was killed may have left it, also if the party has its new link.
    fn key_before_id(&self, customer: &Customer, party: PartyId) -> Option<CustomerKey> {
        if !self.knows_keys_without_id {
            return None;
        }
        let key = customer.key_without_id()?;
        let is_known = self.remembered(&key)?.party == Some(party);
        (is_known && key != customer.key).then_some(key)
    }

    /// Whether the last run read the record of a customer by another mapping.
    fn is_remapped(&self, key: &CustomerKey) -> bool {
        let last = self.remembered(key).and_then(|known| known.last.as_ref());
        last.is_some_and(|last| last.mapping != *MAPPING)
    }

    /// The source's values for the store, or nothing if the store has them already, and the match keys too.
    fn source_values(
        &self,
        subject: &Subject<'_>,
        action: &Action,
        match_keys: &[Fingerprint],
    ) -> Applied {
        let Subject {
            customer, desired, ..
        } = subject;
        let Some((snapshot, stored)) = self.snapshot else {
            return Applied::default();
        };
        let mut values = desired.clone();
        for field in &customer.blank {
            if desired.get(field).is_none() {
                values.put(field, None);
            }
        }
        let is_stored = |known: &CustomerState| {
            let is_settled =
                matches!(action, Action::Unchanged { party } if known.party == Some(*party));
            let last = known
                .last
                .as_ref()
                .filter(|last| last.kind == OutcomeKind::Unchanged);
            let mut fields = values.iter();
            is_settled
                && known.match_keys == match_keys
                && fields.all(|(field, value)| known.applied.has(&field, value, stored))
                && last.is_some_and(|last| {
                    let source = values.source_fingerprint();
                    // A language that is said for the first time has to be stored.
                    last.is_of(&source, self.rules_fingerprint)
                        && source.after(&last.source) == last.source
                })
        };
        if snapshot.get(&customer.key).is_some_and(is_stored) {
            return Applied::default();
        }
        Applied::of(&values, stored)
    }

    /// Compares a customer with its party.
    fn change(&mut self, subject: &mut Subject<'_>, party: PartyId, by: MatchedBy) -> Decision {
        let Subject {
            customer,
            kind,
            desired,
            ..
        } = subject;
        let known = self.index.party(party);
        let current = known.map(|known| self.parties.values(known));
        let current = current.unwrap_or_default();
        let is_person = customer.company.is_none() && customer.vat_number.is_some();
        let rules = if is_person {
            &self.legal_name
        } else {
            self.rules
        };
        let key_before_id = self.key_before_id(customer, party);
        let is_of_party = |last: &&CustomerState| last.party == Some(party);
        let last = self.remembered(&customer.key).filter(is_of_party);
        let last = last.or_else(|| self.remembered(key_before_id.as_ref()?));
        let refused = last.and_then(|last| last.refused_vat_number.as_ref());
        // It was never in Billit, so that its absence there is no correction.
        let without_refused = last.filter(|_| refused.is_some()).map(|last| {
            let mut last = last.clone();
            last.applied.forget(&VAT_NUMBER);
            last
        });
        let last = without_refused.as_ref().or(last);
        clear(desired, customer, last.map(|last| &last.applied));
        let Difference {
            mut changes,
            mut notes,
            unread_fields,
            ..
        } = diff::merge(desired, &current, last, *kind, rules);
        let number = desired.text(&VAT_NUMBER);
        let is_refused = refused.is_some_and(|refused| refused.is(&VAT_NUMBER, number))
            && changes.iter().any(|change| change.field == VAT_NUMBER);
        if is_refused {
            changes.retain(|change| change.field != VAT_NUMBER);
        }
        if self.rules.mode() == WriteMode::LinkOnly {
            keep_all_but_link(&mut changes, &mut notes, by, last);
        }
        if !unread_fields.is_empty() && self.parties.is_unreadable(party) {
            let reason = format!("party {party} cannot be read");
            return Action::Quarantine { reason }.into();
        }
        let preconditions = (!changes.is_empty()).then(|| {
            let fields = desired.iter().map(|(field, _)| field);
            let fields = fields.chain(changes.iter().map(|change| change.field.clone()));
            let fields = fields.chain(field::IDENTITY);
            Box::new(self.preconditions(desired, &current, fields.collect()))
        });
        let action = match by {
            MatchedBy::Link if changes.is_empty() => Action::Unchanged { party },
            MatchedBy::Link => Action::Update { party, changes },
            by => Action::Link { party, by, changes },
        };
        Decision {
            notes,
            unread: unread_fields,
            preconditions,
            key_before_id,
            is_refused,
            ..action.into()
        }
    }

    /// The searched fields that lists may not show: any party may be the customer. If the customer gets a link, that is
    /// each field by which it was searched; otherwise only the link matters, since the customer may be linked to a party
    /// whose link the list does not show.
    fn unsearchable(&self, subject: &Subject<'_>, action: &Action) -> FieldSet {
        let keys = subject.keys.as_ref();
        let searched = keys.map_or(FieldSet::EMPTY, MatchKeys::fields);
        let gets_link = matches!(action, Action::Create { .. } | Action::Link { .. });
        let matters = if gets_link {
            FieldSet::ALL
        } else {
            FieldSet::text(LINK)
        };
        self.parties.unknown(searched.intersection(matters))
    }

    /// Fingerprints of both sides, of the party in those of these fields that are known.
    fn preconditions(
        &mut self,
        desired: &Values,
        current: &Values,
        fields: BTreeSet<Field>,
    ) -> Preconditions {
        let fields = fields.into_iter();
        let fields: Arc<[Field]> = fields
            .filter(|field| current.get(field).is_some())
            .collect();
        let shared = self.fields.get(&fields).cloned();
        let fields = shared.unwrap_or_else(|| {
            self.fields.insert(Arc::clone(&fields));
            fields
        });
        Preconditions {
            source: desired.source_fingerprint(),
            billit: current.fingerprint_of(&fields),
            fields,
        }
    }

    fn creation(&mut self, subject: &Subject<'_>) -> Decision {
        let Subject { keys, desired, .. } = subject;
        let preconditions = self.preconditions(desired, &Values::default(), BTreeSet::new());
        let keys = keys.as_ref();
        if keys.is_some_and(|keys| self.index.may_be_unreadable(keys)) {
            return unreadable_party().into();
        }
        let values = self.created_values(desired);
        let other_than = Vec::new();
        Decision {
            preconditions: Some(Box::new(preconditions)),
            ..Action::Create { values, other_than }.into()
        }
    }

    fn created_values(&self, desired: &Values) -> Values {
        let mut values = party::created(desired, self.rules);
        values.shrink();
        values
    }

    /// The conflict if a matched party carries another link.
    fn linked_to_another(
        &self,
        customer: &Customer,
        party: PartyId,
        by: MatchedBy,
    ) -> Option<Action> {
        let owner = self.owner(party)?;
        let link = self.index.party(party).and_then(KnownParty::link)?;
        let without_id = customer.key_without_id();
        if without_id.is_some_and(|key| key.as_str() == link) {
            // It was linked before the source gave it an id.
            return None;
        }
        let by = by.words();
        let reason = format!("party {party}, found by {by}, is linked to {owner}");
        Some(Action::Conflict { party, reason })
    }

    /// To what a party is linked. A link of another system may be anything, also personal data: it is not shown.
    fn owner(&self, party: PartyId) -> Option<String> {
        let link = self.index.party(party).and_then(KnownParty::link)?;
        let key = self.our_key(link).map(|key| key.to_string());
        Some(key.unwrap_or_else(|| "a record of another system".to_owned()))
    }

    /// The customer of a link, if it has the form of this source's links: the id is a number, or letters and digits if
    /// the source has an account, such as `planfy:shop`, whose form of ids is not known.
    fn our_key(&self, link: &str) -> Option<CustomerKey> {
        let source = self.rules.source_name();
        let id = link.strip_prefix(source)?.strip_prefix(':')?;
        let is_account = source.contains(':');
        let is_plain = |c: u8| c.is_ascii_alphanumeric() || b"-_".contains(&c);
        let mut letters = id.bytes();
        let is_id = letters.all(|c| c.is_ascii_digit() || is_account && is_plain(c));
        (is_id && !id.is_empty()).then(|| CustomerKey::new(source, id))
    }

    /// Makes steps that create ambiguous if Billit could merge their customers: it merges by VAT number, e-mail address
    /// and customer number. Likewise if later runs could not tell their parties apart: the same name and the same
    /// address or phone, without an e-mail address; or the same name and address, if one is a company.
    fn mark_duplicates_ambiguous(&mut self) {
        let mut duplicates = OtherSteps::new();
        self.shared.sort_unstable();
        for group in self.shared.chunk_by(|a, b| a.0 == b.0) {
            let group = self.in_order(group.iter().map(|(_, position)| *position));
            for position in &group {
                self.add_other_steps(&mut duplicates, *position, group.iter().copied());
            }
        }
        let mut same_place = OtherSteps::new();
        self.places.sort_unstable_by_key(|(place, _)| place.hash);
        for group in self.places.chunk_by(|(a, _), (b, _)| a.hash == b.hash) {
            if group.len() == 1 || group.iter().all(|(_, named)| named.has_email) {
                continue;
            }
            let mut group = group.to_vec();
            group.sort_by_key(|(_, named)| self.key(named.step));
            for (place, named) in &group {
                let similar = group.iter().filter(|(other_place, other)| {
                    !(named.has_email && other.has_email) && place.is_same(*other_place)
                });
                let similar = similar.map(|(_, other)| other.step);
                self.add_other_steps(&mut same_place, named.step, similar);
            }
        }
        let mut same_company = OtherSteps::new();
        self.addresses.sort_unstable();
        for group in self.addresses.chunk_by(|a, b| a.0 == b.0) {
            let all = self.in_order(group.iter().map(|(_, position, _)| *position));
            let companies = group.iter().filter(|(.., may_be_company)| *may_be_company);
            let companies = self.in_order(companies.map(|(_, position, _)| *position));
            for (_, position, may_be_company) in group {
                let others = if *may_be_company { &all } else { &companies };
                self.add_other_steps(&mut same_company, *position, others.iter().copied());
            }
        }
        let is_new = |step: &Step| matches!(step.action, Action::Create { .. });
        self.mark_ambiguous(&duplicates, None, is_new, |_, others| {
            format!(
                "shares its e-mail or a number with {others}; Billit would make one party of them"
            )
        });
        let by = Some(MatchedBy::NameAndPlace);
        self.mark_ambiguous(&same_place, by, is_new, |_, others| {
            format!(
                "shares its name and its address or phone with {others}, without an e-mail to be sure"
            )
        });
        let by = Some(MatchedBy::CompanyAndAddress);
        self.mark_ambiguous(&same_company, by, is_new, |_, others| {
            format!("shares the name and address of a company with {others}, under another e-mail")
        });
    }

    /// Makes steps that link ambiguous if several customers match one party.
    fn mark_shared_parties_ambiguous(&mut self) {
        let mut claims_of_others = OtherSteps::new();
        self.claims.sort_unstable();
        for group in self.claims.chunk_by(|a, b| a.0 == b.0) {
            let group = self.in_order(group.iter().map(|(_, position)| *position));
            for position in &group {
                self.add_other_steps(&mut claims_of_others, *position, group.iter().copied());
            }
        }
        let is_link = |step: &Step| matches!(step.action, Action::Link { .. });
        self.mark_ambiguous(&claims_of_others, None, is_link, |party, others| {
            let party = party.map(|party| in_words(&[party])).unwrap_or_default();
            format!("{party} is matched by {others} too")
        });
    }

    fn key(&self, position: u32) -> Option<&CustomerKey> {
        self.steps.get(position as usize).map(|step| &step.key)
    }

    /// Sorts steps by the keys of their customers.
    fn in_order(&self, positions: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut positions: Vec<u32> = positions.collect();
        if positions.len() > 1 {
            positions.sort_by_key(|position| self.key(*position));
        }
        positions
    }

    /// Adds the other customers of a group to a step, but no more than a reason names, and one more to know that there
    /// are others.
    fn add_other_steps(
        &self,
        other_steps: &mut OtherSteps,
        position: u32,
        group: impl Iterator<Item = u32>,
    ) {
        let key = self.key(position);
        let mut others: Vec<u32> = Vec::new();
        for other in group.filter(|other| self.key(*other) != key) {
            let last = others.last().and_then(|last| self.key(*last));
            if last != self.key(other) {
                others.push(other);
            }
            if others.len() > MAX_NAMED {
                break;
            }
        }
        if !others.is_empty() {
            other_steps.entry(position).or_default().extend(others);
        }
    }

    /// Makes the steps ambiguous that have other steps beside them.
    fn mark_ambiguous(
        &mut self,
        others: &OtherSteps,
        by: Option<MatchedBy>,
        concerns: impl Fn(&Step) -> bool,
        why: impl Fn(Option<PartyId>, String) -> String,
    ) {
        for (position, others) in others {
            let keys: BTreeSet<&CustomerKey> =
                others.iter().filter_map(|other| self.key(*other)).collect();
            let others = name_some(&keys);
            let step = self.steps.get_mut(*position as usize);
            let Some(step) = step.filter(|step| concerns(step)) else {
                continue;
            };
            let (party, reason) = (step.party(), why(step.party(), others));
            let values = match &mut step.action {
                Action::Create { values, .. } if by.is_some() => Some(std::mem::take(values)),
                _ => None,
            };
            step.action = Action::Ambiguous {
                candidates: party.into_iter().collect(),
                reason,
                by,
                values,
            };
            step.notes.retain(|note| note.not_understood);
            step.unread_fields = FieldSet::EMPTY;
            step.unsearchable_fields = step.unsearchable_fields.intersection(FieldSet::text(LINK));
        }
    }
}

impl fmt::Debug for Planner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Planner")
            .field("steps", &self.steps.len())
            .finish_non_exhaustive()
    }
}

/// An objection to a decision: the action to take instead, or `None`.
type Veto = fn(&Planner<'_>, &Subject<'_>, &Decision) -> Option<Action>;

/// All vetoes in the order in which they are asked. Each gets the decision as the vetoes before it changed it.
const VETOES: [Veto; 4] = [
    excluded_by_write_mode,
    must_be_understood,
    unchanged_since_quarantine,
    may_be_an_unreadable_party,
];

/// The rules only create, only update, or only link.
fn excluded_by_write_mode(
    planner: &Planner<'_>,
    _: &Subject<'_>,
    decision: &Decision,
) -> Option<Action> {
    let (party, reason) = match (planner.rules.mode(), &decision.action) {
        (WriteMode::UpdateOnly, Action::Create { .. }) => {
            (None, "new, and the rules create no parties")
        }
        (WriteMode::LinkOnly, Action::Create { .. }) => (None, "new, and the rules only link"),
        (WriteMode::LinkOnly, Action::Update { party, .. }) => (
            Some(*party),
            "has changed since it was stored, and the rules only link",
        ),
        (WriteMode::CreateOnly, Action::Link { party, .. } | Action::Update { party, .. }) => {
            (Some(*party), "differs, and the rules only create")
        }
        _ => return None,
    };
    let reason = reason.to_owned();
    Some(Action::Skip { party, reason })
}

/// A field that the rules name was not understood.
fn must_be_understood(
    planner: &Planner<'_>,
    subject: &Subject<'_>,
    decision: &Decision,
) -> Option<Action> {
    let mut notes = subject.customer.not_understood.iter();
    let note = notes.find(|note| planner.rules.waits_for(&note.field))?;
    decision.action.writes().then(|| Action::Quarantine {
        reason: format!("{}: {}", note.field, note.reason),
    })
}

/// An earlier run put the customer into quarantine, and neither its record nor the rules have changed since.
fn unchanged_since_quarantine(
    planner: &Planner<'_>,
    subject: &Subject<'_>,
    decision: &Decision,
) -> Option<Action> {
    let known = planner.remembered(&subject.customer.key)?;
    let now = &decision.preconditions.as_ref()?.source;
    if !decision.action.writes() {
        return None;
    }
    let reason = known.quarantine_reason(now, planner.rules_fingerprint)?;
    let reason = format!("{reason} (nothing has changed since)");
    Some(Action::Quarantine { reason })
}

/// The customer may be one of the parties that cannot be read whole.
fn may_be_an_unreadable_party(
    planner: &Planner<'_>,
    subject: &Subject<'_>,
    decision: &Decision,
) -> Option<Action> {
    let unknown = planner.unsearchable(subject, &decision.action);
    (!unknown.is_empty() && planner.parties.has_unreadable()).then(unreadable_party)
}

/// Steps by position, each with the positions of other steps that it conflicts with.
type OtherSteps = BTreeMap<u32, Vec<u32>>;

/// The customer of a step, and what its party should have.
struct Subject<'c> {
    customer: &'c Customer,
    kind: Kind,
    /// What it was searched by beside its link; a linked customer was not.
    keys: Option<MatchKeys>,
    desired: Values,
}

/// An action, and what the plan has to report with it.
struct Decision {
    action: Action,
    notes: Vec<Note>,
    /// Fields of the party whose value in Billit is not known.
    unread: FieldSet,
    preconditions: Option<Box<Preconditions>>,
    key_before_id: Option<CustomerKey>,
    /// Billit refused the VAT number before, and it is not sent again.
    is_refused: bool,
}

impl From<Action> for Decision {
    fn from(action: Action) -> Self {
        Self {
            action,
            notes: Vec::new(),
            unread: FieldSet::EMPTY,
            preconditions: None,
            key_before_id: None,
            is_refused: false,
        }
    }
}

fn unreadable_party() -> Action {
    let reason = "a party in Billit that cannot be read may be this customer".to_owned();
    Action::Quarantine { reason }
}

/// Turns all changes but the link into notes. A linked customer of which the store knows a differing field from before
/// keeps its changes: those are no old differences.
fn keep_all_but_link(
    changes: &mut Vec<Change>,
    notes: &mut Vec<Note>,
    by: MatchedBy,
    last: Option<&CustomerState>,
) {
    let is_known = |change: &Change| last.is_some_and(|last| last.last_of(&change.field).is_some());
    if by == MatchedBy::Link && changes.iter().any(is_known) {
        return;
    }
    let is_link = |change: &Change| change.field == Field::Text(LINK);
    let (link, kept) = std::mem::take(changes).into_iter().partition(is_link);
    *changes = link;
    notes.extend(Vec::into_iter(kept).map(|change| Note {
        source: change.after,
        billit: change.before,
        ..Note::new(change.field, ONLY_LINKED)
    }));
}

/// Adds a blank for each field that had a value when it was applied last and is blank in the source now.
fn clear(desired: &mut Values, customer: &Customer, last: Option<&Applied>) {
    for field in &customer.blank {
        let had = last.and_then(|last| last.get(field));
        if desired.get(field).is_none() && had.is_some_and(|had| !had.is(field, None)) {
            desired.put(field, None);
        }
    }
    // Of a business nothing is said about deduction, but of the person that it was before.
    let deductable = Field::VatDeductable;
    let is_business = desired.text(&Field::VatLiable) == Some("true");
    if is_business && desired.get(&deductable).is_none() {
        let had = last.and_then(|last| last.get(&deductable));
        if had.is_some_and(|had| had.is(&deductable, Some("false"))) {
            desired.put(&deductable, None);
        }
    }
}

/// The most customers that a reason names.
const MAX_NAMED: usize = 3;

fn name_some(keys: &BTreeSet<&CustomerKey>) -> String {
    let named: Vec<&str> = keys
        .iter()
        .take(MAX_NAMED)
        .map(|key| key.as_str())
        .collect();
    let more = if keys.len() > MAX_NAMED {
        " and others"
    } else {
        ""
    };
    format!("{}{more}", named.join(", "))
}

fn in_words(parties: &[PartyId]) -> String {
    match parties {
        [party] => format!("party {party}"),
        parties => {
            let ids: Vec<String> = parties.iter().map(ToString::to_string).collect();
            format!("parties {}", ids.join(" and "))
        }
    }
}
