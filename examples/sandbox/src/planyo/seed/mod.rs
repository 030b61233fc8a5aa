//! Sixty fictitious users of a Belgian camping-van rental. The e-mail addresses use reserved names, and the Belgian VAT
//! numbers are valid by mod 97 but from an unassigned range.
//!
//! The records with a purpose ("party" is one of [`crate::billit::seed`]):
//!
//! | user | purpose |
//! |---|---|
//! | 838801 | private person; party 879101 is the same in every field, and not linked yet |
//! | 838802 | company; party 879102 is already linked (`planyo:838802`) and the same in every field |
//! | 838803 | company; the party with its VAT number, 879103, is linked to another system (`crm-77`): a conflict |
//! | 838804 | company; party 879104 has its VAT number and an old phone number |
//! | 838805 | private person; party 879105 has e-mail and name, and the old address |
//! | 838806 | company, VAT number spelled with prefix, dots and spaces; party 879106 has it in Billit's spelling |
//! | 838807 | private person; party 879107 has the e-mail in other case, and no mobile number |
//! | 838808 | company; party 879108 has its VAT number and the bookkeeping's own e-mail |
//! | 838809 | private person; parties 879109 and 879110 both have e-mail and name: ambiguous |
//! | 838810 | private person; party 879111 has the e-mail, and another name |
//! | 838811 | company; party 879112 has its VAT number, and a commercial name and IBAN a bookkeeper typed |
//! | 838812 | D'Hondt; party 879113 has e-mail and name, the apostrophe curled |
//! | 838813 | accents; party 879114 has e-mail and name, and no language |
//! | 838814 | Müller, a German customer; party 879115 lacks the mobile number |
//! | 838815 | private person; party 879116 has two e-mail addresses, one of them this user's |
//! | 838816 | company that is only known as a supplier (879120, same VAT number) |
//! | 838817, 838818 | the same e-mail in different case, and the same person: one of them is a duplicate |
//! | 838819, 838820 | two drivers of one company: the same VAT number, names and e-mails of their own |
//! | 838821 | the text `null` as last name, city and phone |
//! | 838822 | JSON null in place of most fields |
//! | 838823 | nothing but first name and e-mail |
//! | 838824 | malformed: its id is a word, its name a list. No client can decode it; its neighbours are fine |
//! | 838825, 838837, 838845 | unconfirmed reservations only |
//! | 838826, 838846, 838850 | created by an admin, no reservation |
//! | 838827 | created by an admin, unconfirmed reservations only |
//! | 838828 | created by an admin, confirmed reservations: in every listing |
//! | 838829 | cancelled reservations only: may be removed |
//! | 838841 .. 838845 | telephone numbers: country code twice, slashes and dots, `00`, a national zero, British |
//! | 838846 .. 838849 | Dutch, German and French companies with foreign VAT numbers; a Luxembourg private person |
//! | 838850 | an association without VAT number: the property was cleared (null) |
//! | 838851 | "particulier" typed as VAT number |
//! | 838852 | VAT number without country prefix |
//! | 838853 | a company name with quotes and an ampersand |
//! | 838854 | blanks around every value |
//! | 838855 | `+` and a dot in the e-mail address |
//! | 838856 | everything in capitals |
//! | 838857 | postal code and city inside the address, their own fields blank |
//! | 838858 | no country and no language |
//! | 838859 | a language Billit has no templates for |
//! | 838860 | Greek letters, an e-mail not verified |

mod bookings;

use std::collections::BTreeSet;

use serde_json::json;

use super::{PropertyDefinition, User};
pub use bookings::{bookings, month};

/// The users, by id.
#[must_use]
pub fn users() -> Vec<User> {
    let mut users = known_to_billit();
    users.extend(unclean());
    users.extend(seen_by_one_listing());
    users.extend(addresses());
    users.extend(telephones());
    users.extend(companies());
    users.extend(oddities());
    users
}

/// The custom user properties the site defines.
pub(super) fn property_definitions() -> Vec<PropertyDefinition> {
    let definition = |name: &str, kind, dropdown_values: &str| PropertyDefinition {
        name: name.to_owned(),
        kind,
        dropdown_values: dropdown_values.to_owned(),
        default_value: String::new(),
    };
    vec![
        definition("company", 2, ""),
        definition("vat_number", 2, ""),
        definition("how_found", 1, "Google,Friend,Fair"),
        definition("newsletter", 3, ""),
    ]
}

