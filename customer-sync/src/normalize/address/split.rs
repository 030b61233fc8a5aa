//! The rules, from the most to the least certain.

use std::borrow::Cow;

use super::certainty::Certainty;
use super::conventions::{Conventions, Habit, Postcode, Sign};
use super::key::Key;
use super::marks;
use super::parts::{KnownPlace, Split, joined};
use super::postcode;
use super::tokens::{
    first_part, is_addition, is_date, is_number, is_number_word, is_ordinal, is_unit,
    is_unit_in_front, is_unit_segment, is_unit_tail, is_value, parts_of, unit, words_in,
};
use super::words;
use crate::normalize::country;
use crate::normalize::text::{clean, folded, folds_alike};

/// The parts of a line.
struct Parts {
    street: String,
    number: Option<String>,
    units: Vec<String>,
    locality: Option<(String, String)>,
    repeated: Option<String>,
    certainty: Certainty,
    reason: &'static str,
}

impl Parts {
    fn box_number(&self) -> Option<String> {
        match self.units.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            several => Some(several.join(", ")),
        }
    }
}

/// Why a line stays whole.
type Unsplit = (Certainty, &'static str);

pub(super) fn split(
    typed: &str,
    whole: String,
    place: KnownPlace<'_>,
    conventions: &Conventions,
) -> Split {
    let lines;
    let line = if typed.bytes().any(|c| matches!(c, b'\n' | b'\r')) {
        lines = clean(&typed.replace(['\n', '\r'], ",")).unwrap_or_default();
        lines.as_str()
    } else {
        whole.as_str()
    };
    let mut parts = match read(line, place, conventions) {
        Ok(parts) => parts,
        Err((certainty, reason)) => return Split::whole(whole, certainty, reason),
    };
    let box_number = parts.box_number();
    let joined = joined(
        &parts.street,
        parts.number.as_deref(),
        box_number.as_deref(),
    );
    let stable = parts.number.is_none()
        || joined == line
        || is_same_but_for_box(line, &joined)
        || reads_alike(&joined, &parts, conventions);
    if !stable {
        parts.certainty = Certainty::Unsure;
        parts.reason = "its parts read otherwise when they are joined again";
    }
    if let Some(number) = &parts.number
        && leaves_a_number(
            &parts.street,
            box_number.is_some() || number.contains(['/', '-']),
        )
        && !is_numbered_street(&words_in(line), parts.street.split(' ').count() - 1)
    {
        parts.certainty = Certainty::Unsure;
        parts.reason = "a second number, of which it is not clear what it is";
    }
    Split {
        box_number,
        street: parts.street,
        number: parts.number,
        locality: parts.locality,
        repeated: parts.repeated,
        certainty: parts.certainty,
        reason: parts.reason,
        whole,
    }
}

/// Whether the street has a number that is not certainly part of its name, or ends in the word of a flat: then the
/// number behind it may be the flat's.
fn leaves_a_number(street: &str, has_two: bool) -> bool {
    if !has_digit(street) {
        let mut words = street.rsplit(' ');
        let last = Key::of(words.next().unwrap_or_default());
        let is_name = words
            .next()
            .is_some_and(|before| words::is_article(Key::of(before)));
        let is_unit = words::is_flat(last)
            || has_two && words::is_unit(last) && !words::is_street_behind(last);
        return is_unit && !is_name;
    }
    let tokens = words_in(street);
    tokens
        .iter()
        .enumerate()
        .any(|(at, word)| has_digit(word) && !is_ordinal(word) && !is_in_name(&tokens, at))
}

/// Whether the number at this place is part of the street's name: a day before its month, or a year.
fn is_in_name(tokens: &[&str], at: usize) -> bool {
    let next = |count: usize| tokens.get(at + count).copied().unwrap_or_default();
    let is_month = |word: &str| words::is_month(Key::of(word)) || words::begins_with_month(word);
    let before_month = is_month(next(1)) || next(1) == "de" && is_month(next(2));
    before_month || tokens.get(..=at).is_some_and(is_date)
}

/// Whether the number at this place is the name of its street, which is else a word for a street alone, since a house
/// number follows: `Chemin 19 12 bus 3`, `Laan 1933 2`.
fn is_numbered_street(tokens: &[&str], at: usize) -> bool {
    let Some((name, [number, house, tail @ ..])) = tokens.split_at_checked(at) else {
        return false;
    };
    let is_year = number.len() == 4 && number.starts_with(['1', '2']);
    let has_box = || {
        tail.first()
            .is_some_and(|word| words::is_box(Key::of(word)))
    };
    number.bytes().all(|c| c.is_ascii_digit())
        && is_number(house)
        && words::is_street_alone(name)
        && (has_box() && is_unit_tail(tail) || is_year && tail.is_empty())
}

/// Whether two lines are the same except for the label of the box. Such lines have the same parts, and most lines with
/// a box are such.
fn is_same_but_for_box(line: &str, joined: &str) -> bool {
    let mut joined = parts_of(joined, b' ');
    let mut line = parts_of(line, b' ');
    let alike = line.by_ref().all(|word| {
        joined
            .next()
            .is_some_and(|other| word == other || other == "box" && words::BOX.contains(&word))
    });
    alike && joined.next().is_none()
}

/// Whether the joined parts are split into the same parts: otherwise a second run would change them.
fn reads_alike(joined: &str, parts: &Parts, conventions: &Conventions) -> bool {
    read(joined, KnownPlace::default(), conventions).is_ok_and(|again| {
        again.street == parts.street
            && again.number == parts.number
            && again.locality.is_none()
            && (again.units == parts.units || again.units.join(", ") == parts.units.join(", "))
    })
}

fn read(line: &str, place: KnownPlace<'_>, conventions: &Conventions) -> Result<Parts, Unsplit> {
    let typed_segments = segments_of(line);
    if is_post_box(&typed_segments) {
        return Err((Certainty::Certain, "a post office box"));
    }
    if !line.contains(char::is_numeric) {
        return Err((Certainty::Certain, "it has no number"));
    }
    let plain = marks::plain(line, conventions);
    let mut segments = match &plain.line {
        Cow::Borrowed(_) => typed_segments,
        Cow::Owned(line) => segments_of(line),
    };
    let mut repeated = Vec::new();
    take_country(&mut segments, &mut repeated, place, conventions);
    let mut parts = if let Some(locality) = take_locality(&mut segments, conventions) {
        with_locality(&segments, locality, conventions)?
    } else {
        locality_inside(&segments, conventions)
            .or_else(|| {
                take_place(&mut segments, &mut repeated, place);
                divide(&segments, conventions)
            })
            .ok_or((Certainty::Unsure, "no house number that is certainly one"))?
    };
    if plain.has_guess {
        parts.certainty = parts.certainty.min(Certainty::Likely);
    }
    repeated.reverse();
    parts.repeated = (!repeated.is_empty()).then(|| repeated.join(" "));
    Ok(parts)
}

fn segments_of(line: &str) -> Vec<&str> {
    let segments = parts_of(line, b',').map(str::trim);
    segments.filter(|segment| !segment.is_empty()).collect()
}

/// Takes the customer's own country from the end of a line: `Kerkstraat 12, 9000 Gent, België`.
fn take_country<'a>(
    segments: &mut Vec<&'a str>,
    repeated: &mut Vec<&'a str>,
    place: KnownPlace<'_>,
    conventions: &Conventions,
) {
    let Some(known) = place.country else { return };
    let is_known = |words: &str| {
        // The names of countries have no digits, and most parts of an address have.
        !words.contains(char::is_numeric) && country::code(words).is_some_and(|code| code == known)
    };
    if take_segment(segments, repeated, is_known) {
        return;
    }
    let Some((address, words)) = segments.last().and_then(|last| behind_number(last)) else {
        return;
    };
    // "1611 Luxembourg" is a city.
    let number = address.rsplit(' ').next().unwrap_or_default();
    let next = words.split(' ').next().unwrap_or_default();
    let is_postcode = postcode::length(&[number, next], conventions.postcode).is_some();
    let has_street = address.contains(char::is_alphabetic);
    if !is_postcode && has_street && is_known(words) {
        segments.pop();
        segments.push(address);
        repeated.push(words);
        return;
    }
    if !is_postcode && !has_street {
        return;
    }
    let Some(city) = place.city.map(folded) else {
        return;
    };
    // "Gent België", and in the Netherlands "EC Enschede Nederland".
    for (at, _) in words.match_indices(' ') {
        let (typed_city, country) = words.split_at_checked(at).unwrap_or_default();
        if folded(typed_city).ends_with(&city) && is_known(country) {
            let last = segments.pop().unwrap_or_default();
            segments.push(last.strip_suffix(country).unwrap_or(last));
            repeated.push(country.trim_start());
            return;
        }
    }
}

