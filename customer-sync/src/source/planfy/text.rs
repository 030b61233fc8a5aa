//! Which letters the bytes of a file are.

/// How a file writes letters that ASCII does not have. The first row that has one tells, and a row that tells otherwise
/// is damaged: nobody's name may turn into `ZoÃ«` because another row is broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// No such letter so far.
    #[default]
    Unknown,
    Utf8,
    /// Windows-1252, which is Latin-1 and a few signs more, such as `€` and `’`.
    Latin1,
}

impl Encoding {
    /// What a row says of the encoding, after what is known of it; or what is wrong. `row` is its text, if it is UTF-8.
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

/// Where Windows-1252 differs from Latin-1; five places of it are empty, and stay what Latin-1 has.
const SIGNS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn letter(byte: u8) -> char {
    let sign = byte
        .checked_sub(0x80)
        .and_then(|at| SIGNS.get(usize::from(at)));
    sign.copied().unwrap_or(char::from(byte))
}
