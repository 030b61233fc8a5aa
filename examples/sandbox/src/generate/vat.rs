//! VAT numbers with the right check digits, each from a number of the company. The Belgian ones are of a range that is
//! not assigned.

/// Makes the VAT number of a company from a number.
pub(super) type Make = fn(usize) -> String;

fn digits(text: &str) -> impl Iterator<Item = usize> {
    let digits = text.chars().filter_map(|digit| digit.to_digit(10));
    digits.filter_map(|digit| usize::try_from(digit).ok())
}

fn weighed(text: &str, weights: &[usize]) -> usize {
    digits(text)
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum()
}

/// What makes the sum of the digits, each second one doubled, end in 0.
fn luhn(text: &str) -> usize {
    let reversed: Vec<_> = digits(text).collect();
    let sum: usize = reversed
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = if place % 2 == 0 { digit * 2 } else { *digit };
            value / 10 + value % 10
        })
        .sum();
    (10 - sum % 10) % 10
}

pub(super) fn be(number: usize) -> String {
    let number = 1_000_000 + number % 1_000_000;
    format!("BE{number:08}{:02}", 97 - number % 97)
}

/// The first that has a check digit at all.
fn with_check(number: usize, make: impl Fn(usize) -> Option<String>) -> String {
    (number..number + 100).find_map(make).unwrap_or_default()
}

pub(super) fn nl(number: usize) -> String {
    with_check(number * 2, |number| {
        let base = format!("{:08}", 10_000_000 + number % 80_000_000);
        let check = weighed(&base, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        (check < 10).then(|| format!("NL{base}{check}B01"))
    })
}

pub(super) fn de(number: usize) -> String {
    let base = format!("{:08}", 10_000_000 + number % 80_000_000);
    let product = digits(&base).fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    format!("DE{base}{}", (11 - product) % 10)
}

pub(super) fn fr(number: usize) -> String {
    let base = format!("{:08}", 30_000_000 + number % 60_000_000);
    let siren = format!("{base}{}", luhn(&base));
    let key = (12 + 3 * (siren.parse::<usize>().unwrap_or_default() % 97)) % 97;
    format!("FR{key:02}{siren}")
}

pub(super) fn lu(number: usize) -> String {
    let base = 100_000 + number % 800_000;
    format!("LU{base}{:02}", base % 89)
}

pub(super) fn it(number: usize) -> String {
    let base = format!("{:07}{:03}", number % 10_000_000, 1 + number % 95);
    format!("IT{base}{}", luhn(&base))
}

pub(super) fn es(number: usize) -> String {
    let base = format!("{:07}", 1_000_000 + number % 9_000_000);
    format!("ESB{base}{}", luhn(&base))
}

pub(super) fn pt(number: usize) -> String {
    let base = format!("{:08}", 50_000_000 + number % 9_000_000);
    let check = 11 - weighed(&base, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    format!("PT{base}{}", if check > 9 { 0 } else { check })
}

pub(super) fn at(number: usize) -> String {
    let base = format!("{:07}", 1_000_000 + number % 9_000_000);
    // As Luhn's, with 4 more in the sum.
    format!("ATU{base}{}", (luhn(&format!("{base}0")) + 6) % 10)
}

pub(super) fn pl(number: usize) -> String {
    with_check(number * 2, |number| {
        let base = format!("{:09}", 100_000_000 + number % 800_000_000);
        let check = weighed(&base, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11;
        (check < 10).then(|| format!("PL{base}{check}"))
    })
}

pub(super) fn dk(number: usize) -> String {
    with_check(number * 2, |number| {
        let base = format!("{:07}", 1_000_000 + number % 9_000_000);
        let check = (11 - weighed(&base, &[2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        (check < 10).then(|| format!("DK{base}{check}"))
    })
}

pub(super) fn ie(number: usize) -> String {
    let base = format!("{:07}", 1_000_000 + number % 9_000_000);
    let rest = weighed(&base, &[8, 7, 6, 5, 4, 3, 2]) % 23;
    let letter = "WABCDEFGHIJKLMNOPQRSTUV".chars().nth(rest);
    format!("IE{base}{}", letter.unwrap_or('W'))
}

pub(super) fn ch(number: usize) -> String {
    with_check(number * 2, |number| {
        let base = format!("{:08}", 10_000_000 + number % 80_000_000);
        let check = (11 - weighed(&base, &[5, 4, 3, 2, 7, 6, 5, 4]) % 11) % 11;
        let (one, rest) = base.split_at(3);
        let (two, three) = rest.split_at(3);
        (check < 10).then(|| format!("CHE-{one}.{two}.{three}{check} MWST"))
    })
}

pub(super) fn se(number: usize) -> String {
    let base = format!("{:09}", 550_000_000 + number % 9_000_000);
    format!("SE{base}{}01", luhn(&base))
}

pub(super) fn el(number: usize) -> String {
    let base = format!("{:08}", 10_000_000 + number % 80_000_000);
    let check = weighed(&base, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10;
    format!("EL{base}{check}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_numbers_in_public_examples() {
        assert_eq!(de(3_669_597), "DE136695976");
        assert_eq!(fr(326_504), "FR40303265045");
        assert_eq!(pt(196_484), "PT501964843");
        assert_eq!(at(358_562), "ATU13585627");
        assert_eq!(lu(50_274), "LU15027442");
        assert_eq!(dk(179_281), "DK13585628");
        assert_eq!(es(4_837_843), "ESB58378431");
        assert_eq!(se(6_188_840), "SE556188840401");
        assert_eq!(ie(5_433_435), "IE6433435F");
        assert_eq!(be(10_001), "BE0101000160");
    }
}
