//! A plan or a report as a table, HTML, Markdown, CSV or JSON lines. Every output is made of the same [`Row`]s.
//!
//! | output | for | how |
//! |---|---|---|
//! | table | a terminal | [`Plan::with_values`], [`SyncReport::with_values`]: a [`Table`] |
//! | HTML | a browser: one file with search and filters | `Document::html` |
//! | Markdown | a message, a ticket | `Document::markdown` |
//! | CSV | a spreadsheet, in which decisions on a plan are made | `Document::csv`, `Overrides::from_csv` |
//! | JSON lines | programs | `Document::json_lines` |
//!
//! The files need the feature `document`; all of them hold personal data. Linked customers that are missing from the
//! source have no row; table, HTML and Markdown list them. A plan that is to be applied later is saved with serde:
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
//! // A person fills the column `decision`, which is empty; another program continues.
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
use std::collections::BTreeMap;
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
use crate::core::kind::Kind;
use crate::core::plan::{Action, Plan, Step};
use crate::core::policy::FieldPolicy;
use crate::core::report::MissingFromSource;
use crate::core::report::{Counts, Outcome, OutcomeKind, SyncReport};
#[cfg(feature = "document")]
use crate::core::rules::MappingRules;
use crate::core::warning::Warning;

/// One customer of a plan or a report. `Debug` shows no personal data.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Row {
    /// The customer.
    pub key: CustomerKey,
    /// The name; blank if the record could not be read.
    pub name: String,
    /// The planned or actual outcome.
    pub kind: OutcomeKind,
    /// The party; in [`OutcomeKind::Conflict`] the one linked to another customer.
    pub party: Option<PartyId>,
    /// The reason.
    pub reason: String,
    /// The parties that an ambiguous customer may be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<PartyId>,
    /// The error of Billit for a rejected write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What may fix the rejection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The fields that are or were written, then those that differ and are kept.
    pub fields: Vec<RowField>,
    /// Identifies the step of a plan, also among steps of the same customer. `None` in a report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
}

/// One field of a [`Row`]. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RowField {
    /// The field.
    pub field: Field,
    /// The policy of the field in the rules.
    pub policy: FieldPolicy,
    /// Billit's value before; `None` if blank, or, for a kept field, unknown.
    pub before: Option<String>,
    /// Billit's value afterwards; `None` as above.
    pub after: Option<String>,
    /// Why it is kept; `None` if it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    /// Whether [`source`](Self::source) is a text that was not understood.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_understood: bool,
    /// The source value of a kept field, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl RowField {
    /// Why it is written or kept.
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

/// The reason for [`MissingFromSource`] customers.
const MISSING_REASON: &str = "not in the source any more; nothing is done about it";

/// What is said if the end of the source's list is not proven.
const UNPROVEN_END: &str = "the end of the source's list is not proven: whether customers are missing is unknown, and nobody is taken for missing";

/// The source of the rows.
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

    /// `plan: 3 created`; for a report only the counts.
    fn heading(self) -> String {
        match self {
            Self::Plan(plan) => format!("plan: {}", plan.counts()),
            Self::Report(report) => report.counts().to_string(),
        }
    }

    /// Linked customers that are missing from the source.
    fn missing_from_source(self) -> &'a [MissingFromSource] {
        match self {
            Self::Plan(plan) => &plan.missing_from_source,
            Self::Report(report) => &report.missing_from_source,
        }
    }

    /// What a person should look at.
    fn warnings(self) -> &'a [Warning] {
        match self {
            Self::Plan(plan) => &plan.warnings,
            Self::Report(report) => &report.warnings,
        }
    }

    /// One line, if the end of the source's list is not proven.
    fn unproven_end(self) -> Option<&'static str> {
        let is_unproven = match self {
            Self::Plan(plan) => plan.unproven_end,
            Self::Report(report) => report.unproven_end,
        };
        is_unproven.then_some(UNPROVEN_END)
    }

    /// The reasons that more than a few skipped customers share, with the number of these customers: a text counts them
    /// and does not list them. One with a note is listed.
    fn skipped_alike(self) -> BTreeMap<String, usize> {
        const FEW: usize = 3;
        let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
        let mut count = |reason: &str| {
            if let Some(number) = reasons.get_mut(reason) {
                *number += 1;
            } else {
                reasons.insert(reason.to_owned(), 1);
            }
        };
        match self {
            Self::Plan(plan) => plan.steps.iter().for_each(|step| match &step.action {
                Action::Skip { reason, .. } if step.notes.is_empty() => count(reason),
                _ => {}
            }),
            Self::Report(report) => {
                let skipped = report.outcomes.iter();
                let skipped = skipped.filter(|outcome| outcome.kind == OutcomeKind::Skipped);
                let alike = skipped.filter(|outcome| outcome.notes.is_empty());
                alike.for_each(|outcome| count(&outcome.reason));
            }
        }
        reasons.retain(|_, number| *number > FEW);
        reasons
    }

    /// The fields that occur in it.
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

    /// One row at a time, so that memory does not grow with their number.
    fn rows(
        self,
        policy: impl Fn(&Field, Kind) -> FieldPolicy + 'a,
    ) -> Box<dyn Iterator<Item = Row> + 'a> {
        match self {
            Self::Plan(plan) => Box::new(
                plan.steps
                    .iter()
                    .map(move |step| Row::of_step(step, &policy)),
            ),
            Self::Report(report) => {
                let outcomes = report.outcomes.iter();
                Box::new(outcomes.map(move |outcome| Row::of_outcome(outcome, &policy)))
            }
        }
    }
}

