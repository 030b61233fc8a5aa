//! The words around a house number, by language, without accents and dots.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::key::Key;

type Table = LazyLock<Words>;

/// A hash table of words, at most a quarter full: most words that are looked up are in none.
struct Words {
    slots: Vec<Key>,
    bits: u32,
}

impl Words {
    fn holds(&self, word: Key) -> bool {
        self.slots.get(self.slot(word)) == Some(&word) && word != Key::BLANK
    }

    /// Where the word is, or the free slot that it gets.
    fn slot(&self, word: Key) -> usize {
        // The golden ratio, which spreads words that are alike.
        const RATIO: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
        let hash = word.bits().wrapping_mul(RATIO) >> (u128::BITS - self.bits);
        let mut at = usize::try_from(hash).unwrap_or_default();
        while let Some(other) = self.slots.get(at)
            && *other != word
            && *other != Key::BLANK
        {
            at = (at + 1) % self.slots.len();
        }
        at
    }
}

fn table(words: &[&str]) -> Words {
    let bits = (words.len() * 4).next_power_of_two().ilog2();
    let slots = vec![Key::BLANK; 1 << bits];
    let mut table = Words { slots, bits };
    for word in words {
        let key = Key::of(word);
        let at = table.slot(key);
        if let Some(slot) = table.slots.get_mut(at) {
            *slot = key;
        }
    }
    table
}

fn holds(table: &Table, word: Key) -> bool {
    table.holds(word)
}

/// Labels of a box. Left out, since Billit has a field for it.
pub(super) const BOX: [&str; 5] = ["bus", "bte", "boite", "box", "bt"];

/// Labels of a house number, left out too.
pub(super) const NUMBER: [&str; 8] = [
    "nr",
    "no",
    "n",
    "num",
    "numero",
    "nummer",
    "hausnummer",
    "c",
];

pub(super) fn is_box(word: Key) -> bool {
    holds(&BOXES, word)
}

static BOXES: Table = Table::new(|| table(&BOX));

pub(super) fn is_number(word: Key) -> bool {
    holds(&NUMBERS, word)
}

static NUMBERS: Table = Table::new(|| table(&NUMBER));

/// A folded word of a street in its short form, for comparison.
pub(super) fn plain_street(word: &str) -> Cow<'_, str> {
    match word {
        "avenue" | "ave" => "av".into(),
        "boulevard" | "bld" | "blvd" | "boul" | "bvd" => "bd".into(),
        "steenweg" | "stw" => "stwg".into(),
        "chaussee" => "chee".into(),
        "street" => "st".into(),
        "road" => "rd".into(),
        _ => {
            let name = ["straat", "strasse", "straße"]
                .iter()
                .find_map(|street| word.strip_suffix(street));
            name.map_or(Cow::Borrowed(word), |name| format!("{name}str").into())
        }
    }
}

/// Words of a flat, a floor, a staircase or a building after (or, in English, before) a house number.
pub(super) fn is_unit(word: Key) -> bool {
    holds(&UNITS, word)
}

