//! Cells as people and spreadsheets write them.

use chrono::{Days, NaiveDate, Utc};

use crate::normalize::signs;
use crate::normalize::text::folded;

const NO_DATE: &str = "not a date such as 1980-02-29";
pub(super) const ROUNDED: &str = "a spreadsheet has rounded the number, and its last digits are lost: \
                                  format the column as text, and export again";

/// A day, and whether nothing but midnight stands behind it. The day comes before the month, unless the year is first. What
/// may be another day is an error.
pub(crate) fn day(typed: &str) -> Result<(NaiveDate, bool), &'static str> {
    let typed = typed.trim();
    let (date, time) = match typed.split_once([' ', 'T']) {
        Some((date, time)) => (date, Some(time.trim())),
        None => (typed, None),
    };
    let is_midnight = match time {
        None => true,
        Some(time) if is_time(time) => !time.contains(|c: char| c.is_ascii_digit() && c != '0'),
        Some(_) => return Err(NO_DATE),
    };
    if !date.is_empty() && date.bytes().all(|c| c.is_ascii_digit()) {
        return Err(
            "a number, and not a date: format the column as a date with four digits for the year, and export again",
        );
    }
    let separator = date.chars().find(|c| "/-.".contains(*c)).ok_or(NO_DATE)?;
    let parts: Vec<&str> = date.split(separator).collect();
    let [first, second, third] = parts.as_slice() else {
        return Err(NO_DATE);
    };
    let (year, month, day) = match (first.len(), second.len(), third.len()) {
        (4, 1..=2, 1..=2) => (first, second, third),
        (1..=2, 1..=2, 4) => (third, second, first),
        (1..=2, 1..=2, 1..=2) if parts.iter().all(|part| number(part).is_ok()) => {
            return Err("the year has two digits: write all four");
        }
        _ => return Err(NO_DATE),
    };
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    if month > 12 && (1..=12).contains(&day) {
        return Err(
            "the day stands where the month is expected, as in American dates: write it as 1990-12-31",
        );
    }
    let year = i32::try_from(year).map_err(|_| NO_DATE)?;
    let date = NaiveDate::from_ymd_opt(year, month, day).ok_or("there is no such day")?;
    Ok((date, is_midnight))
}

fn number(digits: &str) -> Result<u32, &'static str> {
    let is_digits = digits.bytes().all(|c| c.is_ascii_digit());
    let number = digits.parse().ok();
    number.filter(|_| is_digits).ok_or(NO_DATE)
}

/// `0:00`, `00:00:00`, `00:00:00.000`.
fn is_time(text: &str) -> bool {
    let (text, fraction) = text.split_once('.').unwrap_or((text, ""));
    let parts: Vec<&str> = text.split(':').collect();
    let is_digits = |part: &str| part.bytes().all(|c| c.is_ascii_digit());
    (2..=3).contains(&parts.len())
        && is_digits(fraction)
        && parts
            .iter()
            .all(|part| (1..=2).contains(&part.len()) && is_digits(part))
}

/// A date of birth.
pub(super) fn date_of_birth(typed: &str) -> Result<NaiveDate, &'static str> {
    let (date, is_midnight) = day(typed)?;
    if !is_midnight {
        return Err("a time of day stands behind the date: write the date alone");
    }
    // East of UTC it may be tomorrow.
    let today = Utc::now().date_naive();
    let tomorrow = today.checked_add_days(Days::new(1)).unwrap_or(today);
    if date > tomorrow {
        return Err("it is in the future");
    }
    Ok(date)
}

/// `male` or `female`, from a word of English, Dutch or French. A letter counts if it means one gender in these languages.
pub(super) fn gender(typed: &str) -> Result<&'static str, &'static str> {
    match folded(typed).as_str() {
        // `h` is homme, or heer.
        "m" | "male" | "man" | "mannelijk" | "h" | "homme" | "masculin" => Ok("male"),
        // `v` is vrouw.
        "f" | "female" | "woman" | "v" | "vrouw" | "vrouwelijk" | "femme" | "feminin" => {
            Ok("female")
        }
        "x" | "other" | "anders" | "overig" | "autre" | "nonbinary" | "nonbinair"
        | "nonbinaire" => Err("Planfy has male and female alone"),
        // Dame, or divers.
        "d" => Err("this letter may be either gender: write male or female"),
        code if !code.is_empty() && code.bytes().all(|c| c.is_ascii_digit()) => {
            Err("a number may be either gender: write male or female")
        }
        _ => Err("neither male nor female"),
    }
}

/// Whether it is a number as spreadsheets shorten it: `3.24701E+10`, `3,24701E+10`.
pub(super) fn is_rounded(typed: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let text = signs::ascii(typed.trim());
    let text = text.strip_prefix(['+', '-']).unwrap_or(&text);
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    is_digits(whole) && is_digits(fraction) && is_digits(exponent)
}
