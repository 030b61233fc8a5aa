//! Decisions on a plan, and the approved plan.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use billit_client::PartyId;

use crate::core::change::{Change, Note};
use crate::core::customer::CustomerKey;
use crate::core::field::{self, Field, FieldSet, LINK};
use crate::core::matching::MatchedBy;
use crate::core::merge::Applied;
use crate::core::plan::{Action, Plan, Preconditions, Purpose, Step};
use crate::core::values::Values;

/// The columns that a [`Fault`] names.
pub(super) const CUSTOMER: &str = "customer";
pub(super) const DECISION: &str = "decision";

/// A decision on one customer of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// As planned. Where nothing is planned, as for an ambiguous customer, it decides nothing.
    Apply,
    /// Nothing is written this time.
    Skip,
    /// Every value in Billit is kept; a matched party is linked. A run with a store remembers this until the source
    /// value changes; one without a store plans the change again.
    Keep,
    /// The customer is this party. It gets the link; the next run writes what differs.
    Link(PartyId),
    /// As [`Link`](Self::Link), to the only candidate of an ambiguous customer.
    LinkCandidate,
    /// The customer is none of the candidates, and gets a party of its own. Only where the candidates were found by name
    /// and place ([`MatchedBy::may_be_new`]): by an e-mail address or a number Billit would make one party of both.
    New,
}

/// The decisions on the steps of a plan.
///
/// ```
/// # fn run(plan: customer_sync::Plan) -> Result<(), customer_sync::document::Faults> {
/// use customer_sync::document::{Decision, Overrides};
///
/// let mut overrides = Overrides::approving(&plan);
/// for step in plan.steps.iter().filter(|step| step.changes().len() > 5) {
///     overrides = overrides.decide(step, Decision::Skip);
/// }
/// let approved = plan.decided(&overrides)?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// By customer and step: records without an id share a key.
    customers: BTreeMap<CustomerKey, BTreeMap<String, Decided>>,
    /// Decisions of a file on all ambiguous customers of one kind, each with its line.
    pub(super) for_all: BTreeMap<MatchedBy, (Decision, Option<u64>)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Decided {
    pub(super) line: Option<u64>,
    pub(super) decision: Option<Decision>,
    /// Fields whose value in Billit is kept, with the lines of the decisions.
    pub(super) keep: BTreeMap<Field, Option<u64>>,
}

/// A faulty decision. It holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// The line, the header being 1; `None` for a decision made by a program.
    pub line: Option<u64>,
    /// The column.
    pub column: &'static str,
    /// What is wrong, and how to fix it.
    pub why: String,
}

/// All faulty decisions, a line for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub(super) Vec<Fault>);

impl Faults {
    /// Ordered by line.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    pub(super) fn of(mut faults: Vec<Fault>) -> Result<(), Self> {
        faults.sort_by_key(|fault| fault.line);
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Self(faults))
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}, ")?;
        }
        write!(f, "column {}: {}", self.column, self.why)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Faults {}

impl Overrides {
    /// Approves every write of a plan, to be overridden by [`decide`](Self::decide).
    #[must_use]
    pub fn approving(plan: &Plan) -> Self {
        let writes = plan.steps.iter().filter(|step| step.writes());
        writes.fold(Self::default(), |overrides, step| {
            overrides.decide(step, Decision::Apply)
        })
    }

    /// Sets the decision on one step.
    #[must_use]
    pub fn decide(mut self, step: &Step, decision: Decision) -> Self {
        self.entry(&step.key, step.short_id()).decision = Some(decision);
        self
    }

    /// Keeps Billit's value of one field. Street, house number and box are kept together, and so are the VAT number and
    /// whether the customer is liable to VAT.
    #[must_use]
    pub fn keep(mut self, step: &Step, field: Field) -> Self {
        self.entry(&step.key, step.short_id())
            .keep
            .insert(field, None);
        self
    }

    /// Sets the decision on all customers of the plan that are ambiguous by this, and that have no decision of their own:
    ///
    /// - [`Decision::LinkCandidate`]: each that has exactly one candidate is that party. One whose candidate is the party
    ///   or a candidate of another customer too stays ambiguous;
    /// - [`Decision::New`]: each gets a party of its own;
    /// - [`Decision::Skip`]: nothing is written for them.
    ///
    /// Any other decision is decided on each, as by [`decide`](Self::decide). [`Plan::decided`] shows what will be done
    /// before it is applied.
    ///
    /// ```
    /// # fn run(plan: customer_sync::Plan) -> Result<(), customer_sync::document::Faults> {
    /// use customer_sync::document::{Decision, Overrides};
    /// use customer_sync::matching::MatchedBy;
    ///
    /// // The accountant's companies have the mailbox for invoices, Planyo has whoever booked.
    /// let overrides = Overrides::approving(&plan)
    ///     .decide_all(&plan, MatchedBy::CompanyAndAddress, Decision::LinkCandidate);
    /// let approved = plan.decided(&overrides)?;
    /// println!("{approved}");
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn decide_all(mut self, plan: &Plan, by: MatchedBy, decision: Decision) -> Self {
        let steps: Vec<&Step> = plan.steps.iter().filter(|step| is_by(step, by)).collect();
        for step in &steps {
            self.entry(&step.key, step.short_id());
        }
        self.extend_to_all(plan, by, (decision, None));
        self
    }

