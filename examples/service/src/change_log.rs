//! The change log: what was changed for which customer, from what to what, when and by whom. It is read from the journal of the
//! runs and from lines that the service writes itself, such as a decision.
//!
//! A line of ours is the row `log/<moment>`, with a row `log_of/<customer>/<moment>` to find it by. A moment sorts as the ids of
//! runs do. So all customers are read by days, and one customer by its own rows, and neither reads the whole journal.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::ops::Bound;

use chrono::{DateTime, Days, NaiveDate, Utc};
use customer_sync::CustomerKey;
use customer_sync::merge::LastValue;
use customer_sync::store::{
    Actor, JournalAction, JournalEntry, RowChange, RunId, State, StateError, StateErrorKind, Table,
};
use serde::{Deserialize, Serialize};

use crate::notes::RunNote;
use crate::random::random_text;

/// Lines of ours, by their moments.
const LINES: &str = "log/";
/// The moments of a customer's lines.
const LINES_OF: &str = "log_of/";
/// The rows of so few customers are read one customer after another.
const FEW: usize = 50;
/// So many entries are read from the journal at once.
const BATCH: usize = 250;
/// A page reads so many entries at most, however few of them fit the filter.
const MOST_READ: usize = 5_000;

/// A decision on a customer, in [`Logged::what`].
pub const DECISION: &str = "decision";
/// A reminder that was ticked off.
pub const REMINDER: &str = "reminder";
/// A recall, an opt-out or a message, by a person.
pub const RECALL: &str = "recall";
/// The customer was forgotten.
pub const FORGOTTEN: &str = "forgotten";

/// One change of one customer. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: By,
    /// The customer.
    pub customer: CustomerKey,
    /// The field, as Billit or the source names it, or [`DECISION`], [`REMINDER`], [`FORGOTTEN`].
    pub what: String,
    /// The value before.
    #[serde(default)]
    pub before: String,
    /// The value afterwards.
    #[serde(default)]
    pub after: String,
    /// The run, if one did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// Whether a write failed or was killed, so that Billit may have it or not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub uncertain: bool,
}

impl fmt::Debug for Logged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Logged({} {} {})", self.at, self.customer, self.what)
    }
}

/// Who has changed something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The person who started or approved it.
    Person(String),
    /// A run by the schedule.
    Itself,
    /// A notification of the source.
    Notification,
    /// Somebody in Billit, between two runs.
    InBillit,
    /// The undo of a run, by this person.
    Undo(String),
    /// An import, by this person.
    Import(String),
}

impl By {
    /// The person, if it was one.
    #[must_use]
    pub fn person(&self) -> Option<&str> {
        match self {
            Self::Person(name) | Self::Undo(name) | Self::Import(name) => {
                Some(name.as_str()).filter(|name| !name.is_empty())
            }
            Self::Itself | Self::Notification | Self::InBillit => None,
        }
    }
}

/// Whose changes are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of a person, in whatever way.
    Person(String),
    /// Those of the schedule.
    Itself,
    /// Those of notifications.
    Notification,
    /// Those made in Billit.
    InBillit,
    /// Those of undone runs.
    Undo,
    /// Those of imports.
    Import,
}

/// Which lines are wanted. By default all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Those of these customers.
    pub customers: Option<BTreeSet<CustomerKey>>,
    /// Those of whom.
    pub whose: Option<Whose>,
    /// Those with this [`what`](Logged::what).
    pub what: Option<String>,
    /// Those since this time, included.
    pub from: Option<DateTime<Utc>>,
    /// Those until this time, excluded.
    pub until: Option<DateTime<Utc>>,
}

impl Filter {
    fn has_customer(&self, customer: &str) -> bool {
        let Some(wanted) = &self.customers else {
            return true;
        };
        customer
            .parse()
            .is_ok_and(|key: CustomerKey| wanted.contains(&key))
    }

    fn has(&self, line: &Logged) -> bool {
        let is_by = match &self.whose {
            None => true,
            Some(Whose::Person(name)) => line.by.person() == Some(name.as_str()),
            Some(Whose::Itself) => line.by == By::Itself,
            Some(Whose::Notification) => line.by == By::Notification,
            Some(Whose::InBillit) => line.by == By::InBillit,
            Some(Whose::Undo) => matches!(line.by, By::Undo(_)),
            Some(Whose::Import) => matches!(line.by, By::Import(_)),
        };
        is_by
            && self.what.as_ref().is_none_or(|what| *what == line.what)
            && self.from.is_none_or(|from| line.at >= from)
            && self.until.is_none_or(|until| line.at < until)
    }
}

