//! The words that stand around a house number, by language, without accents and dots.

use std::array;
use std::sync::LazyLock;

/// A word without case, accents and punctuation, on the stack: a line is split in a microsecond or two.
#[derive(Clone, Copy)]
pub(super) struct Key {
    bytes: [u8; Self::LONGEST],
    len: usize,
}

impl Key {
    const LONGEST: usize = 16;

    /// Blank for a word that is too long or in another script: it is in none of the tables.
    pub(super) fn of(word: &str) -> Self {
        let blank = Self {
            bytes: array::from_fn(|_| 0),
            len: 0,
        };
        let mut key = blank;
        for letter in word.chars().filter(|c| c.is_alphanumeric()) {
            let Some(plain) = plain(letter) else {
                return blank;
            };
            let Some(place) = key.bytes.get_mut(key.len) else {
                return blank;
            };
            *place = plain;
            key.len += 1;
        }
        key
    }

    pub(super) fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..self.len).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

/// Words as numbers, in order: looked up many times for each line, and comparing texts would take most of the time.
type Table = LazyLock<Vec<u128>>;

fn sorted(words: &[&str]) -> Vec<u128> {
    let mut words: Vec<u128> = words.iter().map(|word| packed(word)).collect();
    words.sort_unstable();
    words
}

fn holds(table: &Table, word: &str) -> bool {
    table.binary_search(&packed(word)).is_ok()
}

/// No two words of a [`Key`]'s length are the same number.
fn packed(word: &str) -> u128 {
    word.bytes()
        .fold(0, |packed, letter| packed << 8 | u128::from(letter))
}

fn plain(letter: char) -> Option<u8> {
    if letter.is_ascii() {
        return u8::try_from(letter.to_ascii_lowercase()).ok();
    }
    Some(match letter.to_lowercase().next()? {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' | 'ª' => b'a',
        'ç' | 'č' | 'ć' => b'c',
        'ď' => b'd',
        'è' | 'é' | 'ê' | 'ë' | 'ě' | 'ę' => b'e',
        'ì' | 'í' | 'î' | 'ï' => b'i',
        'ł' => b'l',
        'ñ' | 'ň' | 'ń' => b'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'º' => b'o',
        'ř' => b'r',
        'š' | 'ś' => b's',
        'ť' => b't',
        'ù' | 'ú' | 'û' | 'ü' | 'ů' => b'u',
        'ý' | 'ÿ' => b'y',
        'ž' | 'ź' | 'ż' => b'z',
        _ => return None,
    })
}

/// Words that only announce a box: Billit has a field for it, so they are left out.
pub(super) const BOX: [&str; 5] = ["bus", "bte", "boite", "box", "bt"];

/// Words that only announce a house number, and are left out too.
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

/// Words of a flat, a floor, a staircase or a building behind (or, in English, in front of) a house number.
pub(super) fn is_unit(word: &str) -> bool {
    holds(&UNITS, word)
}

#[rustfmt::skip]
static UNITS: Table = Table::new(|| sorted(&[
    // Boxes
    "bus", "bte", "boite", "box", "bt",
    // Dutch
    "hs", "huis", "hoog", "verd", "verdieping", "verdiep", "gelijkvloers", "glv", "app",
    "appartement", "etage", "toevoeging", "unit", "blok", "zwart", "rood", "rd", "zw",
    // French
    "appt", "apt", "apart", "bat", "batiment", "esc", "escalier", "porte", "rdc", "hall",
    "lot", "ch", "chambre", "logement", "entree", "cage",
    // German
    "top", "tur", "tuer", "stiege", "stg", "stock", "stockwerk", "whg", "wohnung", "og", "eg",
    "dg", "ug", "haus", "hinterhaus", "hh", "vh", "vorderhaus", "seitenflugel", "aufgang",
    "links", "rechts", "mitte", "zimmer", "geb", "gebaude", "eingang", "obergeschoss",
    "erdgeschoss",
    // English
    "flat", "apartment", "suite", "ste", "floor", "room", "studio", "block", "ground", "basement",
    "penthouse",
    // Spanish, Portuguese
    "piso", "planta", "puerta", "pta", "pt", "portal", "escalera", "bloque", "bajo", "atico",
    "dcha", "derecha", "dch", "izq", "izqda", "izquierda", "entlo", "principal", "andar", "dto",
    "direito", "esq", "esquerdo", "frente", "frt", "fracao", "bloco", "apto", "rch",
    // Italian
    "int", "interno", "scala", "sc", "piano", "palazzina", "pal", "edificio", "edif",
    // Danish, Swedish, Norwegian, Finnish
    "sal", "st", "stuen", "th", "tv", "mf", "kl", "kld", "lejl", "lejlighed", "dor", "tr",
    "trappa", "trappor", "lgh", "lagenhet", "vaning", "van", "bv", "leil", "leilighet", "oppg",
    "oppgang", "as", "asunto", "rappu", "krs",
    // Polish, Czech
    "m", "mieszkanie", "lok", "lokal", "pietro", "klatka", "byt", "patro", "dvere", "vchod",
]));

