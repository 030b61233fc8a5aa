//! A customer as they typed themselves into Planyo.

use super::person::Person;
use super::spelling;
use crate::planyo::User;
use crate::random::Random;

/// What a user has reserved.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Confirmed,
    Unconfirmed,
    Cancelled,
}

/// `None`: nothing; an administrator created the user.
pub(super) fn standing(seed: u64, number: usize) -> Option<Standing> {
    match Random::of(seed ^ 0x57A2, number).below(100) {
        0..80 => Some(Standing::Confirmed),
        80..88 => Some(Standing::Unconfirmed),
        88..93 => Some(Standing::Cancelled),
        _ => None,
    }
}

pub(super) fn user(id: u64, person: &Person, seed: u64, number: usize) -> User {
    let mut random = Random::of(seed ^ 0x05E2, number);
    let random = &mut random;
    let (year, month, day) = (
        2019 + random.below(7),
        1 + random.below(12),
        1 + random.below(28),
    );
    let (hour, minute) = (random.below(24), random.below(60));
    let mut user = User {
        id,
        email: person.email.clone(),
        first_name: person.first.to_owned(),
        last_name: person.last.to_owned(),
        address: person.address(),
        city: person.city.to_owned(),
        zip: person.zip.to_owned(),
        country: person.country.code.to_owned(),
        language: person.language.to_owned(),
        registration_time: format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:00"),
        email_verified: random.chance(90),
        ..User::default()
    };
    let reserved = standing(seed, number);
    let count = |wanted| u32::from(reserved == Some(wanted));
    user.reservations = count(Standing::Confirmed);
    user.unconfirmed_reservations = count(Standing::Unconfirmed);
    user.cancelled_reservations = count(Standing::Cancelled);
    user.created_by_admin = reserved.is_none();
    if let Some((name, vat)) = &person.company {
        let vat = Some(vat).filter(|vat| !vat.is_empty());
        let vat = vat.map(|vat| spelling::vat_number(vat, random));
        let properties = [("company", Some(name.clone())), ("vat_number", vat)];
        user.properties
            .extend(properties.map(|(name, value)| (name.to_owned(), value)));
    }
    phone(&mut user, person, random);
    if random.chance(30) {
        fault(&mut user, random);
    }
    user
}

/// As the form wants it, or as people type it all the same.
fn phone(user: &mut User, person: &Person, random: &mut Random) {
    let (code, trunk, number) = (
        person.country.phone_code,
        person.country.trunk,
        &person.phone,
    );
    let spaced = || {
        let (start, rest) = number.split_at_checked(3).unwrap_or((number, ""));
        format!("{start} {rest}")
    };
    let (code, number) = match random.below(20) {
        0 => (code, format!("+{code} {}", spaced())),
        1 => ("", format!("+{code}{number}")),
        2 => ("", format!("00{code} {number}")),
        3 => (code, format!("{trunk}{number}")),
        4 => ("", format!("{trunk}{}", spaced().replace(' ', "/"))),
        5 => (code, format!("{code}{number}")),
        6 => (code, format!("(0){}", spaced().replace(' ', "."))),
        7 => ("", String::new()),
        8 => (code, number.chars().take(4).collect()),
        9 => ("", String::from("/")),
        _ => (code, number.clone()),
    };
    let (to_code, to_number) = if person.has_mobile {
        (&mut user.mobile_country_code, &mut user.mobile_number)
    } else {
        (&mut user.phone_country_code, &mut user.phone_number)
    };
    code.clone_into(to_code);
    *to_number = number;
}

/// One of the faults that people make.
fn fault(user: &mut User, random: &mut Random) {
    match random.below(20) {
        0 => user.email = user.email.to_uppercase(),
        1 => user.email = format!(" {} ", user.email),
        2 => user.email = user.email.replace("example.com", "example,com"),
        3 => std::mem::swap(&mut user.first_name, &mut user.last_name),
        4 => {
            user.first_name = user.first_name.to_uppercase();
            user.last_name = user.last_name.to_uppercase();
        }
        5 => user.last_name = String::from("null"),
        6 => user.last_name.clear(),
        7 => {
            user.address = format!("{}, {} {}", user.address, user.zip, user.city);
            user.zip.clear();
            user.city.clear();
        }
        8 => user.city = format!("{} {}", user.zip, user.city),
        9 => user.country.clear(),
        10 => user.language.clear(),
        11 => user.address.clear(),
        12 => user.address = String::from("-"),
        13 => user.address = user.address.replace(' ', "  "),
        14 => user.last_name = user.last_name.replace('\'', "&#039;"),
        15 => {
            let vat = Some(String::from("particulier"));
            user.properties.insert(String::from("vat_number"), vat);
        }
        16 => {
            user.properties.insert(String::from("vat_number"), None);
        }
        17 => user.first_name = format!("{} & co", user.first_name),
        18 => user.zip = format!("{}-{}", user.country, user.zip),
        _ => {
            let name = spelling::name(&user.last_name, random);
            user.last_name = name;
        }
    }
}