/// Takes the customer's own city and postcode from the end of a line.
fn take_place<'a>(segments: &mut Vec<&'a str>, repeated: &mut Vec<&'a str>, place: KnownPlace<'_>) {
    if let Some(city) = place.city {
        let is_city = |words: &str| folds_alike(words, city);
        if !take_segment(segments, repeated, is_city)
            && let Some((address, words)) = segments.last().and_then(|last| behind_number(last))
            && address.contains(char::is_alphabetic)
            && is_city(words)
        {
            segments.pop();
            segments.push(address);
            repeated.push(words);
        }
    }
    if let Some(known) = place.postcode
        && let [_, .., last] = segments.as_slice()
        && postcode::same_postcode(last, known)
    {
        repeated.extend(segments.pop());
    }
}

/// Takes the last segment if it is the wanted one, and an address is before it.
fn take_segment<'a>(
    segments: &mut Vec<&'a str>,
    repeated: &mut Vec<&'a str>,
    is_wanted: impl Fn(&str) -> bool,
) -> bool {
    let Some((last, before)) = segments.split_last() else {
        return false;
    };
    let has_address = |segment: &&str| has_digit(segment) && segment.contains(char::is_alphabetic);
    let is_taken = !has_digit(last)
        && before.iter().any(has_address)
        && !is_unit_segment(last)
        && is_wanted(last);
    if is_taken {
        repeated.extend(segments.pop());
    }
    is_taken
}

