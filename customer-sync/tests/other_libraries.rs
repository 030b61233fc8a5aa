//! Comparison with python-stdnum and phonenumbers on generated inputs. Without Python and these two packages the tests
//! are skipped, and print that.

#![allow(clippy::unwrap_used)] // As in tests.

use std::fmt::Write as _;
use std::io::Write;
use std::process::{Command, Stdio};

use customer_sync::normalize::{gln, iban, vat};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// The output of a script for these lines; `None` if it cannot run.
fn python(script: &str, lines: &[String]) -> Option<Vec<String>> {
    let child = Command::new("python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        println!("left out: there is no python3");
        return None;
    };
    let mut input = String::new();
    for line in lines {
        writeln!(input, "{line}").unwrap();
    }
    // A script that could not import its package has closed its input.
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    if !output.status.success() {
        println!("left out: python3 cannot import the package");
        return None;
    }
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().map(str::to_owned).collect())
}

/// Texts of this form, the same at each run.
fn generated(form: &str, count: usize) -> Vec<String> {
    let strategy = proptest::string::string_regex(form).unwrap();
    let mut runner = TestRunner::deterministic();
    (0..count)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .collect()
}

/// A vector and what one wrong digit makes of it.
fn with_faults(numbers: impl Iterator<Item = String>) -> Vec<String> {
    let fault = |number: &String, place: usize| {
        let change = |(at, c): (usize, char)| match c.to_digit(10) {
            Some(digit) if at == place => char::from_digit((digit + 3) % 10, 10).unwrap(),
            _ => c,
        };
        number.chars().enumerate().map(change).collect::<String>()
    };
    numbers
        .flat_map(|number| {
            [
                number.clone(),
                fault(&number, 5),
                fault(&number, 8),
                fault(&number, 10),
            ]
        })
        .collect()
}

/// At most `allowed` results may differ.
fn compare(lines: &[String], theirs: &[String], allowed: usize, ours: impl Fn(&str) -> String) {
    assert_eq!(lines.len(), theirs.len());
    let wrong: Vec<String> = lines
        .iter()
        .zip(theirs)
        .filter(|(line, theirs)| ours(line) != **theirs)
        .map(|(line, theirs)| format!("{line}: {theirs}, ours {}", ours(line)))
        .collect();
    assert!(
        wrong.len() <= allowed,
        "{} of {}: {wrong:#?}",
        wrong.len(),
        lines.len()
    );
}

#[test]
fn vat_numbers_as_python_stdnum() {
    const SCRIPT: &str = "
import sys
from stdnum.eu import vat
from stdnum.gb import vat as gb
from stdnum.ch import uid
from stdnum.no import orgnr
for line in sys.stdin:
    n = line.strip()
    if n[:2] == 'GB': ok = gb.is_valid(n)
    elif n[:2] == 'CH': ok = uid.is_valid(n[:12]) and n[12:] in ('', 'MWST', 'TVA', 'IVA', 'TPV')
    elif n[:2] == 'NO': ok = orgnr.is_valid(n[2:11]) and n[11:] in ('', 'MVA')
    else: ok = vat.is_valid(n)
    print(ok)
";
    let vectors = include_str!("fixtures/vat.csv").lines().skip(1);
    let mut lines = with_faults(vectors.map(|line| line.split(',').take(2).collect()));
    for (form, count) in [
        ("(BE[01]|DE[1-9]|PL)[0-9]{9}", 3000),
        ("(DK|FI|HU|LU|MT|SI|CZ)[0-9]{8}", 5000),
        ("(DE|EE|EL|PT|LT|BG|CZ|GB|XI)[0-9]{9}", 6000),
        ("(SK|BG|CZ|PL|RO)[0-9]{10}", 4000),
        ("(IT|HR|LV)[0-9]{11}", 4000),
        ("FR[0-9A-Z]{2}[0-9]{9}", 3000),
        ("ES[A-Z0-9][0-9]{7}[A-Z0-9]", 4000),
        ("IE[0-9]{7}[A-W][A-I]?", 2000),
        ("IE[0-9][A-Z][0-9]{5}[A-W]", 1000),
        ("NL[0-9]{9}B[0-9]{2}", 2000),
        ("SE[0-9]{10}01", 1000),
        ("(RO)[0-9]{2,10}", 1000),
        ("CY[0-9]{8}[A-Z]", 2000),
        ("CHE[0-9]{9}(MWST|TVA|IVA)?", 1000),
        ("NO[0-9]{9}(MVA)?", 1000),
        ("ATU[0-9]{8}", 1000),
        ("(GB|XI)(GD|HA)[0-9]{3}", 500),
    ] {
        lines.extend(generated(form, count));
    }
    let Some(theirs) = python(SCRIPT, &lines) else {
        return;
    };
    compare(&lines, &theirs, 0, |number| {
        match vat::normalized(number, None) {
            Ok(_) => "True".to_owned(),
            Err(_) => "False".to_owned(),
        }
    });
}

