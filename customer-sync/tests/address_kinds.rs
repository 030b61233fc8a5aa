//! Kinds of address lines, generated: words of boxes and flats, separators, orders and countries. A line is split as it
//! was meant, or stays whole; it is never split into anything else.
//!
//! The words are from general knowledge of how addresses are written in these countries. Nothing here knows the tables of the crate.

use customer_sync::normalize::address::{self, Certainty, KnownPlace, Split};

/// Words that the field for the box makes needless, and are left out.
const LABELS: [&str; 5] = ["bus", "bte", "boîte", "box", "Bus"];

/// Country, streets, words of a flat.
#[rustfmt::skip]
const COUNTRIES: [(&str, &[&str], &[&str]); 17] = [
    ("BE", &["Kerkstraat", "Rue de la Loi", "Steenweg op Gent", "Avenue Louise", "Sint-Pietersplein", "Am Bach"], &[
        "bus", "bte", "boîte", "Bus", "box", "app.", "appartement", "kot", "kamer", "bloc", "lokaal", "verdieping", "étage",
        "appt", "studio", "unit", "chambre", "porte", "bureau", "blok",
    ]),
    ("NL", &["Keizersgracht", "Laan van Meerdervoort", "Dorpsstraat"], &[
        "bus", "kamer", "app.", "appartement", "unit", "verdieping", "zolder", "etage", "lokaal", "garage",
    ]),
    ("LU", &["rue de Strasbourg", "Grand-Rue"], &["app.", "appartement", "bte", "étage", "bureau"]),
    ("FR", &["rue du Bac", "avenue Foch"], &["appt", "appartement", "app", "bâtiment", "bât.", "escalier", "porte", "chambre", "salle"]),
    ("DE", &["Hauptstraße", "Hauptstr.", "Am Alten Markt"], &["Whg.", "Wohnung", "Haus", "Zimmer", "App.", "Büro", "Eingang", "Etage"]),
    ("AT", &["Wiedner Hauptstraße", "Ring"], &["Top", "Tür", "Stiege", "Stg.", "Wohnung"]),
    ("CH", &["Bahnhofstrasse", "Rue du Rhône"], &["Whg.", "Wohnung", "appartement", "Top"]),
    ("GB", &["High Street", "Church Lane"], &["Flat", "Apartment", "Unit", "Suite", "Room", "Office", "Floor"]),
    ("IE", &["Main Street", "Dock Road"], &["Apt", "Apartment", "Unit", "Suite"]),
    ("ES", &["Calle Mayor", "Avenida de la Constitución"], &["piso", "puerta", "oficina", "escalera", "local"]),
    ("IT", &["Via Roma", "Piazza del Popolo"], &["int.", "interno", "scala", "piano"]),
    ("PT", &["Rua Augusta", "Praça do Comércio"], &["andar", "sala", "loja", "apto"]),
    ("DK", &["Nørrebrogade", "Vestergade"], &["lejl.", "lejlighed", "dør"]),
    ("SE", &["Storgatan", "Kungsgatan"], &["lgh", "lägenhet"]),
    ("NO", &["Karl Johans gate", "Storgata"], &["leil.", "leilighet", "oppgang"]),
    ("PL", &["ul. Długa", "Rynek"], &["m.", "lok.", "mieszkanie", "mieszkania", "lokal"]),
    ("CZ", &["Dlouhá", "Václavské náměstí"], &["byt", "patro", "dveře"]),
];

/// Words that no table has to know: a line with one must stay whole, or name it in the box.
const STRANGE: [&str; 14] = [
    "vleugel",
    "paviljoen",
    "gleis",
    "stand",
    "hangar",
    "perceel",
    "quartier",
    "barak",
    "stal",
    "tuinhuis",
    "kiosk",
    "annexe",
    "serre",
    "xyz",
];

