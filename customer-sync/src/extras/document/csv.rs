//! CSV for a spreadsheet, and the decisions read back from it.

use std::io::{self, Read, Write};

use super::decisions::{CUSTOMER, DECISION, fault};
use super::{Decision, Document, Fault, Faults, Overrides, Source};
use crate::core::customer::CustomerKey;
use crate::core::field::Field;
use crate::core::matching::MatchedBy;
use crate::core::plan::{Action, Plan, Step};
use crate::core::report::OutcomeKind;
use crate::normalize::csv_cell::{defuse, restore};

/// The separator between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Separator {
    /// `,`, the standard.
    Comma,
    /// `;`, which spreadsheets expect where the decimal separator is a comma, as in Belgium.
    Semicolon,
    /// A tab.
    Tab,
}

impl Separator {
    const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

/// The columns of plans and reports; a plan has three more.
const COLUMNS: [&str; 12] = [
    CUSTOMER, "name", OUTCOME, "party", FIELD, "before", "after", "source", "policy", WHY,
    "detail", "hint",
];
const OUTCOME: &str = "outcome";
const WHY: &str = "why";
const FIELD: &str = "field";
const STEP: &str = "step";
const CANDIDATES: &str = "candidates";

impl Document<'_> {
    /// A line for each warning, one for each customer, and one for each field, which repeats the customer's key so that the table can be
    /// sorted and filtered. `before` and `after` are Billit's values; `source` is the source value of a kept field. A
    /// blank cell is a blank value. A cell that a spreadsheet would run as a formula is
    /// [defused](crate::normalize::csv_cell).
    ///
    /// A plan has three more columns: `candidates` are the ids of the parties that an ambiguous customer may be; `step`
    /// identifies the step and, as the customer's key, must not be changed; `decision` is empty and to be filled:
    ///
    /// | in the line of | decision | |
    /// |---|---|---|
    /// | a customer | nothing | nothing is written: the customer is skipped, and reported as not decided |
    /// | | `apply` | as planned, if anything is planned. It may be filled down the whole column |
    /// | | `skip` | nothing is written this time |
    /// | | `keep` | every value in Billit is kept; a matched party is linked |
    /// | | `link 512` | the customer is party 512, which is linked; the next run writes what differs |
    /// | | `link` | likewise, to the only candidate of an ambiguous customer |
    /// | | `new` | an ambiguous customer, matched by name and place, is none of the candidates and gets a party |
    /// | `all` | `link`, `new`, `skip` | for all ambiguous customers of this kind that have no decision of their own, as [`Overrides::decide_all`](super::Overrides::decide_all) does |
    /// | a field | `keep` | Billit's value is kept, where the customer has `apply` |
    /// | | nothing, or `apply` | as the customer |
    ///
    /// [`Overrides::from_csv`](super::Overrides::from_csv) reads it back, also if the spreadsheet saves it with another
    /// separator. It is UTF-8 with a byte order mark, which spreadsheets need.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn csv(&self, mut out: impl Write, separator: Separator) -> io::Result<()> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut csv = ::csv::WriterBuilder::new()
            .delimiter(separator.byte())
            .from_writer(out);
        let is_plan = matches!(self.source, Source::Plan(_));
        let of_plan: &[&str] = if is_plan {
            &[CANDIDATES, DECISION, STEP]
        } else {
            &[]
        };
        let columns = || COLUMNS.iter().chain(of_plan).copied();
        csv.write_record(columns())?;
        for warning in self.source.warnings() {
            // Without a customer: nothing is to be decided on it.
            let text = warning.to_string();
            let cells = columns().map(|column| match column {
                OUTCOME => "warning",
                WHY => &text,
                _ => "",
            });
            csv.write_record(cells.map(|cell| defuse(cell).into_owned().into_bytes()))?;
        }
        if let Source::Plan(plan) = self.source {
            for by in MatchedBy::ALL {
                if let Some(cells) = line_for_all(plan, by) {
                    csv.write_record(cells)?;
                }
            }
        }
        for row in self.rows() {
            let key = row.key.to_string();
            let party = row.party.map(|party| party.to_string());
            let party = party.unwrap_or_default();
            let mut line = |candidates: &str, more: [&str; 8]| -> io::Result<()> {
                let cells = [&*key, &row.name, row.kind.name(), &party].into_iter();
                let decided = row.step.iter();
                let decided = decided.flat_map(|step| [candidates, "", step.as_str()]);
                let cells = cells.chain(more).chain(decided).map(defuse);
                Ok(csv.write_record(cells.map(|cell| cell.into_owned().into_bytes()))?)
            };
            let detail = row.detail.as_deref().unwrap_or_default();
            let hint = row.hint.as_deref().unwrap_or_default();
            // In words, which no spreadsheet reads as one number.
            let candidates: Vec<String> = row.candidates.iter().map(ToString::to_string).collect();
            let candidates = candidates.join(" or ");
            line(&candidates, ["", "", "", "", "", &row.reason, detail, hint])?;
            for field in &row.fields {
                let values = [&field.before, &field.after, &field.source];
                let [before, after, source] =
                    values.map(|value| value.as_deref().unwrap_or_default());
                let (of, policy) = (field.field.to_string(), field.policy.name());
                line(
                    "",
                    [&of, before, after, source, policy, field.why(), "", ""],
                )?;
            }
        }
        csv.flush()
    }
}