/// The words behind the last number, if they are not those of a flat, and what is before them.
fn behind_number(segment: &str) -> Option<(&str, &str)> {
    let digit = segment.bytes().rposition(|c| c.is_ascii_digit())?;
    let end = digit + segment.get(digit..)?.bytes().position(|c| c == b' ')?;
    let (address, words) = segment.split_at_checked(end)?;
    let words = words.trim_start();
    let is_flat = is_unit(first_part(words, b' '));
    (!is_flat).then_some((address, words))
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|c| c.is_ascii_digit())
}

fn is_post_box(segments: &[&str]) -> bool {
    segments.iter().any(|segment| {
        let mut before = Key::BLANK;
        for (words, token) in parts_of(segment, b' ').enumerate() {
            let key = Key::of(token);
            let is_one = if token.starts_with(|c: char| c.is_ascii_digit()) {
                words::is_post_box_before_number(before)
                    || words == 1 && segments.len() == 1 && words::is_post_box_alone(before)
            } else {
                words::is_post_box(key) || words::is_post_box_pair(before, key)
            };
            if is_one {
                return true;
            }
            before = key;
        }
        false
    })
}

/// Postcode and city after a comma or on a line of its own.
fn take_locality(segments: &mut Vec<&str>, conventions: &Conventions) -> Option<(String, String)> {
    let [street @ .., last] = segments.as_slice() else {
        return None;
    };
    if street.is_empty() {
        return None;
    }
    if let Some(locality) = postcode::postcode_and_city(last, conventions) {
        segments.pop();
        return Some(locality);
    }
    if conventions.postcode != Postcode::British {
        // 7512EC, Enschede
        let [_, .., postcode] = street else {
            return None;
        };
        let postcode_tokens = words_in(postcode);
        let city_tokens = words_in(last);
        let is_postcode =
            postcode::length(&postcode_tokens, conventions.postcode) == Some(postcode_tokens.len());
        if !is_postcode || !postcode::is_city(&city_tokens) || is_unit_segment(last) {
            return None;
        }
        let locality = ((*postcode).to_owned(), (*last).to_owned());
        segments.truncate(segments.len() - 2);
        return Some(locality);
    }
    // London, SW1A 1AA
    let tokens = words_in(last);
    let [_, .., city] = street else { return None };
    let city_tokens = words_in(city);
    if postcode::is_british(&tokens) && postcode::is_city(&city_tokens) {
        let locality = ((*last).to_owned(), (*city).to_owned());
        segments.truncate(segments.len() - 2);
        return Some(locality);
    }
    None
}

