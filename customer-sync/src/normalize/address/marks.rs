//! The marks around a house number, written in one way before the line is read: `12/bus 3`, `12 - bus 3`, `12.bte 3` and
//! `12 bus3` all become `12 bus 3`.

use std::borrow::Cow;

use super::certainty::Certainty;
use super::conventions::{Conventions, Habit, Sign};
use super::key::Key;
use super::tokens::{is_number, is_number_word, is_ordinal, is_unit, is_value};
use super::words;
use crate::normalize::signs::{ascii_digit, is_dash};

/// A line in one way of writing.
pub(super) struct Plain<'a> {
    pub(super) line: Cow<'a, str>,
    /// Whether a mark with a space beside it was taken for the sign of a box: `12 / 3`.
    pub(super) has_guess: bool,
}

pub(super) fn plain<'a>(line: &'a str, conventions: &Conventions) -> Plain<'a> {
    if !has_marks(line) {
        return Plain {
            line: Cow::Borrowed(line),
            has_guess: false,
        };
    }
    let line = with_commas(line);
    let mut writer = Writer {
        out: String::with_capacity(line.len() + 8),
        last: Last::Other,
        has_guess: false,
        conventions,
    };
    for (position, segment) in line.split(',').enumerate() {
        let tokens: Vec<&str> = segment.split_whitespace().collect();
        if position > 0 {
            writer.out.push(',');
        }
        // "12, bus 3": the number is in the segment before.
        let mut at = 0;
        while let Some(word) = tokens.get(at) {
            let following = tokens.get(at + 1..).unwrap_or_default();
            let begins = at == 0;
            at += 1 + writer.word(word, following, begins);
        }
        writer.last = Last::Other;
    }
    Plain {
        has_guess: writer.has_guess,
        line: Cow::Owned(writer.out),
    }
}

/// Whether there may be something to write otherwise. Most lines have nothing.
fn has_marks(line: &str) -> bool {
    let is_letter = |c: u8| c.is_ascii_alphabetic() || !c.is_ascii();
    let (mut second, mut first) = (b' ', b' ');
    for c in line.bytes() {
        // "12" or "12A"
        let after_number = || first.is_ascii_digit() || is_letter(first) && second.is_ascii_digit();
        let is_mark = match c {
            b'/' | b':' | b';' | b'|' | b'(' | b'_' => true,
            b'.' => after_number(),
            b'-' => after_number() || first == b' ' || second == b' ',
            b' ' => first == b'b' && second == b' ',
            b'0'..=b'9' => first == b'.' || is_letter(first),
            _ => second.is_ascii_digit() && is_letter(first) && c.is_ascii_alphabetic(),
        };
        if is_mark {
            return true;
        }
        (second, first) = (first, c);
    }
    !line.is_ascii() && has_other_marks(line)
}

/// Dashes, digits and number signs that are not ASCII: `n°12`, but not `3º`.
fn has_other_marks(line: &str) -> bool {
    let mut last = ' ';
    line.chars().any(|c| {
        let before = std::mem::replace(&mut last, c);
        match c {
            _ if c.is_ascii() => false,
            '°' | 'º' => !before.is_ascii_digit(),
            '\u{80}'..='\u{24f}' => false,
            _ => c == '№' || is_dash(c) || ascii_digit(c).is_some(),
        }
    })
}

/// ASCII digits and dashes, and commas for the other signs between the parts of a line.
fn with_commas(line: &str) -> Cow<'_, str> {
    if line.is_ascii() && !line.contains([';', '|', '(']) {
        return Cow::Borrowed(line);
    }
    let mut plain = String::with_capacity(line.len());
    let mut in_unit = false;
    for (at, c) in line.char_indices() {
        let rest = line.get(at + c.len_utf8()..).unwrap_or_default();
        match c {
            ';' | '|' => plain.push(','),
            // "12 (bus 3)"; the province in "Roma (RM)" stays.
            '(' if rest.split([' ', ')']).next().is_some_and(is_unit) => {
                in_unit = true;
                plain.push(',');
            }
            ')' if in_unit => {
                in_unit = false;
                plain.push(',');
            }
            '№' => plain.push_str("nr. "),
            c if is_dash(c) => plain.push('-'),
            c => plain.push(ascii_digit(c).unwrap_or(c)),
        }
    }
    Cow::Owned(plain)
}

/// What was written last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// A house number, perhaps with its letter; this is where it begins.
    Number(usize),
    /// The value of a box behind a mark.
    Value,
    Other,
}