fn user(id: u64, first_name: &str, last_name: &str, email: &str) -> User {
    User {
        id,
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        email: email.to_owned(),
        // A different minute for each, all in the past.
        registration_time: format!(
            "2024-{:02}-{:02} 10:{:02}:00",
            id % 12 + 1,
            id % 28 + 1,
            id % 60
        ),
        email_verified: true,
        reservations: 1,
        ..User::default()
    }
}

/// The words of the seed.
impl User {
    fn lives(mut self, address: &str, zip: &str, city: &str, country: &str) -> Self {
        address.clone_into(&mut self.address);
        zip.clone_into(&mut self.zip);
        city.clone_into(&mut self.city);
        country.clone_into(&mut self.country);
        self
    }

    fn speaks(mut self, language: &str) -> Self {
        language.clone_into(&mut self.language);
        self
    }

    fn mobile(mut self, country_code: &str, number: &str) -> Self {
        country_code.clone_into(&mut self.mobile_country_code);
        number.clone_into(&mut self.mobile_number);
        self
    }

    fn phone(mut self, country_code: &str, number: &str) -> Self {
        country_code.clone_into(&mut self.phone_country_code);
        number.clone_into(&mut self.phone_number);
        self
    }

    fn company(self, name: &str, vat_number: &str) -> Self {
        self.property("company", Some(name))
            .property("vat_number", Some(vat_number))
    }

    fn property(mut self, name: &str, value: Option<&str>) -> Self {
        self.properties
            .insert(name.to_owned(), value.map(str::to_owned));
        self
    }

    /// Confirmed, unconfirmed and cancelled reservations.
    fn booked(mut self, confirmed: u32, unconfirmed: u32, cancelled: u32) -> Self {
        self.reservations = confirmed;
        self.unconfirmed_reservations = unconfirmed;
        self.cancelled_reservations = cancelled;
        self
    }

    fn by_admin(mut self) -> Self {
        self.created_by_admin = true;
        self
    }
}

#[rustfmt::skip] // Compact: few lines for each user.
fn known_to_billit() -> Vec<User> {
    vec![
        user(838_801, "Ann", "Peeters", "ann.peeters@example.be")
            .lives("Kerkstraat 12 bus 3", "9000", "Gent", "BE").speaks("NL").mobile("32", "470100001").booked(3, 0, 0),
        user(838_802, "Koen", "Claes", "koen@claes.example.be")
            .lives("Industrieweg 7", "2800", "Mechelen", "BE").speaks("NL").phone("32", "15100002")
            .company("Transport Claes BV", "BE0101000160").booked(5, 0, 0),
        user(838_803, "Marc", "Lejeune", "marc@lejeune.example.be")
            .lives("Rue du Commerce 44", "4000", "Liège", "BE").speaks("FR").phone("32", "4100003")
            .company("Lejeune et Fils SRL", "BE0101234544").booked(2, 0, 0),
        user(838_804, "Sofie", "Maes", "sofie@maes.example.be")
            .lives("Stationsstraat 101", "8800", "Roeselare", "BE").speaks("NL").phone("32", "51100004")
            .company("Maes Events NV", "BE0102030439").booked(4, 0, 0),
        user(838_805, "Pieter", "Jacobs", "pieter.jacobs@example.com")
            .lives("Nieuwstraat 8", "3000", "Leuven", "BE").speaks("NL").mobile("32", "471100005").booked(2, 0, 1),
        user(838_806, "Nathalie", "Dubois", "nathalie@dubois.example.com")
            .lives("Avenue Louise 250", "1050", "Bruxelles", "BE").speaks("FR").phone("32", "2100006")
            .company("Dubois Conseil SRL", "TVA BE 0103.322.123").booked(1, 0, 0),
        user(838_807, "Lotte", "Wouters", "lotte.wouters@example.be")
            .lives("Dorpsstraat 1A", "3500", "Hasselt", "BE").speaks("NL").mobile("32", "472100007").booked(1, 0, 0),
        user(838_808, "Bart", "Goossens", "bart@goossens.example.be")
            .lives("Kaai 5", "2000", "Antwerpen", "BE").speaks("NL").mobile("32", "473100008")
            .company("Goossens Bouw BV", "BE0104567879").booked(6, 0, 0),
        user(838_809, "Tom", "De Smet", "tom.desmet@example.be")
            .lives("Molenweg 22", "9300", "Aalst", "BE").speaks("NL").mobile("32", "474100009").booked(1, 0, 0),
        user(838_810, "Ilse", "Van den Bossche", "familie.vdb@example.be")
            .lives("Veldstraat 60", "9000", "Gent", "BE").speaks("NL").mobile("32", "475100010").booked(1, 0, 0),
        user(838_811, "Yves", "Lambert", "yves@lambert.example.com")
            .lives("Chaussée de Namur 12", "1300", "Wavre", "BE").speaks("FR").phone("32", "10100011")
            .company("Lambert Traiteur SA", "BE0105050505").booked(2, 0, 0),
        user(838_812, "Els", "D'Hondt", "els.dhondt@example.be")
            .lives("'s Gravenstraat 3", "9700", "Oudenaarde", "BE").speaks("NL").mobile("32", "476100012").booked(1, 0, 0),
        user(838_813, "Hélène", "Dupré", "helene.dupre@example.com")
            .lives("Rue de la Loi 16 bte 4", "1000", "Bruxelles", "BE").speaks("FR").mobile("32", "477100013").booked(2, 0, 0),
        user(838_814, "Jürgen", "Müller", "juergen.mueller@example.com")
            .lives("Hauptstraße 5", "52062", "Aachen", "DE").speaks("DE").mobile("49", "15110000014").booked(1, 0, 0),
        user(838_815, "Karel", "Hermans", "karel.hermans@example.be")
            .lives("Lindelaan 14", "2300", "Turnhout", "BE").speaks("NL").mobile("32", "478100015").booked(1, 0, 0),
        user(838_816, "Dirk", "Smets", "dirk@garage-smets.example.be")
            .lives("Autolei 300", "2160", "Wommelgem", "BE").speaks("NL").phone("32", "3100016")
            .company("Garage Smets BV", "BE0106172834").booked(1, 0, 0),
    ]
}

