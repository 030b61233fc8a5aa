//! Reading an export row by row.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use chrono::NaiveDate;
use csv_core::{ReadRecordResult, ReaderBuilder};

use super::column::Column;
use super::text::{Encoding, latin1};
use crate::normalize::csv_cell::restore;
use crate::normalize::text::folded;

/// In bytes. A longer row is none.
const LONGEST_ROW: usize = 256 * 1024;
const CHUNK: usize = 64 * 1024;
/// So many bytes may be parsed in vain because of stray quotes, and two more for each byte that is read: else a file of
/// nothing but stray quotes would take a lifetime.
const MOST_IN_VAIN: usize = 4 * LONGEST_ROW;
const STRAY_QUOTE: &str = "a quote is opened here, and not closed where the cell ends";
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The rows of a CSV file that Planfy exported, one at a time: however long the file, no more than one row and one
/// chunk of it is in memory.
///
/// - Columns may stand in any order, their names in any case; those that Planfy does not document are
///   [kept](Row::properties). Only `name` has to be there.
/// - `;` or `,` separates, as the line of names says. Cells may be quoted, and hold line breaks then.
/// - Letters are UTF-8, with or without a byte order mark, or Latin-1 (as Windows-1252): the first row with a letter
///   beyond ASCII tells.
/// - A row with too many or too few cells, of another encoding than the rows before, or with a quote that never closes
///   is given as a [`BadRow`], and the next is read. Where a bad row has swallowed others, they are read by themselves.
///   Where that happens all the time, each row has to be on one line.
/// - Rows without any text are left out.
///
/// ```
/// use customer_sync::planfy::{Column, Reader};
///
/// let export = "planfy_id;name;email;btw\n77;Ann Peeters;ann@example.com;BE0403170701\n78;Tom\n";
/// let mut rows = Reader::new(export.as_bytes())?;
/// let ann = rows.next().unwrap()?.unwrap();
/// assert_eq!(ann.get(Column::Name), Some("Ann Peeters"));
/// assert_eq!(ann.properties().collect::<Vec<_>>(), [("btw", "BE0403170701")]);
/// let bad = rows.next().unwrap()?.unwrap_err();
/// assert_eq!(bad.to_string(), "line 3, column 3 (`email`): the row ends here, and the line of names does not");
/// assert!(rows.next().is_none());
/// # Ok::<(), customer_sync::planfy::ReadError>(())
/// ```
pub struct Reader<R> {
    input: R,
    parser: csv_core::Reader,
    delimiter: u8,
    /// What was read and not given yet: `at..` of it.
    buffer: Vec<u8>,
    at: usize,
    is_at_end: bool,
    /// The line at which the next row begins.
    line: u64,
    columns: Arc<Columns>,
    encoding: Encoding,
    /// Where the parser writes cells, and where each of them ends.
    cells: Vec<u8>,
    ends: Vec<usize>,
    /// The rest of the line belongs to a row that was too long.
    is_skipping: bool,
    is_done: bool,
    /// Bytes that were parsed and given back.
    in_vain: usize,
}

/// Why a file cannot be read at all, or not further.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file itself.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Two bytes a letter, as Excel's "Unicode text" has it.
    #[error("the file is UTF-16: save it as CSV in UTF-8")]
    Utf16,
    /// The line of names is not one.
    #[error("the line of names cannot be read: {0}")]
    Header(BadRow),
    /// A column that has to be there.
    #[error("there is no column `{0}`: is this an export of customers, with its line of names?")]
    NoColumn(Column),
    /// Two columns of one name: which of them counts would be a guess.
    #[error("column {first} and column {second} are both `{column}`: rename one of them")]
    TwoColumns {
        /// What both are called.
        column: Column,
        /// The place of the first, counted from 1.
        first: usize,
        /// The place of the second.
        second: usize,
    },
}

/// A row that cannot be read. It shows no cell of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}{}: {reason}", named(name.as_deref()))]
#[non_exhaustive]
pub struct BadRow {
    /// The line of the file at which the row begins, counted from 1.
    pub line: u64,
    /// Which of its columns is wrong, counted from 1.
    pub column: usize,
    /// The column's name, where it has one.
    pub name: Option<String>,
    /// What is wrong.
    pub reason: String,
    /// The customer's id, where the row is not damaged before it.
    pub id: Option<String>,
}

