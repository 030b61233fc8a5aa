//! The words of each country that customers are made of.

use super::vat::{self, Make};

/// How a country writes names, addresses and telephone numbers.
pub(super) struct Country {
    pub(super) code: &'static str,
    /// How many of a hundred customers.
    pub(super) share: usize,
    pub(super) languages: &'static [&'static str],
    pub(super) first: &'static [&'static str],
    pub(super) last: &'static [&'static str],
    pub(super) streets: &'static [&'static str],
    /// Postal code and city.
    pub(super) cities: &'static [(&'static str, &'static str)],
    pub(super) forms: &'static [&'static str],
    pub(super) number_first: bool,
    /// The word before a box, or before a flat.
    pub(super) unit: &'static str,
    pub(super) phone_code: &'static str,
    /// Before the number inside the country.
    pub(super) trunk: &'static str,
    /// The first digits of mobile numbers, and how many follow.
    pub(super) mobile: (&'static str, usize),
    pub(super) landline: (&'static str, usize),
    pub(super) vat: Option<Make>,
}

#[rustfmt::skip] // Compact: a line for each kind of word.
pub(super) static COUNTRIES: [Country; 17] = [
    Country { code: "BE", share: 44, languages: &["NL", "FR", "NL", "DE"],
        first: &["An", "Jan", "Sofie", "Koen", "Hélène", "François", "Lieve", "Pieter-Jan", "Noémie", "Bart", "Saïd", "Fatima", "Anne-Marie", "Jef", "Loïc", "Wim"],
        last: &["Peeters", "Janssens", "De Smet", "Van den Bossche", "D'Hondt", "Dupré", "Vandenberghe", "Lefèvre", "El Amrani", "Maes", "van de Velde", "'t Kindt", "Noël", "Claes", "De Backer-Wouters"],
        streets: &["Kerkstraat", "Stationsstraat", "Rue de la Loi", "Avenue Louise", "Lange Gasthuisstraat", "Chaussée de Namur", "'s Gravenstraat", "Place du 4 Août", "Steenweg op Gent", "Oude Baan"],
        cities: &[("9000", "Gent"), ("2000", "Antwerpen"), ("1000", "Bruxelles"), ("1000", "Brussel"), ("4000", "Liège"), ("8400", "Oostende"), ("3050", "Oud-Heverlee"), ("5000", "Namur"), ("4700", "Eupen")],
        forms: &["BV", "SRL", "NV", "SA", "Comm.V", "vzw", "BVBA"], number_first: false, unit: "bus", phone_code: "32", trunk: "0",
        mobile: ("47", 7), landline: ("9", 7), vat: Some(vat::be) },
    Country { code: "NL", share: 14, languages: &["NL"],
        first: &["Daan", "Sanne", "Jeroen", "Femke", "Anouk", "Gijs", "Mees", "Willemijn"],
        last: &["de Vries", "Jansen", "van den Berg", "Bakker", "van 't Hof", "de Jong", "IJzerman", "ter Horst"],
        streets: &["Keizersgracht", "Dorpsstraat", "Laan van Meerdervoort", "Kerkstraat", "Plein 1944", "2e Jan van der Heijdenstraat"],
        cities: &[("1015 AA", "Amsterdam"), ("3011 AB", "Rotterdam"), ("2511 CV", "Den Haag"), ("6511 LK", "Nijmegen"), ("5211 JX", "'s-Hertogenbosch")],
        forms: &["B.V.", "BV", "N.V.", "V.O.F."], number_first: false, unit: "-", phone_code: "31", trunk: "0",
        mobile: ("6", 8), landline: ("20", 7), vat: Some(vat::nl) },
    Country { code: "FR", share: 12, languages: &["FR"],
        first: &["Julie", "Luc", "Zoé", "Jean-Baptiste", "Aurélie", "Benoît", "Chloé", "Maëlle"],
        last: &["Martin", "Girard", "Lefebvre", "de La Tour", "Bérenger", "L'Hermitte", "Nguyen", "Châtelain"],
        streets: &["rue des Lilas", "avenue de la République", "boulevard Saint-Michel", "rue de l'Église", "allée des Chênes", "rue du 8 Mai 1945"],
        cities: &[("75011", "Paris"), ("59000", "Lille"), ("69003", "Lyon"), ("13006", "Marseille"), ("35000", "Rennes"), ("01000", "Bourg-en-Bresse")],
        forms: &["SARL", "SAS", "SA", "EURL"], number_first: true, unit: "appt", phone_code: "33", trunk: "0",
        mobile: ("6", 8), landline: ("3", 8), vat: Some(vat::fr) },
    Country { code: "DE", share: 10, languages: &["DE"],
        first: &["Jürgen", "Ute", "Björn", "Käthe", "Wolfgang", "Heike", "Jörg", "Annika"],
        last: &["Müller", "Schröder", "Weiß", "Groß", "von der Heide", "Becker", "Köhler-Schmidt", "Yılmaz"],
        streets: &["Hauptstraße", "Bahnhofstr.", "Am Alten Markt", "Kölner Str.", "Straße des 17. Juni", "Lindenweg"],
        cities: &[("52062", "Aachen"), ("50667", "Köln"), ("10115", "Berlin"), ("80331", "München"), ("01067", "Dresden")],
        forms: &["GmbH", "AG", "GmbH & Co. KG", "e.K.", "UG (haftungsbeschränkt)"], number_first: false, unit: "Whg.", phone_code: "49", trunk: "0",
        mobile: ("151", 8), landline: ("221", 7), vat: Some(vat::de) },
    Country { code: "LU", share: 2, languages: &["FR", "DE"],
        first: &["Claude", "Marc", "Léa", "Tom"], last: &["Weber", "Schmit", "Hoffmann", "Muller"],
        streets: &["rue du Fort", "Grand-Rue", "route d'Esch"], cities: &[("L-1234", "Luxembourg"), ("4010", "Esch-sur-Alzette")],
        forms: &["S.à r.l.", "S.A."], number_first: true, unit: "appt", phone_code: "352", trunk: "",
        mobile: ("621", 6), landline: ("26", 6), vat: Some(vat::lu) },
    Country { code: "GB", share: 4, languages: &["EN"],
        first: &["Emily", "Harry", "Siobhan", "Mohammed"], last: &["Clarke", "O'Neil", "McDonald", "Smith-Jones"],
        streets: &["High Street", "Church Lane", "The Green", "Queen's Road"], cities: &[("CT1 2AB", "Canterbury"), ("SW1A 1AA", "London"), ("EH1 1YZ", "Edinburgh")],
        forms: &["Ltd", "PLC", "LLP"], number_first: true, unit: "Flat", phone_code: "44", trunk: "0",
        mobile: ("77009", 5), landline: ("20794", 5), vat: None },
    Country { code: "IE", share: 1, languages: &["EN"],
        first: &["Sean", "Aoife", "Ciarán"], last: &["O'Brien", "Ó Súilleabháin", "Byrne"],
        streets: &["Main Street", "O'Connell Street"], cities: &[("D02 X285", "Dublin"), ("T12 X70A", "Cork")],
        forms: &["Ltd", "DAC"], number_first: true, unit: "Apt", phone_code: "353", trunk: "0",
        mobile: ("86", 7), landline: ("1", 7), vat: Some(vat::ie) },
    Country { code: "ES", share: 2, languages: &["ES"],
        first: &["José", "María Ángeles", "Íñigo", "Nuria"], last: &["García López", "Muñoz", "Peña i Roca", "Ibáñez"],
        streets: &["Calle Mayor", "Avda. de la Constitución", "Carrer de Balmes"], cities: &[("28013", "Madrid"), ("08007", "Barcelona"), ("41001", "Sevilla")],
        forms: &["S.L.", "S.A."], number_first: false, unit: "piso", phone_code: "34", trunk: "",
        mobile: ("6", 8), landline: ("91", 7), vat: Some(vat::es) },
    Country { code: "IT", share: 2, languages: &["IT"],
        first: &["Niccolò", "Giulia", "Piero", "Chiara"], last: &["D'Angelo", "Rossi", "De Luca", "Bianchi"],
        streets: &["Via Roma", "Corso Vittorio Emanuele II", "Piazza dell'Unità"], cities: &[("00185", "Roma"), ("20121", "Milano"), ("10121", "Torino")],
        forms: &["S.r.l.", "S.p.A."], number_first: false, unit: "int.", phone_code: "39", trunk: "",
        mobile: ("347", 7), landline: ("06", 8), vat: Some(vat::it) },
    Country { code: "PT", share: 1, languages: &["PT"],
        first: &["Inês", "João"], last: &["Ferreira", "Gonçalves", "da Conceição"],
        streets: &["Rua das Flores", "Praça do Comércio"], cities: &[("1200-195", "Lisboa"), ("4000-322", "Porto")],
        forms: &["Lda.", "S.A."], number_first: false, unit: "3.º", phone_code: "351", trunk: "",
        mobile: ("912", 6), landline: ("21", 7), vat: Some(vat::pt) },
    Country { code: "AT", share: 1, languages: &["DE"],
        first: &["Resi", "Jörg"], last: &["Gruber", "Höllinger"],
        streets: &["Mariahilfer Straße", "Getreidegasse"], cities: &[("1060", "Wien"), ("5020", "Salzburg")],
        forms: &["GmbH", "KG"], number_first: false, unit: "/", phone_code: "43", trunk: "0",
        mobile: ("664", 7), landline: ("1", 7), vat: Some(vat::at) },
    Country { code: "CH", share: 1, languages: &["DE", "FR"],
        first: &["Urs", "Renée"], last: &["Zürcher", "Chevallaz"],
        streets: &["Bahnhofstrasse", "rue du Rhône"], cities: &[("8001", "Zürich"), ("1204", "Genève")],
        forms: &["AG", "Sàrl"], number_first: false, unit: "c/o", phone_code: "41", trunk: "0",
        mobile: ("79", 7), landline: ("44", 7), vat: Some(vat::ch) },
    Country { code: "PL", share: 2, languages: &["PL"],
        first: &["Łukasz", "Małgorzata", "Wojciech"], last: &["Wiśniewski", "Żółć", "Dąbrowska"],
        streets: &["ul. Długa", "al. Jana Pawła II"], cities: &[("00-238", "Warszawa"), ("31-002", "Kraków"), ("90-001", "Łódź")],
        forms: &["Sp. z o.o.", "S.A."], number_first: false, unit: "m.", phone_code: "48", trunk: "",
        mobile: ("60", 7), landline: ("22", 7), vat: Some(vat::pl) },
    Country { code: "DK", share: 1, languages: &["EN"],
        first: &["Søren", "Åse"], last: &["Sørensen", "Kjær"],
        streets: &["Nørregade", "Strøget"], cities: &[("1165", "København K"), ("8000", "Aarhus C")],
        forms: &["ApS", "A/S"], number_first: false, unit: "st. tv.", phone_code: "45", trunk: "",
        mobile: ("20", 6), landline: ("33", 6), vat: Some(vat::dk) },
    Country { code: "SE", share: 1, languages: &["EN"],
        first: &["Åke", "Märta"], last: &["Öberg", "Lindström"],
        streets: &["Storgatan", "Östra Hamngatan"], cities: &[("111 22", "Stockholm"), ("411 09", "Göteborg")],
        forms: &["AB", "HB"], number_first: false, unit: "lgh", phone_code: "46", trunk: "0",
        mobile: ("70", 7), landline: ("8", 7), vat: Some(vat::se) },
    Country { code: "GR", share: 1, languages: &["EN"],
        first: &["Ελένη", "Γιώργος"], last: &["Παπαδοπούλου", "Νικολάου"],
        streets: &["Οδός Ερμού", "Λεωφ. Αλεξάνδρας"], cities: &[("105 63", "Αθήνα"), ("546 24", "Θεσσαλονίκη")],
        forms: &["ΑΕ", "ΕΠΕ"], number_first: false, unit: "όρ.", phone_code: "30", trunk: "",
        mobile: ("694", 7), landline: ("21", 8), vat: Some(vat::el) },
    Country { code: "US", share: 1, languages: &["EN"],
        first: &["Tyler", "Madison"], last: &["Johnson", "Ramirez Jr."],
        streets: &["Elm St", "5th Avenue"], cities: &[("10118", "New York, NY"), ("94103-1234", "San Francisco")],
        forms: &["Inc.", "LLC"], number_first: true, unit: "Apt #", phone_code: "1", trunk: "",
        mobile: ("2125550", 3), landline: ("4155550", 3), vat: None },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_are_of_a_hundred() {
        assert_eq!(
            COUNTRIES.iter().map(|country| country.share).sum::<usize>(),
            100
        );
    }
}
