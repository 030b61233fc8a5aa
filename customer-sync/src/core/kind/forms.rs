//! The legal form in a name.
//!
//! From general knowledge of the forms that registers of these countries write; ISO 20275 lists all there are.

use std::sync::LazyLock;

use super::evidence::KindEvidence;
use crate::normalize::text::{cleaned, folded_chars};
use crate::normalize::word_set::{WordMap, WordSet};

/// Forms that have no other meaning, in upper or lower case, with or without dots and accents.
static SURE: &[&str] = &[
    // Belgium: the forms of its companies code, and those before it
    "BV",
    "BVBA",
    "EBVBA",
    "SRL",
    "SPRL",
    "NV",
    "VZW",
    "IVZW",
    "ASBL",
    "AISBL",
    "CommV",
    "SComm",
    "GCV",
    "CVBA",
    "SCRL",
    "VOF",
    "CVOA",
    "SCRI",
    "Comm. VA",
    "Comm.VA",
    "EESV",
    "GEIE",
    "eenmanszaak",
    "Stichting",
    "Maatschap",
    "Landbouwvennootschap",
    "Besloten Vennootschap",
    "Naamloze Vennootschap",
    "Commanditaire Vennootschap",
    "Coöperatieve Vennootschap",
    "Vennootschap onder Firma",
    "Vereniging zonder Winstoogmerk",
    "Feitelijke Vereniging",
    "Autonoom Gemeentebedrijf",
    "SPRLU",
    "SCRLFS",
    "CVOHA",
    "Société Privée à Responsabilité Limitée",
    "Besloten Vennootschap met Beperkte Aansprakelijkheid",
    "Coöperatieve Vennootschap met Beperkte Aansprakelijkheid",
    "Fondation privée",
    "Fondation d'utilité publique",
    "Association des copropriétaires",
    "Vereniging van Mede-eigenaars",
    "Société à Responsabilité Limitée",
    "Société Anonyme",
    "Société Coopérative",
    "Société en Nom Collectif",
    "Société en Commandite",
    "Société en Commandite Simple",
    "Société en Commandite par Actions",
    "Association sans but lucratif",
    "Société Simple",
    "Europese Vennootschap",
    // The Netherlands
    "Coöperatie",
    "Coöperatie U.A.",
    "Vereniging",
    "VvE",
    "Onderlinge Waarborgmaatschappij",
    "Vereniging van Eigenaars",
    "Vereniging van Eigenaren",
    "Rederij",
    "Publiekrechtelijke rechtspersoon",
    "Kerkgenootschap",
    // Luxembourg
    "Sàrl-S",
    "SCSp",
    "SICAV",
    "SICAR",
    "SOPARFI",
    "SENC",
    "SECS",
    "S.e.n.c.",
    "S.e.c.s.",
    // Germany
    "GmbH",
    "gGmbH",
    "mbH",
    "GmbH & Co. KG",
    "GmbH & Co. KGaA",
    "AG & Co. KG",
    "UG & Co. KG",
    "OHG",
    "GbR",
    "eGbR",
    "GesbR",
    "KGaA",
    "PartG",
    "mbB",
    "PartGmbB",
    "VVaG",
    "EWIV",
    "Gesellschaft mit beschränkter Haftung",
    "Aktiengesellschaft",
    "Kommanditgesellschaft",
    "Offene Handelsgesellschaft",
    "Gesellschaft bürgerlichen Rechts",
    "Eingetragene Genossenschaft",
    "Eingetragener Verein",
    "Genossenschaft",
    "Stiftung",
    "KdöR",
    "AöR",
    "Unternehmergesellschaft",
    "Partnerschaftsgesellschaft",
    "e.Kfm.",
    "e.Kfr.",
    "InvAG",
    "Investmentaktiengesellschaft",
    "Eingetragener Kaufmann",
    "Eingetragene Kauffrau",
    "Anstalt des öffentlichen Rechts",
    "Körperschaft des öffentlichen Rechts",
    "Stiftung des öffentlichen Rechts",
    "AdöR",
    "Partenreederei",
    "nicht eingetragener Verein",
    // Austria
    "Ges.m.b.H.",
    "GesmbH",
    "FlexCo",
    "FlexKapG",
    "Privatstiftung",
    "Offene Gesellschaft",
    "reg.Gen.m.b.H.",
    "Gen.m.b.H.",
    "Flexible Kapitalgesellschaft",
    // Switzerland
    "Sagl",
    "KLG",
    "Einzelfirma",
    "Einzelunternehmen",
    "Kollektivgesellschaft",
    "KmAG",
    "Fondazione",
    "Associazione",
    "Raison individuelle",
    "Coopérative",
    "Société coopérative",
    // Great Britain, Ireland, the United States, Canada, Australia
    "Ltd",
    "Limited",
    "LLP",
    "PLC",
    "LLC",
    "SCIO",
    "Pty",
    "Pty Ltd",
    "Teoranta",
    "Cyfyngedig",
    "Community Interest Company",
    "Public Limited Company",
    "Limited Liability Partnership",
    "Unlimited Company",
    "Limited Partnership",
    "Company Limited by Guarantee",
    "Designated Activity Company",
    "Charitable Incorporated Organisation",
    "Community Benefit Society",
    "Registered Society",
    "Cyf",
    "ICAV",
    "PULC",
    "PLLC",
    "LLLP",
    "Incorporated",
    "Inc",
    "Corporation",
    "Corp",
    "Ltée",
    // France
    "SARL",
    "S.à r.l.",
    "EURL",
    "SASU",
    "SNC",
    "SCI",
    "EIRL",
    "SELARL",
    "SELAS",
    "SELAFA",
    "SCEA",
    "GAEC",
    "SCIC",
    "SLU",
    "SAS à capital variable",
    "Société par Actions Simplifiée",
    "Société Civile",
    "Société Civile Immobilière",
    "Entreprise Individuelle",
    "Micro-entreprise",
    "Auto-entrepreneur",
    "Micro-entrepreneur",
    "SELURL",
    "SELASU",
    "SELCA",
    "SCCV",
    "SAEM",
    "SPLA",
    "CUMA",
    "SCPI",
    "Association loi 1901",
    "Société d'exercice libéral",
    "Société d'économie mixte",
    "Groupement foncier agricole",
    "Fondation",
    "Syndicat des copropriétaires",
    "Syndicat de copropriétaires",
    // Italy
    "S.r.l.s.",
    "S.a.p.a.",
    "S.c.a.r.l.",
    "Soc. Coop.",
    "Società Cooperativa",
    "Società a Responsabilità Limitata",
    "Società per Azioni",
    "Onlus",
    "Ditta Individuale",
    "Impresa Individuale",
    "S.c.p.a.",
    "Società Semplice",
    "Società in nome collettivo",
    "Società in accomandita semplice",
    "Società in accomandita per azioni",
    "Società consortile",
    "Società consortile a r.l.",
    "Società Benefit",
    "Studio Associato",
    "Ente del Terzo Settore",
    "Consorzio",
    // Spain, Portugal, Brazil
    "S. Coop.",
    "Sociedad Limitada",
    "Sociedad Anónima",
    "Sociedad Cooperativa",
    "Comunidad de Bienes",
    "Sociedad de Responsabilidad Limitada",
    "Comunidad de propietarios",
    "Sociedad Civil",
    "Sociedad Laboral",
    "Sociedad Comanditaria",
    "SCCL",
    "Fundación",
    "Lda",
    "Ltda",
    "Unipessoal Lda",
    "EIRELI",
    "Sociedade Anónima",
    "Sociedade Unipessoal",
    "Sociedade por Quotas",
    "Limitada",
    "Sociedade em Nome Coletivo",
    "Empresário em Nome Individual",
    "Associação",
    "Fundação",
    "Cooperativa",
    "Condomínio",
    "SGPS",
    "IPSS",
    // The north
    "ApS",
    "Oyj",
    "A.m.b.a.",
    "F.m.b.a.",
    "Aktiebolag",
    "Handelsbolag",
    "Kommanditbolag",
    "Aksjeselskap",
    "Aktieselskab",
    "Anpartsselskab",
    "Osakeyhtiö",
    "Ansvarlig selskap",
    "Enkeltpersonforetak",
    "Enkeltmandsvirksomhed",
    "Ekonomisk förening",
    "Ek. för.",
    "Toiminimi",
    "Ideell förening",
    "Stiftelse",
    "Bostadsrättsförening",
    "Enskild firma",
    "S.m.b.a.",
    "Forening",
    "Borettslag",
    "Sameie",
    "Abp",
    "Osuuskunta",
    "Säätiö",
    "Kommandiittiyhtiö",
    "Avoin yhtiö",
    "Samvinnufélag",
    "slf",
    "Oy",
    "Tmi",
    "ehf",
    "ohf",
    // The east
    "Sp. z o.o.",
    "Sp. k.",
    "Sp. j.",
    "Sp. p.",
    "Spółka z ograniczoną odpowiedzialnością",
    "Spółka akcyjna",
    "Spółka jawna",
    "Spółka komandytowa",
    "Spółka cywilna",
    "Spółka z o.o.",
    "Spółka partnerska",
    "Spółka komandytowo-akcyjna",
    "Spółdzielnia",
    "Jednoosobowa działalność gospodarcza",
    "Przedsiębiorstwo Państwowe",
    "Fundacja",
    "Stowarzyszenie",
    "s.r.o.",
    "spol. s r.o.",
    "společnost s ručením omezeným",
    "spoločnosť s ručením obmedzeným",
    "akciová společnost",
    "akciová spoločnosť",
    "družstvo",
    "z.ú.",
    "nadace",
    "nadácia",
    "příspěvková organizace",
    "ústav",
    "zapsaný spolek",
    "státní podnik",
    "veřejná obchodní společnost",
    "komanditní společnost",
    "společenství vlastníků jednotek",
    "Kft",
    "Zrt",
    "Nyrt",
    "Kkt",
    "Egyesület",
    "Korlátolt Felelősségű Társaság",
    "SRL-D",
    "EOOD",
    "ЕООД",
    "ООД",
    "ЕАД",
    "ООО",
    "ЗАО",
    "ОАО",
    "ПАО",
    "ТОВ",
    "ФОП",
    "j.d.o.o.",
    "Ltd. Şti.",
    "Anonim Şirketi",
    "Limited Şirketi",
    "ΙΚΕ",
    "ΕΠΕ",
];

