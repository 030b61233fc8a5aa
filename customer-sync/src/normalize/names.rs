//! What people type into the fields of a name when they have none to give.

use std::sync::LazyLock;

use crate::normalize::text::{folded_line, folded_words, says_nothing, words_of};
use crate::normalize::word_set::WordSet;

/// Words for "no name", which forms and programs put into a name that is required.
static FILLERS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::from_iter([
        "x",
        "xx",
        "undefined",
        "unknown",
        "unbekannt",
        "onbekend",
        "inconnu",
        "inconnue",
        "sconosciuto",
        "desconocido",
        "test",
        "testing",
        "tester",
        "asdf",
        "qwerty",
        "noname",
        "none",
        "geen",
        "aucun",
        "aucune",
        "keine",
        "keiner",
        "nvt",
        "nil",
        "anoniem",
        "anonymous",
        "anonyme",
        "anonym",
        "achternaam",
        "voornaam",
        "lastname",
        "firstname",
        "nihil",
        "desconhecido",
        "desconhecida",
        "desconocida",
        "sconosciuta",
        "nieznany",
        "nieznana",
        "neznamy",
        "neznama",
        "okand",
        "ukendt",
        "ukjent",
        "tuntematon",
        "ismeretlen",
        "necunoscut",
        "neznan",
        "nepoznat",
        "nezinams",
        "nezinomas",
        "tundmatu",
        "неизвестно",
        "неизвестный",
        "неизвестен",
        "невідомо",
        "αγνωστο",
        "不明",
        "未知",
        "ninguno",
        "ninguna",
        "nessuno",
        "nessuna",
        "nenhum",
        "nenhuma",
        "zaden",
        "ingen",
        "intet",
        "tbd",
        "tba",
        "dummy",
        "user",
        "customer",
        "familienaam",
        "surname",
        "nachname",
        "familienname",
        "familyname",
        "vorname",
        "prenom",
        "nomdefamille",
        "apellido",
        "apellidos",
        "cognome",
        "sobrenome",
        "apelido",
        "nazwisko",
        "prijmeni",
        "efternamn",
        "etternavn",
        "efternavn",
        "sukunimi",
        "abc",
        "abcd",
        "xyz",
        "123",
        "1234",
        "12345",
        "123456",
        "test1",
        "test2",
        "test123",
        "azerty",
        "qwertz",
        "asd",
        "asdfgh",
        "foobar",
    ])
});

/// Phrases of several words.
static FILLER_PHRASES: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::from_iter([
        "noname",
        "geennaam",
        "pasdenom",
        "sansnom",
        "keinname",
        "keinnachname",
        "keinenachname",
        "notprovided",
        "notgiven",
        "niettoepassing",
        "nolastname",
        "nosurname",
        "nofirstname",
        "nofamilyname",
        "ohnename",
        "ohnenamen",
        "notavailable",
        "notapplicable",
        "nietvantoepassing",
        "nietbeschikbaar",
        "sinapellido",
        "sinnombre",
        "semnome",
        "senzanome",
        "senzacognome",
        "braknazwiska",
        "bezprijmeni",
        "lastname",
        "firstname",
        "familyname",
        "nomdefamille",
        "geenachternaam",
        "geenvoornaam",
        "pasdeprenom",
        "nondisponible",
        "nichtangegeben",
        "keineangabe",
        "nichtvorhanden",
        "utannamn",
        "ikkeoppgitt",
        "eiole",
        "nietopgegeven",
        "nietingevuld",
        "nonrenseigne",
        "nonspecificato",
        "noaplica",
        "naoaplicavel",
        "niedotyczy",
    ])
});