struct Writer<'a> {
    out: String,
    last: Last,
    has_guess: bool,
    conventions: &'a Conventions,
}

impl Writer<'_> {
    /// Writes a word, and says how many of the following words are written with it.
    fn word(&mut self, word: &str, following: &[&str], begins: bool) -> usize {
        let next = following.first().copied().unwrap_or_default();
        let after_mark = word.trim_start_matches(['/', '-', ':']);
        if after_mark.len() < word.len() {
            return self.mark_in_front(word, after_mark, following, begins);
        }
        let Some(last) = word.chars().next_back() else {
            return 0;
        };
        if matches!(last, '/' | '-' | '.' | ':') && !begins {
            let number = word.trim_end_matches(['/', '-', '.', ':']);
            let is_house_number = is_number(number) || self.is_letter_of_number(number);
            if is_house_number && matches!(last, '/' | '-') {
                self.push(number);
                if !next.is_empty() && !is_unit(next) && is_value(next) {
                    self.behind_mark(last, "", next);
                    return 1;
                }
                return 0;
            }
            // "12." at the end; "3. OG" is a floor.
            let is_label = words::is_box(Key::of(next));
            if is_house_number && (next.is_empty() || is_label) {
                self.push(number);
                return 0;
            }
        }
        if last == ':' && is_unit(next) {
            self.push(word.trim_end_matches(':'));
            return 0;
        }
        if let Some(count) = self.glued(word, following, begins) {
            return count;
        }
        if word == "b"
            && self.conventions.habit == Habit::ShortBox
            && matches!(self.last, Last::Number(_))
            && next.starts_with(|c: char| c.is_ascii_digit())
        {
            self.push("bus");
        } else {
            self.push(word);
        }
        0
    }

    /// `/0101`, `- bus`, `-3`.
    fn mark_in_front(
        &mut self,
        word: &str,
        after_mark: &str,
        following: &[&str],
        begins: bool,
    ) -> usize {
        let next = following.first().copied().unwrap_or_default();
        let (value, count) = if after_mark.is_empty() {
            (next, 1)
        } else {
            (after_mark, 0)
        };
        let behind_value = following.get(count).copied().unwrap_or_default();
        let opens_unit = is_unit(value)
            || is_ordinal(value) && is_unit(behind_value)
            || value.starts_with(|c: char| c.is_ascii_digit())
                && words::takes_number_before(Key::of(behind_value));
        let behind_something = !begins || !self.out.is_empty();
        if opens_unit && behind_something && !words::joins_numbers(value) {
            // The mark only divides.
            if count == 0 {
                return self.word(value, following, false);
            }
            return 0;
        }
        let mark = word.chars().next().unwrap_or_default();
        if self.last != Last::Other && matches!(mark, '/' | '-') && is_value(value) {
            self.behind_mark(mark, if count == 1 { " " } else { "" }, value);
            return count;
        }
        self.push(word);
        0
    }

    /// A value behind a mark with a space beside it: a greater number ends a range, any other value is a box.
    fn behind_mark(&mut self, mark: char, space: &str, value: &str) {
        let number = match self.last {
            Last::Number(start) => self.out.get(start..).unwrap_or_default(),
            Last::Value | Last::Other => "",
        };
        let is_range = figure(value) > figure(number) && figure(number).is_some();
        let is_part = mark == '/' && self.conventions.slash == Sign::Number(Certainty::Certain);
        if is_range || is_part || self.last == Last::Value {
            if mark == '-' && !space.is_empty() {
                self.out.push_str(" - ");
            } else {
                self.out.push(mark);
            }
            self.out.push_str(value);
            // "8 / 2 / 12" is 8/2/12.
            self.last = Last::Value;
            return;
        }
        self.out.push_str(" box ");
        self.out.push_str(value);
        self.last = Last::Value;
        self.has_guess = true;
    }

    /// Two words without a space between them, if this is such a word.
    fn glued(&mut self, word: &str, following: &[&str], begins: bool) -> Option<usize> {
        let next = following.first().copied().unwrap_or_default();
        if let Some(at) = word.find(['/', '-', '.', ':', '_'])
            && let (head, tail) = word.split_at_checked(at)?
            && let Some(mark) = tail.chars().next()
        {
            let tail = tail.get(1..).unwrap_or_default();
            let is_house_number = is_number(head) && !begins || self.is_letter_of_number(head);
            if is_house_number {
                return self.glued_to_number(head, mark, tail, following);
            }
            // "Bac/app 3"
            let is_word = head.chars().count() > 1 && head.chars().all(char::is_alphabetic);
            if is_word && mark == '/' && opens(tail, next) {
                self.push(head);
                return Some(self.word(tail, following, false));
            }
        }
        let (head, tail) = word.split_at_checked(word.find(|c: char| c.is_ascii_digit())?)?;
        if head.is_empty() {
            return self.label_behind_digits(word, following);
        }
        let key = Key::of(head);
        let after_number = matches!(self.last, Last::Number(_));
        if self.conventions.habit == Habit::ShortBox && key.is_b() && after_number && is_value(tail)
        {
            self.push("bus");
            self.push(tail);
            return Some(0);
        }
        let head = if words::is_box(key) {
            head.trim_end_matches(['.', ':', '-', '/'])
        } else if is_number_word(head)
            || ends_abbreviated(head) && !after_number && begins_with_number(tail)
        {
            head
        } else {
            return None;
        };
        self.push(head);
        Some(self.word(tail, following, false))
    }

    /// `12/bus`, `12.bte`, `12-C11`.
    fn glued_to_number(
        &mut self,
        head: &str,
        mark: char,
        tail: &str,
        following: &[&str],
    ) -> Option<usize> {
        let next = following.first().copied().unwrap_or_default();
        let (letters, value) = tail.split_at_checked(
            tail.find(|c: char| c.is_ascii_digit())
                .unwrap_or(tail.len()),
        )?;
        let name = Key::of(letters);
        let has_digit = tail.ends_with(|c: char| c.is_ascii_digit());
        if self.conventions.habit == Habit::ShortBox && name.is_b() && is_value(value) {
            self.push(head);
            self.push("bus");
            self.push(value);
            return Some(0);
        }
        // "3.OG" is a floor, unless no number is before it.
        let is_ordinal = mark == '.' && self.last != Last::Other;
        if words::is_box(name) || opens(tail, next) && !is_ordinal {
            self.push(head);
            return Some(self.word(tail, following, false));
        }
        if mark == '.' && tail.starts_with(char::is_alphabetic) && is_unit(tail) {
            self.push(&format!("{head}."));
            self.push(tail);
            return Some(0);
        }
        let is_flat = mark == '-'
            && self.conventions.habit != Habit::Additions
            && tail.starts_with(char::is_alphabetic)
            && has_digit
            && is_value(tail);
        if !is_flat {
            return None;
        }
        self.push(head);
        self.behind_mark(mark, "", tail);
        Some(0)
    }

    /// `12bus 3`.
    fn label_behind_digits(&mut self, word: &str, following: &[&str]) -> Option<usize> {
        let at = word.find(|c: char| !c.is_ascii_digit())?;
        let (digits, tail) = word.split_at_checked(at)?;
        let letters = tail.split(|c: char| c.is_ascii_digit()).next()?;
        if !words::is_box(Key::of(letters)) {
            return None;
        }
        self.push(digits);
        Some(self.word(tail, following, false))
    }

    fn is_letter_of_number(&self, word: &str) -> bool {
        let mut letters = word.chars();
        let is_letter = letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none();
        is_letter && matches!(self.last, Last::Number(_))
    }

    fn push(&mut self, word: &str) {
        let start = self.out.len();
        let stays = self.is_letter_of_number(word) || words::is_repeat(Key::of(word));
        if start > 0 {
            self.out.push(' ');
        }
        if is_number(word) {
            self.last = Last::Number(self.out.len());
        } else if !stays {
            self.last = Last::Other;
        }
        self.out.push_str(word);
    }
}

/// Whether a flat begins here, with its value.
fn opens(word: &str, next: &str) -> bool {
    let is_word = word.starts_with(char::is_alphabetic) && word.len() > 1 && is_unit(word);
    is_word && (word.ends_with(|c: char| c.is_ascii_digit()) || is_value(next) || next.is_empty())
}

/// `Hauptstr.`
fn ends_abbreviated(word: &str) -> bool {
    word.ends_with('.') && word.chars().filter(|c| c.is_alphabetic()).count() > 1
}

fn begins_with_number(word: &str) -> bool {
    word.split(['/', '-']).next().is_some_and(is_number)
}

fn figure(text: &str) -> Option<u32> {
    let digits = text.trim_end_matches(|c: char| c.is_alphabetic() || c == ' ');
    digits.parse().ok()
}
