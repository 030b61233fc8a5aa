//! Encodings both APIs share: forms, URLs, the time of day.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta};

/// The pairs of a query or of a form body.
pub(crate) fn form_pairs(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// Percent-decoding with `+` for a space; a broken escape stays as it is.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => decoded.push(b' '),
            b'%' => {
                let mut escape = bytes.clone();
                let digits = [escape.next(), escape.next()].map(|digit| digit.and_then(hex_digit));
                if let [Some(high), Some(low)] = digits {
                    decoded.push(high * 16 + low);
                    bytes = escape;
                } else {
                    decoded.push(b'%');
                }
            }
            other => decoded.push(other),
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn hex_digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

/// Percent-encoding of a query's name or value; `$` stays, as in the links the references show.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        let plain = char::from(byte);
        if plain.is_ascii_alphanumeric() || "-._~$'(),/".contains(plain) {
            encoded.push(plain);
        } else {
            encoded.push('%');
            for digit in [byte >> 4, byte & 15] {
                encoded.extend(
                    char::from_digit(u32::from(digit), 16).map(|digit| digit.to_ascii_uppercase()),
                );
            }
        }
    }
    encoded
}

/// Seconds since 1970, UTC.
pub(crate) fn unix_now() -> i64 {
    let elapsed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(elapsed.as_secs()).unwrap_or_default()
}

/// The wall clock of a site: central European time with its summer hours, or UTC when the zone says so. Enough for
/// a Belgian site, and no time zone data needed.
pub(crate) fn site_time(timezone: &str, unix: i64) -> NaiveDateTime {
    let utc = DateTime::from_timestamp(unix, 0)
        .unwrap_or_default()
        .naive_utc();
    if timezone.eq_ignore_ascii_case("UTC") {
        return utc;
    }
    let changes = [3, 10].map(|month| last_sunday(utc.year(), month));
    let summer = match changes {
        [Some(begin), Some(end)] => begin <= utc && utc < end,
        _ => false,
    };
    utc + TimeDelta::hours(if summer { 2 } else { 1 })
}

/// Seconds since 1970 of a site's wall clock. In a repeated hour the first one counts; a skipped hour is winter time.
pub(crate) fn site_unix(timezone: &str, local: NaiveDateTime) -> i64 {
    let seconds = local.and_utc().timestamp();
    let offsets = [2, 1, 0].map(|hours| seconds - hours * 3600);
    let exact = offsets
        .into_iter()
        .find(|unix| site_time(timezone, *unix) == local);
    exact.unwrap_or(seconds - 3600)
}

/// 01:00 UTC, when all of the Union changes its clocks.
fn last_sunday(year: i32, month: u32) -> Option<NaiveDateTime> {
    let last = NaiveDate::from_ymd_opt(year, month, 31)?;
    let days = i64::from(last.weekday().num_days_from_sunday());
    (last - TimeDelta::days(days)).and_hms_opt(1, 0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_decoded_and_encoded() {
        let pairs = form_pairs("a=1+2%263&%24filter=Name+eq+'D%27%27Hondt'&flag&caf%C3%A9=%zz%4");
        let expected = [
            ("a", "1 2&3"),
            ("$filter", "Name eq 'D''Hondt'"),
            ("flag", ""),
            ("café", "%zz%4"),
        ];
        assert_eq!(
            pairs,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        assert_eq!(encode("Name eq 'é+&'"), "Name%20eq%20'%C3%A9%2B%26'");
    }

    #[test]
    fn the_site_changes_its_clocks() {
        let local = |unix| site_time("Europe/Brussels", unix).to_string();
        assert_eq!(local(1_774_745_999), "2026-03-29 01:59:59");
        assert_eq!(local(1_774_746_000), "2026-03-29 03:00:00");
        assert_eq!(local(1_792_889_999), "2026-10-25 02:59:59");
        assert_eq!(local(1_792_890_000), "2026-10-25 02:00:00");
        assert_eq!(site_time("UTC", 0).to_string(), "1970-01-01 00:00:00");

        let back = |text: &str| {
            let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S");
            site_unix("Europe/Brussels", local.expect("a time"))
        };
        assert_eq!(back("2026-03-29 01:59:59"), 1_774_745_999);
        assert_eq!(back("2026-03-29 03:00:00"), 1_774_746_000);
        assert_eq!(back("2026-10-25 02:59:59"), 1_792_889_999);
        assert_eq!(back("2026-10-25 03:00:00"), 1_792_893_600);
        assert_eq!(back("2026-03-29 02:30:00"), 1_774_747_800);
    }
}
