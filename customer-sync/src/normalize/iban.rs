//! IBAN: account numbers.

use super::vat::digits::{capitals, mod_97};

/// SEPA countries and the format after the check digits: how many of `n` digits, `a` letters, `c` of either.
/// From the IBAN registry of SWIFT.
static SEPA: [(&str, &[(usize, char)]); 42] = [
    ("AD", &[(8, 'n'), (12, 'c')]),
    ("AL", &[(8, 'n'), (16, 'c')]),
    ("AT", &[(16, 'n')]),
    ("BE", &[(12, 'n')]),
    ("BG", &[(4, 'a'), (6, 'n'), (8, 'c')]),
    ("CH", &[(5, 'n'), (12, 'c')]),
    ("CY", &[(8, 'n'), (16, 'c')]),
    ("CZ", &[(20, 'n')]),
    ("DE", &[(18, 'n')]),
    ("DK", &[(14, 'n')]),
    ("EE", &[(16, 'n')]),
    ("ES", &[(20, 'n')]),
    ("FI", &[(14, 'n')]),
    ("FR", &[(10, 'n'), (11, 'c'), (2, 'n')]),
    ("GB", &[(4, 'a'), (14, 'n')]),
    ("GI", &[(4, 'a'), (15, 'c')]),
    ("GR", &[(7, 'n'), (16, 'c')]),
    ("HR", &[(17, 'n')]),
    ("HU", &[(24, 'n')]),
    ("IE", &[(4, 'a'), (14, 'n')]),
    ("IS", &[(22, 'n')]),
    ("IT", &[(1, 'a'), (10, 'n'), (12, 'c')]),
    ("LI", &[(5, 'n'), (12, 'c')]),
    ("LT", &[(16, 'n')]),
    ("LU", &[(3, 'n'), (13, 'c')]),
    ("LV", &[(4, 'a'), (13, 'c')]),
    ("MC", &[(10, 'n'), (11, 'c'), (2, 'n')]),
    ("MD", &[(20, 'c')]),
    ("ME", &[(18, 'n')]),
    ("MK", &[(3, 'n'), (10, 'c'), (2, 'n')]),
    ("MT", &[(4, 'a'), (5, 'n'), (18, 'c')]),
    ("NL", &[(4, 'a'), (10, 'n')]),
    ("NO", &[(11, 'n')]),
    ("PL", &[(24, 'n')]),
    ("PT", &[(21, 'n')]),
    ("RO", &[(4, 'a'), (16, 'c')]),
    ("RS", &[(18, 'n')]),
    ("SE", &[(20, 'n')]),
    ("SI", &[(15, 'n')]),
    ("SK", &[(20, 'n')]),
    ("SM", &[(1, 'a'), (10, 'n'), (12, 'c')]),
    ("VA", &[(18, 'n')]),
];

/// An IBAN without spaces in capitals, or what is wrong with it.
///
/// Length and form are checked for the countries of SEPA, the check digits for all. Check digits inside an account
/// number, which some countries have, are not checked.
///
/// ```
/// use customer_sync::normalize::iban::normalized;
///
/// assert_eq!(normalized("IBAN: be71 0961 2345 6769").as_deref(), Ok("BE71096123456769"));
/// assert!(normalized("BE72 0961 2345 6769").is_err());
/// ```
///
/// # Errors
/// A sentence that says what is wrong, without the number.
pub fn normalized(text: &str) -> Result<String, String> {
    let plain = capitals(text, "");
    let number = plain.strip_prefix("IBAN").unwrap_or(&plain);
    if !number.is_ascii() {
        return Err("it has letters other than A to Z".to_owned());
    }
    let (country, check, account) =
        parts(number).ok_or("it does not begin with two letters and two digits")?;
    let is_formed = match SEPA.iter().find(|(code, _)| *code == country) {
        Some((_, form)) => fits(account, form),
        // The longest IBAN has 34 characters.
        None => (11..=30).contains(&account.len()),
    };
    if !is_formed {
        return Err("its length or form is not that of its country".to_owned());
    }
    // 00, 01 and 99 have the right remainder too, but are never assigned.
    let is_assigned = !["00", "01", "99"].contains(&check);
    if !is_assigned || mod_97(account.chars().chain(country.chars()).chain(check.chars())) != 1 {
        return Err("its check digits are wrong".to_owned());
    }
    Ok(number.to_owned())
}

fn parts(number: &str) -> Option<(&str, &str, &str)> {
    let (country, rest) = number.split_at_checked(2)?;
    let (check, account) = rest.split_at_checked(2)?;
    let starts = country.bytes().all(|c| c.is_ascii_uppercase())
        && check.bytes().all(|c| c.is_ascii_digit());
    starts.then_some((country, check, account))
}

fn fits(account: &str, form: &[(usize, char)]) -> bool {
    let mut rest = account;
    for (count, kind) in form {
        let Some((part, after)) = rest.split_at_checked(*count) else {
            return false;
        };
        let fits = part.chars().all(|c| match kind {
            'n' => c.is_ascii_digit(),
            'a' => c.is_ascii_uppercase(),
            _ => true,
        });
        if !fits {
            return false;
        }
        rest = after;
    }
    rest.is_empty()
}