/// Whether a name is a filler: no letter and no digit, or only words such as `n/a`, `undefined` or `test`.
///
/// ```
/// use customer_sync::normalize::names::is_filler;
///
/// assert!(is_filler(".") && is_filler("N/A") && is_filler("undefined") && is_filler("geen naam"));
/// assert!(!is_filler("Na") && !is_filler("Testa"));
/// ```
#[must_use]
pub fn is_filler(name: &str) -> bool {
    let line = folded_line(name);
    if line.is_empty() {
        return true;
    }
    // `Na` and `No` are family names in Korea; with signs they are abbreviations.
    let has_signs = name.bytes().any(|c| matches!(c, b'/' | b'.' | b'\\'))
        && words_of(&line).all(|word| word.chars().count() == 1);
    let is_error = matches!(name, "NaN" | "NULL" | "null" | "nan");
    // `aaa`, `zzzz`, `000`; but `III` is a number.
    let is_repeated = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next();
        first.is_some_and(|c| !"iv".contains(c))
            && letters.all(|c| Some(c) == first)
            && word.chars().count() > 2
    };
    let is_none =
        |word: &str| FILLERS.contains(word) || is_repeated(word) || word.bytes().all(|c| c == b'0');
    if is_error || words_of(&line).all(is_none) {
        return true;
    }
    let joined = without_spaces(line);
    has_signs && ["na", "nvt", "nb", "so", "tbd", "ka"].contains(&joined.as_str())
        || FILLER_PHRASES.contains(joined.as_str())
}

fn without_spaces(mut line: String) -> String {
    line.retain(|c| c != ' ');
    line
}

/// Words that say "no company" or "a private person", alone or together with [`BESIDE`].
static NOT_A_COMPANY: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::from_iter([
        "geen",
        "neen",
        "nee",
        "niet",
        "zonder",
        "aucun",
        "aucune",
        "pas",
        "sans",
        "non",
        "no",
        "not",
        "none",
        "without",
        "kein",
        "keine",
        "keiner",
        "nein",
        "ohne",
        "nicht",
        "nessuna",
        "nessun",
        "ninguna",
        "ninguno",
        "sin",
        "nenhuma",
        "sem",
        "brak",
        "zadna",
        "ingen",
        "inget",
        "ei",
        "prive",
        "privee",
        "privaat",
        "privat",
        "private",
        "privato",
        "privada",
        "privado",
        "prywatna",
        "prywatny",
        "soukroma",
        "particulier",
        "particuliere",
        "particuliers",
        "particular",
        "personal",
        "personnel",
        "personnelle",
        "persoonlijk",
        "personlich",
        "personale",
        "privatperson",
        "privatkunde",
        "privatkundin",
        "individual",
        "individuel",
        "ikzelf",
        "zelf",
        "myself",
        "yksityishenkilo",
        "na",
        "self",
        "neant",
        "nihil",
        "entfallt",
        "nincs",
        "nada",
        "niets",
        "rien",
        "nichts",
        "niente",
        "nic",
        "soukromnik",
        "maganszemely",
        "yksityinen",
        "yksityishenkilona",
        "privatpersoon",
        "ιδιωτησ",
        "физлицо",
        "нет",
        "частное",
        "个人",
        "個人",
        "不适用",
        "不適用",
        "なし",
        "无",
        "無",
        "fyzickaosoba",
        "privata",
        "prywatne",
        "soukromy",
        "soukrome",
        "privatni",
        "privatno",
        "частно",
        "частный",
        "ιδιωτικο",
        "privatno",
        "persoonlijke",
        "personlig",
        "personligt",
        "egen",
        "sjalv",
        "selv",
        "ninguem",
        "privater",
    ])
});

/// Words that say nothing beside them.
static BESIDE: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::from_iter([
        "bedrijf",
        "bedrijfsnaam",
        "firma",
        "firmanaam",
        "onderneming",
        "organisatie",
        "vennootschap",
        "societe",
        "entreprise",
        "company",
        "business",
        "organisation",
        "organization",
        "unternehmen",
        "firmenname",
        "azienda",
        "empresa",
        "firmy",
        "foretag",
        "persoon",
        "personne",
        "person",
        "persona",
        "pessoa",
        "osoba",
        "klant",
        "customer",
        "client",
        "cliente",
        "kunde",
        "kundin",
        "gebruik",
        "use",
        "usage",
        "van",
        "de",
        "d",
        "a",
        "an",
        "the",
        "un",
        "une",
        "een",
        "ein",
        "eine",
        "toepassing",
        "applicable",
        "objet",
        "zutreffend",
        "zutr",
        "moi",
        "meme",
        "btw",
        "nummer",
        "naam",
        "name",
        "nom",
        "titel",
        "titre",
        "titolo",
        "op",
        "ik",
        "ben",
        "je",
        "suis",
        "ich",
        "bin",
        "i",
        "am",
        "im",
        "eigen",
        "ditta",
        "yritysta",
        "yritys",
        "virksomhed",
        "firmaet",
        "angabe",
        "angaben",
        "nombre",
        "nome",
        "lavoro",
        "лицо",
        "cittadino",
        "cittadina",
        "kunder",
        "kund",
        "asiakas",
        "zakaznik",
        "klient",
        "bruger",
        "anvandning",
        "uso",
        "zweck",
        "doel",
        "cel",
        "my",
        "dentreprise",
        "dazienda",
        "dempresa",
    ])
});

