//! Kinds of country names, generated: names with a code or another language beside them, articles, `&`, other orders of
//! the words, marks and capitals. The names are ISO 3166-1's own short names and native names from the same standard.
#![allow(clippy::unwrap_used)] // As in tests.

use customer_sync::normalize::country::code;

/// Alpha-2 code, and ISO's English short name where it is not a single word, or a usual name.
#[rustfmt::skip]
const ISO: [(&str, &str); 62] = [
    ("BE", "Belgium"), ("NL", "Netherlands (Kingdom of the)"), ("GB", "United Kingdom of Great Britain and Northern Ireland (the)"),
    ("US", "United States of America (the)"), ("KR", "Korea (the Republic of)"), ("KP", "Korea (the Democratic People's Republic of)"),
    ("IR", "Iran (Islamic Republic of)"), ("BO", "Bolivia (Plurinational State of)"), ("VE", "Venezuela (Bolivarian Republic of)"),
    ("MD", "Moldova (the Republic of)"), ("TZ", "Tanzania, the United Republic of"), ("TW", "Taiwan (Province of China)"),
    ("FM", "Micronesia (Federated States of)"), ("VG", "Virgin Islands (British)"), ("VI", "Virgin Islands (U.S.)"),
    ("PS", "Palestine, State of"), ("CD", "Congo (the Democratic Republic of the)"), ("LA", "Lao People's Democratic Republic (the)"),
    ("SY", "Syrian Arab Republic (the)"), ("RU", "Russian Federation (the)"), ("VN", "Viet Nam"), ("BN", "Brunei Darussalam"),
    ("CI", "Côte d'Ivoire"), ("CV", "Cabo Verde"), ("SZ", "Eswatini"), ("MK", "North Macedonia"), ("TR", "Türkiye"),
    ("BA", "Bosnia and Herzegovina"), ("TT", "Trinidad and Tobago"), ("AG", "Antigua and Barbuda"), ("ST", "Sao Tome and Principe"),
    ("KN", "Saint Kitts and Nevis"), ("VC", "Saint Vincent and the Grenadines"), ("PM", "Saint Pierre and Miquelon"),
    ("WF", "Wallis and Futuna"), ("SJ", "Svalbard and Jan Mayen"), ("HM", "Heard Island and McDonald Islands"),
    ("GS", "South Georgia and the South Sandwich Islands"), ("TC", "Turks and Caicos Islands (the)"),
    ("BQ", "Bonaire, Sint Eustatius and Saba"), ("SH", "Saint Helena, Ascension and Tristan da Cunha"),
    ("SX", "Sint Maarten (Dutch part)"), ("MF", "Saint Martin (French part)"), ("CC", "Cocos (Keeling) Islands (the)"),
    ("FK", "Falkland Islands (the) [Malvinas]"), ("AE", "United Arab Emirates (the)"), ("BS", "Bahamas (the)"),
    ("GM", "Gambia (the)"), ("PH", "Philippines (the)"), ("SD", "Sudan (the)"), ("NE", "Niger (the)"), ("KM", "Comoros (the)"),
    ("DO", "Dominican Republic (the)"), ("CF", "Central African Republic (the)"), ("CZ", "Czechia"), ("VA", "Holy See (the)"),
    ("TL", "Timor-Leste"), ("GW", "Guinea-Bissau"), ("MM", "Myanmar"), ("LC", "Saint Lucia"), ("IO", "British Indian Ocean Territory (the)"),
    ("UM", "United States Minor Outlying Islands (the)"),
];