fn with_locality(
    segments: &[&str],
    locality: (String, String),
    conventions: &Conventions,
) -> Result<Parts, Unsplit> {
    let unknown = (
        Certainty::Unsure,
        "a place, and no house number that is certainly one",
    );
    if let Some(parts) = divide(segments, conventions) {
        return Ok(Parts {
            locality: Some(locality),
            ..parts
        });
    }
    match segments {
        [street] if !street.contains(|c: char| c.is_numeric()) => Ok(Parts {
            street: (*street).to_owned(),
            number: None,
            units: Vec::new(),
            locality: Some(locality),
            repeated: None,
            certainty: Certainty::Likely,
            reason: "a street and a place, no number",
        }),
        _ => Err(unknown),
    }
}

/// Postcode and city after the number without a comma: `Kerkstraat 12 9000 Gent`.
fn locality_inside(segments: &[&str], conventions: &Conventions) -> Option<Parts> {
    let (last, others) = segments.split_last()?;
    if conventions.postcode == Postcode::British || !postcode::may_hold_postcode(last) {
        return None; // A British city is before the postcode, so it is unknown where it begins.
    }
    let tokens = words_in(last);
    for at in 1..tokens.len() {
        let (street, rest) = tokens.split_at_checked(at)?;
        let locality =
            postcode::length(rest, conventions.postcode).and_then(|len| rest.split_at_checked(len));
        let Some((postcode, city)) = locality else {
            continue;
        };
        let is_city = postcode::is_city(city)
            && city.first().is_some_and(|word| {
                word.len() > 1 && !is_unit(word) && !words::is_month(Key::of(word))
            });
        let named_after = tokens.get(..=at).is_some_and(is_date);
        if !is_city || named_after {
            continue;
        }
        let street = street.join(" ");
        let street = street.trim_end_matches([' ', '-']).to_owned();
        let lines: Vec<&str> = others.iter().copied().chain([street.as_str()]).collect();
        if let Some(parts) = divide(&lines, conventions) {
            return Some(Parts {
                locality: Some((postcode.join(" "), city.join(" "))),
                certainty: parts.certainty.min(Certainty::Likely),
                ..parts
            });
        }
    }
    None
}

/// The lines without postcode and city: flats in front, the street with its number, flats after it.
fn divide(segments: &[&str], conventions: &Conventions) -> Option<Parts> {
    let in_front = segments
        .iter()
        .take_while(|segment| is_unit_in_front(segment))
        .count();
    let (in_front, rest) = segments.split_at_checked(in_front)?;
    let behind = rest
        .iter()
        .rev()
        // A single line is the street.
        .take(rest.len().saturating_sub(1))
        .take_while(|segment| is_unit_segment(segment))
        .count();
    // "Kerkstraat, 12 bus 3": what looks like a flat may hold the number.
    for count in (0..=behind).rev() {
        let Some((street, behind)) = rest.split_at_checked(rest.len() - count) else {
            continue;
        };
        let Some(mut parts) = street_with_number(street, conventions) else {
            continue;
        };
        let units = |segments: &[&str]| -> Vec<String> {
            segments
                .iter()
                .map(|segment| unit(&words_in(segment)))
                .collect()
        };
        parts.units.extend(units(behind));
        parts.units.splice(0..0, units(in_front));
        return Some(parts);
    }
    None
}

fn street_with_number(segments: &[&str], conventions: &Conventions) -> Option<Parts> {
    match segments {
        [line] => {
            let tokens = words_in(line);
            flat_then_number(&tokens, conventions)
                .or_else(|| number_in_front(&tokens, conventions))
                .or_else(|| number_behind(&tokens, conventions))
        }
        [first, second] => {
            let first = words_in(first);
            let second = words_in(second);
            number_then_comma(&first, &second, conventions)
                .or_else(|| comma_then_number(&first, &second, conventions))
        }
        _ => None,
    }
}

/// `Flat 2 10 High Street`.
fn flat_then_number(tokens: &[&str], conventions: &Conventions) -> Option<Parts> {
    let (flat, rest) = tokens.split_at_checked(2)?;
    let [word, value] = flat else { return None };
    if !words::is_unit_in_front(Key::of(word)) || !is_value(value) {
        return None;
    }
    let mut parts = number_in_front(rest, conventions)?;
    parts.units.insert(0, flat.join(" "));
    parts.certainty = parts.certainty.min(Certainty::Likely);
    Some(parts)
}