fn named(name: Option<&str>) -> String {
    name.map(|name| format!(" (`{name}`)")).unwrap_or_default()
}

/// The line of names.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    /// Where each column that Planfy documents stands, if it does.
    places: [Option<usize>; Column::ALL.len()],
    /// The places of all the others that have a name.
    others: Vec<usize>,
}

impl<R: Read> Reader<R> {
    /// Reads the line of names.
    ///
    /// # Errors
    /// When the input fails, or its first line is not that of an export of customers.
    pub fn new(input: R) -> Result<Self, ReadError> {
        let mut reader = Self {
            input,
            parser: csv_core::Reader::new(),
            delimiter: b',',
            buffer: Vec::new(),
            at: 0,
            is_at_end: false,
            line: 1,
            columns: Arc::default(),
            encoding: Encoding::Unknown,
            cells: vec![0; 1024],
            ends: vec![0; 32],
            is_skipping: false,
            is_done: false,
            in_vain: 0,
        };
        reader.fill()?;
        if [&b"\xff\xfe"[..], b"\xfe\xff"].contains(&reader.ahead().get(..2).unwrap_or_default()) {
            return Err(ReadError::Utf16);
        }
        if reader.ahead().starts_with(BYTE_ORDER_MARK) {
            reader.at += BYTE_ORDER_MARK.len();
            reader.encoding = Encoding::Utf8;
        }
        reader.begin()?;
        while !reader.is_at_end
            && first_line(reader.ahead()).is_none()
            && reader.ahead().len() < LONGEST_ROW
        {
            reader.fill()?;
        }
        let names = first_line(reader.ahead()).unwrap_or(reader.ahead());
        reader.delimiter = delimiter(names);
        reader.parser = ReaderBuilder::new().delimiter(reader.delimiter).build();
        let names = match reader.row()? {
            None => return Err(ReadError::NoColumn(Column::Name)),
            Some(Err(bad)) => return Err(ReadError::Header(bad)),
            Some(Ok(row)) => row.cells().map(|name| name.trim().to_owned()).collect(),
        };
        reader.columns = Arc::new(Columns::named(names)?);
        Ok(reader)
    }

    /// The names of the columns that Planfy does not document, in the order of the file.
    pub fn property_names(&self) -> impl Iterator<Item = &str> {
        let others = self.columns.others.iter();
        others.filter_map(|place| self.columns.names.get(*place).map(String::as_str))
    }