#[rustfmt::skip]
static UNITS: Table = Table::new(|| table(&[
    // Boxes
    "bus", "bte", "boite", "box", "bt",
    // Dutch
    "hs", "huis", "hoog", "verd", "verdieping", "verdiep", "gelijkvloers", "glv", "ap", "app",
    "appartement", "etage", "toevoeging", "unit", "blok", "hal", "loods", "poort", "zwart", "rood", "rd", "zw",
    "kot", "kamer", "kmr", "lokaal", "zolder", "kelder", "trap", "ingang", "deur", "kantoor", "garage", "atelier",
    "winkel", "magazijn", "gebouw", "vleugel", "toren", "studentenkamer", "bureau", "appart",
    // French
    "appt", "apt", "apart", "bat", "batiment", "esc", "escalier", "porte", "pte", "rdc", "hall", "lot", "ch",
    "chambre", "logement", "logt", "entree", "cage", "bloc", "bur", "salle", "unite", "niveau", "niv", "couloir",
    "entresol", "local", "cave", "tour", "immeuble", "imm", "aile", "parcelle", "mansarde",
    // German
    "top", "tur", "tuer", "stiege", "stg", "stock", "stockwerk", "whg", "wohnung", "og", "eg",
    "dg", "ug", "haus", "hinterhaus", "hh", "vh", "vorderhaus", "seitenflugel", "aufgang",
    "links", "rechts", "mitte", "zimmer", "zi", "geb", "gebaude", "gebaeude", "eingang", "obergeschoss",
    "erdgeschoss", "wohnungsnummer", "wohneinheit", "buro", "buero", "block", "raum", "halle", "treppe",
    "treppenhaus", "apartment", "flugel", "keller",
    // English
    "flat", "flt", "apartment", "suite", "ste", "floor", "flr", "fl", "room", "studio", "ground", "basement",
    "penthouse", "building", "bldg", "bdg", "blk", "door", "office", "ofc", "level", "lvl", "entrance",
    "staircase", "stair", "mezzanine", "maisonette",
    // Spanish, Portuguese
    "piso", "planta", "puerta", "pta", "pt", "portal", "escalera", "bloque", "bajo", "bajos", "bjo", "atico",
    "dcha", "derecha", "dch", "izq", "izda", "izqda", "izquierda", "entlo", "entresuelo", "principal", "pral",
    "oficina", "apartamento", "departamento", "dpto", "letra", "lote", "andar", "dto", "direito", "esq", "esquerdo",
    "frente", "frt", "fte", "fracao", "bloco", "apto", "rch", "sala", "loja", "porta", "conjunto", "unidade",
    "entrada",
    // Italian
    "int", "interno", "scala", "sc", "piano", "palazzina", "pal", "edificio", "edif", "appartamento", "ingresso",
    "lotto", "livello", "ufficio",
    // Danish, Swedish, Norwegian, Finnish
    "sal", "st", "stuen", "th", "tv", "mf", "kl", "kld", "lejl", "lejlighed", "dor", "tr", "etg", "etasje",
    "opgang", "indgang", "inngang", "trapp", "trappe", "trappa", "trappor", "lgh", "lagenhet", "vaning", "van", "bv",
    "uppgang", "ingang", "plan", "rum", "vaerelse", "leil", "leilighet", "oppg", "oppgang", "as", "asunto", "rappu",
    "porras", "krs", "kerros", "huone", "huoneisto", "hoyre", "venstre", "hojre",
    // Polish, Czech
    "m", "mieszkanie", "mieszkania", "mieszk", "lok", "lokal", "lokalu", "pietro", "klatka", "pokoj", "biuro",
    "parter", "budynek", "byt", "bytu", "patro", "podlazi", "dvere", "vchod", "schodiste", "kancelar", "prizemi",
    "apartman",
]));

/// Words of a flat that are not the noun of a street, as `Toren` and `Porte` are.
pub(super) fn is_flat(word: Key) -> bool {
    holds(&FLATS, word)
}

#[rustfmt::skip]
static FLATS: Table = Table::new(|| table(&[
    "bus", "bte", "boite", "box", "bt", "app", "appt", "apt", "ap", "appart", "appartement", "apartment", "apartamento",
    "appartamento", "departamento", "apto", "dpto", "kot", "kamer", "lokaal", "verd", "verdieping", "verdiep", "etage",
    "etg", "etasje", "niveau", "niv", "studio", "unit", "flat", "suite", "room", "bureau", "office", "ufficio",
    "oficina", "chambre", "logement", "whg", "wohnung", "zimmer", "stock", "stockwerk", "obergeschoss", "og", "eg",
    "lgh", "lagenhet", "lejl", "lejlighed", "leil", "leilighet", "byt", "bytu", "mieszkanie", "mieszkania", "lok",
    "lokal", "lokalu", "int", "interno", "piso", "floor", "level", "batiment", "bat", "building", "bldg", "buro",
    "buero", "bloc", "krs", "huone", "asunto", "dor",
]));

/// Articles and prepositions, behind which a noun belongs to the name of a street: `Rue du Bureau`.
pub(super) fn is_article(word: Key) -> bool {
    holds(&ARTICLES, word)
}

#[rustfmt::skip]
static ARTICLES: Table = Table::new(|| table(&[
    "de", "la", "le", "les", "du", "des", "d", "l", "van", "der", "den", "het", "t", "ten", "ter", "op", "aan", "am",
    "an", "im", "zum", "zur", "beim", "della", "delle", "del", "di", "da", "do", "dos", "das", "el", "los", "the", "of",
]));

/// Words behind the number of a floor or a side: `3 hoog`, `2 tr`, `1 izq`. A number in front of any other word of a
/// flat is a number of its own.
pub(super) fn takes_number_before(word: Key) -> bool {
    holds(&FLOORS, word)
}