#[rustfmt::skip]
fn unclean() -> Vec<User> {
    let malformed = json!({
        "id": "onbekend", "email": ["kapot@example.be"], "first_name": ["Kapot"], "last_name": "Record",
        "registration_time": "0000-00-00 00:00:00", "properties": "none"
    });
    let nulls = ["login", "last_name", "address", "city", "zip", "state", "country", "language",
        "phone_number", "phone_country_code", "mobile_number", "mobile_country_code"];
    vec![
        user(838_817, "Jan", "Willems", "Jan.Willems@example.be")
            .lives("Beukenlaan 2", "3600", "Genk", "BE").speaks("NL").mobile("32", "479100017").booked(2, 0, 0),
        user(838_818, "Jan", "Willems", "jan.willems@example.be")
            .lives("Beukenlaan 2", "3600", "Genk", "BE").speaks("NL").mobile("32", "479100017").booked(1, 0, 0),
        user(838_819, "Wim", "Coppens", "wim@coppens.example.be")
            .lives("Havenlaan 90", "1000", "Brussel", "BE").speaks("NL").mobile("32", "470100019")
            .company("Coppens Logistiek BV", "BE0107283978").booked(2, 0, 0),
        user(838_820, "Saïd", "El Amrani", "said@coppens.example.be")
            .lives("Havenlaan 90", "1000", "Brussel", "BE").speaks("FR").mobile("32", "470100020")
            .company("Coppens Logistiek BV", "BE 0107.283.978").booked(1, 0, 0),
        user(838_821, "Greet", "null", "greet@example.com")
            .lives("Schoolstraat 9", "8000", "null", "BE").speaks("NL").phone("", "null"),
        User { null_fields: BTreeSet::from(nulls.map(str::to_owned)), ..user(838_822, "Noor", "", "noor@example.be") },
        user(838_823, "Bo", "", "bo@example.com"),
        User { malformed: Some(malformed), ..user(838_824, "Kapot", "Record", "kapot@example.be") },
    ]
}

