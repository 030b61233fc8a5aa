//! The character encoding of a file.

/// The encoding of characters beyond ASCII. It is detected from the first row that has one; a later row in another
/// encoding is malformed, so that a broken row does not turn other names into `ZoÃ«`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// No such character so far.
    #[default]
    Unknown,
    Utf8,
    /// Windows-1252: Latin-1 with more characters, such as `€` and `’`.
    Latin1,
}

impl Encoding {
    /// The encoding after another row, or what is wrong with the row. `row` is its text, if it is UTF-8.
    pub(super) fn after(self, row: Option<&str>) -> Result<Self, &'static str> {
        match (self, row) {
            (Self::Utf8, Some(_)) => Ok(self),
            (_, Some(text)) if text.is_ascii() => Ok(self),
            (Self::Unknown, Some(_)) => Ok(Self::Utf8),
            (Self::Latin1, Some(_)) => Err("it is UTF-8, and the rows before are Latin-1"),
            (Self::Unknown | Self::Latin1, None) => Ok(Self::Latin1),
            (Self::Utf8, None) => Err("it is not UTF-8, as the rows before are"),
        }
    }
}

/// The text of bytes in Windows-1252.
pub(super) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| letter(*byte)).collect()
}

/// Where Windows-1252 differs from Latin-1. Its five unassigned bytes stay as in Latin-1.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn letter(byte: u8) -> char {
    let sign = byte
        .checked_sub(0x80)
        .and_then(|at| WINDOWS_1252.get(usize::from(at)));
    sign.copied().unwrap_or(char::from(byte))
}