/// Forms that may also be a name, initials or a word. They are certain only at the end of a name and as written here; a
/// form without dots only in a name that is not all capitals.
static LIKE_A_WORD: &[&str] = &[
    "SA", "S.A.", "SAS", "S.A.S.", "SC", "S.C.", "S.a.s.", "s.c.", "SCS", "SCA", "CV", "C.V.",
    "CVA", "SE", "AG", "KG", "UG", "OG", "eG", "e.G.", "e.K.", "eK", "e.U.", "eU", "e.V.", "eV",
    "SL", "S.L.", "SLL", "SLP", "S.L.P.", "CB", "C.B.", "SpA", "S.p.A.", "A/S", "AS", "ASA",
    "a.s.", "AB", "HB", "KB", "Ky", "Ay", "ry", "I/S", "K/S", "P/S", "ANS", "DA", "ENK", "BA",
    "B.A.", "W.A.", "UA", "U.A.", "hf", "OÜ", "UAB", "SIA", "MB", "d.o.o.", "d.d.", "a.d.", "k.s.",
    "k.d.", "d.n.o.", "s.p.", "z.s.", "o.z.", "Bt", "Rt", "PFA", "AD", "АД", "ET", "ЕТ", "ИП",
    "Α.Ε.", "ΑΕ", "Ο.Ε.", "Ε.Ε.", "A.Ş.", "AŞ", "v.o.s.", "EAD", "o.p.s.", "S.K.A.", "P.S.A.",
    "IVS", "MTÜ", "VšĮ", "OOD", "CIC", "LP", "CIO", "DAC", "CLG", "UC", "ULC", "P.C.", "Teo",
    "SCE", "FZE", "FZCO", "KK", "EARL", "GIE", "SCOP", "EPIC", "SAU", "gAG", "gUG", "eGen", "SCM",
    "SCP", "SLNE", "VME", "ESV", "AGB", "OWM", "ASD", "APS", "ODV", "KmG", "G/S", "S.s.", "Osk",
];