    /// What was read and not parsed yet.
    fn ahead(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// Reads one chunk more.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.at);
        self.at = 0;
        let filled = self.buffer.len();
        self.buffer.resize(filled + CHUNK, 0);
        let read = loop {
            match self
                .input
                .read(self.buffer.get_mut(filled..).unwrap_or_default())
            {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.buffer.truncate(filled + *read.as_ref().unwrap_or(&0));
        self.is_at_end = read? == 0;
        Ok(())
    }

    /// Skips line breaks before a row, and what is left of one that was too long. Whether there is a row.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if self.is_skipping {
                let end = (self.ahead().iter()).position(|byte| b"\r\n".contains(byte));
                self.is_skipping = end.is_none();
                self.at += end.unwrap_or(self.ahead().len());
            }
            let breaks = self
                .ahead()
                .iter()
                .take_while(|byte| b"\r\n".contains(byte))
                .count();
            let skipped = self.ahead().get(..breaks).unwrap_or_default();
            self.line += lines(skipped);
            self.at += breaks;
            if !self.ahead().is_empty() {
                return Ok(true);
            }
            if self.is_at_end {
                return Ok(false);
            }
            self.fill()?;
        }
    }

    /// The next row that is not blank; of the first, no columns are known.
    fn row(&mut self) -> Result<Option<Result<Row, BadRow>>, ReadError> {
        loop {
            if !self.begin()? {
                return Ok(None);
            }
            if self.in_vain > MOST_IN_VAIN
                && let Some(bad) = self.bad_line()?
            {
                return Ok(Some(Err(bad)));
            }
            let (length, cells) = self.parse()?;
            let second_line = after_first_break(self.ahead().get(..length).unwrap_or_default());
            let row = self.checked(length, cells, second_line.is_some());
            let taken = match (&row, second_line) {
                // It may be bad for a quote, and hold others.
                (Err(_), Some(second_line)) => second_line,
                _ => length,
            };
            if row.is_err() {
                self.parser.reset();
                self.is_skipping = length > LONGEST_ROW && second_line.is_none();
            }
            self.in_vain = self.in_vain.saturating_sub(2 * taken) + (length - taken);
            let raw = self.ahead().get(..taken).unwrap_or_default();
            self.line += match second_line {
                Some(_) => lines(raw),
                None => u64::from(raw.ends_with(b"\n")),
            };
            self.at += taken;
            match row {
                Ok(row) if row.cells().all(|cell| cell.trim().is_empty()) => {}
                row => return Ok(Some(row)),
            }
        }
    }

    /// Takes the next line as a bad row, if a quote is opened on it and not closed.
    fn bad_line(&mut self) -> io::Result<Option<BadRow>> {
        let is_break = |byte: &u8| b"\r\n".contains(byte);
        while !self.is_at_end
            && self.ahead().len() < LONGEST_ROW
            && !self.ahead().iter().any(is_break)
        {
            self.fill()?;
        }
        let Some(end) = self.ahead().iter().position(is_break) else {
            return Ok(None);
        };
        let line = self.ahead().get(..end).unwrap_or_default();
        let (Some(cell), true) = stray_quote(line, self.delimiter) else {
            return Ok(None);
        };
        // It was not parsed: these are of another row.
        self.ends.fill(0);
        self.at += end;
        self.in_vain = self.in_vain.saturating_sub(2 * end);
        Ok(Some(self.bad(cell + 1, STRAY_QUOTE)))
    }

    /// Parses a row into `cells` and `ends`: how many bytes of what is ahead it takes, and how many cells it has.
    fn parse(&mut self) -> io::Result<(usize, usize)> {
        let (mut read, mut written, mut ended) = (0, 0, 0);
        loop {
            let ahead = self.buffer.get(self.at + read..).unwrap_or_default();
            if ahead.is_empty() && !self.is_at_end {
                // A quote that never closes: no row is so long.
                if read > LONGEST_ROW {
                    return Ok((read, ended));
                }
                self.fill()?;
                continue;
            }
            let cells = self.cells.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(ended..).unwrap_or_default();
            let (result, bytes, text, cells) = self.parser.read_record(ahead, cells, ends);
            (read, written, ended) = (read + bytes, written + text, ended + cells);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.cells.resize(self.cells.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record | ReadRecordResult::End => return Ok((read, ended)),
            }
        }
    }

    /// The row that was parsed, if it is one.
    fn checked(&mut self, length: usize, cells: usize, is_long: bool) -> Result<Row, BadRow> {
        let raw = self.ahead().get(..length).unwrap_or_default();
        // Within a line a stray quote may be an inch. Over several it takes other rows for the rest of a cell.
        if is_long && let (Some(cell), _) = stray_quote(raw, self.delimiter) {
            return Err(self.bad(cell + 1, STRAY_QUOTE));
        }
        if length > LONGEST_ROW {
            return Err(self.bad(cells + 1, "the row is too long"));
        }
        let ends = self.ends.get(..cells).unwrap_or_default();
        let text = |from: usize, to: usize| self.cells.get(from..to).unwrap_or_default();
        let whole = text(0, ends.last().copied().unwrap_or_default());
        let wanted = self.columns.names.len();
        if wanted > 0 {
            let is_blank = |at: usize| ends.get(at - 1) == ends.get(at);
            if cells < wanted {
                let reason = "the row ends here, and the line of names does not";
                return Err(self.bad(cells + 1, reason));
            }
            if let Some(extra) = (wanted..cells).find(|at| !is_blank(*at)) {
                return Err(self.bad(extra + 1, "there is a cell, and no name for it"));
            }
        }
        let utf8 = std::str::from_utf8(whole).ok();
        let encoding = self.encoding.after(utf8).map_err(|reason| {
            let starts = [0].into_iter().chain(ends.iter().copied());
            let mut parts = starts.zip(ends).map(|(from, to)| text(from, *to));
            let tells = |cell| self.encoding.after(std::str::from_utf8(cell).ok()).is_err();
            let column = parts.position(tells).unwrap_or_default();
            self.bad(column + 1, reason)
        })?;
        let mut row = Row {
            text: String::new(),
            ends: ends.to_vec(),
            line: self.line,
            columns: Arc::clone(&self.columns),
        };
        if let Some(text) = utf8 {
            text.clone_into(&mut row.text);
        } else {
            let mut from = 0;
            for end in &mut row.ends {
                row.text.push_str(&latin1(text(from, *end)));
                from = std::mem::replace(end, row.text.len());
            }
        }
        self.encoding = encoding;
        Ok(row)
    }

    fn bad(&self, column: usize, reason: &str) -> BadRow {
        let name = self.columns.names.get(column - 1);
        let place = self.columns.place(Column::PlanfyId);
        let id = place.filter(|place| place + 1 < column).and_then(|place| {
            let before = place
                .checked_sub(1)
                .and_then(|before| self.ends.get(before));
            let from = before.copied().unwrap_or_default();
            let id = self.cells.get(from..*self.ends.get(place)?)?;
            std::str::from_utf8(id).ok().and_then(id_of)
        });
        BadRow {
            line: self.line,
            column,
            name: name.filter(|name| !name.is_empty()).cloned(),
            reason: reason.to_owned(),
            id: id.map(str::to_owned),
        }
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Result<Row, BadRow>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let row = self.row();
        self.is_done = !matches!(row, Ok(Some(_)));
        row.transpose()
    }
}

