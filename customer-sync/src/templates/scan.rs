//! What a template may say: its words are read before it is compiled, so that a mistake is found with its place when the
//! rules are read, and so that nothing can grow without end.

use super::{Mistake, PROPERTIES};

/// The tags of a template. Without `set`, `with` and macros no text is built up step by step.
const TAGS: [&str; 6] = ["if", "elif", "else", "endif", "for", "endfor"];

/// What stands in `{{ }}`, in `{% %}`, or in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word<'a> {
    /// The begin of `{% %}` or `{{ }}`, and the end of either.
    Tag,
    Output,
    End,
    Name(&'a str),
    Text(String),
    Sign(char),
}

/// A word and the byte at which it begins.
struct Placed<'a> {
    at: usize,
    word: Word<'a>,
}

/// The mistake at a byte of the text.
pub(super) fn mistake(text: &str, at: usize, what: impl Into<String>) -> Mistake {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let in_line = before.get(line_start..).unwrap_or_default();
    Mistake {
        line: before.matches('\n').count() + 1,
        column: in_line.chars().count() + 1,
        what: what.into(),
    }
}

/// The custom properties that a template or an expression names, each once; a mistake for what it may not say.
pub(super) fn check(
    text: &str,
    is_expression: bool,
    filters: &[&str],
    tests: &[&str],
) -> Result<Vec<String>, Mistake> {
    let words = words(text, is_expression);
    let mut properties = Vec::new();
    for (index, placed) in words.iter().enumerate() {
        let before = |by: usize| Some(&words.get(index.checked_sub(by)?)?.word);
        let after = |by: usize| words.get(index + by).map(|placed| &placed.word);
        let wrong = |what: String| mistake(text, placed.at, what);
        match &placed.word {
            Word::Sign('*') => {
                return Err(wrong("`*` is not part of this language".to_owned()));
            }
            Word::Name(name) if before(1) == Some(&Word::Tag) => {
                if !TAGS.contains(name) {
                    return Err(wrong(format!(
                        "there is no tag `{name}`; there are {}",
                        TAGS.join(", ")
                    )));
                }
                if *name == "for" {
                    loop_over_properties(text, placed.at, words.get(index..).unwrap_or_default())?;
                }
            }
            Word::Name(name) if before(1) == Some(&Word::Sign('|')) => {
                exists("filter", name, filters).map_err(wrong)?;
            }
            Word::Name(name) if is_test(before(1), before(2)) && *name != "not" => {
                exists("test", name, tests).map_err(wrong)?;
            }
            Word::Name(name) if after(1) == Some(&Word::Sign('(')) && !is_operator(name) => {
                return Err(wrong(format!(
                    "`{name}(...)` is not part of this language: nothing is called; write a filter, as in `| upper`"
                )));
            }
            Word::Name(PROPERTIES) if before(1) != Some(&Word::Sign('.')) => {
                let named = match (after(1), after(2)) {
                    (Some(Word::Sign('.')), Some(Word::Name(name))) => Some((*name).to_owned()),
                    (Some(Word::Sign('[')), Some(Word::Text(name))) => Some(name.clone()),
                    _ => None,
                };
                properties.extend(named.filter(|named| !properties.contains(named)));
            }
            _ => {}
        }
    }
    Ok(properties)
}

/// A mistake if an expression has the braces of a template, which end it for the compiler.
pub(super) fn check_braces(text: &str) -> Result<(), Mistake> {
    let words = words(text, true);
    let signs = words.windows(2).find_map(|pair| {
        let [first, second] = pair else { return None };
        let (Word::Sign(one), Word::Sign(two)) = (&first.word, &second.word) else {
            return None;
        };
        let is_brace = matches!((one, two), ('{', '{' | '%' | '#') | ('}' | '%' | '#', '}'));
        (is_brace && second.at == first.at + 1).then_some(first.at)
    });
    match signs {
        Some(at) => Err(mistake(
            text,
            at,
            "an expression has no `{{`, `}}`, `{%` or `%}`: write a blank between the braces of a map",
        )),
        None => Ok(()),
    }
}

/// The byte at which a name stands for the first time, not as an attribute.
pub(super) fn place_of(text: &str, is_expression: bool, name: &str) -> usize {
    let words = words(text, is_expression);
    let found = words.iter().enumerate().find(|(index, placed)| {
        let before = index.checked_sub(1).and_then(|before| words.get(before));
        let is_attribute = before.is_some_and(|before| before.word == Word::Sign('.'));
        placed.word == Word::Name(name) && !is_attribute
    });
    found.map_or(0, |(_, placed)| placed.at)
}