/// Where a reader of the log is. The last moment comes first; a run has one moment for all of its customers: its beginning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    moment: Reverse<String>,
    customer: String,
}

impl Position {
    fn new(moment: &str, customer: &str) -> Self {
        Self {
            moment: Reverse(moment.to_owned()),
            customer: customer.to_owned(),
        }
    }

    /// The position of this text, as [`Display`](fmt::Display) writes it.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let (moment, customer) = text.split_once('/')?;
        day_of(moment)?;
        Some(Self::new(moment, customer))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.moment.0, self.customer)
    }
}

/// A page of the log.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The lines, the last first. All changes of one customer in one run are on one page, so they may be a few more.
    pub lines: Vec<Logged>,
    /// Behind what the next page begins, if there may be more. A page may be short, or empty, and have a next one, if few
    /// lines fit the filter.
    pub older: Option<Position>,
}

/// What is at a position.
enum Found {
    /// An entry of the journal that is not read yet.
    Unread,
    Entry(JournalEntry),
    Line(Logged),
}

/// A page of so many lines, behind this position.
///
/// # Errors
/// When the store cannot be read.
pub async fn read(
    state: &State,
    filter: &Filter,
    after: Option<&Position>,
    most: usize,
) -> Result<Page, StateError> {
    let mut reader = Reader {
        state,
        filter,
        people: HashMap::new(),
        most,
        read: 0,
        page: Page::default(),
    };
    if let Some(customers) = filter.customers.as_ref().filter(|all| all.len() <= FEW) {
        let mut found = BTreeMap::new();
        for customer in customers {
            found.append(&mut of_customer(state, customer).await?);
        }
        reader.take(found, after).await?;
        return Ok(reader.page);
    }
    let Some(first) = first_day(state).await? else {
        return Ok(reader.page);
    };
    // A run may go on after midnight.
    let from = filter.from.map(|from| day_before(from.date_naive()));
    let first = from.map_or(first, |from| first.max(from));
    let last = after.and_then(|after| day_of(&after.moment.0));
    let until = filter.until.map(|until| until.date_naive());
    let tomorrow = Utc::now().date_naive() + Days::new(1);
    let mut day = [last, until]
        .into_iter()
        .flatten()
        .fold(tomorrow, NaiveDate::min);
    while day >= first {
        let found = of_day(state, filter, day).await?;
        if reader.take(found, after).await? {
            break;
        }
        day = day_before(day);
    }
    Ok(reader.page)
}

/// All lines of one customer, the last first.
///
/// # Errors
/// When the store cannot be read.
pub async fn history(
    state: &State,
    customer: &CustomerKey,
    most: usize,
) -> Result<Vec<Logged>, StateError> {
    let filter = Filter {
        customers: Some([customer.clone()].into()),
        ..Filter::default()
    };
    let mut lines = Vec::new();
    let mut after = None;
    loop {
        let page = read(state, &filter, after.as_ref(), most - lines.len()).await?;
        lines.extend(page.lines);
        after = page.older;
        if after.is_none() || lines.len() >= most {
            return Ok(lines);
        }
    }
}

struct Reader<'a> {
    state: &'a State,
    filter: &'a Filter,
    /// Who has asked for a run.
    people: HashMap<RunId, String>,
    most: usize,
    read: usize,
    page: Page,
}

