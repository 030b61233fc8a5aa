//! The table for a terminal, as plain text elsewhere.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::io::IsTerminal;

use unicode_normalization::char::is_combining_mark;

use super::{MISSING_REASON, Row, RowField, Source, rows_of_text, without_control_characters};
use crate::core::field::{Field, LINK};
use crate::core::plan::Plan;
use crate::core::policy::FieldPolicy;
use crate::core::report::{OutcomeKind, SyncReport};

/// A plan or a report as a table: the warnings, then a line for each customer, and below it the reason, where it does not
/// fit beside, and the written and the kept fields. Unchanged customers without kept fields are left out. What is noted of
/// more than three customers in the same words, with the same values, is counted at the end instead; so is the reason of
/// more than three created ones. Skipped ones come last; more than three with the same reason are counted. Plain text with
/// long lines, unless a [terminal](Self::on) is set.
#[derive(Clone, Copy)]
#[must_use]
pub struct Table<'a> {
    source: Source<'a>,
    values: Values,
    terminal: Terminal,
}

/// Whether names and values are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Values {
    Hidden,
    Shown,
}

/// The terminal that a table is shown on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terminal {
    width: Option<usize>,
    colours: Colours,
}

/// Whether a table has colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Colours {
    /// None.
    #[default]
    Plain,
    /// Those of ANSI terminals.
    Ansi,
}

impl Terminal {
    /// The terminal of a stream: with colours unless `NO_COLOR` is set or `TERM` is `dumb`, and as wide as `COLUMNS`
    /// or, with the feature `document`, the terminal itself. Plain if the stream is not a terminal.
    ///
    /// ```no_run
    /// # fn run(plan: &customer_sync::Plan) {
    /// use customer_sync::document::Terminal;
    ///
    /// println!("{}", plan.with_values().on(Terminal::of(&std::io::stdout())));
    /// # }
    /// ```
    #[must_use]
    pub fn of(stream: &impl IsTerminal) -> Self {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        if !stream.is_terminal() {
            return Self::default();
        }
        let plain = set("NO_COLOR").is_some() || set("TERM").as_deref() == Some("dumb");
        let columns = set("COLUMNS").and_then(|columns| columns.parse().ok());
        #[cfg(feature = "document")]
        let columns = columns.or_else(|| Some(terminal_size::terminal_size()?.0.0.into()));
        let terminal = Self::default().colours(if plain { Colours::Plain } else { Colours::Ansi });
        columns.map_or(terminal, |columns| terminal.width(columns))
    }

    /// Breaks lines that are longer than this, between words. Minimum: 60. Default: lines are not broken.
    #[must_use]
    pub fn width(mut self, columns: usize) -> Self {
        self.width = Some(columns.max(60));
        self
    }

    /// Whether to use colours.
    #[must_use]
    pub fn colours(mut self, colours: Colours) -> Self {
        self.colours = colours;
        self
    }
}

/// The indentation of further lines of a customer.
const INDENT: usize = 14;

/// What is said in the same words, with the same values, of more customers than this is said once, with their number.
const FEW: usize = 3;

/// A note of a customer: the words, and the values on both sides.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct SaidNote {
    words: String,
    values: String,
}

impl SaidNote {
    fn of(field: &RowField) -> Option<Self> {
        let kept = field.kept.as_ref()?;
        let values = [("Billit", &field.before), ("the source", &field.source)];
        let values = values
            .into_iter()
            .filter_map(|(who, value)| Some(format!("{who}: {}", value.as_deref()?)));
        let values: Vec<String> = values.collect();
        Some(Self {
            words: format!("{} {kept}", field.field),
            values: values.join(", "),
        })
    }

    fn text(&self, values: Values) -> String {
        if values == Values::Hidden || self.values.is_empty() {
            return self.words.clone();
        }
        format!("{} ({})", self.words, self.values)
    }
}

/// What is said of many customers alike.
#[derive(Default)]
struct SaidOfMany {
    /// Reasons of created customers.
    created: BTreeMap<String, usize>,
    notes: BTreeMap<SaidNote, usize>,
}

impl SaidOfMany {
    fn of(rows: impl Iterator<Item = Row>) -> Self {
        let mut said = Self::default();
        for row in rows {
            let notes: BTreeSet<SaidNote> = row.fields.iter().filter_map(SaidNote::of).collect();
            for note in notes {
                *said.notes.entry(note).or_default() += 1;
            }
            if row.kind == OutcomeKind::Created && row.reason != row.kind.name() {
                *said.created.entry(row.reason).or_default() += 1;
            }
        }
        said.created.retain(|_, number| *number > FEW);
        said.notes.retain(|_, number| *number > FEW);
        said
    }

    /// The note of a field, unless it is said of many.
    fn note_of(&self, field: &RowField) -> Option<SaidNote> {
        SaidNote::of(field).filter(|note| !self.notes.contains_key(note))
    }

