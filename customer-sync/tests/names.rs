//! Names: legal forms, names no person has, fillers, and the same name in both fields.
#![allow(clippy::unwrap_used)] // As in tests.

use customer_sync::kind::{self, Kind};
use customer_sync::normalize::names;
use customer_sync::peppol::Readiness;
use customer_sync::source::planyo;
use customer_sync::{Customer, Field, MappingRules, Problem, party};
use serde_json::{Value, json};

fn mapped(first: &str, last: &str, company: Option<&str>) -> Result<Customer, Problem> {
    let user = json!({
        "id": 7, "first_name": first, "last_name": last, "properties": {"bedrijf": company},
    });
    planyo::customer(
        &serde_json::from_value(user).unwrap(),
        &MappingRules::default(),
    )
}

fn kind_of(first: &str, last: &str) -> Kind {
    kind::of(&mapped(first, last, None).unwrap()).0
}

fn rows(json: &str) -> Vec<Value> {
    serde_json::from_str(json).unwrap()
}

#[test]
fn kinds_from_public_reports() {
    let mut wrong = Vec::new();
    for case in rows(include_str!("cases/kinds.json")) {
        let (first, last) = (
            case["first"].as_str().unwrap(),
            case["last"].as_str().unwrap(),
        );
        let kind = format!("{:?}", kind_of(first, last));
        let excluded = case["not"].as_array().unwrap();
        if excluded.iter().any(|excluded| *excluded == json!(kind)) {
            wrong.push(format!("{first} {last}: {kind}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn names_from_public_reports() {
    for case in rows(include_str!("cases/names.json")) {
        let text = |name: &str| case[name].as_str();
        let customer = mapped(
            text("first").unwrap(),
            text("last").unwrap(),
            text("company"),
        );
        assert_eq!(customer.unwrap().name().as_deref(), text("name"), "{case}");
    }
}

/// Forms of companies by country, from general knowledge of what their registers write.
const FORMS: &[(&str, &[&str])] = &[
    (
        "BE",
        &[
            "BV",
            "SRL",
            "NV",
            "SA",
            "CommV",
            "SComm",
            "VOF",
            "SNC",
            "CV",
            "SC",
            "VZW",
            "ASBL",
            "IVZW",
            "AISBL",
            "Maatschap",
            "Besloten vennootschap",
            "Société à responsabilité limitée",
            "Naamloze vennootschap",
            "Société anonyme",
            "Vereniging zonder winstoogmerk",
            "Association sans but lucratif",
            "Vennootschap onder firma",
            "Commanditaire vennootschap",
            "Coöperatieve vennootschap",
            "Société coopérative",
        ],
    ),
    (
        "NL",
        &[
            "B.V.",
            "N.V.",
            "V.O.F.",
            "C.V.",
            "Coöperatie U.A.",
            "Stichting",
            "Eenmanszaak",
        ],
    ),
    (
        "LU",
        &["S.à r.l.", "SARL", "S.A.", "S.C.A.", "S.C.S.", "SCSp", "SE"],
    ),
    (
        "FR",
        &[
            "SARL",
            "SAS",
            "SASU",
            "EURL",
            "SA",
            "SNC",
            "SCI",
            "SELARL",
            "SELAS",
            "EARL",
            "GAEC",
            "GIE",
            "SCEA",
            "SCOP",
            "Société par actions simplifiée",
            "Société civile immobilière",
            "Entreprise individuelle",
        ],
    ),
    (
        "DE",
        &[
            "GmbH",
            "UG",
            "AG",
            "KG",
            "OHG",
            "GbR",
            "e.V.",
            "eG",
            "e.K.",
            "KGaA",
            "PartG",
            "PartG mbB",
            "SE",
            "GmbH & Co. KG",
            "Gesellschaft mit beschränkter Haftung",
            "Aktiengesellschaft",
            "Kommanditgesellschaft",
        ],
    ),
    (
        "AT",
        &[
            "GmbH",
            "Ges.m.b.H.",
            "AG",
            "OG",
            "KG",
            "e.U.",
            "GesbR",
            "FlexCo",
        ],
    ),
    (
        "CH",
        &[
            "AG",
            "GmbH",
            "Sàrl",
            "Sagl",
            "SA",
            "Genossenschaft",
            "Einzelfirma",
            "Stiftung",
        ],
    ),
    (
        "GB",
        &[
            "Ltd",
            "Ltd.",
            "Limited",
            "PLC",
            "LLP",
            "CIC",
            "Community Interest Company",
        ],
    ),
    ("DK", &["A/S", "ApS", "I/S", "K/S", "IVS", "A.m.b.a."]),
    (
        "SE",
        &["AB", "HB", "KB", "Aktiebolag", "Handelsbolag", "Ek. för."],
    ),
    ("NO", &["AS", "ASA", "ANS", "ENK", "Aksjeselskap"]),
    ("FI", &["Oy", "Oyj", "Ky", "Ay", "Tmi", "Osakeyhtiö"]),
    (
        "PL",
        &[
            "Sp. z o.o.",
            "S.A.",
            "sp.k.",
            "sp. j.",
            "S.K.A.",
            "P.S.A.",
            "s.c.",
            "Fundacja",
        ],
    ),
    (
        "CZ",
        &[
            "s.r.o.",
            "spol. s r.o.",
            "a.s.",
            "v.o.s.",
            "k.s.",
            "z.s.",
            "o.p.s.",
        ],
    ),
    ("HU", &["Kft.", "Zrt.", "Nyrt.", "Bt.", "Kkt."]),
    (
        "ES",
        &[
            "S.L.",
            "S.A.",
            "SLU",
            "S.Coop.",
            "C.B.",
            "Sociedad Limitada",
        ],
    ),
    (
        "IT",
        &[
            "S.r.l.",
            "S.p.A.",
            "S.n.c.",
            "S.a.s.",
            "S.r.l.s.",
            "Soc. Coop.",
        ],
    ),
    ("PT", &["Lda", "Lda.", "Ltda", "S.A.", "Unipessoal Lda"]),
    ("BG", &["ООД", "ЕООД", "АД", "OOD", "EOOD"]),
    ("SI", &["d.o.o.", "d.d.", "s.p.", "j.d.o.o."]),
    (
        "US",
        &["Inc", "Inc.", "LLC", "L.L.C.", "Corp.", "Corporation"],
    ),
];

/// The state of a company, as registers write it behind the name.
const STATES: &[&str] = &[
    "in oprichting",
    "i.o.",
    "in vereffening",
    "(in vereffening)",
    "in liquidatie",
    "en liquidation",
    "en formation",
    "i.G.",
    "i. G.",
    "i.L.",
    "in Gründung",
    "in Liquidation",
    "(Gent)",
    "(afdeling Gent)",
    "[oud]",
    "in liquidazione",
    "w likwidacji",
    "v likvidaci",
    "en liquidación",
    "under konkurs",
    "i likvidation",
    "(haftungsbeschränkt)",
];

#[test]
fn a_legal_form_in_any_country_is_no_person() {
    let mut tried = 0;
    for (country, forms) in FORMS {
        for form in *forms {
            // Ky and Ay are surnames too.
            let kind = if ["Ky", "Ay", "Bt", "Rt"].contains(form) {
                Kind::Unclear
            } else {
                Kind::Company
            };
            for (first, last) in [
                ("Zon".to_owned(), (*form).to_owned()),
                ("Zon".to_owned(), format!("Peeters {form}")),
                ("Zon &".to_owned(), format!("Maan, {form}")),
            ] {
                tried += 1;
                assert_eq!(kind_of(&first, &last), kind, "{country} {first} {last}");
            }
            for state in STATES {
                tried += 1;
                assert_eq!(
                    kind_of("Zon", &format!("Peeters {form} {state}")),
                    kind,
                    "{form} {state}"
                );
            }
            for (first, last) in [
                ("zon".to_owned(), form.to_lowercase()),
                ("ZON".to_owned(), form.to_uppercase()),
                ("Zon".to_owned(), format!("{form} Gent")),
            ] {
                // Of a short form that is an ordinary word, only the case and the place tell.
                if form.chars().filter(|c| c.is_alphabetic()).count() > 3 {
                    assert_ne!(kind_of(&first, &last), Kind::Person, "{first} {last}");
                }
            }
        }
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn two_forms_are_a_company() {
    let pairs = [
        ("NV", "SA"),
        ("SA", "NV"),
        ("BV", "SRL"),
        ("SRL", "BV"),
        ("VZW", "ASBL"),
        ("ASBL", "VZW"),
        ("CV", "SC"),
        ("CommV", "SComm"),
        ("VOF", "SNC"),
        ("AG", "SA"),
        ("GmbH", "Sàrl"),
        ("IVZW", "AISBL"),
    ];
    for (a, b) in pairs {
        for sign in ["/", " / ", "-", " - ", "–", " ", "|"] {
            for (a, b) in [
                (a.to_owned(), b.to_owned()),
                (a.to_lowercase(), b.to_lowercase()),
            ] {
                let last = format!("Peeters {a}{sign}{b}");
                let kind = kind_of("Bakkerij", &last);
                assert_ne!(kind, Kind::Person, "{last}");
                // In small letters two words may be anything.
                if a != a.to_lowercase() && sign != " " {
                    assert_eq!(kind, Kind::Company, "{last}");
                }
            }
        }
    }
}

/// Bodies, schools, clubs, shops and families in the languages of Belgium and its neighbours.
#[test]
fn a_name_that_no_person_has_is_unclear() {
    let places = ["Gent", "Namur", "Köln", "De Zon", "St. Jan"];
    let bodies = [
        "Gemeente",
        "Stad",
        "OCMW",
        "CPAS",
        "Commune de",
        "Ville de",
        "Mairie de",
        "Gemeinde",
        "Stadt",
        "Provincie",
        "Politiezone",
        "Basisschool",
        "Muziekschool",
        "École",
        "Grundschule",
        "Universiteit",
        "Scouts",
        "Chiro",
        "Jeugdhuis",
        "Parochie",
        "Sportverein",
        "Schützenverein",
        "Turnverein",
        "Association",
        "Club",
        "Bakkerij",
        "Boulangerie",
        "Apotheek",
        "Garage",
        "Hotel",
        "Restaurant",
        "Café",
        "Familie",
        "Famille",
        "Gebroeders",
        "Gebr.",
        "Kulturzentrum",
        "Het Ziekenhuis",
        "Tandartspraktijk",
    ];
    let mut tried = 0;
    for place in places {
        for body in bodies {
            for (first, last) in [
                (body.to_owned(), place.to_owned()),
                (body.to_uppercase(), place.to_uppercase()),
            ] {
                tried += 1;
                assert_eq!(kind_of(&first, &last), Kind::Unclear, "{first} {last}");
            }
        }
    }
    for name in ["Peeters", "Müller", "Dupont", "Smith"] {
        for behind in [
            "& Zonen",
            "& Zn.",
            "en zonen",
            "& Co",
            "& Cie",
            "et fils",
            "& Fils",
            "und Söhne",
            "& Söhne",
            "& Sons",
            "and Sons",
            "& Partner",
            "& Partners",
            "Brothers",
            "+ Jansen",
        ] {
            tried += 1;
            assert_eq!(kind_of(name, behind), Kind::Unclear, "{name} {behind}");
        }
        for both in [
            "Jan en An",
            "Jan & An",
            "Jean et Anne",
            "Hans und Anna",
            "John and Mary",
            "Jan + An",
        ] {
            tried += 1;
            assert_eq!(kind_of(both, name), Kind::Unclear, "{both} {name}");
        }
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn what_is_unclear_is_not_said_to_be_a_person() {
    for (first, last) in [
        ("Gemeente", "Gent"),
        ("Jan en An", "Peeters"),
        ("Jansen", "& Co"),
        ("Peeters", "Peeters"),
    ] {
        let customer = mapped(first, last, None).unwrap();
        let values = party::desired(&customer, &MappingRules::default());
        assert_eq!(values.get(&Field::VatLiable), None, "{first} {last}");
        assert_eq!(Readiness::of(&customer), Readiness::Unclear);
    }
}

/// First and last names of persons that are near to forms and words of companies.
#[test]
fn persons_stay_persons() {
    for (first, last) in [
        ("Kris", "Vos"),
        ("JAN", "VOS"),
        ("Ivan", "Čić"),
        ("Ana", "Sá"),
        ("Ann", "Peeters"),
        ("Jan", "De Smet"),
        ("Earl", "Jones"),
        ("Ad", "Jansen"),
        ("AD", "JANSEN"),
        ("Gie", "Peeters"),
        ("Sas", "Peeters"),
        ("Teo", "Maes"),
        ("Ky", "Nguyen"),
        ("Asa", "Hedin"),
        ("Bart", "Van den Berg"),
        ("Costa", "e Silva"),
        ("José", "Ortega y Gasset"),
        ("Lima", "Da Costa"),
        ("Els", "Kerkhof"),
        ("Tom", "Stad"),
        ("Piet", "Bakker"),
        ("Hans", "Schulz"),
        ("Anna", "Klubert"),
        ("Frank", "Hotelling"),
        ("Mia", "Coene"),
        ("Jo", "Cobbaut"),
        ("Eva", "Verein-Schmidt"),
        ("Sam", "Scholz"),
        ("Ida", "Limburg"),
    ] {
        assert_eq!(
            kind_of(first, last),
            if last.starts_with("Verein") {
                Kind::Unclear
            } else {
                Kind::Person
            },
            "{first} {last}"
        );
    }
}

#[test]
fn a_filler_is_no_name() {
    let signs = [
        ".", "-", "_", "?", "*", "–", "—", "...", "--", "/", "!", ",", "·", "…", "()", "-.-",
    ];
    let words = [
        "x",
        "xx",
        "XXX",
        "n/a",
        "N/A",
        "n.a.",
        "N.A",
        "undefined",
        "Undefined",
        "test",
        "Test",
        "TEST",
        "nvt",
        "n.v.t.",
        "none",
        "geen",
        "geen naam",
        "No name",
        "onbekend",
        "unknown",
        "inconnu",
        "unbekannt",
        "kein Name",
        "sans nom",
        "NULL",
        "asdf",
        "Test test",
    ];
    for filler in signs.into_iter().chain(words) {
        for (first, last) in [("Person", filler), (filler, "Person")] {
            let customer = mapped(first, last, None).unwrap();
            assert_eq!(customer.name().as_deref(), Some("Person"), "{filler}");
            // Words are told; signs alone say nothing.
            assert_eq!(
                customer.not_understood.is_empty(),
                signs.contains(&filler),
                "{filler}"
            );
        }
        assert_eq!(
            mapped(filler, filler, None).unwrap_err(),
            Problem::NoName,
            "{filler}"
        );
        assert_eq!(
            mapped("Ann", "Peeters", Some(filler))
                .unwrap()
                .name()
                .as_deref(),
            Some("Ann Peeters"),
            "{filler}"
        );
    }
    for name in [
        "Na", "No", "Null", "Nee", "Non", "Testa", "Xu", "Ó", "Li", "Y", "A", "Geens", "Nan", "明",
    ] {
        assert!(!names::is_filler(name), "{name}");
    }
}

#[test]
fn a_company_that_says_none_is_none() {
    let none = [
        "geen", "Geen", "aucune", "Aucun", "pas de", "keine", "no", "kein", "ohne", "without",
        "sans", "zonder", "nessuna", "ninguna", "ingen",
    ];
    let company = [
        "bedrijf",
        "firma",
        "société",
        "entreprise",
        "company",
        "Firma",
        "Unternehmen",
        "azienda",
        "empresa",
        "foretag",
    ];
    let alone = [
        "-",
        "/",
        ".",
        "none",
        "n/a",
        "nvt",
        "n.v.t.",
        "prive",
        "privé",
        "Privé",
        "PRIVÉ",
        "privaat",
        "privat",
        "Privat",
        "private",
        "particulier",
        "Particulier",
        "particuliere klant",
        "personne privée",
        "private person",
        "privépersoon",
        "Privatperson",
        "Privatkunde",
        "persoonlijk",
        "personal",
        "personnel",
        "persönlich",
        "individual",
        "niet van toepassing",
        "not applicable",
        "nicht zutreffend",
        "sans objet",
        "privato",
        "particular",
        "osoba prywatna",
        "ikzelf",
        "Private use",
        "privé gebruik",
    ];
    let both = none
        .iter()
        .flat_map(|none| company.map(|company| format!("{none} {company}")));
    let all: Vec<String> = both.chain(alone.map(str::to_owned)).collect();
    assert!(all.len() > 100);
    for typed in all {
        let customer = mapped("Ann", "Peeters", Some(&typed)).unwrap();
        assert_eq!(
            (customer.name().as_deref(), kind::of(&customer).0),
            (Some("Ann Peeters"), Kind::Person),
            "{typed}"
        );
    }
    for typed in [
        "Bedrijf",
        "Private Banking NV",
        "De Particulier BV",
        "Persona Grata",
        "No Limits",
        "Geen Stijl",
        "Privé Kliniek",
        "Sans Souci",
        "Zonder Zorgen VZW",
    ] {
        assert_eq!(
            mapped("Ann", "Peeters", Some(typed))
                .unwrap()
                .name()
                .as_deref(),
            Some(typed)
        );
    }
}

#[test]
fn the_same_name_in_both_fields_is_written_once() {
    for (first, last, name) in [
        ("Jan Maes", "Jan Maes", "Jan Maes"),
        ("JAN MAES", "Jan Maes", "Jan Maes"),
        ("Jan", "Jan Maes", "Jan Maes"),
        ("Jan Maes", "Maes", "Jan Maes"),
        ("Peeters", "Peeters", "Peeters"),
        ("Zoë", "Zoe Maes", "Zoe Maes"),
        ("Zon VZW", "Zon VZW", "Zon VZW"),
        ("Jan", "Jansen", "Jan Jansen"),
        ("Ann", "Anna", "Ann Anna"),
        ("Maria", "De Maria", "Maria De Maria"),
    ] {
        assert_eq!(
            mapped(first, last, None).unwrap().name().as_deref(),
            Some(name),
            "{first} {last}"
        );
    }
}