#[test]
fn ibans_and_glns_as_python_stdnum() {
    const SCRIPT: &str = "
import sys
from stdnum import iban, ean
for line in sys.stdin:
    n = line.strip()
    if n[:1].isdigit(): print(len(n) == 13 and ean.is_valid(n))
    else: print(iban.is_valid(n, check_country=False))
";
    let vectors = include_str!("fixtures/accounts.csv").lines().skip(1);
    let mut lines =
        with_faults(vectors.filter_map(|line| Some(line.split(',').nth(1)?.to_owned())));
    lines.extend(generated("[0-9]{12,14}", 3000));
    lines.extend(generated("(BE[0-9]{14}|NL[0-9]{2}[A-Z]{4}[0-9]{10})", 3000));
    // Check digits 00, 01 and 99 are never assigned, which python-stdnum does not check.
    lines.retain(|line| {
        !["00", "01", "99"].contains(&line.get(2..4).unwrap())
            || !line.starts_with(char::is_alphabetic)
    });
    let Some(theirs) = python(SCRIPT, &lines) else {
        return;
    };
    compare(&lines, &theirs, 0, |number| {
        let verdict = if number.starts_with(|c: char| c.is_ascii_digit()) {
            gln::normalized(number).is_ok()
        } else {
            iban::normalized(number).is_ok()
        };
        if verdict { "True" } else { "False" }.to_owned()
    });
}

#[cfg(feature = "phone")]
#[test]
fn phones_as_phonenumbers() {
    use customer_sync::normalize::phone::{Check, read};

    const SCRIPT: &str = "
import sys, phonenumbers as p
for line in sys.stdin:
    country, number = line.rstrip('\\n').split('|')
    try:
        n = p.parse('+' + number[2:] if number.startswith('00') else number, country)
        e = p.format_number(n, p.PhoneNumberFormat.E164)
        r = p.is_possible_number_with_reason(n)
        # What does not read the same again is left as typed.
        again = p.format_number(p.parse(e), p.PhoneNumberFormat.E164)
        if r != p.ValidationResult.IS_POSSIBLE or again != e: print('as typed')
        else: print(e, p.is_valid_number(n))
    except p.NumberParseException: print('as typed')
";
    let mut lines = generated(
        "(BE|NL|FR|DE|LU|GB|IE|ES|IT|PT|AT|CH|DK|SE|NO|FI|PL|CZ|US|CA)\\|(0|00|\\+|0032|\\+31|\\+33 |\\+39|)?[0-9]{2}[ /.-]?[0-9]{3,5}[ .]?[0-9]{1,5}",
        10_000,
    );
    lines.extend(generated(
        "BE\\|(0|\\+32 ?|0032|\\+32 \\(0\\)|32)4[5-9][0-9][ /.][0-9]{2}[ .][0-9]{2}[ .][0-9]{2}",
        2000,
    ));
    lines.extend(generated("IT\\|(\\+39 )?0[1-9]{2} ?[0-9]{6,7}", 1000));
    let Some(theirs) = python(SCRIPT, &lines) else {
        return;
    };
    // The numbering plans of the two may be of different months: one in a thousand may differ.
    compare(&lines, &theirs, lines.len() / 1000, |line| {
        let (country, number) = line.split_once('|').unwrap();
        let phone = read(None, number, Some(country)).unwrap();
        match phone.check {
            Check::Valid => format!("{} True", phone.text),
            Check::Possible => format!("{} False", phone.text),
            _ => "as typed".to_owned(),
        }
    });
}