#[rustfmt::skip]
fn seen_by_one_listing() -> Vec<User> {
    vec![
        user(838_825, "Fien", "Aerts", "fien.aerts@example.be")
            .lives("Parklaan 31", "9100", "Sint-Niklaas", "BE").speaks("NL").mobile("32", "471100025").booked(0, 1, 0),
        user(838_826, "Luc", "Mertens", "luc.mertens@example.be")
            .lives("Markt 4", "2440", "Geel", "BE").speaks("NL").mobile("32", "472100026").booked(0, 0, 0).by_admin(),
        user(838_827, "Chantal", "Renard", "chantal.renard@example.com")
            .lives("Rue Haute 77", "5000", "Namur", "BE").speaks("FR").mobile("32", "473100027").booked(0, 2, 0).by_admin(),
        user(838_828, "Rita", "Segers", "rita.segers@example.be")
            .lives("Kapelstraat 18", "2500", "Lier", "BE").speaks("NL").phone("32", "3100028").booked(3, 0, 0).by_admin(),
        user(838_829, "Olivier", "Marchal", "olivier.marchal@example.com")
            .lives("Quai de Rome 2", "4000", "Liège", "BE").speaks("FR").mobile("32", "474100029").booked(0, 0, 2),
    ]
}

/// Every way to write an address.
#[rustfmt::skip]
fn addresses() -> Vec<User> {
    vec![
        user(838_830, "Veerle", "'t Jampens", "veerle@example.be")
            .lives("Oude Baan 45 b", "3050", "Oud-Heverlee", "BE").speaks("NL").mobile("32", "475100030"),
        user(838_831, "Sean", "O'Neil", "sean.oneil@example.com")
            .lives("12 Main Street", "D02 X285", "Dublin", "IE").speaks("EN").mobile("353", "861000031"),
        user(838_832, "Greta", "Schröder", "greta.schroeder@example.com")
            .lives("Bahnhofstr. 7a", "4700", "Eupen", "BE").speaks("DE").mobile("32", "476100032"),
        user(838_833, "François", "Lefèvre", "francois.lefevre@example.com")
            .lives("3bis, boulevard d'Avroy", "4000", "Liège", "BE").speaks("FR").mobile("32", "477100033"),
        user(838_834, "Rik", "Van Hecke", "rik.vanhecke@example.be")
            .lives("Postbus 25", "8400", "Oostende", "BE").speaks("NL").mobile("32", "478100034"),
        user(838_835, "Colette", "Petit", "colette.petit@example.com")
            .lives("BP 12", "6700", "Arlon", "BE").speaks("FR").phone("32", "63100035"),
        user(838_836, "Jef", "Bogaert", "jef.bogaert@example.be")
            .lives("Domein Groenhof", "9860", "Oosterzele", "BE").speaks("NL").mobile("32", "479100036"),
        user(838_837, "Sara", "Nys", "sara.nys@example.be")
            .lives("Lange Gasthuisstraat 16/3", "2000", "Antwerpen", "BE").speaks("NL").mobile("32", "470100037").booked(0, 1, 0),
        user(838_838, "Emma", "Michiels", "emma.michiels@example.be")
            .lives("Steenweg op Gent 12A", "1080", "Sint-Jans-Molenbeek", "BE").speaks("NL").mobile("32", "471100038"),
        user(838_839, "Amélie", "Noël", "amelie.noel@example.com")
            .lives("12, rue de l'Église", "7000", "Mons", "BE").speaks("FR").mobile("32", "472100039"),
        user(838_840, "Thierry", "Vandenberghe", "thierry@example.com")
            .lives("Place du 4 Août 1, boîte 2B", "1040", "Etterbeek", "BE").speaks("FR").mobile("32", "473100040"),
    ]
}

#[rustfmt::skip]
fn telephones() -> Vec<User> {
    vec![
        user(838_841, "Nele", "Baert", "nele.baert@example.be")
            .lives("Wilgenstraat 5", "8500", "Kortrijk", "BE").speaks("NL").mobile("32", "+32 474 10 00 41"),
        user(838_842, "Guy", "Thys", "guy.thys@example.be")
            .lives("Zandstraat 10", "2018", "Antwerpen", "BE").speaks("NL").mobile("", "0470/10.00.42"),
        user(838_843, "Monique", "Gérard", "monique.gerard@example.com")
            .lives("Rue Neuve 1", "6000", "Charleroi", "BE").speaks("FR").phone("", "0032 71 10 00 43"),
        user(838_844, "Julie", "Moreau", "julie.moreau@example.com")
            .lives("8 rue des Lilas", "59000", "Lille", "FR").speaks("FR").mobile("33", "0610000044"),
        user(838_845, "Emily", "Clarke", "emily.clarke@example.com")
            .lives("Flat 2, 14 High Street", "CT1 2AB", "Canterbury", "GB").speaks("EN").mobile("44", "7700900045").booked(0, 2, 0),
    ]
}