#[rustfmt::skip]
const NATIVE: [(&str, &str); 66] = [
    ("GR", "Ελλάδα"), ("GR", "ΕΛΛΑΔΑ"), ("CY", "Κύπρος"), ("CY", "ΚΥΠΡΟΣ"), ("DE", "Γερμανία"), ("BE", "Βέλγιο"), ("NL", "Ολλανδία"),
    ("BG", "България"), ("RS", "Србија"), ("MK", "Северна Македонија"), ("RU", "Россия"), ("RU", "РОССИЯ"), ("UA", "Україна"),
    ("BY", "Беларусь"), ("KZ", "Қазақстан"), ("BE", "Бельгия"), ("BE", "Белгия"), ("DE", "Германия"), ("NL", "Нидерланды"),
    ("MA", "المغرب"), ("DZ", "الجزائر"), ("TN", "تونس"), ("EG", "مصر"), ("SA", "المملكة العربية السعودية"), ("SY", "سوريا"),
    ("LB", "لبنان"), ("IQ", "العراق"), ("AE", "الإمارات العربية المتحدة"), ("BE", "بلجيكا"), ("IL", "ישראל"), ("IR", "ایران"),
    ("CN", "中国"), ("CN", "中國"), ("TW", "台灣"), ("JP", "日本"), ("KR", "대한민국"), ("KR", "韩国"), ("DE", "德国"), ("FR", "フランス"),
    ("BE", "ベルギー"), ("BE", "比利时"), ("GE", "საქართველო"), ("AM", "Հայաստան"), ("TH", "ไทย"), ("IN", "भारत"),
    ("HR", "Hrvatska"), ("HU", "Magyarország"), ("FI", "Suomi"), ("EE", "Eesti"), ("LV", "Latvija"), ("LT", "Lietuva"),
    ("SI", "Slovenija"), ("SK", "Slovensko"), ("CZ", "Česko"), ("RO", "România"), ("AL", "Shqipëria"), ("IS", "Ísland"),
    ("NO", "Norge"), ("NO", "Noreg"), ("IE", "Éire"), ("MT", "Malta"), ("TR", "Türkiye"), ("VN", "Việt Nam"), ("ES", "España"),
    ("AT", "Österreich"), ("LU", "Lëtzebuerg"),
];

#[rustfmt::skip]
const USUAL: [(&str, &str); 60] = [
    ("US", "VS"), ("US", "V.S."), ("US", "U.S."), ("US", "USA"), ("US", "U.S.A."), ("US", "EE.UU."), ("US", "Verenigde Staten van Amerika"),
    ("GB", "UK"), ("GB", "U.K."), ("GB", "Schotland"), ("GB", "Schottland"), ("GB", "Écosse"), ("GB", "Noord-Ierland"), ("GB", "Nordirland"),
    ("GB", "Irlande du Nord"), ("GB", "Wales"), ("GB", "Pays de Galles"), ("GB", "Engeland"), ("GB", "Angleterre"), ("GB", "Groot-Brittannië"),
    ("GB", "Grande Bretagne"), ("CI", "Elfenbeinküste"), ("CI", "Elfenbeinkueste"), ("CI", "Ivoorkust"), ("CI", "Ivory Coast"),
    ("CI", "Cote d Ivoire"), ("CD", "RDC"), ("CD", "R.D.C."), ("CD", "DR Congo"), ("CD", "D.R. Congo"), ("CD", "DRC"),
    ("CD", "Congo-Kinshasa"), ("CD", "Congo (Kinshasa)"), ("CD", "Democratische Republiek Congo"), ("CG", "Congo-Brazzaville"),
    ("CG", "Congo (Brazzaville)"), ("BY", "Weißrussland"), ("BY", "Weissrussland"), ("BY", "Wit-Rusland"), ("PS", "Palestina"),
    ("PS", "Palestine"), ("MO", "Macau"), ("AT", "Oesterreich"), ("DK", "Daenemark"), ("RO", "Rumaenien"), ("HU", "Ungarn"),
    ("AX", "Aaland"), ("BS", "The Bahamas"), ("VA", "Vatican"), ("VA", "Vaticaan"), ("CZ", "Czech Rep."), ("CZ", "Tschechei"),
    ("DO", "Dominican Rep."), ("LC", "St. Lucia"), ("LC", "Sainte-Lucie"), ("MM", "Birma"), ("NL", "Holland"), ("NL", "The Netherlands"),
    ("BA", "Bosnië"), ("SY", "Syrië"),
];

/// Names that were looked up, and those that were not understood as expected.
#[derive(Default)]
struct Found {
    count: usize,
    wrong: Vec<String>,
}

