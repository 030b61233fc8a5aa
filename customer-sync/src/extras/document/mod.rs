//! A plan or a report as people and spreadsheets read it. Every output is made of the same [`Row`]s.
//!
//! | output | for | how |
//! |---|---|---|
//! | table | a terminal | [`Plan::with_values`], [`SyncReport::with_values`]: a [`Table`] |
//! | HTML | eyes: one file with search and filters | `Document::html` |
//! | Markdown | a message, a ticket | `Document::markdown` |
//! | CSV | a spreadsheet, where a plan gets its decisions | `Document::csv`, `Overrides::from_csv` |
//! | JSON lines | programs | `Document::json_lines` |
//!
//! The files need the feature `document`; all of them hold personal data. Linked customers that are not in the source any
//! more have no row; table, HTML and Markdown name them. A plan that is to be applied later is saved
//! as what it is, with serde:
//!
//! ```
//! # #[cfg(feature = "document")]
//! # fn run(plan: &customer_sync::Plan) -> Result<(), Box<dyn std::error::Error>> {
//! use customer_sync::document::{Overrides, Separator};
//! use customer_sync::{MappingRules, Plan};
//!
//! let rules = MappingRules::default();
//! std::fs::write("plan.json", serde_json::to_vec(plan)?)?;
//! plan.document(&rules).csv(std::fs::File::create("decisions.csv")?, Separator::Semicolon)?;
//! // Somebody edits the column `decision`; another program goes on.
//! let plan: Plan = serde_json::from_slice(&std::fs::read("plan.json")?)?;
//! let overrides = Overrides::from_csv(std::fs::File::open("decisions.csv")?)?;
//! let approved = plan.decided(&overrides)?; // for `apply`
//! # let _ = approved;
//! # Ok(()) }
//! ```

#[cfg(feature = "document")]
mod csv;
#[cfg(feature = "document")]
mod decisions;
#[cfg(feature = "document")]
mod html;
#[cfg(feature = "document")]
mod markdown;
#[cfg(feature = "document")]
mod page;
mod select;
mod table;

use std::borrow::Cow;
#[cfg(feature = "document")]
use std::collections::BTreeSet;
use std::fmt;
#[cfg(feature = "document")]
use std::io::{self, BufWriter, Write};

use billit_client::PartyId;
use serde::{Deserialize, Serialize};

#[cfg(feature = "document")]
pub use self::csv::Separator;
#[cfg(feature = "document")]
pub use self::decisions::{Decision, Fault, Faults, Overrides};
pub use self::select::CannotMerge;
pub use self::table::{Colours, Table, Terminal};
use crate::core::change::{Change, Note};
use crate::core::customer::CustomerKey;
use crate::core::field::Field;
use crate::core::plan::{Plan, Step};
use crate::core::policy::FieldPolicy;
use crate::core::report::MissingFromSource;
use crate::core::report::{Counts, Outcome, OutcomeKind, SyncReport};
#[cfg(feature = "document")]
use crate::core::rules::MappingRules;

/// One customer of a plan or a report. `Debug` shows no personal data.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Row {
    /// The customer.
    pub key: CustomerKey,
    /// Its name; blank where the record could not be read.
    pub name: String,
    /// Where it ends up, or ended up.
    pub kind: OutcomeKind,
    /// Its party; in [`OutcomeKind::Conflict`] the one that is somebody else's.
    pub party: Option<PartyId>,
    /// Why, in words.
    pub reason: String,
    /// What Billit said to a write it refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What may help against the refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What is written, or was, and then what differs and stays.
    pub fields: Vec<RowField>,
    /// The mark of a plan's step: another step, even of the same customer, has another. A report has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
}

/// One field of a [`Row`]. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RowField {
    /// The field.
    pub field: Field,
    /// Whose value counts by the rules.
    pub policy: FieldPolicy,
    /// Billit's value before; `None` is a blank, or not known of what stays as it is.
    pub before: Option<String>,
    /// Billit's value afterwards; `None` as above.
    pub after: Option<String>,
    /// Why it stays as it is; `None` for what is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    /// What the source says of a field that stays, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl RowField {
    /// Why it is written, or stays.
    #[cfg(feature = "document")]
    fn why(&self) -> &str {
        match (&self.kept, &self.before, &self.after) {
            (Some(kept), ..) => kept,
            (None, None, _) => "blank before",
            (None, Some(_), None) => "cleared",
            (None, Some(_), Some(_)) => "differs",
        }
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({} {})", self.key, self.kind.name())
    }
}

impl fmt::Debug for RowField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowField({})", self.field)
    }
}

/// What is said of [`MissingFromSource`] customers.
const VANISHED: &str = "not in the source any more; nothing is done about it";

