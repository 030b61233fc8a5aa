//! How a plan is made.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::sync::Arc;

use billit_client::PartyId;
use billit_client::parties::TextField;

use super::change::Note;
use super::customer::{Customer, CustomerKey, MappedCustomer, Problem};
use super::diff::{self, Difference};
use super::field::{self, Field, FieldSet, LINK};
use super::fingerprint::{Fingerprint, by_rules};
use super::kind::{self, Kind};
use super::matching::{Match, MatchKeys, MatchedBy, PartyIndex, Place, shared_hashes};
use super::merge::{Applied, StoredValues};
use super::parties::{KnownParty, Parties};
use super::party;
use super::plan::{Action, Plan, Preconditions, Purpose, Step};
use super::policy::{FieldPolicy, WriteMode};
use super::report::OutcomeKind;
use super::rules::MappingRules;
use super::snapshot::{CustomerState, StateSnapshot};
use super::values::Values;

/// Makes a plan of customers that come one at a time, so that no source need be held whole.
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
#[must_use = "a plan is there when it is finished"]
pub struct Planner<'a> {
    parties: &'a Parties,
    index: PartyIndex<'a>,
    rules: &'a MappingRules,
    rules_print: Fingerprint,
    /// For a business of which the source knows a person's name only: a legal name in Billit is a better one.
    legal_name: MappingRules,
    memory: Option<(&'a StateSnapshot, StoredValues)>,
    steps: Vec<Step>,
    /// Who was found to be which party, by the place of the step.
    claims: Vec<(PartyId, u32)>,
    /// Hashes of e-mail addresses, VAT numbers and customer numbers.
    shared: Vec<(u64, u32)>,
    /// Names with places, of customers whose party will be written.
    places: Vec<(Place, Namesake)>,
    fields: HashSet<Arc<[Field]>>,
}

#[derive(Clone, Copy)]
struct Namesake {
    step: u32,
    has_email: bool,
}

impl<'a> Planner<'a> {
    /// Compares with these parties, by these rules.
    pub fn new(parties: &'a Parties, rules: &'a MappingRules) -> Self {
        let name = Field::Text(TextField::Name);
        Self {
            parties,
            index: PartyIndex::new(parties),
            rules,
            rules_print: rules.fingerprint(),
            legal_name: rules
                .clone()
                .company_policy(name, FieldPolicy::PreferBillit),
            memory: None,
            steps: Vec::new(),
            claims: Vec::new(),
            shared: Vec::new(),
            places: Vec::new(),
            fields: HashSet::new(),
        }
    }

    /// With what is remembered of the customers: what was changed by hand in Billit stays where the source says what it
    /// said before, what was cleared in the source is cleared, and a customer whom Billit merged into another is not
    /// created again until its record changes. The plan says, as `stored` has it, what there is to remember.
    pub fn remembering(mut self, memory: &'a StateSnapshot, stored: StoredValues) -> Self {
        self.memory = Some((memory, stored));
        self
    }