impl Reader<'_> {
    /// Takes what is behind a position, and says whether the page is full.
    async fn take(
        &mut self,
        mut found: BTreeMap<Position, Found>,
        after: Option<&Position>,
    ) -> Result<bool, StateError> {
        if let Some(after) = after {
            found = found.split_off(after);
            found.remove(after);
        }
        while let Some((begin, _)) = found.first_key_value() {
            let begin = begin.clone();
            let batch = found.range((Bound::Included(begin), Bound::Unbounded));
            let batch: Vec<Position> = batch
                .take(BATCH)
                .map(|(position, _)| position.clone())
                .collect();
            let mut entries = entries(self.state, &batch, &found).await?;
            for position in batch {
                let taken = match found.remove(&position) {
                    Some(Found::Unread) => entries.remove(&position).map(Found::Entry),
                    other => other,
                };
                let lines = match taken {
                    Some(Found::Entry(entry)) => self.lines(&entry).await?,
                    Some(Found::Line(line)) => vec![line],
                    Some(Found::Unread) | None => Vec::new(),
                };
                let lines = lines.into_iter().filter(|line| self.filter.has(line));
                self.page.lines.extend(lines);
                self.read += 1;
                if self.page.lines.len() >= self.most || self.read >= MOST_READ {
                    self.page.older = Some(position);
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    async fn lines(&mut self, entry: &JournalEntry) -> Result<Vec<Logged>, StateError> {
        let mut lines = Vec::with_capacity(entry.changes.len());
        for change in &entry.changes {
            let by = match change.by {
                Actor::Notification => By::Notification,
                Actor::BillitUser => By::InBillit,
                Actor::Undo => By::Undo(self.person(&entry.run).await?),
                _ => match self.person(&entry.run).await? {
                    nobody if nobody.is_empty() => By::Itself,
                    name => By::Person(name),
                },
            };
            // What somebody has changed in Billit is there, whatever became of the run.
            let failed = matches!(
                entry.action,
                JournalAction::Intended | JournalAction::Failed
            );
            lines.push(Logged {
                at: entry.at,
                uncertain: failed && by != By::InBillit,
                by,
                customer: entry.customer.clone(),
                what: change.field.to_string(),
                before: text_of(&change.before),
                after: text_of(&change.after),
                run: Some(entry.run.clone()),
            });
        }
        Ok(lines)
    }

    /// Who has asked for a run; empty for the schedule.
    async fn person(&mut self, run: &RunId) -> Result<String, StateError> {
        if let Some(known) = self.people.get(run) {
            return Ok(known.clone());
        }
        let row = format!("run/{run}");
        let note: Option<RunNote> = self.state.read(Table::Program, &row).await?;
        let by = note.map(|note| note.by).unwrap_or_default();
        self.people.insert(run.clone(), by.clone());
        Ok(by)
    }
}

/// The value, or that only its hash is kept.
#[must_use]
pub fn text_of(last: &LastValue) -> String {
    match last.value() {
        Some(value) => value.unwrap_or_default().to_owned(),
        None => "#".to_owned(),
    }
}

/// Those of these entries that are not read yet.
async fn entries(
    state: &State,
    positions: &[Position],
    found: &BTreeMap<Position, Found>,
) -> Result<BTreeMap<Position, JournalEntry>, StateError> {
    let unread = positions
        .iter()
        .filter(|position| matches!(found.get(position), Some(Found::Unread)));
    let unread: Vec<&Position> = unread.collect();
    let keys = unread.iter().map(|position| {
        let Position { moment, customer } = position;
        Table::Journal.key(&format!("{customer}/{}", moment.0))
    });
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let rows = state.store().get_many(&keys).await?;
    let mut read = BTreeMap::new();
    for (position, row) in unread.into_iter().zip(rows) {
        // One that was forgotten meanwhile is not there.
        let Some(row) = row else { continue };
        let entry = serde_json::from_str(&row.value).map_err(|_| {
            let what = "has a record in `journal` that this version cannot read; use the version that wrote it";
            StateError::new(StateErrorKind::Content, what)
        })?;
        read.insert(position.clone(), entry);
    }
    Ok(read)
}

/// What one customer has.
async fn of_customer(
    state: &State,
    customer: &CustomerKey,
) -> Result<BTreeMap<Position, Found>, StateError> {
    let mut found = BTreeMap::new();
    for entry in state.history(customer).await? {
        let position = Position::new(entry.run.as_str(), customer.as_str());
        found.insert(position, Found::Entry(entry));
    }
    for moment in moments_of(state, customer).await? {
        let line: Option<Logged> = state
            .read(Table::Program, &format!("{LINES}{moment}"))
            .await?;
        if let Some(line) = line.filter(|line| line.customer == *customer) {
            found.insert(Position::new(&moment, customer.as_str()), Found::Line(line));
        }
    }
    Ok(found)
}

/// The moments of a customer's lines.
async fn moments_of(state: &State, customer: &CustomerKey) -> Result<Vec<String>, StateError> {
    let prefix = format!("{LINES_OF}{customer}/");
    let mut moments = Vec::new();
    let read = state.each(Table::Program, &prefix, |key, (): ()| {
        let moment = key.strip_prefix(&prefix).unwrap_or(key);
        moments.push(moment.to_owned());
        Ok(())
    });
    read.await?;
    Ok(moments)
}

/// What was done on a day, in UTC.
async fn of_day(
    state: &State,
    filter: &Filter,
    day: NaiveDate,
) -> Result<BTreeMap<Position, Found>, StateError> {
    let day = day.format("%Y%m%dT").to_string();
    let mut found = BTreeMap::new();
    let read = state.each(Table::JournalByRun, &day, |key, (): ()| {
        if let Some((run, customer)) = key.split_once('/')
            && filter.has_customer(customer)
        {
            found.insert(Position::new(run, customer), Found::Unread);
        }
        Ok(())
    });
    read.await?;
    let prefix = format!("{LINES}{day}");
    let read = state.each(Table::Program, &prefix, |key, line: Logged| {
        if filter.has_customer(line.customer.as_str()) {
            let moment = key.strip_prefix(LINES).unwrap_or(key);
            let position = Position::new(moment, line.customer.as_str());
            found.insert(position, Found::Line(line));
        }
        Ok(())
    });
    read.await?;
    Ok(found)
}

/// The day of the first run or line that there is.
async fn first_day(state: &State) -> Result<Option<NaiveDate>, StateError> {
    let mut first = None;
    for (table, prefix) in [(Table::JournalByRun, ""), (Table::Program, LINES)] {
        let prefix = table.key(prefix)?;
        let rows = state.store().scan(&prefix, None, 1).await?;
        let day = rows
            .first()
            .and_then(|row| day_of(row.key.as_str().strip_prefix(prefix.as_str())?));
        first = [first, day].into_iter().flatten().min();
    }
    Ok(first)
}

fn day_of(moment: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(moment.get(..8)?, "%Y%m%d").ok()
}

fn day_before(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(1)).unwrap_or(NaiveDate::MIN)
}

/// The beginning of the moments of a time.
fn moment_of(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%S%.6fZ").to_string()
}

/// The rows of these lines, two for each.
///
/// # Errors
/// When a line is too long for a row.
pub(crate) fn rows(lines: &[Logged]) -> Result<Vec<RowChange>, StateError> {
    let chance = random_text();
    let chance = chance.get(..6).unwrap_or_default();
    let mut rows = Vec::with_capacity(2 * lines.len());
    for (index, line) in lines.iter().enumerate() {
        let moment = format!("{}-{index:06}{chance}", moment_of(line.at));
        rows.push(Table::Program.put(&format!("{LINES}{moment}"), line)?);
        let key = format!("{LINES_OF}{}/{moment}", line.customer);
        rows.push(Table::Program.put(&key, &())?);
    }
    Ok(rows)
}

/// The rows that remove the lines of a customer.
///
/// # Errors
/// When the store cannot be read.
pub(crate) async fn removal(
    state: &State,
    customer: &CustomerKey,
) -> Result<Vec<RowChange>, StateError> {
    let mut rows = Vec::new();
    for moment in moments_of(state, customer).await? {
        rows.push(Table::Program.remove(&format!("{LINES}{moment}"))?);
        rows.push(Table::Program.remove(&format!("{LINES_OF}{customer}/{moment}"))?);
    }
    Ok(rows)
}

/// The rows that remove the lines before a time.
///
/// # Errors
/// When the store cannot be read.
pub(crate) async fn removal_before(
    state: &State,
    before: DateTime<Utc>,
) -> Result<Vec<RowChange>, StateError> {
    let first_kept = format!("{LINES}{}", moment_of(before));
    let mut rows = Vec::new();
    let read = state.each(Table::Program, LINES, |key, line: Logged| {
        if *key < *first_kept {
            let moment = key.strip_prefix(LINES).unwrap_or(key);
            rows.push(Table::Program.remove(key)?);
            rows.push(Table::Program.remove(&format!("{LINES_OF}{}/{moment}", line.customer))?);
        }
        Ok(())
    });
    read.await?;
    Ok(rows)
}