/// Words of a street that are written before its name, and by which a number in front is known for one.
pub(super) fn is_street_in_front(word: &str) -> bool {
    holds(&STREETS_IN_FRONT, word)
}

#[rustfmt::skip]
static STREETS_IN_FRONT: Table = Table::new(|| sorted(&[
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

/// The same of English, where they are written behind.
pub(super) fn is_street_behind(word: &str) -> bool {
    holds(&STREETS_BEHIND, word)
}

#[rustfmt::skip]
static STREETS_BEHIND: Table = Table::new(|| sorted(&[
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

/// Months, by which a day or a year is known for a part of the name: `Rue du 11 Novembre 1918`.
pub(super) fn is_month(word: &str) -> bool {
    holds(&MONTHS, word)
}

#[rustfmt::skip]
static MONTHS: Table = Table::new(|| sorted(&[
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

/// Squares, which are named after a year: `Plein 1944`.
pub(super) fn is_square(word: &str) -> bool {
    matches!(
        word,
        "plein" | "place" | "platz" | "square" | "plaza" | "piazza" | "praca" | "namesti" | "plac"
    )
}

/// Words between two houses of one address.
pub(super) fn joins_numbers(word: &str) -> bool {
    matches!(word, "-" | "–" | "&" | "+" | "t/m" | "tot" | "à")
}

/// Words behind a number that make it another number: `15 bis`.
pub(super) fn is_repeat(word: &str) -> bool {
    matches!(word, "bis" | "ter" | "quater" | "quinquies")
}

/// Words of a post office box that need nothing beside them.
pub(super) fn is_post_box(word: &str) -> bool {
    matches!(
        word,
        "postbus"
            | "postfach"
            | "postboks"
            | "postbox"
            | "pobox"
            | "apartado"
            | "apdo"
            | "skrytka"
            | "packstation"
            | "postilokero"
            | "poczt"
            | "pocztowa"
            | "antwoordnummer"
    )
}

/// Two words of one, one after the other.
pub(super) fn is_post_box_pair(first: &str, second: &str) -> bool {
    matches!(
        (first, second),
        ("po" | "o" | "post" | "office", "box")
            | ("boite" | "casella" | "case", "postale")
            | ("caixa", "postal")
    )
}

/// Abbreviations of one, which a number must follow: `BP 30`. `Via Po 12` is a street.
pub(super) fn is_post_box_before_number(word: &str) -> bool {
    matches!(word, "bp" | "cs" | "tsa" | "pb" | "pf")
}

/// Abbreviations of one that mean something else inside a line: Swedish `Box 12`, Finnish `PL 12`.
pub(super) fn is_post_box_alone(word: &str) -> bool {
    matches!(word, "box" | "pl" | "cp")
}

/// Words of a flat in front of an English address: `Flat 2 10 High Street`.
pub(super) fn is_unit_in_front(word: &str) -> bool {
    matches!(
        word,
        "flat" | "apartment" | "apt" | "unit" | "suite" | "studio" | "room"
    )
}