/// Abbreviations that are surnames or words in other letters, such as Sem and Ute: forms only in capitals, in a name that
/// has small letters too, and even there not certain.
static CAPITALS: &[&str] = &[
    "ACP", "SEM", "SPL", "SICA", "EI", "OPH", "GFA", "KEG", "OEG", "KMG", "SCL", "CBS", "CCC",
    "PAC", "PUC", "CTR", "CGA", "CPT", "BRF", "NUF", "KF", "IKS", "FKF", "BRL", "SF", "SVJ", "AIE",
    "UTE", "SAL", "SAD", "ETS", "SSD", "CRL", "ACE", "EPE", "ENI", "GS", "PO",
];

/// Forms that stand within a word, in scripts without spaces.
static WITHIN: &[&str] = &["株式会社", "有限会社", "合同会社", "有限公司", "주식회사"];

/// What may stand behind a form: the state of the company, or an addition to the form.
static BEHIND: &[&str] = &[
    "in oprichting",
    "i.o.",
    "in vereffening",
    "in liquidatie",
    "in faillissement",
    "met sociaal oogmerk",
    "SO",
    "van publiek recht",
    "van openbaar nut",
    "naar Belgisch recht",
    "en formation",
    "en constitution",
    "en liquidation",
    "en faillite",
    "à finalité sociale",
    "FS",
    "de droit public",
    "de droit belge",
    "S",
    "in Gründung",
    "i.G.",
    "i.Gr.",
    "in Liquidation",
    "i.L.",
    "i.Liq.",
    "in Abwicklung",
    "i.A.",
    "in Insolvenz",
    "i.Ins.",
    "haftungsbeschränkt",
    "mbB",
    "beschränkt haftend",
    "mit beschränkter Berufshaftung",
    "in formation",
    "in administration",
    "in receivership",
    "under liquidation",
    "unipersonale",
    "a socio unico",
    "in liquidazione",
    "en liquidación",
    "unipersonal",
    "em liquidação",
    "w likwidacji",
    "w organizacji",
    "w upadłości",
    "v likvidaci",
    "v likvidácii",
    "v konkurze",
    "felszámolás alatt",
    "végelszámolás alatt",
    "f.a.",
    "v.a.",
    "i likvidation",
    "i konkurs",
    "under konkurs",
    "under avvikling",
    "under likvidation",
    "konkurssissa",
    "selvitystilassa",
    "u likvidaciji",
    "v stečaju",
    "în lichidare",
];