/// In the column of customers, the line for all ambiguous customers of one kind.
const ALL: &str = "all";

/// The line that decides on all customers that are ambiguous by this, if there are several.
fn line_for_all(plan: &Plan, by: MatchedBy) -> Option<[String; 15]> {
    let is_by = |step: &&Step| matches!(step.action, Action::Ambiguous { by: Some(found), .. } if found == by);
    let customers = plan.steps.iter().filter(is_by).count();
    if customers < 2 {
        return None;
    }
    let new = if by.may_be_new() { ", new" } else { "" };
    let why = format!(
        "{customers} customers found by {}: write link (to the only candidate of each){new} or skip to decide on all that \
         have no decision of their own",
        by.words()
    );
    let kind = OutcomeKind::Ambiguous.name();
    let step = format!("{ALL} {}", by.name());
    let cells = [
        ALL, "", kind, "", "", "", "", "", "", &why, "", "", "", "", &step,
    ];
    Some(cells.map(str::to_owned))
}

impl Overrides {
    /// Reads the decisions from a file of [`Document::csv`](super::Document::csv), also after a spreadsheet saved it
    /// with another separator, rows or columns reordered, rows or informational columns removed, blank columns added, or
    /// values converted to numbers. A customer whose row is gone is not decided. [`Plan::decided`] then compares the keys
    /// with the plan.
    ///
    /// # Errors
    /// Everything that is wrong, each with its line, its column and what to do.
    pub fn from_csv(mut file: impl Read) -> Result<Self, Faults> {
        let mut bytes = Vec::new();
        if let Err(error) = file.read_to_end(&mut bytes) {
            return Err(Faults(vec![fault(
                None,
                DECISION,
                format!("the file cannot be read: {error}"),
            )]));
        }
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            let why = "the file is UTF-16; save it as CSV in UTF-8".to_owned();
            return Err(Faults(vec![fault(Some(1), DECISION, why)]));
        }
        let header = bytes
            .split(|byte| matches!(byte, b'\n' | b'\r'))
            .next()
            .unwrap_or_default();
        let count = |separator: &Separator| header.split(|byte| *byte == separator.byte()).count();
        let separator = Separator::ALL
            .into_iter()
            .max_by_key(count)
            .unwrap_or(Separator::Comma);
        let mut csv = ::csv::ReaderBuilder::new()
            .delimiter(separator.byte())
            .flexible(true)
            .from_reader(bytes.as_slice());
        let cell = |record: &::csv::ByteRecord, at: Option<usize>| {
            let cell = at.and_then(|at| record.get(at)).unwrap_or_default();
            restore(String::from_utf8_lossy(cell).trim()).to_owned()
        };
        let header = csv.byte_headers().cloned().unwrap_or_default();
        let at = |name: &str| {
            (0..header.len()).find(|at| cell(&header, Some(*at)).eq_ignore_ascii_case(name))
        };
        let columns = [CUSTOMER, FIELD, DECISION, STEP].map(|name| (name, at(name)));
        let missing = columns.iter().filter(|(_, at)| at.is_none());
        let missing = missing.map(|(name, _)| {
            fault(
                Some(1),
                name,
                "it is missing; take the file that the plan wrote".to_owned(),
            )
        });
        Faults::of(missing.collect())?;

