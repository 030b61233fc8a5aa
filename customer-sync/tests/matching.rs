//! Matching and diff, by example.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // As in tests.
#![allow(clippy::needless_pass_by_value)] // `json!` values are made for the call.

use billit_client::parties::{ListParties, Party};
use billit_client::{Endpoint, PartyId, Record};
use customer_sync::normalize::{address, phone, text, vat};
use customer_sync::{
    Action, Customer, CustomerKey, MappedCustomer, MappingRules, OutcomeKind, Parties, Planner,
    source,
};
use planyo_client::users::User;
use serde_json::{Value, json};

/// A listing as the client reads it, including unreadable records.
fn parties(items: Value) -> Parties {
    let body = json!({ "Items": items }).to_string().into_bytes();
    let (mut records, mut invalid) = (Vec::new(), Vec::new());
    for entry in ListParties::new().parse(&body).unwrap() {
        match entry {
            Ok(record) => records.push(record),
            Err(bad) => invalid.push(bad),
        }
    }
    Parties::listed(records, invalid).complete()
}

fn customer(user: Value) -> MappedCustomer {
    let raw = serde_json::value::to_raw_value(&user).unwrap();
    let user = planyo_client::Record::<User>::parse(&raw).unwrap();
    let rules = MappingRules::default();
    source::planyo::customer(&user, &rules)
        .map_err(|problem| (source::planyo::key(&user.id.to_string(), &rules), problem))
}

fn ann(more: Value) -> MappedCustomer {
    let mut user =
        json!({"id": 7, "first_name": "Ann", "last_name": "Peeters", "email": "ann@example.com"});
    user.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    customer(user)
}

fn step(customer: MappedCustomer, items: Value) -> Action {
    let plan = Planner::new(&parties(items), &MappingRules::default()).plan(&[customer]);
    plan.steps[0].action.clone()
}

