use serde_json::json;

use super::*;
use crate::billit::party;

fn accepts(filter: &str, ignore_case: bool) -> Result<bool, String> {
    let forbidden = BTreeSet::from([String::from("Nr")]);
    let rules = Rules {
        model: &party::MODEL,
        forbidden: &forbidden,
        ignore_case,
    };
    let party = json!({
        "PartyID": 12, "Name": "D'Hondt (Gent)", "PartyType": "Customer", "VATLiable": true,
        "DefaultReductionPercentage": 2.5, "LastModified": "2024-03-10T15:00:49.72", "Email": "ann@example.com"
    });
    let filter = Filter::parse(filter, &rules)?;
    Ok(filter.accepts(party.as_object().expect("an object")))
}

#[test]
fn operators() {
    let table = [
        ("PartyType eq 'Customer'", true),
        ("PartyType ne 'Customer'", false),
        ("Name eq 'D''Hondt (Gent)'", true),
        ("Name eq \"D'Hondt (Gent)\"", true),
        ("Name eq 'd''hondt (gent)'", false),
        ("PartyID eq 12", true),
        ("12 eq PartyID", true),
        ("PartyID gt 11 and PartyID lt 13", true),
        ("PartyID ge 13 or PartyID le 11", false),
        (
            "PartyID eq 12L and DefaultReductionPercentage gt 2.4M",
            true,
        ),
        ("PartyID gt -1", true),
        ("VATLiable eq true", true),
        ("VATLiable", true),
        ("not VATLiable", false),
        ("not (PartyID eq 13)", true),
        ("not startswith(Name,'X') and VATLiable", true),
        // `and` binds closer than `or`.
        ("PartyID eq 12 or PartyID eq 1 and PartyID eq 2", true),
        ("(PartyID eq 12 or PartyID eq 1) and PartyID eq 2", false),
        ("LastModified ge DateTime'2024-03-10'", true),
        ("LastModified ge datetime'2024-03-10T15:00:49.72'", true),
        ("LastModified gt datetime'2024-03-10T15:00:49.72'", false),
        ("LastModified lt DateTime'2024-03-10T15:00:50'", true),
        ("substringof('Hondt',Name)", true),
        ("substringof('Hondt', Name) eq true", true),
        ("startswith(Name,'D''H')", true),
        ("endswith(Name,'(Gent)')", true),
        ("tolower(Name) eq 'd''hondt (gent)'", true),
        ("startswith(toupper(Email),'ANN@')", true),
        // An absent property is null.
        ("VATNumber eq null", true),
        ("Email ne null", true),
        ("VATNumber ne 'BE1'", true),
        ("VATNumber gt 'A'", false),
        ("startswith(VATNumber,'BE')", false),
        ("not startswith(VATNumber,'BE')", true),
    ];
    for (filter, expected) in table {
        assert_eq!(accepts(filter, false), Ok(expected), "{filter}");
    }
    assert_eq!(accepts("Name eq 'd''hondt (gent)'", true), Ok(true));
    assert_eq!(accepts("substringof('HONDT',Name)", true), Ok(true));
}

#[test]
fn refusals() {
    let unknown = accepts("CounterParty/PartyID eq 1", false);
    let text = "Could not find a property named 'CounterParty/PartyID' on type 'Domain.Party.PartyPerformanceSafeColumns'.";
    assert_eq!(unknown, Err(text.to_owned()));
    let refused = [
        "Nr eq '1'",
        "name eq 'x'",
        "Addresses eq null",
        "Name eq 5",
        "PartyID eq '12'",
        "LastModified ge '2024-01-01'",
        "LastModified ge 2024-01-01",
        "LastModified ge DateTime'yesterday'",
        "contains(Name,'x')",
        "substringof('x')",
        "startswith(PartyID,'1')",
        "Name eq 'open",
        "(Name eq 'x'",
        "Name eq 'x')",
        "Name eq",
        "Name",
        "'x'",
        "Name eq 'x' and",
        "Name eq 'x' Name",
        "Name = 'x'",
        "",
        "é",
        "'é",
    ];
    for filter in refused {
        assert!(accepts(filter, false).is_err(), "{filter}");
    }
    assert!(accepts(&"(".repeat(100_000), false).is_err());
    assert!(accepts(&"not ".repeat(100_000), false).is_err());
    let any_of = |terms| vec!["PartyID eq 1"; terms].join(" or ");
    assert_eq!(accepts(&any_of(250), false), Ok(false));
    assert!(accepts(&any_of(5_000), false).is_err());
}

#[test]
fn ordering() {
    let rules = Rules {
        model: &party::MODEL,
        forbidden: &BTreeSet::new(),
        ignore_case: false,
    };
    let parties = json!([{"PartyID": 1, "Name": "b"}, {"PartyID": 2, "Name": "a"}, {"PartyID": 3, "Name": "b"}, {"PartyID": 4}]);
    let parties = parties.as_array().expect("an array").iter();
    let parties: Vec<_> = (1..)
        .zip(parties.filter_map(serde_json::Value::as_object))
        .collect();
    let sorted = |text| Ok::<_, String>(OrderBy::parse(text, &rules)?.sort(&parties));
    assert_eq!(sorted("Name,PartyID desc"), Ok(vec![4, 2, 3, 1]));
    assert_eq!(sorted("Name desc , PartyID asc"), Ok(vec![1, 3, 2, 4]));
    assert!(sorted("Name down").is_err());
    assert!(sorted("Nope").is_err());
    assert!(sorted("").is_err());
}
