//! An export, or entries that a program keeps, as a source of customers.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt};

use super::deletion::is_upcoming;
use crate::core::customer::{Customer, CustomerKey, MappedCustomer, Problem};
use crate::core::matching::match_keys;
use crate::core::rules::MappingRules;
use crate::engine::source::key_of;
use crate::engine::{CustomerPage, CustomerPages, CustomerSource, SyncError};
use crate::extras::recalls::Appointment;
use crate::source::planfy::{
    BadRow, Column, Entry, ReadError, Reader, Row, customer, line_key, properties_of,
};

/// Customers per page.
const PAGE: usize = 1000;

/// Planfy's export of all customers, or the [entries](Self::entries) of all, as a source for
/// [`sync_customers`](crate::sync_customers).
///
/// The rules must be those of a Planfy account ([`rules`](crate::planfy::rules)), so that its ids differ from those of
/// other sources. The file is read twice, row by row and blocking: first to find ids that occur more than once. All
/// rows with such an id are quarantined, since it is unknown which one counts.
///
/// ```no_run
/// use customer_sync::planfy::{self, Export};
/// use customer_sync::{SyncOptions, sync_customers};
///
/// # async fn run(billit: billit_client::Client) -> Result<(), customer_sync::SyncError> {
/// let export = Export::file("export.csv");
/// let options = SyncOptions::default().rules(planfy::rules("shop"));
/// let report = sync_customers(&export, &billit, &options).await?;
/// println!("{report}");
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Export {
    content: Content,
    /// All appointments of the account, and today.
    appointments: Option<(Arc<[Appointment]>, NaiveDate)>,
}

#[derive(Clone)]
enum Content {
    File(PathBuf),
    Bytes(Arc<[u8]>),
    Entries(Arc<[Entry]>),
}

type Rows = Box<dyn Iterator<Item = Result<Result<Row, BadRow>, ReadError>> + Send>;
/// The lines of each key that occurs more than once.
type Repeated = BTreeMap<CustomerKey, Vec<u64>>;

impl Export {
    /// This file, read again at each run.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::of(Content::File(path.into()))
    }

    /// A file's content, such as an upload.
    #[must_use]
    pub fn bytes(content: impl Into<Arc<[u8]>>) -> Self {
        Self::of(Content::Bytes(content.into()))
    }

    /// Customers that a program keeps. Each is mapped as the same row of a file, with the same key; its place among them, from
    /// 1, stands for its line.
    ///
    /// ```no_run
    /// use customer_sync::planfy::{self, Entry, Export};
    /// use customer_sync::{SyncOptions, sync_customers};
    ///
    /// # async fn run(billit: billit_client::Client, kept: Vec<Entry>) -> Result<(), customer_sync::SyncError> {
    /// let options = SyncOptions::default().rules(planfy::rules("shop"));
    /// let report = sync_customers(&Export::entries(kept), &billit, &options).await?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn entries(entries: impl IntoIterator<Item = Entry>) -> Self {
        Self::of(Content::Entries(entries.into_iter().collect()))
    }

    fn of(content: Content) -> Self {
        Self {
            content,
            appointments: None,
        }
    }

    /// Adds all appointments of the account, and today: a customer with an upcoming one is not
    /// [removed](crate::plan_removal) (see [`deletion`](super::deletion)). Without them, this is unknown.
    #[must_use]
    pub fn appointments(
        mut self,
        appointments: impl Into<Arc<[Appointment]>>,
        today: NaiveDate,
    ) -> Self {
        self.appointments = Some((appointments.into(), today));
        self
    }

    /// The rows, those of a file as [`Reader`] reads them.
    ///
    /// # Errors
    /// When the file cannot be opened, or its first line is not that of an export of customers.
    pub fn rows(&self) -> Result<Rows, ReadError> {
        let input: Box<dyn Read + Send> = match &self.content {
            Content::File(path) => Box::new(File::open(path)?),
            Content::Bytes(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
            Content::Entries(entries) => {
                let entries = Arc::clone(entries);
                let rows = (0..entries.len()).zip(1..);
                let rows =
                    rows.filter_map(move |(at, line)| Some(Ok(Ok(entries.get(at)?.row(line)))));
                return Ok(Box::new(rows));
            }
        };
        Ok(Box::new(Reader::new(input)?))
    }

    fn read(&self, rules: &MappingRules) -> Result<(Rows, Repeated), SyncError> {
        if !rules.source_name().starts_with("planfy:") {
            return Err(SyncError::Source(
                "the rules are not those of a Planfy account: their source must be planfy: and a name, such as planfy:shop"
                    .into(),
            ));
        }
        let mut lines: BTreeMap<CustomerKey, u64> = BTreeMap::new();
        let mut repeated = Repeated::new();
        for row in self.rows().map_err(failed)? {
            let Ok(row) = row.map_err(failed)? else {
                continue;
            };
            let line = row.line();
            let Some(key) = key_of_row(&Ok(row), rules) else {
                continue;
            };
            if let Some(first) = lines.get(&key) {
                let lines = repeated.entry(key).or_insert_with(|| vec![*first]);
                lines.push(line);
            } else {
                lines.insert(key, line);
            }
        }
        Ok((self.rows().map_err(failed)?, repeated))
    }

    fn sharing(
        &self,
        customer: &Customer,
        rules: &MappingRules,
    ) -> Result<Vec<MappedCustomer>, SyncError> {
        let keys = match_keys(customer, rules);
        let (rows, repeated) = self.read(rules)?;
        let mut sharing = Vec::new();
        for row in rows {
            let mapped = map_row(&row.map_err(failed)?, &repeated, rules);
            let theirs = mapped.as_ref().map(|theirs| match_keys(theirs, rules));
            if theirs.is_ok_and(|theirs| theirs.iter().any(|key| keys.contains(key))) {
                sharing.push(mapped);
            }
        }
        Ok(sharing)
    }

    fn find(&self, id: &str, rules: &MappingRules) -> Result<MappedCustomer, SyncError> {
        let (rows, repeated) = self.read(rules)?;
        for row in rows {
            let mapped = map_row(&row.map_err(failed)?, &repeated, rules);
            if key_of(&mapped).id() == id {
                return Ok(mapped);
            }
        }
        Err(SyncError::NotFound(CustomerKey::new(
            rules.source_name(),
            id,
        )))
    }
}