impl<R> fmt::Debug for Reader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

impl Columns {
    fn named(names: Vec<String>) -> Result<Self, ReadError> {
        let mut columns = Self::default();
        for (place, name) in names.iter().enumerate() {
            let key = folded(name);
            let known = Column::ALL.iter().zip(&mut columns.places);
            let mut known = known.filter(|(column, _)| folded(column.name()) == key);
            match known.next() {
                None if name.is_empty() => {}
                None => columns.others.push(place),
                Some((column, Some(first))) => {
                    return Err(ReadError::TwoColumns {
                        column: *column,
                        first: *first + 1,
                        second: place + 1,
                    });
                }
                Some((_, there)) => *there = Some(place),
            }
        }
        columns.names = names;
        match columns.place(Column::Name) {
            Some(_) => Ok(columns),
            None => Err(ReadError::NoColumn(Column::Name)),
        }
    }

    fn place(&self, column: Column) -> Option<usize> {
        self.places.get(column as usize).copied().flatten()
    }
}

/// A customer as a row of the file has him, every cell as it was typed: what was [defused](crate::normalize::csv_cell) is as before.
/// `Debug` shows the line alone.
#[derive(Clone)]
pub struct Row {
    text: String,
    ends: Vec<usize>,
    line: u64,
    columns: Arc<Columns>,
}

impl Row {
    /// The line of the file at which it begins, counted from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// A cell; empty if it is blank, `None` if the file has no such column.
    #[must_use]
    pub fn get(&self, column: Column) -> Option<&str> {
        self.cell(self.columns.place(column)?)
    }

    /// The columns that Planfy does not document, with their names, in the order of the file.
    pub fn properties(&self) -> impl Iterator<Item = (&str, &str)> {
        let others = self.columns.others.iter();
        others.filter_map(|place| {
            Some((self.columns.names.get(*place)?.as_str(), self.cell(*place)?))
        })
    }

    /// The id that Planfy gave the customer, if it has one.
    ///
    /// # Errors
    /// When what stands there cannot be an id: anything but letters, digits, `-` and `_`. A spreadsheet makes `1.2E+7` of
    /// a long number.
    pub fn id(&self) -> Result<Option<&str>, BadRow> {
        match self.get(Column::PlanfyId).map(str::trim) {
            None | Some("") => Ok(None),
            Some(id) => match id_of(id) {
                Some(id) => Ok(Some(id)),
                None => Err(self.bad(Column::PlanfyId, "it is no id")),
            },
        }
    }