/// The legal form at the end of a name, or at its start. The name must have another word. The state of the company
/// (`in oprichting`), a second form (`NV/SA`) or something in brackets may follow.
///
/// ```
/// use customer_sync::kind::{KindEvidence, legal_form};
///
/// assert_eq!(legal_form("Bakkerij Jansen b.v."), Some(KindEvidence::LegalForm("BV")));
/// assert_eq!(legal_form("Kowalski Sp. z o. o."), Some(KindEvidence::LegalForm("Sp. z o.o.")));
/// assert_eq!(legal_form("VZW De Zon"), Some(KindEvidence::LegalForm("VZW")));
/// assert_eq!(legal_form("De Zon NV/SA in vereffening"), Some(KindEvidence::LegalForm("NV")));
/// assert_eq!(legal_form("Nestlé SA"), Some(KindEvidence::LegalForm("SA")));
/// assert_eq!(legal_form("Ana Sa"), Some(KindEvidence::MaybeLegalForm("SA")));
/// assert_eq!(legal_form("Ann Peeters"), None);
/// ```
#[must_use]
pub fn legal_form(name: &str) -> Option<KindEvidence> {
    let name = cleaned(name)?;
    let words: Vec<&str> = name
        .split(' ')
        .filter(|word| word.contains(char::is_alphanumeric))
        .collect();
    let all_capitals = !name.contains(char::is_lowercase);
    let mut maybe = None;
    // The name needs another word.
    for end in (words.len().saturating_sub(MOST_BEHIND).max(2)..=words.len()).rev() {
        let (before, behind) = words.split_at_checked(end)?;
        if !may_stand_behind(behind) {
            continue;
        }
        match at_end(before, all_capitals) {
            Some(sure @ KindEvidence::LegalForm(_)) => return Some(sure),
            found => maybe = maybe.or(found),
        }
    }
    maybe
        .or_else(|| at_start(&words))
        .or_else(|| in_the_middle(&words, all_capitals))
        .or_else(|| within(&name))
}