static FLOORS: Table = Table::new(|| {
    table(&[
        "hoog",
        "verd",
        "verdieping",
        "verdiep",
        "etage",
        "etg",
        "etasje",
        "stock",
        "stockwerk",
        "og",
        "ug",
        "dg",
        "obergeschoss",
        "floor",
        "flr",
        "fl",
        "piso",
        "planta",
        "andar",
        "piano",
        "sal",
        "tr",
        "trap",
        "trappe",
        "trapp",
        "trappa",
        "trappor",
        "van",
        "vaning",
        "krs",
        "kerros",
        "pietro",
        "patro",
        "podlazi",
        "th",
        "tv",
        "mf",
        "links",
        "rechts",
        "mitte",
        "izq",
        "izda",
        "izqda",
        "izquierda",
        "dcha",
        "dch",
        "derecha",
        "dto",
        "direito",
        "esq",
        "esquerdo",
        "frente",
        "frt",
        "fte",
        "hoyre",
        "hojre",
        "venstre",
    ])
});

/// Street words before the name, which confirm a number in front.
pub(super) fn is_street_in_front(word: Key) -> bool {
    holds(&STREETS_IN_FRONT, word)
}

#[rustfmt::skip]
static STREETS_IN_FRONT: Table = Table::new(|| table(&[
    "rue",
    "r",
    "avenue",
    "av",
    "ave",
    "boulevard",
    "bd",
    "bld",
    "blvd",
    "boul",
    "chaussee",
    "chee",
    "place",
    "pl",
    "quai",
    "allee",
    "allees",
    "impasse",
    "imp",
    "chemin",
    "che",
    "route",
    "rte",
    "square",
    "sq",
    "cours",
    "passage",
    "pass",
    "sentier",
    "clos",
    "venelle",
    "ruelle",
    "villa",
    "esplanade",
    "faubourg",
    "fbg",
    "montee",
    "promenade",
    "rond",
    "cite",
    "residence",
    "lotissement",
    "hameau",
    "parvis",
    "drève",
    "dreve",
    "cour",
    "voie",
    "traverse",
    "digue",
]));

/// Whether these words only say what kind of street it is: `Chemin`, `Sentier vicinal`, `Laan`.
pub(super) fn is_street_alone(words: &[&str]) -> bool {
    let key = |word: &&str| Key::of(word);
    let Some((kind, others)) = words.split_first() else {
        return false;
    };
    let is_kind = is_street_in_front(key(kind)) || holds(&DUTCH_AND_GERMAN_STREETS, key(kind));
    is_kind && others.iter().all(|word| holds(&OF_A_PATH, key(word)))
}

static DUTCH_AND_GERMAN_STREETS: Table = Table::new(|| {
    table(&[
        "straat", "laan", "weg", "dreef", "plein", "steenweg", "pad", "dijk", "lei", "kaai",
        "baan", "strasse", "platz",
    ])
});

static OF_A_PATH: Table = Table::new(|| {
    table(&[
        "vicinal",
        "vicinale",
        "communal",
        "communale",
        "rural",
        "rurale",
    ])
});

/// Street words after the name, in English.
pub(super) fn is_street_behind(word: Key) -> bool {
    holds(&STREETS_BEHIND, word)
}

#[rustfmt::skip]
static STREETS_BEHIND: Table = Table::new(|| table(&[
    "street",
    "st",
    "road",
    "rd",
    "lane",
    "ln",
    "drive",
    "dr",
    "close",
    "cl",
    "avenue",
    "ave",
    "way",
    "court",
    "ct",
    "gardens",
    "gdns",
    "crescent",
    "cres",
    "terrace",
    "hill",
    "grove",
    "mews",
    "square",
    "park",
    "place",
    "boulevard",
    "blvd",
    "row",
    "walk",
    "green",
    "parade",
    "view",
    "quay",
    "wharf",
]));

/// `Septemberplein`, `Meistraat`: a street word glued to a month.
pub(super) fn begins_with_month(word: &str) -> bool {
    const STREETS: [&str; 8] = [
        "plein", "straat", "laan", "strasse", "straße", "gata", "gate", "platz",
    ];
    STREETS.iter().any(|street| {
        word.strip_suffix(street)
            .is_some_and(|month| is_month(Key::of(month)))
    })
}

/// Months, which make a day or a year part of the name: `Rue du 11 Novembre 1918`.
pub(super) fn is_month(word: Key) -> bool {
    holds(&MONTHS, word)
}