    /// Cells that Planfy's import does not take, as far as its documentation tells. They do not concern Billit.
    #[must_use]
    pub fn faults(&self) -> Vec<BadRow> {
        let filled = |column| {
            self.get(column)
                .map(str::trim)
                .filter(|text| !text.is_empty())
        };
        let is_date = |text: &str| text.len() == 10 && text.parse::<NaiveDate>().is_ok();
        let is_gender = |text: &str| ["male", "female"].contains(&text);
        let mut faults = Vec::new();
        if filled(Column::Dob).is_some_and(|text| !is_date(text)) {
            faults.push(self.bad(Column::Dob, "it is no date as 1980-02-29"));
        }
        if filled(Column::Gender).is_some_and(|text| !is_gender(text)) {
            faults.push(self.bad(Column::Gender, "it is neither male nor female"));
        }
        faults
    }

    pub(super) fn bad(&self, column: Column, reason: &str) -> BadRow {
        BadRow {
            line: self.line,
            column: self.columns.place(column).unwrap_or_default() + 1,
            name: Some(column.name().to_owned()),
            reason: reason.to_owned(),
            id: self
                .get(Column::PlanfyId)
                .and_then(id_of)
                .map(str::to_owned),
        }
    }

    fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter_map(|place| self.cell(place))
    }

    fn cell(&self, place: usize) -> Option<&str> {
        let before = place
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        let from = before.copied().unwrap_or_default();
        self.text.get(from..*self.ends.get(place)?).map(restore)
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row(line {}, ..)", self.line)
    }
}

/// A text as an id, if it can be one.
fn id_of(text: &str) -> Option<&str> {
    const LONGEST: usize = 64;
    let id = text.trim();
    let is_plain = id
        .bytes()
        .all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c));
    (is_plain && (1..=LONGEST).contains(&id.len())).then_some(id)
}

fn lines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

/// Where the second line of a row begins, if it has one.
fn after_first_break(raw: &[u8]) -> Option<usize> {
    let (_last, before) = raw.split_last()?;
    // Few have one, and this is quick to tell.
    if !before.contains(&b'\n') && !before.contains(&b'\r') {
        return None;
    }
    let is_break = |byte: &u8| b"\r\n".contains(byte);
    let first = raw.iter().position(is_break)?;
    let rest = raw.get(first..)?;
    let next = first + rest.iter().take_while(|byte| is_break(byte)).count();
    (next < raw.len()).then_some(next)
}

/// The cell of a row whose quote is not closed at its end, and whether a quote is open where the row ends.
fn stray_quote(raw: &[u8], delimiter: u8) -> (Option<usize>, bool) {
    #[derive(Clone, Copy)]
    enum At {
        Start,
        Plain,
        Quoted,
        /// Behind a quote that ends the cell, or is the first of two that were typed as one.
        Quote,
    }
    let (mut at, mut cell, mut stray) = (At::Start, 0, None);
    for byte in raw {
        let is_end = *byte == delimiter || b"\r\n".contains(byte);
        at = match (at, *byte) {
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) | (At::Start | At::Quote, b'"') => At::Quoted,
            _ if is_end => {
                cell += 1;
                At::Start
            }
            (At::Quote, _) => {
                stray = stray.or(Some(cell));
                At::Plain
            }
            _ => At::Plain,
        };
    }
    let is_open = matches!(at, At::Quoted);
    (stray.or(is_open.then_some(cell)), is_open)
}

/// The bytes before the first line break that is not in quotes.
fn first_line(bytes: &[u8]) -> Option<&[u8]> {
    let mut is_quoted = false;
    let end = bytes.iter().position(|byte| {
        is_quoted ^= *byte == b'"';
        !is_quoted && b"\r\n".contains(byte)
    });
    bytes.get(..end?)
}

/// What separates the names: the one of `;` and `,` that is there more often outside quotes.
fn delimiter(names: &[u8]) -> u8 {
    let mut is_quoted = false;
    let (mut semicolons, mut commas) = (0, 0);
    for byte in names {
        is_quoted ^= *byte == b'"';
        semicolons += usize::from(!is_quoted && *byte == b';');
        commas += usize::from(!is_quoted && *byte == b',');
    }
    if semicolons > commas { b';' } else { b',' }
}