const BETWEEN: [&str; 19] = [
    " ", ", ", ",", "/", "-", " / ", " - ", "/ ", "- ", " /", " -", ".", " – ", "–", "; ", " | ",
    ": ", "_", " (",
];

/// What was meant.
struct Meant<'a> {
    street: &'a str,
    number: &'a str,
    word: &'a str,
    value: &'a str,
}

fn folded(text: &str) -> String {
    let signs = |c: char| c.is_alphanumeric() || c == '/';
    text.chars()
        .filter(|c| signs(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

impl Meant<'_> {
    fn is(&self, split: &Split) -> bool {
        let label = LABELS.contains(&self.word) || self.word.is_empty();
        let unit = if label {
            self.value.to_owned()
        } else {
            format!("{}{}", self.word, self.value)
        };
        split.street == self.street
            && split.number.as_deref().map(folded) == Some(folded(self.number))
            && folded(
                &split
                    .box_number
                    .as_deref()
                    .unwrap_or_default()
                    .replace("nr ", ""),
            ) == folded(&unit)
    }
}

/// Counts of lines that were split as meant, and that stayed whole; and the lines that were split otherwise.
#[derive(Default)]
struct Counts {
    exact: usize,
    whole: usize,
    wrong: Vec<String>,
}

impl Counts {
    fn add(&mut self, line: &str, country: &str, meant: &Meant<'_>) {
        let Some(split) = address::split(line, Some(country)) else {
            return self.wrong.push(format!("{country} {line:?} is lost"));
        };
        assert_nothing_lost(line, country, &split);
        let (certainty, reason) = (split.certainty, split.reason);
        let split = split.or_whole(Certainty::Likely);
        if split.number.is_none() && split.street == line {
            self.whole += 1;
        } else if meant.is(&split) {
            self.exact += 1;
        } else {
            self.wrong.push(format!(
                "{country} {line:?}: {:?} {:?} {:?} {certainty:?}, {reason}",
                split.street, split.number, split.box_number
            ));
        }
    }

    fn total(&self) -> usize {
        self.exact + self.whole + self.wrong.len()
    }

    /// No wrong line, and at least this share of them exact.
    fn check(&self, percent: usize) {
        println!(
            "{} exact, {} whole, {} wrong",
            self.exact,
            self.whole,
            self.wrong.len()
        );
        assert!(self.total() >= 100, "{}", self.total());
        let wrong = self
            .wrong
            .iter()
            .step_by(1 + self.wrong.len() / 30)
            .cloned()
            .collect::<Vec<_>>();
        assert!(
            wrong.is_empty(),
            "{} of {} wrong:\n{}",
            self.wrong.len(),
            self.total(),
            wrong.join("\n")
        );
        let share = self.exact * 100 / self.total();
        assert!(share >= percent, "only {share} % of {} exact", self.total());
    }
}

/// Letters and figures, each run of one kind a word, without labels of a box or a number.
fn characters(text: &str, country: &str) -> Vec<String> {
    // Each with whether it is glued to the one before.
    let mut words: Vec<(String, bool)> = Vec::new();
    let mut before = None;
    for c in text.chars() {
        let kind = c.is_alphanumeric().then(|| c.is_numeric());
        if let Some((word, _)) = words
            .last_mut()
            .filter(|_| kind.is_some() && kind == before)
        {
            word.push(c);
        } else if kind.is_some() {
            words.push((c.to_string(), before.is_some()));
        }
        before = kind;
    }
    let is_label = |(word, is_glued): &(String, bool), next: Option<&(String, bool)>| {
        let word = word.to_lowercase();
        let before_number = next.is_some_and(|next| next.0.starts_with(char::is_numeric));
        matches!(
            word.as_str(),
            "bus" | "bte" | "boîte" | "boite" | "box" | "bt"
        ) || before_number
            && matches!(
                word.as_str(),
                "nr" | "no" | "n" | "num" | "numero" | "nummer"
            )
            || before_number && country == "BE" && word == "b" && !is_glued
    };
    let mut kept: Vec<String> = (words.iter().enumerate())
        .filter(|(at, word)| !is_label(word, words.get(at + 1)))
        .map(|(_, word)| word.0.clone())
        .collect();
    kept.sort_unstable();
    kept
}

fn assert_nothing_lost(line: &str, country: &str, split: &Split) {
    let place = split.locality.clone().unwrap_or_default();
    let parts = [
        split.street.as_str(),
        split.number.as_deref().unwrap_or_default(),
        split.box_number.as_deref().unwrap_or_default(),
        &place.0,
        &place.1,
        split.repeated.as_deref().unwrap_or_default(),
    ];
    let found = characters(&parts.join(" | "), country);
    assert_eq!(found, characters(line, country), "{country} {line:?}");
}

fn each(mut with: impl FnMut(&str, &str, &str)) {
    for (country, streets, words) in COUNTRIES {
        for street in streets {
            for word in words {
                with(country, street, word);
            }
        }
    }
}

fn is_number_in_front(country: &str) -> bool {
    matches!(country, "FR" | "LU" | "GB" | "IE")
}

#[test]
fn a_word_of_a_flat_behind_the_number_however_it_is_divided() {
    let mut counts = Counts::default();
    each(|country, street, word| {
        for number in ["12", "127", "12A"] {
            for value in ["3", "14", "0301", "B"] {
                for between in BETWEEN {
                    let closing = if between == " (" { ")" } else { "" };
                    let meant = Meant {
                        street,
                        number,
                        word,
                        value,
                    };
                    let front = is_number_in_front(country);
                    let lines = if front && !between.starts_with(['/', '-', '.', '_', '–']) {
                        format!("{number} {street}{between}{word} {value}{closing}")
                    } else {
                        format!("{street} {number}{between}{word} {value}{closing}")
                    };
                    counts.add(&lines, country, &meant);
                }
            }
        }
    });
    counts.check(75);
}

#[test]
fn a_word_that_no_table_knows_leaves_the_line_whole() {
    let mut counts = Counts::default();
    for (country, streets, _) in COUNTRIES {
        for street in streets {
            for word in STRANGE {
                for between in BETWEEN {
                    let meant = Meant {
                        street,
                        number: "12",
                        word,
                        value: "3",
                    };
                    counts.add(&format!("{street} 12{between}{word} 3"), country, &meant);
                    counts.add(&format!("12{between}{word} 3 {street}"), country, &meant);
                    counts.add(&format!("12{between}{word} 3, {street}"), country, &meant);
                    counts.add(&format!("{word} 3{between}{street} 12"), country, &meant);
                    counts.add(&format!("{street}{between}{word} 3 12"), country, &meant);
                }
            }
        }
    }
    counts.check(0);
}

#[test]
fn other_orders() {
    let mut counts = Counts::default();
    each(|country, street, word| {
        for between in [" ", ", ", "/", " - ", "; "] {
            let meant = Meant {
                street,
                number: "12",
                word,
                value: "3",
            };
            for line in [
                format!("{word} 3{between}{street} 12"),
                format!("{street}{between}{word} 3 12"),
                format!("{street} {word} 3{between}12"),
                format!("{street} {word}{between}12"),
                format!("12{between}{street} {word} 3"),
                format!("12 {word} 3{between}{street}"),
                format!("{street} 12{between}3 {word}"),
                format!("{street} nr. 12{between}{word} nr 3"),
                format!("{street}{between}12{between}{word} 3"),
            ] {
                let word_is_label = LABELS.contains(&word);
                // The number of the flat is lost on purpose in none of them; two readings are both right here.
                if line.contains(&format!("{word}{between}12"))
                    || line.ends_with(&format!("3 {word}")) && !word_is_label
                {
                    let split = address::split(&line, Some(country)).unwrap();
                    assert_nothing_lost(&line, country, &split);
                    continue;
                }
                counts.add(&line, country, &meant);
            }
        }
    });
    counts.check(30);
}

#[test]
fn a_second_number_is_never_guessed() {
    let mut counts = Counts::default();
    for (country, streets, words) in COUNTRIES {
        for street in streets {
            for (first, second) in [
                ("19", "12"),
                ("6", "12"),
                ("47", "3"),
                ("1933", "2"),
                ("2", "4B"),
            ] {
                let named = format!("{street} {first}");
                let meant = |word, value| Meant {
                    street: &named,
                    number: second,
                    word,
                    value,
                };
                counts.add(
                    &format!("{street} {first} {second}"),
                    country,
                    &meant("", ""),
                );
                for word in words {
                    counts.add(
                        &format!("{street} {first} {second} {word} 3"),
                        country,
                        &meant(word, "3"),
                    );
                    counts.add(
                        &format!("{street} {first}, {second} {word} 3"),
                        country,
                        &meant(word, "3"),
                    );
                    counts.add(
                        &format!("{street} {first} {second}, {word} 3"),
                        country,
                        &meant(word, "3"),
                    );
                }
            }
        }
    }
    counts.check(0);
}

#[test]
fn marks_at_the_number() {
    let mut counts = Counts::default();
    for (country, streets, _) in COUNTRIES {
        for street in streets {
            for number in ["12", "127", "3"] {
                let plain = Meant {
                    street,
                    number,
                    word: "",
                    value: "",
                };
                for line in [
                    format!("{street} {number}."),
                    format!("{street} {number},"),
                    format!("{street}, {number}."),
                    format!("{street} n°{number}"),
                    format!("{street} n° {number}"),
                    format!("{street} nr.{number}"),
                    format!("{street} nr{number}"),
                    format!("{street} №{number}"),
                    format!("{street} Nr. {number}."),
                ] {
                    counts.add(&line, country, &plain);
                }
                for letter in ["a", "b", "c", "A", "C"] {
                    let glued = format!("{number}{letter}");
                    let meant = Meant {
                        number: &glued,
                        ..plain
                    };
                    counts.add(&format!("{street} {number}{letter}."), country, &meant);
                    // In the Netherlands a small letter is an addition.
                    if country != "NL" {
                        counts.add(&format!("{street} {number} {letter}"), country, &meant);
                    }
                }
            }
        }
    }
    counts.check(75);
}

#[test]
fn a_value_behind_a_slash_or_a_dash_with_spaces() {
    let mut counts = Counts::default();
    for (country, streets, _) in COUNTRIES {
        for street in streets {
            for number in ["30", "145", "44A"] {
                for value in ["2", "A", "C", "II", "C11", "007"] {
                    for between in [" / ", "/ ", " /", " - ", "- ", " -", " – "] {
                        // In these two countries it is a part of the number.
                        if ["IT", "CZ"].contains(&country) && between.contains('/') {
                            continue;
                        }
                        let meant = Meant {
                            street,
                            number,
                            word: "",
                            value,
                        };
                        counts.add(
                            &format!("{street} {number}{between}{value}"),
                            country,
                            &meant,
                        );
                    }
                }
            }
        }
    }
    counts.check(75);
}

#[test]
fn a_label_glued_to_its_value_or_with_a_number_word() {
    let mut counts = Counts::default();
    for (country, streets, _) in COUNTRIES {
        for street in streets {
            for word in LABELS {
                for value in ["3", "12", "0301", "3B"] {
                    let meant = Meant {
                        street,
                        number: "12",
                        word,
                        value,
                    };
                    for line in [
                        format!("{street} 12 {word}{value}"),
                        format!("{street} 12 {word}.{value}"),
                        format!("{street} 12 {word}:{value}"),
                        format!("{street} 12, {word}{value}"),
                        format!("{street} 12/{word}{value}"),
                        format!("{street} 12-{word}{value}"),
                        format!("{street} 12{word}{value}"),
                        format!("{street} 12{word} {value}"),
                        format!("{street} 12 {word} n° {value}"),
                        format!("{street} 12 {word} n°{value}"),
                        format!("{street} 12 {word} nr. {value}"),
                        format!("{street} 12 - {word} nr {value}"),
                        format!("{street} n°12 {word} {value}."),
                    ] {
                        counts.add(&line, country, &meant);
                    }
                }
            }
        }
    }
    counts.check(75);
}

#[test]
#[allow(clippy::too_many_lines)] // A table.
fn a_place_behind_that_the_customer_s_own_fields_name() {
    let places = [
        (
            "BE",
            "9000",
            "Gent",
            ["België", "Belgium", "Belgique", "BE"],
        ),
        (
            "NL",
            "7512 EC",
            "Enschede",
            ["Nederland", "The Netherlands", "Pays-Bas", "NL"],
        ),
        (
            "FR",
            "75011",
            "Paris",
            ["France", "Frankrijk", "FRANCE", "FR"],
        ),
        (
            "DE",
            "10115",
            "Berlin",
            ["Deutschland", "Germany", "Duitsland", "DE"],
        ),
        (
            "AT",
            "1040",
            "Wien",
            ["Österreich", "Austria", "Oostenrijk", "AT"],
        ),
        (
            "LU",
            "1611",
            "Luxembourg",
            ["Luxembourg", "Luxemburg", "Lëtzebuerg", "LU"],
        ),
    ];
    let mut lines = 0;
    for (country, postcode, city, names) in places {
        let place = KnownPlace {
            country: Some(country),
            postcode: Some(postcode),
            city: Some(city),
        };
        for (street, number, value) in [
            ("Hoge Kade", "12", ""),
            ("Rue Haute", "3A", "4"),
            ("Am Ring", "145", "12"),
        ] {
            let address = if value.is_empty() {
                format!("{street} {number}")
            } else {
                format!("{street} {number} bus {value}")
            };
            let mut behind = vec![
                format!(", {city}"),
                format!(" {city}"),
                format!(", {}", city.to_uppercase()),
                format!(", {postcode}, {city}"),
                format!(", {postcode} {city}"),
                format!(" {postcode} {city}"),
                format!("\n{postcode} {city}"),
                format!(", {postcode}"),
            ];
            for name in names {
                behind.extend([
                    format!(", {name}"),
                    format!(" {name}"),
                    format!(", {city}, {name}"),
                    format!(", {postcode} {city}, {name}"),
                    format!(", {postcode} {city} {name}"),
                    format!(", {postcode}, {city}, {name}"),
                    format!("\n{postcode} {city}\n{name}"),
                ]);
            }
            for behind in behind {
                let line = format!("{address}{behind}");
                let split = address::split_known(&line, place).unwrap();
                assert_nothing_lost(&line, country, &split);
                let split = split
                    .or_whole(Certainty::Likely)
                    .agreeing(Some(postcode), Some(city));
                let meant = Meant {
                    street,
                    number,
                    word: "",
                    value,
                };
                assert!(
                    meant.is(&split),
                    "{country} {line:?}: {:?} {:?} {:?} {}",
                    split.street,
                    split.number,
                    split.box_number,
                    split.reason
                );
                lines += 1;
            }
        }
    }
    assert!(lines >= 100);
    // The name of a street is not taken for the place.
    for (line, street) in [
        ("12 Rue de Belgique", "Rue de Belgique"),
        ("Steenweg op Gent 12", "Steenweg op Gent"),
        ("Steenweg op Gent", "Steenweg op Gent"),
    ] {
        let place = KnownPlace {
            country: Some("BE"),
            postcode: Some("9000"),
            city: Some("Gent"),
        };
        let split = address::split_known(line, place).unwrap();
        assert_eq!(
            (split.street.as_str(), split.repeated),
            (street, None),
            "{line}"
        );
    }
}
