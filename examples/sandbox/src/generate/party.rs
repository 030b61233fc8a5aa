//! A customer as a bookkeeper typed them into Billit.

use serde_json::{Map, Value, json};

use super::person::Person;
use super::spelling;
use crate::random::Random;

/// `owner` is the Planyo user that the party belongs to.
pub(super) fn party(
    id: i64,
    owner: Option<u64>,
    person: &Person,
    mut random: Random,
) -> Map<String, Value> {
    let random = &mut random;
    let mut party = Map::new();
    let mut set = |name: &str, value: String| {
        if !value.is_empty() {
            party.insert(name.to_owned(), Value::String(value));
        }
    };
    let (first, last) = (
        spelling::name(person.first, random),
        spelling::name(person.last, random),
    );
    match &person.company {
        Some((name, vat)) => {
            set("Name", spelling::name(name, random));
            // Billit's spelling, and now and then none at all.
            let vat = vat
                .split(' ')
                .next()
                .unwrap_or_default()
                .replace(['-', '.'], "");
            set(
                "VATNumber",
                if random.chance(90) {
                    vat
                } else {
                    String::new()
                },
            );
        }
        None if random.chance(10) => set("Name", format!("{last} {first}")),
        None => set("Name", format!("{first} {last}")),
    }
    if random.chance(70) {
        set("ContactFirstName", first);
        set("ContactLastName", last);
    }
    set(
        "PartyType",
        String::from(if owner.is_none() && random.chance(15) {
            "Supplier"
        } else {
            "Customer"
        }),
    );
    set(
        "Email",
        match random.below(20) {
            0 => String::new(),
            1 => person.email.to_uppercase(),
            2 => format!("accounts@example.com;{}", person.email),
            3 if person.company.is_some() => format!("invoices.{}", person.email),
            _ => person.email.clone(),
        },
    );
    let number = format!("+{}{}", person.country.phone_code, person.phone);
    let number = match random.below(10) {
        0 => String::new(),
        1 => format!("{}{}", person.country.trunk, person.phone),
        _ => number,
    };
    set(if person.has_mobile { "Mobile" } else { "Phone" }, number);
    set(
        "Language",
        if random.chance(85) {
            person.language.to_owned()
        } else {
            String::new()
        },
    );
    // A few have moved.
    let has_moved = random.chance(8);
    set(
        "Street",
        if has_moved {
            String::from("Nieuwstraat")
        } else {
            spelling::street(person.street, random)
        },
    );
    set("StreetNumber", person.number.clone());
    set("Box", person.unit.clone());
    set("Zipcode", person.zip.to_owned());
    set(
        "City",
        spelling::name(person.city, random).trim().to_owned(),
    );
    set("CountryCode", person.country.code.to_owned());
    match owner {
        Some(user) if random.chance(10) => set("ExternalProviderID", format!("planyo:{user}")),
        None if random.chance(5) => set("ExternalProviderID", format!("crm-{id}")),
        _ => {}
    }
    let (month, day) = (1 + random.below(12), 1 + random.below(28));
    set("Created", format!("2023-{month:02}-{day:02}T09:15:00"));
    set(
        "LastModified",
        format!("2025-{month:02}-{day:02}T16:40:00.5"),
    );
    party.insert(String::from("PartyID"), json!(id));
    party.insert(String::from("VATLiable"), json!(person.company.is_some()));
    party
}