/// The form that these words end with.
fn at_end(words: &[&str], all_capitals: bool) -> Option<KindEvidence> {
    // A form may be written in several words, but the name needs another word.
    for count in (1..words.len().min(MOST_WORDS + 1)).rev() {
        let last = words.get(words.len() - count..)?;
        let Some(forms) = forms_spelled(last) else {
            continue;
        };
        let typed = last.concat();
        // `Ann B V` may have two initials.
        let initials = count == 2 && last.iter().all(|word| word.chars().count() == 1);
        let certain = |form| {
            Some(if initials {
                KindEvidence::MaybeLegalForm(form)
            } else {
                KindEvidence::LegalForm(form)
            })
        };
        if let Some(form) = forms.sure {
            return certain(form);
        }
        let mut like_a_word = forms.like_a_word.iter().copied();
        let exact = like_a_word.clone().find(|form| bare(form) == bare(&typed));
        let dotted = || like_a_word.clone().find(|form| with_dots(&typed, form));
        if let Some(form) = exact.or_else(dotted) {
            let dotted = bare(&typed).contains(['.', '/']);
            // `Lars Ky` may have that surname.
            let like_a_name = is_capitalized(form) && !typed.contains('.');
            if dotted || !all_capitals && !like_a_name {
                return certain(form);
            }
            return Some(KindEvidence::MaybeLegalForm(form));
        }
        if let Some(form) = like_a_word.find(|form| !form.contains('.') || typed.contains('.')) {
            return Some(KindEvidence::MaybeLegalForm(form));
        }
        let mut capitals = forms.capitals.into_iter();
        if let Some(form) = capitals.find(|form| !all_capitals && typed.replace('.', "") == **form)
        {
            return Some(KindEvidence::MaybeLegalForm(form));
        }
    }
    joined(words.last()?)
}

/// Whether it is written as a name is: a capital and small letters.
fn is_capitalized(form: &str) -> bool {
    let mut letters = form.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase)
}

/// Whether this is a form of three letters or more with dots that it needs not have: two letters may be initials.
fn with_dots(typed: &str, form: &str) -> bool {
    form.len() >= 3 && bare(typed).contains('.') && typed.replace('.', "") == form
}

/// Two forms in one word, or a form and an addition to it: `NV/SA`, `CVBA-SO`.
fn joined(word: &str) -> Option<KindEvidence> {
    let (first, rest) = word.split_once(['/', '-', '–', '|', '+', '&'])?;
    let forms = forms_spelled(&[first])?;
    let form = forms.sure.or_else(|| forms.like_a_word.first().copied())?;
    let is_form = |part: &str| forms_spelled(&[part]).is_some() || may_stand_behind(&[part]);
    let parts = rest.split(['/', '-', '–', '|', '+', '&']);
    parts
        .filter(|part| part.contains(char::is_alphanumeric))
        .all(is_form)
        .then_some(KindEvidence::LegalForm(form))
}

fn at_start(words: &[&str]) -> Option<KindEvidence> {
    let (first, _) = words.split_first().filter(|(_, rest)| !rest.is_empty())?;
    let forms = forms_spelled(&[first])?;
    if let Some(form) = forms.sure {
        return Some(KindEvidence::LegalForm(form));
    }
    let mut like_a_word = forms.like_a_word.iter();
    let form = like_a_word.find(|form| bare(form) == bare(first) && is_capitals(form))?;
    Some(KindEvidence::MaybeLegalForm(form))
}

/// A form between other words: `Jansen BV Gent`.
fn in_the_middle(words: &[&str], all_capitals: bool) -> Option<KindEvidence> {
    let at = |end: usize| {
        (1..end.min(MOST_WORDS + 1)).find_map(|count| {
            let typed = words.get(end - count..end)?;
            let forms = forms_spelled(typed)?;
            let capitals = |form: &&&str| is_capitals(form) && typed == [**form] && !all_capitals;
            let like_a_word = || forms.like_a_word.iter().find(capitals).copied();
            forms.sure.or_else(like_a_word)
        })
    };
    (2..words.len())
        .find_map(at)
        .map(KindEvidence::MaybeLegalForm)
}