/// The rows of a text: without unchanged customers of which nothing is to be said, and without
/// [those that are counted](Source::skipped_alike). Skipped ones come last.
fn rows_of_text<'a>(
    rows: impl Fn() -> Box<dyn Iterator<Item = Row> + 'a>,
    alike: &BTreeMap<String, usize>,
) -> impl Iterator<Item = Row> {
    let is_skipped = |row: &Row| row.kind == OutcomeKind::Skipped;
    let done = rows().filter(move |row| !is_skipped(row));
    let done = done.filter(|row| row.kind != OutcomeKind::Unchanged || !row.fields.is_empty());
    let skipped = rows().filter(is_skipped);
    let skipped = skipped.filter(|row| !row.fields.is_empty() || !alike.contains_key(&row.reason));
    done.chain(skipped)
}

impl Row {
    fn of_step(step: &Step, policy: impl Fn(&Field, Kind) -> FieldPolicy) -> Self {
        Self {
            key: step.key.clone(),
            name: step.name.clone(),
            kind: step.outcome_kind(),
            party: step.party(),
            reason: step.reason(),
            candidates: match &step.action {
                Action::Ambiguous { candidates, .. } => candidates.clone(),
                _ => Vec::new(),
            },
            detail: None,
            hint: None,
            fields: fields(&step.written(), &step.notes, |field| {
                policy(field, step.customer_kind)
            }),
            step: Some(step.short_id()),
        }
    }

    fn of_outcome(outcome: &Outcome, policy: impl Fn(&Field, Kind) -> FieldPolicy) -> Self {
        Self {
            key: outcome.key.clone(),
            name: outcome.name.clone(),
            kind: outcome.kind,
            party: outcome.party,
            reason: outcome.reason.clone(),
            candidates: outcome.candidates.clone(),
            detail: outcome.detail.clone(),
            hint: outcome
                .rejection
                .as_ref()
                .map(|rejection| rejection.hint.clone()),
            fields: fields(&outcome.changes, &outcome.notes, |field| {
                policy(field, outcome.customer_kind)
            }),
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
        not_understood: false,
        source: None,
    });
    let kept = notes.iter().map(|note| RowField {
        field: note.field.clone(),
        policy: policy(&note.field),
        before: note.billit.clone(),
        after: note.billit.clone(),
        kept: Some(note.reason.clone()),
        not_understood: note.not_understood,
        source: note.source.clone(),
    });
    written.chain(kept).collect()
}

/// A text without control characters and changes of the writing direction, which may have been typed into a form.
fn without_control_characters(text: &str) -> Cow<'_, str> {
    let is_control = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(is_control) {
        Cow::Owned(text.replace(is_control, " "))
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
    /// The heading, such as the name of the site and the day. Default: `Plan` or `Report`.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The rows, made one by one.
    pub fn rows(&self) -> impl Iterator<Item = Row> + 'a {
        let rules = self.rules;
        self.source.rows(|field, kind| rules.policy_of(field, kind))
    }

    /// One row per line, as JSON: each line can be read back as a [`Row`]. Warnings and missing customers have no row.
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
    /// The plan as a document, with the policies of these rules.
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
    /// The report as a document, with the policies of these rules.
    pub fn document<'a>(&'a self, rules: &'a MappingRules) -> Document<'a> {
        Document {
            source: Source::Report(self),
            rules,
            title: "Report".to_owned(),
        }
    }
}
