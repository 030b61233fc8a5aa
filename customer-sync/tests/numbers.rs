//! VAT numbers, IBANs and GLNs against test vectors, e-mail addresses by example, and their properties.

#![allow(clippy::unwrap_used)] // As in tests.

use customer_sync::normalize::{email, gln, iban, text, vat};
use proptest::prelude::*;

/// Made with python-stdnum 2.2: random numbers of each form, and valid ones with a character changed.
const VAT: &str = include_str!("fixtures/vat.csv");

#[test]
fn vat_numbers_are_judged_as_by_python_stdnum() {
    let mut wrong = Vec::new();
    for line in VAT.lines().skip(1) {
        let [prefix, number, verdict] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let typed = format!("{prefix}{number}");
        let ours = vat::normalized(&typed, None);
        if ours.is_ok() != (verdict == "valid") || ours.as_ref().is_ok_and(|same| *same != typed) {
            wrong.push(format!("{line}: {ours:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Made with python-stdnum 2.2 without the checks inside account numbers: five and five a country of SEPA.
const ACCOUNTS: &str = include_str!("fixtures/accounts.csv");

#[test]
fn ibans_and_glns_are_judged_as_by_python_stdnum() {
    let mut wrong = Vec::new();
    for line in ACCOUNTS.lines().skip(1) {
        let [kind, number, verdict] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let ours = match kind {
            "IBAN" => iban::normalized(number),
            _ => gln::normalized(number),
        };
        if ours.is_ok() != (verdict == "valid") || ours.as_ref().is_ok_and(|same| same != number) {
            wrong.push(format!("{line}: {ours:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn ibans_as_people_type_them() {
    for (typed, expected) in [
        ("IBAN BE71 0961 2345 6769", "BE71096123456769"),
        ("be71-0961-2345-6769", "BE71096123456769"),
        ("NL91ABNA0417164300", "NL91ABNA0417164300"),
        (
            "BR15 0000 0000 0000 1093 2840 814P 2",
            "BR1500000000000010932840814P2",
        ),
    ] {
        assert_eq!(iban::normalized(typed).as_deref(), Ok(expected), "{typed}");
    }
    for typed in [
        "",
        "cash",
        "BE71",
        "BE71 0961 2345 67",
        "71096123456769",
        "BE71 0961 2345 6769 KBC",
        "é",
    ] {
        assert!(iban::normalized(typed).is_err(), "{typed}");
    }
}

#[test]
fn email_addresses() {
    for (typed, expected) in [
        ("ann@example.com", Some("ann@example.com")),
        (" Ann.P@Example.COM ", Some("Ann.P@example.com")),
        (
            "ann+tag@mail.example.co.uk",
            Some("ann+tag@mail.example.co.uk"),
        ),
        ("o'neil@example.ie", Some("o'neil@example.ie")),
        ("ann@bücher.de", Some("ann@bücher.de")),
        ("a@b.be; c@d.be", Some("a@b.be")),
        ("ann at home, c@D.be", Some("c@d.be")),
        ("ann@localhost", None),
        ("ann@example", None),
        ("ann@example.c", None),
        ("ann@exa_mple.be", None),
        ("ann@-example.be", None),
        ("ann@example..be", None),
        ("ann@1.2.3.4", None),
        ("ann@[1.2.3.4]", None),
        (".ann@example.be", None),
        ("an..n@example.be", None),
        ("ann@home@example.be", None),
        ("Ann Peeters <ann@example.be>", None),
        ("ann example.be", None),
        ("@example.be", None),
        ("null", None),
        ("", None),
    ] {
        assert_eq!(email::first(typed).as_deref(), expected, "{typed}");
    }
    assert_eq!(
        email::tidied("a@B.be, c@d.be;").as_deref(),
        Ok("a@b.be;c@d.be")
    );
    assert!(email::tidied("ann").is_err());
    let all = email::addresses("a@b.be;; ann, c@d.be");
    assert_eq!(
        all.iter().map(Result::is_ok).collect::<Vec<_>>(),
        [true, false, true]
    );
}

#[test]
fn every_country_has_twenty_valid_and_twenty_invalid_vectors() {
    for prefix in [
        "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "GB", "HR",
        "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
        "XI",
    ] {
        let of = |verdict| {
            let line = |line: &&str| line.starts_with(prefix) && line.ends_with(verdict);
            VAT.lines().filter(line).count()
        };
        assert_eq!((of(",valid"), of(",invalid")), (20, 20), "{prefix}");
    }
}

#[test]
fn vat_numbers_as_people_type_them() {
    for (typed, country, expected) in [
        ("BTW BE 0403.170.701", None, "BE0403170701"),
        ("BTW-nr. BE0403.170.701", Some("NL"), "BE0403170701"),
        ("BE BTW 0403 170 701", None, "BE0403170701"),
        ("btw: 403.170.701", None, "BE0403170701"),
        ("N° TVA : BE 0403.170.701", None, "BE0403170701"),
        ("Numéro de TVA BE 0403.170.701", None, "BE0403170701"),
        ("BE (0)403.170.701", None, "BE0403170701"),
        ("ＢＥ０４０３１７０７０１", None, "BE0403170701"),
        ("USt-IdNr.: DE 136 695 976", None, "DE136695976"),
        ("136695976", Some("DE"), "DE136695976"),
        ("GR 094259216", None, "EL094259216"),
        ("EL 94259216", None, "EL094259216"),
        ("094259216", Some("GR"), "EL094259216"),
        ("P.IVA 00743110157", Some("IT"), "IT00743110157"),
        ("Partita IVA IT 00743110157", None, "IT00743110157"),
        ("NIF PT 501 964 843", None, "PT501964843"),
        ("501 964 843", Some("PT"), "PT501964843"),
        ("CIF B-58378431", Some("ES"), "ESB58378431"),
        ("es b58378431", None, "ESB58378431"),
        ("VAT Reg No 980 7806 84", Some("GB"), "GB980780684"),
        ("GB 980 7806 84", None, "GB980780684"),
        ("XI 980780684", None, "XI980780684"),
        ("FR 40 303 265 045", None, "FR40303265045"),
        ("40303265045", Some("MC"), "FR40303265045"),
        ("NL 0044.95.445.B.01", None, "NL004495445B01"),
        ("CHE-107.787.577 IVA", None, "CHE107787577IVA"),
        ("CHE-107.787.577", None, "CHE107787577"),
        ("CH 107 787 577 MWST", None, "CHE107787577MWST"),
        ("NO 995 525 828 MVA", None, "NO995525828MVA"),
        ("VAT NO 995525828 MVA", None, "NO995525828MVA"),
        ("995 525 828 MVA", Some("NO"), "NO995525828MVA"),
        ("ATU 13585627", None, "ATU13585627"),
        ("IE 6433435F", None, "IE6433435F"),
        ("IE 8D79739I", None, "IE8D79739I"),
    ] {
        assert_eq!(
            vat::normalized(typed, country).as_deref(),
            Ok(expected),
            "{typed}"
        );
    }
    for (typed, country) in [
        ("particulier", None),
        ("n/a", None),
        ("", None),
        ("BE0403170702", None),
        ("ΑΦΜ 094259216", None),
        ("US 12-3456789", None),
        ("123456789", Some("US")),
        ("123456789", Some("DE")),
        ("VAT NO 123 456 789", Some("GB")),
        ("DE136695976 / BE0403170701", None),
    ] {
        let why = vat::normalized(typed, country).unwrap_err();
        // The reason may be shown: it does not contain the number.
        let digits = why.chars().filter(char::is_ascii_digit).count();
        assert!(!why.is_empty() && digits < 3, "{typed}: {why}");
    }
}

#[test]
fn a_register_number_is_a_vat_number_and_back() {
    assert_eq!(
        vat::vat_of_cbe("0403.170.701").as_deref(),
        Ok("BE0403170701")
    );
    assert_eq!(vat::vat_of_cbe("403170701").as_deref(), Ok("BE0403170701"));
    assert_eq!(vat::cbe("BE0403170701"), Some("0403170701"));
    assert!(vat::vat_of_cbe("0403170702").is_err());
    assert!(vat::vat_of_cbe("NL004495445B01").is_err());
}

#[test]
fn the_same_company_has_one_key() {
    for (a, b) in [
        ("BE 0403.170.701", "0403170701"),
        ("GR094259216", "EL 094259216"),
        ("CHE-107.787.577 MWST", "CHE107787577TVA"),
        ("NO 995525828 MVA", "NO995525828"),
    ] {
        assert_eq!(vat::tax_key(a, None), vat::tax_key(b, None), "{a}");
        assert!(!vat::tax_key(a, None).is_empty());
    }
    assert_ne!(
        vat::tax_key("BE0403170701", None),
        vat::tax_key("BE0563846944", None)
    );
}

/// Any text, including those that look like a number.
fn typed() -> impl Strategy<Value = String> {
    let number = "(BTW|TVA nr|USt-IdNr|VAT NO|P.IVA)?[ .]?[A-Z]{0,2} ?[0-9A-Z.]{2,14}(MVA|MWST)?";
    let vectors: Vec<String> = VAT.lines().map(|line| line.replace(',', " ")).collect();
    let vector = proptest::sample::select(vectors)
        .prop_map(|line| line.rsplit_once(' ').unwrap().0.to_owned());
    prop_oneof![any::<String>(), number, vector]
}

proptest! {
    #[test]
    fn vat_laws(typed in typed(), country in proptest::option::of("[A-Z]{2}")) {
        match vat::normalized(&typed, country.as_deref()) {
            Ok(number) => {
                prop_assert_eq!(vat::normalized(&number, country.as_deref()), Ok(number.clone()));
                prop_assert_eq!(vat::tax_key(&number, None), vat::tax_key(&vat::normalized(&number, None).unwrap(), None));
                if typed.is_ascii() {
                    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
                    // Digits are left out, with words; a zero in front may be added.
                    let found = digits(&number);
                    prop_assert!(digits(&typed).contains(found.trim_start_matches('0')));
                }
            }
            Err(why) => prop_assert!(!why.is_empty()),
        }
        for ours in [iban::normalized(&typed), gln::normalized(&typed)] {
            match ours {
                Ok(number) => {
                    let again = if number.len() == 13 && number.starts_with(|c: char| c.is_ascii_digit()) {
                        gln::normalized(&number)
                    } else {
                        iban::normalized(&number)
                    };
                    prop_assert_eq!(again, Ok(number));
                }
                Err(why) => prop_assert!(!why.is_empty()),
            }
        }
        let _ = (vat::cbe(&typed), vat::vat_of_cbe(&typed), vat::tax_key(&typed, None));
    }

    #[test]
    fn email_laws(typed in prop_oneof![any::<String>(), "[ a-zA-Z.+é]{0,6}@?[a-zA-Z.-]{0,9}(.be)?[;, ]{0,2}[a-z]{0,3}@?[a-z.]{0,6}"]) {
        if let Ok(tidied) = email::tidied(&typed) {
            prop_assert_eq!(email::tidied(&tidied), Ok(tidied.clone()));
            let keys = |text: &str| email::keys(text).collect::<Vec<_>>();
            prop_assert_eq!(keys(&tidied), keys(&typed));
        }
        let all = email::addresses(&typed);
        // Invisible characters are not part of an address.
        let visible = text::clean(&typed).unwrap_or_default().to_lowercase();
        for address in all.iter().flatten() {
            prop_assert_eq!(email::addresses(address), vec![Ok(address.clone())]);
            prop_assert!(visible.contains(&address.to_lowercase()));
        }
        prop_assert!(all.iter().flatten().all(|address| !address.is_empty()));
        prop_assert!(all.iter().filter_map(|one| one.as_ref().err()).all(|why| !why.is_empty()));
    }
}