    /// Whether something is left to say of an unchanged customer.
    fn leaves(&self, row: &Row) -> bool {
        let notes = || row.fields.iter().any(|field| self.note_of(field).is_some());
        row.kind != OutcomeKind::Unchanged || notes()
    }

    /// The reason, without what the outcome, the lines below or the end of the table say.
    fn reason_of<'a>(&self, row: &'a Row) -> Cow<'a, str> {
        if row.reason == row.kind.name()
            || row.kind == OutcomeKind::Unchanged
            || self.created.contains_key(&row.reason)
        {
            return Cow::Borrowed("");
        }
        let written = row.fields.iter().filter(|field| field.kept.is_none());
        let fields: Vec<String> = written.map(|field| field.field.to_string()).collect();
        let writes = format!("writes {}", fields.join(", "));
        match row.reason.split_once(&writes) {
            None => Cow::Borrowed(&row.reason),
            Some((before, "")) => Cow::Borrowed(before.trim_end_matches("; ")),
            Some(("", after)) => Cow::Borrowed(after.trim_start_matches("; ")),
            Some((before, after)) => {
                Cow::Owned(format!("{before}{}", after.trim_start_matches("; ")))
            }
        }
    }

    /// The notes and how many customers have each, the most frequent first.
    fn notes(&self, values: Values) -> Vec<(String, usize)> {
        // Without values several may be in the same words.
        let mut notes: BTreeMap<String, usize> = BTreeMap::new();
        for (note, number) in &self.notes {
            *notes.entry(note.text(values)).or_default() += number;
        }
        let mut notes: Vec<_> = notes.into_iter().collect();
        notes.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
        notes
    }
}

impl<'a> Table<'a> {
    fn with_values(source: Source<'a>) -> Self {
        Self {
            source,
            values: Values::Shown,
            terminal: Terminal::default(),
        }
    }

    fn without_values(source: Source<'a>) -> Self {
        Self {
            values: Values::Hidden,
            ..Self::with_values(source)
        }
    }

    /// For this terminal.
    pub fn on(mut self, terminal: Terminal) -> Self {
        self.terminal = terminal;
        self
    }

    fn row(&self, f: &mut fmt::Formatter<'_>, row: &Row, said: &SaidOfMany) -> fmt::Result {
        let shown = self.values == Values::Shown;
        let party = row
            .party
            .map_or_else(|| "-".to_owned(), |party| party.to_string());
        let mut line = format!(
            "  {:<11} {:<16} {party:>8}",
            row.kind.name(),
            row.key.to_string()
        );
        if shown {
            let name = without_control_characters(&row.name);
            let pad = 28_usize.saturating_sub(columns(&name));
            let _ = write!(line, "  {name}{:pad$}", "");
        }
        let reason = if shown {
            said.reason_of(row)
        } else {
            Cow::Borrowed(row.reason.as_str())
        };
        let width = self.terminal.width.unwrap_or(usize::MAX);
        let is_beside = !shown || columns(&line) + 2 + columns(&reason) <= width;
        let (beside, below) = if is_beside {
            (&*reason, "")
        } else {
            ("", &*reason)
        };
        self.line(f, &format!("{line}  {beside}"), Some(row.kind))?;
        if !below.is_empty() {
            self.below(f, below)?;
        }
        if shown {
            if let Some(detail) = &row.detail {
                self.below(f, &format!("Billit: {detail}"))?;
            }
            self.written(f, row)?;
        }
        if let Some(hint) = &row.hint {
            self.below(f, hint)?;
        }
        for field in &row.fields {
            if let Some(note) = said.note_of(field) {
                self.below(f, &note.text(self.values))?;
            }
        }
        Ok(())
    }

    /// The written fields: a line for each that had a value, and one for all that were blank. That a party gets the link of
    /// its customer is not said: linking is that.
    fn written(&self, f: &mut fmt::Formatter<'_>, row: &Row) -> fmt::Result {
        let written = || row.fields.iter().filter(|field| field.kept.is_none());
        for field in written().filter(|field| field.before.is_some()) {
            let value =
                |value: &Option<String>| value.clone().unwrap_or_else(|| "(blank)".to_owned());
            let (before, after) = (value(&field.before), value(&field.after));
            self.below(f, &format!("{}: {before} -> {after}", field.field))?;
        }
        let is_link = |field: &&RowField| {
            field.field == Field::Text(LINK) && field.after.as_deref() == Some(row.key.as_str())
        };
        let gets = |field: &RowField| Some(format!("{} {}", field.field, field.after.as_deref()?));
        let gets: Vec<String> = written()
            .filter(|field| field.before.is_none() && !is_link(field))
            .filter_map(gets)
            .collect();
        if gets.is_empty() {
            return Ok(());
        }
        self.below(f, &format!("gets {}", gets.join(", ")))
    }

