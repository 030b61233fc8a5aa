//! What somebody decided on a plan, and the plan that is left.

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

/// What somebody decided on one customer of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// As planned.
    Apply,
    /// Nothing is written this time.
    Skip,
    /// Every value of Billit stays; a party that was found is linked. A run with a store remembers it while the source
    /// says what it said; one without will ask again.
    Keep,
    /// The customer is this party. It gets the link; the next run writes what differs.
    Link(PartyId),
}

/// The decisions on a plan, each on a step as it was when it was looked at.
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
    /// By customer and by the mark of the step: records without an id share a key.
    customers: BTreeMap<CustomerKey, BTreeMap<String, Decided>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Decided {
    pub(super) line: Option<u64>,
    pub(super) decision: Option<Decision>,
    /// Fields whose value in Billit stays, and the lines that say so.
    pub(super) keep: BTreeMap<Field, Option<u64>>,
}

/// One thing that is wrong with a decision. It holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// The line as a spreadsheet counts, the header being 1; `None` for a decision that comes from a program.
    pub line: Option<u64>,
    /// The column.
    pub column: &'static str,
    /// What is wrong, and what to do.
    pub why: String,
}

/// Everything that is wrong with the decisions, a line for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub(super) Vec<Fault>);

impl Faults {
    /// One by one, in the order of the lines.
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
    /// Approves everything that a plan would write, to be overridden by [`decide`](Self::decide).
    #[must_use]
    pub fn approving(plan: &Plan) -> Self {
        let writes = plan.steps.iter().filter(|step| step.writes());
        writes.fold(Self::default(), |overrides, step| {
            overrides.decide(step, Decision::Apply)
        })
    }

    /// Decides on one step, whatever was decided before.
    #[must_use]
    pub fn decide(mut self, step: &Step, decision: Decision) -> Self {
        self.on(&step.key, step.mark()).decision = Some(decision);
        self
    }

    /// Keeps Billit's value of one field. Street, house number and box are kept together, and whether the customer is
    /// liable to VAT with the VAT number.
    #[must_use]
    pub fn keep(mut self, step: &Step, field: Field) -> Self {
        self.on(&step.key, step.mark()).keep.insert(field, None);
        self
    }

    pub(super) fn on(&mut self, key: &CustomerKey, mark: String) -> &mut Decided {
        self.customers
            .entry(key.clone())
            .or_default()
            .entry(mark)
            .or_default()
    }
}

pub(super) fn fault(line: Option<u64>, column: &'static str, why: String) -> Fault {
    Fault { line, column, why }
}

/// Why a step is left that would have written something.
const UNDECIDED: &str = "nobody has approved it";
const STALE: &str = "has changed since it was decided on; decide again";
const KEPT: &str = "kept: somebody decided so";

impl Plan {
    /// The plan that is left when somebody has decided on it: only what is approved is written. What nobody decided on,
    /// and what has changed since it was decided on, is skipped, and says so. Pure: no service is asked.
    ///
    /// A link that somebody decided is written alone: what differs, the next run will see. It is not written if the
    /// party has another link by then.
    ///
    /// # Errors
    /// Decisions that cannot be: a link for a customer who has one, two customers for one party, a decision on a
    /// customer of whom there is no step.
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
                let why = format!("{key} is not in this plan; take the line away");
                faults.push(fault(decided.line, CUSTOMER, why));
            }
        }
        faults.extend(overrides.shared(&steps));
        Faults::of(faults)?;
        let mut purpose = self.purpose.clone();
        if let Purpose::Erase(tombstones) = &mut purpose {
            let of_each = self.steps.iter().zip(&steps);
            let stays = of_each.filter(|(before, after)| {
                before.writes() && !after.writes() || overrides.skips(before)
            });
            let stays: BTreeSet<&CustomerKey> = stays.map(|(step, _)| &step.key).collect();
            tombstones.retain(|(key, _)| !stays.contains(key));
        }
        Ok(Self {
            version: self.version,
            purpose,
            steps,
            missing_from_source: self.missing_from_source.clone(),
        })
    }
}

impl Overrides {
    /// A step as it was decided on.
    fn applied(&self, step: &Step) -> Result<Step, Fault> {
        let on_him = self.customers.get(&step.key);
        let on_this = on_him.and_then(|marks| marks.get(&step.mark()));
        let Some(decided) = on_this else {
            let about_another = on_him
                .is_some_and(|marks| marks.values().any(|decided| decided.decision.is_some()));
            return Ok(match (about_another, step.writes(), &step.action) {
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
            Some(Decision::Skip) if step.writes() => {
                Ok(skipped(step, "somebody decided to skip it"))
            }
            Some(Decision::Skip) => Ok(step.clone()),
            Some(Decision::Apply) => match &step.action {
                Action::Unchanged { .. } => Ok(step.clone()),
                _ if !step.writes() => Err(wrong(
                    "there is nothing to apply; write link and the id of a party, or nothing"
                        .to_owned(),
                )),
                _ => kept(step, is_kept).map_err(|why| {
                    let line = decided.keep.values().next().copied().flatten();
                    fault(line.or(decided.line), DECISION, why)
                }),
            },
            Some(Decision::Keep) => kept(step, |field| *field != Field::Text(LINK)).map_err(wrong),
            Some(Decision::Link(party)) => linked(step, party).map_err(wrong),
        }
    }

    fn skips(&self, step: &Step) -> bool {
        let marks = self.customers.get(&step.key);
        let decided = marks.and_then(|marks| marks.get(&step.mark()));
        decided.is_some_and(|decided| decided.decision == Some(Decision::Skip))
    }

    /// Decided links to a party that is another customer's.
    fn shared(&self, steps: &[Step]) -> Vec<Fault> {
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
        for (key, marks) in &self.customers {
            for decided in marks.values() {
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

/// One address: the number of one house in another's street is none.
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
fn kept(step: &Step, is_kept: impl Fn(&Field) -> bool) -> Result<Step, String> {
    let mut step = step.clone();
    let changes = match &mut step.action {
        Action::Link { changes, .. } | Action::Update { changes, .. } => changes,
        Action::Create { values } if values.iter().any(|(field, _)| is_kept(&field)) => {
            return Err("a new party has no value to keep; skip the customer".to_owned());
        }
        _ => return Ok(step),
    };
    let (stay, written): (Vec<Change>, Vec<Change>) = std::mem::take(changes)
        .into_iter()
        .partition(|change| is_kept(&change.field));
    *changes = written;
    if stay.iter().any(|change| change.field == Field::Text(LINK)) {
        return Err("the link is what makes the party his; skip the customer".to_owned());
    }
    step.notes.extend(stay.into_iter().map(|change| Note {
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

/// The step that links a customer to the party that somebody named.
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
                "it is linked to party {party}; take that link away in Billit first"
            ));
        }
        Action::Conflict { party: same, .. } if same == party => {
            return Err(format!(
                "party {party} is linked to another record; take that link away in Billit first"
            ));
        }
        _ => {}
    }
    let seen = step
        .preconditions
        .as_ref()
        .ok_or("its record cannot be used; mend it in the source first")?;
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
        notes: Vec::new(),
        unread_fields: FieldSet::EMPTY,
        unsearchable_fields: FieldSet::EMPTY,
        // Nothing but the link is written: what the source says is new to the next run.
        source_values: Applied::default(),
        // Whoever decided looked at the whole party; what must not have changed is that nobody else has it.
        preconditions: Some(Box::new(Preconditions {
            source: seen.source,
            target: Values::default().fingerprint(),
            fields: [Field::Text(LINK)].into(),
        })),
        ..step.clone()
    })
}