fn found(action: &Action) -> (OutcomeKind, Option<i64>) {
    match action {
        Action::Create { .. } => (OutcomeKind::Created, None),
        Action::Link { party, .. } => (OutcomeKind::Linked, Some(party.get())),
        Action::Update { party, .. } => (OutcomeKind::Updated, Some(party.get())),
        Action::Unchanged { party } => (OutcomeKind::Unchanged, Some(party.get())),
        Action::Conflict { party, .. } => (OutcomeKind::Conflict, Some(party.get())),
        Action::Ambiguous { .. } => (OutcomeKind::Ambiguous, None),
        Action::Quarantine { .. } => (OutcomeKind::Quarantined, None),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_strongest_evidence_decides() {
    let vat = json!({"properties": {"vat": "BE0403170701"}});
    let same_vat = json!({"PartyID": 2, "Name": "X", "VATNumber": "BE 0403.170.701"});
    let same_mail = json!({"PartyID": 3, "Name": "PEETERS Ann", "Email": "Ann@Example.com"});
    let linked = json!({"PartyID": 1, "Name": "Somebody", "ExternalProviderID": "planyo:7"});
    let all = json!([linked, same_vat, same_mail]);
    assert_eq!(
        found(&step(ann(vat.clone()), all)),
        (OutcomeKind::Updated, Some(1))
    );
    assert_eq!(
        found(&step(ann(vat.clone()), json!([same_vat, same_mail]))),
        (OutcomeKind::Linked, Some(2))
    );
    assert_eq!(
        found(&step(ann(vat), json!([same_mail]))),
        (OutcomeKind::Linked, Some(3))
    );
    assert_eq!(
        found(&step(ann(json!({})), json!([]))),
        (OutcomeKind::Created, None)
    );
}

#[test]
fn a_company_register_number_is_a_vat_number_too() {
    let item = json!([{"PartyID": 2, "Name": "X", "Identifiers": [{"IdentifierType": "CBE", "Identifier": "0403170701"}]}]);
    let action = step(
        ann(json!({"properties": {"btw nummer": "BE0403170701"}})),
        item,
    );
    assert_eq!(found(&action), (OutcomeKind::Linked, Some(2)));
}

#[test]
fn what_is_not_certain_is_ambiguous() {
    let mail =
        |id: i64, name: &str| json!({"PartyID": id, "Name": name, "Email": "ann@example.com"});
    for items in [
        json!([mail(1, "Ann Peeters"), mail(2, "Ann Peeters")]),
        json!([mail(1, "Ann Janssens")]),
        json!([
            {"PartyID": 1, "Name": "A", "ExternalProviderID": "planyo:7"},
            {"PartyID": 2, "Name": "B", "ExternalProviderID": "planyo:7"}
        ]),
    ] {
        assert_eq!(
            found(&step(ann(json!({})), items)).0,
            OutcomeKind::Ambiguous
        );
    }
    // The same name and address, but another company.
    let other = json!([{"PartyID": 1, "Name": "Ann Peeters", "Email": "ann@example.com", "VATNumber": "BE0563846944"}]);
    let action = step(ann(json!({"properties": {"vat": "BE0403170701"}})), other);
    assert_eq!(found(&action).0, OutcomeKind::Ambiguous);
}

#[test]
fn two_users_do_not_share_a_party() {
    let twin = |id: u64| {
        customer(
            json!({"id": id, "first_name": "Ann", "last_name": "Peeters", "email": "ann@example.com"}),
        )
    };
    let party = json!([{"PartyID": 1, "Name": "Ann Peeters", "Email": "ann@example.com"}]);
    let plan = Planner::new(&parties(party), &MappingRules::default()).plan(&[twin(1), twin(2)]);
    assert_eq!(plan.counts().ambiguous, 2, "{plan}");
    // The linked customer keeps it.
    let party = json!([{"PartyID": 1, "Name": "Ann Peeters", "Email": "ann@example.com", "ExternalProviderID": "planyo:2"}]);
    let plan = Planner::new(&parties(party), &MappingRules::default()).plan(&[twin(1), twin(2)]);
    assert_eq!(
        (plan.counts().conflict, plan.counts().total()),
        (1, 2),
        "{plan}"
    );
}

#[test]
fn an_unreadable_party_may_be_the_customer() {
    let broken = json!([{"PartyID": "broken", "Name": "Ann", "ExternalProviderID": "planyo:7"}]);
    assert_eq!(
        found(&step(ann(json!({})), broken)).0,
        OutcomeKind::Quarantined
    );
    let nobody = json!([{"PartyID": "broken", "Name": "Somebody else"}]);
    assert_eq!(found(&step(ann(json!({})), nobody)).0, OutcomeKind::Created);
}

#[test]
fn what_cannot_be_used_is_told_by_name() {
    let reason = |customer: MappedCustomer| customer.unwrap_err().1.to_string();
    assert_eq!(
        reason(customer(
            json!({"id": 1, "email": "x@example.com", "first_name": "null"})
        )),
        "there is no name: fill in first name, last name or company"
    );
    let ann = ann(json!({"properties": {"VAT_Number": "BE0403170702"}})).unwrap();
    assert_eq!(
        ann.not_understood[0].reason,
        "left out: what the source has in `VAT_Number` is not understood, its check digits are wrong"
    );
}

#[test]
fn a_summary_is_not_a_blank() {
    let linked = json!([{"PartyID": 1, "Name": "Ann Peeters", "Email": "ann@example.com", "ExternalProviderID": "planyo:7"}]);
    let body = json!({ "Items": linked }).to_string().into_bytes();
    let records = ListParties::new()
        .parse(&body)
        .unwrap()
        .into_iter()
        .flatten()
        .collect();
    let mut listed = Parties::listed(records, Vec::new());
    let customers = [ann(json!({"address": "Kerkstraat 12", "city": "Gent"}))];
    let rules = MappingRules::default();
    let plan = Planner::new(&listed, &rules).plan(&customers);
    assert_eq!(
        plan.unread(&listed).into_iter().collect::<Vec<_>>(),
        [PartyId::from(1)]
    );

    let whole = json!({
        "PartyID": 1, "Name": "Ann Peeters", "Email": "ann@example.com", "ExternalProviderID": "planyo:7",
        "Street": "Kerkstraat", "StreetNumber": "12", "City": "Gent", "VATLiable": false, "VATDeductable": false
    });
    let raw = serde_json::value::to_raw_value(&whole).unwrap();
    listed.add_whole(&Record::<Party>::parse(&raw).unwrap());
    let plan = Planner::new(&listed, &rules).plan(&customers);
    assert!(plan.unread(&listed).is_empty());
    assert_eq!(plan.counts().unchanged, 1, "{plan}");
}

#[test]
fn a_vat_number_that_is_filled_in_makes_the_party_liable() {
    let party = json!([{"PartyID": 1, "Name": "Ann Peeters", "ExternalProviderID": "planyo:7", "VATLiable": false}]);
    let Action::Update { changes, .. } =
        step(ann(json!({"properties": {"vat": "BE0403170701"}})), party)
    else {
        panic!("an update")
    };
    let written: Vec<_> = changes
        .iter()
        .map(|change| (change.field.wire_name(), change.after.as_deref()))
        .collect();
    assert_eq!(
        written,
        [
            ("Email", Some("ann@example.com")),
            ("ContactFirstName", Some("Ann")),
            ("ContactLastName", Some("Peeters")),
            ("VATNumber", Some("BE0403170701")),
            ("VATLiable", Some("true"))
        ]
    );
}

#[test]
fn address_lines() {
    let cases = [
        ("Kerkstraat 12", ("Kerkstraat", Some("12"), None)),
        ("Kerkstraat 12 bus 3", ("Kerkstraat", Some("12"), Some("3"))),
        (
            "Kerkstraat 12, bus 3B",
            ("Kerkstraat", Some("12"), Some("3B")),
        ),
        (
            "Rue de la Loi 16 bte 4",
            ("Rue de la Loi", Some("16"), Some("4")),
        ),
        (
            "Rue de la Loi 16 Boîte 4",
            ("Rue de la Loi", Some("16"), Some("4")),
        ),
        ("12, rue de la Loi", ("rue de la Loi", Some("12"), None)),
        ("Groenplaats 16/3", ("Groenplaats", Some("16"), Some("3"))),
        ("Dorp 12A", ("Dorp", Some("12A"), None)),
        ("Dorp 12-14", ("Dorp", Some("12-14"), None)),
        (
            "3e Oosterparkstraat 20",
            ("3e Oosterparkstraat", Some("20"), None),
        ),
        (
            "Platz des 4. Juli 10",
            ("Platz des 4. Juli", Some("10"), None),
        ),
        ("D'Hondtstraat  7 ", ("D'Hondtstraat", Some("7"), None)),
        // Postcode and city are separate.
        ("Kerkstraat 12, 9000 Gent", ("Kerkstraat", Some("12"), None)),
        (
            "Flat 2, 10 High Street",
            ("High Street", Some("10"), Some("Flat 2")),
        ),
        (
            "Prinsengracht 45 hs",
            ("Prinsengracht", Some("45"), Some("hs")),
        ),
        // Not certain: kept whole.
        ("Kerkstraat", ("Kerkstraat", None, None)),
        ("Postbus 12", ("Postbus 12", None, None)),
        ("Rue du 11 Novembre", ("Rue du 11 Novembre", None, None)),
        (
            "Residentie De Linde, Kerkstraat 12",
            ("Residentie De Linde, Kerkstraat 12", None, None),
        ),
        ("12", ("12", None, None)),
    ];
    for (line, (street, number, box_number)) in cases {
        let split = address::split(line, None)
            .unwrap()
            .or_whole(address::Certainty::Likely);
        let parts = (
            split.street.as_str(),
            split.number.as_deref(),
            split.box_number.as_deref(),
        );
        assert_eq!(parts, (street, number, box_number), "{line}");
    }
    assert_eq!(address::split(" \n ", None), None);
}

#[test]
fn a_place_in_the_address_line_fills_what_is_blank_and_overrules_nothing() {
    let address = |user: Value| ann(user).unwrap().address;
    let line = "Kerkstraat 12 bus 3, 9000 Gent";
    let filled = address(json!({"address": line, "country": "Belgium"}));
    assert_eq!(
        [
            filled.street.as_deref(),
            filled.zipcode.as_deref(),
            filled.city.as_deref(),
            filled.country_code.as_deref()
        ],
        [Some("Kerkstraat"), Some("9000"), Some("Gent"), Some("BE")]
    );
    let other = address(json!({"address": line, "zip": "1000", "city": "Brussel"}));
    assert_eq!(
        [
            other.street.as_deref(),
            other.zipcode.as_deref(),
            other.city.as_deref()
        ],
        [Some(line), Some("1000"), Some("Brussel")]
    );
}

#[test]
fn phones() {
    for nothing in ["null", "0", "00", "00000000", "-", "nvt", "+"] {
        assert!(
            phone::read(Some("32"), nothing, None).is_none(),
            "{nothing}"
        );
    }
    assert!(phone::same("+32470123456", "0470 12 34 56"));
    assert!(phone::same("+32 (0)470 12 34 56", "0032470123456"));
    assert!(phone::same("32059 12 34 56", "+3259123456"));
    assert!(phone::same("+320470123456", "0470 12 34 56"));
    // Pinneberg's code is no Switzerland's.
    assert!(phone::same("04101 1234567", "+49 4101 1234567"));
    assert!(!phone::same("+32470123456", "+32470123457"));
    assert!(!phone::same("112", "911"));
}

#[test]
fn vat_numbers() {
    for (typed, country, expected) in [
        ("BE0403170701", None, "BE0403170701"),
        ("be 403.170.701", None, "BE0403170701"),
        ("TVA BE 0403.170.701", Some("FR"), "BE0403170701"),
        ("0403170701", Some("BE"), "BE0403170701"),
        ("NL004495445B01", Some("NL"), "NL004495445B01"),
        ("DE 136 695 976", None, "DE136695976"),
    ] {
        assert_eq!(
            vat::normalized(typed, country).as_deref(),
            Ok(expected),
            "{typed}"
        );
    }
    for typed in [
        "particulier",
        "BE123",
        "BE0403170701X",
        "XX123456789",
        "DE1",
        "",
        "n/a",
        "0000000097",
    ] {
        assert!(vat::normalized(typed, None).is_err(), "{typed}");
    }
    assert!(vat::normalized("123456789", Some("DE")).is_err());
    assert_eq!(vat::cbe("BE0403170701"), Some("0403170701"));
}

#[test]
fn names_compare_without_case_accents_and_order() {
    for (a, b) in [
        ("Ann Peeters", "PEETERS Ann"),
        ("Zoë D’Hondt", "zoe D'Hondt"),
        ("De Smet, Tom", "Tom de smet"),
    ] {
        assert_eq!(text::name_key(a), text::name_key(b));
    }
    assert_ne!(text::name_key("Ann Peeters"), text::name_key("Ann Peters"));
    assert_eq!(text::name_key("!?"), "");
}

#[test]
fn keys_sort_by_number() {
    let mut keys: Vec<CustomerKey> = ["10", "9", "100"]
        .iter()
        .map(|id| CustomerKey::new("planyo", *id))
        .collect();
    keys.sort();
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    assert_eq!(keys, ["planyo:9", "planyo:10", "planyo:100"]);
    let blank = Customer::new(CustomerKey::new("planyo", "1"));
    assert_eq!(blank.name(), None);
}
