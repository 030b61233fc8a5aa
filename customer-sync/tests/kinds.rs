//! Person or company, and readiness for Peppol.

#![allow(clippy::unwrap_used)] // As in tests.

use customer_sync::kind::{Kind, KindEvidence, legal_form, of};
use customer_sync::peppol::Readiness;
use customer_sync::source::planyo;
use customer_sync::{Customer, CustomerKey, MappingRules, Problem, party};
use proptest::prelude::*;

fn customer(first: Option<&str>, last: Option<&str>) -> Customer {
    let mut customer = Customer::new(CustomerKey::new("planyo", "7"));
    customer.first_name = first.map(str::to_owned);
    customer.last_name = last.map(str::to_owned);
    customer
}

#[test]
fn legal_forms() {
    for (name, form) in [
        ("Bakkerij Jansen BV", "BV"),
        ("Bakkerij Jansen b.v.", "BV"),
        ("bakkerij jansen bvba", "BVBA"),
        ("Dupont & Fils SRL", "SRL"),
        ("DUPONT SPRL", "SPRL"),
        ("Colruyt NV", "NV"),
        ("Colruyt N.V.", "NV"),
        ("VZW De Zon", "VZW"),
        ("De Zon (vzw)", "VZW"),
        ("ASBL Les Amis", "ASBL"),
        ("Peeters Comm. V", "CommV"),
        ("Peeters Comm.V.", "CommV"),
        ("Peeters GCV", "GCV"),
        ("Coop CVBA", "CVBA"),
        ("Jansen eenmanszaak", "eenmanszaak"),
        ("Müller GmbH", "GmbH"),
        ("Müller GmbH & Co. KG", "GmbH & Co. KG"),
        ("Müller UG", "UG"),
        ("Siemens AG", "AG"),
        ("Müller KG", "KG"),
        ("Müller OHG", "OHG"),
        ("Müller e.K.", "e.K."),
        ("Huber e.U.", "e.U."),
        ("Smith Ltd", "Ltd"),
        ("Smith Ltd.", "Ltd"),
        ("Smith Limited", "Limited"),
        ("Smith & Jones LLP", "LLP"),
        ("Barclays PLC", "PLC"),
        ("Durand SARL", "SARL"),
        ("Durand S.A.R.L.", "SARL"),
        ("SARL Durand", "SARL"),
        ("Durand SAS", "SAS"),
        ("Durand EURL", "EURL"),
        ("Durand SNC", "SNC"),
        ("García S.L.", "S.L."),
        ("Iberia S.A.", "S.A."),
        ("Nestlé SA", "SA"),
        ("Rossi S.r.l.", "SRL"),
        ("Ferrari S.p.A.", "S.p.A."),
        ("Silva Lda", "Lda"),
        ("Silva, Lda.", "Lda"),
        ("Kowalski Sp. z o.o.", "Sp. z o.o."),
        ("Kowalski sp. z o. o.", "Sp. z o.o."),
        ("Novák s.r.o.", "s.r.o."),
        ("Novák a.s.", "a.s."),
        ("Jensen ApS", "ApS"),
        ("Mærsk A/S", "A/S"),
        ("Volvo AB", "AB"),
        ("Equinor AS", "AS"),
        ("Nokia Oy", "Oy"),
        ("Stichting De Zon", "Stichting"),
        ("Kovács Kft.", "Kft"),
        ("Horvat d.o.o.", "d.o.o."),
    ] {
        assert_eq!(
            legal_form(name),
            Some(KindEvidence::LegalForm(form)),
            "{name}"
        );
    }
    // May be a name or a word as well as a legal form.
    for name in [
        "Ana Sa",
        "Wellness Spa",
        "ANA SA",
        "Jan As",
        "Tom Ab",
        "Els Cv",
    ] {
        let found = legal_form(name);
        assert!(
            matches!(found, Some(KindEvidence::MaybeLegalForm(_))),
            "{name}: {found:?}"
        );
    }
    for name in [
        "Ann Peeters",
        "Bvba",
        "NV",
        "Jan Peeters-Nv",
        "An Nvanck",
        "Sas Peeters",
        "As Jansen",
        "Ana Sá",
        "Kg",
        "",
    ] {
        assert_eq!(legal_form(name), None, "{name}");
    }
}