/// Whether a form is at least three capitals: shorter ones are names, or ordinary words.
fn is_capitals(form: &str) -> bool {
    form.len() >= 3 && !form.contains(char::is_lowercase)
}

fn within(name: &str) -> Option<KindEvidence> {
    let mut forms = WITHIN.iter().filter(|_| !name.is_ascii());
    let form = forms.find(|form| name.contains(**form) && name.len() > form.len())?;
    Some(KindEvidence::LegalForm(form))
}

/// Whether these words may follow a legal form: none, something in brackets, an addition, or another form.
fn may_stand_behind(words: &[&str]) -> bool {
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return true;
    };
    let in_brackets = first.starts_with(['(', '[']) && last.ends_with([')', ']']);
    in_brackets || ADDITIONS.contains(&letters_of(words)) || forms_spelled(words).is_some()
}

static ADDITIONS: LazyLock<WordSet<String>> =
    LazyLock::new(|| BEHIND.iter().flat_map(|text| spellings(text)).collect());

/// The forms with the same letters.
#[derive(Default)]
struct Forms {
    sure: Option<&'static str>,
    like_a_word: Vec<&'static str>,
    capitals: Option<&'static str>,
}

/// The most words of a form.
const MOST_WORDS: usize = 5;

/// The most words that stand behind a form.
const MOST_BEHIND: usize = 4;

/// The forms with the letters of these words.
fn forms_spelled(words: &[&str]) -> Option<&'static Forms> {
    // Names are looked up often: most end with no word that a long form ends with.
    const SHORT: usize = 12;
    let is_long = words.iter().map(|word| word.len()).sum::<usize>() > SHORT;
    if is_long && !LAST_WORDS.contains(&letters_of(&[words.last()?])) {
        return None;
    }
    BY_LETTERS.get(&letters_of(words))
}

/// An index, since every name is looked up several times.
static BY_LETTERS: LazyLock<WordMap<Forms>> = LazyLock::new(|| {
    let mut forms: WordMap<Forms> = WordMap::default();
    for form in SURE {
        for letters in spellings(form) {
            forms.entry(letters).or_default().sure.get_or_insert(form);
        }
    }
    for form in CAPITALS {
        forms.entry(letters_of(&[form])).or_default().capitals = Some(form);
    }
    for form in LIKE_A_WORD {
        let forms = forms.entry(letters_of(&[form])).or_default();
        forms.like_a_word.push(form);
    }
    forms
});

/// The last words of all forms.
static LAST_WORDS: LazyLock<WordSet<String>> = LazyLock::new(|| {
    let words = SURE.iter().flat_map(|form| {
        let by_space = form.split(' ').next_back();
        let by_dash = form.split([' ', '-']).next_back();
        by_space.into_iter().chain(by_dash).flat_map(spellings)
    });
    words
        .chain(SURE.iter().flat_map(|form| spellings(form)))
        .collect()
});

/// The letters of a form, with its accents and without: `Cooperatie` is a form, and the name `Čić` is none.
fn spellings(form: &str) -> [String; 2] {
    let plain = folded_chars(form).filter(|c| c.is_alphanumeric());
    [letters_of(&[form]), plain.collect()]
}

/// Letters and digits of these words in lower case.
fn letters_of(words: &[&str]) -> String {
    let mut letters = String::with_capacity(words.iter().map(|word| word.len()).sum());
    for word in words {
        if word.is_ascii() {
            let plain = word.bytes().filter(u8::is_ascii_alphanumeric);
            letters.extend(plain.map(|c| char::from(c.to_ascii_lowercase())));
        } else {
            let plain = word.chars().filter(|c| c.is_alphanumeric());
            letters.extend(plain.flat_map(char::to_lowercase));
        }
    }
    letters
}

/// The text without brackets, commas and dots at its ends.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| "(),;.".contains(c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::letters_of;

    proptest! {
        #[test]
        fn ascii_has_the_letters_that_other_words_have(word in "[ -~]{0,20}") {
            // A letter beyond ASCII takes the slow path.
            let slow = letters_of(&[&format!("É{word}")]);
            prop_assert_eq!(format!("é{}", letters_of(&[&word])), slow);
        }
    }
}