impl Found {
    fn add(&mut self, name: &str, expected: &str) {
        self.count += 1;
        if code(name) != Some(expected) {
            self.wrong
                .push(format!("{name:?} is {:?}, not {expected}", code(name)));
        }
    }

    fn check(&self) {
        assert!(self.count >= 100);
        assert!(
            self.wrong.is_empty(),
            "{} of {}:\n{}",
            self.wrong.len(),
            self.count,
            self.wrong.join("\n")
        );
    }
}

#[test]
fn names_of_the_standard_and_names_in_use() {
    let mut found = Found::default();
    for (alpha2, name) in ISO.iter().chain(&NATIVE).chain(&USUAL) {
        for name in [
            (*name).to_owned(),
            name.to_uppercase(),
            name.to_lowercase(),
            format!(" {name} "),
            name.replace(' ', "  "),
            format!("\u{202a}{name}\u{202c}"),
            format!("\u{2066}{name}\u{2069}"),
            format!("\u{feff}{name}\u{200b}"),
            format!("\u{61c}{name}"),
        ] {
            found.add(&name, alpha2);
        }
    }
    found.check();
}

#[test]
fn a_code_or_the_same_name_beside_it() {
    let mut found = Found::default();
    for (alpha2, name) in ISO.iter().chain(&NATIVE).chain(&USUAL) {
        for name in [
            format!("{name} ({alpha2})"),
            format!("{alpha2} - {name}"),
            format!("{alpha2} – {name}"),
            format!("{name} / {alpha2}"),
            format!("{name}, {alpha2}"),
            format!("{name} [{alpha2}]"),
            format!("{alpha2}: {name}"),
            format!("{alpha2} {name}"),
        ] {
            found.add(&name, alpha2);
        }
    }
    for (alpha2, names) in [
        ("CH", ["Schweiz", "Suisse", "Svizzera"]),
        ("BE", ["België", "Belgique", "Belgien"]),
        ("LU", ["Luxembourg", "Luxemburg", "Lëtzebuerg"]),
        ("FI", ["Suomi", "Finland", "Finlande"]),
        ("DE", ["Deutschland", "Germany", "Allemagne"]),
    ] {
        for a in names {
            for b in names {
                for between in ["/", " / ", " - ", "-", " | ", ", "] {
                    found.add(&format!("{a}{between}{b}"), alpha2);
                }
            }
        }
    }
    found.check();
}

#[test]
fn and_the_article_and_the_order_of_the_words() {
    let mut found = Found::default();
    for (alpha2, name) in ISO {
        let plain = name.replace(" (the)", "");
        for name in [
            plain.clone(),
            format!("the {plain}"),
            format!("{plain} (the)"),
            format!("{plain}, the"),
            plain.replace(" and ", " & "),
            plain.replace(" and ", " en "),
            plain.replace(" and ", "-"),
            plain.replace("Saint ", "St. "),
            plain.replace("Republic", "Rep."),
            plain.replace(" (", ", ").replace(')', ""),
        ] {
            found.add(&name, alpha2);
        }
    }
    found.check();
}

#[test]
fn what_is_no_country_or_may_be_two_is_none() {
    let two = [
        "Congo",
        "Kongo",
        "the Congo",
        "Korea",
        "Virgin Islands",
        "BE NL",
        "Belgium, the Netherlands",
        "Belgium (NL)",
        "NL - België",
    ];
    let none = [
        "n/a",
        "N/A",
        "-",
        "?",
        "(the)",
        "Atlantis",
        "Europe",
        "EU",
        "Vlaanderen",
        "Belgium and France",
        "12",
        "XX",
        "ZZ",
        "Gent, Belgium",
        "none",
    ];
    for text in two.iter().chain(&none) {
        assert_eq!(code(text), None, "{text}");
    }
    // Names with a word of another country.
    for (alpha2, _) in ISO {
        for word in ["Gent", "Utopia", "and more"] {
            assert_eq!(code(&format!("{word} ({alpha2})")), None);
        }
    }
}