    /// Copies a decision to each ambiguous customer of its kind that is listed and has no decision of its own.
    fn extend_to_all(
        &mut self,
        plan: &Plan,
        by: MatchedBy,
        (decision, line): (Decision, Option<u64>),
    ) {
        let mut customers: HashMap<PartyId, usize> = HashMap::new();
        for step in &plan.steps {
            let candidates = match &step.action {
                Action::Ambiguous { candidates, .. } if !self.skips(step) => candidates.as_slice(),
                _ => &[],
            };
            for party in candidates.iter().copied().chain(step.party()) {
                *customers.entry(party).or_default() += 1;
            }
        }
        let is_alone = |step: &Step| match &step.action {
            Action::Ambiguous { candidates, .. } => match candidates.as_slice() {
                [party] => customers.get(party) == Some(&1),
                _ => false,
            },
            _ => false,
        };
        for step in plan.steps.iter().filter(|step| is_by(step, by)) {
            if decision == Decision::LinkCandidate && !is_alone(step) {
                continue;
            }
            let of_customer = self.customers.get_mut(&step.key);
            let decided = of_customer.and_then(|steps| steps.get_mut(&step.short_id()));
            // To apply what is ambiguous decides nothing.
            let is_open =
                |decided: &&mut Decided| matches!(decided.decision, None | Some(Decision::Apply));
            if let Some(decided) = decided.filter(is_open) {
                decided.decision = Some(decision);
                decided.line = line;
            }
        }
    }

    pub(super) fn entry(&mut self, key: &CustomerKey, step: String) -> &mut Decided {
        self.customers
            .entry(key.clone())
            .or_default()
            .entry(step)
            .or_default()
    }
}

/// Whether a step is ambiguous by this.
fn is_by(step: &Step, by: MatchedBy) -> bool {
    matches!(step.action, Action::Ambiguous { by: Some(found), .. } if found == by)
}

pub(super) fn fault(line: Option<u64>, column: &'static str, why: String) -> Fault {
    Fault { line, column, why }
}

/// Why a step that would write is skipped.
const UNDECIDED: &str = "not decided";
const STALE: &str = "has changed since the decision; decide again";
const KEPT: &str = "kept: decided by a person";

impl Plan {
    /// The plan with these decisions: only what is approved is written. A step without a decision, or one that has
    /// changed since the decision, is skipped with the reason. Pure: no call is made.
    ///
    /// A decided link is written alone; the next run writes what differs, unless the rules [only
    /// link](crate::WriteMode::LinkOnly): then it remembers both sides. The link is not written if the party has another
    /// link by then.
    ///
    /// # Errors
    /// Faulty decisions: a link for a customer that has one, two customers for one party, a new party for a customer of
    /// which Billit would not make one, a kept field of a customer that is not decided; and rows that belong to no customer
    /// of the plan, or to another one than they say.
    pub fn decided(&self, overrides: &Overrides) -> Result<Self, Faults> {
        let mut overrides = overrides.clone();
        for (by, decision) in std::mem::take(&mut overrides.for_all) {
            overrides.extend_to_all(self, by, decision);
        }
        let mut faults = Vec::new();
        let mut steps = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            steps.push(match overrides.applied(step) {
                Ok(step) => step,
                Err(fault) => {
                    faults.push(fault);
                    step.clone()
                }
            });
        }
        faults.extend(overrides.foreign_rows(self));
        faults.extend(overrides.shared_parties(&steps));
        Faults::of(faults)?;
        let mut purpose = self.purpose.clone();
        if let Purpose::Erase(tombstones) = &mut purpose {
            let of_each = self.steps.iter().zip(&steps);
            let skipped = of_each.filter(|(before, after)| {
                before.writes() && !after.writes() || overrides.skips(before)
            });
            let skipped: BTreeSet<&CustomerKey> = skipped.map(|(step, _)| &step.key).collect();
            tombstones.retain(|(key, _)| !skipped.contains(key));
        }
        Ok(Self {
            version: self.version,
            purpose,
            rules: self.rules,
            steps,
            missing_from_source: self.missing_from_source.clone(),
            warnings: self.warnings.clone(),
            unproven_end: self.unproven_end,
        })
    }
}