#[rustfmt::skip]
fn companies() -> Vec<User> {
    vec![
        user(838_846, "Daan", "de Vries", "daan@devries.example.com")
            .lives("Keizersgracht 100-2", "1015 AA", "Amsterdam", "NL").speaks("NL").mobile("31", "610000046")
            .company("De Vries Media B.V.", "NL000099998B57").booked(0, 0, 0).by_admin(),
        user(838_847, "Ute", "Becker", "ute@becker.example.com")
            .lives("Kölner Str. 12", "50667", "Köln", "DE").speaks("DE").phone("49", "2211000047")
            .company("Becker Reisen GmbH", "DE111111117"),
        user(838_848, "Luc", "Girard", "luc@girard.example.com")
            .lives("25 avenue de la République", "59800", "Lille", "FR").speaks("FR").phone("33", "310000048")
            .company("Girard Location SARL", "FR 11 123456782"),
        user(838_849, "Claude", "Weber", "claude.weber@example.com")
            .lives("5, rue du Fort", "L-1234", "Luxembourg", "LU").speaks("FR").phone("352", "261049"),
        user(838_850, "Hilde", "Cools", "scouts@example.be")
            .lives("Jeugdpad 1", "2200", "Herentals", "BE").speaks("NL").mobile("32", "474100050")
            .property("company", Some("Scouts De Bron vzw")).property("vat_number", None).booked(0, 0, 0).by_admin(),
        user(838_851, "Stijn", "Pauwels", "stijn.pauwels@example.be")
            .lives("Heide 77", "3900", "Pelt", "BE").speaks("NL").mobile("32", "475100051")
            .company("", "particulier"),
        user(838_852, "An", "Verbeke", "an@verbeke.example.be")
            .lives("Gistelse Steenweg 200", "8200", "Brugge", "BE").speaks("NL").phone("32", "50100052")
            .company("Verbeke Tuinen Comm.V", "0108.394.035"),
        user(838_853, "Rosa", "Maes", "rosa@tzoet.example.be")
            .lives("Vismarkt 3", "2800", "Mechelen", "BE").speaks("NL").phone("32", "15100053")
            .company("Bakkerij \"'t Zoet\" & Zonen BV", "be0109405112"),
    ]
}

#[rustfmt::skip]
fn oddities() -> Vec<User> {
    vec![
        user(838_854, " Kris ", " Vos  ", " kris.vos@example.be ")
            .lives(" Bergstraat  6 ", " 3010 ", " Kessel-Lo ", " BE").speaks("NL").mobile(" 32 ", " 476 10 00 54 "),
        user(838_855, "Nina", "Simons", "nina.simons+vans@example.com")
            .lives("Rozenlaan 19", "2900", "Schoten", "BE").speaks("NL").mobile("32", "477100055").property("newsletter", Some("1")),
        user(838_856, "GEERT", "VAN DAMME", "GEERT.VANDAMME@EXAMPLE.BE")
            .lives("GROTE STEENWEG 512", "2600", "BERCHEM", "BE").speaks("NL").mobile("32", "478100056"),
        user(838_857, "Martine", "Leroy", "martine.leroy@example.com")
            .lives("Grand-Place 1, 7500 Tournai", "", "", "BE").speaks("FR").mobile("32", "479100057"),
        user(838_858, "Johan", "Declercq", "johan.declercq@example.be")
            .lives("Torhoutsesteenweg 33", "8200", "Brugge", "").mobile("", "0470 10 00 58").property("how_found", Some("Friend")),
        user(838_859, "Inês", "Ferreira", "ines.ferreira@example.com")
            .lives("Rua das Flores 20, 3.º Esq.", "1200-195", "Lisboa", "PT").speaks("PT").mobile("351", "912000059"),
        User { email_verified: false, ..user(838_860, "Ελένη", "Παπαδοπούλου", "eleni@example.com")
            .lives("Louizalaan 1", "1050", "Elsene", "BE").speaks("EN").mobile("32", "470100060") },
    ]
}