/// Phrases that say it, of words that a company may have too.
static NOT_A_COMPANY_PHRASES: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::from_iter([
        "personnephysique",
        "personafisica",
        "pessoafisica",
        "pessoasingular",
        "naturlicheperson",
        "natuurlijkpersoon",
        "naturalperson",
        "osobafizyczna",
        "fyzickaosoba",
        "fizickaoseba",
        "fizickaosoba",
        "fysiskperson",
        "persoanafizica",
        "maganszemely",
        "физическоелицо",
        "noaplica",
        "notengo",
        "naoaplicavel",
        "naoseaplica",
        "nonapplicabile",
        "niedotyczy",
        "ikkerelevant",
        "ikkeaktuelt",
        "ejrelevant",
        "eiole",
        "eisovellu",
        "eigennaam",
        "inmyownname",
    ])
});

/// Whether the field of a company says that there is none: `-`, `none`, `geen bedrijf`, `particulier`, `Privatperson`.
///
/// ```
/// use customer_sync::normalize::names::says_no_company;
///
/// assert!(says_no_company("particulier") && says_no_company("Aucune société") && says_no_company("n/a"));
/// assert!(!says_no_company("Private Banking NV") && !says_no_company("Bedrijf"));
/// ```
#[must_use]
pub fn says_no_company(text: &str) -> bool {
    if says_nothing(text) {
        return true;
    }
    let line = folded_line(text);
    let joined = without_spaces(line.clone());
    // `0` and `00` are what forms put there.
    if NOT_A_COMPANY_PHRASES.contains(joined.as_str())
        || !joined.is_empty() && joined.bytes().all(|c| c == b'0')
    {
        return true;
    }
    // `Privépersoon` is one word in Dutch, as `Privatkunde` in German.
    let compound = |word: &str| {
        let private = ["prive", "privat", "privaat", "particulier"];
        let mut beside = private
            .iter()
            .filter_map(|private| word.strip_prefix(private));
        beside.any(|word| BESIDE.contains(word))
    };
    let none = |word: &str| NOT_A_COMPANY.contains(word) || compound(word);
    let known = |word: &str| none(word) || BESIDE.contains(word);
    words_of(&line).all(known) && words_of(&line).any(none)
}

/// First and last name in one, without saying the same twice: people type their whole name into both fields.
///
/// ```
/// use customer_sync::normalize::names::joined;
///
/// assert_eq!(joined("Jan", "Maes"), "Jan Maes");
/// assert_eq!(joined("Jan Maes", "Jan Maes"), "Jan Maes");
/// assert_eq!(joined("Jan", "Jan Maes"), "Jan Maes");
/// ```
#[must_use]
pub fn joined(first: &str, last: &str) -> String {
    let both = || [first, " ", last].concat();
    // A fast path: most names begin with other letters and have no space.
    let initial = |name: &str| {
        name.chars()
            .next()
            .filter(char::is_ascii)
            .map(|c| c.to_ascii_lowercase())
    };
    if let (Some(a), Some(b)) = (initial(first), initial(last))
        && a != b
        && !first.contains(' ')
    {
        return both();
    }
    let (firsts, lasts) = (folded_words(first), folded_words(last));
    if !firsts.is_empty() && lasts.starts_with(&firsts) {
        last.to_owned()
    } else if !lasts.is_empty() && firsts.ends_with(&lasts) {
        first.to_owned()
    } else {
        both()
    }
}
