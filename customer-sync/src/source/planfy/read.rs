//! Reads an export row by row.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use csv_core::{ReadRecordResult, ReaderBuilder};

use super::column::Column;
use super::row::{BadRow, Columns, Row, id_of};
use super::text::{Encoding, latin1};
use crate::normalize::text::folded;

/// In bytes. A longer row is malformed.
const MAX_ROW: usize = 256 * 1024;
const CHUNK: usize = 64 * 1024;
/// How many bytes may be parsed again because of stray quotes, and two more for each byte read: otherwise a file of
/// stray quotes would take quadratic time.
const MAX_REPARSED: usize = 4 * MAX_ROW;
const STRAY_QUOTE: &str = "a quote is opened here, and not closed where the cell ends";
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The rows of a CSV file that Planfy exported, one at a time, with only one row and one chunk in memory.
///
/// - Columns may be in any order, their names in any case; those that Planfy does not document are
///   [properties](Row::properties). Only `name` is required.
/// - The separator is `;`, `,` or a tab, detected from the header, or what a first line such as `sep=;` says, which is
///   for spreadsheets. Cells may be quoted, and may then hold line breaks.
/// - The encoding is UTF-8, with or without a byte order mark, or Latin-1 (as Windows-1252), detected from the first
///   row with a character beyond ASCII.
/// - A row with too many or too few cells, in another encoding than the rows before, or with an unclosed quote is a
///   [`BadRow`], and reading continues. Rows inside a bad row are read on their own. If that happens too often, only
///   rows on one line are read.
/// - Rows without any text are skipped.
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
/// assert_eq!(bad.to_string(), "line 3, column 3 (`email`): the row ends here; the header has more columns");
/// assert!(rows.next().is_none());
/// # Ok::<(), customer_sync::planfy::ReadError>(())
/// ```
pub struct Reader<R> {
    input: R,
    parser: csv_core::Reader,
    delimiter: u8,
    /// The input buffer; `at..` is not parsed yet.
    buffer: Vec<u8>,
    at: usize,
    is_at_end: bool,
    /// The line at which the next row begins.
    line: u64,
    columns: Arc<Columns>,
    encoding: Encoding,
    /// The cells of the row, and the end of each.
    cells: Vec<u8>,
    ends: Vec<usize>,
    /// The rest of the line belongs to a row that was too long.
    is_skipping: bool,
    is_done: bool,
    /// Bytes to be parsed again.
    reparsed: usize,
}

/// Why a file cannot be read, or not further.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The input failed.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// UTF-16, as Excel's "Unicode text".
    #[error("the file is UTF-16: save it as CSV in UTF-8")]
    Utf16,
    /// The header is malformed.
    #[error("the header cannot be read: {0}")]
    Header(BadRow),
    /// A required column is missing.
    #[error("there is no column `{0}`: is this the right export, with its header?")]
    NoColumn(String),
    /// Two columns have the same name.
    #[error("column {first} and column {second} are both `{column}`: rename one of them")]
    TwoColumns {
        /// Its name.
        column: String,
        /// The position of the first, from 1.
        first: usize,
        /// The position of the second.
        second: usize,
    },
}