/// `12, rue de la Loi`: with a comma after the number there is no other reading.
fn number_then_comma(number: &[&str], street: &[&str], conventions: &Conventions) -> Option<Parts> {
    let len = number_at(number, 0, conventions)?;
    let (number, tail) = number.split_at_checked(len)?;
    if !(tail.is_empty() || is_unit_tail(tail)) {
        return None;
    }
    let line: Vec<&str> = number.iter().chain(street).copied().collect();
    let mut parts = number_in_front(&line, conventions)?;
    if !tail.is_empty() {
        parts.units.insert(0, unit(tail));
    }
    let plain = !parts.street.contains(|c: char| c.is_ascii_digit());
    parts.certainty = if plain {
        Certainty::Certain
    } else {
        Certainty::Likely
    };
    Some(parts)
}

/// `Calle Mayor, 5`.
fn comma_then_number(street: &[&str], number: &[&str], conventions: &Conventions) -> Option<Parts> {
    let announced =
        usize::from(number.len() > 1 && number.first().is_some_and(|word| is_number_word(word)));
    number_at(number, announced, conventions)?;
    if street.last()?.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let line: Vec<&str> = street.iter().chain(number).copied().collect();
    let parts = number_behind(&line, conventions)?;
    Some(parts)
}

/// `12 rue de la Loi`, `10 High Street`.
fn number_in_front(tokens: &[&str], conventions: &Conventions) -> Option<Parts> {
    if is_ordinal(tokens.first()?) {
        return None;
    }
    let len = number_at(tokens, 0, conventions)?;
    let (number, rest) = tokens.split_at_checked(len)?;
    let (first, last) = (*rest.first()?, *rest.last()?);
    if !first.starts_with(char::is_alphabetic) && !is_ordinal(first)
        || words::is_month(Key::of(first))
    {
        return None;
    }
    let units_at = (1..rest.len()).find(|at| {
        rest.get(*at..).is_some_and(|tail| {
            let starts = tail.first().is_some_and(|word| {
                let key = Key::of(word);
                is_unit(word) && !words::is_street_behind(key) && !words::is_street_in_front(key)
            });
            starts && is_unit_tail(tail) && tail.iter().any(|word| is_value(word))
        })
    });
    let (street, units) = rest.split_at_checked(units_at.unwrap_or(rest.len()))?;
    if units.is_empty() && last.contains(|c: char| c.is_ascii_digit()) && !is_date(street) {
        return None;
    }
    if !street.iter().any(|word| word.contains(char::is_alphabetic)) {
        return None;
    }
    let certainty = if words::is_street_in_front(Key::of(first)) {
        conventions.front_of_street_word
    } else if !conventions.known
        && street
            .iter()
            .skip(1)
            .any(|word| words::is_street_behind(Key::of(word)))
    {
        Certainty::Likely
    } else {
        conventions.front
    };
    parts(
        street,
        number,
        units,
        certainty,
        "a number in front of the street",
        conventions,
    )
}

/// `Kerkstraat 12 bus 3`: the first number that is followed only by words of a flat.
fn number_behind(tokens: &[&str], conventions: &Conventions) -> Option<Parts> {
    let begins_with_number = tokens
        .first()
        .is_some_and(|word| is_number(word) && !is_ordinal(word))
        && !is_in_name(tokens, 0);
    if begins_with_number {
        return None;
    }
    for at in 1..tokens.len() {
        let Some(len) = number_at(tokens, at, conventions) else {
            continue;
        };
        if is_numbered_street(tokens, at) {
            continue;
        }
        let (mut street, rest) = tokens.split_at_checked(at)?;
        let (number, tail) = rest.split_at_checked(len)?;
        let addition = match tail {
            [one] => conventions.habit == Habit::Additions && is_addition(one),
            [staircase, flat] => {
                conventions.habit == Habit::Staircases && is_addition(staircase) && is_number(flat)
            }
            _ => false,
        };
        if !(tail.is_empty() || is_unit_tail(tail) || addition) {
            continue;
        }
        let upto_number = tokens.get(..=at).unwrap_or_default();
        if tail.is_empty() && is_date(upto_number) {
            continue;
        }
        while let [before @ .., word] = street
            && (is_number_word(word) || *word == "-")
            && !before.is_empty()
        {
            street = before;
        }
        let named = street
            .iter()
            .any(|word| word.contains(char::is_alphabetic) && !is_unit(word));
        if !named {
            return None;
        }
        let mut certainty = conventions.behind;
        if street
            .iter()
            .any(|word| is_number(word) && !is_ordinal(word))
        {
            certainty = certainty.min(Certainty::Likely);
        }
        if addition {
            certainty = certainty.min(Certainty::Likely);
        }
        return parts(
            street,
            number,
            tail,
            certainty,
            "a number behind the street",
            conventions,
        );
    }
    None
}