impl Overrides {
    /// The step with its decision.
    fn applied(&self, step: &Step) -> Result<Step, Fault> {
        let of_customer = self.customers.get(&step.key);
        let of_step = of_customer.and_then(|steps| steps.get(&step.short_id()));
        let Some(decided) = of_step else {
            let is_of_another_step = of_customer
                .is_some_and(|steps| steps.values().any(|decided| decided.decision.is_some()));
            return Ok(match (is_of_another_step, step.writes(), &step.action) {
                (true, _, Action::Unchanged { .. }) | (false, false, _) => step.clone(),
                (true, ..) => skipped(step, STALE),
                (false, true, _) => skipped(step, UNDECIDED),
            });
        };
        let wrong = |why| fault(decided.line, DECISION, why);
        let is_kept = |field: &Field| {
            let with = match field {
                field if ADDRESS.contains(field) => ADDRESS.as_slice(),
                Field::VatLiable => &[field::VAT_NUMBER, Field::VatLiable],
                field => std::slice::from_ref(field),
            };
            with.iter().any(|field| decided.keep.contains_key(field))
        };
        match decided.decision {
            None if !step.writes() => Ok(step.clone()),
            None => match decided.keep.values().next() {
                None => Ok(skipped(step, UNDECIDED)),
                Some(line) => {
                    let why = "a field is kept, and its customer is not decided; write apply in the line of the customer";
                    Err(fault(*line, DECISION, why.to_owned()))
                }
            },
            Some(Decision::Skip) if step.writes() => Ok(skipped(step, "skipped by decision")),
            Some(Decision::Skip) => Ok(step.clone()),
            Some(Decision::Apply) => match &step.action {
                _ if !step.writes() => Ok(step.clone()),
                _ => keep_fields(step, is_kept).map_err(|why| {
                    let line = decided.keep.values().next().copied().flatten();
                    fault(line.or(decided.line), DECISION, why)
                }),
            },
            Some(Decision::Keep) => {
                keep_fields(step, |field| *field != Field::Text(LINK)).map_err(wrong)
            }
            Some(Decision::Link(party)) => linked(step, party).map_err(wrong),
            Some(Decision::LinkCandidate) => only_candidate(step)
                .and_then(|party| linked(step, party))
                .map_err(wrong),
            Some(Decision::New) => created(step).map_err(wrong),
        }
    }

    fn skips(&self, step: &Step) -> bool {
        let steps = self.customers.get(&step.key);
        let decided = steps.and_then(|steps| steps.get(&step.short_id()));
        decided.is_some_and(|decided| decided.decision == Some(Decision::Skip))
    }

    /// Rows of customers that are not in the plan, and rows whose step is that of another customer: their key was changed,
    /// or the column was sorted alone.
    fn foreign_rows(&self, plan: &Plan) -> Vec<Fault> {
        let owners: HashMap<String, &CustomerKey> = plan
            .steps
            .iter()
            .map(|step| (step.short_id(), &step.key))
            .collect();
        let known: BTreeSet<&CustomerKey> = owners.values().copied().collect();
        let is_harmless =
            |decided: &Decided| matches!(decided.decision, None | Some(Decision::Apply));
        let mut faults = Vec::new();
        for (key, steps) in &self.customers {
            for (step, decided) in steps {
                let why = match owners.get(step) {
                    Some(owner) if *owner == key => continue,
                    Some(owner) => {
                        format!(
                            "this row is that of {owner}, not of {key}; restore the key, or take the file of the plan again"
                        )
                    }
                    // The customer has changed since, and is skipped; or a program decided on a plan of which this is a part.
                    None if known.contains(key) => continue,
                    None if decided.line.is_none() && is_harmless(decided) => continue,
                    None => {
                        format!("{key} is not in this plan; restore the key, or remove the row")
                    }
                };
                faults.push(fault(decided.line, CUSTOMER, why));
            }
        }
        faults
    }

    /// Decided links to the party of another customer.
    fn shared_parties(&self, steps: &[Step]) -> Vec<Fault> {
        let mut customers: HashMap<PartyId, Vec<&CustomerKey>> = HashMap::new();
        for step in steps {
            if let Action::Link { party, .. }
            | Action::Update { party, .. }
            | Action::Unchanged { party } = step.action
            {
                customers.entry(party).or_default().push(&step.key);
            }
        }
        let mut faults = Vec::new();
        for step in steps {
            let Action::Link {
                party,
                by: MatchedBy::Decision,
                ..
            } = step.action
            else {
                continue;
            };
            let others = customers.get(&party).into_iter().flatten();
            if let Some(other) = others.copied().find(|other| **other != step.key) {
                let why = format!("party {party} is the party of {other} too; link one of them");
                let of_customer = self.customers.get(&step.key).into_iter().flatten();
                let mut lines = of_customer.filter_map(|(_, decided)| decided.line);
                faults.push(fault(lines.next(), DECISION, why));
            }
        }
        faults
    }
}