        let mut overrides = Self::default();
        let mut faults = Vec::new();
        // Rows as a spreadsheet counts them: the header is line 1, and a cell with line breaks is one row.
        for (record, line) in csv.byte_records().zip(2..) {
            // Cannot fail: any bytes and any number of cells are accepted, and the file is in memory.
            let Ok(record) = record else { continue };
            let cells = columns.map(|(_, at)| cell(&record, at));
            let [key, field, decision, step] = cells;
            let cells = [key, field, decision, step.to_ascii_lowercase()];
            faults.extend(overrides.line(Some(line), &cells).err());
        }
        Faults::of(faults)?;
        Ok(overrides)
    }

    /// Reads the line for all ambiguous customers of one kind.
    fn line_for_all(&mut self, line: Option<u64>, decision: &str, step: &str) -> Result<(), Fault> {
        // Filled down the column, it decides nothing here.
        if decision.is_empty() || parse_decision(decision) == Some(Decision::Apply) {
            return Ok(());
        }
        let fault = |column, why: &str| fault(line, column, why.to_owned());
        let name = step.strip_prefix(ALL).map(str::trim);
        let by = MatchedBy::ALL
            .into_iter()
            .find(|by| Some(by.name()) == name);
        let by = by.ok_or_else(|| {
            fault(
                STEP,
                "not a kind of ambiguous customers, such as all company_and_address; restore the original value",
            )
        })?;
        let decision = parse_decision(decision).filter(|decision| match decision {
            Decision::LinkCandidate | Decision::Skip => true,
            Decision::New => by.may_be_new(),
            _ => false,
        });
        let decision = decision.ok_or_else(|| {
            let why = if by.may_be_new() {
                "not a decision for all of a kind; write link, new, skip or nothing"
            } else {
                "not a decision for all of this kind, of which Billit would merge new parties; write link, skip or nothing"
            };
            fault(DECISION, why)
        })?;
        match self.for_all.insert(by, (decision, line)) {
            Some((other, _)) if other != decision => Err(fault(
                DECISION,
                "another line decides otherwise on this kind; leave one of them",
            )),
            _ => Ok(()),
        }
    }

    /// Reads one line.
    fn line(
        &mut self,
        line: Option<u64>,
        [key, field, decision, step]: &[String; 4],
    ) -> Result<(), Fault> {
        // A blank line, or that of a warning.
        let is_nobody = [key, field, step].iter().all(|cell| cell.is_empty());
        let is_nothing = decision.is_empty() || parse_decision(decision) == Some(Decision::Apply);
        if is_nobody && is_nothing {
            return Ok(());
        }
        let fault = |column, why: &str| fault(line, column, why.to_owned());
        if key.eq_ignore_ascii_case(ALL) {
            return self.line_for_all(line, decision, step);
        }
        let key: CustomerKey = key.parse().map_err(|_| {
            fault(
                CUSTOMER,
                "not a customer's key, such as planyo:7; restore the original value",
            )
        })?;
        let none = || fault(DECISION, NO_DECISION);
        let given = Some(decision).filter(|decision| !decision.is_empty());
        let decision = given
            .map(|decision| parse_decision(decision).ok_or_else(none))
            .transpose()?;
        if step.is_empty() {
            return match decision {
                None => Ok(()),
                Some(_) => Err(fault(
                    STEP,
                    "it is blank, so it is unknown what was decided on; restore the original value",
                )),
            };
        }
        let decided = self.entry(&key, step.clone());
        decided.line = decided.line.or(line);
        if field.is_empty() {
            if decided
                .decision
                .is_some_and(|other| Some(other) != decision)
            {
                return Err(fault(
                    DECISION,
                    "another line decides otherwise on this customer; leave one of them",
                ));
            }
            decided.decision = decision;
            decided.line = line;
            return Ok(());
        }
        let of: Field = field.parse().map_err(|_| {
            fault(
                FIELD,
                "Billit has no such field; restore the original value",
            )
        })?;
        match decision {
            None | Some(Decision::Apply) => {}
            Some(Decision::Keep) => drop(decided.keep.insert(of, line)),
            Some(_) => {
                return Err(fault(
                    DECISION,
                    "a field can only be kept; decide on the customer in the line above its fields",
                ));
            }
        }
        Ok(())
    }
}

const NO_DECISION: &str = "not a decision; write apply, skip, keep, new, link, or link and the id of a party, such as link 512";

/// The decision in a cell.
fn parse_decision(cell: &str) -> Option<Decision> {
    let cell = cell.to_lowercase();
    let words: Vec<&str> = cell.split_whitespace().collect();
    Some(match words.as_slice() {
        ["apply"] => Decision::Apply,
        ["skip"] => Decision::Skip,
        ["keep"] => Decision::Keep,
        ["new"] => Decision::New,
        ["link"] => Decision::LinkCandidate,
        ["link", "to", "party", id] | ["link", "party" | "to", id] | ["link", id] => {
            Decision::Link(id.parse::<i64>().ok().filter(|id| *id > 0)?.into())
        }
        _ => return None,
    })
}