/// What rows are made of.
#[derive(Clone, Copy)]
enum Source<'a> {
    Plan(&'a Plan),
    Report(&'a SyncReport),
}

impl<'a> Source<'a> {
    fn counts(self) -> Counts {
        match self {
            Self::Plan(plan) => plan.counts(),
            Self::Report(report) => report.counts(),
        }
    }

    /// `plan: 3 created`; a report is its counts alone.
    fn heading(self) -> String {
        match self {
            Self::Plan(plan) => format!("plan: {}", plan.counts()),
            Self::Report(report) => report.counts().to_string(),
        }
    }

    /// Linked customers that are not in the source any more.
    fn missing_from_source(self) -> &'a [MissingFromSource] {
        match self {
            Self::Plan(plan) => &plan.missing_from_source,
            Self::Report(report) => &report.missing_from_source,
        }
    }

    /// The fields that are in it.
    #[cfg(feature = "document")]
    fn fields(self) -> BTreeSet<Field> {
        let mut fields = BTreeSet::new();
        let mut extend = |changes: &[Change], notes: &[Note]| {
            fields.extend(changes.iter().map(|change| change.field.clone()));
            fields.extend(notes.iter().map(|note| note.field.clone()));
        };
        match self {
            Self::Plan(plan) => plan
                .steps
                .iter()
                .for_each(|step| extend(&step.written(), &step.notes)),
            Self::Report(report) => report
                .outcomes
                .iter()
                .for_each(|outcome| extend(&outcome.changes, &outcome.notes)),
        }
        fields
    }

    /// One row at a time, so that a hundred thousand take no more memory than one.
    fn rows(
        self,
        policy: impl Fn(&Field) -> FieldPolicy + 'a,
    ) -> Box<dyn Iterator<Item = Row> + 'a> {
        match self {
            Self::Plan(plan) => Box::new(
                plan.steps
                    .iter()
                    .map(move |step| Row::planned(step, &policy)),
            ),
            Self::Report(report) => {
                let outcomes = report.outcomes.iter();
                Box::new(outcomes.map(move |outcome| Row::settled(outcome, &policy)))
            }
        }
    }
}

impl Row {
    fn planned(step: &Step, policy: impl Fn(&Field) -> FieldPolicy) -> Self {
        Self {
            key: step.key.clone(),
            name: step.name.clone(),
            kind: step.outcome_kind(),
            party: step.party(),
            reason: step.reason(),
            detail: None,
            hint: None,
            fields: fields(&step.written(), &step.notes, policy),
            step: Some(step.mark()),
        }
    }

    fn settled(outcome: &Outcome, policy: impl Fn(&Field) -> FieldPolicy) -> Self {
        Self {
            key: outcome.key.clone(),
            name: outcome.name.clone(),
            kind: outcome.kind,
            party: outcome.party,
            reason: outcome.reason.clone(),
            detail: outcome.detail.clone(),
            hint: outcome
                .rejection
                .as_ref()
                .map(|rejection| rejection.hint.clone()),
            fields: fields(&outcome.changes, &outcome.notes, policy),
            step: None,
        }
    }
}

fn fields(
    changes: &[Change],
    notes: &[Note],
    policy: impl Fn(&Field) -> FieldPolicy,
) -> Vec<RowField> {
    let written = changes.iter().map(|change| RowField {
        field: change.field.clone(),
        policy: policy(&change.field),
        before: change.before.clone(),
        after: change.after.clone(),
        kept: None,
        source: None,
    });
    let stays = notes.iter().map(|note| RowField {
        field: note.field.clone(),
        policy: policy(&note.field),
        before: note.billit.clone(),
        after: note.billit.clone(),
        kept: Some(note.reason.clone()),
        source: note.source.clone(),
    });
    written.chain(stays).collect()
}

/// A text without what moves a cursor, rings a bell or turns the direction of what follows: whoever fills in a form may
/// have typed it.
fn harmless(text: &str) -> Cow<'_, str> {
    let is_harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(is_harmful) {
        Cow::Owned(text.replace(is_harmful, " "))
    } else {
        Cow::Borrowed(text)
    }
}

/// A plan or a report that is written to files. See the [module](self).
#[cfg(feature = "document")]
#[derive(Clone)]
#[must_use]
pub struct Document<'a> {
    source: Source<'a>,
    rules: &'a MappingRules,
    title: String,
}

#[cfg(feature = "document")]
impl<'a> Document<'a> {
    /// The heading, such as the name of the site and the day; by default what it is.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The rows, which are made one by one.
    pub fn rows(&self) -> impl Iterator<Item = Row> + 'a {
        let rules = self.rules;
        self.source.rows(|field| rules.policy_of(field))
    }

    /// One row a line, as JSON: each line is read back by itself as a [`Row`].
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn json_lines(&self, out: impl Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        for row in self.rows() {
            serde_json::to_writer(&mut out, &row)?;
            out.write_all(b"\n")?;
        }
        out.flush()
    }
}

#[cfg(feature = "document")]
impl fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({})", self.source.counts())
    }
}

#[cfg(feature = "document")]
impl Plan {
    /// The plan for the files that people read, with the policies these rules name.
    pub fn document<'a>(&'a self, rules: &'a MappingRules) -> Document<'a> {
        Document {
            source: Source::Plan(self),
            rules,
            title: "Plan".to_owned(),
        }
    }
}

#[cfg(feature = "document")]
impl SyncReport {
    /// The report for the files that people read, with the policies these rules name.
    pub fn document<'a>(&'a self, rules: &'a MappingRules) -> Document<'a> {
        Document {
            source: Source::Report(self),
            rules,
            title: "Report".to_owned(),
        }
    }
}