    fn below(&self, f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
        self.line(f, &format!("{:INDENT$}{text}", ""), None)
    }

    /// A line, broken if it is wider than the terminal, with the kind in colour.
    fn line(
        &self,
        f: &mut fmt::Formatter<'_>,
        text: &str,
        kind: Option<OutcomeKind>,
    ) -> fmt::Result {
        let text = without_control_characters(text);
        let broken = match self.terminal.width {
            Some(width) => broken(text.trim_end(), width),
            None => text.trim_end().to_owned(),
        };
        f.write_char('\n')?;
        let coloured = kind
            .filter(|_| self.terminal.colours == Colours::Ansi)
            .and_then(|kind| Some((colour(kind), kind.name(), broken.split_once(kind.name())?)));
        match coloured {
            Some((colour, name, (before, after))) => {
                write!(f, "{before}\u{1b}[{colour}m{name}\u{1b}[0m{after}")
            }
            None => f.write_str(&broken),
        }
    }
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source.heading())?;
        // The table does not show the policies.
        let rows = || self.source.rows(|_, _| FieldPolicy::Overwrite);
        for warning in self.source.warnings() {
            self.line(f, &format!("  {:<11} {warning}", "warning"), None)?;
        }
        let alike = self.source.skipped_alike();
        let said = SaidOfMany::of(rows());
        for row in rows_of_text(rows, &alike).filter(|row| said.leaves(row)) {
            self.row(f, &row, &said)?;
        }
        if self.values == Values::Shown {
            for (reason, number) in &said.created {
                let kind = OutcomeKind::Created;
                let line = format!("  {:<11} {number} customers: {reason}", kind.name());
                self.line(f, &line, Some(kind))?;
            }
        }
        for (note, number) in said.notes(self.values) {
            self.line(
                f,
                &format!("  {:<11} {number} customers: {note}", "note"),
                None,
            )?;
        }
        for (reason, number) in &alike {
            let kind = OutcomeKind::Skipped;
            let line = format!("  {:<11} {number} customers: {reason}", kind.name());
            self.line(f, &line, Some(kind))?;
        }
        for missing_from_source in self.source.missing_from_source() {
            let (key, party) = (
                missing_from_source.key.to_string(),
                missing_from_source.party.to_string(),
            );
            self.line(
                f,
                &format!("  {:<11} {key:<16} {party:>8}  {MISSING_REASON}", "missing"),
                None,
            )?;
        }
        if let Some(unproven) = self.source.unproven_end() {
            self.line(f, &format!("  {unproven}"), None)?;
        }
        Ok(())
    }
}

impl Plan {
    /// The plan as a table with names and values. Personal data: show it, do not log it.
    pub fn with_values(&self) -> Table<'_> {
        Table::with_values(Source::Plan(self))
    }
}

impl SyncReport {
    /// The report as a table with names and values. Personal data: show it, do not log it.
    pub fn with_values(&self) -> Table<'_> {
        Table::with_values(Source::Report(self))
    }
}

/// Keys, fields and reasons, which can be logged.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Table::without_values(Source::Plan(self)).fmt(f)
    }
}

/// Keys, fields and reasons, which can be logged.
impl fmt::Display for SyncReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Table::without_values(Source::Report(self)).fmt(f)
    }
}

impl fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table({})", self.source.counts())
    }
}

fn colour(kind: OutcomeKind) -> u8 {
    match kind {
        OutcomeKind::Created => 32,
        OutcomeKind::Updated | OutcomeKind::Linked => 36,
        OutcomeKind::Unchanged => 2,
        OutcomeKind::Skipped | OutcomeKind::Conflict | OutcomeKind::Ambiguous => 33,
        OutcomeKind::Quarantined | OutcomeKind::Failed => 31,
    }
}

/// Breaks a line into several, each no wider than this unless a single word is, with the indentation of details.
fn broken(line: &str, width: usize) -> String {
    if columns(line) <= width {
        return line.to_owned();
    }
    let mut broken = String::with_capacity(line.len() + INDENT);
    let mut at = 0;
    for word in line.split_inclusive(' ') {
        let wide = columns(word.trim_end());
        if at + wide > width && at > INDENT {
            broken.truncate(broken.trim_end().len());
            let _ = write!(broken, "\n{:INDENT$}", "");
            at = INDENT;
        }
        broken.push_str(word);
        at += columns(word);
    }
    broken
}

/// About how many columns of a terminal a text takes: East Asian letters and emoji take two, combining accents none.
fn columns(text: &str) -> usize {
    let wide = |c: char| {
        matches!(c,
            '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}')
    };
    text.chars()
        .map(|c| match c {
            c if is_combining_mark(c) => 0,
            c if wide(c) => 2,
            _ => 1,
        })
        .sum()
}
