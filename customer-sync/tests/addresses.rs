//! Address lines as typed, and the properties of splitting them.

use std::collections::BTreeSet;

use customer_sync::normalize::address::Certainty::{self, Certain, Likely, Unsure};
use customer_sync::normalize::address::{self, split};
use customer_sync::normalize::text;
use proptest::prelude::*;

/// Country, line, then the street, the number, and the box (with postcode and city after `@`) at the default threshold:
/// an uncertain line stays whole in the street.
#[rustfmt::skip]
static LINES: [(&str, &str, &str, &str, &str, Certainty); 444] = [
    ("BE", "Kerkstraat 12", "Kerkstraat", "12", "", Certain),
    ("BE", "Kerkstraat 12 bus 3", "Kerkstraat", "12", "3", Certain),
    ("BE", "Kerkstraat 12, bus 3B", "Kerkstraat", "12", "3B", Certain),
    ("BE", "Kerkstraat 12A", "Kerkstraat", "12A", "", Certain),
    ("BE", "Kerkstraat 12 A", "Kerkstraat", "12 A", "", Likely),
    ("BE", "Kerkstraat 12-14", "Kerkstraat", "12-14", "", Certain),
    ("BE", "Kerkstraat 12 - 14", "Kerkstraat", "12 - 14", "", Likely),
    ("BE", "Kerkstraat nr. 12 bus 3", "Kerkstraat", "12", "3", Certain),
    ("BE", "Kerkstraat, 12", "Kerkstraat", "12", "", Certain),
    ("BE", "Kerkstraat 12/3", "Kerkstraat", "12", "3", Certain),
    ("BE", "Kerkstraat 12/0301", "Kerkstraat", "12", "0301", Certain),
    ("BE", "Kerkstraat 12 b3", "Kerkstraat", "12", "3", Certain),
    ("BE", "Kerkstraat 12 b 3", "Kerkstraat", "12", "3", Certain),
    ("BE", "Kerkstraat 12 bus 0101", "Kerkstraat", "12", "0101", Certain),
    ("BE", "Kerkstraat 12 2de verdieping", "Kerkstraat", "12", "2de verdieping", Certain),
    ("BE", "Kerkstraat 12 bus 3 verd. 2", "Kerkstraat", "12", "3 verd. 2", Certain),
    ("BE", "Rue de la Loi 16", "Rue de la Loi", "16", "", Certain),
    ("BE", "Rue de la Loi 16 bte 4", "Rue de la Loi", "16", "4", Certain),
    ("BE", "Rue de la Loi 16 Boîte 4", "Rue de la Loi", "16", "4", Certain),
    ("BE", "Rue de la Loi, 16 bte 4", "Rue de la Loi", "16", "4", Certain),
    ("BE", "Rue de la Loi, 16, bte 4", "Rue de la Loi", "16", "4", Certain),
    ("BE", "16, rue de la Loi", "rue de la Loi", "16", "", Certain),
    ("BE", "16 rue de la Loi", "rue de la Loi", "16", "", Certain),
    ("BE", "16 bte 4, rue de la Loi", "rue de la Loi", "16", "4", Certain),
    ("BE", "Avenue Louise 54, 3e étage", "Avenue Louise", "54", "3e étage", Certain),
    ("BE", "Avenue Louise 54 bte 12", "Avenue Louise", "54", "12", Certain),
    ("BE", "Chaussée de Waterloo 1245 bte 2", "Chaussée de Waterloo", "1245", "2", Certain),
    ("BE", "Chaussée de Waterloo n° 1245", "Chaussée de Waterloo", "1245", "", Certain),
    ("BE", "Place du 20 Août 7", "Place du 20 Août", "7", "", Likely),
    ("BE", "Rue du 11 Novembre", "Rue du 11 Novembre", "", "", Unsure),
    ("BE", "Rue du 11 Novembre 5", "Rue du 11 Novembre", "5", "", Likely),
    ("BE", "Avenue du 8 Mai 1945", "Avenue du 8 Mai 1945", "", "", Unsure),
    ("BE", "Avenue du 8 Mai 1945 12", "Avenue du 8 Mai 1945", "12", "", Likely),
    ("BE", "1ste Meistraat 4", "1ste Meistraat", "4", "", Certain),
    ("BE", "D'Hondtstraat  7 ", "D'Hondtstraat", "7", "", Certain),
    ("BE", "Sint-Pietersnieuwstraat 45", "Sint-Pietersnieuwstraat", "45", "", Certain),
    ("BE", "Graaf van Vlaanderenplein 40 bus 201", "Graaf van Vlaanderenplein", "40", "201", Certain),
    ("BE", "Kerkstraat 12, 9000 Gent", "Kerkstraat", "12", "@ 9000 Gent", Certain),
    ("BE", "Kerkstraat 12 9000 Gent", "Kerkstraat", "12", "@ 9000 Gent", Likely),
    ("BE", "Kerkstraat 12 bus 3\n9000 Gent", "Kerkstraat", "12", "3 @ 9000 Gent", Certain),
    ("BE", "Kerkstraat 12 bus 3, B-9000 Gent", "Kerkstraat", "12", "3 @ B-9000 Gent", Certain),
    ("BE", "Rue Haute 12, 1000 Bruxelles", "Rue Haute", "12", "@ 1000 Bruxelles", Certain),
    ("BE", "12, rue Haute 1000 Bruxelles", "rue Haute", "12", "@ 1000 Bruxelles", Likely),
    ("BE", "Kerkstraat", "Kerkstraat", "", "", Certain),
    ("BE", "Postbus 12", "Postbus 12", "", "", Certain),
    ("BE", "BP 30", "BP 30", "", "", Certain),
    ("BE", "Residentie De Linde, Kerkstraat 12", "Residentie De Linde, Kerkstraat 12", "", "", Unsure),
    ("BE", "Kerkstraat 12 14", "Kerkstraat 12 14", "", "", Unsure),
    ("BE", "Kerkstraat 12/14 bus 3", "Kerkstraat 12/14 bus 3", "", "", Unsure),
    ("BE", "Kerkstraat 12 bus", "Kerkstraat 12 bus", "", "", Unsure),
    ("BE", "Kerkstraat 12 bus 3/4", "Kerkstraat", "12", "3/4", Certain),
    ("BE", "Kerkstraat ١٢ bus ٣", "Kerkstraat", "12", "3", Certain),
    ("BE", "12", "12", "", "", Unsure),

    ("NL", "Damrak 1", "Damrak", "1", "", Certain),
    ("NL", "Prinsengracht 45-3", "Prinsengracht", "45", "3", Likely),
    ("NL", "Prinsengracht 45 hs", "Prinsengracht", "45", "hs", Certain),
    ("NL", "Prinsengracht 45-hs", "Prinsengracht", "45", "hs", Certain),
    ("NL", "Prinsengracht 45-H", "Prinsengracht", "45", "H", Likely),
    ("NL", "Prinsengracht 45-II", "Prinsengracht", "45", "II", Likely),
    ("NL", "Prinsengracht 45 II", "Prinsengracht", "45", "II", Likely),
    ("NL", "Prinsengracht 45 huis", "Prinsengracht", "45", "huis", Certain),
    ("NL", "Prinsengracht 45 3 hoog", "Prinsengracht", "45", "3 hoog", Certain),
    ("NL", "Prinsengracht 45-3hoog", "Prinsengracht", "45", "3hoog", Likely),
    ("NL", "Damrak 12-14", "Damrak", "12-14", "", Likely),
    ("NL", "Damrak 12 t/m 16", "Damrak", "12 t/m 16", "", Likely),
    ("NL", "Damrak 12 - 16", "Damrak", "12 - 16", "", Likely),
    ("NL", "3e Oosterparkstraat 20", "3e Oosterparkstraat", "20", "", Certain),
    ("NL", "3e Oosterparkstraat 20-1", "3e Oosterparkstraat", "20", "1", Likely),
    ("NL", "2e Jan Steenstraat 12 hs", "2e Jan Steenstraat", "12", "hs", Certain),
    ("NL", "1e Helmersstraat 104C", "1e Helmersstraat", "104C", "", Certain),
    ("NL", "Eerste Helmersstraat 104 c", "Eerste Helmersstraat", "104", "c", Likely),
    ("NL", "Kerkstraat 12a", "Kerkstraat", "12a", "", Certain),
    ("NL", "Kerkstraat 12 A", "Kerkstraat", "12 A", "", Likely),
    ("NL", "Kerkstraat 12bis", "Kerkstraat", "12bis", "", Certain),
    ("NL", "Kerkstraat 12 bis", "Kerkstraat", "12 bis", "", Likely),
    ("NL", "Oudegracht 120 bis A", "Oudegracht", "120 bis", "A", Likely),
    ("NL", "Oudegracht 120 zwart", "Oudegracht", "120", "zwart", Certain),
    ("NL", "Plein 1944 3", "Plein 1944", "3", "", Likely),
    ("NL", "Plein 1944", "Plein 1944", "", "", Unsure),
    ("NL", "Plein 1992 14A", "Plein 1992", "14A", "", Likely),
    ("NL", "Laan van Meerdervoort 550", "Laan van Meerdervoort", "550", "", Certain),
    ("NL", "Laan van Nieuw Oost-Indië 12", "Laan van Nieuw Oost-Indië", "12", "", Certain),
    ("NL", "'s-Gravendijkwal 25", "'s-Gravendijkwal", "25", "", Certain),
    ("NL", "Burg. de Vlugtlaan 125", "Burg. de Vlugtlaan", "125", "", Certain),
    ("NL", "Weg door Jonkerbos 90", "Weg door Jonkerbos", "90", "", Certain),
    ("NL", "Stationsplein 1, unit 4", "Stationsplein", "1", "unit 4", Certain),
    ("NL", "Stationsplein 1 etage 3", "Stationsplein", "1", "etage 3", Certain),
    ("NL", "Stationsplein 1, 3e verdieping", "Stationsplein", "1", "3e verdieping", Certain),
    ("NL", "Kerkstraat 12/3", "Kerkstraat", "12", "3", Likely),
    ("NL", "Kerkstraat 12, 1017 GC Amsterdam", "Kerkstraat", "12", "@ 1017 GC Amsterdam", Certain),
    ("NL", "Kerkstraat 12 1017GC Amsterdam", "Kerkstraat", "12", "@ 1017GC Amsterdam", Likely),
    ("NL", "Kerkstraat 12\n1017 GC Amsterdam", "Kerkstraat", "12", "@ 1017 GC Amsterdam", Certain),
    ("NL", "Kerkstraat 12-2, 1017 GC Amsterdam", "Kerkstraat", "12", "2 @ 1017 GC Amsterdam", Likely),
    ("NL", "Kerkstraat, 12", "Kerkstraat", "12", "", Certain),
    ("NL", "Kerkstraat nr 12", "Kerkstraat", "12", "", Certain),
    ("NL", "Nieuwe Binnenweg 12B-03", "Nieuwe Binnenweg", "12B", "03", Likely),
    ("NL", "Postbus 12", "Postbus 12", "", "", Certain),
    ("NL", "Postbus 12, 1000 AA Amsterdam", "Postbus 12, 1000 AA Amsterdam", "", "", Certain),
    ("NL", "Antwoordnummer 100", "Antwoordnummer 100", "", "", Certain),
    ("NL", "Dorpsstraat", "Dorpsstraat", "", "", Certain),
    ("NL", "Kerkstraat 12 14", "Kerkstraat 12 14", "", "", Unsure),
    ("NL", "Huize Welgelegen, Kerkstraat 12", "Huize Welgelegen, Kerkstraat 12", "", "", Unsure),

    ("FR", "12 rue de la Paix", "rue de la Paix", "12", "", Certain),
    ("FR", "12, rue de la Paix", "rue de la Paix", "12", "", Certain),
    ("FR", "12 RUE DE LA PAIX", "RUE DE LA PAIX", "12", "", Certain),
    ("FR", "15 bis rue Victor Hugo", "rue Victor Hugo", "15 bis", "", Likely),
    ("FR", "15bis rue Victor Hugo", "rue Victor Hugo", "15bis", "", Certain),
    ("FR", "15 BIS RUE VICTOR HUGO", "RUE VICTOR HUGO", "15 BIS", "", Likely),
    ("FR", "15 ter, avenue Foch", "avenue Foch", "15 ter", "", Certain),
    ("FR", "15B rue Victor Hugo", "rue Victor Hugo", "15B", "", Certain),
    ("FR", "15 B rue Victor Hugo", "rue Victor Hugo", "15 B", "", Likely),
    ("FR", "12-14 rue de Rivoli", "rue de Rivoli", "12-14", "", Certain),
    ("FR", "12 - 14 rue de Rivoli", "rue de Rivoli", "12 - 14", "", Likely),
    ("FR", "12/14 rue de Rivoli", "rue de Rivoli", "12/14", "", Likely),
    ("FR", "3 place de la République", "place de la République", "3", "", Certain),
    ("FR", "3 pl. de la République", "pl. de la République", "3", "", Certain),
    ("FR", "8 bd Haussmann", "bd Haussmann", "8", "", Certain),
    ("FR", "8 av. des Champs-Élysées", "av. des Champs-Élysées", "8", "", Certain),
    ("FR", "4 allée des Tilleuls", "allée des Tilleuls", "4", "", Certain),
    ("FR", "4 impasse du Moulin", "impasse du Moulin", "4", "", Certain),
    ("FR", "120 chemin des Vignes", "chemin des Vignes", "120", "", Certain),
    ("FR", "1250 route de Lyon", "route de Lyon", "1250", "", Certain),
    ("FR", "7 quai de la Seine", "quai de la Seine", "7", "", Certain),
    ("FR", "12 rue du 11 Novembre", "rue du 11 Novembre", "12", "", Certain),
    ("FR", "12 rue du 11 novembre 1918", "rue du 11 novembre 1918", "12", "", Certain),
    ("FR", "12, rue du 8 mai 1945", "rue du 8 mai 1945", "12", "", Likely),
    ("FR", "rue du 8 mai 1945", "rue du 8 mai 1945", "", "", Unsure),
    ("FR", "2 place du 14 Juillet", "place du 14 Juillet", "2", "", Certain),
    ("FR", "5 rue du 4 Septembre", "rue du 4 Septembre", "5", "", Certain),
    ("FR", "9 rue du 19 mars 1962", "rue du 19 mars 1962", "9", "", Certain),
    ("FR", "12 rue de la Paix appt 4", "rue de la Paix", "12", "appt 4", Certain),
    ("FR", "12 rue de la Paix, appt 4", "rue de la Paix", "12", "appt 4", Certain),
    ("FR", "12 rue de la Paix, bât. B, appt 4", "rue de la Paix", "12", "bât. B, appt 4", Certain),
    ("FR", "12 rue de la Paix bât B esc 2", "rue de la Paix", "12", "bât B esc 2", Certain),
    ("FR", "12 rue de la Paix, 3e étage", "rue de la Paix", "12", "3e étage", Certain),
    ("FR", "Appt 4, 12 rue de la Paix", "rue de la Paix", "12", "Appt 4", Certain),
    ("FR", "Bâtiment C, 12 rue de la Paix", "rue de la Paix", "12", "Bâtiment C", Certain),
    ("FR", "12 rue de la Paix, 75002 Paris", "rue de la Paix", "12", "@ 75002 Paris", Certain),
    ("FR", "12 rue de la Paix 75002 Paris", "rue de la Paix", "12", "@ 75002 Paris", Likely),
    ("FR", "12 rue de la Paix\n75002 Paris", "rue de la Paix", "12", "@ 75002 Paris", Certain),
    ("FR", "12, rue de la Paix, F-75002 Paris", "rue de la Paix", "12", "@ F-75002 Paris", Certain),
    ("FR", "12 Grande Rue", "Grande Rue", "12", "", Certain),
    ("FR", "5 Cours de l'Intendance", "Cours de l'Intendance", "5", "", Certain),
    ("FR", "6 lotissement Les Pins", "lotissement Les Pins", "6", "", Certain),
    ("FR", "Rue de la Paix 12", "Rue de la Paix", "12", "", Likely),
    ("FR", "Lieu-dit Le Bourg", "Lieu-dit Le Bourg", "", "", Certain),
    ("FR", "Résidence Les Pins, 12 rue de la Paix", "Résidence Les Pins, 12 rue de la Paix", "", "", Unsure),
    ("FR", "BP 30", "BP 30", "", "", Certain),
    ("FR", "12 rue de la Paix, BP 30012", "12 rue de la Paix, BP 30012", "", "", Certain),
    ("FR", "CS 70001", "CS 70001", "", "", Certain),
    ("FR", "12 rue de la Paix 14", "12 rue de la Paix 14", "", "", Unsure),
    ("FR", "12e rue", "12e rue", "", "", Unsure),

    ("DE", "Hauptstraße 12", "Hauptstraße", "12", "", Certain),
    ("DE", "Hauptstr. 12", "Hauptstr.", "12", "", Certain),
    ("DE", "Hauptstraße 12a", "Hauptstraße", "12a", "", Certain),
    ("DE", "Hauptstraße 12 a", "Hauptstraße", "12 a", "", Likely),
    ("DE", "Hauptstraße 12 A", "Hauptstraße", "12 A", "", Likely),
    ("DE", "Hauptstraße 12-14", "Hauptstraße", "12-14", "", Certain),
    ("DE", "Hauptstraße 12 - 14", "Hauptstraße", "12 - 14", "", Likely),
    ("DE", "Hauptstraße 12–14", "Hauptstraße", "12-14", "", Certain),
    ("DE", "Hauptstraße 12/14", "Hauptstraße", "12/14", "", Likely),
    ("DE", "Hauptstraße 12/2", "Hauptstraße", "12/2", "", Likely),
    ("DE", "Hauptstraße 12 + 14", "Hauptstraße", "12 + 14", "", Likely),
    ("DE", "Hauptstraße Nr. 12", "Hauptstraße", "12", "", Certain),
    ("DE", "Straße des 17. Juni 135", "Straße des 17. Juni", "135", "", Certain),
    ("DE", "Platz des 4. Juli 10", "Platz des 4. Juli", "10", "", Certain),
    ("DE", "Straße des 17. Juni", "Straße des 17. Juni", "", "", Unsure),
    ("DE", "Platz der Republik 1", "Platz der Republik", "1", "", Certain),
    ("DE", "An der Alster 3", "An der Alster", "3", "", Certain),
    ("DE", "Am Alten Markt 5b", "Am Alten Markt", "5b", "", Certain),
    ("DE", "Unter den Linden 77", "Unter den Linden", "77", "", Certain),
    ("DE", "Karl-Marx-Allee 34", "Karl-Marx-Allee", "34", "", Certain),
    ("DE", "Kurfürstendamm 101, 3. OG", "Kurfürstendamm", "101", "3. OG", Certain),
    ("DE", "Kurfürstendamm 101 3. OG links", "Kurfürstendamm", "101", "3. OG links", Certain),
    ("DE", "Kurfürstendamm 101, Hinterhaus", "Kurfürstendamm", "101", "Hinterhaus", Certain),
    ("DE", "Kurfürstendamm 101 Whg. 12", "Kurfürstendamm", "101", "Whg. 12", Certain),
    ("DE", "Kurfürstendamm 101, Wohnung 12", "Kurfürstendamm", "101", "Wohnung 12", Certain),
    ("DE", "Kurfürstendamm 101 EG rechts", "Kurfürstendamm", "101", "EG rechts", Certain),
    ("DE", "Kurfürstendamm 101, Haus 3", "Kurfürstendamm", "101", "Haus 3", Certain),
    ("DE", "Gneisenaustr. 66, VH, 2. Stock", "Gneisenaustr.", "66", "VH, 2. Stock", Certain),
    ("DE", "Gneisenaustr. 66 Aufgang B", "Gneisenaustr.", "66", "Aufgang B", Certain),
    ("DE", "Gneisenaustr. 66 App. 14", "Gneisenaustr.", "66", "App. 14", Certain),
    ("DE", "Hauptstraße 12, 10115 Berlin", "Hauptstraße", "12", "@ 10115 Berlin", Certain),
    ("DE", "Hauptstraße 12 10115 Berlin", "Hauptstraße", "12", "@ 10115 Berlin", Likely),
    ("DE", "Hauptstraße 12\n10115 Berlin", "Hauptstraße", "12", "@ 10115 Berlin", Certain),
    ("DE", "Hauptstraße 12, D-10115 Berlin", "Hauptstraße", "12", "@ D-10115 Berlin", Certain),
    ("DE", "Hauptstraße 12, 60311 Frankfurt am Main", "Hauptstraße", "12", "@ 60311 Frankfurt am Main", Certain),
    ("DE", "Große Bleichen 21", "Große Bleichen", "21", "", Certain),
    ("DE", "Im Tal 4", "Im Tal", "4", "", Certain),
    ("DE", "Dorfstraße", "Dorfstraße", "", "", Certain),
    ("DE", "Postfach 12 34", "Postfach 12 34", "", "", Certain),
    ("DE", "Postfach 1234, 10115 Berlin", "Postfach 1234, 10115 Berlin", "", "", Certain),
    ("DE", "Packstation 145", "Packstation 145", "", "", Certain),
    ("DE", "C 4, 12", "C 4, 12", "", "", Unsure),
    ("DE", "Haus am See, Dorfstraße 12", "Haus am See, Dorfstraße 12", "", "", Unsure),
    ("DE", "12 Hauptstraße", "12 Hauptstraße", "", "", Unsure),
    ("DE", "Kölner Straße 1234", "Kölner Straße", "1234", "", Certain),
    ("DE", "Alte Poststraße 7", "Alte Poststraße", "7", "", Certain),
    ("DE", "Bundesallee 39-40a", "Bundesallee", "39-40a", "", Certain),
    ("DE", "Hof 3, Hauptstraße 12", "Hof 3, Hauptstraße 12", "", "", Unsure),

    ("LU", "12, rue de la Gare", "rue de la Gare", "12", "", Certain),
    ("LU", "12 rue de la Gare", "rue de la Gare", "12", "", Certain),
    ("LU", "12A, rue de la Gare", "rue de la Gare", "12A", "", Certain),
    ("LU", "15 bis, rue de Hollerich", "rue de Hollerich", "15 bis", "", Certain),
    ("LU", "12-14, boulevard Royal", "boulevard Royal", "12-14", "", Certain),
    ("LU", "2, place d'Armes", "place d'Armes", "2", "", Certain),
    ("LU", "41, avenue de la Liberté", "avenue de la Liberté", "41", "", Certain),
    ("LU", "12, rue de la Gare, L-1611 Luxembourg", "rue de la Gare", "12", "@ L-1611 Luxembourg", Certain),
    ("LU", "12, rue de la Gare\n1611 Luxembourg", "rue de la Gare", "12", "@ 1611 Luxembourg", Certain),
    ("LU", "12 rue de la Gare 1611 Luxembourg", "rue de la Gare", "12", "@ 1611 Luxembourg", Likely),
    ("LU", "7, Um Knapp", "Um Knapp", "7", "", Certain),
    ("LU", "7 Am Bach", "Am Bach", "7", "", Likely),
    ("LU", "Rue de la Gare 12", "Rue de la Gare", "12", "", Certain),
    ("LU", "12, rue du 10 Octobre", "rue du 10 Octobre", "12", "", Likely),
    ("LU", "BP 48", "BP 48", "", "", Certain),
    ("LU", "Maison 5", "Maison", "5", "", Certain),

    ("AT", "Wiedner Hauptstraße 8", "Wiedner Hauptstraße", "8", "", Certain),
    ("AT", "Wiedner Hauptstraße 8 Top 12", "Wiedner Hauptstraße", "8", "Top 12", Certain),
    ("AT", "Wiedner Hauptstraße 8, Top 12", "Wiedner Hauptstraße", "8", "Top 12", Certain),
    ("AT", "Wiedner Hauptstr. 8/2/12", "Wiedner Hauptstr.", "8", "2/12", Certain),
    ("AT", "Wiedner Hauptstr. 8/12", "Wiedner Hauptstr.", "8", "12", Certain),
    ("AT", "Wiedner Hauptstr. 8/2. Stock", "Wiedner Hauptstr.", "8", "2. Stock", Certain),
    ("AT", "Wiedner Hauptstr. 8 Stiege 2 Tür 12", "Wiedner Hauptstr.", "8", "Stiege 2 Tür 12", Certain),
    ("AT", "Wiedner Hauptstr. 8, Stg. 2, Top 5", "Wiedner Hauptstr.", "8", "Stg. 2, Top 5", Certain),
    ("AT", "Mariahilfer Straße 45-47", "Mariahilfer Straße", "45-47", "", Certain),
    ("AT", "Mariahilfer Straße 45a", "Mariahilfer Straße", "45a", "", Certain),
    ("AT", "Mariahilfer Straße 45/1/3/14", "Mariahilfer Straße", "45", "1/3/14", Certain),
    ("AT", "Ring 3 / 5 / 7", "Ring", "3", "5/7", Certain),
    ("AT", "Ring 3, 1010 Wien", "Ring", "3", "@ 1010 Wien", Certain),
    ("AT", "Kärntner Ring 3 1010 Wien", "Kärntner Ring", "3", "@ 1010 Wien", Likely),
    ("AT", "Kärntner Ring 3/5, A-1010 Wien", "Kärntner Ring", "3", "5 @ A-1010 Wien", Certain),
    ("AT", "Straße des 12. Februar 8", "Straße des 12. Februar", "8", "", Certain),
    ("AT", "Postfach 12", "Postfach 12", "", "", Certain),

    ("CH", "Bahnhofstrasse 12", "Bahnhofstrasse", "12", "", Certain),
    ("CH", "Bahnhofstrasse 12a", "Bahnhofstrasse", "12a", "", Certain),
    ("CH", "Bahnhofstrasse 12, 8001 Zürich", "Bahnhofstrasse", "12", "@ 8001 Zürich", Certain),
    ("CH", "Bahnhofstrasse 12 8001 Zürich", "Bahnhofstrasse", "12", "@ 8001 Zürich", Likely),
    ("CH", "Bahnhofstrasse 12, CH-8001 Zürich", "Bahnhofstrasse", "12", "@ CH-8001 Zürich", Certain),
    ("CH", "Rue du Rhône 14", "Rue du Rhône", "14", "", Certain),
    ("CH", "14, rue du Rhône", "rue du Rhône", "14", "", Certain),
    ("CH", "14 rue du Rhône", "rue du Rhône", "14", "", Likely),
    ("CH", "Avenue de la Gare 3 bis", "Avenue de la Gare", "3 bis", "", Likely),
    ("CH", "Via Nassa 5", "Via Nassa", "5", "", Certain),
    ("CH", "Via Nassa 5, piano 2", "Via Nassa", "5", "piano 2", Certain),
    ("CH", "Limmatquai 12-14", "Limmatquai", "12-14", "", Certain),
    ("CH", "Limmatquai 12, 3. Stock", "Limmatquai", "12", "3. Stock", Certain),
    ("CH", "Im Grund 7", "Im Grund", "7", "", Certain),
    ("CH", "Postfach 8021", "Postfach 8021", "", "", Certain),
    ("CH", "Case postale 12", "Case postale 12", "", "", Certain),

    ("GB", "10 High Street", "High Street", "10", "", Certain),
    ("GB", "10a High Street", "High Street", "10a", "", Certain),
    ("GB", "10, High Street", "High Street", "10", "", Certain),
    ("GB", "Flat 2, 10 High Street", "High Street", "10", "Flat 2", Certain),
    ("GB", "Flat 2 10 High Street", "High Street", "10", "Flat 2", Likely),
    ("GB", "10 High Street, Flat 2", "High Street", "10", "Flat 2", Certain),
    ("GB", "10 High Street Flat 2", "High Street", "10", "Flat 2", Certain),
    ("GB", "Apartment 3B, 22 Church Lane", "Church Lane", "22", "Apartment 3B", Certain),
    ("GB", "10 Church Rd Flat 2", "Church Rd", "10", "Flat 2", Certain),
    ("GB", "Unit 5, 12-14 Mill Lane", "Mill Lane", "12-14", "Unit 5", Certain),
    ("GB", "1st Floor, 10 High Street", "High Street", "10", "1st Floor", Certain),
    ("GB", "Ground Floor Flat, 10 High Street", "High Street", "10", "Ground Floor Flat", Certain),
    ("GB", "10 High Street, London SW1A 1AA", "High Street", "10", "@ SW1A 1AA London", Certain),
    ("GB", "10 High Street, London, SW1A 1AA", "High Street", "10", "@ SW1A 1AA London", Certain),
    ("GB", "221B Baker Street", "Baker Street", "221B", "", Certain),
    ("GB", "1 St James's Square", "St James's Square", "1", "", Certain),
    ("GB", "Rose Cottage, Mill Lane", "Rose Cottage, Mill Lane", "", "", Certain),
    ("GB", "Rose Cottage, 3 Mill Lane", "Rose Cottage, 3 Mill Lane", "", "", Unsure),
    ("GB", "10 High Street, Headington", "10 High Street, Headington", "", "", Unsure),
    ("GB", "PO Box 123", "PO Box 123", "", "", Certain),
    ("GB", "P.O. Box 123, London", "P.O. Box 123, London", "", "", Certain),
    ("GB", "High Street 10", "High Street", "10", "", Likely),

    ("IE", "12 O'Connell Street", "O'Connell Street", "12", "", Certain),
    ("IE", "12A Main Street", "Main Street", "12A", "", Certain),
    ("IE", "12, Main Street", "Main Street", "12", "", Certain),
    ("IE", "Apt 4, 12 Main Street", "Main Street", "12", "Apt 4", Certain),
    ("IE", "Apartment 12, 3 Grand Canal Quay", "Grand Canal Quay", "3", "Apartment 12", Certain),
    ("IE", "12 Main Street, Apt 4", "Main Street", "12", "Apt 4", Certain),
    ("IE", "Unit 7, 3 Dock Road", "Dock Road", "3", "Unit 7", Certain),
    ("IE", "12 Main Street, Galway H91 E2K3", "Main Street", "12", "@ H91 E2K3 Galway", Certain),
    ("IE", "12 Main Street, Dublin, D02 X285", "Main Street", "12", "@ D02 X285 Dublin", Certain),
    ("IE", "14-16 Dame Street", "Dame Street", "14-16", "", Certain),
    ("IE", "3 The Green", "The Green", "3", "", Certain),
    ("IE", "The Old Mill", "The Old Mill", "", "", Certain),
    ("IE", "Ballymore", "Ballymore", "", "", Certain),
    ("IE", "PO Box 12", "PO Box 12", "", "", Certain),
    ("IE", "12 Main Street, Ballymore", "12 Main Street, Ballymore", "", "", Unsure),

    ("ES", "Calle Mayor 5", "Calle Mayor", "5", "", Certain),
    ("ES", "Calle Mayor, 5", "Calle Mayor", "5", "", Certain),
    ("ES", "Calle Mayor 5, 3º B", "Calle Mayor", "5", "3º B", Certain),
    ("ES", "Calle Mayor, 5, 3º B", "Calle Mayor", "5", "3º B", Certain),
    ("ES", "Calle Mayor, 5 3º B", "Calle Mayor", "5", "3º B", Certain),
    ("ES", "C/ Mayor 5", "C/ Mayor", "5", "", Certain),
    ("ES", "C/ Mayor, nº 5", "C/ Mayor", "5", "", Certain),
    ("ES", "Av. de la Constitución 12, 2º izq", "Av. de la Constitución", "12", "2º izq", Certain),
    ("ES", "Calle Mayor 5, bajo", "Calle Mayor", "5", "bajo", Certain),
    ("ES", "Calle Mayor 5, esc. A, piso 3, pta 2", "Calle Mayor", "5", "esc. A, piso 3, pta 2", Certain),
    ("ES", "Calle 2 de Mayo 14", "Calle 2 de Mayo", "14", "", Likely),
    ("ES", "Plaza de España 1", "Plaza de España", "1", "", Certain),
    ("ES", "Calle Mayor 5, 28013 Madrid", "Calle Mayor", "5", "@ 28013 Madrid", Certain),
    ("ES", "Calle Mayor 5 28013 Madrid", "Calle Mayor", "5", "@ 28013 Madrid", Likely),
    ("ES", "Apartado 123", "Apartado 123", "", "", Certain),
    ("ES", "Calle Mayor s/n", "Calle Mayor s/n", "", "", Certain),

    ("IT", "Via Roma 12", "Via Roma", "12", "", Certain),
    ("IT", "Via Roma, 12", "Via Roma", "12", "", Certain),
    ("IT", "Via Roma 12/A", "Via Roma", "12/A", "", Certain),
    ("IT", "Via Roma 12/A int. 4", "Via Roma", "12/A", "int. 4", Certain),
    ("IT", "Via Roma 12, interno 4", "Via Roma", "12", "interno 4", Certain),
    ("IT", "Via Roma 12 scala B int. 4", "Via Roma", "12", "scala B int. 4", Certain),
    ("IT", "Via Roma n. 12", "Via Roma", "12", "", Certain),
    ("IT", "Via XX Settembre 5", "Via XX Settembre", "5", "", Certain),
    ("IT", "Via 20 Settembre 5", "Via 20 Settembre", "5", "", Likely),
    ("IT", "Piazza del Popolo 3", "Piazza del Popolo", "3", "", Certain),
    ("IT", "Via Po 12", "Via Po", "12", "", Certain),
    ("IT", "Via Roma 12, 00184 Roma", "Via Roma", "12", "@ 00184 Roma", Certain),
    ("IT", "Via Roma 12, 00184 Roma (RM)", "Via Roma", "12", "@ 00184 Roma (RM)", Certain),
    ("IT", "Via Roma 12 bis", "Via Roma", "12 bis", "", Likely),
    ("IT", "Casella postale 12", "Casella postale 12", "", "", Certain),
    ("IT", "Via Roma snc", "Via Roma snc", "", "", Certain),

    ("PT", "Rua Augusta 12", "Rua Augusta", "12", "", Certain),
    ("PT", "Rua Augusta, 12", "Rua Augusta", "12", "", Certain),
    ("PT", "Rua Augusta, nº 12", "Rua Augusta", "12", "", Certain),
    ("PT", "Rua Augusta 12, 3º Dto", "Rua Augusta", "12", "3º Dto", Certain),
    ("PT", "Rua Augusta 12, 3º Esq.", "Rua Augusta", "12", "3º Esq.", Certain),
    ("PT", "Rua Augusta 12 3º Esq", "Rua Augusta", "12", "3º Esq", Certain),
    ("PT", "Rua Augusta, 12, R/C", "Rua Augusta, 12, R/C", "", "", Unsure),
    ("PT", "Av. da Liberdade 110, 2.º andar", "Av. da Liberdade", "110", "2.º andar", Certain),
    ("PT", "Rua 25 de Abril 7", "Rua 25 de Abril", "7", "", Likely),
    ("PT", "Praça do Comércio 1", "Praça do Comércio", "1", "", Certain),
    ("PT", "Rua Augusta 12A", "Rua Augusta", "12A", "", Certain),
    ("PT", "Rua Augusta 12, 1100-053 Lisboa", "Rua Augusta", "12", "@ 1100-053 Lisboa", Certain),
    ("PT", "Rua Augusta 12 1100-053 Lisboa", "Rua Augusta", "12", "@ 1100-053 Lisboa", Likely),
    ("PT", "Rua Augusta 12-14", "Rua Augusta", "12-14", "", Certain),
    ("PT", "Apartado 123", "Apartado 123", "", "", Certain),

    ("DK", "Nørrebrogade 12", "Nørrebrogade", "12", "", Certain),
    ("DK", "Nørrebrogade 12, 3. th", "Nørrebrogade", "12", "3. th", Certain),
    ("DK", "Nørrebrogade 12, 3. th.", "Nørrebrogade", "12", "3. th.", Certain),
    ("DK", "Nørrebrogade 12 3 tv", "Nørrebrogade", "12", "3 tv", Certain),
    ("DK", "Nørrebrogade 12, st. tv", "Nørrebrogade", "12", "st. tv", Certain),
    ("DK", "Nørrebrogade 12A, 1. sal", "Nørrebrogade", "12A", "1. sal", Certain),
    ("DK", "Nørrebrogade 12, 2. mf", "Nørrebrogade", "12", "2. mf", Certain),
    ("DK", "Nørrebrogade 12, kl", "Nørrebrogade", "12", "kl", Certain),
    ("DK", "Nørrebrogade 12, 2200 København N", "Nørrebrogade", "12", "@ 2200 København N", Certain),
    ("DK", "Nørrebrogade 12, 3. th, 2200 København N", "Nørrebrogade", "12", "3. th @ 2200 København N", Certain),
    ("DK", "Christian X's Vej 5", "Christian X's Vej", "5", "", Certain),
    ("DK", "H.C. Andersens Boulevard 27", "H.C. Andersens Boulevard", "27", "", Certain),
    ("DK", "10. Februar Vej 3", "10. Februar Vej", "3", "", Certain),
    ("DK", "Vestergade 12-14", "Vestergade", "12-14", "", Certain),
    ("DK", "Postboks 12", "Postboks 12", "", "", Certain),

    ("SE", "Storgatan 12", "Storgatan", "12", "", Certain),
    ("SE", "Storgatan 12 A", "Storgatan", "12 A", "", Likely),
    ("SE", "Storgatan 12B", "Storgatan", "12B", "", Certain),
    ("SE", "Storgatan 12, lgh 1101", "Storgatan", "12", "lgh 1101", Certain),
    ("SE", "Storgatan 12 lgh 1101", "Storgatan", "12", "lgh 1101", Certain),
    ("SE", "Storgatan 12, 2 tr", "Storgatan", "12", "2 tr", Certain),
    ("SE", "Storgatan 12 2 tr", "Storgatan", "12", "2 tr", Certain),
    ("SE", "Storgatan 12 A lgh 1101", "Storgatan", "12 A", "lgh 1101", Likely),
    ("SE", "Sankt Eriksgatan 63, 3 tr", "Sankt Eriksgatan", "63", "3 tr", Certain),
    ("SE", "Storgatan 12, 111 23 Stockholm", "Storgatan", "12", "@ 111 23 Stockholm", Certain),
    ("SE", "Storgatan 12, 11123 Stockholm", "Storgatan", "12", "@ 11123 Stockholm", Certain),
    ("SE", "Storgatan 12 111 23 Stockholm", "Storgatan", "12", "@ 111 23 Stockholm", Likely),
    ("SE", "Storgatan 12-14", "Storgatan", "12-14", "", Certain),
    ("SE", "Box 123", "Box 123", "", "", Certain),
    ("SE", "Gamla vägen 3, uppgång B", "Gamla vägen", "3", "uppgång B", Certain),

    ("NO", "Karl Johans gate 12", "Karl Johans gate", "12", "", Certain),
    ("NO", "Karl Johans gate 12B", "Karl Johans gate", "12B", "", Certain),
    ("NO", "Karl Johans gate 12 B", "Karl Johans gate", "12 B", "", Likely),
    ("NO", "Karl Johans gate 12, leil. 4", "Karl Johans gate", "12", "leil. 4", Certain),
    ("NO", "Karl Johans gate 12, oppgang B", "Karl Johans gate", "12", "oppgang B", Certain),
    ("NO", "Karl Johans gate 12, 0154 Oslo", "Karl Johans gate", "12", "@ 0154 Oslo", Certain),
    ("NO", "Karl Johans gate 12 0154 Oslo", "Karl Johans gate", "12", "@ 0154 Oslo", Likely),
    ("NO", "17. mai-gata 3", "17. mai-gata", "3", "", Certain),
    ("NO", "Storgata 1", "Storgata", "1", "", Certain),
    ("NO", "Storgata 1A", "Storgata", "1A", "", Certain),
    ("NO", "Storgata 1-3", "Storgata", "1-3", "", Certain),
    ("NO", "Storgata 1, 2. etage", "Storgata", "1", "2. etage", Certain),
    ("NO", "Bygdøy allé 5", "Bygdøy allé", "5", "", Certain),
    ("NO", "Fjellveien 101, H0201", "Fjellveien 101, H0201", "", "", Unsure),
    ("NO", "Postboks 12", "Postboks 12", "", "", Certain),

    ("FI", "Mannerheimintie 12", "Mannerheimintie", "12", "", Certain),
    ("FI", "Mannerheimintie 12 A", "Mannerheimintie", "12 A", "", Likely),
    ("FI", "Mannerheimintie 12 as 4", "Mannerheimintie", "12", "as 4", Certain),
    ("FI", "Mannerheimintie 12 A as 4", "Mannerheimintie", "12 A", "as 4", Likely),
    ("FI", "Mannerheimintie 12, as. 4", "Mannerheimintie", "12", "as. 4", Certain),
    ("FI", "Mannerheimintie 12 A 4", "Mannerheimintie", "12", "A 4", Likely),
    ("FI", "Mannerheimintie 12 rappu B", "Mannerheimintie", "12", "rappu B", Certain),
    ("FI", "Mannerheimintie 12b", "Mannerheimintie", "12b", "", Certain),
    ("FI", "Mannerheimintie 12-14", "Mannerheimintie", "12-14", "", Certain),
    ("FI", "Mannerheimintie 12, 00100 Helsinki", "Mannerheimintie", "12", "@ 00100 Helsinki", Certain),
    ("FI", "Mannerheimintie 12 00100 Helsinki", "Mannerheimintie", "12", "@ 00100 Helsinki", Likely),
    ("FI", "3. linja 5", "3. linja", "5", "", Certain),
    ("FI", "Iso Roobertinkatu 7", "Iso Roobertinkatu", "7", "", Certain),
    ("FI", "Hämeenkatu 1", "Hämeenkatu", "1", "", Certain),
    ("FI", "PL 12", "PL 12", "", "", Certain),

    ("PL", "ul. Długa 5", "ul. Długa", "5", "", Certain),
    ("PL", "ul. Długa 5 m. 3", "ul. Długa", "5", "m. 3", Certain),
    ("PL", "ul. Długa 5/3", "ul. Długa", "5", "3", Certain),
    ("PL", "ul. Długa 5 lok. 3", "ul. Długa", "5", "lok. 3", Certain),
    ("PL", "ul. Długa 5A/3", "ul. Długa", "5A", "3", Certain),
    ("PL", "ul. Długa 5 m 3", "ul. Długa", "5", "m 3", Certain),
    ("PL", "Długa 5a", "Długa", "5a", "", Certain),
    ("PL", "al. Jerozolimskie 65/79", "al. Jerozolimskie", "65", "79", Certain),
    ("PL", "ul. 3 Maja 12", "ul. 3 Maja", "12", "", Likely),
    ("PL", "3 Maja 12", "3 Maja", "12", "", Likely),
    ("PL", "ul. 11 Listopada 22/4", "ul. 11 Listopada", "22", "4", Likely),
    ("PL", "os. Złotego Wieku 14/2", "os. Złotego Wieku", "14", "2", Certain),
    ("PL", "ul. Długa 5, 00-238 Warszawa", "ul. Długa", "5", "@ 00-238 Warszawa", Certain),
    ("PL", "ul. Długa 5/3 00-238 Warszawa", "ul. Długa", "5", "3 @ 00-238 Warszawa", Likely),
    ("PL", "skr. poczt. 12", "skr. poczt. 12", "", "", Certain),
    ("PL", "ul. Długa nr 5", "ul. Długa", "5", "", Certain),

    ("CZ", "Dlouhá 12", "Dlouhá", "12", "", Certain),
    ("CZ", "Dlouhá 123/45", "Dlouhá", "123/45", "", Certain),
    ("CZ", "Dlouhá 123/45a", "Dlouhá", "123/45a", "", Certain),
    ("CZ", "Dlouhá 123, byt 4", "Dlouhá", "123", "byt 4", Certain),
    ("CZ", "Dlouhá 123/45, 2. patro", "Dlouhá", "123/45", "2. patro", Certain),
    ("CZ", "Dlouhá č. 12", "Dlouhá", "12", "", Certain),
    ("CZ", "Nám. Míru 5", "Nám. Míru", "5", "", Certain),
    ("CZ", "28. října 12", "28. října", "12", "", Certain),
    ("CZ", "Tř. 17. listopadu 8", "Tř. 17. listopadu", "8", "", Certain),
    ("CZ", "Václavské náměstí 846/1", "Václavské náměstí", "846/1", "", Certain),
    ("CZ", "Dlouhá 12, 110 00 Praha", "Dlouhá", "12", "@ 110 00 Praha", Certain),
    ("CZ", "Dlouhá 12, 11000 Praha", "Dlouhá", "12", "@ 11000 Praha", Certain),
    ("CZ", "Dlouhá 12 110 00 Praha", "Dlouhá", "12", "@ 110 00 Praha", Likely),
    ("CZ", "Dlouhá 12, 110 00 Praha 1", "Dlouhá 12, 110 00 Praha 1", "", "", Unsure),
    ("CZ", "Dlouhá", "Dlouhá", "", "", Certain),

    ("", "Kerkstraat 12", "Kerkstraat", "12", "", Certain),
    ("", "Kerkstraat 12 bus 3", "Kerkstraat", "12", "3", Certain),
    ("", "10 High Street", "High Street", "10", "", Likely),
    ("", "12 rue de la Loi", "rue de la Loi", "12", "", Likely),
    ("", "12, rue de la Loi", "rue de la Loi", "12", "", Certain),
    ("", "Flat 2, 10 High Street", "High Street", "10", "Flat 2", Likely),
    ("", "Groenplaats 16/3", "Groenplaats", "16", "3", Likely),
    ("", "Kerkstraat 12, 9000 Gent", "Kerkstraat", "12", "@ 9000 Gent", Certain),
    ("", "Kerkstraat 12, 1017 GC Amsterdam", "Kerkstraat", "12", "@ 1017 GC Amsterdam", Certain),
    ("", "Hauptstraße 12\n10115 Berlin", "Hauptstraße", "12", "@ 10115 Berlin", Certain),
    ("", "Calle Mayor 5, 3º B", "Calle Mayor", "5", "3º B", Certain),
    ("", "Wiedner Hauptstraße 8 Top 12", "Wiedner Hauptstraße", "8", "Top 12", Certain),
    ("", "12 Kerkstraat", "12 Kerkstraat", "", "", Unsure),
    ("", "Prinsengracht 45-3", "Prinsengracht", "45-3", "", Certain),
    ("", "Улица Ленина 5", "Улица Ленина", "5", "", Certain),
    ("", "東京都 5", "東京都", "5", "", Certain),
    ("", "Kerkstraat 12 A 4", "Kerkstraat 12 A 4", "", "", Unsure),
    ("", "Postbus 12", "Postbus 12", "", "", Certain),
    ("", "Kerkstraat 12 14", "Kerkstraat 12 14", "", "", Unsure),
    ("", "123456", "123456", "", "", Unsure),
];