    /// Adds all of them, and finishes.
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
            Err((key, problem)) => unusable(key, problem),
        };
        self.steps.push(step);
    }

    /// The plan of those who were added.
    #[must_use]
    pub fn finish(mut self) -> Plan {
        self.separate_twins();
        self.separate_claims();
        let mut steps = std::mem::take(&mut self.steps);
        steps.sort_unstable_by(|a, b| a.key.cmp(&b.key).then_with(|| a.reason().cmp(&b.reason())));
        Plan {
            version: Plan::VERSION,
            purpose: Purpose::Sync,
            rules: Some(self.rules_print),
            steps,
            missing_from_source: Vec::new(),
        }
    }

    /// A decision by what was matched, then the vetoes against it, then what the run that applies it must know.
    fn step(&mut self, customer: &Customer) -> Step {
        let position = u32::try_from(self.steps.len()).unwrap_or(u32::MAX);
        let mut desired = party::desired(customer, self.rules);
        let shared = shared_hashes(&desired).map(|hash| (hash, position));
        self.shared.extend(shared);
        let linked = self.index.find_linked(customer.key.as_str());
        // Most are linked, and need no other keys.
        let is_linked = matches!(linked, Some(Match::Linked(_)));
        let keys = (!is_linked).then(|| MatchKeys::of(&desired));
        let unlinked = || keys.as_ref().map(|keys| self.index.find_unlinked(keys));
        let found = linked.or_else(unlinked).unwrap_or(Match::New);
        let mut decision = self.decide(customer, &mut desired, found, keys.as_ref(), position);
        for veto in VETOES {
            if let Some(action) = veto(self, customer, &decision) {
                decision.action = action;
            }
        }
        let unsearchable_fields = if self.parties.has_unreadable() {
            // To read them has been tried: it is a veto.
            FieldSet::EMPTY
        } else {
            unsearchable(self.parties, &decision.action, decision.searched)
        };
        let step = Step {
            key: customer.key.clone(),
            name: customer.name().unwrap_or_default(),
            customer_kind: decision.kind,
            notes: decision.notes,
            unread_fields: decision.unread,
            unsearchable_fields,
            source_values: Applied::default(),
            preconditions: decision.preconditions,
            action: decision.action,
        };
        if step.writes() {
            let keys = keys.unwrap_or_else(|| MatchKeys::of(&desired));
            let namesake = Namesake {
                step: position,
                has_email: keys.has_email(),
            };
            let places = keys.places().into_iter();
            self.places.extend(places.map(|place| (place, namesake)));
        }
        let preconditions = match step.action {
            Action::Create { .. } | Action::Link { .. } | Action::Update { .. } => {
                step.preconditions
            }
            Action::Unchanged { .. } => None,
            // A person may decide which party this customer is.
            _ => Some(Box::new(self.preconditions(
                &desired,
                &Values::default(),
                BTreeSet::new(),
            ))),
        };
        Step {
            source_values: self.source_values(customer, &desired, &step.action),
            preconditions,
            ..step
        }
    }

    /// What is to be done by what was found, whatever speaks against it.
    fn decide(
        &mut self,
        customer: &Customer,
        desired: &mut Values,
        found: Match,
        keys: Option<&MatchKeys>,
        position: u32,
    ) -> Decision {
        let mut decision = match found {
            Match::Linked(party) => self.change(customer, desired, party, MatchedBy::Link),
            Match::Found(party, by) => {
                self.claims.push((party, position));
                match self.linked_to_another(customer, party, by) {
                    Some(conflict) => conflict.into(),
                    None => self.change(customer, desired, party, by),
                }
            }
            Match::Ambiguous(candidates, by) => {
                let reason = format!("matches {} by {}", in_words(&candidates), by.words());
                Action::Ambiguous { candidates, reason }.into()
            }
            Match::New => self.creation(desired, keys),
        };
        decision.kind = kind::of(customer).0;
        decision.searched = keys.map_or(FieldSet::EMPTY, MatchKeys::fields);
        decision
    }

    fn remembered(&self, key: &CustomerKey) -> Option<&'a CustomerState> {
        self.memory.and_then(|(memory, _)| memory.get(key))
    }

    /// What the source says, unless all there is to remember is remembered.
    fn source_values(&self, customer: &Customer, desired: &Values, action: &Action) -> Applied {
        let Some((memory, stored)) = self.memory else {
            return Applied::default();
        };
        let mut said = desired.clone();
        for field in &customer.blank {
            if desired.get(field).is_none() {
                said.put(field, None);
            }
        }
        let is_so = |known: &CustomerState| {
            let is_settled =
                matches!(action, Action::Unchanged { party } if known.party == Some(*party));
            let last = known
                .last
                .as_ref()
                .filter(|last| last.kind == OutcomeKind::Unchanged);
            let mut values = said.iter();
            is_settled
                && values.all(|(field, value)| known.applied.has(&field, value, stored))
                && last.is_some_and(|last| {
                    last.source == by_rules(said.fingerprint(), self.rules_print)
                })
        };
        if memory.get(&customer.key).is_some_and(is_so) {
            return Applied::default();
        }
        Applied::of(&said, stored)
    }

    /// What becomes of a customer and its party.
    fn change(
        &mut self,
        customer: &Customer,
        desired: &mut Values,
        party: PartyId,
        by: MatchedBy,
    ) -> Decision {
        let known = self.index.party(party);
        let current = known.map(|known| self.parties.values(known));
        let current = current.unwrap_or_default();
        let is_person = customer.company.is_none() && customer.vat_number.is_some();
        let rules = if is_person {
            &self.legal_name
        } else {
            self.rules
        };
        let last = self.remembered(&customer.key);
        let last = last.filter(|last| last.party == Some(party));
        let last = last.map(|last| &last.applied);
        clear(desired, customer, last);
        let Difference {
            changes,
            notes,
            unknown,
            ..
        } = diff::merge(desired, &current, last, kind::of(customer).0, rules);
        if !unknown.is_empty() && self.parties.is_unreadable(party) {
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
            unread: unknown,
            preconditions,
            ..action.into()
        }
    }

    /// Both sides as they are, the party in these fields as far as they are known.
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
        // Most customers have the same fields.
        let shared = self.fields.get(&fields).cloned();
        let fields = shared.unwrap_or_else(|| {
            self.fields.insert(Arc::clone(&fields));
            fields
        });
        Preconditions {
            source: desired.fingerprint(),
            target: current.fingerprint_of(&fields),
            fields,
        }
    }

    fn creation(&mut self, desired: &Values, keys: Option<&MatchKeys>) -> Decision {
        let preconditions = self.preconditions(desired, &Values::default(), BTreeSet::new());
        if keys.is_some_and(|keys| self.index.may_be_unreadable(keys)) {
            return unreadable_party().into();
        }
        let mut values = party::created(desired, self.rules);
        values.shrink();
        Decision {
            preconditions: Some(Box::new(preconditions)),
            ..Action::Create { values }.into()
        }
    }

    /// Why a party that was found is not the customer's: it carries another link.
    fn linked_to_another(
        &self,
        customer: &Customer,
        party: PartyId,
        by: MatchedBy,
    ) -> Option<Action> {
        let link = self.index.party(party).and_then(KnownParty::link)?;
        let without_id = customer.key_without_id();
        if without_id.is_some_and(|key| key.as_str() == link) {
            // Linked when the source had not given him an id yet.
            return None;
        }
        // Links of other systems may be anything.
        let ours = self.our_key(link);
        let whom = ours.as_ref().map(CustomerKey::as_str);
        let reason = format!(
            "party {party}, found by {}, is linked to {}",
            by.words(),
            whom.unwrap_or("a record of another system")
        );
        Some(Action::Conflict { party, reason })
    }

    /// The customer of a link that is ours: its id is a number. Of an account, such as `planfy:shop`, that is not known.
    fn our_key(&self, link: &str) -> Option<CustomerKey> {
        let source = self.rules.source_name();
        let id = link.strip_prefix(source)?.strip_prefix(':')?;
        let is_account = source.contains(':');
        let is_plain = |c: u8| c.is_ascii_alphanumeric() || b"-_".contains(&c);
        let mut letters = id.bytes();
        let is_id = letters.all(|c| c.is_ascii_digit() || is_account && is_plain(c));
        (is_id && !id.is_empty()).then(|| CustomerKey::new(source, id))
    }

    /// Creates nobody whom Billit could take for another: it merges by VAT number, e-mail address and customer number.
    /// Nor anybody whom a look at the parties could not tell from another afterwards, by name and place.
    fn separate_twins(&mut self) {
        let mut twins = Others::new();
        self.shared.sort_unstable();
        for group in self.shared.chunk_by(|a, b| a.0 == b.0) {
            let group = self.in_order(group.iter().map(|(_, place)| *place));
            for place in &group {
                self.note_others(&mut twins, *place, group.iter().copied());
            }
        }
        let mut namesakes = Others::new();
        self.places.sort_unstable_by_key(|(place, _)| place.hash);
        for group in self.places.chunk_by(|(a, _), (b, _)| a.hash == b.hash) {
            if group.len() == 1 || group.iter().all(|(_, who)| who.has_email) {
                continue;
            }
            let mut group = group.to_vec();
            group.sort_by_key(|(_, who)| self.key(who.step));
            for (place, who) in &group {
                let doubtful = group.iter().filter(|(other, whose)| {
                    !(who.has_email && whose.has_email) && place.is_same(*other)
                });
                let doubtful = doubtful.map(|(_, whose)| whose.step);
                self.note_others(&mut namesakes, who.step, doubtful);
            }
        }
        let is_new = |step: &Step| matches!(step.action, Action::Create { .. });
        self.leave(&twins, is_new, |_, others| {
            format!(
                "shares its e-mail or a number with {others}; Billit would make one party of them"
            )
        });
        self.leave(&namesakes, is_new, |_, others| {
            format!(
                "shares its name and its address or phone with {others}, without an e-mail to be sure"
            )
        });
    }

    /// Links nobody to a party that others were found to be as well.
    fn separate_claims(&mut self) {
        let mut claimants = Others::new();
        self.claims.sort_unstable();
        for group in self.claims.chunk_by(|a, b| a.0 == b.0) {
            let group = self.in_order(group.iter().map(|(_, place)| *place));
            for place in &group {
                self.note_others(&mut claimants, *place, group.iter().copied());
            }
        }
        let is_link = |step: &Step| matches!(step.action, Action::Link { .. });
        self.leave(&claimants, is_link, |party, others| {
            let party = party.map(|party| in_words(&[party])).unwrap_or_default();
            format!("{party} is matched by {others} too")
        });
    }

    fn key(&self, place: u32) -> Option<&CustomerKey> {
        self.steps.get(place as usize).map(|step| &step.key)
    }

    /// Steps in the order of their customers.
    fn in_order(&self, places: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut places: Vec<u32> = places.collect();
        if places.len() > 1 {
            places.sort_by_key(|place| self.key(*place));
        }
        places
    }

    /// Notes the first of the other customers in a group: enough to name some and to say that there are more.
    fn note_others(&self, noted: &mut Others, place: u32, group: impl Iterator<Item = u32>) {
        let key = self.key(place);
        let mut others: Vec<u32> = Vec::new();
        for other in group.filter(|other| self.key(*other) != key) {
            let last = others.last().and_then(|last| self.key(*last));
            if last != self.key(other) {
                others.push(other);
            }
            if others.len() > A_FEW {
                break;
            }
        }
        if !others.is_empty() {
            noted.entry(place).or_default().extend(others);
        }
    }

    /// Leaves those alone who have others beside them.
    fn leave(
        &mut self,
        others: &Others,
        concerns: impl Fn(&Step) -> bool,
        why: impl Fn(Option<PartyId>, String) -> String,
    ) {
        for (place, others) in others {
            let keys: BTreeSet<&CustomerKey> =
                others.iter().filter_map(|other| self.key(*other)).collect();
            let others = a_few(&keys);
            let step = self.steps.get_mut(*place as usize);
            let Some(step) = step.filter(|step| concerns(step)) else {
                continue;
            };
            step.action = Action::Ambiguous {
                candidates: step.party().into_iter().collect(),
                reason: why(step.party(), others),
            };
            step.notes.clear();
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

/// Why a decision is not done as it is: what is done instead, or nothing if there is no objection.
type Veto = fn(&Planner<'_>, &Customer, &Decision) -> Option<Action>;

/// All vetoes, in the order in which they are asked. Each sees what the one before it left.
const VETOES: [Veto; 3] = [
    excluded_by_write_mode,
    unchanged_since_quarantine,
    may_be_an_unreadable_party,
];

/// The rules only create, or only update.
fn excluded_by_write_mode(
    planner: &Planner<'_>,
    _: &Customer,
    decision: &Decision,
) -> Option<Action> {
    let (party, reason) = match (planner.rules.mode(), &decision.action) {
        (WriteMode::UpdateOnly, Action::Create { .. }) => {
            (None, "new, and the rules create nobody")
        }
        (WriteMode::CreateOnly, Action::Link { party, .. } | Action::Update { party, .. }) => {
            (Some(*party), "differs, and the rules only create")
        }
        _ => return None,
    };
    let reason = reason.to_owned();
    Some(Action::Skip { party, reason })
}

/// An earlier run put the customer into quarantine, and neither its record nor the rules have changed since.
fn unchanged_since_quarantine(
    planner: &Planner<'_>,
    customer: &Customer,
    decision: &Decision,
) -> Option<Action> {
    let known = planner.remembered(&customer.key)?;
    let now = decision.preconditions.as_ref()?.source;
    if !decision.writes() {
        return None;
    }
    let reason = known.left_alone(by_rules(now, planner.rules_print))?;
    let reason = format!("{reason} (nothing has changed since)");
    Some(Action::Quarantine { reason })
}

/// The customer may be a party of which Billit gives no details.
fn may_be_an_unreadable_party(
    planner: &Planner<'_>,
    _: &Customer,
    decision: &Decision,
) -> Option<Action> {
    let unknown = unsearchable(planner.parties, &decision.action, decision.searched);
    (!unknown.is_empty() && planner.parties.has_unreadable()).then(unreadable_party)
}

/// The fields by which any party may be the customer, and of which it is not known which parties have them. A customer
/// that gets no link may still have one that lists do not show; one that does may be any party.
fn unsearchable(parties: &Parties, action: &Action, searched: FieldSet) -> FieldSet {
    let gets_link = matches!(action, Action::Create { .. } | Action::Link { .. });
    let matters = if gets_link {
        FieldSet::ALL
    } else {
        FieldSet::text(LINK)
    };
    parties.unknown(searched.intersection(matters))
}

/// Steps, and others beside each of them.
type Others = BTreeMap<u32, Vec<u32>>;

/// What is to be done, and what was noticed on the way.
struct Decision {
    action: Action,
    kind: Kind,
    notes: Vec<Note>,
    /// Fields of the party of which it is not known what Billit has.
    unread: FieldSet,
    /// Fields by which the customer was searched for, beside its link.
    searched: FieldSet,
    preconditions: Option<Box<Preconditions>>,
}

impl Decision {
    fn writes(&self) -> bool {
        matches!(
            self.action,
            Action::Create { .. } | Action::Link { .. } | Action::Update { .. }
        )
    }
}

impl From<Action> for Decision {
    fn from(action: Action) -> Self {
        Self {
            action,
            kind: Kind::Unclear,
            notes: Vec::new(),
            unread: FieldSet::EMPTY,
            searched: FieldSet::EMPTY,
            preconditions: None,
        }
    }
}

fn unusable(key: &CustomerKey, problem: &Problem) -> Step {
    let reason = problem.to_string();
    let action = match problem {
        Problem::LeftOut | Problem::Erased => Action::Skip {
            party: None,
            reason,
        },
        _ => Action::Quarantine { reason },
    };
    Step {
        key: key.clone(),
        name: String::new(),
        customer_kind: Kind::Unclear,
        action,
        notes: Vec::new(),
        unread_fields: FieldSet::EMPTY,
        unsearchable_fields: FieldSet::EMPTY,
        source_values: Applied::default(),
        preconditions: None,
    }
}

fn unreadable_party() -> Action {
    let reason = "a party in Billit that cannot be read may be this customer".to_owned();
    Action::Quarantine { reason }
}

/// Blanks where the source had a value when it was applied last, and has none now.
fn clear(desired: &mut Values, customer: &Customer, last: Option<&Applied>) {
    for field in &customer.blank {
        let had = last.and_then(|last| last.get(field));
        if desired.get(field).is_none() && had.is_some_and(|had| !had.is(field, None)) {
            desired.put(field, None);
        }
    }
}

/// So many customers are named in a reason.
const A_FEW: usize = 3;

fn a_few(keys: &BTreeSet<&CustomerKey>) -> String {
    let named: Vec<&str> = keys.iter().take(A_FEW).map(|key| key.as_str()).collect();
    let more = if keys.len() > A_FEW {
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