#[test]
fn the_strongest_evidence_is_told() {
    let mut ann = customer(Some("Ann"), Some("Peeters"));
    assert_eq!(of(&ann), (Kind::Person, KindEvidence::FullName));
    assert_eq!(Readiness::of(&ann), Readiness::PrivatePerson);
    ann.company = Some("Bakkerij".to_owned());
    assert_eq!(of(&ann), (Kind::Company, KindEvidence::CompanyName));
    assert_eq!(Readiness::of(&ann), Readiness::MissingVat);
    ann.vat_number = Some("BE0403170701".to_owned());
    assert_eq!(of(&ann), (Kind::Company, KindEvidence::VatNumber));
    assert_eq!(Readiness::of(&ann), Readiness::Ready);
    ann.vat_number = Some("BE0403170702".to_owned());
    assert!(matches!(Readiness::of(&ann), Readiness::InvalidVat(_)));

    assert_eq!(
        of(&customer(None, Some("Peeters"))),
        (Kind::Unclear, KindEvidence::NoFullName)
    );
    assert_eq!(
        of(&customer(None, None)),
        (Kind::Unclear, KindEvidence::NoFullName)
    );
    assert_eq!(of(&customer(None, Some("De Zon vzw"))).0, Kind::Company);
    assert_eq!(of(&customer(Some("Ana"), Some("Sa"))).0, Kind::Unclear);
    assert_eq!(
        Readiness::of(&customer(Some("Ana"), Some("Sa"))),
        Readiness::Unknown
    );
}

#[test]
fn a_record_that_is_no_customer_says_why_it_is_not_ready() {
    let key = CustomerKey::new("planyo", "7");
    let user = r#"{"id": 7, "first_name": "Ann", "properties": {"vat": "BE0403170702"}}"#;
    let wrong = planyo::customer(
        &serde_json::from_str(user).unwrap(),
        &MappingRules::default(),
    );
    let readiness = Readiness::of(&wrong.unwrap());
    assert!(matches!(readiness, Readiness::InvalidVat(why) if why.contains("its check digits")));
    assert_eq!(
        Readiness::of_mapped(&Err((key, Problem::NoName))),
        Readiness::Unknown
    );
    assert_eq!(
        Readiness::of_mapped(&Ok(customer(Some("Ann"), Some("Peeters")))),
        Readiness::PrivatePerson
    );
}

proptest! {
    /// For any text: the same with extra spaces, and never from a legal form alone.
    #[test]
    fn legal_form_laws(name in prop_oneof![any::<String>(), "[A-Za-z.]{1,8} [A-Za-z.&/ ]{1,9}"]) {
        let found = legal_form(&name);
        let spaced = format!(" {} ", name.replace(' ', "  "));
        prop_assert_eq!(legal_form(&spaced), found);
        if found.is_some() {
            prop_assert!(name.split_whitespace().count() > 1);
        }
    }
}

#[test]
fn a_company_s_number_makes_a_company_that_peppol_may_know() {
    let rules = MappingRules::default()
        .properties("Identifiers/CBE".parse().unwrap(), ["kbo"])
        .properties("Identifiers/DNI".parse().unwrap(), ["dni"]);
    let customer = |property: &str, number: &str| {
        let json = format!(
            r#"{{"id":7,"first_name":"Ann","last_name":"Peeters","country":"BE","properties":{{"{property}":"{number}"}}}}"#
        );
        planyo::customer(&serde_json::from_str(&json).unwrap(), &rules).unwrap()
    };
    let ann = customer("kbo", "0403.170.701");
    assert_eq!(of(&ann), (Kind::Company, KindEvidence::Identifier));
    assert_eq!(Readiness::of(&ann), Readiness::MissingVat);
    let values = party::desired(&ann, &rules);
    let value = |name: &str| values.get(&name.parse().unwrap()).flatten();
    // A company with a register number need not be liable to VAT, and is not a private person.
    assert_eq!((value("VATLiable"), value("VATDeductable")), (None, None));
    assert_eq!(
        (value("Name"), value("ContactLastName")),
        (Some("Ann Peeters"), Some("Peeters"))
    );
    // A citizen's number is not a company number.
    let ana = customer("dni", "12345678Z");
    assert_eq!(of(&ana), (Kind::Person, KindEvidence::FullName));
}