fn known(country: &str) -> Option<&str> {
    Some(country).filter(|country| !country.is_empty())
}

#[test]
fn lines_as_people_type_them() {
    let mut wrong = Vec::new();
    for (country, line, street, number, box_and_place, certainty) in LINES {
        let split = split(line, known(country))
            .unwrap_or_default()
            .or_whole(Likely);
        let place = split
            .locality
            .as_ref()
            .map_or(String::new(), |(code, city)| format!("@ {code} {city}"));
        let units = format!(
            "{} {place}",
            split.box_number.as_deref().unwrap_or_default()
        );
        let found = (
            split.street.as_str(),
            split.number.as_deref().unwrap_or_default(),
            units.trim(),
            split.certainty,
        );
        if found != (street, number, box_and_place, certainty) {
            wrong.push(format!("{country} {line:?}: {found:?}, {}", split.reason));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// All words, in any order: nothing is lost, and nothing is added except labels of a box or a number.
fn words(parts: &[Option<&str>], has_other_digits: bool) -> Vec<String> {
    let announce = [
        "bus",
        "bte",
        "boite",
        "box",
        "bt",
        "nr",
        "no",
        "n",
        "num",
        "numero",
        "nummer",
        "hausnummer",
        "c",
        "b",
    ];
    let mut words: Vec<String> = parts
        .iter()
        .flatten()
        .flat_map(|part| text::folded_words(part))
        // A digit of another script becomes one of ASCII.
        .map(|word| {
            if has_other_digits {
                word.replace(char::is_numeric, "0")
            } else {
                word
            }
        })
        .map(|word| {
            // "b3" and "bus3"
            let value = announce.iter().find_map(|label| word.strip_prefix(label));
            let value = value.filter(|value| value.starts_with(|c: char| c.is_ascii_digit()));
            value.map_or(word.clone(), str::to_owned)
        })
        .filter(|word| !announce.contains(&word.as_str()))
        .collect();
    words.sort_unstable();
    words
}

fn laws(line: &str, country: Option<&str>) -> Result<(), TestCaseError> {
    let Some(first) = split(line, country) else {
        return Ok(());
    };
    let has_other_digits = line.contains(|c: char| !c.is_ascii() && c.is_numeric());
    for split in [first.clone(), first.clone().or_whole(Likely)] {
        let place = split.locality.as_ref();
        let parts = [
            Some(split.street.as_str()),
            split.number.as_deref(),
            split.box_number.as_deref(),
            place.map(|place| place.0.as_str()),
            place.map(|place| place.1.as_str()),
            split.repeated.as_deref(),
        ];
        prop_assert_eq!(
            words(&parts, has_other_digits),
            words(&[Some(line)], has_other_digits),
            "{:?} {:?}",
            line,
            parts
        );
    }
    if first.certainty >= Likely && first.number.is_some() {
        let again = address::split(&first.line(), country).unwrap_or_default();
        prop_assert_eq!(
            (&again.street, &again.number, &again.box_number),
            (&first.street, &first.number, &first.box_number),
            "{:?}",
            line
        );
    }
    let whole = first.or_whole(Likely);
    let again = address::split(&whole.street, country)
        .unwrap_or_default()
        .or_whole(Likely);
    if whole.number.is_none() && whole.locality.is_none() && !line.contains(['\n', '\r']) {
        prop_assert_eq!(again.street, whole.street);
    }
    Ok(())
}

#[test]
fn the_laws_hold_for_every_line_of_the_table_in_every_country() {
    let countries: BTreeSet<&str> = LINES.iter().map(|line| line.0).collect();
    for (_, line, ..) in LINES {
        for country in &countries {
            laws(line, known(country)).unwrap_or_else(|broken| panic!("{country}: {broken}"));
        }
    }
}

fn country() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(vec![
        None,
        Some("BE"),
        Some("NL"),
        Some("LU"),
        Some("FR"),
        Some("DE"),
        Some("AT"),
        Some("CH"),
        Some("GB"),
        Some("IE"),
        Some("ES"),
        Some("IT"),
        Some("PT"),
        Some("DK"),
        Some("SE"),
        Some("NO"),
        Some("FI"),
        Some("PL"),
        Some("CZ"),
        Some("US"),
    ])
}

proptest! {
    #[test]
    fn nothing_is_lost_of_any_text(line in "(?s).*", country in country()) {
        laws(&line, country)?;
    }

    #[test]
    fn nothing_is_lost_of_what_looks_like_an_address(
        words in prop::collection::vec(prop_oneof![
            3 => "[0-9]{1,5}[A-Za-z]?",
            2 => "[A-Za-zéß]{1,9}",
            1 => "[0-9]{1,3}[/-][0-9A-Za-z]{1,3}",
            1 => "[0-9][.ºe°]",
            4 => prop::sample::select(vec![
                "bus", "bte", "Top", "int.", "flat", "Kerkstraat", "rue", "de", "bis", "-", "mai", "1945", "b", "nr.",
                "n°", "hs", "II", "m.", "st.", "th", "9000", "Gent", "AB", "SW1A", "1AA", "Plein", "floor", "Box",
            ]).prop_map(str::to_owned),
        ], 1..8),
        signs in prop::collection::vec(prop::sample::select(vec![" ", " ", " ", ", ", ",", "\n"]), 8),
        country in country(),
    ) {
        let line: String = words.iter().zip(&signs).flat_map(|(word, sign)| [word.as_str(), sign]).collect();
        laws(&line, country)?;
    }

    #[test]
    fn parts_are_the_same_address(line in "[A-Za-z' ]{1,12},? [0-9]{1,4}[A-Z]?(,? (bus|bte|Top|/)? ?[0-9A-Z]{1,3})?") {
        let whole = split(&line, None).unwrap_or_default().or_whole(Likely);
        let place = whole.locality.clone().unwrap_or_default();
        let parts = [whole.street.as_str(), whole.number.as_deref().unwrap_or_default(),
            whole.box_number.as_deref().unwrap_or_default(), &place.0, &place.1];
        prop_assert!(address::same([line.as_str()], parts), "{line:?} {whole:?}");
    }
}

#[test]
fn the_same_address_in_another_order() {
    for (a, b) in [
        ("Flat 2, 10 High Street", "High Street 10 Flat 2"),
        ("12, rue du 8 mai 1945", "rue du 8 mai 1945 12"),
        ("Kerkstraat 12 bus 3", "Kerkstraat 12/3"),
        ("Kerkstraat nr. 12", "kerkstraat 12"),
    ] {
        assert!(address::same([a], [b]), "{a} = {b}");
    }
    for (a, b) in [
        ("Kerkstraat 12 bus 3", "Kerkstraat 3 bus 12"),
        ("Kerkstraat 12 N", "Kerkstraat 12"),
        ("Kerkstraat 12", "Kerkstraat 21"),
    ] {
        assert!(!address::same([a], [b]), "{a} is not {b}");
    }
}

#[test]
fn the_surer_is_the_greater() {
    assert!(Unsure < Likely && Likely < Certain);
}