#[rustfmt::skip]
static MONTHS: Table = Table::new(|| table(&[
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
    "januar",
    "februar",
    "marz",
    "april",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
    "januari",
    "februari",
    "maart",
    "mei",
    "augustus",
    "december",
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "dicembre",
    "enero",
    "febrero",
    "abril",
    "mayo",
    "junio",
    "julio",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
    "janeiro",
    "fevereiro",
    "marco",
    "maio",
    "junho",
    "julho",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
    "stycznia",
    "lutego",
    "marca",
    "kwietnia",
    "maja",
    "czerwca",
    "lipca",
    "sierpnia",
    "wrzesnia",
    "pazdziernika",
    "listopada",
    "grudnia",
    "ledna",
    "unora",
    "brezna",
    "dubna",
    "kvetna",
    "cervna",
    "cervence",
    "srpna",
    "zari",
    "rijna",
    "listopadu",
    "prosince",
    "maj",
    "june",
    "july",
    "may",
    "march",
]));

/// Squares, which may be named after a year: `Plein 1944`.
pub(super) fn is_square(word: Key) -> bool {
    holds(&SQUARES, word)
}

static SQUARES: Table = Table::new(|| {
    table(&[
        "plein", "place", "platz", "square", "plaza", "piazza", "praca", "namesti", "plac",
    ])
});

/// Words between two house numbers of one address.
pub(super) fn joins_numbers(word: &str) -> bool {
    matches!(
        word,
        "-" | "&"
            | "+"
            | "t/m"
            | "tot"
            | "à"
            | "en"
            | "et"
            | "und"
            | "and"
            | "och"
            | "ja"
            | "y"
            | "e"
    )
}

/// Suffixes of a number: `15 bis`.
pub(super) fn is_repeat(word: Key) -> bool {
    holds(&REPEATS, word)
}

static REPEATS: Table = Table::new(|| table(&["bis", "ter", "quater", "quinquies"]));

/// Words for a post office box on their own.
pub(super) fn is_post_box(word: Key) -> bool {
    holds(&POST_BOXES, word)
}

static POST_BOXES: Table = Table::new(|| {
    table(&[
        "postbus",
        "postfach",
        "postboks",
        "postbox",
        "pobox",
        "apartado",
        "apdo",
        "skrytka",
        "packstation",
        "postilokero",
        "poczt",
        "pocztowa",
        "antwoordnummer",
    ])
});

/// Pairs of words for a post office box.
pub(super) fn is_post_box_pair(first: Key, second: Key) -> bool {
    POST_BOX_PAIRS.contains(&(first, second))
}

static POST_BOX_PAIRS: LazyLock<Vec<(Key, Key)>> = LazyLock::new(|| {
    [
        ("po", "box"),
        ("o", "box"),
        ("post", "box"),
        ("office", "box"),
        ("boite", "postale"),
        ("casella", "postale"),
        ("case", "postale"),
        ("caixa", "postal"),
    ]
    .map(|(first, second)| (Key::of(first), Key::of(second)))
    .to_vec()
});

/// Abbreviations of it, which a number must follow: `BP 30`. `Via Po 12` is a street.
pub(super) fn is_post_box_before_number(word: Key) -> bool {
    holds(&POST_BOXES_BEFORE_NUMBER, word)
}

static POST_BOXES_BEFORE_NUMBER: Table = Table::new(|| table(&["bp", "cs", "tsa", "pb", "pf"]));

/// Abbreviations of it that mean something else inside a line: Swedish `Box 12`, Finnish `PL 12`.
pub(super) fn is_post_box_alone(word: Key) -> bool {
    holds(&POST_BOXES_ALONE, word)
}

static POST_BOXES_ALONE: Table = Table::new(|| table(&["box", "pl", "cp"]));

/// Words of a flat before an English address: `Flat 2 10 High Street`.
pub(super) fn is_unit_in_front(word: Key) -> bool {
    holds(&UNITS_IN_FRONT, word)
}

static UNITS_IN_FRONT: Table = Table::new(|| {
    table(&[
        "flat",
        "apartment",
        "apt",
        "unit",
        "suite",
        "studio",
        "room",
    ])
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Key, table};

    proptest! {
        #[test]
        fn a_table_holds_its_words_and_no_other(
            words in prop::collection::vec("[a-d]{1,3}", 1..80),
            other in "[a-d]{0,3}",
        ) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let table = table(&words);
            prop_assert!(words.iter().all(|word| table.holds(Key::of(word))));
            prop_assert_eq!(table.holds(Key::of(&other)), words.contains(&other.as_str()));
        }
    }
}
