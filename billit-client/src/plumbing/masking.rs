//! Parsers' sentences without personal data.

/// Why JSON could not be read: the parser's sentence and place, without any value of the record.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct DecodeError(String);

impl DecodeError {
    pub(crate) fn new(error: &serde_json::Error) -> Self {
        Self(masked(&error.to_string()))
    }
}

/// Masks what could be personal: everything between the first quote and the last, and words with an `@` or more than
/// three digits. Names of fields, which are the program's own, stay.
fn masked(sentence: &str) -> String {
    const MAX_CHARS: usize = 300;
    const QUOTES: [char; 2] = ['"', '`'];
    let names_a_field = ["missing field `", "duplicate field `"]
        .iter()
        .any(|start| sentence.starts_with(start));
    let quoted = sentence
        .split_once(QUOTES)
        .and_then(|(before, rest)| Some((before, rest.rsplit_once(QUOTES)?.1)));
    let sentence = match quoted {
        Some((before, after)) if !names_a_field => format!("{before}…{after}"),
        _ => sentence.to_owned(),
    };
    let personal = |word: &str| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        word.contains('@') || digits > 3
    };
    let words: Vec<_> = sentence
        .split_whitespace()
        .map(|word| if personal(word) { "…" } else { word })
        .collect();
    words.join(" ").chars().take(MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parser_s_sentence_keeps_its_sense_and_loses_its_data() {
        let cases = [
            ("a record must be an object", "a record must be an object"),
            (
                "missing field `id` at line 1 column 20",
                "missing field `id` at line 1 column 20",
            ),
            (
                "invalid type: string \"ann@example.com\", expected u64",
                "invalid type: string …, expected u64",
            ),
            (
                "invalid type: string \"Ann \\\"x\\\" Peeters\", expected u64",
                "invalid type: string …, expected u64",
            ),
            (
                "unknown variant `Ann ` Peeters`, expected `a` or `b` at line 1",
                "unknown variant … at line 1",
            ),
            (
                "invalid type: integer `403170701`, expected a map",
                "invalid type: integer …, expected a map",
            ),
            ("no such user: ann@example.com", "no such user: …"),
            ("one quote \" only", "one quote \" only"),
            ("", ""),
        ];
        for (sentence, expected) in cases {
            assert_eq!(masked(sentence), expected);
        }
    }
}