/// Kept together: a house number belongs to its street.
const ADDRESS: [Field; 3] = [field::STREET, field::STREET_NUMBER, field::BOX];

fn skipped(step: &Step, reason: &str) -> Step {
    let action = Action::Skip {
        party: step.party(),
        reason: reason.to_owned(),
    };
    Step {
        action,
        preconditions: None,
        ..step.clone()
    }
}

/// The step without the changes of these fields.
fn keep_fields(step: &Step, is_kept: impl Fn(&Field) -> bool) -> Result<Step, String> {
    let mut step = step.clone();
    let changes = match &mut step.action {
        Action::Link { changes, .. } | Action::Update { changes, .. } => changes,
        Action::Create { values, .. } if values.iter().any(|(field, _)| is_kept(&field)) => {
            return Err("a new party has no value to keep; skip the customer".to_owned());
        }
        _ => return Ok(step),
    };
    let (kept, written): (Vec<Change>, Vec<Change>) = std::mem::take(changes)
        .into_iter()
        .partition(|change| is_kept(&change.field));
    *changes = written;
    if kept.iter().any(|change| change.field == Field::Text(LINK)) {
        return Err("the link cannot be kept; skip the customer".to_owned());
    }
    step.notes.extend(kept.into_iter().map(|change| Note {
        source: change.after,
        billit: change.before,
        ..Note::new(change.field, KEPT)
    }));
    if let Action::Update { party, changes } = &step.action
        && changes.is_empty()
    {
        step.action = Action::Unchanged { party: *party };
        step.preconditions = None;
    }
    Ok(step)
}

/// The only candidate of an ambiguous customer.
fn only_candidate(step: &Step) -> Result<PartyId, String> {
    match &step.action {
        Action::Ambiguous { candidates, .. } => match candidates.as_slice() {
            [party] => Ok(*party),
            several => Err(format!(
                "it has {} candidates; write link and the id of a party, such as link 512",
                several.len()
            )),
        },
        _ => Err(
            "it is not ambiguous; write link and the id of a party, such as link 512".to_owned(),
        ),
    }
}

/// The step that creates a party for a customer that is none of its candidates.
fn created(step: &Step) -> Result<Step, String> {
    let Action::Ambiguous {
        candidates, values, ..
    } = &step.action
    else {
        return Err("it is not ambiguous; write apply, skip or nothing".to_owned());
    };
    let Some(values) = values else {
        return Err(
            "no new party can be made of it, since Billit merges by e-mail address and number, or the rules create none; \
             write link and the id of a party, skip, or nothing"
                .to_owned(),
        );
    };
    Ok(Step {
        action: Action::Create {
            values: values.clone(),
            other_than: candidates.clone(),
        },
        ..step.clone()
    })
}

/// The step that links a customer to the decided party.
fn linked(step: &Step, party: PartyId) -> Result<Step, String> {
    match step.action {
        Action::Link { party: same, .. }
        | Action::Update { party: same, .. }
        | Action::Unchanged { party: same }
            if same == party =>
        {
            return Ok(step.clone());
        }
        Action::Update { party, .. } | Action::Unchanged { party } => {
            return Err(format!(
                "it is linked to party {party}; remove that link in Billit first"
            ));
        }
        Action::Conflict { party: same, .. } if same == party => {
            return Err(format!(
                "party {party} is linked to another record; remove that link in Billit first"
            ));
        }
        _ => {}
    }
    let preconditions = step
        .preconditions
        .as_ref()
        .ok_or("its record cannot be used; fix it in the source first")?;
    let not_understood = step.notes.iter().filter(|note| note.not_understood);
    let link = Change {
        field: Field::Text(LINK),
        before: None,
        after: Some(step.key.to_string()),
    };
    Ok(Step {
        action: Action::Link {
            party,
            by: MatchedBy::Decision,
            changes: vec![link],
        },
        notes: not_understood.cloned().collect(),
        unread_fields: FieldSet::EMPTY,
        unsearchable_fields: FieldSet::EMPTY,
        // Only the link is written: to the next run, the source values are new.
        source_values: Applied::default(),
        // The decision was made on the whole party; only its link must be unchanged.
        preconditions: Some(Box::new(Preconditions {
            source: preconditions.source,
            billit: Values::default().fingerprint_of(&[]),
            fields: [Field::Text(LINK)].into(),
        })),
        ..step.clone()
    })
}
