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
    /// As planned.
    Apply,
    /// Nothing is written this time.
    Skip,
    /// Every value in Billit is kept; a matched party is linked. A run with a store remembers this until the source
    /// value changes; one without a store plans the change again.
    Keep,
    /// The customer is this party. It gets the link; the next run writes what differs.
    Link(PartyId),
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

    pub(super) fn entry(&mut self, key: &CustomerKey, step: String) -> &mut Decided {
        self.customers
            .entry(key.clone())
            .or_default()
            .entry(step)
            .or_default()
    }
}

pub(super) fn fault(line: Option<u64>, column: &'static str, why: String) -> Fault {
    Fault { line, column, why }
}

/// Why a step that would write is skipped.
const UNDECIDED: &str = "not approved";
const STALE: &str = "has changed since the decision; decide again";
const KEPT: &str = "kept: decided by a person";

impl Plan {
    /// The plan with these decisions: only what is approved is written. A step without a decision, or one that has
    /// changed since the decision, is skipped with the reason. Pure: no call is made.
    ///
    /// A decided link is written alone; the next run writes what differs. It is not written if the party has another
    /// link by then.
    ///
    /// # Errors
    /// Faulty decisions: a link for a customer that has one, two customers for one party, a decision on a customer
    /// without a step.
    pub fn decided(&self, overrides: &Overrides) -> Result<Self, Faults> {
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
        let known: BTreeSet<&CustomerKey> = self.steps.iter().map(|step| &step.key).collect();
        for (key, decided) in &overrides.customers {
            let matters =
                |decided: &&Decided| !matches!(decided.decision, None | Some(Decision::Apply));
            if let Some(decided) = decided
                .values()
                .find(matters)
                .filter(|_| !known.contains(key))
            {
                let why = format!("{key} is not in this plan; remove the line");
                faults.push(fault(decided.line, CUSTOMER, why));
            }
        }
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
            None => Ok(skipped(step, UNDECIDED)),
            Some(Decision::Skip) if step.writes() => Ok(skipped(step, "skipped by decision")),
            Some(Decision::Skip) => Ok(step.clone()),
            Some(Decision::Apply) => match &step.action {
                Action::Unchanged { .. } => Ok(step.clone()),
                _ if !step.writes() => Err(wrong(
                    "there is nothing to apply; write link and the id of a party, or nothing"
                        .to_owned(),
                )),
                _ => keep_fields(step, is_kept).map_err(|why| {
                    let line = decided.keep.values().next().copied().flatten();
                    fault(line.or(decided.line), DECISION, why)
                }),
            },
            Some(Decision::Keep) => {
                keep_fields(step, |field| *field != Field::Text(LINK)).map_err(wrong)
            }
            Some(Decision::Link(party)) => linked(step, party).map_err(wrong),
        }
    }

    fn skips(&self, step: &Step) -> bool {
        let steps = self.customers.get(&step.key);
        let decided = steps.and_then(|steps| steps.get(&step.short_id()));
        decided.is_some_and(|decided| decided.decision == Some(Decision::Skip))
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
        for (key, steps) in &self.customers {
            for decided in steps.values() {
                let Some(Decision::Link(party)) = decided.decision else {
                    continue;
                };
                let others = customers.get(&party).into_iter().flatten();
                if let Some(other) = others.copied().find(|other| *other != key) {
                    let why =
                        format!("party {party} is the party of {other} too; link one of them");
                    faults.push(fault(decided.line, DECISION, why));
                }
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
        Action::Create { values } if values.iter().any(|(field, _)| is_kept(&field)) => {
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