impl<R: Read> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// When the input fails, or its header is not that of an export of customers.
    pub fn new(input: R) -> Result<Self, ReadError> {
        let reader = Self::of_table(input)?;
        reader.position(Column::Name.name())?;
        Ok(reader)
    }

    /// Reads the header, whatever the file is of.
    pub(crate) fn of_table(input: R) -> Result<Self, ReadError> {
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
            reparsed: 0,
        };
        reader.fill()?;
        if [&b"\xff\xfe"[..], b"\xfe\xff"].contains(&reader.unparsed().get(..2).unwrap_or_default())
        {
            return Err(ReadError::Utf16);
        }
        if reader.unparsed().starts_with(BYTE_ORDER_MARK) {
            reader.at += BYTE_ORDER_MARK.len();
            reader.encoding = Encoding::Utf8;
        }
        let line = reader.whole_line()?;
        let (length, announced) = (line.len(), announced(line));
        if announced.is_some() {
            reader.at += length;
        }
        let detected = delimiter(reader.whole_line()?);
        reader.delimiter = announced.unwrap_or(detected);
        reader.parser = ReaderBuilder::new().delimiter(reader.delimiter).build();
        let names = match reader.row()? {
            None => return Ok(reader),
            Some(Err(bad)) => return Err(ReadError::Header(bad)),
            Some(Ok(row)) => row.cells().map(|name| name.trim().to_owned()).collect(),
        };
        reader.columns = Arc::new(Columns::of_header(names)?);
        Ok(reader)
    }

    /// The position of a column, from 0.
    pub(crate) fn position(&self, name: &str) -> Result<usize, ReadError> {
        let position = self.columns.named(name);
        let position = position.map_err(|(first, second)| two(name, first, second))?;
        position.ok_or_else(|| ReadError::NoColumn(name.to_owned()))
    }

    /// The next line that is not blank, up to its end.
    fn whole_line(&mut self) -> io::Result<&[u8]> {
        self.start_row()?;
        while !self.is_at_end
            && first_line(self.unparsed()).is_none()
            && self.unparsed().len() < MAX_ROW
        {
            self.fill()?;
        }
        Ok(first_line(self.unparsed()).unwrap_or(self.unparsed()))
    }

    /// The names of the columns that Planfy does not document, in the order of the file.
    pub fn property_names(&self) -> impl Iterator<Item = &str> {
        let others = self.columns.others.iter();
        others.filter_map(|position| self.columns.names.get(*position).map(String::as_str))
    }

    /// The input that is not parsed yet.
    fn unparsed(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// Reads another chunk.
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

    /// Skips line breaks before a row, and the rest of one that was too long. Whether there is a row.
    fn start_row(&mut self) -> io::Result<bool> {
        loop {
            if self.is_skipping {
                let end = (self.unparsed().iter()).position(|byte| b"\r\n".contains(byte));
                self.is_skipping = end.is_none();
                self.at += end.unwrap_or(self.unparsed().len());
            }
            let breaks = self
                .unparsed()
                .iter()
                .take_while(|byte| b"\r\n".contains(byte))
                .count();
            let skipped = self.unparsed().get(..breaks).unwrap_or_default();
            self.line += lines(skipped);
            self.at += breaks;
            if !self.unparsed().is_empty() {
                return Ok(true);
            }
            if self.is_at_end {
                return Ok(false);
            }
            self.fill()?;
        }
    }

    /// The next row that is not blank, or the header.
    fn row(&mut self) -> Result<Option<Result<Row, BadRow>>, ReadError> {
        loop {
            if !self.start_row()? {
                return Ok(None);
            }
            if self.reparsed > MAX_REPARSED
                && let Some(bad) = self.bad_line()?
            {
                return Ok(Some(Err(bad)));
            }
            let (length, cells) = self.parse()?;
            let second_line = after_first_break(self.unparsed().get(..length).unwrap_or_default());
            let row = self.validated(length, cells, second_line.is_some());
            let taken = match (&row, second_line) {
                // An unclosed quote may have included the following rows.
                (Err(_), Some(second_line)) => second_line,
                _ => length,
            };
            if row.is_err() {
                self.parser.reset();
                self.is_skipping = length > MAX_ROW && second_line.is_none();
            }
            self.reparsed = self.reparsed.saturating_sub(2 * taken) + (length - taken);
            let raw = self.unparsed().get(..taken).unwrap_or_default();
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

    /// The next line as a bad row, if a quote is opened on it and not closed.
    fn bad_line(&mut self) -> io::Result<Option<BadRow>> {
        let is_break = |byte: &u8| b"\r\n".contains(byte);
        while !self.is_at_end
            && self.unparsed().len() < MAX_ROW
            && !self.unparsed().iter().any(is_break)
        {
            self.fill()?;
        }
        let Some(end) = self.unparsed().iter().position(is_break) else {
            return Ok(None);
        };
        let line = self.unparsed().get(..end).unwrap_or_default();
        let (Some(cell), true) = stray_quote(line, self.delimiter) else {
            return Ok(None);
        };
        // They are of another row: this one was not parsed.
        self.ends.fill(0);
        self.at += end;
        self.reparsed = self.reparsed.saturating_sub(2 * end);
        Ok(Some(self.bad(cell + 1, STRAY_QUOTE)))
    }

    /// Parses a row into `cells` and `ends`: its length in bytes, and its number of cells.
    fn parse(&mut self) -> io::Result<(usize, usize)> {
        let (mut read, mut written, mut ended) = (0, 0, 0);
        loop {
            let unparsed = self.buffer.get(self.at + read..).unwrap_or_default();
            if unparsed.is_empty() && !self.is_at_end {
                // Too long: probably an unclosed quote.
                if read > MAX_ROW {
                    return Ok((read, ended));
                }
                self.fill()?;
                continue;
            }
            let cells = self.cells.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(ended..).unwrap_or_default();
            let (result, bytes, text, cells) = self.parser.read_record(unparsed, cells, ends);
            (read, written, ended) = (read + bytes, written + text, ended + cells);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.cells.resize(self.cells.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record | ReadRecordResult::End => return Ok((read, ended)),
            }
        }
    }

    /// Validates the parsed row.
    fn validated(&mut self, length: usize, cells: usize, is_long: bool) -> Result<Row, BadRow> {
        let raw = self.unparsed().get(..length).unwrap_or_default();
        // On one line, a stray quote may mean inches. Over several lines, it includes other rows in a cell.
        if is_long && let (Some(cell), _) = stray_quote(raw, self.delimiter) {
            return Err(self.bad(cell + 1, STRAY_QUOTE));
        }
        if length > MAX_ROW {
            return Err(self.bad(cells + 1, "the row is too long"));
        }
        let ends = self.ends.get(..cells).unwrap_or_default();
        let text = |from: usize, to: usize| self.cells.get(from..to).unwrap_or_default();
        let whole = text(0, ends.last().copied().unwrap_or_default());
        let wanted = self.columns.names.len();
        if wanted > 0 {
            let is_blank = |at: usize| ends.get(at - 1) == ends.get(at);
            if cells < wanted {
                let reason = "the row ends here; the header has more columns";
                return Err(self.bad(cells + 1, reason));
            }
            if let Some(extra) = (wanted..cells).find(|at| !is_blank(*at)) {
                return Err(self.bad(extra + 1, "there is a cell without a column name"));
            }
        }
        let utf8 = std::str::from_utf8(whole).ok();
        let encoding = self.encoding.after(utf8).map_err(|reason| {
            let starts = [0].into_iter().chain(ends.iter().copied());
            let mut parts = starts.zip(ends).map(|(from, to)| text(from, *to));
            let is_wrong = |cell| self.encoding.after(std::str::from_utf8(cell).ok()).is_err();
            let column = parts.position(is_wrong).unwrap_or_default();
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
        let position = self.columns.position(Column::PlanfyId);
        let id = position
            .filter(|position| position + 1 < column)
            .and_then(|position| {
                let before = position
                    .checked_sub(1)
                    .and_then(|before| self.ends.get(before));
                let from = before.copied().unwrap_or_default();
                let id = self.cells.get(from..*self.ends.get(position)?)?;
                std::str::from_utf8(id).ok().and_then(|id| id_of(id).ok())
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
    fn of_header(names: Vec<String>) -> Result<Self, ReadError> {
        let mut columns = Self::default();
        for (position, name) in names.iter().enumerate() {
            let key = folded(name);
            let known = Column::ALL.iter().zip(&mut columns.positions);
            let mut known = known.filter(|(column, _)| folded(column.name()) == key);
            match known.next() {
                None if name.is_empty() => {}
                None => columns.others.push(position),
                Some((column, Some(first))) => return Err(two(column.name(), *first, position)),
                Some((_, there)) => *there = Some(position),
            }
        }
        columns.names = names;
        Ok(columns)
    }
}

/// Two columns have one name. The positions are from 0.
fn two(column: &str, first: usize, second: usize) -> ReadError {
    ReadError::TwoColumns {
        column: column.to_owned(),
        first: first + 1,
        second: second + 1,
    }
}

fn lines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

/// The start of the second line of a row, if it has one.
fn after_first_break(raw: &[u8]) -> Option<usize> {
    let (_last, before) = raw.split_last()?;
    // A fast path: few have one.
    if !before.contains(&b'\n') && !before.contains(&b'\r') {
        return None;
    }
    let is_break = |byte: &u8| b"\r\n".contains(byte);
    let first = raw.iter().position(is_break)?;
    let rest = raw.get(first..)?;
    let next = first + rest.iter().take_while(|byte| is_break(byte)).count();
    (next < raw.len()).then_some(next)
}

/// The index of the cell whose quote is not closed at its end, and whether a quote is open at the end of the row.
fn stray_quote(raw: &[u8], delimiter: u8) -> (Option<usize>, bool) {
    #[derive(Clone, Copy)]
    enum At {
        Start,
        Plain,
        Quoted,
        /// After a quote that ends the cell, or is the first of an escaped pair.
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

/// The separator that a line such as `sep=;` announces. Spreadsheets read such a line, and do not show it.
fn announced(line: &[u8]) -> Option<u8> {
    let line = std::str::from_utf8(line).ok()?.trim_matches([' ', '"']);
    let (word, separator) = line.split_once('=')?;
    if !word.eq_ignore_ascii_case("sep") {
        return None;
    }
    match separator.as_bytes() {
        b"\\t" | b"\t" => Some(b'\t'),
        [sign] if sign.is_ascii_punctuation() => Some(*sign),
        _ => None,
    }
}

/// The separator of the header: `,`, `;` or a tab, whichever occurs most often outside quotes.
fn delimiter(names: &[u8]) -> u8 {
    let count = |delimiter: u8| {
        let mut is_quoted = false;
        let outside = names.iter().filter(|byte| {
            is_quoted ^= **byte == b'"';
            !is_quoted && **byte == delimiter
        });
        outside.count()
    };
    // Of several that occur equally often it is the last.
    let most = [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|delimiter| count(*delimiter));
    most.unwrap_or(b',')
}