fn parts(
    street: &[&str],
    number: &[&str],
    tail: &[&str],
    certainty: Certainty,
    reason: &'static str,
    conventions: &Conventions,
) -> Option<Parts> {
    let (mut certainty, mut reason) = (certainty, reason);
    let mut inside_number = None;
    let number = if let [one] = number {
        let (number, inside, sure) = split_number(one, conventions);
        certainty = certainty.min(sure);
        inside_number = inside;
        number.to_owned()
    } else {
        certainty = certainty.min(Certainty::Likely);
        number.join(" ")
    };
    // "12/14 bus 3" has two boxes, or two houses.
    if inside_number.is_some()
        && tail
            .first()
            .is_some_and(|word| words::is_box(Key::of(word)))
    {
        certainty = Certainty::Unsure;
        reason = "two boxes, or two houses";
    }
    // "8/2. Stock" is one floor, not two.
    let unit_words: Vec<&str> = inside_number
        .into_iter()
        .chain(tail.iter().copied())
        .collect();
    let units = if unit_words.is_empty() {
        Vec::new()
    } else {
        vec![unit(&unit_words)]
    };
    (!street.is_empty()).then(|| Parts {
        street: street.join(" "),
        number: Some(number),
        units,
        locality: None,
        repeated: None,
        certainty,
        reason,
    })
}

/// The number, and what a `/` or `-` inside it separates from it.
fn split_number<'a>(
    token: &'a str,
    conventions: &Conventions,
) -> (&'a str, Option<&'a str>, Certainty) {
    if let Some((number, value)) = token.split_once('/') {
        return match conventions.slash {
            Sign::Box(sure) => (number, Some(value), sure),
            Sign::Number(sure) => (token, None, sure),
        };
    }
    if conventions.habit == Habit::Additions
        && let Some((number, value)) = token.split_once('-')
    {
        let figure =
            |text: &str| -> Option<u32> { text.trim_end_matches(char::is_alphabetic).parse().ok() };
        // 12-14 are two houses, 45-3 is a flat.
        let range = figure(value) > figure(number);
        return if range {
            (token, None, Certainty::Likely)
        } else {
            (number, Some(value), Certainty::Likely)
        };
    }
    (token, None, Certainty::Certain)
}

/// How many words from here are a house number: `12`, `15 bis`, `12 - 14`, `12 A`.
fn number_at(tokens: &[&str], at: usize, conventions: &Conventions) -> Option<usize> {
    let mut rest = tokens.get(at..)?.iter().copied();
    let first = rest.next()?;
    if !is_number(first) && !is_divided(first, conventions) {
        return None;
    }
    let (second, third) = (rest.next().unwrap_or_default(), rest.next());
    if second.is_empty() {
        return Some(1);
    }
    if words::is_repeat(Key::of(second)) {
        return Some(2);
    }
    // "12 - 9000" is a number and a postcode.
    let is_near = |other: &str| is_number(other) && other.len() <= first.len() + 1;
    if words::joins_numbers(second) && third.is_some_and(is_near) {
        return Some(3);
    }
    // "104 c" is an addition in the Netherlands.
    let is_letter =
        |c: char| c.is_uppercase() || conventions.habit != Habit::Additions && c.is_alphabetic();
    let mut letters = second.chars();
    let letter = letters.next().is_some_and(is_letter) && letters.next().is_none();
    let ends = third.is_none_or(|word| is_unit(word) || words::is_street_in_front(Key::of(word)));
    let digits = first.bytes().all(|c| c.is_ascii_digit());
    Some(if letter && ends && digits { 2 } else { 1 })
}

/// `16/3`, `8/2/12`, `12/A`; in the Netherlands also `45-hs`.
fn is_divided(text: &str, conventions: &Conventions) -> bool {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let by = |sign: char| {
        text.split_once(sign).is_some_and(|(number, value)| {
            is_number(number)
                && value
                    .split(sign)
                    .all(|part| is_value(part) || is_unit(part))
        })
    };
    by('/') || conventions.habit == Habit::Additions && by('-')
}