fn failed(error: ReadError) -> SyncError {
    SyncError::Source(error.into())
}

/// The key of a row, if it has one.
fn key_of_row(row: &Result<Row, BadRow>, rules: &MappingRules) -> Option<CustomerKey> {
    let Ok(good) = row else { return None };
    match good.id() {
        Ok(Some(id)) => Some(crate::source::planfy::key(id, rules)),
        Ok(None) => Some(customer(row, rules).ok()?.key),
        Err(_) => None,
    }
}

/// The customer of a row; an error if its key occurs more than once.
fn map_row(row: &Result<Row, BadRow>, repeated: &Repeated, rules: &MappingRules) -> MappedCustomer {
    let mapped = customer(row, rules);
    let (Ok(row), Some(lines)) = (row, repeated.get(key_of(&mapped))) else {
        return mapped;
    };
    let is_first = lines.first() == Some(&row.line());
    let key = if is_first {
        key_of(&mapped).clone()
    } else {
        line_key(row.line(), rules)
    };
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let reason = format!(
        "one customer stands on the lines {}: which of them counts is unknown",
        lines.join(", ")
    );
    let name = mapped.as_ref().ok().and_then(Customer::name);
    let name = name.unwrap_or_default();
    Err((key, Problem::Malformed { why: reason, name }))
}

impl CustomerSource for Export {
    fn customers<'a>(&'a self, rules: &'a MappingRules) -> CustomerPages<'a> {
        let pages = stream::try_unfold(None, move |state| async move {
            let (mut rows, repeated) = match state {
                Some(state) => state,
                None => self.read(rules)?,
            };
            let mut page = CustomerPage::default();
            for row in rows.by_ref().take(PAGE) {
                let row = row.map_err(failed)?;
                if let Ok(row) = &row {
                    let country = row.get(Column::Country);
                    page.properties.add(country, properties_of(row));
                }
                page.customers.push(map_row(&row, &repeated, rules));
            }
            Ok((!page.customers.is_empty()).then_some((page, Some((rows, repeated)))))
        });
        pages.boxed()
    }

    fn customer<'a>(
        &'a self,
        id: &'a str,
        rules: &'a MappingRules,
    ) -> BoxFuture<'a, Result<MappedCustomer, SyncError>> {
        Box::pin(async move { self.find(id, rules) })
    }

    /// The rows that share a match key, in any spelling.
    fn similar<'a>(
        &'a self,
        customer: &'a Customer,
        rules: &'a MappingRules,
    ) -> BoxFuture<'a, Result<Option<Vec<MappedCustomer>>, SyncError>> {
        Box::pin(async move { self.sharing(customer, rules).map(Some) })
    }

    /// Planfy's file has no reservations.
    fn check_rules(&self, rules: &MappingRules) -> Result<(), SyncError> {
        match rules.filter_of().on_reservations() {
            Some(condition) => Err(SyncError::UnsupportedRules(format!(
                "`filter.{condition}` asks for reservations, which an export of Planfy does not have; remove it from the rules"
            ))),
            None => Ok(()),
        }
    }

    fn has_upcoming_reservations<'a>(
        &'a self,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<bool>, SyncError>> {
        let has_upcoming = self.appointments.as_ref().map(|(appointments, today)| {
            let mut theirs = appointments.iter().filter(|one| one.customer.id() == id);
            theirs.any(|one| is_upcoming(one, *today))
        });
        Box::pin(async move { Ok(has_upcoming) })
    }
}

impl fmt::Debug for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Export")
    }
}
