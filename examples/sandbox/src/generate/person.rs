//! One customer as they are: without any fault.

use super::countries::{COUNTRIES, Country};
use super::spelling::ascii;
use crate::random::Random;

pub(super) struct Person {
    pub(super) country: &'static Country,
    pub(super) first: &'static str,
    pub(super) last: &'static str,
    pub(super) email: String,
    pub(super) language: &'static str,
    pub(super) street: &'static str,
    pub(super) number: String,
    /// Mostly blank.
    pub(super) unit: String,
    pub(super) zip: &'static str,
    pub(super) city: &'static str,
    /// Inside the country, without what is dialled before it.
    pub(super) phone: String,
    pub(super) has_mobile: bool,
    /// Name and VAT number.
    pub(super) company: Option<(String, String)>,
}

impl Person {
    /// The same for the same seed and number.
    pub(super) fn of(seed: u64, number: usize) -> Self {
        let mut random = Random::of(seed, number);
        let random = &mut random;
        let country = country(random);
        let first = random.pick(country.first);
        let last = random.pick(country.last);
        let (zip, city) = random.pick(country.cities);
        let has_mobile = random.chance(75);
        let (start, rest) = if has_mobile {
            country.mobile
        } else {
            country.landline
        };
        let domain = random.pick(&["example.com", "example.net", "example.org"]);
        let is_company = random.chance(30);
        let company = is_company.then(|| {
            let trade = random.pick(&[
                "Transport",
                "Events",
                "Bouw",
                "Conseil",
                "Média",
                "Garage",
                "Trading",
                "'t Zoet & Zonen",
            ]);
            let form = random.pick(country.forms);
            let vat = country.vat.map(|make| make(number * 7 + 13));
            (format!("{last} {trade} {form}"), vat.unwrap_or_default())
        });
        let letter = random.pick(&["", "", "", "", "", "", "A", "b", "bis", "/3"]);
        let unit = if random.chance(20) {
            (1 + random.below(40)).to_string()
        } else {
            String::new()
        };
        let mailbox = ascii(&format!("{first}.{last}"))
            .replace([' ', '\''], "")
            .to_lowercase();
        Self {
            country,
            first,
            last,
            email: format!("{}{number}@{domain}", mailbox.trim_matches('.')),
            language: random.pick(country.languages),
            street: random.pick(country.streets),
            number: format!("{}{letter}", 1 + random.below(400)),
            unit,
            zip,
            city,
            phone: format!("{start}{}", random.digits(rest)),
            has_mobile,
            company,
        }
    }

    /// Street, number and box in one line, as the country writes them.
    pub(super) fn address(&self) -> String {
        let unit = match (self.country.unit, self.unit.as_str()) {
            (_, "") => String::new(),
            (sign @ ("-" | "/"), unit) => format!("{sign}{unit}"),
            (word, unit) => format!(" {word} {unit}"),
        };
        if self.country.number_first {
            format!("{} {}{unit}", self.number, self.street)
        } else {
            format!("{} {}{unit}", self.street, self.number)
        }
    }
}

fn country(random: &mut Random) -> &'static Country {
    let mut drawn = random.below(100);
    for country in &COUNTRIES {
        match drawn.checked_sub(country.share) {
            Some(left) => drawn = left,
            None => return country,
        }
    }
    &COUNTRIES[0]
}