fn exists(what: &str, name: &str, known: &[&str]) -> Result<(), String> {
    if known.contains(&name) {
        Ok(())
    } else {
        Err(no_such(what, name, known))
    }
}

/// What to say of a name that does not exist.
pub(super) fn no_such(what: &str, name: &str, known: &[&str]) -> String {
    format!(
        "there is no {what} `{name}`; there are {}",
        known.join(", ")
    )
}

/// Whether the words before are `is`, or `is not`.
fn is_test(before: Option<&Word<'_>>, further: Option<&Word<'_>>) -> bool {
    match before {
        Some(Word::Name("is")) => true,
        Some(Word::Name("not")) => further == Some(&Word::Name("is")),
        _ => false,
    }
}

/// Words before which a bracket is none of a call.
fn is_operator(name: &str) -> bool {
    ["and", "or", "not", "in", "is", "if", "else", "elif"].contains(&name)
}

/// A loop goes over the custom properties and nothing else.
fn loop_over_properties(text: &str, at: usize, words: &[Placed<'_>]) -> Result<(), Mistake> {
    let mut rest = words.iter().map(|placed| &placed.word);
    let found = rest.find(|word| matches!(word, Word::Name("in") | Word::End));
    let over = rest.next();
    if found == Some(&Word::Name("in")) && over == Some(&Word::Name(PROPERTIES)) {
        return Ok(());
    }
    let what = format!("a loop goes over `{PROPERTIES}` only, as in `for name in {PROPERTIES}`");
    Err(mistake(text, at, what))
}

fn words(text: &str, is_expression: bool) -> Vec<Placed<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    let mut is_code = is_expression;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if !is_code {
            // A comment ends a text too.
            let Some(open) = rest.find('{') else { break };
            let tail = rest.get(open..).unwrap_or_default();
            let begin = at + open;
            if tail.starts_with("{#") {
                let end = tail.find("#}").map_or(tail.len(), |end| end + 2);
                at = begin + end;
            } else if let Some(word) = opening(tail) {
                is_code = true;
                words.push(Placed { at: begin, word });
                at = begin + 2;
                // `{%-` and `{{+` trim the blanks before.
                let trims = text
                    .get(at..)
                    .is_some_and(|rest| rest.starts_with(['-', '+']));
                at += usize::from(trims);
            } else {
                at = begin + 1;
            }
            continue;
        }
        if !is_expression && (rest.starts_with("%}") || rest.starts_with("}}")) {
            // A map may end with `}` before the `}}`.
            let maps = open_braces(&words);
            if !(rest.starts_with("}}") && maps > 0) {
                words.push(Placed {
                    at,
                    word: Word::End,
                });
                is_code = false;
                at += 2;
                continue;
            }
        }
        let (word, length) = word(rest);
        words.extend(word.map(|word| Placed { at, word }));
        at += length;
    }
    words
}

fn opening(tail: &str) -> Option<Word<'static>> {
    if tail.starts_with("{%") {
        Some(Word::Tag)
    } else if tail.starts_with("{{") {
        Some(Word::Output)
    } else {
        None
    }
}

/// How many maps are open since the last begin.
fn open_braces(words: &[Placed<'_>]) -> usize {
    let since = words.iter().rev();
    let since = since.take_while(|placed| !matches!(placed.word, Word::Tag | Word::Output));
    let (mut opened, mut closed) = (0_usize, 0_usize);
    for placed in since {
        opened += usize::from(placed.word == Word::Sign('{'));
        closed += usize::from(placed.word == Word::Sign('}'));
    }
    opened.saturating_sub(closed)
}

/// The first word of a text, if it does not begin with a blank, and its length.
fn word(rest: &str) -> (Option<Word<'_>>, usize) {
    let Some(first) = rest.chars().next() else {
        return (None, 1);
    };
    if first.is_alphabetic() || first == '_' {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        return (rest.get(..end).map(Word::Name), end);
    }
    if first == '"' || first == '\'' {
        let mut text = String::new();
        let mut escaped = false;
        for (at, c) in rest.char_indices().skip(1) {
            if !escaped && c == first {
                return (Some(Word::Text(text)), at + 1);
            }
            if escaped || c != '\\' {
                text.push(c);
            }
            escaped = !escaped && c == '\\';
        }
        return (Some(Word::Text(text)), rest.len());
    }
    let is_sign = !first.is_whitespace() && !first.is_ascii_digit();
    (is_sign.then_some(Word::Sign(first)), first.len_utf8())
}
